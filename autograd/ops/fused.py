"""Softmax and the losses: one operation each where the formula would take several.

A loss carries its composed twin, the same function in primitive operations: its reference in the
tests, and what is differentiated where its own rule cannot be (it uses residuals).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..argument_names import aliased
from ..dtypes import conversion, int64, supported
from ..operation import op
from .elementwise import exp, log, log1p, maximum, sigmoid, softplus, square, to_dtype, where
from .index import gathered, one_hot
from .reduce import average, total
from .shape import normal_axis, squeeze, unsqueeze


@op(floats=True, x=lambda g, y, dim: y * (g - total(g * y, dim, True)))
def softmax(x: Any, /, dim: int) -> Any:
    """Return exp(x) over its sum along `dim`, without overflow."""
    e = np.exp(x - _largest(x, dim, "softmax"))
    e /= _along(np.add, e, dim)
    return e


@op(floats=True, x=lambda g, y, dim: g - exp(y) * total(g, dim, True))
def log_softmax(x: Any, /, dim: int) -> Any:
    """Return the logarithm of softmax along `dim`, without overflow or loss of small values."""
    shifted = x - _largest(x, dim, "log_softmax")
    return shifted - np.log(_along(np.add, np.exp(shifted), dim))


@aliased
def softmax_(input: Any, dim: int, dtype: Any = None) -> Any:
    """Return exp(input) over its sum along axis `dim`, computed in `dtype` if one is given."""
    return softmax(input if dtype is None else to_dtype(input, supported(dtype)), dim)


@aliased
def log_softmax_(input: Any, dim: int, dtype: Any = None) -> Any:
    """Return the logarithm of softmax along `dim`, computed in `dtype` if one is given."""
    return log_softmax(input if dtype is None else to_dtype(input, supported(dtype)), dim)


def _largest(x: Any, dim: int, name: str) -> Any:
    normal_axis(dim, x.ndim, name)
    return _along(np.maximum, x, dim, initial=-np.inf)


# Up to this length rows are reduced as columns: NumPy needs some 35 ns a row, however short.
SHORT = 16


def _along(ufunc: Any, x: Any, dim: int, **initial: float) -> Any:
    """Reduce x over `dim`, which stays as an axis of length 1."""
    if x.ndim == 2 and dim in (1, -1) and x.shape[1] <= SHORT:
        return ufunc.reduce(x.T.copy(), axis=0, **initial)[:, None]
    return ufunc.reduce(x, axis=dim, keepdims=True, **initial)


def reduced(values: Any, reduction: str) -> Any:
    """Return the mean or the sum of a loss's values, or the values themselves for "none"."""
    if reduction == "mean":
        return average(values)
    if reduction == "sum":
        return total(values)
    if reduction == "none":
        return values
    cure = "" if isinstance(reduction, str) else "; size_average and reduce are not taken"
    raise ValueError(f"{reduction} is not a valid value for reduction; use mean, sum or none{cure}")


def _each(g: Any, shapes: tuple, reduction: str) -> Any:
    """Return the share of the cotangent of a reduced loss that goes to each of its values."""
    size = 1
    for length in shapes[0]:
        size *= length
    return g / size if reduction == "mean" else g


def common_shape(shape: tuple, other: tuple) -> tuple | None:
    """Return the shape to which both broadcast, None where there is none."""
    try:
        return np.broadcast_shapes(shape, other)
    except ValueError:
        return None


def misfit(name: str, shape: tuple, target: tuple) -> ValueError:
    """Return the error of a loss for an input and a target of these two shapes."""
    common = common_shape(shape, target)
    if common is None:
        reason = " and do not broadcast"
    elif math.prod(common) > math.prod(shape):
        reason = f"; broadcast to {common} they would compare an input with several targets"
    else:
        reason = f"; {name} does not broadcast a target"
    cure = "one target a prediction"
    if math.prod(target) == math.prod(shape):
        cure = f"target.reshape{shape}"
    elif common == shape:
        cure = f"target.expand{shape}"
    return ValueError(
        f"{name}: input {shape} and target {target} differ in shape{reason}. Use {cure}"
    )


