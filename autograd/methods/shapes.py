"""Methods that move elements: views, indexing, gathering."""

from __future__ import annotations

from typing import Any

from ..ops import index, shape


def _sizes(sizes: tuple) -> tuple[int, ...]:
    """Return sizes given one by one or as one sequence, as a tuple of integers."""
    if len(sizes) == 1 and not hasattr(sizes[0], "__index__"):
        sizes = tuple(sizes[0])
    return tuple(size.__index__() for size in sizes)


class ShapeMethods:
    """Views, and elements at places."""

    __slots__ = ()
    ndim: Any

    __getitem__ = index.getitem
    gather = index.gather
    transpose = shape.transpose
    unsqueeze = shape.unsqueeze
    squeeze = shape.squeeze
    flatten = shape.flatten
    t = shape.t
    narrow = shape.narrow

    def reshape(self, *sizes: Any) -> Any:
        """Return the elements, in order, in another shape; one size may be -1."""
        return shape.reshape(self, _sizes(sizes))

    def view(self, *sizes: Any) -> Any:
        """Return the elements in another shape; RuntimeError where that needs a copy."""
        return shape.view(self, _sizes(sizes))

    def permute(self, *dims: Any) -> Any:
        """Return a view whose axis i is axis dims[i] of this."""
        return shape.permute(self, _sizes(dims))

    def expand(self, *sizes: Any) -> Any:
        """Return a read-only view repeated along axes of size 1; -1 keeps an axis."""
        return shape.expand(self, _sizes(sizes))

    def expand_as(self, other: Any) -> Any:
        """Return a read-only view repeated to the shape of `other`."""
        return shape.expand(self, tuple(other.shape))

    def view_as(self, other: Any) -> Any:
        """Return the elements in the shape of `other`, without a copy."""
        return shape.view(self, tuple(other.shape))

    @property
    def T(self) -> Any:  # noqa: N802 (PyTorch's name)
        """The view with all axes in reverse order."""
        return shape.permute(self, tuple(range(self.ndim))[::-1])

    @property
    def mT(self) -> Any:  # noqa: N802 (PyTorch's name)
        """The view with the last two axes exchanged."""
        return shape.transpose(self, -2, -1)
