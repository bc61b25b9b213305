"""What a plan tells of itself: its listing and its picture; over Scalars also its profile."""

import builtins
import re
import subprocess
import sys
from pathlib import Path

import numba
import pytest
from test_compile_scalars import Demo

import autograd
import nn
from autograd import compile, crossover
from autograd.plan import compiling
from autograd.plan.listing import amount, fitting
from autograd.rendering import TABLES, Picture
from nn import optim

SECONDS = 0.01


class Tiny:
    """A step whose figures are counted by hand: relu of a linear layer, summed, plain descent."""

    def __init__(self, rows=4, inputs=3, outputs=2):
        self.model = nn.Linear(inputs, outputs)
        self.optimizer = optim.SGD(self.model.parameters(), lr=0.1)
        self.x = autograd.randn(rows, inputs)
        self.compiled = compile(self.step)

    def step(self, x):
        self.optimizer.zero_grad()
        loss = autograd.relu(self.model(x)).sum()
        loss.backward()
        self.optimizer.step()
        return loss

    def view(self, calls=3):
        for _ in range(calls):
            self.compiled(self.x)
        return self.compiled.plan()


def rows_of(view):
    """Return the lines of a listing, one an instruction."""
    return str(view).split("\n\n")[0].splitlines()[1:]


# The listing


def test_facts_are_those_counted_by_hand():
    facts = [
        (one.kind, one.operations, one.bytes_read, one.bytes_written, one.flops)
        for one in Tiny().view().entries
    ]
    # Of x (4, 3), weight (2, 3), bias (2,): an element takes four bytes, the learning rate eight.
    assert facts == [
        ("product", ("linear",), 48 + 24 + 8, 32, 4 * 2 * (2 * 3 + 1)),
        # What relu is of, and the gradient of its sum: ones.
        ("loop", ("relu", "le", "where"), 32 + 32, 32 + 32, 3 * 8),
        ("reduction", ("sum",), 32, 4, 8),
        ("product", ("matmul",), 32 + 48, 24, 2 * 3 * 2 * 4),
        ("reduction", ("sum",), 32, 8, 8),
        ("update", ("mul", "sub"), 8 + 24 + 24, 24, 2 * 6),
        ("update", ("mul", "sub"), 8 + 8 + 8, 8, 2 * 2),
    ]


def test_listing_names_operands_shapes_and_lines():
    first, *_, last = rows_of(Tiny().view())
    assert first.startswith("0  linear ")
    assert "argument 0 [4, 3], model.weight [2, 3], model.bias [2]" in first
    assert re.search(r"%\d+ float32\[4, 2\] +80 B +32 B +56  native", first)
    assert "optimizer.step, 2 operations (in place)" in last
    assert "model.bias.grad [2], lr" in last
    lines = [re.search(r"test_plan_report\.py:(\d+)$", row) for row in (first, last)]
    assert int(lines[1][1]) - int(lines[0][1]) == 2


def test_listing_ends_with_totals():
    tiny = Tiny()
    view = tiny.view()
    totals = str(view).splitlines()[-2:]
    assert totals[0].startswith("7 instructions, 6 kernels; 160 FLOP, 368 B read, 164 B written")
    # Three arrays of 32 bytes, each in a line of the cache; the loss and two gradients.
    assert totals[1].startswith("memory: 192 B shared")
    assert ", 36 B for results and gradients" in totals[1]
    assert len(view) == 7


def test_places_in_the_shared_block_are_lines_of_the_cache():
    places = [one.place for entry in Tiny().view().entries for one in entry.makes]
    assert sorted(place for place in places if place is not None) == [0, 64, 128]


def test_state_of_an_optimizer_is_named_after_its_parameter():
    model = nn.Sequential(nn.Linear(3, 2), nn.Sigmoid())
    adam = optim.Adam(model.parameters())

    def step(x, y):
        adam.zero_grad()
        nn.functional.binary_cross_entropy(model(x), y).backward()
        adam.step()

    compiled = compile(step)
    for _ in range(3):
        compiled(autograd.randn(4, 3), autograd.ones(4, 2))
    names = {one.name for entry in compiled.plan().entries for one in entry.reads}
    assert {"model.0.weight.exp_avg", "model.0.bias.exp_avg_sq", "betas[0]", "step"} <= names
    operations = [name for entry in compiled.plan().entries for name in entry.operations]
    assert "binary_cross_entropy" in operations
    assert "log1p" not in operations


