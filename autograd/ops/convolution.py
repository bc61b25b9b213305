"""Convolution, its transpose and its correlation: each is the derivative of the others.

All three come from one sum over windows, linear in input, weight and cotangent. Windows become the
columns of a matrix, some samples at a time, so that BLAS multiplies what the cache still holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..operation import op
from .reduce import total
from .windows import Windows, put_back, seen

# So many elements of columns are made at a time: more leave the second cache.
CHUNK = 1 << 17


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
    outputs = weight.shape[0]
    factors = weight.reshape(groups, outputs // groups, -1)
    y = np.empty((x.shape[0], outputs, *windows.counts), x.dtype)
    for batch in _batches(x.shape[0], weight, windows):
        product = np.matmul(factors, _columns(x[batch], windows, groups))
        product = product.reshape(outputs, -1, *windows.counts)
        if bias is not None:
            product += bias.reshape(-1, *(1,) * (product.ndim - 1))
        y[batch] = product.swapaxes(0, 1)
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
    factors = weight.reshape(groups, outputs // groups, -1).swapaxes(1, 2)
    y = np.empty((x.shape[0], channels, *windows.sizes), x.dtype)
    for batch in _batches(x.shape[0], weight, windows):
        columns = np.matmul(factors, _rows(x[batch], groups))
        columns = columns.reshape(channels, *windows.kernel, -1, *windows.counts)
        y[batch] = put_back(np.moveaxis(columns, 1 + len(windows.kernel), 0), windows)
    return y


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
    for batch in _batches(x.shape[0], sums, windows):
        columns = _columns(x[batch], windows, groups)
        sums += np.matmul(_rows(cotangent[batch], groups), columns.swapaxes(1, 2))
    return sums.reshape(shape)


def _batches(samples: int, weight: Any, windows: Windows) -> Iterator[slice]:
    """Yield slices of the samples whose columns are made together."""
    size = weight.size // max(weight.shape[0], 1) * math.prod(windows.counts)
    many = max(CHUNK // max(size, 1), 1)
    return (slice(start, start + many) for start in range(0, samples, many))


def _columns(x: Any, windows: Windows, groups: int) -> Any:
    """Return what windows see of some samples: (groups, channels / groups * kernel, windows)."""
    view = np.moveaxis(seen(x, windows), 0, 1 + len(windows.kernel))
    size = x.shape[1] // groups * math.prod(windows.kernel)
    return view.reshape(groups, size, x.shape[0] * math.prod(windows.counts))


def _rows(x: Any, groups: int) -> Any:
    """Return some samples as (groups, channels / groups, samples * places)."""
    samples, channels, *sizes = x.shape
    return x.swapaxes(0, 1).reshape(groups, channels // groups, samples * math.prod(sizes))


@op(x=lambda g, windows: folded(g, windows))
def unfolded(x: Any, /, windows: Any) -> Any:
    """Return what windows see: x (samples, channels, *sizes) as (samples, channels * kernel, n)."""
    size = x.shape[1] * math.prod(windows.kernel)
    return seen(x, windows).reshape(x.shape[0], size, math.prod(windows.counts))


@op(x=lambda g, windows: unfolded(g, windows))
def folded(x: Any, /, windows: Any) -> Any:
    """Add the columns of `unfolded` up where the windows saw them: its transpose."""
    channels = x.shape[1] // math.prod(windows.kernel)
    shape = (x.shape[0], channels, *windows.kernel, *windows.counts)
    return put_back(x.reshape(shape), windows)
