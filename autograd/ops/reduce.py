"""Operations that reduce axes: sums, means, spreads, extremes and their places."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..crossover import FILLED
from ..operation import op
from .elementwise import maximum, minimum, to_dtype, where
from .index import gathered
from .shape import expand, normal_axis, reshape, squeeze

Dim = int | Sequence[int] | None


class ValuesIndices(NamedTuple):
    """What a reduction along one axis returns when it also says where."""

    values: Any
    indices: Any


def axes(dim: Dim, ndim: int, name: str) -> tuple[int, ...]:
    """Return the axes that `dim` names, counted from the front; all of them for None or ()."""
    if dim is None or dim == ():
        return tuple(range(ndim))
    dims = (dim,) if isinstance(dim, int) else dim
    found = tuple(normal_axis(one, ndim, name) for one in dims)
    if len(set(found)) < len(found):
        raise RuntimeError(f"{name}: dim {dim} names an axis more than once")
    return found if ndim else ()


def spread(g: Any, shape: tuple, dim: Dim, keepdim: bool) -> Any:
    """Repeat what a reduction over `dim` left, so that it has the `shape` from before it."""
    if g.ndim and not keepdim:
        over = axes(dim, len(shape), "spread")
        g = reshape(g, tuple(1 if axis in over else size for axis, size in enumerate(shape)))
    elif g.ndim == 0 and math.prod(shape) <= FILLED:
        return filled(g, shape)
    return expand(g, shape)


@op(x=lambda g: total(g))
def filled(x: Any, /, shape: tuple[int, ...]) -> Any:
    """Return an array of `shape` full of the 0-d x: what `expand` shows, in memory of its own."""
    y = np.empty(shape, x.dtype)
    y.fill(x)
    return y


def count_over(shape: tuple, dim: Dim) -> int:
    """Return how many elements of an array of this shape a reduction over `dim` takes together."""
    return math.prod(shape[axis] for axis in axes(dim, len(shape), "count"))


@op(name="sum", x=lambda g, shapes, dim, keepdim: spread(g, shapes[0], dim, keepdim))
def total(x: Any, /, dim: Dim = None, keepdim: bool = False) -> Any:
    """Sum over `dim`; booleans and integers sum to int64."""
    dtype = None if x.dtype.kind == "f" else np.int64
    plain = dim is None or (type(dim) is int and -x.ndim <= dim < x.ndim)
    over = dim if plain else axes(dim, x.ndim, "sum")
    return np.add.reduce(x, axis=over, dtype=dtype, keepdims=keepdim)


def sum_(x: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Sum over `dim`, an axis or several (default: all); booleans and integers sum to int64."""
    return total(x if dtype is None else to_dtype(x, dtype), dim, keepdim)


@op(
    name="mean",
    x=lambda g, shapes, dim, keepdim: spread(
        g / count_over(shapes[0], dim), shapes[0], dim, keepdim
    ),
)
def average(x: Any, /, dim: Dim = None, keepdim: bool = False) -> Any:
    """Mean over `dim` of floats; nan where there is nothing to average."""
    if x.dtype.kind != "f":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point "
            f"or complex dtype. Got: {x.dtype}; write x.float().mean()"
        )
    over = axes(dim, x.ndim, "mean")
    return np.add.reduce(x, axis=over, keepdims=keepdim) / x.dtype.type(count_over(x.shape, over))


