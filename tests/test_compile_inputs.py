"""What a compiled step is given: arguments in any memory, leaves, nested, by name."""

from collections import namedtuple

import numpy as np
import pytest
from side_by_side import Case, assert_same_compiled, batches
from test_ops import column_major, spread_out, turned_round

import autograd
from autograd import compile
from autograd.plan import quick
from nn import optim


def misaligned(array):
    whole = np.empty(array.nbytes + 1, np.uint8)
    made = np.ndarray(array.shape, array.dtype, whole, 1)
    made[...] = array
    return made


def read_only(array):
    made = array.copy()
    made.flags.writeable = False
    return made


def repeated(array):
    return np.broadcast_to(array[0], array.shape)


LAYOUTS = {
    one.__name__: one
    for one in (spread_out, turned_round, column_major, misaligned, read_only, repeated)
}


def in_memory(how, calls=None):
    """Return batches, of which those of the calls named (all by default) lie in memory as `how`."""
    made = [one.numpy() for one in batches()]
    chosen = range(len(made)) if calls is None else calls
    return [
        autograd.from_numpy(how(one) if place in chosen else one) for place, one in enumerate(made)
    ]


def product_and_sums(x):
    return x @ x.t(), x.sum(0), x.tanh() * 2, x[1:].reshape(-1)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("calls", [None, (2, 3, 5)])
def test_argument_may_lie_in_memory_in_any_way(layout, calls):
    arguments = in_memory(LAYOUTS[layout], calls)
    assert_same_compiled(lambda: Case(product_and_sums, calls=arguments))


@pytest.mark.parametrize("rows", [0, 1])
def test_argument_may_be_empty(rows):
    def step(x):
        return x * 2, x.sum(0), x.reshape(-1), x.relu().sum(), x @ x.t()

    assert_same_compiled(lambda: Case(step, calls=batches(rows=rows)))


def test_view_of_an_argument_raises_where_eager_does():
    turned = (3, 5, 6)
    made = assert_same_compiled(
        lambda: Case(lambda x: x.view(-1) * 2, calls=in_memory(column_major, turned))
    )
    with pytest.raises(RuntimeError, match="not compatible with the layout"):
        made(in_memory(column_major)[0])


def test_view_of_a_tensor_that_was_rebound_raises_where_eager_does():
    def make():
        w = autograd.zeros(6, 4)

        def before(call, step):
            w.data = in_memory(column_major, (4,))[call]

        return Case(lambda x: w.view(-1) + x.sum(), before=before)

    assert_same_compiled(make)


@pytest.mark.parametrize(
    ("layout", "native"), [("read_only", True), ("misaligned", True), ("column_major", False)]
)
def test_tensor_that_is_written_may_be_rebound_to_any_memory(layout, native):
    def make():
        w = autograd.ones(6, 4, dtype=autograd.float64)

        def before(call, step):
            if call == 4:
                w.data = in_memory(LAYOUTS[layout])[0]

        return Case(lambda x: w.add_(x).sum(), lambda: [w], before)

    assert_same_compiled(make, native)


def test_argument_that_is_written_is_written_as_in_eager():
    def make():
        arguments = in_memory(read_only, (5,))
        return Case(lambda x: x.add_(1).sum(), lambda: arguments, calls=arguments)

    assert_same_compiled(make, native=False)


def leaves():
    return [one.requires_grad_() for one in batches()]


def test_leaf_among_the_arguments_gets_its_gradient():
    def step(x):
        (x * x * 3).sum().backward()

    assert_same_compiled(lambda: Case(step, calls=leaves()))


def test_leaf_among_the_arguments_gets_its_gradient_beside_a_parameter_and_a_result():
    def make():
        w = autograd.ones(4, dtype=autograd.float64, requires_grad=True)

        def step(pair):
            w.grad = None
            loss = (pair["x"].square() * w).sum()
            loss.backward()
            return loss

        return Case(step, lambda: [w.grad], calls=[{"x": one} for one in leaves()])

    assert_same_compiled(make)


def test_gradient_of_a_leaf_among_the_arguments_adds_up():
    def make():
        x = leaves()[0]
        return Case(lambda x: (x * x).sum().backward(), calls=[x] * 6)

    assert_same_compiled(make, native=False)


def test_gradient_of_a_leaf_among_the_arguments_is_replaced():
    def make():
        x = leaves()[0]

        def step(x):
            x.grad = None
            (x * x).sum().backward()

        return Case(step, calls=[x] * 6)

    assert_same_compiled(make)


def test_gradient_by_a_leaf_among_the_arguments_is_returned():
    def step(x):
        return autograd.grad((x**3).sum(), x)

    assert_same_compiled(lambda: Case(step, calls=leaves()))


def test_argument_may_be_part_of_a_graph():
    def make():
        w = autograd.ones(4, dtype=autograd.float64, requires_grad=True)
        return Case(lambda x: (x * 2).detach(), calls=[one * w for one in batches()])

    assert_same_compiled(make)