def _check_pair(name: str, x: Any, target: Any) -> None:
    if x.shape != target.shape:
        raise misfit(name, x.shape, target.shape)
    if x.dtype.kind != "f":
        raise RuntimeError(f"{name}: not implemented for {x.dtype}; use input.float()")
    if x.dtype != target.dtype:
        raise RuntimeError(
            f"{name}: input is {x.dtype} but target is {target.dtype}; "
            f"use target{conversion(x.dtype)}"
        )


@op(
    composed=lambda x, target, reduction: reduced(square(x - target), reduction),
    promotes=True,
    x=lambda g, x, target, shapes, reduction: _each(g, shapes, reduction) * (2 * (x - target)),
    target=lambda g, x, target, shapes, reduction: _each(g, shapes, reduction) * (2 * (target - x)),
)
def mse_loss(x: Any, target: Any, /, reduction: str = "mean") -> Any:
    """Squared difference of x and target, of one shape, as its mean, its sum or "none" of them."""
    _check_pair("mse_loss", x, target)
    return reduced(np.square(x - target), reduction)


@op(x=lambda g: g)
def probabilities(x: Any, /) -> Any:
    """Return x as it is; raise RuntimeError if an element is outside 0 to 1."""
    if not ((x >= 0) & (x <= 1)).all():
        raise RuntimeError(
            "binary_cross_entropy: all elements of input should be between 0 and 1, got "
            f"{x.min()} to {x.max()}; apply sigmoid, or use binary_cross_entropy_with_logits"
        )
    return x


def _bce_composed(x: Any, target: Any, reduction: str) -> Any:
    x = probabilities(x)
    likelihood = target * maximum(log(x), -100.0) + (1 - target) * maximum(log1p(-x), -100.0)
    return reduced(-likelihood, reduction)


def _bce_x(g: Any, x: Any, target: Any, shapes: tuple, reduction: str) -> Any:
    return _each(g, shapes, reduction) * ((x - target) / maximum((1 - x) * x, 1e-12))


@op(
    composed=_bce_composed,
    x=_bce_x,
    target=lambda g, x, shapes, reduction: _each(g, shapes, reduction) * (log1p(-x) - log(x)),
)
def binary_cross_entropy(x: Any, target: Any, /, reduction: str = "mean") -> Any:
    """-(target log x + (1 - target) log(1 - x)) of probabilities x; logarithms end at -100.

    Raises RuntimeError if a probability is outside 0 to 1, or for another dtype of target.
    """
    _check_pair("binary_cross_entropy", x, target)
    probabilities(x)
    likelihood = target * np.maximum(np.log(x), -100) + (1 - target) * np.maximum(
        np.log1p(-x), -100
    )
    return reduced(-likelihood, reduction)


def _bce_with_logits_composed(x: Any, target: Any, reduction: str) -> Any:
    # Above 40 softplus is its argument to the last bit of a float64.
    return reduced((1 - target) * x + softplus(-x, 1, 40), reduction)


@op(
    composed=_bce_with_logits_composed,
    x=lambda g, x, target, shapes, reduction: _each(g, shapes, reduction) * (sigmoid(x) - target),
    target=lambda g, x, shapes, reduction: _each(g, shapes, reduction) * -x,
)
def binary_cross_entropy_with_logits(x: Any, target: Any, /, reduction: str = "mean") -> Any:
    """binary_cross_entropy of sigmoid(x), exact for large x of either sign."""
    _check_pair("binary_cross_entropy_with_logits", x, target)
    losses = (1 - target) * x + np.maximum(-x, 0) + np.log1p(np.exp(-np.abs(x)))
    return reduced(losses, reduction)


def check_labels(target: Any, classes: int, ignore_index: int) -> Any:
    """Return where labels count; raise IndexError if one is no class and not ignore_index."""
    counts = target != ignore_index
    bad = counts & ((target < 0) | (target >= classes))
    if bad.any():
        raise IndexError(
            f"Target {target[bad][0]} is out of bounds: with {classes} classes labels are "
            f"0 to {classes - 1} (or ignore_index, {ignore_index}); count them from 0, and give "
            "the last layer one output a class"
        )
    return counts


