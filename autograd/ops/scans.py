"""Scans along an axis: running sums, products and linear recurrences, which are their own rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import op
from .shape import narrow, padded


@op(x=lambda g, dim: turned(g, dim))
def turned(x: Any, /, dim: int) -> Any:
    """Return x with the order along `dim` reversed."""
    return np.flip(x, dim)


def _shifted_rule(g: Any, shapes: tuple, dim: int) -> Any:
    size = shapes[0][dim]
    return padded(narrow(g, dim, 1, size - 1), dim, 0, size) if size else g


@op(x=_shifted_rule)
def shifted(x: Any, /, dim: int, fill: float) -> Any:
    """Return x moved on by one place along `dim`, with `fill` in the first place."""
    y = np.full(x.shape, fill, x.dtype)
    front = (slice(None),) * (dim % x.ndim)
    y[(*front, slice(1, None))] = x[(*front, slice(None, -1))]
    return y


@op(name="cumsum", x=lambda g, dim, back: running_sum(g, dim, not back))
def running_sum(x: Any, /, dim: int, back: bool = False) -> Any:
    """Sums of all values up to each place, or from it on (`back`); of integers as int64."""
    return _accumulated(np.add, x, dim, back)


def _accumulated(ufunc: Any, x: Any, dim: int, back: bool = False) -> Any:
    # Like PyTorch's, running results are kept in float64, and rounded only once.
    wide = np.float64 if x.dtype.kind == "f" else np.int64
    x = np.flip(x, dim) if back else x
    y = ufunc.accumulate(x, axis=dim, dtype=wide)
    y = y.astype(x.dtype if x.dtype.kind == "f" else wide, copy=False)
    return np.flip(y, dim) if back else y


def _product_rule(g: Any, x: Any, y: Any, dim: int) -> Any:
    return shifted(y, dim, 1) * recurrence(x, g, dim, True)


@op(name="cumprod", x=_product_rule)
def running_product(x: Any, /, dim: int) -> Any:
    """Products of all values up to each place; of integers as int64."""
    return _accumulated(np.multiply, x, dim)


def _recurrence_a(g: Any, a: Any, y: Any, dim: int, back: bool) -> Any:
    slope = recurrence(a, g, dim, not back)
    return shifted(slope, dim, 0) * y if back else slope * shifted(y, dim, 0)


@op(a=_recurrence_a, b=lambda g, a, dim, back: recurrence(a, g, dim, not back))
def recurrence(a: Any, b: Any, /, dim: int, back: bool) -> Any:
    """Solve y[i] = b[i] + a[i] y[i-1] along `dim`, or its transpose y[i] = b[i] + a[i+1] y[i+1].

    a and b have one shape. Needs no division, so zeros in a do no harm; takes log2(size) passes.
    """
    a, y = np.moveaxis(a, dim, 0), np.moveaxis(b, dim, 0).copy()
    if back:
        y = y[::-1]
        # What was the factor of place i + 1 is now that of the place before.
        factors = np.concatenate([np.zeros_like(a[:1]), a[:0:-1]])
    else:
        factors = a.copy()
    step = 1
    while step < len(y):
        # Each place has taken in `step` places so far, and takes those of the last one of them.
        y[step:] += factors[step:] * y[:-step]
        factors[step:] *= factors[:-step].copy()
        step *= 2
    return np.moveaxis(y[::-1] if back else y, 0, dim)


def others(x: Any, dim: int) -> Any:
    """Return at each place the product of all other values along `dim`."""
    after = turned(shifted(running_product(turned(x, dim), dim), dim, 1), dim)
    return shifted(running_product(x, dim), dim, 1) * after
