"""Writing along an axis at places that an index of all axes names, with or without reducing.

An index has as many axes as the Tensor written to, and none longer than there, or than in src, but
for `dim` itself: element src[i][j] goes to place [index[i][j]][j] for dim 0, and so on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import op
from .elementwise import add, div, floor_divide, to_dtype, where
from .index import along, gathered, scattered, sliced
from .joining import common_shape
from .placing import check_integers, check_same_dtype, in_range
from .shape import expand, flatten, normal_axis, reshape

REDUCTIONS = ("sum", "prod", "mean", "amax", "amin")


def scatter(
    input: Any,
    dim: int,
    index: Any,
    src: Any = None,
    *,
    value: float | None = None,
    reduce: str | None = None,
) -> Any:
    """Return input with src, a Tensor or a number, at the places of index along axis `dim`.

    Of two elements for one place the last one stays. reduce="add" or "multiply" brings them in
    that way instead; `scatter_reduce` is the same with more choice.
    """
    if (src is None) == (value is None):
        raise TypeError("scatter: pass one of src, a Tensor, and value, a number")
    src = value if src is None else src
    if reduce not in (None, "add", "multiply"):
        raise RuntimeError(f"scatter: reduce argument must be either add or multiply, got {reduce}")
    x, places, source, axis = _aligned(input, dim, index, src, "scatter")
    if reduce is None:
        made = along_assigned(x, source, places, axis)
    elif not hasattr(source, "dtype"):
        made = _reduced(x, places, full_of(places, source, x.dtype), axis, reduce)
    else:
        made = _reduced(x, places, source, axis, reduce)
    return reshape(made, input.shape)


@op(expression=None)
def full_of(index: Any, /, value: Any, dtype: Any) -> Any:
    """Return an array shaped like index that is full of a number."""
    return np.full(index.shape, value, dtype)


def _reduced(x: Any, places: Any, source: Any, axis: int, reduce: str) -> Any:
    if reduce == "multiply":
        return along_multiplied(x, source, places, axis)
    return add(x, scattered(source, places, tuple(x.shape), axis))


def scatter_add(input: Any, dim: int, index: Any, src: Any) -> Any:
    """Return input with src added at the places of index along axis `dim`; all of it sums up."""
    if not hasattr(src, "dtype"):
        raise TypeError(f"scatter_add: src must be a Tensor, got {type(src).__name__}")
    x, places, source, axis = _aligned(input, dim, index, src, "scatter_add")
    return reshape(_reduced(x, places, source, axis, "add"), input.shape)


def scatter_reduce(
    input: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True
) -> Any:
    """Return input with what goes to one place reduced: "sum", "prod", "mean", "amax" or "amin".

    include_self says whether what was there counts. Of equal extremes each has an equal share of
    the gradient. Places that get nothing stay as they are.
    """
    if reduce not in REDUCTIONS:
        raise RuntimeError(f"scatter_reduce: reduce must be one of {REDUCTIONS}, got {reduce!r}")
    x, places, source, axis = _aligned(input, dim, index, src, "scatter_reduce")
    shape = tuple(x.shape)
    begun = x
    if not include_self:
        begun = where(reached(places, shape, axis), _identity(reduce, x.dtype), x)
    if reduce in ("amax", "amin"):
        made = along_extreme(begun, source, places, axis, reduce == "amax")
    elif reduce == "prod":
        made = along_multiplied(begun, source, places, axis)
    else:
        made = add(begun, scattered(source, places, shape, axis))
    if reduce == "mean":
        counts = to_dtype(counted_along(places, shape, axis, include_self), x.dtype)
        made = (div if x.dtype.kind == "f" else floor_divide)(made, counts)
    return reshape(made, input.shape)


def _identity(reduce: str, dtype: Any) -> Any:
    """Return the number that changes nothing."""
    if reduce in ("amax", "amin"):
        low = reduce == "amax"
        if dtype.kind == "f":
            return -np.inf if low else np.inf
        return (
            bool(not low)
            if dtype.kind == "b"
            else int(np.iinfo(dtype).min if low else np.iinfo(dtype).max)
        )
    return dtype.type(1 if reduce == "prod" else 0).item()


def _aligned(input: Any, dim: int, index: Any, src: Any, name: str) -> tuple[Any, Any, Any, int]:
    """Return input, the index checked and src cut to its shape, each with an axis; the axis."""
    axis = normal_axis(dim, input.ndim, name)
    check_integers(index, name)
    x, places = (one if one.ndim else reshape(one, (1,)) for one in (input, index))
    source = src if getattr(src, "ndim", 1) else reshape(src, (1,))
    if hasattr(src, "dtype"):
        check_same_dtype(input, src, name)
    if 0 in places.shape:
        # An index of nothing fits everything.
        places, source = (_nothing(one, x.ndim) for one in (places, source))
    _check_shapes(x, places, source, axis, name)
    if getattr(source, "shape", places.shape) != places.shape:
        source = sliced(source, (*map(slice, places.shape), Ellipsis))
    return x, in_range(places, x.shape[axis], name), source, axis


def _nothing(one: Any, ndim: int) -> Any:
    """Return an array of no elements, with axes of size 0; a number as it is."""
    if not hasattr(one, "dtype"):
        return one
    return reshape(sliced(flatten(one), (slice(0), Ellipsis)), (0,) * ndim)


def _check_shapes(x: Any, places: Any, source: Any, axis: int, name: str) -> None:
    fits = places.ndim == x.ndim and all(
        n <= size or i == axis
        for i, (n, size) in enumerate(zip(places.shape, x.shape, strict=True))
    )
    if fits and hasattr(source, "dtype"):
        pairs = zip(places.shape, source.shape, strict=False)
        fits = source.ndim == x.ndim and all(n <= size for n, size in pairs)
    if not fits:
        raise RuntimeError(
            f"{name}: index {tuple(places.shape)} must have the axes of input {tuple(x.shape)} and "
            f"of src {tuple(getattr(source, 'shape', ()))}, none longer apart from dimension {axis}"
        )


@op(
    name="scatter",
    broadcasts=True,
    x=lambda g, index, dim: along_assigned(g, 0, index, dim),
    value=lambda g, index, dim: gathered(g, index, dim),
)
def along_assigned(x: Any, value: Any, index: Any, /, dim: int) -> Any:
    """Return x with value, broadcast to the shape of index, at its places along `dim`."""
    y = x.copy()
    y[along(index, dim)] = value
    return y


@op()
def reached(index: Any, /, shape: tuple, dim: int) -> Any:
    """Return booleans of `shape`: the places that index names along `dim`."""
    y = np.zeros(shape, np.bool_)
    y[along(index, dim)] = True
    return y


@op()
def counted_along(index: Any, /, shape: tuple, dim: int, include_self: bool) -> Any:
    """Return how many elements each place is the mean of: 1 where it gets none."""
    y = np.full(shape, 1 if include_self else 0, np.int64)
    np.add.at(y, along(index, dim), 1)
    return np.maximum(y, 1)


def _without_zeros(x: Any, src: Any, index: Any, dim: int) -> tuple[Any, Any]:
    """Return the products of what goes to each place without its zeros, and how many these are."""
    product = along_multiplied(where(x == 0, 1, x), where(src == 0, 1, src), index, dim)
    zeros = scattered(to_dtype(src == 0, x.dtype), index, tuple(x.shape), dim)
    return product, zeros + to_dtype(x == 0, x.dtype)


def _of_others(one: Any, product: Any, zeros: Any) -> Any:
    """Return the product of all that goes to a place but `one`."""
    safe = where(one == 0, 1, one)
    return where(one == 0, where(zeros == 1, product, 0), where(zeros == 0, product / safe, 0))


def _product_rule_x(g: Any, x: Any, src: Any, index: Any, dim: int) -> Any:
    product, zeros = _without_zeros(x, src, index, dim)
    return g * _of_others(x, product, zeros)


def _product_rule_src(g: Any, x: Any, src: Any, index: Any, dim: int) -> Any:
    product, zeros = (gathered(one, index, dim) for one in _without_zeros(x, src, index, dim))
    return gathered(g, index, dim) * _of_others(src, product, zeros)


@op(name="scatter_reduce", x=_product_rule_x, src=_product_rule_src)
def along_multiplied(x: Any, src: Any, index: Any, /, dim: int) -> Any:
    """Return x multiplied by src at the places of index along `dim`."""
    y = x.copy()
    np.multiply.at(y, along(index, dim), src)
    return y


def _shares(g: Any, y: Any, x: Any, src: Any, index: Any, dim: int) -> Any:
    """Return the gradient of each place, divided by how many elements are its extreme."""
    extreme = to_dtype(src == gathered(y, index, dim), g.dtype)
    return g / (scattered(extreme, index, tuple(x.shape), dim) + to_dtype(x == y, g.dtype))


def _extreme_rule_x(g: Any, y: Any, x: Any, src: Any, index: Any, dim: int) -> Any:
    return where(x == y, _shares(g, y, x, src, index, dim), 0)


def _extreme_rule_src(g: Any, y: Any, x: Any, src: Any, index: Any, dim: int) -> Any:
    shares = gathered(_shares(g, y, x, src, index, dim), index, dim)
    return where(src == gathered(y, index, dim), shares, 0)


@op(name="scatter_reduce", x=_extreme_rule_x, src=_extreme_rule_src)
def along_extreme(x: Any, src: Any, index: Any, /, dim: int, largest: bool) -> Any:
    """Return the largest, or smallest, of x and of src at the places of index along `dim`."""
    y = x.copy()
    (np.maximum if largest else np.minimum).at(y, along(index, dim), src)
    return y


def take_along_dim(input: Any, indices: Any, dim: int | None = None) -> Any:
    """Return input at the places of `indices` along `dim`; the other axes of both broadcast.

    Without dim, of all elements in order. Negative places count from the end.
    """
    check_integers(indices, "take_along_dim")
    if dim is None:
        return take_along_dim(flatten(input), flatten(indices), 0)
    if input.ndim != indices.ndim:
        raise RuntimeError(
            f"take_along_dim: input {tuple(input.shape)} and indices {tuple(indices.shape)} should "
            "have the same number of dimensions"
        )
    axis = normal_axis(dim, input.ndim, "take_along_dim")
    rest = common_shape(*((*one.shape[:axis], 1, *one.shape[axis + 1 :])
                              for one in (input, indices)))  # fmt: skip
    size = input.shape[axis]
    x = expand(input, (*rest[:axis], size, *rest[axis + 1 :]))
    places = expand(indices, (*rest[:axis], indices.shape[axis], *rest[axis + 1 :]))
    places = in_range(places, size, "take_along_dim")
    return gathered(x, where(places < 0, places + size, places), axis)
