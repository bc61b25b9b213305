"""Taking a Tensor apart along an axis: parts of a size, of a number, at places, one by one.

All parts are views.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..argument_names import aliased
from ..graph import modes
from .index import sliced
from .shape import narrow, normal_axis


@aliased
def split(tensor: Any, split_size_or_sections: Any, dim: int = 0) -> tuple:
    """Return views of `tensor` along `dim`: of one size (the last may be smaller), or of sizes.

    Raises RuntimeError where sizes are negative or do not sum to that of the axis.
    """
    if not hasattr(split_size_or_sections, "__index__"):
        return split_with_sizes(tensor, split_size_or_sections, dim)
    size, length = split_size_or_sections.__index__(), _length(tensor, dim, "split")
    if size < 0 or (size == 0 and length):
        raise RuntimeError(f"split: split_size must be positive, got {size} for size {length}")
    return split_with_sizes(tensor, _sizes(length, size), dim)


def _sizes(length: int, size: int) -> list[int]:
    return [min(size, length - start) for start in range(0, length, size or 1)] or [0]


@aliased
def split_with_sizes(input: Any, split_sizes: Sequence[int], dim: int = 0) -> tuple:
    """Return views of `input` along `dim` of these sizes, which must sum to that of the axis."""
    length, sizes = _length(input, dim, "split"), [int(size) for size in split_sizes]
    if min(sizes, default=0) < 0 or sum(sizes) != length:
        raise RuntimeError(
            f"split: split_sizes must be 0 or more and sum exactly to {length} (input's size at "
            f"dimension {dim}), got {sizes}"
        )
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    return tuple(narrow(input, dim, end - size, size)
                 for end, size in zip(ends, sizes, strict=True))  # fmt: skip


@aliased
def chunk(input: Any, chunks: int, dim: int = 0) -> tuple:
    """Return at most `chunks` views of `input` along `dim`, of one size but for the last."""
    length = _length(input, dim, "chunk")
    if chunks <= 0:
        raise RuntimeError(f"chunk: chunks must be greater than 0, got {chunks}")
    sizes = _sizes(length, -(-length // chunks)) if length else [0] * chunks
    return split_with_sizes(input, sizes, dim)


@aliased
def tensor_split(input: Any, indices_or_sections: Any, dim: int = 0) -> tuple:
    """Return views of `input` along `dim`: so many of almost one size, or cut at these places.

    A Tensor of integers stands for the number, or the places, that it holds.
    """
    length, cuts = _length(input, dim, "tensor_split"), _plain(indices_or_sections)
    if isinstance(cuts, int):
        if cuts <= 0:
            raise RuntimeError(f"tensor_split: number of sections must be above 0, got {cuts}")
        small, larger = divmod(length, cuts)
        sizes = [small + 1] * larger + [small] * (cuts - larger)
        return split_with_sizes(input, sizes, dim)
    ends = [slice(end).indices(length)[1] for end in cuts]
    starts, ends = [0, *ends], [*ends, length]
    return tuple(narrow(input, dim, start, max(end - start, 0))
                 for start, end in zip(starts, ends, strict=True))  # fmt: skip


def _plain(cuts: Any) -> Any:
    """Return a number, or a list of numbers."""
    if hasattr(cuts, "tolist"):
        if cuts.dtype.kind != "i" or cuts.ndim > 1:
            raise RuntimeError(
                "tensor_split: a Tensor of places must be of int64 and have one axis or none, got "
                f"{cuts.dtype} {tuple(cuts.shape)}"
            )
        cuts = modes.trace.refuse_reading() if modes.trace is not None else cuts.tolist()
    return [int(cut) for cut in cuts] if isinstance(cuts, Iterable) else cuts.__index__()


@aliased
def unbind(input: Any, dim: int = 0) -> tuple:
    """Return a view of `input` for every place of axis `dim`, which they do not have."""
    if not input.ndim:
        raise IndexError("unbind: dimension specified as 0 but the Tensor has no dimensions")
    axis = normal_axis(dim, input.ndim, "unbind")
    before = (slice(None),) * axis
    return tuple(sliced(input, (*before, place, Ellipsis)) for place in range(input.shape[axis]))


def hsplit(input: Any, indices_or_sections: Any) -> tuple:
    """Split along axis 1, or the only one; a number must divide its size. See `tensor_split`."""
    _check_axes(input, 1, "hsplit")
    return _evenly(input, indices_or_sections, 0 if input.ndim == 1 else 1, "hsplit")


def vsplit(input: Any, indices_or_sections: Any) -> tuple:
    """Split at least two axes along axis 0; a number must divide its size."""
    _check_axes(input, 2, "vsplit")
    return _evenly(input, indices_or_sections, 0, "vsplit")


def dsplit(input: Any, indices_or_sections: Any) -> tuple:
    """Split at least three axes along axis 2; a number must divide its size."""
    _check_axes(input, 3, "dsplit")
    return _evenly(input, indices_or_sections, 2, "dsplit")


def _check_axes(input: Any, least: int, name: str) -> None:
    if input.ndim < least:
        raise RuntimeError(
            f"{name}: requires a Tensor with at least {least} dimension(s), got {input.ndim}"
        )


def _evenly(input: Any, cuts: Any, dim: int, name: str) -> tuple:
    number = hasattr(cuts, "__index__") and not hasattr(cuts, "dtype")
    if number and (cuts <= 0 or input.shape[dim] % cuts):
        raise RuntimeError(
            f"{name}: {cuts} sections do not divide axis {dim} of {tuple(input.shape)}; "
            "use tensor_split"
        )
    return tensor_split(input, cuts, dim)


def _length(input: Any, dim: int, name: str) -> int:
    if not input.ndim:
        raise RuntimeError(f"{name}: expects at least a 1-dimensional tensor, got one of no axes")
    return input.shape[normal_axis(dim, input.ndim, name)]
