"""Compiled totals of a great many float32 elements: as near the truth as those of a few."""

import numpy as np
import pytest
from test_kernels_folds import job
from test_plan_kernels import run

import autograd
import nn.functional as F
from autograd.ops import reduce
from autograd.plan import compiling, losses, sources

MANY = 1_000_000
REASSOCIATED = "{'contract', 'reassoc'}"


def labels(logits):
    return autograd.zeros(logits.shape[0], dtype=autograd.int64)


STEPS = {
    "sum": lambda x: x.sum(),
    "mean": lambda x: x.mean(),
    "sum of rows": lambda x: x.sum(-1),
    "sum of columns": lambda x: x.sum(0),
    "mean of columns": lambda x: x.mean(0),
    "mse": lambda x: F.mse_loss(x, 3 * x),
    "bce": lambda x: F.binary_cross_entropy(x, x * x),
    "nll": lambda x: F.nll_loss(F.log_softmax(x, -1), labels(x)),
    "cross entropy": lambda x: F.cross_entropy(x, labels(x)),
    "sum of cross entropies": lambda x: F.cross_entropy(x, labels(x), reduction="sum"),
    "softmax": lambda x: F.softmax(x, -1),
}


@pytest.mark.parametrize("shape", [(MANY, 1), (MANY // 3, 3), (2, MANY // 2)], ids=str)
@pytest.mark.parametrize("name", STEPS)
def test_compiled_total_of_equal_elements_is_near_the_truth(name, shape, monkeypatch):
    monkeypatch.setattr(compiling, "BEHIND", False)
    x = autograd.full(shape, 0.1)
    step = autograd.compile(STEPS[name])
    made = [step(x) for _ in range(4)][-1]
    assert all(plan.ready for plans in step._plans.values() for plan in plans)
    assert made.dtype == autograd.float32
    np.testing.assert_allclose(made.numpy(), STEPS[name](x.double()).numpy(), 1e-6)


def test_compiled_sum_of_ten_million_equal_elements_is_eagers(monkeypatch):
    monkeypatch.setattr(compiling, "BEHIND", False)
    x = autograd.full((10 * MANY,), 0.1)
    step = autograd.compile(lambda x: x.sum())
    made = [step(x) for _ in range(4)][-1]
    np.testing.assert_allclose(made.item(), x.sum().item(), 1e-6)


# Rows, columns, several blocks of what has gaps, or few neighbours, and both about other axes.
@pytest.mark.parametrize(
    ("shape", "over"),
    [((3, 9000), (1,)), ((9000, 3), (0,)), ((5, 900, 20), (1,)), ((40, 3, 300), (0, 2)),
     ((3000, 2, 3), (0, 2)), ((60, 3, 70, 20), (0, 2)), ((2, 9000, 2, 3), (1, 3))],
)  # fmt: skip
def test_sum_over_any_axes_is_near_the_truth(shape, over):
    for gaps in (False, True):
        x = (
            np.full((*shape, 2), 0.1, np.float32)[..., 0]
            if gaps
            else np.full(shape, np.float32(0.1))
        )
        body, words, _, _ = job(reduce.total.op, x, over)
        run(body, words, REASSOCIATED)
        np.testing.assert_allclose(words[-1], x.astype(np.float64).sum(over), 1e-6)


def test_product_of_a_long_row_and_a_vector_is_near_the_truth():
    a, y = np.full((2, MANY // 2), 0.1, np.float32), np.empty(2, np.float32)
    k = a.shape[1]
    run(sources.products_of_rows("float32", k), [2, k, a, k, a[0], 0, y], REASSOCIATED)
    np.testing.assert_allclose(y, a.astype(np.float64) @ a[0], 1e-6)


def test_cotangents_of_the_softmax_of_a_long_row_are_near_the_truth():
    m = MANY // 4
    g, y = np.full((2, 1, m), 0.1, np.float32)
    for log in (False, True):
        pulled = np.empty_like(g)
        run(sources.softmax_pull("float32", m, log), [1, g, m, y, m, pulled, m], REASSOCIATED)
        g_, y_ = g.astype(np.float64), y.astype(np.float64)
        expected = g_ - np.exp(y_) * g_.sum() if log else y_ * (g_ - (g_ * y_).sum())
        np.testing.assert_allclose(pulled, expected, 2e-6)


def test_labels_are_counted_beyond_what_float32_counts():
    n = 2**24 + 6
    x, y = np.full((n, 1), 0.1, np.float32), np.zeros(n, np.int64)
    loss, counted, room = np.empty(1, np.float32), np.empty(1, np.float32), np.empty(2 * n, "f")
    words = [n, 1, -100, x, y, loss, np.empty_like(x), counted, room]
    run(losses.cross_entropy("float32", "mean", 1), words, REASSOCIATED)
    assert counted[0] == n
