"""Lengths of arrays: the norms of vectors and matrices, distances, and limiting lengths."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..argument_names import aliased
from ..dtypes import supported
from ..operation import op
from .elementwise import abs_, sign, to_dtype, where
from .linalg import matmul
from .reduce import Dim, axes, count_over, spread, total
from .shape import dims_of, normal_axis, permute, reshape, transpose
from .sums import summed, wide


def _length_rule(g: Any, y: Any, x: Any, shapes: tuple, p: float, dim: Dim, keepdim: bool) -> Any:
    if p == 0:
        return x * 0
    g, y = (spread(one, shapes[0], dim, keepdim) for one in (g, y))
    if p == 1:
        return g * sign(x)
    if math.isinf(p):
        extreme = to_dtype(abs_(x) == y, g.dtype)
        return g * sign(x) * extreme / spread(total(extreme, dim, True), shapes[0], dim, True)
    # At 0 the length has a kink, whose slope is 0.
    unit = where(y == 0, 0, x / where(y == 0, 1, y))
    if p == 2:
        return g * unit
    if p < 2:
        size = where(unit == 0, 1, abs_(unit)) ** (p - 1)
        return g * where(unit == 0, 0, sign(unit) * size)
    return g * unit * abs_(unit) ** (p - 2)


@op(name="vector_norm", x=_length_rule)
def length(x: Any, /, p: float = 2, dim: Dim = None, keepdim: bool = False) -> Any:
    """p-norm of the floats over `dim`; p may be 0, which counts what is not 0, inf or -inf."""
    over = axes(dim, x.ndim, "norm")
    _check_length(x, p, over)
    return _length(wide(x), p, over, keepdim).astype(x.dtype, copy=False)


def _check_length(x: Any, p: float, over: tuple) -> None:
    if x.dtype.kind != "f":
        raise RuntimeError(f"norm: expected floats as input, got {x.dtype}; use input.float()")
    if (p < 0 or math.isinf(p)) and count_over(x.shape, over) == 0:
        raise RuntimeError(
            f"norm: the {p} norm of no values is not defined, got shape {tuple(x.shape)}"
        )


def _length(x: Any, p: float, over: tuple, keepdim: bool) -> Any:
    if p == 2:
        return np.sqrt(summed(x * x, over, keepdim))
    size = np.abs(x)
    if math.isinf(p):
        return (np.maximum if p > 0 else np.minimum).reduce(size, axis=over, keepdims=keepdim)
    if p == 0:
        return np.add.reduce(size != 0, axis=over, keepdims=keepdim, dtype=x.dtype)
    return summed(size**p, over, keepdim) ** (1 / p)


@aliased
def norm(
    input: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Any:
    """Norm of input over `dim`, computed in `dtype`.

    p is a number (inf, -inf and 0 among them), "fro" for the root of the summed squares, or "nuc"
    for the sum of the singular values of matrices in the last two axes, or the two of `dim`.
    The gradient at 0 is 0. Raises RuntimeError for integers, or where a matrix has not two axes.
    """
    if input.dtype.kind != "f":
        raise RuntimeError(f"norm: expected floats as input, got {input.dtype}; use input.float()")
    x = input if dtype is None else _widened(input, supported(dtype))
    if p == "nuc":
        return _nuclear(x, dim, keepdim)
    if isinstance(p, str) and p != "fro":
        raise RuntimeError(f"norm: order {p!r} is not known; use a number, 'fro' or 'nuc'")
    return length(x, 2 if p is None or p == "fro" else p, dim, keepdim)


def _widened(x: Any, dtype: Any) -> Any:
    if dtype.kind != "f" or dtype.itemsize < x.dtype.itemsize:
        raise RuntimeError(
            f"norm: dtype {dtype} cannot hold the norm of {x.dtype}; convert the input first"
        )
    return to_dtype(x, dtype)


def _nuclear(x: Any, dim: Any, keepdim: bool) -> Any:
    """Return the sum of the singular values of the matrices that lie in the two axes `dim`."""
    dims = (0, 1) if dim is None else tuple(dims_of(dim))
    if len(dims) != 2 or x.ndim < 2 or (dim is None and x.ndim != 2):
        raise RuntimeError(
            f"norm: 'nuc' needs two axes, got dim {dim} of {tuple(x.shape)}; name two with dim"
        )
    inner = [normal_axis(one, x.ndim, "norm") for one in dims]
    outer = [one for one in range(x.ndim) if one not in inner]
    y = sum_of_singular_values(permute(x, (*outer, *inner)))
    if not keepdim:
        return y
    return reshape(y, tuple(1 if one in inner else size for one, size in enumerate(x.shape)))


@op(x=lambda g, x: reshape(g, (*g.shape, 1, 1)) * rotation(x))
def sum_of_singular_values(x: Any, /) -> Any:
    """Nuclear norm of matrices x (..., m, n)."""
    return np.linalg.svd(x, compute_uv=False).sum(-1)


def _rotation_rule(g: Any, x: Any, y: Any) -> Any:
    if x.shape[-2] < x.shape[-1]:
        return _turned(_rotation_rule(_turned(g), _turned(x), _turned(y)))
    stretch = matmul(_turned(y), x)
    eye = np.broadcast_to(np.eye(x.shape[-1], dtype=x.dtype), stretch.shape).copy()
    within = matmul(_turned(y), g)
    turn = matmul(y, balanced(stretch, within - _turned(within)))
    # What leaves the space of the columns of y is divided by the stretch.
    return turn + matmul(g - matmul(y, within), 2 * balanced(stretch, eye))


@op(x=_rotation_rule)
def rotation(x: Any, /) -> Any:
    """Orthogonal factor u @ vh of the singular value decomposition of matrices x (..., m, n)."""
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return u @ vh


def _turned(x: Any) -> Any:
    return transpose(x, -2, -1)


def _balanced_a(g: Any, a: Any, y: Any) -> Any:
    slope = balanced(a, g)
    return -(matmul(_turned(y), slope) + matmul(slope, _turned(y)))


@op(a=_balanced_a, b=lambda g, a: balanced(a, g))
def balanced(a: Any, b: Any) -> Any:
    """Solve y @ a + a @ y = b for matrices (..., n, n), a symmetric and positive definite."""
    values, vectors = np.linalg.eigh((a + a.swapaxes(-2, -1)) / 2)
    inner = vectors.swapaxes(-2, -1) @ b @ vectors
    inner /= values[..., None] + values[..., None, :]
    return vectors @ inner @ vectors.swapaxes(-2, -1)


def dist(input: Any, other: Any, p: float = 2) -> Any:
    """p-norm of input - other, which broadcast."""
    return norm(input - other, p)


def renorm(input: Any, p: float, dim: int, maxnorm: float) -> Any:
    """Return input with each part along `dim` whose p-norm is above maxnorm scaled down to it.

    Raises RuntimeError for fewer than two axes, p of 0 or less, and a negative maxnorm.
    """
    if p <= 0 or maxnorm < 0:
        raise RuntimeError(f"renorm: p must be positive and maxnorm not negative: {p}, {maxnorm}")
    if input.ndim < 2:
        raise RuntimeError(f"renorm: input needs at least 2 axes, got {tuple(input.shape)}")
    axis = normal_axis(dim, input.ndim, "renorm")
    lengths = norm(input, p, tuple(one for one in range(input.ndim) if one != axis), True)
    # PyTorch's 1e-7 keeps what is scaled below maxnorm.
    return input * where(lengths > maxnorm, maxnorm / (lengths + 1e-7), 1)
