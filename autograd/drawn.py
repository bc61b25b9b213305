"""Functions that make Tensors at random, and the state of the default random stream."""

from __future__ import annotations

from typing import Any

from . import dtypes
from .creation import like
from .dtypes import NUMBERS
from .making import float_dtype, shape_of
from .ops.joining import common_shape
from .ops.random import (
    deviations,
    draw_integers,
    draw_normal,
    draw_permutation,
    draw_uniform,
)
from .streams import Generator, default_generator
from .tensors import Tensor, finished, wrap

# Only now are there Tensors to show a state as.
Generator.shown = staticmethod(wrap)


def _drawn(draw: Any, device: Any, requires_grad: bool, generator: Any, **how: Any) -> Tensor:
    made = draw(generator=default_generator if generator is None else generator, **how)
    return finished(made, device, requires_grad)


def rand(
    *sizes: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return draws from the uniform distribution on [0, 1)."""
    how = dict(
        shape=shape_of(sizes if size is None else (size,)),
        low=0.0,
        high=1.0,
        dtype=float_dtype(dtype),
    )
    return _drawn(draw_uniform, device, requires_grad, generator, **how)


def randn(
    *sizes: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return draws from the normal distribution of mean 0 and variance 1."""
    how = dict(
        shape=shape_of(sizes if size is None else (size,)),
        mean=0.0,
        std=1.0,
        dtype=float_dtype(dtype),
    )
    return _drawn(draw_normal, device, requires_grad, generator, **how)


rand_like = like(rand, "Return uniform draws on [0, 1) in the shape and dtype of `input`.")
randn_like = like(randn, "Return standard normal draws in the shape and dtype of `input`.")


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return random integers from low to high - 1; randint(high, size) starts at 0."""
    if size is None:
        low, high, size = 0, low, high
    dtype = dtypes.int64 if dtype is None else dtypes.supported(dtype)
    how = dict(shape=shape_of((size,)), low=low, high=high, dtype=dtype)
    return _drawn(draw_integers, device, requires_grad, generator, **how)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return the integers 0 to n - 1 in random order."""
    dtype = dtypes.int64 if dtype is None else dtypes.supported(dtype)
    return _drawn(draw_permutation, device, requires_grad, generator, n=n, dtype=dtype)


def randint_like(
    input: Tensor, low: int, high: int | None = None, *, dtype: Any = None, **named: Any
) -> Tensor:
    """Return random integers from low to high - 1 in the shape and dtype of `input`.

    randint_like(input, high) starts at 0.
    """
    low, high = (0, low) if high is None else (low, high)
    return randint(low, high, input.shape, dtype=input.dtype if dtype is None else dtype, **named)


def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return normal draws of these means and deviations: numbers and a size, or Tensors.

    Two Tensors broadcast; a Tensor and a number draw in the shape of the Tensor.
    """
    generator = default_generator if generator is None else generator
    tensors = [one.detach() for one in (mean, std) if isinstance(one, Tensor)]
    if not tensors:
        if size is None:
            raise TypeError("normal: pass a size, or a Tensor of means or of deviations")
        how = dict(shape=shape_of((size,)), mean=mean, std=std, dtype=float_dtype(dtype))
        return _drawn(draw_normal, device, requires_grad, generator, **how)
    if type(std) in NUMBERS and std < 0:
        raise RuntimeError(f"normal: expects std >= 0.0, but found std {std}")
    shape = common_shape(*(one.shape for one in tensors))
    made = finished(
        draw_normal(shape=shape, mean=0.0, std=1.0, generator=generator, dtype=tensors[0].dtype),
        device,
        False,
    )
    mean, std = (one.detach() if isinstance(one, Tensor) else one for one in (mean, std))
    return made * (deviations(std) if isinstance(std, Tensor) else std) + mean


def manual_seed(seed: int) -> Generator:
    """Start the default random stream anew at `seed`; returns its Generator."""
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Start the default random stream from the operating system's randomness; return its seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """Return the seed at which the default random stream was started."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """Return the whole state of the default random stream, a Tensor of 5056 bytes."""
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Continue the default random stream from a state that `get_rng_state` returned."""
    default_generator.set_state(new_state)
