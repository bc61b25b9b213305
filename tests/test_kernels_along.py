"""The kernels of what runs along an axis, against NumPy in float64, native and as plain Python."""

import numpy as np
import pytest
from plain_kernel import run_plain
from test_plan_kernels import KINDS, assert_rim_is_whole, guarded, run

import autograd
from autograd.plan import sources

REASSOCIATED = "{'contract', 'reassoc'}"
LOGARITHM = pytest.mark.parametrize("log", [False, True], ids=["softmax", "log_softmax"])


def softmax(x, log):
    """Return the softmax of rows, or its logarithm, in float64."""
    with np.errstate(all="ignore"):
        shifted = x - x.max(1, keepdims=True, initial=-np.inf).astype(float)
        sums = np.exp(shifted).sum(1, keepdims=True)
        return shifted - np.log(sums) if log else np.exp(shifted) / sums


@KINDS
@LOGARITHM
@pytest.mark.parametrize(
    "shape", [(1, 1), (4, 1), (700, 3), (5, 16), (150, 17), (3, 1024), (2, 1025), (0, 3)]
)
def test_softmax_of_rows_is_numpys(shape, log, dtype, rtol):
    x = np.random.default_rng(0).normal(0, 3, shape).astype(dtype)
    whole, y = guarded(shape, dtype)
    run(sources.softmax(dtype, shape[1], log), [shape[0], x, shape[1], y, shape[1]], REASSOCIATED)
    np.testing.assert_allclose(y, softmax(x, log), rtol, rtol if log else 0)
    assert_rim_is_whole(whole)


@KINDS
@LOGARITHM
@pytest.mark.parametrize("shape", [(1, 1), (700, 3), (5, 17), (3, 1025), (0, 3)])
def test_cotangents_of_softmax_are_numpys(shape, log, dtype, rtol):
    g, x = np.random.default_rng(0).normal(0, 3, (2, *shape))
    y = softmax(x, log).astype(dtype)
    whole, pulled = guarded(shape, dtype)
    n, m = shape
    words = [n, g.astype(dtype), m, y, m, pulled, m]
    run(sources.softmax_pull(dtype, m, log), words, REASSOCIATED)
    expected = y * (g - (g * y).sum(1, keepdims=True))
    if log:
        expected = g - np.exp(y.astype(float)) * g.sum(1, keepdims=True)
    np.testing.assert_allclose(pulled, expected, rtol, 30 * rtol)
    assert_rim_is_whole(whole)


INF = np.inf
HARD = [
    [1e30, 0, -1e30], [700, 701, -700], [-INF, 0, 1], [-INF, -INF, -INF], [INF, 0, 1],
    [np.nan, 0, 1], [0, 1, np.nan], [-1e4, -1e4, -1e4], [0, -80, -100],
]  # fmt: skip


@KINDS
@LOGARITHM
@pytest.mark.parametrize("columns", [3, 40, 1100])
def test_softmax_of_huge_infinite_and_missing_logits_is_numpys(columns, log, dtype, rtol):
    x = np.pad(np.array(HARD, dtype), ((0, 0), (0, columns - 3)), constant_values=-INF)
    y = np.empty_like(x)
    run(sources.softmax(dtype, columns, log), [len(x), x, columns, y, columns], REASSOCIATED)
    np.testing.assert_allclose(y, softmax(x, log), rtol, np.finfo(dtype).tiny)


def test_kernels_are_correct_as_plain_python(tmp_path):
    rng = np.random.default_rng(0)
    jobs, expected = [], []
    for dtype in ("float32", "float64"):
        for log in (False, True):
            for columns in (3, 20, 1030):
                x = rng.normal(0, 3, (2, columns)).astype(dtype)
                words = [2, x, columns, np.empty_like(x), columns]
                jobs.append((sources.softmax(dtype, columns, log), words))
                expected.append(softmax(x, log))
    for (_, y), wanted in zip(run_plain(jobs, tmp_path), expected, strict=True):
        np.testing.assert_allclose(y, wanted, 1e-5 if y.dtype == np.float32 else 1e-13, 1e-13)


@LOGARITHM
@pytest.mark.parametrize("shape", [(2, 0), (0, 3), (3, 1), (1, 1), (2, 3, 4)])
@pytest.mark.parametrize("turned", [False, True])
def test_compiled_softmax_of_any_layout_is_eagers(turned, shape, log):
    function = autograd.log_softmax if log else autograd.softmax

    def step(x):
        y = function(x.t() if turned and x.ndim == 2 else x, -1)
        y.square().sum().backward()
        return y

    compiled = autograd.compile(step)
    for seed in range(4):
        x = np.random.default_rng(seed).normal(size=shape[::-1] if turned else shape)
        one, other = (autograd.tensor(x).requires_grad_() for _ in range(2))
        np.testing.assert_allclose(compiled(one).numpy(), step(other).detach().numpy(), 1e-12)
        np.testing.assert_allclose(one.grad.numpy(), other.grad.numpy(), 1e-12, 1e-14)
