"""Dropout: elements, or whole channels, left out at random."""

from __future__ import annotations

import autograd
from autograd import Tensor


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Return input with elements set to 0 with probability p and the others over (1 - p).

    Outside training, and for p = 0, the input itself; draws come from the default generator, one
    an element. Raises ValueError if p is no probability.
    """
    check_probability("dropout", p)
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0.0
    return input * (autograd.bernoulli(input, 1 - p) / (1 - p))


def check_probability(name: str, p: float) -> None:
    """Raise ValueError if p is outside 0 to 1."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name} probability has to be between 0 and 1, but got {p}")
