"""Reading and writing by one list of places along an axis, or in all elements in order.

What index_select, index_add and their kin have in common is an index of one axis, or none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..operation import op
from .elementwise import add, mul, to_dtype
from .index import HERE, assigned, check_index, fill_index, put, split_index, taken
from .shape import normal_axis, reshape

# What PyTorch raises for a place that is not there, and which functions count -1 from the end.
INDEX_ERRORS = {"index_select", "index_copy", "index_fill", "take", "put"}
ONLY_LONG = {"index_copy", "index_fill", "take", "put", "take_along_dim"}
FROM_THE_END = {"index_fill", "take", "put", "take_along_dim"}


@op()
def in_range(index: Any, /, size: int, name: str) -> Any:
    """Return the integers `index` as they are; raise where the function `name` finds none there."""
    if index.size:
        low = -size if name in FROM_THE_END else 0
        wrong = index[(index < low) | (index >= size)]
        if wrong.size:
            raise (IndexError if name in INDEX_ERRORS else RuntimeError)(
                f"{name}: index {wrong[0]} is out of bounds for size {size}"
            )
    return index


def check_integers(index: Any, name: str) -> None:
    """Raise unless an index is of int64, or of int32 where PyTorch takes that."""
    taken = (np.int64,) if name in ONLY_LONG else (np.int64, np.int32)
    if index.dtype not in taken:
        names = " or ".join(one.__name__ for one in taken)
        error = IndexError if name == "index_fill" else RuntimeError
        raise error(f"{name}: index must be of {names}, got {index.dtype}; use .long()")


def check_same_dtype(input: Any, source: Any, name: str) -> None:
    """Raise RuntimeError unless two arrays have one dtype."""
    if input.dtype != source.dtype:
        raise RuntimeError(
            f"{name}: input and source must have one dtype, got {input.dtype} and {source.dtype}; "
            "convert one with .to()"
        )


def _along(input: Any, dim: int, index: Any, name: str) -> tuple[Any, Any, tuple, int]:
    """Return input with an axis at least, the index checked and with one, a pattern, the axis."""
    axis = normal_axis(dim, input.ndim, name)
    if index.ndim > 1:
        error = RuntimeError if name == "index_fill" else IndexError
        raise error(f"{name}: index must have one axis or none, got {tuple(index.shape)}")
    check_integers(index, name)
    x = input if input.ndim else reshape(input, (1,))
    places = in_range(index if index.ndim else reshape(index, (1,)), x.shape[axis], name)
    return x, places, (slice(None),) * axis + (HERE,), axis


def index_select(input: Any, dim: int, index: Any) -> Any:
    """Return input at the places `index` along axis `dim`, in memory of its own.

    Raises IndexError for a place that is not there; negative ones are not.
    """
    x, places, pattern, _ = _along(input, dim, index, "index_select")
    if not input.ndim and places.shape != (1,):
        raise RuntimeError("index_select: index to scalar must have exactly one value")
    made = taken(x, places, pattern=pattern)
    return made if input.ndim else reshape(made, ())


def index_add(input: Any, dim: int, index: Any, source: Any, *, alpha: float = 1) -> Any:
    """Return input with alpha * source[i] added at the place index[i] along axis `dim`.

    What is added to one place sums up.
    """
    check_same_dtype(input, source, "index_add")
    x, places, pattern, axis = _along(input, dim, index, "index_add")
    if not input.ndim and source.ndim:
        raise RuntimeError("index_add: source must be 0-d as input is")
    source = _fitting(source, x, places, axis, "index_add", RuntimeError)
    summed = put(source, places, shape=tuple(x.shape), pattern=pattern)
    if alpha != 1:
        summed = mul(summed, alpha if x.dtype.kind == "f" else int(alpha))
    return reshape(add(x, summed), input.shape)


def index_copy(input: Any, dim: int, index: Any, source: Any) -> Any:
    """Return input with source[i] at the place index[i] along axis `dim`; the last one stays."""
    check_same_dtype(input, source, "index_copy")
    x, places, pattern, axis = _along(input, dim, index, "index_copy")
    source = _fitting(source, x, places, axis, "index_copy", IndexError)
    return reshape(assigned(x, source, places, pattern=pattern), input.shape)


def _fitting(source: Any, x: Any, places: Any, axis: int, name: str, error: type) -> Any:
    """Return source with an axis at least; raise where its sizes are not those of the places."""
    source = source if source.ndim else reshape(source, (1,))
    expected = (*x.shape[:axis], places.shape[0], *x.shape[axis + 1 :])
    if source.ndim != x.ndim or (error is IndexError and source.shape[axis] != expected[axis]):
        raise error(f"{name}: source {tuple(source.shape)} must have the shape {expected}")
    if tuple(source.shape) != expected:
        raise RuntimeError(f"{name}: source {tuple(source.shape)} must have the shape {expected}")
    return source


def index_fill(input: Any, dim: int, index: Any, value: Any) -> Any:
    """Return input with `value`, a number or 0-d Tensor, at the places `index` along `dim`."""
    if getattr(value, "ndim", 0):
        raise RuntimeError(
            f"index_fill: value must be a number or a 0-d Tensor, got {tuple(value.shape)}"
        )
    x, places, pattern, _ = _along(input, dim, index, "index_fill")
    value = to_dtype(value, x.dtype) if hasattr(value, "dtype") else value
    return reshape(assigned(x, value, places, pattern=pattern), input.shape)


def take(input: Any, index: Any) -> Any:
    """Return the elements of input at places in row-major order; shaped like index."""
    check_integers(index, "take")
    flat = reshape(input, (math.prod(input.shape),))
    return taken(flat, in_range(index, flat.shape[0], "take"), pattern=(HERE,))


def put_(input: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    """Return input with source's elements at places in row-major order; or added there."""
    check_same_dtype(input, source, "put")
    check_integers(index, "put")
    size, count = math.prod(input.shape), math.prod(index.shape)
    if math.prod(source.shape) != count:
        raise IndexError(
            f"put: source and index must have one number of elements, got {tuple(source.shape)} "
            f"and {tuple(index.shape)}"
        )
    places = in_range(reshape(index, (count,)), size, "put")
    write = accumulated if accumulate else assigned
    made = write(reshape(input, (size,)), reshape(source, (count,)), places, pattern=(HERE,))
    return reshape(made, input.shape)


@op(
    name="index_put",
    broadcasts=True,
    xs=lambda g, xs, pattern: (g, taken(g, *xs[2:], pattern=pattern)),
)
def accumulated(*xs: Any, pattern: tuple) -> Any:
    """Return xs[0] with xs[1], broadcast, added at the places that pattern and xs[2:] name."""
    x, value, *places = xs
    y = x.copy()
    try:
        np.add.at(y, fill_index(pattern, tuple(places)), value)
    except ValueError as error:
        raise RuntimeError(f"index_put: {error}") from None
    return y


def index_put(input: Any, indices: Sequence[Any], values: Any, accumulate: bool = False) -> Any:
    """Return input with values, broadcast, at input[indices]; with accumulate, added there."""
    check_same_dtype(input, values, "index_put")
    pattern, places = split_index(tuple(indices))
    check_index(input.shape, pattern, places)
    write = accumulated if accumulate else assigned
    return write(input, values, *places, pattern=pattern)
