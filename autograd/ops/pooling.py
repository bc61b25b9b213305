"""Pooling: the largest or the mean of what each window, or each cell of a grid, sees.

All work on the last axes, whatever stands before them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from ..operation import op
from .elementwise import where as select
from .index import gathered
from .windows import Windows, padded


def _least(dtype: Any) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _largest_seen(x: Any, windows: Windows) -> tuple[Any, Any]:
    """Return the largest element each window sees, and its place in the window."""
    source = padded(x, windows, _least(x.dtype))
    small = math.prod(windows.kernel) <= 256
    y: Any = None
    for number, (_, where) in enumerate(windows.offsets()):
        one = source[where]
        if y is None:
            y = one.copy()
            winners = np.full(y.shape, _first_inside(windows), np.uint8 if small else np.int32)
            continue
        better = one > y
        if x.dtype.kind == "f":
            better |= one != one
        np.maximum(y, one, out=y)
        np.copyto(winners, number, where=better)
    return y, winners


def _first_inside(windows: Windows) -> Any:
    """Return for each window the first of its places that is no padding, which wins all ties."""
    first: Any = np.zeros((), np.int64)
    for width, step, pad, spread, count in zip(*windows[1:], strict=True):
        before = np.maximum(pad - step * np.arange(count), 0)
        first = first[..., None] * width + -(-before // spread)
    return first


def _max_pool_composed(x: Any, windows: Windows) -> Any:
    return picked(x, winners(x, windows), windows)


@op(
    residuals=("places",),
    composed=_max_pool_composed,
    x=lambda g, places, windows: returned(g, places, windows),
)
def max_pool(x: Any, /, windows: Any) -> Any:
    """Return the largest element each window sees, the first of equal ones; nan is the largest."""
    return _largest_seen(x, windows)


@op()
def winners(x: Any, /, windows: Any) -> Any:
    """Return where in its window the element stands that `max_pool` returns."""
    return _largest_seen(x, windows)[1]


@op(x=lambda g, places, windows: returned(g, places, windows))
def picked(x: Any, places: Any, /, windows: Any) -> Any:
    """Return of each window the element at its place: x (..., *sizes), places (..., *counts)."""
    source = padded(x, windows)
    y = source[next(windows.offsets())[1]]
    for number, (_, where) in enumerate(windows.offsets()):
        y = np.where(places == number, source[where], y)
    return y


@op(x=lambda g, places, windows: picked(g, places, windows))
def returned(x: Any, places: Any, /, windows: Any) -> Any:
    """Add each element of x where its window has it: the transpose of `picked`."""
    made = np.zeros((*x.shape[: -len(windows.sizes)], *windows.extents()), x.dtype)
    for number, (_, where) in enumerate(windows.offsets()):
        if windows.overlap():
            made[where] += select.op.forward(places == number, x, 0)
        else:
            np.copyto(made[where], x, where=places == number)
    return np.ascontiguousarray(made[windows.inside()])


@op()
def flat_places(x: Any, /, windows: Any) -> Any:
    """Return the winners x as places in the flattened last axes of what was pooled."""
    left = x.astype(np.int64)
    flat = np.zeros(x.shape, np.int64)
    scale = 1
    for axis in reversed(range(len(windows.sizes))):
        left, offset = np.divmod(left, windows.kernel[axis])
        starts = np.arange(windows.counts[axis]) * windows.stride[axis] - windows.padding[axis]
        starts = starts.reshape(-1, *(1,) * (len(windows.sizes) - 1 - axis))
        flat += (starts + offset * windows.dilation[axis]) * scale
        scale *= windows.sizes[axis]
    return flat


@functools.cache
def _divisors(windows: Windows, include_padding: bool) -> Any:
    """Return the number of elements that count in each window."""
    counts: Any = np.ones((), np.int64)
    fields = zip(windows.sizes, windows.kernel, *windows[2:4], windows.counts, strict=True)
    for size, width, step, pad, count in fields:
        start: Any = np.arange(count) * step - pad
        end = np.minimum(start + width, size + pad)
        if not include_padding:
            start, end = np.maximum(start, 0), np.minimum(end, size)
        counts = counts[..., None] * (end - start)
    return counts if counts.size == 0 or (counts != counts.flat[0]).any() else counts.flat[0]


def _divided(sums: Any, windows: Windows, divisor: int | None, include_padding: bool) -> Any:
    by = _divisors(windows, include_padding) if divisor is None else divisor
    if sums.dtype.kind != "f":
        return np.trunc(sums / by).astype(sums.dtype)
    return sums / np.asarray(by).astype(sums.dtype)


@op(
    x=lambda g, windows, divisor, include_padding: shared(g, windows, divisor, include_padding),
)
def average_pool(x: Any, /, windows: Any, divisor: Any, include_padding: bool) -> Any:
    """Return the sum of what each window sees over `divisor`, for None the number of elements."""
    source = padded(x, windows)
    y = np.zeros((*x.shape[: -len(windows.sizes)], *windows.counts), x.dtype)
    for _, where in windows.offsets():
        y += source[where]
    return _divided(y, windows, divisor, include_padding)


@op(
    x=lambda g, windows, divisor, include_padding: average_pool(
        g, windows, divisor, include_padding
    ),
)
def shared(x: Any, /, windows: Any, divisor: Any, include_padding: bool) -> Any:
    """Give each element that a window sees its share of x: the transpose of `average_pool`."""
    x = _divided(x, windows, divisor, include_padding)
    made = np.zeros((*x.shape[: -len(windows.sizes)], *windows.extents()), x.dtype)
    for _, where in windows.offsets():
        made[where] += x
    return np.ascontiguousarray(made[windows.inside()])


def cells(size: int, count: int) -> list[slice]:
    """Return the `count` cells, of nearly equal lengths, that cover an axis of this size."""
    return [slice(cell * size // count, -(-(cell + 1) * size // count)) for cell in range(count)]


def _on_axis(axis: int, where: Any) -> tuple:
    return (..., where, *(slice(None),) * (-axis - 1))


@op(x=lambda g, shapes, axis, count: cell_shares(g, axis, shapes[0][axis]))
def cell_means(x: Any, /, axis: int, count: int) -> Any:
    """Return the means over the cells of a negative axis, which has `count` of them."""
    shape = list(x.shape)
    shape[axis] = count
    y = np.empty(shape, x.dtype)
    for place, cell in enumerate(cells(x.shape[axis], count)):
        sums = np.add.reduce(x[_on_axis(axis, cell)], axis=axis)
        y[_on_axis(axis, place)] = sums / x.dtype.type(cell.stop - cell.start)
    return y


@op(x=lambda g, shapes, axis, size: cell_means(g, axis, shapes[0][axis]))
def cell_shares(x: Any, /, axis: int, size: int) -> Any:
    """Give the elements of cells their shares of x: the transpose of `cell_means`."""
    shape = list(x.shape)
    shape[axis] = size
    y = np.zeros(shape, x.dtype)
    for place, cell in enumerate(cells(size, x.shape[axis])):
        one = x[_on_axis(axis, slice(place, place + 1))]
        y[_on_axis(axis, cell)] += one / x.dtype.type(cell.stop - cell.start)
    return y


def _grid(sizes: tuple, counts: tuple) -> Iterator[tuple[tuple, tuple]]:
    """Yield the place of each cell of a grid over the last axes, and its index."""
    pairs = zip(sizes, counts, strict=True)
    for named in product(*[list(enumerate(cells(size, count))) for size, count in pairs]):
        yield (..., *[place for place, _ in named]), (..., *[cell for _, cell in named])


@op()
def cell_winners(x: Any, /, counts: tuple[int, ...]) -> Any:
    """Return the place, in the flattened last axes, of the largest element of each cell."""
    axes = len(counts)
    sizes, before = x.shape[-axes:], x.shape[:-axes]
    flat = np.arange(math.prod(sizes)).reshape(sizes)
    y = np.empty((*before, *counts), np.int64)
    for place, where in _grid(sizes, counts):
        y[place] = flat[where].reshape(-1)[x[where].reshape(*before, -1).argmax(-1)]
    return y


def _put_rule(g: Any, index: Any) -> Any:
    return gathered(g, index, -1)


@op(x=_put_rule)
def put_at(x: Any, index: Any, /, size: int) -> Any:
    """Return zeros (..., size) with x at the places `index` of the last axis.

    Raises RuntimeError for a place out of range.
    """
    if index.size and not 0 <= index.min() <= index.max() < size:
        raise RuntimeError(
            f"max_unpool: found an invalid max index: {index.max()} or {index.min()}, the output "
            f"has {size} places; give output_size as the size of what was pooled"
        )
    y = np.zeros((*x.shape[:-1], size), x.dtype)
    np.put_along_axis(y, index, x, -1)
    return y
