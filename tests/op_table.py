"""The op table: one row an op, with arguments that can fail and a reference in plain Python.

A new op is a new row; `test_ops.py` runs every property on every row. Float64 arrays among the
arguments get gradients. Shapes are small and never square by accident.
"""

import math
from collections.abc import Callable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import op_references as plain

from autograd.ops import elementwise as e
from autograd.ops import fused, index, linalg, reduce, shape, views, write
from autograd.ops.index import HERE

RANDOM = np.random.default_rng(0)
# Ops without array arguments: no gradient; test_streams.py holds them against PyTorch.
DRAWS = {"draw_uniform", "draw_normal", "draw_bernoulli", "draw_integers", "draw_permutation"}


class Sample(NamedTuple):
    """Arguments of one call."""

    args: tuple
    statics: dict


class Row(NamedTuple):
    """One op: reference(*args, **statics) returns what function(*args, **statics) should."""

    name: str
    function: Callable
    reference: Callable
    samples: list[Sample]

    @property
    def op(self) -> Any:
        """The op's entry, None for a function made of several ops."""
        return getattr(self.function, "op", None)


def call(*args: Any, **statics: Any) -> Sample:
    return Sample(args, statics)


# Domains. All keep off the kinks at 0 and of each other by more than a finite difference.
def real(*sizes: int) -> np.ndarray:
    return np.asarray(RANDOM.uniform(0.3, 2, sizes) * RANDOM.choice([-1, 1], sizes))


def positive(*sizes: int) -> np.ndarray:
    return np.asarray(RANDOM.uniform(0.3, 2, sizes))


def inside(*sizes: int) -> np.ndarray:
    return np.asarray(RANDOM.uniform(0.1, 0.9, sizes))


def apart(*sizes: int) -> np.ndarray:
    count = math.prod(sizes)
    return ((RANDOM.permutation(count) + RANDOM.uniform(0.2, 0.7, count)) / 3 - 1).reshape(sizes)


def whole(*sizes: int) -> np.ndarray:
    return np.asarray(RANDOM.integers(1, 5, sizes))


def flags(*sizes: int) -> np.ndarray:
    return np.asarray(RANDOM.random(sizes) < 0.5)


def unary(
    function: Any, reference: Callable, domain: Callable = real, *also: Any, **statics: Any
) -> Row:
    shapes = [(3,), (2, 3), (), (0,), (2, 0)]
    samples = [call(domain(*sizes), **statics) for sizes in shapes]
    samples += [one if isinstance(one, Sample) else call(one, **statics) for one in also]
    return Row(function.op.name, function, plain.each(reference), samples)


def binary(
    function: Any,
    reference: Callable,
    a: Callable = real,
    b: Callable | None = None,
    *also: Sample,
) -> Row:
    b = b or a
    shapes = [((2, 3), (2, 3)), ((3, 1), (1, 2)), ((2, 3), (3,)), ((), (2, 3)), ((2, 1, 3), (4, 1)),
              ((), ()), ((0,), (1,)), ((2, 0), (2, 1))]  # fmt: skip
    samples = [call(a(*left), b(*right)) for left, right in shapes]
    samples += [call(a(2), b().item()), call(a().item(), b(2)), *also]
    return Row(function.op.name, function, plain.each(reference), samples)


def over_dims(*also: Sample, domain: Callable = real, **statics: Any) -> list[Sample]:
    dims = [{}, {"dim": 0}, {"dim": -1, "keepdim": True}, {"dim": (2, 0)}, {"dim": (-1, 1),
            "keepdim": True}, {"dim": None, "keepdim": True}]  # fmt: skip
    several = [call(domain(2, 3, 2), **how, **statics) for how in dims]
    return [*several, call(domain(4), dim=-1, **statics), *also]


def over_dim(function: Any, reference: Callable, domain: Callable, *also: Sample) -> Row:
    dims = [{"dim": 0}, {"dim": -1, "keepdim": True}, {}, {"dim": None, "keepdim": True}]
    samples = [call(domain(2, 3), **how) for how in dims]
    samples += [call(domain(3), dim=0), call(domain()), call(domain(), dim=-1), *also]
    return Row(function.op.name, function, plain.along(reference), samples)


def compared(function: Any, reference: Callable) -> Row:
    ties = call(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0]))
    integers = call(whole(2, 3), whole(3)), call(whole(3), 2.5), call(flags(2), flags(3, 1))
    return binary(function, reference, real, None, ties, *integers)


