"""Functions that make Tensors of numbers in order: ranges, places of triangles, powers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtypes
from .creation import ones, zeros
from .making import float_dtype, number_of
from .ops.shape import stack
from .tensors import Tensor, finished


def arange(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return start, start + step, ... below end; arange(end) starts at 0.

    int64 where all three are integers, else the default float.
    """
    start, end = (0, start) if end is None else (start, end)
    start, end, step = (number_of(one) for one in (start, end, step))
    if dtype is None:
        whole = all(isinstance(one, int) for one in (start, end, step))
        dtype = dtypes.int64 if whole else dtypes.get_default_dtype()
    dtype = dtypes.supported(dtype)
    if not math.isfinite(start) or not math.isfinite(end):
        raise RuntimeError(f"arange: unsupported range: {start} -> {end}")
    if dtype.kind in "iu":
        start, end, step = int(start), int(end), int(step)
    if step == 0 or (end - start) * step < 0:
        raise RuntimeError(
            f"arange: upper bound and lower bound inconsistent with step sign: from {start} to "
            f"{end} in steps of {step}"
        )
    count = math.ceil((end - start) / step)
    return finished((start + np.arange(count) * step).astype(dtype), device, requires_grad)


def linspace(
    start: Any,
    end: Any,
    steps: int,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return `steps` numbers at equal distances, from start to end, both included.

    Integers are rounded towards 0.
    """
    values = _evenly(start, end, steps).astype(float_dtype(dtype))
    return finished(values, device, requires_grad)


def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return `steps` powers of base, with exponents at equal distances from start to end."""
    values = np.power(float(base), _evenly(start, end, steps)).astype(float_dtype(dtype))
    return finished(values, device, requires_grad)


def _evenly(start: Any, end: Any, steps: int) -> Any:
    if steps < 0:
        raise RuntimeError(f"linspace, logspace: number of steps must be non-negative, got {steps}")
    return np.linspace(number_of(start), number_of(end), steps)


def tril_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = None, device: Any = None
) -> Tensor:
    """Return the places (2, count) of the lower triangle of a matrix; see `tril`."""
    return _triangle("tril_indices", row, col, dtype, device, lambda i, j: j <= i + offset)


def triu_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = None, device: Any = None
) -> Tensor:
    """Return the places (2, count) of the upper triangle of a matrix; see `triu`."""
    return _triangle("triu_indices", row, col, dtype, device, lambda i, j: j >= i + offset)


def _triangle(name: str, row: int, col: int, dtype: Any, device: Any, inside: Callable) -> Tensor:
    if row < 0 or col < 0:
        raise RuntimeError(f"{name}: row and col must be non-negative, got {row} and {col}")
    dtype = dtypes.int64 if dtype is None else dtypes.supported(dtype)
    if dtype not in (dtypes.int64, dtypes.int32):
        raise NotImplementedError(f"{name}: not implemented for {dtype}; use int64 or int32")
    places = np.argwhere(np.fromfunction(inside, (row, col))).T.reshape(2, -1)
    return finished(np.ascontiguousarray(places).astype(dtype), device, False)


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """Return the matrix whose columns are powers of a vector: x ** (N - 1) ... 1.

    N is by default the length of x; with increasing, the powers are 0 to N - 1.
    """
    if x.ndim != 1:
        raise RuntimeError(f"vander: x must have one axis, got {tuple(x.shape)}")
    count = x.shape[0] if N is None else N
    if count < 0:
        raise RuntimeError(f"vander: N must be non-negative, got {N}")
    x = x if x.dtype.kind == "f" else x.long()
    powers = [ones(x.shape[0], dtype=x.dtype)]
    while len(powers) < count:
        powers.append(powers[-1] * x)
    powers = powers[:count] if increasing else powers[:count][::-1]
    return stack(powers, 1) if powers else zeros(x.shape[0], 0, dtype=x.dtype)
