"""Random draws: operations, so that a trace records them as they come.

Each draws from a `Generator`; replaying the operation draws what comes next from the stream.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import distributions
from ..operation import op
from ..streams import default_generator


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
def draw_bernoulli_like(
    x: Any, /, p: float, generator: Any, order: tuple[int, ...] | None = None
) -> Any:
    """Draw ones with probability p, else zeros, in the shape and dtype of x.

    order tells how the axes of x lie in memory, in which order the draws come; None: as they are.
    """
    if order is None:
        return generator.bernoulli(x.shape, p, x.dtype)
    drawn = generator.bernoulli(tuple([x.shape[axis] for axis in order]), p, x.dtype)
    return drawn.transpose(np.argsort(order))


@op()
def draw_bernoulli_each(p: Any, /, generator: Any, dtype: Any) -> Any:
    """Draw ones, each with the probability at its place in p, else zeros."""
    return generator.bernoulli(p.shape, p, dtype)


@op()
def draw_from(
    *, shape: tuple, distribution: str, parameters: tuple, generator: Any, dtype: Any
) -> Any:
    """Draw from the distribution of this name in `distributions`, with these parameters."""
    return getattr(distributions, distribution)(generator, shape, dtype, *parameters)


@op()
def draw_places(p: Any, /, count: int, replacement: bool, generator: Any) -> Any:
    """Draw places, each as likely as p says, in every row of p."""
    return distributions.multinomial(generator, p, count, replacement)


@op()
def draw_poisson(rates: Any, /, generator: Any) -> Any:
    """Draw how many events happen at these rates."""
    return distributions.poisson(generator, rates)


@op()
def deviations(std: Any, /) -> Any:
    """Return standard deviations as they are; RuntimeError if one is negative."""
    if std.size and not std.min() >= 0:
        raise RuntimeError(f"normal: expects all elements of std >= 0.0, got {std.min()}")
    return std


@op()
def draw_integers(*, shape: tuple, low: int, high: int, generator: Any, dtype: Any) -> Any:
    """Draw integers from low to high - 1, all as likely."""
    return generator.integers(low, high, shape, dtype)


@op()
def draw_permutation(*, n: int, generator: Any, dtype: Any) -> Any:
    """Draw an order of 0 to n - 1."""
    return generator.permutation(n, dtype)


def bernoulli(input: Any, p: float | None = None, *, generator: Any = None) -> Any:
    """Return ones, each with the probability that stands at its place in `input`, else zeros.

    With p, that is the probability everywhere, and input gives shape and dtype alone.
    """
    generator = default_generator if generator is None else generator
    if p is None:
        return draw_bernoulli_each(input, generator, input.dtype)
    return draw_bernoulli_like(input, p, generator, _order_in_memory(input))


def _order_in_memory(input: Any) -> tuple[int, ...] | None:
    """Return the axes of a transposed array as they lie in memory; None for any other layout."""
    array = getattr(input, "array", input)
    array = getattr(array, "value", array)
    if array.ndim < 2 or array.flags.c_contiguous or not array.size:
        return None
    order = tuple(sorted(range(array.ndim), key=lambda axis: -array.strides[axis]))
    return order if array.transpose(order).flags.c_contiguous else None


def multinomial(
    input: Any,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Any = None,
) -> Any:
    """Return places drawn with the probabilities, up to a factor, in a vector or the rows of input.

    Without replacement no place comes twice.
    """
    if input.ndim not in (1, 2):
        raise RuntimeError(f"multinomial: input must have 1 or 2 axes, got {tuple(input.shape)}")
    if input.dtype.kind != "f":
        raise RuntimeError(f"multinomial: input must be of floats, got {input.dtype}; use .float()")
    if num_samples <= 0 or (not replacement and num_samples > input.shape[-1]):
        raise RuntimeError(
            f"multinomial: cannot draw {num_samples} of {input.shape[-1]} places"
            + ("" if replacement else " without replacement")
        )
    generator = default_generator if generator is None else generator
    return draw_places(input, num_samples, replacement, generator)


def poisson(input: Any, generator: Any = None) -> Any:
    """Return how many events happen at the rates in input, in its dtype."""
    return draw_poisson(input, default_generator if generator is None else generator)
