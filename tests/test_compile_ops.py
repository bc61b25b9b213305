"""Every row of the op table, compiled: the values and gradients of the eager call."""

import numpy as np
import pytest
from op_table import TABLE
from side_by_side import Case, assert_same_compiled
from test_ops import arguments, has_gradient, is_float, random_like, title

import autograd
from autograd import Tensor
from autograd.ops.elementwise import cast
from autograd.plan import compiling
from autograd.plan.tracing import WRITING


def cases(samples_of):
    """Return a parameter for each dtype and each of the samples that `samples_of` a row gives."""
    return [
        pytest.param(row, sample, dtype, id=f"{title(row, sample)}-{dtype.__name__}")
        for row in TABLE
        for sample in samples_of(row)
        for dtype in (np.float64, np.float32)
        # The dtype of what cast converts is one of its arguments.
        if any(isinstance(arg, np.ndarray) for arg in sample.args)
        and (row.function is not cast or dtype == np.float64)
    ]


def first(row):
    """Return the first sample that has a gradient, or else the first."""
    return sorted(row.samples, key=lambda sample: not has_gradient(row, sample))[:1]


ALL, FIRST = cases(lambda row: row.samples), cases(first)


def call_of(row, sample, dtype):
    """Return the case of a step that calls the op, and goes back through it if that can be."""
    values = arguments(sample, dtype)
    arrays = [arg.array for arg in values if isinstance(arg, Tensor)]
    wanted = has_gradient(row, sample)
    result = row.function(*map(fresh, values), **sample.statics)
    cotangent = random_like(result)
    # What is written is found by the step, as a parameter is.
    found = [autograd.from_numpy(arrays.pop(0).copy())] if row.op in WRITING else []

    def step(*tensors):
        given = iter([*found, *tensors])
        args = [next(given) if isinstance(arg, Tensor) else arg for arg in values]
        y = row.function(*args, **sample.statics)
        if wanted:
            y.backward(cotangent)
        return y

    def call():
        made = [autograd.from_numpy(array.copy()) for array in arrays]
        return tuple(one.requires_grad_(wanted and is_float(one.array)) for one in made)

    return Case(step, state=lambda: found, calls=[call() for _ in range(4)])


def fresh(arg):
    return autograd.from_numpy(arg.array.copy()) if isinstance(arg, Tensor) else arg


@pytest.mark.parametrize(("row", "sample", "dtype"), FIRST)
def test_op_is_the_same_compiled(row, sample, dtype):
    assert_same_compiled(lambda: call_of(row, sample, dtype))


@pytest.mark.parametrize(("row", "sample", "dtype"), ALL)
def test_op_is_the_same_replayed(row, sample, dtype, monkeypatch):
    monkeypatch.setattr(compiling, "_plan", compiling.Replayed)
    assert_same_compiled(lambda: call_of(row, sample, dtype), native=False)


@pytest.mark.nightly
@pytest.mark.parametrize(("row", "sample", "dtype"), ALL)
def test_op_is_the_same_compiled_for_every_sample(row, sample, dtype):
    assert_same_compiled(lambda: call_of(row, sample, dtype))
