"""Axes moved, named anew, split and chosen from: compositions of views."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .index import getitem
from .shape import expand, flatten, normal_axis, permute, reshape, transpose
from .write import clone

Axes = int | Sequence[int]


def movedim(input: Any, source: Axes, destination: Axes) -> Any:
    """Return a view of input with axes moved to other places; the others keep their order."""
    if isinstance(source, int) != isinstance(destination, int):
        raise TypeError("movedim: source and destination must both be numbers or both sequences")
    old, new = (
        [normal_axis(one, input.ndim, "movedim") for one in _listed(dims)]
        for dims in (source, destination)
    )
    if len(old) != len(new):
        raise RuntimeError(
            f"movedim: source {source} and destination {destination} differ in number"
        )
    if len(set(old)) < len(old) or len(set(new)) < len(new):
        raise RuntimeError(f"movedim: repeated dim in source {source} or destination {destination}")
    if not input.ndim:
        return input
    order = [axis for axis in range(input.ndim) if axis not in old]
    for place, axis in sorted(zip(new, old, strict=True)):
        order.insert(place, axis)
    return permute(input, tuple(order))


moveaxis = movedim


def _listed(dims: Axes) -> list[int]:
    return [dims] if isinstance(dims, int) else list(dims)


def swapaxes(input: Any, axis0: int, axis1: int) -> Any:
    """Return a view of input with two axes exchanged."""
    return transpose(input, axis0, axis1)


def swapdims(input: Any, dim0: int, dim1: int) -> Any:
    """Return a view of input with two axes exchanged."""
    return transpose(input, dim0, dim1)


def adjoint(input: Any) -> Any:
    """Return a view of matrices with their last two axes exchanged."""
    if input.ndim == 1:
        raise RuntimeError("adjoint, mT, mH: only of matrices or batches of them, got a vector")
    return transpose(input, -2, -1) if input.ndim else input


def broadcast_to(input: Any, size: Sequence[int]) -> Any:
    """Return a read-only view of input repeated to a shape, as `expand` does."""
    return expand(input, tuple(size))


def expand_copy(input: Any, size: Sequence[int]) -> Any:
    """Return a copy of what `expand` shows."""
    return clone(expand(input, tuple(size)))


def ravel(input: Any) -> Any:
    """Return all elements, in order, along one axis; a view where the layout allows."""
    return flatten(input)


def unflatten(input: Any, dim: int, sizes: Sequence[int]) -> Any:
    """Return a view of input with axis `dim` made several; one of the sizes may be -1."""
    axis, sizes = normal_axis(dim, input.ndim, "unflatten"), tuple(sizes)
    if not input.ndim:
        raise RuntimeError("unflatten: a 0-d Tensor has no axis to split; use reshape")
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    length = input.shape[axis]
    known = math.prod(size for size in sizes if size != -1)
    fits = known == length if -1 not in sizes else bool(known) and length % known == 0
    if not fits or sizes.count(-1) > 1 or min(sizes) < -1:
        raise RuntimeError(
            f"unflatten: provided sizes {list(sizes)} don't multiply up to the size of dim {dim} "
            f"({length}) in the input tensor"
        )
    sizes = tuple(length // known if size == -1 else size for size in sizes)
    return reshape(input, (*input.shape[:axis], *sizes, *input.shape[axis + 1 :]))


def select(input: Any, dim: int, index: int) -> Any:
    """Return the view of input at one place of axis `dim`, without that axis."""
    if not input.ndim:
        raise IndexError("select: cannot be applied to a 0-dim tensor")
    axis = normal_axis(dim, input.ndim, "select")
    return getitem(input, (slice(None),) * axis + (index,))


def numel(input: Any) -> int:
    """Return the number of elements."""
    return math.prod(input.shape)