def bitwise(function: Any, reference: Callable) -> Row:
    samples = [call(flags(2, 3), flags(3)), call(whole(2, 3), whole(2, 1)), call(whole(3), 2)]
    samples += [call(whole(0), whole(1)), call(flags(3), whole(3))]
    return Row(function.op.name, function, plain.each(reference), samples)


def loss(function: Any, reference: Callable, x: Callable, target: Callable) -> Row:
    how = [{}, {"reduction": "sum"}, {"reduction": "none"}, {"reduction": "mean"}]
    samples = [call(x(2, 3), target(2, 3), **one) for one in how]
    samples += [call(x(), target()), call(x(0), target(0), reduction="sum"), call(x(4), target(4))]
    return Row(function.op.name, function, reference, samples)


def row(function: Any, reference: Callable, *samples: Sample, name: str | None = None) -> Row:
    return Row(name or function.op.name, function, reference, list(samples))


INTEGERS = call(whole(2, 3), whole(3)), call(whole(3), 2), call(2, whole(3))
MIXED = call(whole(2, 1), real(3)), call(flags(3), whole(2, 1)), call(whole(3), 2.5)


ELEMENTWISE = [
    row(e.cast, lambda x, dtype, source: x,
        call(real(2, 3), np.dtype("float64"), np.dtype("float64")),
        call(whole(3), np.dtype("float64"), np.dtype("int64")),
        call(real(2, 0), np.dtype("float64"), np.dtype("float64"))),
    binary(e.add, lambda a, b: a + b, real, None, *INTEGERS, *MIXED),
    binary(e.sub, lambda a, b: a - b, real, None, *INTEGERS, *MIXED),
    binary(e.mul, lambda a, b: a * b, real, None, *INTEGERS, *MIXED),
    binary(e.div, lambda a, b: a / b, real, None, *INTEGERS, *MIXED[:1], call(flags(3), whole(3))),
    binary(e.pow_, lambda a, b: a**b, positive, real, *INTEGERS, call(real(2, 3), 2),
        call(real(3), -1), call(real(3), 0), call(real(3), 3), call(positive(2), 0.5),
        call(positive(2), -1.5), call(whole(3), 0.5)),
    binary(e.floor_divide, lambda a, b: math.floor(a / b), real, None, *INTEGERS,
        call(-whole(3), 2), call(real(3), 0.7)),
    binary(e.remainder, lambda a, b: a - b * math.floor(a / b), real, None, *INTEGERS,
        call(-whole(3), 3), call(real(3), -0.7)),
    unary(e.neg, lambda x: -x, real, whole(3)),
    unary(e.abs_, lambda x: math.sqrt(x * x), real, -whole(3)),
    unary(e.sign, lambda x: math.copysign(1, x) if x else 0, real, whole(3) - 2),
    unary(e.square, lambda x: x * x, real, whole(3), flags(3)),
    unary(e.reciprocal, lambda x: x**-1, real, whole(3)),
    unary(e.exp, math.exp, real, whole(3), flags(3)),
    unary(e.log, math.log, positive, whole(3)),
    unary(e.log1p, lambda x: math.log(1 + x), positive, whole(3)),
    unary(e.sqrt, lambda x: x**0.5, positive, whole(3)),
    unary(e.sin, math.sin, real, whole(3)),
    unary(e.cos, math.cos, real, whole(3)),
    unary(e.tanh, lambda x: (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1), real, whole(3)),
    unary(e.sigmoid, lambda x: 0.5 * (1 + math.tanh(x / 2)), real, whole(3)),
    unary(e.relu, lambda x: max(x, 0), real, whole(3) - 2),
    unary(e.leaky_relu, lambda x, negative_slope=0.01: x * (1 if x > 0 else negative_slope), real,
        call(real(3), negative_slope=0.2), call(real(3), negative_slope=0)),
    unary(e.softplus, lambda x, beta=1, threshold=20: math.log(1 + math.exp(beta * x)) / beta, real,
        call(real(3), beta=2.5), call(np.array([7.5, -3.0, 9.0]), threshold=100),
        call(np.array([30.0, 45.0, -50.0]), 1.5)),
    binary(e.heaviside, lambda a, b: b if a == 0 else float(a > 0), real, None, *INTEGERS),
    compared(e.eq, lambda a, b: a == b),
    compared(e.ne, lambda a, b: a != b),
    compared(e.lt, lambda a, b: a < b),
    compared(e.le, lambda a, b: a <= b),
    compared(e.gt, lambda a, b: a > b),
    compared(e.ge, lambda a, b: a >= b),
    bitwise(e.bitwise_and, lambda a, b: int(a) & int(b)),
    bitwise(e.bitwise_or, lambda a, b: int(a) | int(b)),
    bitwise(e.bitwise_xor, lambda a, b: int(a) ^ int(b)),
    row(e.bitwise_not, plain.each(lambda x: not x if isinstance(x, bool) else -x - 1),
        call(flags(2, 3)), call(whole(3)), call(flags(0))),
    compared(e.logical_and, lambda a, b: a != 0 and b != 0),
    compared(e.logical_or, lambda a, b: a != 0 or b != 0),
    compared(e.logical_xor, lambda a, b: (a == 0) != (b == 0)),
    unary(e.logical_not, lambda x: not x, real, np.array([math.nan, 0, math.inf]), whole(4) - 2,
        flags(3)),
    unary(e.isnan, math.isnan, real, np.array([math.nan, 1, math.inf]), whole(2)),
    row(e.where, plain.each(lambda condition, a, b: a if condition else b),
        call(flags(2, 3), real(2, 3), real(2, 3)), call(flags(3, 1), real(2), real(1, 2)),
        call(flags(3), real(2, 3), real()), call(flags(2, 3), real(3), -1.5),
        call(flags(3), 0, real(2, 1)), call(np.asarray(True), real(), real(2)),
        call(flags(2), whole(2), whole(3, 1)), call(flags(2, 0), real(2, 0), real(2, 1)),
        call(flags(3), 1.5, 2), call(True, real(3), 0)),
    binary(e.maximum, max, real, None, *INTEGERS, call(whole(2), real(3, 1))),
    binary(e.minimum, min, real, None, *INTEGERS, call(whole(2), real(3, 1))),
    unary(e.clamp, lambda x, min=-math.inf, max=math.inf: sorted([x, min, max])[1], real,
        call(real(3), min=0.1), call(real(3), max=-0.1), call(real(2, 3), -0.2, 0.2),
        call(whole(3), 2, 3), call(whole(3), 1.5), min=-1.1, max=1),
]  # fmt: skip