def mean(x: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Mean over `dim`, an axis or several (default: all), of floats."""
    return average(x if dtype is None else to_dtype(x, dtype), dim, keepdim)


def _variance(x: Any, dim: Dim, correction: float, keepdim: bool) -> Any:
    over = axes(dim, x.ndim, "var")
    count = count_over(x.shape, over)
    if count <= correction:
        warnings.warn(
            f"var(), std(): degrees of freedom is <= 0: {count} values, correction {correction}; "
            "the result is nan or inf. Use correction=0 for a single value",
            stacklevel=3,
        )
        with np.errstate(all="ignore"):
            return _mean_square(x, over, count, correction, keepdim)
    return _mean_square(x, over, count, correction, keepdim)


def _mean_square(x: Any, over: tuple, count: int, correction: float, keepdim: bool) -> Any:
    deviation = x - np.add.reduce(x, axis=over, keepdims=True) / x.dtype.type(count)
    squares = np.add.reduce(deviation * deviation, axis=over, keepdims=keepdim)
    return squares / x.dtype.type(max(count - correction, 0))


def _var_rule(g: Any, x: Any, shapes: tuple, dim: Dim, correction: float, keepdim: bool) -> Any:
    free = count_over(shapes[0], dim) - correction
    slope = 2 / free if free > 0 else math.nan
    return spread(g, shapes[0], dim, keepdim) * (slope * (x - average(x, dim, True)))


@op(floats=True, x=_var_rule)
def var(x: Any, /, dim: Dim = None, *, correction: float = 1, keepdim: bool = False) -> Any:
    """Variance over `dim`: squared deviations over (count - correction); warns where that is 0."""
    return _variance(x, dim, correction, keepdim)


def _std_rule(
    g: Any, y: Any, x: Any, shapes: tuple, dim: Dim, correction: float, keepdim: bool
) -> Any:
    g = where(y == 0, 0, g / (2 * y))
    return _var_rule(g, x, shapes, dim, correction, keepdim)


@op(floats=True, x=_std_rule)
def std(x: Any, /, dim: Dim = None, *, correction: float = 1, keepdim: bool = False) -> Any:
    """Square root of `var`; its slope where all values are equal is 0."""
    return np.sqrt(_variance(x, dim, correction, keepdim))


def _shared(g: Any, y: Any, x: Any, shapes: tuple, dim: Dim, keepdim: bool) -> Any:
    # Where nan is among the values it is the extreme, and equals nothing.
    extreme = to_dtype((x == spread(y, shapes[0], dim, keepdim)) | (x != x), g.dtype)
    ties = total(extreme, dim, keepdim)
    return spread(g / ties, shapes[0], dim, keepdim) * extreme


def _check_not_empty(name: str, x: Any, dim: Any) -> None:
    """Raise RuntimeError, with a `dim` IndexError, where an extreme of no values is asked for."""
    if 0 not in x.shape or not isinstance(dim, int | Sequence | None):
        return
    if count_over(x.shape, axes(dim, x.ndim, name)) == 0:
        raise (RuntimeError if dim is None else IndexError)(
            f"{name}: shape {tuple(x.shape)} has nothing to reduce over dim {dim}; "
            "an extreme of no values is not defined"
        )


def _extreme(name: str, ufunc: Any, x: Any, dim: Dim, keepdim: bool) -> Any:
    _check_not_empty(name, x, dim)
    return ufunc.reduce(x, axis=axes(dim, x.ndim, name), keepdims=keepdim)


@op(x=_shared)
def amax(x: Any, /, dim: Dim = None, keepdim: bool = False) -> Any:
    """Largest value over `dim`; the gradient is shared evenly among equal ones."""
    return _extreme("amax", np.maximum, x, dim, keepdim)


@op(x=_shared)
def amin(x: Any, /, dim: Dim = None, keepdim: bool = False) -> Any:
    """Smallest value over `dim`; the gradient is shared evenly among equal ones."""
    return _extreme("amin", np.minimum, x, dim, keepdim)


@op()
def argmax(x: Any, /, dim: int | None = None, keepdim: bool = False) -> Any:
    """Place of the largest value along `dim`, the first of equal ones; of all values for None."""
    return _place(np.argmax, x, dim, keepdim)


@op()
def argmin(x: Any, /, dim: int | None = None, keepdim: bool = False) -> Any:
    """Place of the smallest value along `dim`, the first of equal ones; of all values for None."""
    return _place(np.argmin, x, dim, keepdim)


def _place(function: Any, x: Any, dim: int | None, keepdim: bool) -> Any:
    axis = None if dim is None else normal_axis(dim, x.ndim, function.__name__)
    if x.size == 0 and (axis is None or x.shape[axis] == 0):
        raise IndexError(f"{function.__name__}: nothing to search in shape {tuple(x.shape)}")
    if x.ndim == 0:
        return np.zeros((), np.int64)
    return function(x, axis=axis, keepdims=keepdim)


def max_(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Largest value of x; with `dim`, values and indices along it; with an array, `maximum`.

    Without `dim` the gradient is shared among equal values; with it the first one gets all.
    """
    _check_not_empty("max", x, dim)
    return _pick(x, dim, keepdim, amax, argmax, maximum)


def min_(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Smallest value of x; with `dim`, values and indices along it; with an array, `minimum`.

    Without `dim` the gradient is shared among equal values; with it the first one gets all.
    """
    _check_not_empty("min", x, dim)
    return _pick(x, dim, keepdim, amin, argmin, minimum)


def _pick(x: Any, dim: Any, keepdim: bool, extreme: Any, place: Any, pairwise: Any) -> Any:
    if dim is None:
        return extreme(x)
    if not isinstance(dim, int):
        return pairwise(x, dim)
    if x.ndim == 0:
        return ValuesIndices(reshape(x, ()), place(x))
    indices = place(x, dim, True)
    values = gathered(x, indices, dim)
    if keepdim:
        return ValuesIndices(values, indices)
    return ValuesIndices(squeeze(values, dim), squeeze(indices, dim))


@op()
def all_(x: Any, /, dim: Dim = None, keepdim: bool = False) -> Any:
    """Whether every value over `dim` is true."""
    return np.logical_and.reduce(x, axis=axes(dim, x.ndim, "all"), keepdims=keepdim)


@op()
def any_(x: Any, /, dim: Dim = None, keepdim: bool = False) -> Any:
    """Whether some value over `dim` is true."""
    return np.logical_or.reduce(x, axis=axes(dim, x.ndim, "any"), keepdims=keepdim)
