"""The value in the middle, the most frequent one, and quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import return_types
from ..argument_names import aliased
from ..operation import op
from .elementwise import isnan, logical_not, to_dtype, where
from .index import gathered
from .reduce import at_places, total
from .shape import narrow, normal_axis, permute, reshape, squeeze, transpose, unsqueeze
from .sorting import check_kind, check_numbers, ranked, sort


def _middle_rule(g: Any, y: Any, x: Any) -> Any:
    equal = to_dtype((x == y) | (isnan(x) & isnan(y)), g.dtype)
    return g / total(equal) * equal


def _middle(x: Any, ignore_nan: bool) -> Any:
    """Return the lower of the two middle values of a vector; nan for none."""
    if ignore_nan and x.dtype.kind == "f":
        x = x[~np.isnan(x)]
    elif x.dtype.kind == "f" and np.isnan(x).any():
        return np.asarray(np.nan, x.dtype)
    if not x.size:
        return np.asarray(np.nan).astype(x.dtype)
    place = (x.size - 1) // 2
    return np.asarray(np.partition(x, place)[place])


@op(name="median", x=_middle_rule)
def middle(x: Any, /, ignore_nan: bool) -> Any:
    """Lower median of all values; its gradient is shared evenly among equal ones."""
    return _middle(x.reshape(-1), ignore_nan)


@op()
def middle_place(x: Any, /, dim: int, ignore_nan: bool) -> Any:
    """Index along `dim`, which stays, of the lower median; of the first nan where one decides."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    missing = np.add.reduce(x != x, axis=dim, keepdims=True, dtype=np.int64)
    if not missing.any():
        return ranked.op.forward(x, (x.shape[dim] + 1) // 2, dim)
    places = np.argsort(x, dim, kind="stable")
    number = x.shape[dim] - missing
    rank = np.where(missing > 0, number, (number - 1) // 2)
    if ignore_nan:
        rank = np.maximum(number - 1, 0) // 2
    return np.take_along_axis(places, rank, dim)


@aliased
def median(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """Lower of the two middle values of all; with `dim`, values and indices along it.

    nan where there is one. The gradient of all is shared among equal values.
    """
    return _median(return_types.median, input, dim, keepdim, False)


@aliased
def nanmedian(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return what `median` does, nan left out; nan where there is nothing else."""
    return _median(return_types.nanmedian, input, dim, keepdim, True)


def _median(kind: Any, x: Any, dim: int | None, keepdim: bool, ignore_nan: bool) -> Any:
    name = kind.__name__
    if dim is None:
        check_kind(name, x)
        return middle(x, ignore_nan)
    axis = normal_axis(dim, x.ndim, name)
    check_numbers(name, x, axis)
    return at_places(kind, x, middle_place(x, axis, ignore_nan), axis, keepdim)


@op()
def frequent_place(x: Any, /, dim: int) -> Any:
    """Last index along `dim`, which stays, of the smallest of the most frequent values."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    places = np.moveaxis(np.argsort(x, dim, kind="stable"), dim, -1)
    values = np.take_along_axis(np.moveaxis(x, dim, -1), places, -1)
    begins = np.ones(values.shape, np.bool_)
    begins[..., 1:] = values[..., 1:] != values[..., :-1]
    own = np.arange(values.shape[-1])
    length = own - np.maximum.accumulate(np.where(begins, own, 0), axis=-1)
    last = np.argmax(length, axis=-1, keepdims=True)
    return np.moveaxis(np.take_along_axis(places, last, -1), -1, dim)


@aliased
def mode(input: Any, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the most frequent value along `dim`, the smallest of several, and its last index."""
    axis = normal_axis(dim, input.ndim, "mode")
    if input.ndim and input.shape[axis] == 0:
        raise IndexError(f"mode: dim {axis} of {tuple(input.shape)} must not be empty")
    return at_places(return_types.mode, input, frequent_place(input, axis), axis, keepdim)


@aliased
def quantile(
    input: Any,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Any:
    """Return the values below which the share q, from 0 to 1, of input lies, along `dim` or of all.

    q is a number or a Tensor of no axis or one, which then comes first in the result. Between two
    values interpolation takes "linear", "lower", "higher", "midpoint" or "nearest". nan where
    there is one. Raises RuntimeError for input without values or of integers, and another dtype
    of q.
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


@aliased
def nanquantile(
    input: Any,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Any:
    """Return what `quantile` does, nan left out; nan where there is nothing else."""
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


def _quantile(
    name: str, input: Any, q: Any, dim: int | None, keepdim: bool, interpolation: str
) -> Any:
    _check_quantile(name, input, interpolation)
    q = _shares(name, q, input)
    axis = 0 if dim is None else normal_axis(dim, input.ndim, name)
    rows = reshape(input, (-1,)) if dim is None or input.ndim == 0 else input
    values = sort(transpose(rows, axis, -1) if rows.ndim > 1 else rows).values
    places = _places(values, q, name == "nanquantile")
    found = _between(values, places, interpolation)
    if rows.ndim > 1:
        found = transpose(found, axis, -1)
    found = _shares_first(found, axis, q.ndim)
    if not keepdim:
        return found
    if dim is not None and input.ndim:
        return unsqueeze(found, axis + q.ndim)
    return reshape(found, (*q.shape, *(1,) * input.ndim))


def _check_quantile(name: str, x: Any, interpolation: str) -> None:
    if x.dtype not in (np.float32, np.float64):
        raise RuntimeError(
            f"{name}: input must be float or double, got {x.dtype}; use input.float()"
        )
    if 0 in x.shape:
        raise RuntimeError(f"{name}: input must not be empty, got shape {tuple(x.shape)}")
    if interpolation not in ROUNDED:
        raise RuntimeError(
            f"{name}: interpolation must be one of {', '.join(ROUNDED)}, got {interpolation!r}"
        )


def _shares(name: str, q: Any, x: Any) -> Any:
    """Return q as an array or Tensor of the dtype of x."""
    if not hasattr(q, "dtype"):
        if not 0 <= q <= 1:
            raise RuntimeError(f"{name}: q must be in the range [0, 1], got {q}")
        return np.asarray(q, x.dtype)
    if q.ndim > 1 or q.dtype != x.dtype:
        raise RuntimeError(
            f"{name}: q must be a number or a Tensor of at most one axis and of the input's dtype "
            f"{x.dtype}, got {q.dtype} {tuple(q.shape)}"
        )
    return probable(q, name)


@op(x=lambda g: g)
def probable(x: Any, /, name: str) -> Any:
    """Return x as it is; raise RuntimeError if an element is outside 0 to 1."""
    if not ((x >= 0) & (x <= 1)).all():
        raise RuntimeError(f"{name}: q must be in the range [0, 1], got {x.min()} to {x.max()}")
    return x


def _places(values: Any, q: Any, ignore_nan: bool) -> Any:
    """Return where in sorted rows (..., n) the shares q lie: (..., shares), as floats."""
    size = values.shape[-1]
    if ignore_nan:
        number = total(logical_not(isnan(values)), -1, True)
        places = q * to_dtype(number - 1, values.dtype)
        return where(places < 0, 0, places)
    # nan is sorted to the end; where there is one, all shares lie there.
    missing = isnan(narrow(values, -1, size - 1, 1))
    return where(missing, np.asarray(size - 1, values.dtype), q * (size - 1))


@op()
def rounded(x: Any, /, how: str) -> Any:
    """Return x rounded as NumPy's function `how` does, as int64."""
    return getattr(np, how)(x).astype(np.int64)


# How places are rounded, where no value between two is taken.
ROUNDED = {"linear": "", "lower": "floor", "higher": "ceil", "midpoint": "", "nearest": "rint"}


def _between(values: Any, places: Any, interpolation: str) -> Any:
    if how := ROUNDED[interpolation]:
        return gathered(values, rounded(places, how), -1)
    low = rounded(places, "floor")
    below, above = gathered(values, low, -1), gathered(values, rounded(places, "ceil"), -1)
    share = 0.5 if interpolation == "midpoint" else places - low
    return below + share * (above - below)


def _shares_first(found: Any, axis: int, shares: int) -> Any:
    """Move the shares from their axis to the front, or drop an axis of one share."""
    if not shares:
        return squeeze(found, axis)
    rest = [one for one in range(found.ndim) if one != axis]
    return permute(found, (axis, *rest))