REDUCTIONS = [
    row(reduce.total, plain.along(math.fsum), *over_dims(call(real()), call(real(), dim=0),
        call(real(0)), call(real(2, 0), dim=1), call(real(2, 0), dim=0), call(whole(2, 3), dim=0),
        call(flags(5)), call(real(2, 3), dim=()))),
    row(reduce.average, plain.along(lambda xs: math.fsum(xs) / len(xs)),
        *over_dims(call(real()), call(real(), dim=-1), call(real(2, 0), dim=0))),
    row(reduce.var, plain.along(plain.variance), *over_dims(call(real(4), correction=0),
        call(real(4, 2), 0, correction=2.5), call(real(3, 2), 0, correction=0, keepdim=True))),
    row(reduce.std, plain.along(lambda xs, correction=1: math.sqrt(plain.variance(xs, correction))),
        *over_dims(call(real(4), correction=0), call(real(4, 2), 0, correction=2.5))),
    row(reduce.amax, plain.along(max), *over_dims(call(apart()), call(apart(), dim=0),
        call(apart(0, 2), dim=1), call(whole(2, 3), dim=0), call(flags(3)), domain=apart)),
    row(reduce.amin, plain.along(min), *over_dims(call(apart()), call(apart(), dim=0),
        call(apart(0, 2), dim=1), call(whole(2, 3), dim=0), call(flags(3)), domain=apart)),
    over_dim(reduce.argmax, lambda xs: xs.index(max(xs)), apart, call(whole(4, 3), dim=0)),
    over_dim(reduce.argmin, lambda xs: xs.index(min(xs)), apart, call(whole(4, 3), dim=0)),
    row(reduce.all_, plain.along(all),
        *over_dims(call(flags(2, 0), dim=1), call(whole(3) - 2), domain=flags)),
    row(reduce.any_, plain.along(any),
        *over_dims(call(flags(2, 0), dim=1), call(whole(3) - 2), domain=flags)),
    row(reduce.sum_, plain.along(math.fsum), call(real(2, 3), dim=1),
        call(whole(3), dtype=np.dtype("float64")), name="sum"),
    row(reduce.mean, plain.along(lambda xs: math.fsum(xs) / len(xs)), call(real(2, 3), dim=(0,)),
        call(whole(3), dtype=np.dtype("float64")), name="mean"),
    row(lambda x, dim: reduce.max_(x, dim).values, plain.along(max), call(apart(2, 3), dim=0),
        call(apart(2, 3), dim=-1), call(apart(), dim=0), name="max along a dim"),
    row(lambda x, dim, keepdim: reduce.min_(x, dim, keepdim).values, plain.along(min),
        call(apart(2, 3), dim=1, keepdim=True), call(apart(4), dim=-1, keepdim=False),
        name="min along a dim"),
    row(reduce.max_, plain.along(max), call(apart(2, 3)), name="max"),
]  # fmt: skip

