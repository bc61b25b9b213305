"""Compiled steps over Scalars give what eager steps give, bit for bit."""

import math
import random
from functools import partial
from itertools import pairwise, product

import numba
import numpy as np
import op_table
import pytest

import autograd as ag
from autograd import Scalar, compile, op
from autograd.ops import elementwise, write
from autograd.plan.scalars import kernels

INF, NAN = math.inf, math.nan
VALUES = (0.5, -0.5, 0.0, -0.0, 2.0, -8.0, 1 / 3, 1000.0, -1000.0, INF, NAN)


@pytest.fixture(params=["native", "numpy"])
def engine(request, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", request.param == "numpy")
    return request.param


def same(one, other, engine="native"):
    """Assert that numbers are the same bits, or, as NumPy computes functions, nearly so."""
    if engine == "numpy":
        np.testing.assert_allclose(one, other, rtol=1e-12)
    else:
        np.testing.assert_array_equal(one, other)


# The step of micrograd's demo, on a net of Scalars


class Demo:
    """A net with ReLU, hinge loss and L2, and plain gradient descent; labels -1 and 1."""

    def __init__(self, sizes=(2, 5, 4, 1), count=7):
        rng = random.Random(3)
        self.points = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(count)]
        self.labels = [1 if x * y > 0 else -1 for x, y in self.points]
        self.layers = [
            [([Scalar(rng.uniform(-1, 1)) for _ in range(i)], Scalar(0.0)) for _ in range(o)]
            for i, o in pairwise(sizes)
        ]
        self.parameters = [
            p for layer in self.layers for weights, bias in layer for p in (*weights, bias)
        ]

    def score(self, point):
        for place, layer in enumerate(self.layers):
            sums = [
                sum((w * x for w, x in zip(ws, point, strict=True)), bias) for ws, bias in layer
            ]
            point = sums if place == len(self.layers) - 1 else [one.relu() for one in sums]
        return point[0]

    def losses(self, points, labels):
        scores = [self.score(list(map(Scalar, point))) for point in points]
        losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
        hits = [
            (label > 0) == (score.data > 0) for label, score in zip(labels, scores, strict=True)
        ]
        regularization = 1e-4 * sum(p * p for p in self.parameters)
        return sum(losses) * (1.0 / len(losses)) + regularization, sum(hits) / len(hits)

    def step(self, rate, points=None, labels=None):
        loss, accuracy = self.losses(
            self.points if points is None else points, self.labels if labels is None else labels
        )
        for p in self.parameters:
            p.grad = 0.0
        loss.backward()
        for p in self.parameters:
            p.data -= rate * p.grad
        return loss, accuracy

    def state(self):
        return [(p.data, p.grad) for p in self.parameters]


def told(result):
    loss, accuracy = result
    return loss.data, loss.grad, accuracy


def test_twenty_compiled_steps_are_twenty_eager_steps(engine):
    eager, compiled = Demo(), Demo()
    step = compile(compiled.step)
    for place in range(20):
        rate = 0.3 - 0.01 * place
        assert told(eager.step(rate)) == told(step(rate))
        assert eager.state() == compiled.state()
    assert "add" in str(step.plan())


@pytest.mark.nightly
def test_micrograds_demo_compiled_is_the_eager_one():
    eager, compiled = Demo((2, 16, 16, 1), 100), Demo((2, 16, 16, 1), 100)
    step = compile(compiled.step)
    for place in range(20):
        rate = 1.0 - 0.9 * place / 100
        assert told(eager.step(rate)) == told(step(rate))
        assert eager.state() == compiled.state()


def test_eager_and_compiled_steps_take_turns():
    eager, compiled = Demo(), Demo()
    step = compile(compiled.step)
    for place in range(12):
        one = eager.step(0.1)
        other = (compiled.step if place % 4 == 3 else step)(0.1)
        assert told(one) == told(other)
        for p, q in zip(eager.parameters, compiled.parameters, strict=True):
            p.data += 0.01 * place
            q.data += 0.01 * place
    assert eager.state() == compiled.state()


