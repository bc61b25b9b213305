"""Methods that move elements: views, indexing, gathering, scattering, repeating."""

from __future__ import annotations

from typing import Any

from ..argument_names import aliased
from ..ops import (
    axes,
    diagonals,
    index,
    masking,
    placing,
    random,
    repeating,
    scattering,
    shape,
    splitting,
    strided,
)


def _sizes(sizes: tuple) -> tuple[int, ...]:
    """Return sizes given one by one or as one sequence, as a tuple of integers."""
    if len(sizes) == 1 and not hasattr(sizes[0], "__index__"):
        sizes = tuple(sizes[0])
    try:
        return tuple(size.__index__() for size in sizes)
    except AttributeError:
        raise TypeError(f"sizes and axes must be integers, got {sizes}") from None


class PlaceMethods:
    """Elements at places: read, written, chosen by masks or by chance."""

    __slots__ = ()

    __getitem__ = index.getitem
    gather = index.gather
    index_select = placing.index_select
    index_add = placing.index_add
    index_copy = placing.index_copy
    index_fill = placing.index_fill
    index_put = placing.index_put
    take = placing.take
    put = placing.put_
    scatter = scattering.scatter
    scatter_add = scattering.scatter_add
    scatter_reduce = scattering.scatter_reduce
    take_along_dim = scattering.take_along_dim
    masked_select = masking.masked_select
    masked_scatter = masking.masked_scatter
    nonzero = masking.nonzero
    argwhere = masking.argwhere
    bernoulli = random.bernoulli
    multinomial = random.multinomial


class ShapeMethods(PlaceMethods):
    """Views and copies in other shapes and orders."""

    __slots__ = ()
    ndim: Any

    transpose = shape.transpose
    unsqueeze = shape.unsqueeze
    squeeze = shape.squeeze
    flatten = shape.flatten
    t = shape.t
    narrow = shape.narrow
    movedim = moveaxis = axes.movedim
    swapaxes = axes.swapaxes
    swapdims = axes.swapdims
    adjoint = axes.adjoint
    broadcast_to = axes.broadcast_to
    ravel = axes.ravel
    unflatten = axes.unflatten
    select = axes.select
    split_with_sizes = splitting.split_with_sizes
    chunk = splitting.chunk
    tensor_split = splitting.tensor_split
    hsplit = splitting.hsplit
    vsplit = splitting.vsplit
    dsplit = splitting.dsplit
    unbind = splitting.unbind
    repeat = repeating.repeat
    tile = repeating.tile
    repeat_interleave = repeating.repeat_interleave
    roll = repeating.roll
    flip = repeating.flip
    fliplr = repeating.fliplr
    flipud = repeating.flipud
    rot90 = repeating.rot90
    diagonal = diagonals.diagonal
    diag = diagonals.diag
    diagflat = diagonals.diagflat
    diag_embed = diagonals.diag_embed
    tril = diagonals.tril
    triu = diagonals.triu
    unfold = strided.unfold
    as_strided = strided.as_strided

    @aliased
    def split(self, split_size: Any, dim: int = 0) -> tuple:
        """Return views along `dim`: of one size (the last may be smaller), or of sizes."""
        return splitting.split(self, split_size, dim)

    def reshape(self, *sizes: Any) -> Any:
        """Return the elements, in order, in another shape; one size may be -1."""
        return shape.reshape(self, _sizes(sizes))

    def reshape_as(self, other: Any) -> Any:
        """Return the elements, in order, in the shape of `other`."""
        return shape.reshape(self, tuple(other.shape))

    def view(self, *sizes: Any, dtype: Any = None) -> Any:
        """Return the elements in another shape; RuntimeError where that needs a copy.

        view(dtype) shows the same memory as elements of another dtype, outside the graph.
        """
        if dtype is not None:
            return strided.bits(self, dtype)
        if len(sizes) == 1 and strided.is_dtype(sizes[0]):
            return strided.bits(self, sizes[0])
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
        return axes.adjoint(self)

    mH = mT  # noqa: N815 (PyTorch's name)

    @property
    def H(self) -> Any:  # noqa: N802 (PyTorch's name)
        """The transpose of a matrix: nothing here is complex."""
        if self.ndim not in (0, 2):
            raise RuntimeError(f"tensor.H is only supported on matrices, got {self.ndim}-d; use mT")
        return shape.t(self)