SHAPES = [
    row(shape.reshape, lambda x, shape: np.fromiter(x.flat, x.dtype).reshape(shape),
        call(real(2, 3), (3, 2)), call(real(2, 3), (-1,)), call(real(2, 3, 2), (4, -1)),
        call(real(), (1, 1)), call(real(1), ()), call(real(0, 3), (3, 0, 2))),
    row(shape.view, lambda x, shape: np.fromiter(x.flat, x.dtype).reshape(shape),
        call(real(2, 3), (3, 2)), call(real(2, 3), (-1,)), call(real(), (1,)),
        call(real(0), (0, 3))),
    row(shape.transpose, plain.swapped, call(real(2, 3), 0, 1), call(real(2, 3, 4), -1, 0),
        call(real(2, 3, 1), 1, -2), call(real(2, 0), 0, 1)),
    row(shape.permute, lambda x, dims: np.einsum(x, range(x.ndim), [d % x.ndim for d in dims]),
        call(real(2, 3), (1, 0)), call(real(2, 3, 4), (2, 0, 1)), call(real(2, 3, 4), (-1, -3, 1)),
        call(real(), ()), call(real(2, 0), (1, 0))),
    row(shape.expand, plain.expanded, call(real(3, 1), (3, 2)), call(real(3), (2, 3)),
        call(real(), (2, 3)), call(real(1, 3), (2, -1)), call(real(2, 1, 3), (4, -1, 2, 3)),
        call(real(1), (0,)), call(real(), ()), call(real(2, 3), (2, 3))),
    row(reduce.filled, lambda x, shape: np.full(shape, x),
        call(real(), (2, 3)), call(real(), ()), call(real(), (0, 2))),
    row(shape.narrow, lambda x, dim, start, length: np.take(x, range(start, start + length), dim),
        call(real(2, 5), 1, 2, 2), call(real(4), 0, 0, 3), call(real(3, 2), -2, 1, 2),
        call(real(5), 0, -3, 2), call(real(5), 0, -2, 2), call(real(2, 3), 1, 3, 0)),
    row(shape.padded, lambda x, dim, start, size: plain.put(x,
        shape=(*x.shape[:dim], size, *x.shape[dim + 1 :]),
        pattern=(*[slice(None)] * dim, slice(start, start + x.shape[dim]))), call(real(2, 3), 1, 1,
        5), call(real(3), 0, 0, 3), call(real(2, 3), 0, 2, 4)),
    row(shape.joined, plain.joined, call(real(2, 3), real(2, 1), dim=1), call(real(3), dim=0),
        call(real(1, 3), real(2, 3), real(0, 3), dim=0), call(real(2), whole(3), dim=0),
        call(real(1, 2, 3), real(1, 2, 2), dim=-1)),
    row(lambda *xs, dim=0: shape.cat(xs, dim), plain.joined, call(real(2, 3), real(1, 3)),
        call(real(2, 3), real(2, 2), dim=-1), name="cat"),
    row(lambda *xs, dim=0: shape.stack(xs, dim),
        lambda *xs, dim=0: plain.joined(*[np.expand_dims(x, dim) for x in xs], dim=dim),
        call(real(2, 3), real(2, 3)), call(real(3), real(3), dim=-1), call(real(), real()),
        name="stack"),
    row(shape.squeeze, np.squeeze, call(real(1, 3, 1)), call(real(1, 3, 1), 0),
        call(real(1, 3, 1), (0, -1)), call(real()), name="squeeze"),
    row(shape.unsqueeze, np.expand_dims, call(real(2, 3), 1), call(real(2, 3), -1), call(real(), 0),
        name="unsqueeze"),
    row(shape.flatten, lambda x, start_dim=0, end_dim=-1: np.fromiter(x.flat,
        x.dtype).reshape(*x.shape[:start_dim], -1, *x.shape[end_dim:][1:]), call(real(2, 3)),
        call(real(2, 3, 2), 1), call(real(2, 3, 2), 0, -2), name="flatten"),
    row(shape.t, lambda x: np.array([*zip(*x, strict=True)]), call(real(2, 3)), name="t"),
]  # fmt: skip

