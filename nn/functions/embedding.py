"""Rows of a table by their numbers, and labels as vectors."""

from __future__ import annotations

import autograd
from autograd import Tensor, no_grad, where
from autograd.ops.embedding import (
    bag_numbers,
    frequencies,
    largest_of_bags,
    rows_at,
    rows_summed,
    shortened,
)
from autograd.ops.fused import checked_classes
from autograd.ops.index import gathered


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Return the rows of weight (rows, size) that input (...), of integers, names: (..., size).

    Row padding_idx gets no gradient. Rows named whose norm_type-norm is above max_norm are first
    scaled to it, in place. scale_grad_by_freq divides the gradient of a row by how often it is
    named. Raises IndexError for a number that is no row.
    """
    _check_table("embedding", input, weight)
    padding = _padding_row("embedding", padding_idx, weight)
    if max_norm is not None:
        _shorten(weight, input, max_norm, norm_type)
    return _scaled_rows(input, weight, padding, scale_grad_by_freq)


def _check_table(name: str, input: Tensor, weight: Tensor) -> None:
    if weight.ndim != 2:
        raise RuntimeError(f"{name}: 'weight' must be 2-D, (rows, size), got {tuple(weight.shape)}")
    if input.dtype.kind != "i":
        raise RuntimeError(f"{name}: indices must be integers, got {input.dtype}; use .long()")


def _padding_row(name: str, padding_idx: int | None, weight: Tensor) -> int:
    """Return padding_idx counted from the front, -1 for none."""
    rows = weight.shape[0]
    if padding_idx is None:
        return -1
    if not -rows <= padding_idx < rows:
        raise AssertionError(f"{name}: padding_idx {padding_idx} must be one of the {rows} rows")
    return padding_idx % rows


def _shorten(weight: Tensor, input: Tensor, max_norm: float, norm_type: float) -> None:
    with no_grad():
        weight.copy_(shortened(weight.detach(), input, max_norm, norm_type))


def _scaled_rows(input: Tensor, weight: Tensor, padding: int, by_frequency: bool) -> Tensor:
    """Return rows, whose gradients are stopped at `padding` or divided by frequencies."""
    y = rows_at(weight, input)
    if padding >= 0:
        y = where((input == padding).unsqueeze(-1), y.detach(), y)
    if by_frequency:
        counts = frequencies(input, weight.shape[0]).unsqueeze(-1).to(weight.dtype)
        # The value of y, with the slope of y / counts.
        y = y / counts + (y - y / counts).detach()
    return y


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Return the "sum", "mean" or "max" of the rows of weight that each bag names: (bags, size).

    Bags are the rows of a 2-d input, or begin at `offsets` of a 1-d one (the last offset, if
    include_last_offset, is its end). An empty bag gives zeros; padding_idx counts for nothing.
    per_sample_weights multiply the rows of a sum.
    """
    _check_bags(input, weight, offsets, mode, scale_grad_by_freq, per_sample_weights)
    _check_table("embedding_bag", input, weight)
    padding = _padding_row("embedding_bag", padding_idx, weight)
    if max_norm is not None:
        _shorten(weight, input, max_norm, norm_type)
    if input.ndim == 2:
        offsets = autograd.arange(input.shape[0]) * input.shape[1]
    elif include_last_offset and offsets is not None:
        offsets = offsets[:-1]
    count = offsets.shape[0]  # type: ignore[union-attr]
    flat = input.reshape(-1)
    bags = where(flat == padding, -1, bag_numbers(flat, offsets))
    rows = _scaled_rows(flat, weight, padding, scale_grad_by_freq)
    if per_sample_weights is not None:
        rows = rows * per_sample_weights.reshape(-1, 1)
    if mode == "max":
        return _largest(rows, bags, count)
    sums = rows_summed(rows, bags, count)
    if mode == "sum":
        return sums
    ones = autograd.ones(flat.shape[0], 1, dtype=weight.dtype)
    return sums / rows_summed(ones, bags, count).clamp(min=1)


def _largest(rows: Tensor, bags: Tensor, count: int) -> Tensor:
    nothing = autograd.zeros(1, rows.shape[1], dtype=rows.dtype)
    return gathered(autograd.cat([rows, nothing]), largest_of_bags(rows, bags, count), 0)


def _check_bags(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None,
    mode: str,
    scale_grad_by_freq: bool,
    per_sample_weights: Tensor | None,
) -> None:
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"embedding_bag: mode has to be one of sum, mean or max, got {mode!r}")
    if mode == "max" and scale_grad_by_freq:
        raise ValueError("embedding_bag: mode 'max' does not support scale_grad_by_freq")
    if weight.ndim != 2 or input.ndim not in (1, 2):
        raise ValueError(
            f"embedding_bag: weight has to be 2D and input 1D or 2D, got {tuple(weight.shape)} and "
            f"{tuple(input.shape)}"
        )
    if input.ndim == 2 and offsets is not None:
        raise ValueError("embedding_bag: if input is 2D, then offsets has to be None")
    if input.ndim == 1 and (offsets is None or offsets.ndim != 1):
        raise ValueError("embedding_bag: offsets has to be a 1D Tensor for a 1D input")
    if per_sample_weights is None:
        return
    if tuple(per_sample_weights.shape) != tuple(input.shape):
        raise ValueError(
            f"embedding_bag: per_sample_weights {tuple(per_sample_weights.shape)} must have the "
            f"shape of the input, {tuple(input.shape)}"
        )
    if mode != "sum":
        raise NotImplementedError(
            f"embedding_bag: per_sample_weights go with mode 'sum' alone, got {mode!r}"
        )


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Return int64 zeros (..., num_classes) with a 1 at each label; by default largest + 1 classes.

    Raises RuntimeError for labels that are no integers, negative, or not below num_classes.
    """
    if tensor.dtype.kind not in "iu":
        raise RuntimeError(f"one_hot: labels must be integers, got {tensor.dtype}; use .long()")
    if not tensor.numel():
        if num_classes <= 0:
            raise RuntimeError("one_hot: cannot infer the number of classes from no labels")
        return autograd.zeros(*tensor.shape, num_classes, dtype=autograd.int64)
    classes = int(tensor.max()) + 1 if num_classes == -1 else num_classes
    labels = checked_classes(tensor, classes)
    return (labels.unsqueeze(-1) == autograd.arange(classes)).long()