@op()
def counted(target: Any, /, classes: int, ignore_index: int) -> Any:
    """Return where labels count, as booleans; raise IndexError for one that is no class."""
    return check_labels(target, classes, ignore_index)


@op()
def checked_classes(labels: Any, /, classes: int) -> Any:
    """Return labels as they are; raise RuntimeError if one is negative, or not below classes."""
    low, high = labels.min(), labels.max()
    if low < 0 or high >= classes:
        raise RuntimeError(
            f"one_hot: label {low if low < 0 else high} is no class; with {classes} classes "
            f"labels are 0 to {classes - 1}"
        )
    return labels


def _all_count(target: Any, classes: int, ignore_index: int) -> bool:
    """Return True only if no label is out of range or could be ignore_index."""
    # Seen as unsigned, negative labels have the highest bit.
    largest = np.maximum.reduce(target.view(f"u{target.itemsize}"), axis=None, initial=0)
    beyond = min(classes, 1 << (8 * target.itemsize - 1))
    return bool(largest < beyond) and not 0 <= ignore_index < classes


def _cross_entropy_composed(x: Any, target: Any, ignore_index: int, reduction: str) -> Any:
    counts = target != ignore_index
    places = unsqueeze(where(counts, target, 0), 1)
    losses = where(counts, -squeeze(gathered(log_softmax(x, 1), places, 1), 1), 0)
    return total(losses) / total(counts) if reduction == "mean" else reduced(losses, reduction)


def _cross_entropy_x(
    g: Any, target: Any, p: Any, number: Any, shapes: tuple, ignore_index: int, reduction: str
) -> Any:
    if reduction == "mean":
        each = g / maximum(number, 1)
    else:
        each = g if reduction == "sum" else unsqueeze(g, 1)
    labels, classes = to_dtype(target, int64), shapes[0][1]
    if 0 <= ignore_index < classes:
        # The ignored label is a class too; -1 is none.
        labels = where(target != ignore_index, labels, -1)
    return each * (p - one_hot(labels, classes, p.dtype))


def _check_logits(x: Any, target: Any) -> None:
    if x.ndim != 2 or target.shape != x.shape[:1]:
        raise ValueError(
            f"cross_entropy: expected input (N, C) and target (N,), got {x.shape} and "
            f"{target.shape}"
        )
    if x.dtype.kind != "f" or target.dtype.kind not in "iu":
        raise RuntimeError(
            f"cross_entropy: input must be of floats and target of integers, got {x.dtype} and "
            f"{target.dtype}; use input.float() and target.long()"
        )


@op(composed=_cross_entropy_composed, residuals=("p", "number"), x=_cross_entropy_x)
def cross_entropy(
    x: Any, target: Any, /, ignore_index: int = -100, reduction: str = "mean"
) -> tuple[Any, Any, Any]:
    """-log softmax(x) at the labels: logits x (N, C), target (N,) of integers below C.

    Rows labelled ignore_index count for nothing. The residuals are the probabilities (zero in
    ignored rows) and the number of rows that count.
    """
    _check_logits(x, target)
    size, classes = x.shape
    shifted = x - _largest(x, 1, "cross_entropy")
    p = np.exp(shifted)
    sums = _along(np.add, p, 1)
    p /= sums
    if _all_count(target, classes, ignore_index):
        losses = np.log(sums[:, 0]) - shifted[np.arange(size), target]
        number = np.asarray(size, x.dtype)
    else:
        counts = check_labels(target, classes, ignore_index)
        losses = np.log(sums[:, 0]) - shifted[np.arange(size), np.where(counts, target, 0)]
        losses, p = np.where(counts, losses, 0), p * counts[:, None]
        number = np.asarray(counts.sum(), x.dtype)
    mean = reduction == "mean"
    return np.add.reduce(losses) / number if mean else reduced(losses, reduction), p, number
