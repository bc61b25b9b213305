"""HIPS autograd's cases: its import name is ours, so this module runs where ours is not."""

from __future__ import annotations

from autograd import grad
from autograd import numpy as np

from .problems import some, squares


def latency(case: str) -> tuple:
    """Return the chain, the one small case of a library that records inside of `grad` alone."""
    assert case == "chain"
    derivative = grad(lambda pair: np.sum(np.tanh(pair[0] * pair[1] + pair[0])))
    pair = squares()
    run = lambda: derivative(pair)  # noqa: E731
    return run, lambda: some(run()[0])
