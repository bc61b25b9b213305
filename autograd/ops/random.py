"""Random draws: operations without array arguments, so that a trace records them as they come.

Each draws from a `Generator`; replaying the operation draws what comes next from the stream.
"""

from __future__ import annotations

from typing import Any

from ..operation import op


@op()
def draw_uniform(*, shape: tuple, low: float, high: float, generator: Any, dtype: Any) -> Any:
    """Draw from the uniform distribution on [low, high)."""
    return generator.uniform(shape, low, high, dtype)


@op()
def draw_normal(*, shape: tuple, mean: float, std: float, generator: Any, dtype: Any) -> Any:
    """Draw from the normal distribution."""
    return generator.normal(shape, mean, std, dtype)


@op()
def draw_bernoulli(*, shape: tuple, p: float, generator: Any, dtype: Any) -> Any:
    """Draw ones with probability p, else zeros."""
    return generator.bernoulli(shape, p, dtype)


@op()
def draw_integers(*, shape: tuple, low: int, high: int, generator: Any, dtype: Any) -> Any:
    """Draw integers from low to high - 1, all as likely."""
    return generator.integers(low, high, shape, dtype)


@op()
def draw_permutation(*, n: int, generator: Any, dtype: Any) -> Any:
    """Draw an order of 0 to n - 1."""
    return generator.permutation(n, dtype)