def test_what_has_no_name_is_told_by_its_memory():
    weight = autograd.randn(2, requires_grad=True)

    def hidden():
        # Found by no name of the step's own.
        return weight

    compiled = compile(lambda x: (hidden() * x).sum())
    for _ in range(3):
        compiled(autograd.ones(2))
    (read, _), *_ = [entry.reads for entry in compiled.plan().entries]
    assert read.kind == "parameter"
    assert re.fullmatch(r"%\d+", read.name)


def test_listing_names_a_reshape_that_copies():
    compiled = compile(lambda x: x.t().reshape(-1))
    for _ in range(3):
        compiled(autograd.ones(2, 3))
    (entry,) = compiled.plan().entries
    assert (entry.operations, entry.by) == (("reshape",), "native")


def test_listing_tells_what_blas_and_numpy_run(monkeypatch):
    monkeypatch.setattr(crossover, "BLAS", 1)
    weight, batch = autograd.randn(3, 3), autograd.randn(2, 3, 3)
    compiled = compile(lambda x: (x @ weight) @ batch)
    for _ in range(3):
        compiled(autograd.ones(2, 3))
    assert [entry.by for entry in compiled.plan().entries] == ["BLAS", "NumPy"]
    assert ", 1 by BLAS, 1 by NumPy; " in str(compiled.plan())


def test_listing_tells_into_how_many_pieces_a_loop_is_cut(monkeypatch):
    x = autograd.randn(1 << 20)
    compiled = compile(lambda x: (x * 2 + 1).exp())
    for _ in range(3):
        compiled(x)
    (entry,) = compiled.plan().entries
    assert entry.pieces > 1
    assert f"native x{entry.pieces}" in str(compiled.plan())


def test_plan_that_is_not_there_raises():
    with pytest.raises(RuntimeError, match="nothing is compiled yet"):
        compile(lambda x: x).plan()


def test_replay_is_listed_as_it_runs(monkeypatch):
    native = Tiny().view()
    monkeypatch.setattr(compiling, "_plan", compiling.Replayed)
    view = Tiny().view()
    assert len(view) > len(native)
    assert {entry.by for entry in view.entries} == {"NumPy"}
    assert sum(entry.flops for entry in view.entries) == 160
    assert "optimizer.step (in place)" in rows_of(view)[-1]
    assert "model.bias float32[2]" in rows_of(view)[-1]
    assert "no kernels" in str(view)


def test_fused_loss_of_a_replay_counts_as_its_composed_twin(monkeypatch):
    monkeypatch.setattr(compiling, "_plan", compiling.Replayed)
    compiled = compile(nn.functional.mse_loss)
    for _ in range(3):
        compiled(autograd.ones(4, 2), autograd.zeros(4, 2))
    # A difference, a square, the sum and its division by eight.
    assert [entry.flops for entry in compiled.plan().entries] == [8 + 8 + 8 + 1]


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999 B"), (999.6, "1 kB"), (4096, "4.1 kB"), (2e9, "2 GB")]
)
def test_amounts_have_three_digits(number, text):
    assert amount(number, "B") == text


def test_what_does_not_fit_is_counted():
    assert fitting(["abc", "defg"], 9) == "abc, defg"
    assert fitting(["abc", "defg", "hi", "jk"], 13) == "abc, … 3 more"
    assert fitting(["too long to fit"], 3) == "too long to fit"


# The picture


def test_picture_has_a_box_for_each_instruction_and_what_it_finds():
    dot = Tiny().view().draw().dot
    found = re.findall(r"<B>([^<]*)</B>", dot)
    assert sorted(found) == sorted(
        ["0  linear", "1  loop", "2  sum", "3  matmul", "4  sum", "5  optimizer.step",
         "6  optimizer.step", "argument 0", "model.weight", "model.bias", "result",
         next(one for one in found if one.startswith("%"))]
    )  # fmt: skip
    assert all(TABLES[kind] in dot for kind in ("product", "reduction", "loop", "update"))
    assert TABLES["numpy"] not in dot