@pytest.mark.parametrize("kind", ["array", "list", "number"])
def test_points_and_labels_may_be_arguments(kind):
    eager, compiled = Demo(), Demo()
    step = compile(compiled.step)
    for place in range(6):
        rng = np.random.default_rng(place)
        points, labels = rng.standard_normal((7, 2)), rng.choice([-1, 1], 7)
        if kind == "list":
            points, labels = points.tolist(), labels.tolist()
        elif kind == "number":
            points, labels = list(map(tuple, points)), tuple(labels)
        assert told(eager.step(0.1, points, labels)) == told(
            step(0.1, labels=labels, points=points)
        )
    assert eager.state() == compiled.state()
    assert "reads 22 numbers" in str(step.plan())


def test_plan_of_a_step_of_other_length_needs_no_other_kernels(monkeypatch):
    texts = []
    addresses = kernels.addresses_of
    monkeypatch.setattr(kernels, "addresses_of", lambda some: texts.extend(some) or addresses(some))
    counts = []
    for sizes in ((2, 5, 4, 1), (2, 9, 9, 9, 9, 1)):
        texts.clear()
        demo = Demo(sizes, 11)
        step = compile(demo.step)
        for _ in range(3):
            step(0.1)
        counts.append(len(set(texts)))
    assert counts[0] == counts[1]


def test_plan_tells_operations_by_kind_and_by_level():
    demo = Demo()
    step = compile(demo.step)
    with pytest.raises(RuntimeError, match="nothing is compiled yet"):
        step.plan()
    for _ in range(4):
        step(0.1)
    lines = str(step.plan()).splitlines()
    assert "writes data of 44 and grad of 44" in lines[1]
    total = int(lines[0].split()[0])
    table = [line.split() for line in lines[4 : lines.index("", 4)]]
    assert total == sum(int(count) for _, count, _ in table)
    assert lines[lines.index("", 4) + 2].split()[0] == "1"
    assert len(lines) < 150


# Every operation


def on_scalars():
    """Return the functions of the table of operations that Scalars have, and their arguments."""
    found = {row.op: row.function for row in op_table.TABLE if row.op and row.op.expression}
    return sorted(found.values(), key=lambda function: function.op.name)


def arguments_of(function):
    """Return rows of numbers for every argument of an operation; bitwise ones take booleans."""
    if function.op.name.startswith("bitwise"):
        return list(product((True, False), repeat=len(function.op.arrays)))
    if len(function.op.arrays) == 3:
        return list(product((0.0, 1.0, NAN), VALUES[:4], VALUES[-4:]))
    return list(product(VALUES, repeat=len(function.op.arrays)))


def value_and_gradients(function, numbers):
    """Return the value of function and what backward leaves, of Scalars or of booleans."""
    scalars = [one if type(one) is bool else Scalar(one) for one in numbers]
    y = function(*scalars)
    if not isinstance(y, Scalar):
        return [y]
    y.backward()
    return [y, *(one.grad for one in scalars)]


def all_rows(function, rows):
    return [value_and_gradients(function, row) for row in rows]


def numbers_in(results):
    return [float(one) for row in results for one in row]


def test_table_of_operations_has_every_operation_of_scalars():
    modules = (elementwise, write)
    entries = {getattr(one, "op", None) for module in modules for one in vars(module).values()}
    expected = {entry for entry in entries if entry is not None and entry.expression}
    assert {function.op for function in on_scalars()} == expected


def check_compiled(function, rows, engine):
    rows = np.array(rows)
    step = compile(lambda rows: all_rows(function, rows))
    # Recorded where all is well, run where floats end: a plan must not depend on its numbers.
    calm = np.ones_like(rows) if rows.dtype == bool else np.full(rows.shape, 0.25)
    step(calm)
    step(calm)
    for numbers in (rows, rows[::-1].copy(), rows):
        expected = numbers_in(all_rows(function, numbers.tolist()))
        same(numbers_in(step(numbers)), expected, engine)
    assert str(step.plan())


