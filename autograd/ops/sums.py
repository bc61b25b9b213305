"""Sums of floats that keep their digits over any axes.

NumPy adds in pairs along an axis whose elements lie side by side; along any other it adds one after
the other, and what is small is lost in a large sum.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# Up to so many elements no sum is long enough to lose more than a digit.
PLAIN = 1 << 12
# Sums of up to FEW elements are left to NumPy: to do better takes as long as the sum. Longer ones
# are made of runs of RUN elements, their sums of runs again, until there are at most SHORT.
FEW, SHORT, RUN = 1024, 256, 64


def summed(x: Any, over: Any = None, keepdims: bool = False) -> Any:
    """Sum floats over axes, an axis or None for all; float16 is added in float32."""
    if x.size <= PLAIN and x.itemsize > 2:
        return np.add.reduce(x, axis=over, keepdims=keepdims)
    if x.itemsize == 2:
        return summed(wide(x), over, keepdims).astype(x.dtype)
    over = tuple(range(x.ndim)) if over is None else (over,) if isinstance(over, int) else over
    if math.prod([x.shape[axis] for axis in over]) <= FEW:
        return np.add.reduce(x, axis=over, keepdims=keepdims)
    axes = sorted(axis % x.ndim for axis in over)
    y = _last_together(x, axes) if x.flags.c_contiguous else x
    for axis in reversed(axes):
        y = _along(y, axis)
    return y if keepdims else np.squeeze(y, tuple(axes))


def wide(x: Any) -> Any:
    """Return floats in a dtype that sums are added in: float16 as float32."""
    return x.astype(np.float32) if x.itemsize == 2 else x


def _last_together(x: Any, axes: list[int]) -> Any:
    """Return the sum over those of the axes that are the last ones of a contiguous array."""
    first = x.ndim
    while first - 1 in axes:
        first -= 1
    last = tuple(range(first, x.ndim))
    return np.add.reduce(x, axis=last, keepdims=True) if last else x


def _along(x: Any, axis: int) -> Any:
    """Return the sum over an axis, which stays with length 1."""
    length = x.shape[axis]
    if length <= SHORT or x.strides[axis] == x.itemsize:
        return np.add.reduce(x, axis=axis, keepdims=True) if length != 1 else x
    whole = length - length % RUN
    before, after = x.shape[:axis], x.shape[axis + 1 :]
    ahead = (slice(None),) * axis
    runs = x[(*ahead, slice(whole))].reshape(*before, whole // RUN, RUN, *after)
    sums = np.add.reduce(runs, axis=axis + 1)
    if whole < length:
        rest = np.add.reduce(x[(*ahead, slice(whole, None))], axis=axis, keepdims=True)
        sums = np.concatenate([sums, rest], axis)
    return _along(sums, axis)