ROWS, COLUMNS = np.array([1, 0, 1, -1]), np.array([[2], [0]])
INDEXING = [
    row(index.sliced, plain.taken, call(real(4, 3), pattern=(1,)),
        call(real(4, 3), pattern=(slice(None, None, 2), -1)),
        call(real(2, 3, 2), pattern=(Ellipsis, 1)), call(real(3), pattern=(None, slice(1, None))),
        call(real(3), pattern=(0,)), call(real(3), pattern=(slice(2, 1),)),
        call(real(), pattern=(Ellipsis,)), call(real(), pattern=(None,))),
    row(index.unsliced, plain.put, call(real(3), shape=(4, 3), pattern=(1,)),
        call(real(2, 2), shape=(4, 2), pattern=(slice(None, None, 2),)),
        call(real(), shape=(3,), pattern=(-1,)),
        call(real(1, 2), shape=(3,), pattern=(None, slice(1, None)))),
    row(index.taken, plain.taken, call(real(3, 2), ROWS, pattern=(HERE,)),
        call(real(2, 3), COLUMNS, pattern=(slice(None), HERE)),
        call(real(2, 3), ROWS, ROWS, pattern=(HERE, HERE)),
        call(real(3), np.array([True, False, True]), pattern=(HERE,)),
        call(real(2, 4, 3), ROWS, ROWS, pattern=(HERE, slice(1, 3), HERE)),
        call(real(3), np.array([], int), pattern=(HERE,)),
        call(real(2, 3), COLUMNS, pattern=(1, HERE))),
    row(index.put, plain.put, call(real(4, 2), ROWS, shape=(3, 2), pattern=(HERE,)),
        call(real(2, 2, 1), COLUMNS, shape=(2, 3), pattern=(slice(None), HERE)),
        call(real(2), np.array([True, False, True]), shape=(3,), pattern=(HERE,)),
        call(real(0), np.array([], int), shape=(3,), pattern=(HERE,))),
    row(lambda x, *at: index.getitem(x, at if len(at) > 1 else at[0]), lambda x, *at: x[at],
        call(real(4, 3), ROWS), call(real(4, 3), 1, COLUMNS), call(real(2, 3), flags(2, 3)),
        name="getitem"),
    row(index.gathered, plain.gathered, call(real(3, 2), np.array([[2, 0]]), 0),
        call(real(2, 3), COLUMNS, 1), call(real(3), np.array([1, 1, 0, 2]), 0),
        call(real(2, 3), np.zeros((2, 0), int), 1)),
    row(lambda x, at, dim: index.gather(x, dim, at), plain.gathered, call(real(2, 3), COLUMNS, -1),
        name="gather"),
    row(index.scattered, plain.scattered, call(real(1, 2), np.array([[2, 0]]), (3, 2), 0),
        call(real(2, 1), COLUMNS, (2, 3), 1), call(real(4), np.array([1, 1, 0, 2]), (3,), 0)),
    row(index.one_hot, plain.one_hot, call(ROWS, 3, np.dtype("float64")),
        call(COLUMNS, 4, np.dtype("int64"))),
]  # fmt: skip

