"""Windows that slide over the last axes of an array: where they lie, and what they see."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np


class Windows(NamedTuple):
    """Windows over axes of `sizes`, `counts` of them along each; every field has one entry an axis.

    kernel is the number of elements a window takes, dilation apart; windows begin `stride` apart,
    the first one `padding` before the array. What lies outside the array is padding.
    """

    sizes: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    counts: tuple[int, ...]

    def extents(self) -> tuple[int, ...]:
        """Return the sizes of an array that holds the padding that windows reach."""
        return tuple(
            max(size + pad, (count - 1) * step + spread * (width - 1) + 1)
            for size, width, step, pad, spread, count in zip(*self, strict=True)
        )

    def overlap(self) -> bool:
        """Return whether two windows may see one element."""
        return any(
            step * (width - 1) >= stride
            for step, width, stride in zip(self.dilation, self.kernel, self.stride, strict=True)
        )

    def inside(self) -> tuple:
        """Return the index of the array within its padding."""
        pairs = zip(self.padding, self.sizes, strict=True)
        return (..., *[slice(pad, pad + size) for pad, size in pairs])

    def offsets(self) -> Iterator[tuple[tuple[int, ...], tuple]]:
        """Yield each place in a window, and the index of what all windows see there."""
        for offset in product(*map(range, self.kernel)):
            steps = zip(offset, self.dilation, self.stride, self.counts, strict=True)
            where = [
                slice(place * spread, place * spread + step * (count - 1) + 1, step)
                for place, spread, step, count in steps
            ]
            yield offset, (..., *where)


def strides_of(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return how many elements apart neighbours along each axis of an array of these sizes lie."""
    return tuple(math.prod(sizes[axis + 1 :]) for axis in range(len(sizes)))


def padded(x: Any, windows: Windows, fill: Any = 0) -> Any:
    """Return x with its padding, elements row after row; x itself where nothing changes."""
    if windows.extents() == windows.sizes:
        return np.ascontiguousarray(x)
    made = np.full((*x.shape[: -len(windows.sizes)], *windows.extents()), fill, x.dtype)
    made[windows.inside()] = x
    return made


def strided(x: Any, shape: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Return the view of a contiguous x of this shape, whose neighbours lie `strides` bytes apart.

    NumPy's as_strided takes ten times as long.
    """
    return np.ndarray(shape, x.dtype, x, 0, strides)


def seen(x: Any, windows: Windows) -> Any:
    """Return the view (..., *kernel, *counts) of what the windows see of a padded x."""
    axes = len(windows.sizes)
    steps = x.strides[-axes:]
    within = [step * spread for step, spread in zip(steps, windows.dilation, strict=True)]
    between = [step * stride for step, stride in zip(steps, windows.stride, strict=True)]
    shape = (*x.shape[:-axes], *windows.kernel, *windows.counts)
    return strided(x, shape, (*x.strides[:-axes], *within, *between))


def put_back(columns: Any, windows: Windows) -> Any:
    """Add columns (..., *kernel, *counts) up where windows saw them: the transpose of `seen`."""
    axes = len(windows.sizes)
    made = np.zeros((*columns.shape[: -2 * axes], *windows.extents()), columns.dtype)
    every = (slice(None),) * axes
    for offset, where in windows.offsets():
        made[where] += columns[(..., *offset, *every)]
    return np.ascontiguousarray(made[windows.inside()])
