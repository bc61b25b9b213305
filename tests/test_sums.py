"""Sums over any axes of any layout: digits are kept, as in PyTorch; float16 does not overflow."""

import numpy as np
import pytest

import autograd as ag
from autograd.ops.sums import FEW, RUN, summed
from nn import functional as F

LONG = FEW + 3 * RUN + 5


@pytest.mark.parametrize("dims", [None, 0, 1, 2, -1, (0, 1), (0, 2), (1, 2), (2, 0), (0, 1, 2)])
@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize(
    "layout",
    [lambda x: x, lambda x: x.T, lambda x: x[::-1, :, ::2], lambda x: x.swapaxes(0, 1),
     lambda x: np.broadcast_to(x[:1], x.shape)],
    ids=["contiguous", "turned", "steps", "swapped", "repeated"],
)  # fmt: skip
def test_sums_are_those_of_float64(layout, dims, keepdim):
    x = layout(np.random.default_rng(0).random((LONG, 3, 26), np.float32))
    expected = np.sum(x, axis=dims, keepdims=keepdim, dtype=np.float64)
    found = summed(x, dims, keepdim)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, 4e-6)


@pytest.mark.parametrize("count", [2049, 40 * RUN, 60_000, 200_003])
def test_many_equal_rows_lose_no_digits(count):
    x = ag.full((count, 2), 0.1)
    exact = count * float(np.float32(0.1))
    for found in (x.sum(0), x.T.sum(1), x.mean(0) * count, (x + 0).sum((0,))):
        np.testing.assert_allclose(found.numpy(), exact, 4e-6)


def test_gradient_of_what_was_broadcast_along_many_rows_loses_no_digits():
    b = ag.zeros(2, requires_grad=True)
    (ag.full((1_000_000, 2), 0.1) * (1 + b)).sum().backward()
    np.testing.assert_allclose(b.grad.numpy(), 1e5, 4e-6)


def test_spread_of_many_rows_far_from_zero():
    x = ag.tensor(100 + np.random.default_rng(0).random((200_000, 3)) * 1e-2, dtype=ag.float32)
    np.testing.assert_allclose(x.std(0).numpy(), x.numpy().std(0, dtype=np.float64, ddof=1), 1e-3)
    y = F.batch_norm(x, None, None, training=True)
    assert abs(y.mean(0)).max() < 0.02


STEPS = (np.arange(64.0) / 64 * 300).astype(np.float16)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.mean(),
        lambda x: x.var(),
        lambda x: x.std(),
        lambda x: F.layer_norm(x, (64,)),
        lambda x: F.rms_norm(x, (64,)),
        lambda x: F.batch_norm(x.reshape(8, 8), None, None, training=True),
        lambda x: F.normalize(x, dim=0),
        lambda x: F.cosine_similarity(x, x + 1, 0),
        lambda x: F.pairwise_distance(x, x * 0),
        lambda x: F.softplus(x),
    ],
)
def test_float16_is_as_float64_rounded(function):
    found, exact = (ag.tensor(STEPS, dtype=one, requires_grad=True) for one in ("f2", "f8"))
    y, expected = function(found), function(exact)
    assert y.dtype == np.float16
    np.testing.assert_allclose(y.detach().numpy(), expected.detach().numpy(), 4e-3, 1e-3)
    for one in (y, expected):
        (one * ag.linspace(0, 1, one.numel(), dtype=one.dtype).reshape(one.shape)).sum().backward()
    np.testing.assert_allclose(found.grad.numpy(), exact.grad.numpy(), 2e-2, 4e-3)


def test_mean_of_many_float16_is_not_infinite():
    assert ag.ones(70000, dtype=ag.float16).mean().item() == 1
