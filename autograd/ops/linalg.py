"""Products of matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..crossover import THREADED
from ..dtypes import conversion
from ..generating import SHARED
from ..operation import op
from .reduce import total
from .shape import reshape, transpose, unsqueeze


def _rows(x: Any) -> Any:
    """Return x as a matrix: all axes but the last made one."""
    return x if x.ndim == 2 else reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


def _without(x: Any, dim: int) -> Any:
    shape = list(x.shape)
    del shape[dim]
    return reshape(x, tuple(shape))


def _matrix(g: Any, shapes: tuple) -> Any:
    """Give the cotangent of a product the axes that a vector among the factors has not."""
    g = unsqueeze(g, -1) if len(shapes[1]) == 1 else g
    return unsqueeze(g, -2) if len(shapes[0]) == 1 else g


def _matmul_a(g: Any, b: Any, shapes: tuple) -> Any:
    b = unsqueeze(b, -1) if len(shapes[1]) == 1 else b
    gradient = matmul(_matrix(g, shapes), transpose(b, -2, -1))
    return _without(gradient, -2) if len(shapes[0]) == 1 else gradient


def _matmul_b(g: Any, a: Any, shapes: tuple) -> Any:
    g = _matrix(g, shapes)
    a = unsqueeze(a, -2) if len(shapes[0]) == 1 else a
    if len(shapes[1]) > 2:
        return matmul(transpose(a, -2, -1), g)
    # One product of long matrices instead of many short ones that are summed.
    gradient = matmul(transpose(_rows(a), 0, 1), _rows(g))
    return _without(gradient, -1) if len(shapes[1]) == 1 else gradient


def _check_product(a: Any, b: Any) -> None:
    if not a.ndim or not b.ndim:
        raise RuntimeError(f"matmul: both arguments need an axis, got {a.shape} and {b.shape}")
    inner = b.shape[-2] if b.ndim > 1 else b.shape[0]
    if a.shape[-1] != inner:
        cure = "; transpose the second?" if a.shape[-1] == b.shape[-1] else ""
        raise RuntimeError(f"matmul: inner sizes differ, {a.shape} @ {b.shape}{cure}")
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"matmul: expected both to have the same dtype, but got {a.dtype} @ {b.dtype}; "
            f"convert one with {conversion(b.dtype)}"
        )


@op(broadcasts=True, a=_matmul_a, b=_matmul_b)
def matmul(a: Any, b: Any) -> Any:
    """Matrix product; vectors and broadcasting batches of matrices as in NumPy's `@`.

    Raises RuntimeError if the inner sizes or the dtypes differ.
    """
    _check_product(a, b)
    if b.ndim == 2 <= a.ndim:
        return _dot(a, b)
    try:
        return np.matmul(a, b)
    except ValueError:
        raise RuntimeError(
            f"matmul: the batch axes of {a.shape} @ {b.shape} do not broadcast; sizes must agree "
            "or be 1"
        ) from None


def _dot(a: Any, b: Any, bias: Any = None) -> Any:
    """Return the product of rows (..., in) and a matrix, plus a bias for every column."""
    if a.ndim > 2:
        # One product of a long matrix instead of many short ones.
        return _dot(_rows(a), b, bias).reshape(*a.shape[:-1], b.shape[1])
    work = a.size * b.shape[1]
    if work >= THREADED:
        y = SHARED["product"](a, b, bias)
        if y is not None:
            return y
        with SHARED["few_threads"](work):
            y = a.dot(b)
    else:
        # For matrices the same as `@`, half as long on its way to BLAS.
        y = a.dot(b)
    if bias is not None:
        y += bias
    return y


def _check_linear(x: Any, weight: Any, bias: Any) -> None:
    if weight.ndim != 2 or (bias is not None and bias.shape != weight.shape[:1]):
        got = "" if bias is None else f" and bias {bias.shape}"
        raise RuntimeError(
            f"linear: got weight {weight.shape}{got}; make them (out, in) and (out,)"
        )
    if not x.ndim or x.shape[-1] != weight.shape[-1]:
        raise RuntimeError(
            f"linear: input {x.shape} has {x.shape[-1] if x.ndim else 'no'} features, "
            f"weight {weight.shape} takes {weight.shape[-1]}; "
            f"make the input (..., {weight.shape[-1]})"
        )
    if x.dtype != weight.dtype:
        raise RuntimeError(
            f"linear: input is {x.dtype} but weight is {weight.dtype}; "
            f"convert the input with x{conversion(weight.dtype)}"
            + (f" or the model with model{conversion(x.dtype)}" if x.dtype.kind == "f" else "")
        )
    if bias is not None and bias.dtype != weight.dtype:
        raise RuntimeError(
            f"linear: weight is {weight.dtype} but bias is {bias.dtype}; convert one of them"
        )


@op(
    x=lambda g, weight: matmul(g, weight),
    weight=lambda g, x: matmul(transpose(_rows(g), 0, 1), _rows(x)),
    bias=lambda g: total(_rows(g), 0),
)
def linear(x: Any, weight: Any, bias: Any = None, /) -> Any:
    """Return x @ weight.T + bias: x (..., in), weight (out, in), bias (out,) or None.

    Raises RuntimeError if the sizes or the dtypes differ.
    """
    _check_linear(x, weight, bias)
    if x.ndim > 1:
        return _dot(x, weight.T, bias)
    y = weight.dot(x)
    if bias is not None:
        y += bias
    return y


PRODUCTS = frozenset({matmul.op, linear.op})