def test_arrows_are_buffers_with_their_shapes():
    dot = Tiny().view().draw().dot
    arrows = re.findall(r'(\w+) -> (\w+) \[label="?([^"\]]*)"?\]', dot)
    labels = {(tail, head): label.strip() for tail, head, label in arrows}
    assert re.fullmatch(r"%\d+ \[4, 2", labels["i0", "i1"])
    assert "model.weight.grad" in labels["i3", "i5"]
    # An update reads its parameter where it writes it.
    assert {tail for tail, head in labels if head == "i5"} == {"i3"}


def test_boxes_tell_where_in_the_block_a_buffer_lies():
    assert re.search(r"%\d+ in the block at 64", Tiny().view().draw().dot)


def test_picture_is_saved_and_shown(tmp_path):
    view = Tiny().view()
    picture = view.draw(tmp_path / "plan.svg", direction="LR")
    assert isinstance(picture, Picture)
    assert "linear" in picture.text()
    assert "<svg" in (tmp_path / "plan.svg").read_text()
    assert "<svg" in view._repr_svg_()
    assert view._repr_png_().startswith(b"\x89PNG")
    assert view._repr_html_() is None


def test_picture_of_many_instructions_shows_the_first():
    dot = Tiny().view().draw(max_nodes=3).dot
    assert "… 4 more instructions" in dot
    assert "optimizer.step" not in dot


def test_picture_that_cannot_be_is_refused():
    view = Tiny().view()
    with pytest.raises(ValueError, match="direction 'up' is none of LR, TB, RL, BT"):
        view.draw(direction="up")
    with pytest.raises(ValueError, match="max_nodes=0"):
        view.draw(max_nodes=0)


# Plans over Scalars


@pytest.fixture(params=["native", "numpy"])
def scalars(request, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", request.param == "numpy")
    demo = Demo()
    step = compile(demo.step)
    for _ in range(4):
        step(0.1)
    return demo, step


def test_plan_over_scalars_counts_its_numbers(scalars):
    _, step = scalars
    view = step.plan()
    total = int(str(view).split()[0])
    assert sum(entry.flops for entry in view.entries) == total
    assert sum(entry.bytes_written for entry in view.entries) == 8 * total
    assert len(view) == int(re.search(r"in (\d+) instructions", str(view))[1])
    assert f"{len({entry.title for entry in view.entries})} kernels; " in str(view)


def test_plan_over_scalars_is_drawn_level_by_level(scalars):
    _, step = scalars
    text = step.plan().draw().text()
    assert text.startswith("left  data of 44, grad of 44 Scalars")
    assert "level 1(1 instruction)" in text
    assert "data of Scalars  44" in text
    assert "more runs of levels" in step.plan().draw(max_nodes=2).dot


def test_profile_of_a_plan_over_scalars_changes_nothing(scalars):
    demo, step = scalars
    before = demo.state()
    (plan,) = step._all_plans()
    values = plan.layout.values.copy()
    profile = step.plan().profile(SECONDS)
    assert demo.state() == before
    assert plan.layout.values.tobytes() == values.tobytes()
    assert len(profile.seconds) == len(step.plan())
    assert re.search(r"^add +\d+ +\d+ +[\d.]+ [num]?s +[\d.]+% ", str(profile), re.MULTILINE)


WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = sys.modules["llvmlite"] = None
import autograd
w, scalar = autograd.ones(3, requires_grad=True), autograd.Scalar(2.0)
tensors = autograd.compile(lambda x: (w * x).sum())
scalars = autograd.compile(lambda x: scalar * x)
for step, x in ((tensors, autograd.ones(3)), (scalars, 2.0)):
    for _ in range(4):
        step(x)
    view = step.plan()
    assert str(view) and "Picture" in repr(type(view.draw())) and view.profile(0.01).seconds
assert "NumPy" in str(tensors.plan())
"""


def test_plans_tell_of_themselves_without_numba():
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", WITHOUT_NUMBA], check=True, timeout=60, cwd=root)


# The README


def test_readme_shows_the_listing_of_its_plan():
    text = (Path(__file__).parents[1] / "README.md").read_text()
    section = text.partition("A plan can be looked at")[2]
    (snippet,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)[:1]
    (shown,) = re.findall(r"```text\n(.*?)```", section, re.DOTALL)[:1]
    scope = {}
    exec(builtins.compile(snippet, "README.md", "exec"), scope)
    # How many kernels there are depends on the processor, what is counted of them does not.
    listing = re.sub(r"README\.md:", "train.py:", str(scope["plan"]))
    assert shown.split("\n\n")[0] == listing.split("\n\n")[0]
