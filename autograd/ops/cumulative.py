"""Functions along an axis that run: sums, products, extremes, differences, integrals."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import return_types
from ..argument_names import aliased
from ..operation import op
from .elementwise import exp, logical_xor, to_dtype
from .reduce import at_places, spread, total
from .scans import others, recurrence, running_product, running_sum, shifted
from .shape import cat, narrow, normal_axis, reshape, unsqueeze
from .write import apart


@aliased
def cumsum(input: Any, dim: int, *, dtype: Any = None) -> Any:
    """Sums along axis `dim` of all values up to each; of booleans and integers as int64."""
    return _along("cumsum", running_sum, input, dim, dtype)


@aliased
def cumprod(input: Any, dim: int, *, dtype: Any = None) -> Any:
    """Products along axis `dim` of all values up to each; of booleans and integers as int64."""
    return _along("cumprod", running_product, input, dim, dtype)


def _along(name: str, function: Any, x: Any, dim: int, dtype: Any = None) -> Any:
    """Run a scan along an axis; what has no axes is an array of one element."""
    x = x if dtype is None else to_dtype(x, dtype)
    axis = normal_axis(dim, x.ndim, name)
    y = function(x, axis) if x.ndim else reshape(function(reshape(x, (1,)), 0), ())
    return y if dtype is None else to_dtype(y, dtype)


@op(
    name="prod",
    x=lambda g, x, shapes, dim, keepdim: spread(g, shapes[0], dim, keepdim) * others(x, dim),
)
def product(x: Any, /, dim: int, keepdim: bool = False) -> Any:
    """Product along `dim`; of booleans and integers as int64."""
    dtype = None if x.dtype.kind == "f" else np.int64
    return np.multiply.reduce(x, axis=dim, dtype=dtype, keepdims=keepdim)


@aliased
def prod(input: Any, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Product of all values, or along axis `dim`; of booleans and integers as int64."""
    x = input if dtype is None else to_dtype(input, dtype)
    if dim is None or (normal_axis(dim, x.ndim, "prod"), x.ndim) == (0, 0):
        y = product(reshape(x, (-1,)), 0)
    else:
        y = product(x, normal_axis(dim, x.ndim, "prod"), keepdim)
    return y if dtype is None else to_dtype(y, dtype)


@aliased
def cummax(input: Any, dim: int) -> Any:
    """Largest value along `dim` up to each place, and the index of the last one of equal ones."""
    return _extremes(return_types.cummax, input, dim, True)


@aliased
def cummin(input: Any, dim: int) -> Any:
    """Smallest value along `dim` up to each place, and the index of the last one of equal ones."""
    return _extremes(return_types.cummin, input, dim, False)


def _extremes(kind: Any, x: Any, dim: int, largest: bool) -> Any:
    axis = normal_axis(dim, x.ndim, kind.__name__)
    return at_places(kind, x, running_places(x, axis, largest), axis)


@op()
def running_places(x: Any, /, dim: int, largest: bool) -> Any:
    """Index along `dim` of the extreme up to each place; nan is the extreme once it has come."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    extreme = (np.maximum if largest else np.minimum).accumulate(x, axis=dim)
    own = np.arange(x.shape[dim]).reshape(-1, *(1,) * (x.ndim - 1 - dim))
    return np.maximum.accumulate(np.where((x == extreme) | (x != x), own, 0), axis=dim)


def _log_rule(g: Any, y: Any, x: Any, dim: int) -> Any:
    # y never falls, so no factor is above 1.
    return exp(x - y) * recurrence(exp(shifted(y, dim, 0) - y), g, dim, True)


@op(name="logcumsumexp", x=_log_rule)
def running_log_sum(x: Any, /, dim: int) -> Any:
    """Logarithms of the sums of exp(x) along `dim` up to each place, without overflow."""
    if x.dtype.kind != "f":
        raise NotImplementedError(f"logcumsumexp: not implemented for {x.dtype}; use .float()")
    return np.logaddexp.accumulate(x, axis=dim)


@aliased
def logcumsumexp(input: Any, dim: int) -> Any:
    """Logarithms of the sums of exp(input) along `dim` up to each place, without overflow."""
    return _along("logcumsumexp", running_log_sum, input, dim)


@aliased
def diff(input: Any, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along `dim`, taken n times; of booleans whether they differ.

    prepend and append are joined to input first. Raises RuntimeError for an array of no axes, for
    a negative n, and where they have other axes.
    """
    if input.ndim == 0 or n < 0:
        wrong = "input has no axes" if input.ndim == 0 else f"n is {n}"
        raise RuntimeError(f"diff: {wrong}; input needs an axis, and n must not be negative")
    axis = normal_axis(dim, input.ndim, "diff")
    ends = [one for one in (prepend, append) if one is not None]
    if any(one.ndim != input.ndim for one in ends):
        raise RuntimeError(
            f"diff: prepend and append need the {input.ndim} axes of input, got "
            f"{', '.join(str(tuple(one.shape)) for one in ends)}"
        )
    parts = [one for one in (prepend, input, append) if one is not None]
    x = cat(parts, axis) if ends else input
    for _ in range(min(n, x.shape[axis])):
        x = _difference(x, axis)
    return apart(x, input)


def _difference(x: Any, axis: int) -> Any:
    before, after = _neighbours(x, axis)
    return logical_xor(after, before) if x.dtype.kind == "b" else after - before


def _neighbours(x: Any, axis: int) -> tuple[Any, Any]:
    """Return all values but the last along an axis, and all but the first."""
    count = x.shape[axis] - 1
    return narrow(x, axis, 0, count), narrow(x, axis, 1, count)


@aliased
def trapezoid(y: Any, x: Any = None, *, dx: float = 1, dim: int = -1) -> Any:
    """Integral of y along `dim` by the trapezoidal rule, at the places x or `dx` apart."""
    axis = _integrated("trapezoid", y, dim)
    if y.shape[axis] == 0:
        return total(y, axis) / 2
    return total(_areas("trapezoid", y, x, dx, axis), axis) / 2


@aliased
def cumulative_trapezoid(y: Any, x: Any = None, *, dx: float = 1, dim: int = -1) -> Any:
    """Integrals of y along `dim` from its first place to each other one, as `trapezoid`."""
    axis = _integrated("cumulative_trapezoid", y, dim)
    return running_sum(_areas("cumulative_trapezoid", y, x, dx, axis), axis) / 2


def _integrated(name: str, y: Any, dim: int) -> int:
    if y.ndim == 0:
        raise IndexError(f"{name}: y has no axes; give values along an axis")
    return normal_axis(dim, y.ndim, name)


def _areas(name: str, y: Any, x: Any, dx: float, axis: int) -> Any:
    """Return twice the area between each two neighbours."""
    before, after = _neighbours(y, axis)
    if x is None:
        return (before + after) * dx
    if x.ndim == 1:
        for _ in range(y.ndim - 1 - axis):
            x = unsqueeze(x, -1)
    place = axis - y.ndim + x.ndim
    if x.shape[place] != y.shape[axis]:
        raise RuntimeError(
            f"{name}: x {tuple(x.shape)} needs one value for each of the {y.shape[axis]} of y"
        )
    first, second = _neighbours(x, place)
    return (before + after) * (second - first)
