"""Convolution, its transpose and its correlation: each is the derivative of the others.

All three come from one sum over windows, linear in input, weight and cotangent. Windows become the
columns of a matrix, some samples at a time, so that BLAS multiplies what the cache still holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..generating import SHARED
from ..operation import op
from .reduce import total
from .windows import Windows, padded, put_back, seen, strided, strides_of

# So many elements of columns are made at a time: more leave the second cache.
CHUNK = 1 << 18


@op(
    x=lambda g, weight, windows, groups: transposed(g, weight, windows, groups),
    weight=lambda g, x, windows, groups: correlation(x, g, windows, groups),
    bias=lambda g: total(g, (0, *range(2, g.ndim))),
)
def convolution(
    x: Any, weight: Any, bias: Any = None, /, windows: Any = None, groups: int = 1
) -> Any:
    """Return the sums of weight times what each window sees, plus bias.

    x (samples, channels, *sizes), weight (outputs, channels / groups, *kernel), bias (outputs,) or
    None; returns (samples, outputs, *counts). Outputs of a group see the channels of that group.
    """
    outputs, pitch, x = weight.shape[0], _pitch(windows), padded(x, windows)
    factors = weight.reshape(groups, outputs // groups, -1)
    y = np.empty((x.shape[0], outputs, *windows.counts), x.dtype)

    def convolve(batch: slice) -> None:
        sums = np.matmul(factors, _columns(x[batch], windows, pitch, groups))
        if bias is not None:
            sums += bias.reshape(groups, -1, 1)
        y[batch] = _places(sums, outputs, windows, pitch).swapaxes(0, 1)

    list(_by_batches(convolve, x.shape[0], weight.shape, windows))
    return y


@op(
    x=lambda g, weight, windows, groups: convolution(g, weight, None, windows, groups),
    weight=lambda g, x, windows, groups: correlation(g, x, windows, groups),
)
def transposed(x: Any, weight: Any, /, windows: Any, groups: int) -> Any:
    """Return the transpose of `convolution` in its input: weight times x, put where windows lie.

    x (samples, outputs, *counts), weight as there; returns (samples, channels, *sizes).
    """
    outputs, channels = weight.shape[0], weight.shape[1] * groups
    turned = _turned(windows)
    if turned is not None:
        weight = np.flip(weight, tuple(range(2, weight.ndim)))
        weight = weight.reshape(groups, outputs // groups, *weight.shape[1:]).swapaxes(1, 2)
        weight = weight.reshape(channels, outputs // groups, *windows.kernel)
        return convolution.op.forward(x, weight, None, turned, groups)
    factors = weight.reshape(groups, outputs // groups, -1).swapaxes(1, 2)
    y = np.empty((x.shape[0], channels, *windows.sizes), x.dtype)
    dense = strides_of(windows.counts)

    def put(batch: slice) -> None:
        columns = np.matmul(factors, _rows(x[batch], windows, dense, groups))
        columns = columns.reshape(channels, *windows.kernel, -1, *windows.counts)
        y[batch] = put_back(np.moveaxis(columns, 1 + len(windows.kernel), 0), windows)

    list(_by_batches(put, x.shape[0], weight.shape, windows))
    return y


def _turned(windows: Windows) -> Windows | None:
    """Return the windows that see, of the places, what was put at each element; if they can."""
    reach = [step * (width - 1) for step, width in zip(windows[4], windows[1], strict=True)]
    padding = tuple(one - pad for one, pad in zip(reach, windows.padding, strict=True))
    if set(windows.stride) != {1} or min(padding) < 0:
        return None
    return windows._replace(sizes=windows.counts, counts=windows.sizes, padding=padding)


@op(
    x=lambda g, cotangent, windows, groups: transposed(cotangent, g, windows, groups),
    cotangent=lambda g, x, windows, groups: convolution(x, g, None, windows, groups),
)
def correlation(x: Any, cotangent: Any, /, windows: Any, groups: int) -> Any:
    """Return the gradient of `convolution` in its weight.

    x (samples, channels, *sizes), cotangent (samples, outputs, *counts).
    """
    shape = (cotangent.shape[1], x.shape[1] // groups, *windows.kernel)
    sums = np.zeros((groups, shape[0] // groups, math.prod(shape[1:])), x.dtype)
    pitch, x = _pitch(windows), padded(x, windows)

    def correlate(batch: slice) -> Any:
        columns = _columns(x[batch], windows, pitch, groups)
        return np.matmul(_rows(cotangent[batch], windows, pitch, groups), columns.swapaxes(1, 2))

    for part in _by_batches(correlate, x.shape[0], shape, windows):
        sums += part
    return sums.reshape(shape)


def _by_batches(
    function: Callable, samples: int, weight: tuple[int, ...], windows: Windows
) -> Iterator[Any]:
    """Yield function(slice) for slices of the samples whose columns are made together.

    weight is the shape of a convolution's weight.
    """
    column, places = math.prod(weight[1:]), math.prod(windows.counts)
    many = max(CHUNK // max(column * places, 1), 1)
    batches = [slice(start, start + many) for start in range(0, samples, many)]
    return SHARED["in_threads"](function, batches, weight[0] * column * places * samples)


# The places of windows lie in the columns at a pitch, a number of columns an axis: one after the
# other, or as in the padded array. Then the columns between rows of places hold what no window
# sees, but columns are made by copying whole images, which takes an eighth of the time.
SPARE = 1.3


def _pitch(windows: Windows) -> tuple[int, ...]:
    """Return how far the places of windows lie apart in the columns, along each axis."""
    dense, loose = strides_of(windows.counts), strides_of(windows.extents())
    if set(windows.stride) != {1} or 0 in windows.counts:
        return dense
    return loose if _length(windows, loose) <= SPARE * math.prod(windows.counts) else dense


def _length(windows: Windows, pitch: tuple) -> int:
    """Return the number of columns of one sample."""
    return 1 + sum((count - 1) * step for count, step in zip(windows.counts, pitch, strict=True))


def _columns(x: Any, windows: Windows, pitch: tuple, groups: int) -> Any:
    """Return what windows see of padded samples: (groups, channels / groups * kernel, columns)."""
    samples, size = x.shape[0], x.shape[1] // groups * math.prod(windows.kernel)
    if pitch == strides_of(windows.counts):
        view = np.moveaxis(seen(x, windows), 0, 1 + len(windows.kernel))
    else:
        inner = x.strides[2:]
        steps = [step * spread for step, spread in zip(inner, windows.dilation, strict=True)]
        shape = (x.shape[1], *windows.kernel, samples, _length(windows, pitch))
        strides = (x.strides[1], *steps, x.strides[0], inner[-1])
        view = strided(x, shape, strides)
    return view.reshape(groups, size, math.prod(view.shape[1 + len(windows.kernel) :]))


def _places(sums: Any, channels: int, windows: Windows, pitch: tuple) -> Any:
    """Return the view (channels, samples, *counts) of the places among columns, also to write."""
    sums = sums.reshape(channels, -1, _length(windows, pitch))
    steps = [step * sums.itemsize for step in pitch]
    return strided(sums, (*sums.shape[:2], *windows.counts), (*sums.strides[:2], *steps))


def _rows(x: Any, windows: Windows, pitch: tuple, groups: int) -> Any:
    """Return values at the places of some samples as (groups, channels / groups, columns)."""
    samples, channels = x.shape[:2]
    made = np.zeros((channels, samples * _length(windows, pitch)), x.dtype)
    _places(made, channels, windows, pitch)[...] = x.swapaxes(0, 1)
    return made.reshape(groups, channels // groups, -1)


@op(x=lambda g, windows: folded(g, windows))
def unfolded(x: Any, /, windows: Any) -> Any:
    """Return what windows see: x (samples, channels, *sizes) as (samples, channels * kernel, n)."""
    size = x.shape[1] * math.prod(windows.kernel)
    columns = seen(padded(x, windows), windows).copy()
    return columns.reshape(x.shape[0], size, math.prod(windows.counts))


@op(x=lambda g, windows: unfolded(g, windows))
def folded(x: Any, /, windows: Any) -> Any:
    """Add the columns of `unfolded` up where the windows saw them: its transpose."""
    channels = x.shape[1] // math.prod(windows.kernel)
    shape = (x.shape[0], channels, *windows.kernel, *windows.counts)
    return put_back(x.reshape(shape), windows)
