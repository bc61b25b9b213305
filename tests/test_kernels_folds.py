"""The kernels of reductions, against NumPy, native and as plain Python."""

import numpy as np
import pytest
from plain_kernel import run_plain
from test_plan_kernels import assert_rim_is_whole, guarded, run

import autograd
from autograd.ops import reduce
from autograd.plan import compiling, folds
from autograd.plan.fusion import Value
from autograd.plan.reductions import _axes

NUMPYS = {
    reduce.total.op: np.sum, reduce.amax.op: np.max, reduce.amin.op: np.min,
    reduce.all_.op: np.all, reduce.any_.op: np.any,
    reduce.argmax.op: np.argmax, reduce.argmin.op: np.argmin,
}  # fmt: skip
OPS = pytest.mark.parametrize("op", NUMPYS, ids=lambda op: op.name)
# Few columns, many, many rows, axes that cannot be joined, gaps, nothing to fold, then more than a
# block, or a strip, of them, with or without a rest.
LAYOUTS = [
    ("float32", (7, 3), (1,), False), ("float32", (4, 130), (1,), False),
    ("float32", (130, 4), (0,), False), ("float32", (2, 3, 4, 5), (0, 2), False),
    ("float32", (3, 18, 2), (1,), True), ("float32", (3, 2), (), False),
    ("float32", (130, 40), (0,), False), ("float64", (9, 2100), (0,), False),
    ("float32", (2, 70, 19), (1,), False), ("float32", (3, 2, 70, 5), (0, 2), False),
    ("float32", (2, 2500), (1,), False), ("float64", (3, 2, 1100), (0, 2), False),
    ("float32", (3, 90, 2), (1,), True), ("float32", (30, 2, 3), (0, 2), False),
    ("float64", (4, 130), (1,), False), ("int64", (4, 3), (0,), False),
    ("bool", (4, 3), (1,), False),
]  # fmt: skip


def job(op, x, over):
    """Return the body of a reduction and its row, and what NumPy makes of it."""
    expected = np.asarray(NUMPYS[op](x, over[0] if op in folds.PLACES else over))
    steps = tuple(step // x.itemsize for step in x.strides)
    value = Value(0, 0, x.shape, steps, x.dtype)
    outer = _axes(value, [axis for axis in range(x.ndim) if axis not in over])
    inner = _axes(value, list(over))
    whole, y = guarded(expected.shape, expected.dtype)
    words = [*outer.sizes, *inner.sizes, x, *outer.strides, *inner.strides, y]
    return folds.body_of(op, x.dtype, expected.dtype, outer, inner), words, whole, expected


def sample(shape, dtype, seed=0):
    """Return numbers with ties among them; booleans are mostly true."""
    return np.random.default_rng(seed).integers(-9, 9, shape).astype(dtype)


@OPS
@pytest.mark.parametrize(("dtype", "shape", "over", "gaps"), LAYOUTS)
def test_reduction_is_numpys_for_any_axes_and_layout(dtype, shape, over, gaps, op):
    if op in folds.PLACES and len(over) != 1:
        over = (len(shape) - 1,)
    # Every second column, so that there are gaps.
    x = sample((*shape, 2), dtype)[..., 0] if gaps else sample(shape, dtype)
    body, words, whole, expected = job(op, x, over)
    run(body, words, "{'contract', 'reassoc'}")
    np.testing.assert_array_equal(words[-1], expected)
    assert_rim_is_whole(whole)


@pytest.mark.parametrize("op", [op for op in NUMPYS if op is not reduce.total.op])
@pytest.mark.parametrize(("columns", "dtype"), [(5, "float64"), (40, "float32")])
def test_nan_wins_and_infinities_count(columns, dtype, op):
    x = sample((6, columns), dtype)
    x[0, 3], x[1, 0], x[2, 4], x[3], x[4] = np.nan, np.nan, np.inf, -np.inf, np.inf
    x[2, 1] = -np.inf
    for one, over in ((x, (1,)), (x.T.copy(), (0,))):
        body, words, _, expected = job(op, one, over)
        run(body, words, "{'contract', 'reassoc'}")
        np.testing.assert_array_equal(words[-1], expected)


def test_kernels_are_correct_as_plain_python(tmp_path):
    jobs, expected = [], []
    for op in NUMPYS:
        for dtype in ("float32", "int64", "bool"):
            for shape, over in (((3, 20), (1,)), ((2, 3, 2), (1,)), ((2, 3, 2), (2,))):
                body, words, _, wanted = job(op, sample(shape, dtype), over)
                jobs.append((body, words))
                expected.append(wanted)
    for (_, y), wanted in zip(run_plain(jobs, tmp_path), expected, strict=True):
        np.testing.assert_array_equal(y, wanted)


@pytest.mark.parametrize("shape", [(2, 0), (0, 3)])
@pytest.mark.parametrize("dim", [None, 0, 1, (0, 1)])
def test_compiled_sum_of_nothing_is_zero(dim, shape, monkeypatch):
    monkeypatch.setattr(compiling, "BEHIND", False)
    step = autograd.compile(lambda x: x.sum(dim))
    for _ in range(4):
        assert (step(autograd.zeros(*shape)).numpy() == 0).all()
