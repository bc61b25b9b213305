"""Places in sorted sequences, and how many values lie between edges or are equal to an integer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import return_types
from ..dtypes import NUMBERS
from ..operation import op
from .distinct import check_not_traced


@op()
def place_in(
    sequence: Any, values: Any, sorter: Any = None, /, *, right: bool = False, dtype: Any = np.int64
) -> Any:
    """Where values belong in sequence, sorted along its last axis or in the order of sorter."""
    if sorter is not None:
        _check_sorter(sequence, sorter)
        sequence = np.take_along_axis(sequence, sorter, -1)
    side: Any = "right" if right else "left"
    if sequence.ndim == 1:
        return np.asarray(np.searchsorted(sequence, values, side)).astype(dtype, copy=False)
    places = np.empty(values.shape, dtype)
    for row in np.ndindex(values.shape[:-1]):
        places[row] = np.searchsorted(sequence[row], values[row], side)
    return places


def _check_sorter(sequence: Any, sorter: Any) -> None:
    if sorter.shape != sequence.shape or sorter.dtype != np.int64:
        raise RuntimeError(
            f"searchsorted: sorter must be int64 of shape {sequence.shape}, got {sorter.dtype} "
            f"{sorter.shape}"
        )
    if sorter.size and not 0 <= sorter.min() <= sorter.max() < sequence.shape[-1]:
        raise RuntimeError("searchsorted: sorter index out of range; use argsort's result")


def searchsorted(
    sorted_sequence: Any,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Any = None,
) -> Any:
    """Return the places where the values input belong in sorted_sequence, so that it stays sorted.

    Of equal values the place is before, with right (or side "right") after them. A sequence of
    several axes, sorted along the last, has one row for each row of input; otherwise input may be
    a number. sorter are the indices that sort it. Raises RuntimeError where shapes do not fit.
    """
    if side not in (None, "left", "right") or (side == "left" and right):
        raise RuntimeError(f"searchsorted: side {side!r} and right={right} do not go together")
    shape, sizes = tuple(sorted_sequence.shape), tuple(getattr(input, "shape", ()))
    many = len(shape) > 1
    if not shape or (many and (type(input) in NUMBERS or shape[:-1] != sizes[:-1])):
        raise RuntimeError(
            f"searchsorted: sorted_sequence {shape} must have one axis, or the axes of input "
            f"{sizes} but for the last"
        )
    _check_kinds("searchsorted", sorted_sequence, input)
    dtype = np.dtype(np.int32 if out_int32 else np.int64)
    return place_in(sorted_sequence, input, sorter, right=right or side == "right", dtype=dtype)


def bucketize(input: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    """Return the number of the bucket of each value, a number or an array, between boundaries.

    boundaries (n,) are sorted; bucket i ends with boundary i, and with right it begins there.
    """
    if boundaries.ndim != 1:
        raise RuntimeError(f"bucketize: boundaries need one axis, got {tuple(boundaries.shape)}")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def _check_kinds(name: str, *arrays: Any) -> None:
    if any(getattr(one, "dtype", np.dtype(float)).kind == "b" for one in arrays):
        raise NotImplementedError(f"{name}: not implemented for booleans; use .int()")


@op()
def histc(x: Any, /, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """How many values of x lie in each of `bins` equal parts of min to max, in the dtype of x.

    Where min is max the parts are those of the smallest to the largest value. Other values, and
    nan, count for nothing. Raises RuntimeError for no bins or a range that is none.
    """
    if x.dtype.kind != "f":
        raise NotImplementedError(f"histc: not implemented for {x.dtype}; use .float()")
    if bins <= 0:
        raise RuntimeError(f"histc: bins must be > 0, got {bins}")
    low, high = (x.min(), x.max()) if min == max and x.size else (min, max)
    if low == high:
        low, high = low - 1, high + 1
    if not (math.isfinite(low) and math.isfinite(high)) or low > high:
        raise RuntimeError(f"histc: range of [{low}, {high}] must be finite, max above min")
    x = x[~np.isnan(x)]
    return np.histogram(x, bins, (low, high))[0].astype(x.dtype)


@op()
def edges_of(x: Any, /, bins: int, range: tuple | None) -> Any:
    """Return the bins + 1 edges of equal parts of a range, by default of all values of x."""
    if bins <= 0:
        raise RuntimeError(f"histogram: bins must be > 0, got {bins}")
    low, high = range or ((x.min(), x.max()) if x.size else (0, 1))
    if low == high:
        low, high = low - 0.5, high + 0.5
    if not (math.isfinite(low) and math.isfinite(high)) or low > high:
        raise RuntimeError(f"histogram: range of [{low}, {high}] must be finite, max above min")
    return np.linspace(low, high, bins + 1, dtype=x.dtype)


@op()
def between_edges(x: Any, edges: Any, weight: Any = None, /, *, density: bool = False) -> Any:
    """Return how many values of x, or how much weight, lie between each two edges."""
    weight = None if weight is None else weight.reshape(-1)
    counts = np.histogram(x.reshape(-1), edges, weights=weight, density=density)[0]
    return counts.astype(x.dtype)


def histogram(
    input: Any,
    bins: Any,
    *,
    range: Sequence[float] | None = None,
    weight: Any = None,
    density: bool = False,
) -> Any:
    """Return hist, how many values of input lie in each bin, and bin_edges.

    bins is a number of equal ones over `range`, by default all values, or a Tensor of edges.
    weight, shaped like input, is summed instead of counted; density makes the integral 1.
    """
    if input.dtype.kind != "f":
        raise NotImplementedError(f"histogram: not implemented for {input.dtype}; use .float()")
    if weight is not None and tuple(weight.shape) != tuple(input.shape):
        raise RuntimeError(
            f"histogram: weight {tuple(weight.shape)} must have the shape of input "
            f"{tuple(input.shape)}"
        )
    number = isinstance(bins, int)
    edges = edges_of(input, bins, tuple(range) if range else None) if number else bins
    hist = between_edges(input, edges, weight, density=density)
    return return_types.histogram(hist, edges)


def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """Return how often each integer from 0 to the largest of input (n,) is in it, or its weight.

    At least minlength of them are counted. Raises RuntimeError for negative ones, other axes, or
    weights of another length, NotImplementedError for floats; in a recording TraceError.
    """
    if input.dtype.kind not in "iu":
        raise NotImplementedError(f"bincount: not implemented for {input.dtype}; use .long()")
    if input.ndim != 1 or (weights is not None and tuple(weights.shape) != tuple(input.shape)):
        weighed = None if weights is None else tuple(weights.shape)
        raise RuntimeError(
            f"bincount: input needs one axis, and weights its shape; got {tuple(input.shape)} and "
            f"{weighed}"
        )
    check_not_traced(input)
    return occurrences(input, weights, minlength=minlength)


@op(name="bincount")
def occurrences(x: Any, weights: Any = None, /, *, minlength: int = 0) -> Any:
    """Return what `bincount` returns."""
    if minlength < 0 or (x.size and x.min() < 0):
        raise RuntimeError("bincount: values and minlength must not be negative")
    counts = np.bincount(x, weights, minlength)
    kept = weights is not None and weights.dtype == np.float32
    return counts.astype(np.float32) if kept else counts
