"""Rows of a table by their numbers, and labels as vectors."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor


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
    labels = _checked_classes(tensor, classes)
    return (labels.unsqueeze(-1) == autograd.arange(classes)).long()


@autograd.op(name="one_hot")
def _checked_classes(labels: Any, /, classes: int) -> Any:
    """Return labels; raise RuntimeError if one is negative, or not below classes."""
    low, high = labels.min(), labels.max()
    if low < 0 or high >= classes:
        raise RuntimeError(
            f"one_hot: label {low if low < 0 else high} is no class; with {classes} classes "
            f"labels are 0 to {classes - 1}"
        )
    return labels