PRODUCTS = [
    row(linalg.matmul, plain.product, call(real(2, 3), real(3, 4)), call(real(3), real(3)),
        call(real(2, 3), real(3)), call(real(3), real(3, 2)), call(real(2, 3, 4), real(4, 5)),
        call(real(2, 3), real(4, 3, 2)), call(real(2, 1, 2, 3), real(4, 3, 2)),
        call(real(2, 3, 4), real(4)), call(real(3), real(2, 3, 4)), call(real(0, 3), real(3, 2)),
        call(real(2, 0), real(0, 3)), call(whole(2, 3), whole(3, 1)),
        call(real(1, 2, 3), real(5, 3, 1))),
    row(linalg.linear,
        lambda x, weight, bias=None: plain.product(x, weight.T) + (0 if bias is None else bias),
        call(real(2, 3), real(4, 3), real(4)), call(real(3), real(2, 3), real(2)),
        call(real(2, 3), real(4, 3)), call(real(2, 1, 3), real(4, 3), real(4)),
        call(real(0, 3), real(2, 3), real(2)), call(real(2, 3), real(4, 3), None)),
]  # fmt: skip

LABELS = np.array([2, 0, 1, 2])
FUSED = [
    row(fused.softmax, plain.softmax, call(real(2, 3), 1), call(real(2, 3), dim=0),
        call(real(2, 3, 2), -2), call(real(), 0), call(real(2, 0), 1), call(whole(2, 3), 1)),
    row(fused.log_softmax, plain.log_softmax, call(real(2, 3), 1), call(real(2, 3), dim=0),
        call(real(2, 3, 2), -2), call(real(), 0), call(real(2, 0), 1)),
    loss(fused.mse_loss, plain.mse, real, real),
    row(fused.probabilities, lambda x: x, call(inside(2, 3)), call(inside()), call(inside(0))),
    loss(fused.binary_cross_entropy, plain.bce, inside, inside),
    loss(fused.binary_cross_entropy_with_logits, plain.bce_with_logits, real, inside),
    row(fused.counted, lambda target, classes, ignore_index: [x != ignore_index for x in target],
        call(LABELS, 3, -100), call(LABELS, 3, 2), call(LABELS[:0], 3, 2)),
    row(fused.checked_classes, lambda labels, classes: labels, call(LABELS, 3)),
    row(fused.cross_entropy, plain.cross_entropy, call(real(4, 3), LABELS),
        call(real(4, 3), LABELS, reduction="sum"), call(real(4, 3), LABELS, reduction="none"),
        call(real(4, 3), LABELS, ignore_index=2), call(real(4, 3), np.array([-100, 0, -100, 1])),
        call(real(4, 3), LABELS, 0, "none"), call(real(1, 3), LABELS[:1]),
        call(real(0, 3), LABELS[:0], reduction="sum")),
]  # fmt: skip

# The second column of a matrix, turned round.
COLUMN = (shape.transpose.op, (0, 1)), (index.sliced.op, ((1, Ellipsis),))
WRITES = [
    row(views.seen, lambda x, chain: x[:, 1], call(real(2, 3), COLUMN)),
    row(views.placed, lambda x, shape, chain: np.stack([0 * x, x, 0 * x], 1),
        call(real(2), (2, 3), COLUMN)),
    row(views.written, lambda x, value, chain: np.stack([x[:, 0], value + 0 * x[:, 1], x[:, 2]], 1),
        call(real(2, 3), real(2), COLUMN), call(real(2, 3), real(), COLUMN),
        call(real(2, 3), 0, COLUMN)),
    row(views.overwritten, lambda x, value: value + 0 * x, call(real(2, 3), real(3)),
        call(real(2, 3), 2.5), call(real(), real())),
    row(index.assigned, plain.assigned, call(real(3), real(2), np.array([0, 2]), pattern=(HERE,)),
        call(real(2, 3), real(), np.array([2, 0]), pattern=(slice(None), HERE)),
        call(real(3), 1.5, flags(3), pattern=(HERE,))),
    row(write.clone, lambda x: x, call(real(2, 3)), call(real()), call(real(0)), call(whole(3))),
    row(write.assign, lambda x, value, by="": value + 0 * x, call(real(2, 3), real(3)),
        call(real(3), 2.5)),
    row(write.accumulate, lambda x, value: x + value, call(real(2, 3), real(2, 3)),
        call(real(), real())),
    row(write.assign_at, lambda x, value, *at, pattern: np.where(np.isin(range(3), at), value, x),
        call(real(3), np.asarray(5.0), np.array([0, 2]), pattern=(HERE,))),
]  # fmt: skip

TABLE = list(chain(ELEMENTWISE, REDUCTIONS, SHAPES, INDEXING, PRODUCTS, FUSED, WRITES))