@pytest.mark.parametrize("function", on_scalars(), ids=lambda function: function.op.name)
def test_compiled_operation_is_the_eager_one(function, engine):
    called = partial(function, min=-0.4, max=0.9) if function is elementwise.clamp else function
    check_compiled(called, arguments_of(function), engine)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: ag.clamp(x, -0.5, 1),
        lambda x: ag.clamp(x, min=0.25),
        lambda x: ag.clamp(x, max=2),
        lambda x: ag.clamp(x, x * x, 1) + ag.clamp(x, -1, x + x) + ag.add(x, x, alpha=2),
        lambda x: ag.where(x > 0, x, 3),
        lambda x: ag.leaky_relu(x, 0.3),
        lambda x: ag.softplus(x, 2, 1),
        lambda x: ag.maximum(x, 3) + ag.minimum(0.5, x),
        lambda x: x**3 + 2**x - x / 4 + 4 / x + (x // 2) + (7 % x),
        lambda x: abs(-x) + (+x),
        lambda x: ag.masked_fill(x, x > 1, 0.0),
        lambda x: ag.where((x > 0.1) & (x < 1) | ~(x == x), x * 2, x),
        lambda x: ag.where(ag.logical_xor(x > 0, x > 1), x * x, x),
    ],
)
@pytest.mark.filterwarnings("ignore:Bitwise inversion")
def test_compiled_function_with_numbers_is_the_eager_one(function, engine):
    check_compiled(function, [(value,) for value in VALUES], engine)


def test_operation_of_the_users_own_compiles(engine):
    @op(expression="n * n * n if n > p else p", n=lambda g, n: g * (3 * n * n))
    def cube(n, /, p=0.0):
        """Return the cube above p, else p."""
        return np.where(n > p, n**3, p)

    check_compiled(lambda x: cube(x, 0.125) + cube(x), [(value,) for value in VALUES], engine)


@pytest.mark.parametrize("seed", range(30))
def test_random_steps_compiled_are_eager_ones(seed):
    functions = ["add", "sub", "mul", "div", "maximum", "tanh", "sigmoid", "relu", "exp", "sin"]
    rng = random.Random(seed)
    plan = [(rng.choice(functions), rng.random(), rng.random()) for _ in range(25)]

    def make():
        pool = [Scalar(1 + k / 4) for k in range(4)]

        def step(x, rate):
            values = [*pool, Scalar(x), x]
            for name, one, other in plan:
                function = getattr(elementwise, name)
                args = [values[int(k * len(values))] for k in (one, other)]
                values.append(function(*args[: len(function.op.arrays)]))
            loss = sum(values[-6:]) + pool[0]
            loss.backward()
            for p in pool:
                p.data -= rate * ag.tanh(p.grad)
                p.grad *= 0.5
            return loss, [x * 2, ag.exp(-x)]

        return step, pool

    (eager, one), (other, two) = make(), make()
    compiled = compile(other)
    for k in range(6):
        expected, result = eager(0.3 * k, 0.01), compiled(0.3 * k, 0.01)
        same([result[0].data, *result[1]], [expected[0].data, *expected[1]])
        same([(p.data, p.grad) for p in two], [(p.data, p.grad) for p in one])


# What a step may do with Scalars


def both(make, calls, count=5):
    """Run an eager and a compiled step alike; make() returns a step and its Scalars."""
    (eager, one), (step, two) = make(), make()
    compiled = compile(step)
    for k in range(count):
        args = calls(k)
        expected, result = eager(*args), compiled(*args)
        same(numbers_in([result]), numbers_in([expected]))
        assert [(p.data, p.grad) for p in two] == [(p.data, p.grad) for p in one]
    return compiled


