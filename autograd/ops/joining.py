"""Putting Tensors beside each other, and bringing them to shapes in which that is possible."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..user_code import warn_user
from .index import HERE, taken
from .shape import cat, expand, padded, reshape, stack, unsqueeze

concat = cat


def concatenate(tensors: Sequence[Any], axis: int = 0, *, dim: int | None = None) -> Any:
    """Join Tensors along an existing axis: `cat` by NumPy's name."""
    return cat(tensors, axis if dim is None else dim)


def _each(function: Callable) -> Callable:
    """Let a function of one Tensor take several, or a sequence; then it returns a tuple."""

    def of_all(*tensors: Any) -> Any:
        if len(tensors) == 1 and not isinstance(tensors[0], list | tuple):
            return function(tensors[0])
        sequence = tensors[0] if len(tensors) == 1 else tensors
        return tuple(function(one) for one in sequence)

    of_all.__name__ = of_all.__qualname__ = function.__name__
    of_all.__doc__ = function.__doc__
    return of_all


@_each
def atleast_1d(input: Any) -> Any:
    """Return a Tensor of no axes as one of a single element; of several Tensors a tuple."""
    return reshape(input, (1,)) if input.ndim == 0 else input


@_each
def atleast_2d(input: Any) -> Any:
    """Return a Tensor of fewer than two axes as one row; of several Tensors a tuple."""
    return unsqueeze(atleast_1d(input), 0) if input.ndim < 2 else input


@_each
def atleast_3d(input: Any) -> Any:
    """Return a Tensor of two axes with a third of size 1; fewer as (1, n, 1); of several a tuple.

    Other Tensors stay as they are.
    """
    return unsqueeze(atleast_2d(input), -1) if input.ndim < 3 else input


def hstack(tensors: Sequence[Any]) -> Any:
    """Join Tensors along axis 1; those of one axis, or none, along axis 0."""
    tensors = _some("hstack", atleast_1d(tuple(tensors)))
    return cat(tensors, 0 if tensors[0].ndim == 1 else 1)


def vstack(tensors: Sequence[Any]) -> Any:
    """Join Tensors as rows, along axis 0, with at least two axes."""
    return cat(_some("vstack", atleast_2d(tuple(tensors))), 0)


row_stack = vstack


def dstack(tensors: Sequence[Any]) -> Any:
    """Join Tensors along axis 2, with at least three axes."""
    return cat(_some("dstack", atleast_3d(tuple(tensors))), 2)


def column_stack(tensors: Sequence[Any]) -> Any:
    """Join Tensors along axis 1; those of one axis, or none, are columns."""
    columns = [reshape(one, (math.prod(one.shape), 1)) if one.ndim < 2 else one for one in tensors]
    return cat(_some("column_stack", tuple(columns)), 1)


def _some(name: str, tensors: tuple) -> tuple:
    if not tensors:
        raise RuntimeError(f"{name}: expects a non-empty list of Tensors")
    return tensors


def block_diag(*tensors: Any) -> Any:
    """Return the matrix that has Tensors of at most two axes on its diagonal, zeros elsewhere."""
    if any(one.ndim > 2 for one in tensors):
        raise RuntimeError("block_diag: Tensors must have two axes or fewer")
    blocks = atleast_2d(tensors)
    width, start, rows = sum(one.shape[1] for one in blocks), 0, []
    for one in blocks:
        rows.append(padded(one, 1, start, width))
        start += one.shape[1]
    return cat(rows, 0)


def broadcast_tensors(*tensors: Any) -> tuple:
    """Return the Tensors expanded to the shape in which they broadcast."""
    shape = common_shape(*(one.shape for one in tensors))
    return tuple(expand(one, shape) for one in tensors)


def common_shape(*shapes: Any) -> tuple:
    """Return the shape in which arrays of these shapes broadcast; a number is a shape (n,)."""
    full = [(one,) if hasattr(one, "__index__") else tuple(one) for one in shapes]
    if any(size < 0 for shape in full for size in shape):
        raise ValueError(f"broadcast_shapes: sizes must be 0 or more, got {full}")
    try:
        return np.broadcast_shapes(*full)
    except ValueError:
        raise RuntimeError(
            f"broadcast_shapes: shapes {' and '.join(map(str, full))} do not broadcast; sizes must "
            "agree or be 1, counted from the last axis"
        ) from None


def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple:
    """Return the coordinates of a grid: each of n Tensors of one axis, or none, expanded to n axes.

    Tensor i lies along axis i with indexing "ij" (the default, about which PyTorch warns); with
    "xy" the first two axes are exchanged.
    """
    if len(tensors) == 1 and isinstance(tensors[0], list | tuple):
        tensors = tuple(tensors[0])
    if any(one.ndim > 1 for one in _some("meshgrid", tensors)):
        raise RuntimeError("meshgrid: expects Tensors of one axis or none")
    if len({one.dtype for one in tensors}) > 1:
        raise RuntimeError("meshgrid: expects all Tensors to have the same dtype")
    if indexing is None:
        warn_user("meshgrid: pass indexing='ij' (the default) or 'xy'")
    elif indexing not in ("ij", "xy"):
        raise RuntimeError(f"meshgrid: indexing must be 'xy' or 'ij', got {indexing!r}")
    order = list(range(len(tensors)))
    if indexing == "xy" and len(tensors) > 1:
        order[:2] = 1, 0
    sizes = [math.prod(one.shape) for one in tensors]
    shape = tuple(sizes[one] for one in order)
    lying = [tuple(size if one == place else 1 for one in order)
             for place, size in enumerate(sizes)]  # fmt: skip
    return tuple(expand(reshape(one, lies), shape)
                 for one, lies in zip(tensors, lying, strict=True))  # fmt: skip


def cartesian_prod(*tensors: Any) -> Any:
    """Return all combinations of an element of each Tensor of one axis, a row each.

    Of one Tensor, that Tensor.
    """
    if any(one.ndim != 1 for one in _some("cartesian_prod", tensors)):
        raise RuntimeError("cartesian_prod: expects Tensors of one axis")
    if len(tensors) == 1:
        return tensors[0]
    grid = meshgrid(*tensors, indexing="ij")
    return stack([reshape(one, (math.prod(one.shape),)) for one in grid], 1)


def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Any:
    """Return all combinations of r elements of a Tensor of one axis, a row each, in order."""
    if input.ndim != 1:
        raise RuntimeError(f"combinations: expects one axis, got {tuple(input.shape)}")
    if r < 0:
        raise RuntimeError(f"combinations: r must be 0 or more, got {r}")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    if r == 0:
        return reshape(input[:0], (0,))
    places = np.array(list(choose(range(input.shape[0]), r)), np.int64).reshape(-1, r)
    return taken(input, places, pattern=(HERE,))
