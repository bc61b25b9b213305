"""Standardisation: to mean 0 and variance 1 over some axes, the heart of all normalising layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..operation import op
from .elementwise import sqrt, square, to_dtype
from .reduce import average
from .sums import summed, wide


@op()
def moments(x: Any, /, dims: tuple[int, ...]) -> Any:
    """Return mean and (biased) variance over `dims`, which stay as axes of length 1: (2, ...).

    Those of float16 are float32.
    """
    x = wide(x)
    count = x.dtype.type(math.prod(x.shape[dim] for dim in dims))
    mean = summed(x, dims, True) / count
    made = np.empty((2, *mean.shape), x.dtype)
    made[0] = mean
    deviation = x - mean
    np.multiply(deviation, deviation, out=deviation)
    made[1] = summed(deviation, dims, True) / count
    return made


def _composed(x: Any, known: Any, dims: tuple, eps: float) -> Any:
    deviation = to_dtype(x, known.dtype)
    deviation = deviation - average(deviation, dims, True)
    return to_dtype(deviation / sqrt(average(square(deviation), dims, True) + eps), x.dtype)


@op(
    residuals=("scale",),
    composed=_composed,
    x=lambda g, y, scale, dims: (
        scale * (g - average(g, dims, True) - y * average(g * y, dims, True))
    ),
)
def standardized(x: Any, known: Any, /, dims: tuple[int, ...], eps: float) -> Any:
    """Return x minus its mean over `dims`, over the root of its variance plus eps.

    known are the `moments` of x over dims.
    """
    scale = 1 / np.sqrt(known[1] + known.dtype.type(eps))
    y = x - known[0]
    y *= scale
    return y.astype(x.dtype, copy=False), scale.astype(x.dtype, copy=False)
