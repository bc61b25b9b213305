"""Operations that reduce axes: sums, means, spreads, extremes and their places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import return_types
from ..argument_names import aliased
from ..crossover import FILLED
from ..operation import op
from ..user_code import warn_user
from .elementwise import exp, isnan, logical_not, maximum, minimum, to_dtype, where
from .index import gathered
from .shape import dims_of, expand, normal_axis, reshape, squeeze
from .sums import summed, wide
from .write import clone

Dim = int | Sequence[int] | None


def axes(dim: Dim, ndim: int, name: str) -> tuple[int, ...]:
    """Return the axes that `dim` names, counted from the front; all of them for None or ()."""
    if dim is None or (isinstance(dim, tuple | list) and not dim):
        return tuple(range(ndim))
    found = tuple([normal_axis(one, ndim, name) for one in dims_of(dim)])
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
    plain = dim is None or (type(dim) is int and -x.ndim <= dim < x.ndim)
    over = dim if plain else axes(dim, x.ndim, "sum")
    if x.dtype.kind == "f":
        return summed(x, over, keepdim)
    return np.add.reduce(x, axis=over, dtype=np.int64, keepdims=keepdim)


@aliased
def sum_(input: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Sum over `dim`, an axis or several (default: all); booleans and integers sum to int64."""
    if dtype is None:
        return total(input, dim, keepdim)
    return to_dtype(total(to_dtype(input, dtype), dim, keepdim), dtype)


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
    if x.itemsize == 2:
        return average.op.forward(wide(x), dim, keepdim).astype(x.dtype)
    return summed(x, over, keepdim) / x.dtype.type(count_over(x.shape, over))


