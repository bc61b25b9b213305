"""Views by strides: windows along an axis, any strides, and the same bytes as another dtype."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib import stride_tricks

from ..dtypes import supported
from ..operation import op
from ..versions import owner_of
from .shape import normal_axis


def unfold(input: Any, dimension: int, size: int, step: int) -> Any:
    """Return the view of all windows of `size` along an axis, `step` apart; they are a last axis.

    Raises RuntimeError where the axis is shorter than a window, or size or step make no sense.
    """
    axis = normal_axis(dimension, input.ndim, "unfold")
    length = input.shape[axis] if input.ndim else 1
    if not 0 <= size <= length or step <= 0:
        raise RuntimeError(
            f"unfold: size {size} must be 0 to {length}, that of the axis, and step {step} above 0"
        )
    return windows(input, axis, size, step)


@op(
    name="unfold",
    views=True,
    x=lambda g, shapes, dim, size, step: windows_summed(g, shapes[0], dim, size, step),
)
def windows(x: Any, /, dim: int, size: int, step: int) -> Any:
    """Return the view of x that `unfold` returns."""
    if not x.ndim:
        return x.reshape(1)[:size]
    count = (x.shape[dim] - size) // step + 1
    shape = (*x.shape[:dim], count, *x.shape[dim + 1 :], size)
    strides = (*x.strides[:dim], x.strides[dim] * step, *x.strides[dim + 1 :], x.strides[dim])
    return stride_tricks.as_strided(x, shape, strides, writeable=x.flags.writeable)


@op(x=lambda g, dim, size, step: windows(g, dim, size, step))
def windows_summed(x: Any, /, shape: tuple, dim: int, size: int, step: int) -> Any:
    """Return an array of `shape` with windows added at their places: the transpose of windows."""
    y = np.zeros(shape, x.dtype)
    if not shape:
        y[...] = x.sum(dtype=x.dtype)
        return y
    before, count = (slice(None),) * dim, x.shape[dim]
    for place in range(size):
        end = place + step * (count - 1) + 1
        y[(*before, slice(place, end, step))] += x[..., place]
    return y


def as_strided(
    input: Any, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Any:
    """Return the view of the memory of input, which must be contiguous, by size and strides.

    The view begins where input does, unless an offset, in elements from the beginning of the
    storage, is given. Raises RuntimeError where the view would leave the memory of input, input is
    not contiguous, or an offset is given for one that begins inside a storage.
    """
    size, stride, start = tuple(size), tuple(stride), storage_offset or 0
    if storage_offset is not None and _begins_inside(input):
        raise RuntimeError(
            "as_strided: input is a view that begins inside its storage; pass no storage_offset, "
            "or clone() it first"
        )
    if len(size) != len(stride):
        raise RuntimeError(f"as_strided: mismatch in length of strides {stride} and shape {size}")
    if min((*size, *stride, start), default=0) < 0:
        raise RuntimeError(f"as_strided: numbers must be 0 or more, got {size}, {stride}, {start}")
    return strided(input, size, stride, start)


def _begins_inside(input: Any) -> bool:
    array = getattr(input, "array", input)
    array = getattr(array, "value", array)
    return array.size > 0 and array.ctypes.data != owner_of(array).ctypes.data


@op(
    name="as_strided",
    views=True,
    x=lambda g, shapes, size, stride, start: strided_summed(g, shapes[0], size, stride, start),
)
def strided(x: Any, /, size: tuple, stride: tuple, start: int) -> Any:
    """Return the view of x, which is contiguous, that `as_strided` returns."""
    if not x.flags.c_contiguous:
        raise RuntimeError("as_strided: only of contiguous Tensors here; call contiguous() first")
    farthest = start + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if 0 not in size and farthest >= x.size:
        raise RuntimeError(
            f"as_strided: sizes {size}, strides {stride} and offset {start} reach element "
            f"{farthest} of {x.size}; setStorage: out of bounds"
        )
    flat = x.reshape(-1)[min(start, x.size) :]
    strides = tuple(step * x.itemsize for step in stride)
    return stride_tricks.as_strided(flat, size, strides, writeable=x.flags.writeable)


@op(x=lambda g, size, stride, start: strided(g, size, stride, start))
def strided_summed(x: Any, /, shape: tuple, size: tuple, stride: tuple, start: int) -> Any:
    """Return an array of `shape` with x added at the places: the transpose of `strided`."""
    y = np.zeros(math.prod(shape), x.dtype)
    places = strided(np.arange(y.size), size, stride, start)
    np.add.at(y, places, x)
    return y.reshape(shape)


def is_dtype(value: Any) -> bool:
    """Return whether `value` is a dtype rather than a size."""
    return isinstance(value, np.dtype)


@op(name="view", views=True)
def bits(x: Any, /, dtype: Any) -> Any:
    """Return the memory of x as another dtype; the last axis changes with the size of an element.

    Nothing is learnt through it. Raises RuntimeError where the last axis does not fit.
    """
    dtype = supported(dtype)
    if not x.ndim and dtype.itemsize != x.itemsize:
        raise RuntimeError(f"view: a 0-d Tensor of {x.dtype} cannot be viewed as {dtype}")
    try:
        return x.view(dtype)
    except ValueError as error:
        raise RuntimeError(f"view: {x.dtype} {tuple(x.shape)} as {dtype}: {error}") from None
