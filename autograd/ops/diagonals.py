"""Diagonals and triangles of matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..operation import op
from .shape import normal_axis, reshape
from .write import clone


@op(
    views=True,
    x=lambda g, shapes, offset, dim1, dim2: on_diagonal(g, shapes[0], offset, dim1, dim2),
)
def diagonal(x: Any, /, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """Return the view of x whose last axis runs along the diagonal of axes dim1 and dim2.

    A positive offset is so far to the right of the main one. Raises IndexError for an axis that is
    not there, RuntimeError if the two are one.
    """
    y = np.diagonal(x, offset, *_pair(dim1, dim2, x.ndim, "diagonal"))
    # NumPy's is read-only; PyTorch's is a view like any other.
    y.flags.writeable = x.flags.writeable
    return y


def _pair(dim1: int, dim2: int, ndim: int, name: str) -> tuple[int, int]:
    first, second = normal_axis(dim1, ndim, name), normal_axis(dim2, ndim, name)
    if first == second:
        raise RuntimeError(f"{name}: diagonal dimensions cannot be identical {dim1}, {dim2}")
    return first, second


@op(
    name="diag_embed",
    x=lambda g, offset, dim1, dim2: diagonal(g, offset, dim1, dim2),
)
def on_diagonal(x: Any, /, shape: tuple, offset: int, dim1: int, dim2: int) -> Any:
    """Return zeros of `shape` with x on a diagonal: the transpose of `diagonal`."""
    y = np.zeros(shape, x.dtype)
    diagonal(y, offset, dim1, dim2)[...] = x
    return y


def diag_embed(input: Any, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """Return square matrices, in axes dim1 and dim2, with the last axis of input as diagonals."""
    if not input.ndim:
        raise IndexError("diag_embed: the Tensor has no axis to put on a diagonal")
    first, second = _pair(dim1, dim2, input.ndim + 1, "diag_embed")
    shape = list(input.shape[:-1])
    size = input.shape[-1] + abs(offset)
    for axis in sorted((first, second)):
        shape.insert(axis, size)
    return on_diagonal(input, tuple(shape), offset, first, second)


def diag(input: Any, diagonal: int = 0) -> Any:
    """Return the matrix with a vector on its diagonal, or a copy of the diagonal of a matrix."""
    if input.ndim not in (1, 2):
        raise RuntimeError(f"diag: input must be 1-d or 2-d, got {tuple(input.shape)}")
    return diag_embed(input, diagonal) if input.ndim == 1 else _diagonal_copy(input, diagonal)


def _diagonal_copy(input: Any, offset: int) -> Any:
    return clone(diagonal(input, offset))


def diagflat(input: Any, offset: int = 0) -> Any:
    """Return the matrix with all elements of input, in order, on its diagonal."""
    return diag_embed(reshape(input, (math.prod(input.shape),)), offset)


def _check_matrix(x: Any, name: str) -> None:
    if x.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions, got {x.ndim}")


@op(x=lambda g, diagonal: tril(g, diagonal))
def tril(x: Any, /, diagonal: int = 0) -> Any:
    """Return the lower triangles of matrices, zeros above; `diagonal` is the highest that stays."""
    _check_matrix(x, "tril")
    return np.tril(x, diagonal)


@op(x=lambda g, diagonal: triu(g, diagonal))
def triu(x: Any, /, diagonal: int = 0) -> Any:
    """Return the upper triangles of matrices, zeros below; `diagonal` is the lowest that stays."""
    _check_matrix(x, "triu")
    return np.triu(x, diagonal)