def test_gradients_add_up_until_they_are_zeroed():
    def make():
        p = Scalar(2.0)

        def step(x):
            (p * p * x).backward()
            return [p.grad]

        return step, [p]

    both(make, lambda k: (0.5 + k,))


def test_scalars_beside_the_graph_are_state():
    def make():
        p, speed = Scalar(2.0), Scalar(0.0)

        def step(x):
            p.grad = 0.0
            (p * p * x).backward()
            speed.data = 0.9 * speed.data + p.grad
            p.data -= 0.01 * speed.data
            return [p.data]

        return step, [p, speed]

    both(make, lambda k: (0.5 + k,))


def test_second_derivatives_inside_a_step():
    def make():
        p = Scalar(0.4)

        def step(x):
            (slope,) = ag.grad((p * x).tanh() ** 3, p, create_graph=True)
            (bend,) = ag.grad(slope, p)
            p.data -= 0.1 * bend
            return [slope.data, bend]

        return step, [p]

    both(make, lambda k: (0.5 + k,))


def test_gradient_that_has_a_graph_may_be_penalized_within_a_step():
    def make():
        p = Scalar(0.4)

        def step(x):
            loss = (p * x).exp()
            loss.backward(create_graph=True)
            penalty, p.grad = p.grad * p.grad, 0.0
            penalty.backward()
            return [loss, penalty, penalty.grad]

        return step, [p]

    both(make, lambda k: (0.1 + k,))


def test_no_grad_and_grad_have_plans_of_their_own():
    p = Scalar(3.0)
    step = compile(lambda x: p * x)
    for k in range(8):
        with ag.set_grad_enabled(k % 2 == 0):
            assert step(float(k)).data == 3.0 * k


def test_step_that_only_writes_compiles():
    parameters = [Scalar(float(k)) for k in range(3)]

    def reset():
        for p in parameters:
            p.grad = 0.0

    step = compile(reset)
    for _ in range(4):
        for p in parameters:
            p.grad = 7.0
        step()
        assert [p.grad for p in parameters] == [0.0, 0.0, 0.0]


def test_graph_made_before_the_step_is_gone_through():
    def make():
        w = Scalar(3.0)
        y = w * w

        def step(x):
            loss = y * x
            loss.backward()
            return [loss]

        return step, [w, y]

    both(make, lambda k: (0.5 + k,))


def test_results_keep_structure_types_labels_and_gradients():
    p = Scalar(2.0, label="p")

    def step(x):
        y = p * x
        y.label = "y"
        y.backward()
        return {"y": y, "p": [p], "more": (y.data, y.data > 1, (y > 1) + 2, x.item(), "name", None)}

    compiled = compile(step)
    for k in range(4):
        result = compiled(Scalar(float(k)))
        y = result["y"]
        assert (y.data, y.grad, y.label, y.is_leaf) == (2.0 * k, 1.0, "y", True)
        assert result["p"][0] is p
        expected = (2.0 * k, 2 * k > 1, 2 + (2 * k > 1), float(k), "name", None)
        assert result["more"] == expected
        assert list(map(type, result["more"])) == list(map(type, expected))


def test_arrays_of_inputs_take_part_in_numpys_arithmetic():
    w = Scalar(0.5)

    def step(x):
        centred = (x - x.mean(0)) * np.array([1.0, 2.0]) / 4
        return np.exp(centred), sum(w * one for one in centred.ravel()), np.float64(2) * x[0, 0]

    compiled = compile(step)
    for k in range(4):
        x = np.arange(6.0).reshape(3, 2) ** (1 + k / 2)
        made, expected = compiled(x), step(x)
        np.testing.assert_allclose(made[0], expected[0], rtol=1e-15)
        assert (made[0].dtype, made[1].data) == (np.float64, expected[1].data)
        assert made[2] == expected[2]
