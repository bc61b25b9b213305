"""Optimizers move parameters together, in blocks and in native loops, to the bits of one by one."""

import copy
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest

import autograd
from autograd import crossover, tapes
from autograd.plan import native
from nn import optim
from nn.optim import blocks
from nn.optim.moving import elementwise

# Small ones, none, a single number, and more than two blocks of each dtype.
SHAPES = [(3, 4), (), (0, 2), (5,), (1, 7), (230, 201), (2, 40_000)]
RULES = [
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "weight_decay": 0.1}),
    ("AdamW", {"maximize": True}),
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
]
every_rule = pytest.mark.parametrize(("name", "options"), RULES, ids=str)


def one_by_one(name):
    """Return an optimizer whose update is not known to be elementwise."""

    class Whole(getattr(optim, name)):
        def update(self, g, p, state, h):
            return super().update(g, p, state, h)

    return Whole


def parameters(shapes, dtype="float32", order="C"):
    rng = np.random.default_rng(0)
    values = [np.array(rng.standard_normal(shape), dtype, order=order) for shape in shapes]
    return [autograd.from_numpy(value).requires_grad_() for value in values]


def steps(optimizer, count=3, seed=1, idle=0):
    """Make steps along random gradients; with `idle`, one in so many parameters has none."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        for group in optimizer.param_groups:
            for place, p in enumerate(group["params"]):
                values = np.asarray(rng.standard_normal(p.shape), p.dtype)
                rests = idle and (place + number) % idle == 0
                p.grad = None if rests else autograd.from_numpy(values)
        optimizer.step()


def everything(optimizer):
    """Return the bytes of all parameters and of their state, and its numbers."""
    found = []
    for p, state in optimizer.state.items():
        values = [p.detach(), *(state[name] for name in sorted(state))]
        found += [one.numpy().tobytes() if hasattr(one, "numpy") else one for one in values]
    return found


def compare(name, options, change=lambda: None, dtype="float32"):
    made = []
    for kind in (one_by_one(name), getattr(optim, name)):
        given = parameters(SHAPES, dtype) + parameters(SHAPES, dtype, "F")
        optimizer = kind(given, **options)
        steps(optimizer)
        change()
        steps(optimizer, seed=2)
        steps(optimizer, count=4, seed=3, idle=3)
        steps(optimizer, seed=4)
        made.append(everything(optimizer))
    assert made[0] == made[1]


@every_rule
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_parameters_of_all_sizes_move_as_one_by_one(name, options, dtype):
    compare(name, options, dtype=dtype)


@pytest.fixture
def loops(monkeypatch):
    """Let loops be compiled at once, and waited for; calling the fixture tells which there are."""
    monkeypatch.setattr(blocks, "WORTH", 0)
    monkeypatch.setattr(crossover, "TIMES", 1)
    monkeypatch.setattr(tapes, "_limits", lambda: (0, 0))
    monkeypatch.setattr(tapes, "_loops", {})

    def ready():
        return [loop.made is not None for loop in tapes._loops.values()]

    return ready


@every_rule
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_native_loops_move_as_one_by_one(loops, name, options, dtype):
    compare(name, options, loops, dtype)
    assert set(loops()) == {True}


def test_number_of_numpys_with_a_dtype_of_its_own_is_left_to_numpy(loops):
    compare("SGD", {"lr": np.float64(0.1)}, loops)
    assert loops() == []


def test_large_parameter_moves_by_its_loop_once_that_is_compiled(loops, monkeypatch):
    optimizer = optim.Adam(parameters([(300, 200)]))
    steps(optimizer)
    assert loops() == [True]
    monkeypatch.delattr(blocks, "_in_blocks")
    steps(optimizer)


def test_without_numba_large_parameters_move_in_blocks(loops, monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    for name in ("launching", "native"):
        monkeypatch.delitem(sys.modules, f"autograd.plan.{name}", raising=False)
    compare("Adam", {}, loops)
    assert loops() == [False]


def test_without_a_place_for_them_loops_are_compiled_with_a_warning(loops, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(native, "_known", {})
    warned = []
    monkeypatch.setattr(warnings, "warn", lambda text, stacklevel: warned.append(text))
    compare("Adam", {}, loops)
    assert loops() == [True]
    assert "set GLASSGRAD_CACHE to a folder that can be written" in warned[0]


def test_update_marked_elementwise_that_is_not_is_refused(loops):
    class Normed(optim.SGD):
        @elementwise
        def update(self, g, p, state, h):
            return p - g / autograd.amax(g), state

    with pytest.raises(TypeError, match="amax: works on arrays as a whole"):
        steps(Normed(parameters([(300, 200)])))


def test_update_that_is_overridden_sees_whole_parameters():
    class Normed(optim.SGD):
        def update(self, g, p, state, h):
            return p - g / autograd.amax(abs(g)), state

    (p,) = parameters([(300, 200)])
    before = p.detach().numpy().copy()
    steps(Normed([p]), 1)
    assert np.abs(p.detach().numpy() - before).max() == pytest.approx(1, abs=1e-6)


def test_parameters_that_began_later_count_their_own_steps():
    late, early = parameters([(3,), (3,)])
    optimizer = optim.Adam([late, early])
    for p, _ in ((early, 1), (early, 2), (late, 3)):
        p.grad = autograd.ones(3)
        optimizer.step()
    assert [optimizer.state[p]["step"] for p in (late, early)] == [1.0, 3.0]
    np.testing.assert_allclose(optimizer.state[late]["exp_avg"].numpy(), [0.1] * 3, rtol=1e-6)


@pytest.mark.parametrize("again", [copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_copy_of_an_optimizer_moves_parameters_of_its_own(again):
    optimizer = optim.Adam(parameters([(3,), (2, 2)]))
    steps(optimizer)
    other = again(optimizer)
    assert everything(other) == everything(optimizer)
    before = everything(optimizer)
    steps(other, seed=2)
    assert everything(optimizer) == before
    steps(optimizer, seed=2)
    assert everything(other) == everything(optimizer)


def test_state_that_is_changed_or_taken_away_between_steps_is_heeded():
    made = []
    for kind in (one_by_one("Adam"), optim.Adam):
        optimizer = kind(parameters([(3,), (2, 2), (4,)]), amsgrad=True)
        steps(optimizer)
        first, second, third = optimizer.state.values()
        first["exp_avg"] = autograd.ones(3)
        second["step"] = 7.0
        del third["max_exp_avg_sq"]
        steps(optimizer, seed=2)
        made.append(everything(optimizer))
    assert made[0] == made[1]


def test_parameters_in_one_memory_move_one_after_the_other():
    memory = autograd.zeros(4)
    views = [autograd.Tensor(0) for _ in range(3)]
    for one, data in zip(views, (memory, memory, memory[1:]), strict=True):
        one.data = data
        one.requires_grad_()
        one.grad = autograd.ones(*data.shape)
    optim.SGD(views, lr=1.0).step()
    assert memory.tolist() == [-2.0, -3.0, -3.0, -3.0]


@pytest.mark.parametrize("shape", [(2, 2), (300, 200)])
@pytest.mark.parametrize("name", ["p", "exp_avg"])
def test_backward_notices_that_a_step_changed_what_it_needs(shape, name):
    p, other = parameters([shape, shape])
    optimizer = optim.Adam([p, other])
    steps(optimizer, 1)
    kept = p if name == "p" else optimizer.state[p][name]
    x = autograd.ones(*shape, requires_grad=True)
    loss = (x * kept).sum()
    steps(optimizer, 1)
    with pytest.raises(RuntimeError, match=r"modified by an inplace operation \(optimizer.step\)"):
        loss.backward()


def test_read_only_parameter_is_refused():
    p = parameters([(3,)])[0]
    p.array.flags.writeable = False
    with pytest.raises(RuntimeError, match=r"optimizer\.step: the memory written to is read-only"):
        steps(optim.SGD([p]))


def test_gradient_of_an_earlier_shape_is_refused():
    p, other = parameters([(3,), (3,)])
    optimizer = optim.SGD([p, other], lr=1.0)
    p.grad = other.grad = autograd.ones(3)
    p.data = autograd.ones(2)
    with pytest.raises(ValueError, match=r"\(2,\) \(3,\)"):
        optimizer.step()


SMALL_PROGRAM = """
import sys, nn.torch as torch
model = torch.nn.Sequential(torch.nn.Linear(20, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters())
for _ in range(300):
    optimizer.zero_grad()
    model(torch.ones(8, 20)).mean().backward()
    optimizer.step()
print("numba" in sys.modules)
"""


def test_small_program_never_loads_numba():
    command = [sys.executable, "-c", SMALL_PROGRAM]
    assert subprocess.run(command, capture_output=True, check=True).stdout.split() == [b"False"]