@aliased
def mean(input: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Mean over `dim`, an axis or several (default: all), of floats."""
    return average(input if dtype is None else to_dtype(input, dtype), dim, keepdim)


def _variance(x: Any, dim: Dim, correction: float, keepdim: bool) -> Any:
    over = axes(dim, x.ndim, "var")
    count = count_over(x.shape, over)
    if count <= correction:
        warn_user(
            f"var(), std(): degrees of freedom is <= 0: {count} values, correction {correction}; "
            "the result is nan or inf. Use correction=0 for a single value"
        )
        with np.errstate(all="ignore"):
            return _mean_square(x, over, count, correction, keepdim)
    return _mean_square(x, over, count, correction, keepdim)


def _mean_square(x: Any, over: tuple, count: int, correction: float, keepdim: bool) -> Any:
    deviation = x - summed(x, over, True) / x.dtype.type(count)
    squares = summed(deviation * deviation, over, keepdim)
    return squares / x.dtype.type(max(count - correction, 0))


def _var_rule(g: Any, x: Any, shapes: tuple, dim: Dim, correction: float, keepdim: bool) -> Any:
    free = count_over(shapes[0], dim) - correction
    slope = 2 / free if free > 0 else math.nan
    return spread(g, shapes[0], dim, keepdim) * (slope * (x - average(x, dim, True)))


@op(floats=True, x=_var_rule)
def var(x: Any, /, dim: Dim = None, *, correction: float = 1, keepdim: bool = False) -> Any:
    """Variance over `dim`: squared deviations over (count - correction); warns where that is 0."""
    return _variance(wide(x), dim, correction, keepdim).astype(x.dtype, copy=False)


def _std_rule(
    g: Any, y: Any, x: Any, shapes: tuple, dim: Dim, correction: float, keepdim: bool
) -> Any:
    g = where(y == 0, 0, g / (2 * y))
    return _var_rule(g, x, shapes, dim, correction, keepdim)


@op(floats=True, x=_std_rule)
def std(x: Any, /, dim: Dim = None, *, correction: float = 1, keepdim: bool = False) -> Any:
    """Square root of `var`; its slope where all values are equal is 0."""
    return np.sqrt(_variance(wide(x), dim, correction, keepdim)).astype(x.dtype, copy=False)


def _shared(g: Any, y: Any, x: Any, shapes: tuple, dim: Dim, keepdim: bool) -> Any:
    # Where nan is among the values it is the extreme, and equals nothing.
    extreme = to_dtype((x == spread(y, shapes[0], dim, keepdim)) | (x != x), g.dtype)
    ties = total(extreme, dim, keepdim)
    return spread(g / ties, shapes[0], dim, keepdim) * extreme


def _check_not_empty(name: str, x: Any, dim: Any) -> None:
    """Raise RuntimeError, with a `dim` IndexError, where an extreme of no values is asked for."""
    if 0 not in x.shape or hasattr(dim, "dtype"):
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


@aliased
def max_(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """Largest value of input; with `dim`, values and indices along it; with an array, `maximum`.

    Without `dim` the gradient is shared among equal values; with it the first one gets all.
    """
    dim = other if dim is None else dim
    _check_not_empty("max", input, dim)
    if dim is None:
        return amax(input)
    if not isinstance(dim, int | np.integer):
        return maximum(input, dim)
    return at_places(return_types.max, input, argmax(input, dim, True), dim, keepdim)


@aliased
def min_(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """Smallest value of input; with `dim`, values and indices along it; with an array, `minimum`.

    Without `dim` the gradient is shared among equal values; with it the first one gets all.
    """
    dim = other if dim is None else dim
    _check_not_empty("min", input, dim)
    if dim is None:
        return amin(input)
    if not isinstance(dim, int | np.integer):
        return minimum(input, dim)
    return at_places(return_types.min, input, argmin(input, dim, True), dim, keepdim)


def at_places(kind: Any, input: Any, indices: Any, dim: Any, keepdim: bool = True) -> Any:
    """Return values and indices as a `kind`: of input along `dim` at indices of as many axes."""
    if input.ndim == 0:
        return kind(clone(input), indices)
    values = gathered(input, indices, dim)
    if keepdim:
        return kind(values, indices)
    return kind(squeeze(values, dim), squeeze(indices, dim))


@aliased
def aminmax(input: Any, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """Smallest and largest value along `dim`, or of all, as the fields min and max."""
    return return_types.aminmax(amin(input, dim, keepdim), amax(input, dim, keepdim))


@op()
def all_(x: Any, /, dim: Dim = None, keepdim: bool = False) -> Any:
    """Whether every value over `dim` is true."""
    return np.logical_and.reduce(x, axis=axes(dim, x.ndim, "all"), keepdims=keepdim)


@op()
def any_(x: Any, /, dim: Dim = None, keepdim: bool = False) -> Any:
    """Whether some value over `dim` is true."""
    return np.logical_or.reduce(x, axis=axes(dim, x.ndim, "any"), keepdims=keepdim)


@aliased
def every(input: Any, dim: Dim = None, keepdim: bool = False) -> Any:
    """Whether every value over `dim` is true, as booleans; of uint8 as uint8."""
    return _logical(all_, input, dim, keepdim)


@aliased
def some(input: Any, dim: Dim = None, keepdim: bool = False) -> Any:
    """Whether some value over `dim` is true, as booleans; of uint8 as uint8."""
    return _logical(any_, input, dim, keepdim)


def _logical(reduction: Any, x: Any, dim: Dim, keepdim: bool) -> Any:
    # Only here does PyTorch take () for no axis at all.
    found = x != 0 if dim == () or dim == [] else reduction(x, dim, keepdim)
    return to_dtype(found, x.dtype) if x.dtype == np.uint8 else found


@op()
def nonzeros(x: Any, /, dim: Dim = None) -> Any:
    """How many values over `dim` are not 0, as int64."""
    return np.add.reduce(x != 0, axis=axes(dim, x.ndim, "count_nonzero"), dtype=np.int64)


@aliased
def count_nonzero(input: Any, dim: Dim = None) -> Any:
    """How many values over `dim` are not 0, as int64; nan is not."""
    return nonzeros(input, dim)


@aliased
def nansum(input: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Sum over `dim` in which nan counts as 0."""
    return sum_(where(isnan(input), 0, input), dim, keepdim, dtype=dtype)


@aliased
def nanmean(input: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Mean over `dim` of the floats that are not nan; nan where there is none."""
    if input.dtype.kind != "f":
        raise RuntimeError(
            f"nanmean: expected input to be of floats, got {input.dtype}; use input.float()"
        )
    number = total(logical_not(isnan(input)), dim, keepdim)
    return nansum(input, dim, keepdim, dtype=dtype) / number


def _logsumexp_rule(g: Any, y: Any, x: Any, shapes: tuple, dim: Dim, keepdim: bool) -> Any:
    return spread(g, shapes[0], dim, keepdim) * exp(x - spread(y, shapes[0], dim, keepdim))


@op(name="logsumexp", floats=True, x=_logsumexp_rule)
def log_sum_exp(x: Any, /, dim: Dim, keepdim: bool = False) -> Any:
    """Logarithm of the sum of exp(x) over `dim`, without overflow; of nothing -inf."""
    over = axes(dim, x.ndim, "logsumexp")
    largest = np.maximum.reduce(x, axis=over, keepdims=True, initial=-np.inf)
    largest = np.where(np.isfinite(largest), largest, 0)
    y = np.log(summed(np.exp(x - largest), over, keepdim))
    return y + largest.reshape(y.shape)


@aliased
def logsumexp(input: Any, dim: int | Sequence[int], keepdim: bool = False) -> Any:
    """Logarithm of the sum of exp(input) over `dim`, an axis or several, without overflow."""
    if dim is None:
        raise TypeError("logsumexp: dim must be an axis or several, got None; name all of them")
    return log_sum_exp(input, dim, keepdim)
