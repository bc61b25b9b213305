"""Expressions of the operations that have no row in the op table: on floats as on arrays."""

import itertools

import numpy as np
import pytest
from op_table import TABLE
from test_ops import GRID, assert_same_number, every_op

import autograd
from autograd import Scalar

pytestmark = pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")

STATICS = {
    "elu": {"alpha": 0.7, "scale": 1.2, "rate": 0.9},
    "hardtanh": {"min_val": -0.5, "max_val": 1.5},
    "hardshrink": {"lambd": 0.5},
    "softshrink": {"lambd": 0.5},
    "threshold": {"threshold": 0.5, "value": -2.0},
}
OF_INTEGERS = {"bitwise_left_shift", "bitwise_right_shift"}
OPS = sorted(
    (
        op
        for op in every_op() - {row.op for row in TABLE}
        if op.expression and op.name not in OF_INTEGERS
    ),
    key=lambda op: op.name,
)
each = pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)


@each
def test_expression_on_floats_is_the_array_forward(op):
    statics = STATICS.get(op.name, {})
    for point in itertools.product(GRID, repeat=len(op.arrays)):
        with np.errstate(all="ignore"):
            expected = op.forward(*map(np.asarray, point), **statics)
        assert_same_number(op.on_floats(*point, **statics), np.asarray(expected), point)


@each
def test_scalar_gradient_is_the_tensor_gradient(op):
    statics = STATICS.get(op.name, {})
    for point in itertools.product([-2.5, -0.5, 0.25, 3.0, 30.0], repeat=len(op.arrays)):
        scalars = [Scalar(value) for value in point]
        tensors = [autograd.tensor(value, dtype=autograd.float64) for value in point]
        y = op.scalar(*scalars, *statics.values())
        if not op.rules:
            continue
        expected = tensors[0]._run(op, tuple(t.requires_grad_() for t in tensors),
                                   tuple(statics.values()))  # fmt: skip
        y.backward()
        expected.backward()
        for one, other in zip(scalars, tensors, strict=True):
            assert_same_number(one.grad, 0.0 if other.grad is None else other.grad.item(), point)