def test_gradient_by_an_argument_of_a_graph_is_returned():
    def make():
        w = autograd.ones(4, dtype=autograd.float64, requires_grad=True)
        calls = [one * w for one in batches()]
        return Case(lambda x: autograd.grad((x**3).sum(), x), lambda: [w.grad], calls=calls)

    assert_same_compiled(make)


def test_tensor_may_be_two_arguments():
    same, other = [(one, one) for one in batches(4)], list(zip(*[iter(batches())] * 2, strict=True))
    assert_same_compiled(lambda: Case(lambda x, y: x + 10 * y, calls=same + other + same))


def test_argument_may_be_a_tensor_that_the_step_finds_too():
    known, *others = batches()
    calls = [known, known, known, *others, known]
    assert_same_compiled(lambda: Case(lambda x: x @ known.t(), calls=calls))


def test_argument_may_be_a_parameter_that_the_step_changes():
    def make():
        w = autograd.ones(6, 4, dtype=autograd.float64)
        calls = [w, *batches()[:5], w, w]
        return Case(lambda x: w.add_(1).sum() + (x * w).sum(), lambda: [w], calls=calls)

    assert_same_compiled(make)


Pair = namedtuple("Pair", "x y")


def descent():
    """Return a weight and a step that moves it, and tells of its argument after that."""
    w = autograd.ones(3, 3, dtype=autograd.float64, requires_grad=True)
    optimizer = optim.SGD([w], lr=0.01)

    def step(x):
        w.grad = None
        (w @ x.sin()).sum().backward()
        optimizer.step()
        return (x * 2).sum()

    return w, step


VIEWS = {
    "itself": lambda grad: grad,
    "transposed": lambda grad: grad.t(),
    "upside down": lambda grad: autograd.from_numpy(grad.numpy()[::-1]),
    "of another shape": lambda grad: grad.reshape(9).reshape(3, 3),
}


@pytest.mark.parametrize("most", [quick.BRIEF, -1])
@pytest.mark.parametrize("view", VIEWS)
def test_argument_may_be_a_gradient_that_the_step_left(view, most, monkeypatch):
    monkeypatch.setattr(quick, "BRIEF", most)
    (one, eager), (other, step) = descent(), descent()
    compiled = compile(step)
    x = autograd.from_numpy(np.arange(9.0).reshape(3, 3))
    for call in range(12):
        mine, theirs = (
            run(VIEWS[view](w.grad) if call > 4 and call != 8 else x)
            for run, w in ((eager, one), (compiled, other))
        )
        assert theirs.item() == pytest.approx(mine.item(), rel=1e-12)
        np.testing.assert_allclose(other.grad.numpy(), one.grad.numpy(), 1e-12)


def test_step_may_find_the_gradient_that_it_left():
    def make():
        w = autograd.ones(3, 3, dtype=autograd.float64, requires_grad=True)
        w.grad = autograd.ones_like(w).detach()
        last = autograd.zeros(3, 3, dtype=autograd.float64)

        def step(x):
            twice, old = w * 2, w.grad
            w.grad = None
            products = old @ old + last @ last
            (w * x).sum().backward()
            return twice, products

        return w, last, step

    (one, last_of_one, eager), (other, last_of_other, step) = make(), make()
    compiled = compile(step)
    for call in range(10):
        x = autograd.full((3, 3), 1.0 + call, dtype=autograd.float64)
        mine, theirs = eager(x)[1], compiled(x)[1]
        np.testing.assert_array_equal(theirs.numpy(), mine.detach().numpy())
        if call == 6:
            for w, last in ((one, last_of_one), (other, last_of_other)):
                last.data, w.grad = w.grad, autograd.ones_like(w).detach()


def test_arguments_may_be_nested_and_numbers():
    def step(pair, options, scale=1.0):
        x = pair.x + pair.y[0] * scale
        return x.sum() if options["summed"] else x

    xs, ys = batches(10), batches(10, rows=1)
    calls = [
        (Pair(x, [y]), {"summed": call % 2 == 0}, 2 if call > 5 else 2.0)
        for call, (x, y) in enumerate(zip(xs, ys, strict=True))
    ]
    assert_same_compiled(lambda: Case(step, calls=calls))


def test_keyword_arguments_are_told_apart():
    compiled = compile(lambda x, *, scale=1.0, shift=0.0: x * scale + shift)
    for x in batches():
        assert compiled(x=x, scale=2.0).tolist() == (x * 2).tolist()
        assert compiled(x, shift=2.0).tolist() == (x + 2).tolist()


def test_tensor_given_by_name_is_not_taken_for_the_first():
    one = autograd.ones(1)
    compiled = compile(lambda x=one, y=one: x - 2 * y)
    for value in map(autograd.tensor, [[1.0], [2.0], [3.0], [4.0]]):
        assert compiled(y=value).item() == 1 - 2 * value.item()
    assert compiled(autograd.tensor([4.0])).item() == 2
