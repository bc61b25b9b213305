"""Operations that move elements without computing: views, joining and repeating."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..argument_names import aliased
from ..dtypes import promote_types
from ..operation import op
from .elementwise import no_tensor_in, to_dtype


def normal_axis(dim: int, ndim: int, name: str) -> int:
    """Return `dim` counted from the front; raise IndexError if an array has no such axis."""
    if type(dim) is not int:
        dim = _axis_number(dim, name)
    if -ndim <= dim < ndim:
        return dim % ndim
    if ndim == 0 and dim in (-1, 0):
        return 0
    low, high = (-ndim, ndim - 1) if ndim else (-1, 0)
    raise IndexError(
        f"{name}: Dimension out of range (expected to be in range of [{low}, {high}], "
        f"but got {dim})"
    )


def _axis_number(dim: Any, name: str) -> int:
    """Return what stands for an integer, such as NumPy's or a 0-d Tensor, as one."""
    if isinstance(dim, bool) or not hasattr(dim, "__index__"):
        raise TypeError(f"{name}: argument 'dim' must be an int, not {type(dim).__name__} {dim!r}")
    return operator.index(dim)


def dims_of(dim: Any) -> Sequence[Any]:
    """Return axes given as one or as several as a sequence."""
    return dim if isinstance(dim, tuple | list) else (dim,)


@op(views=True, x=lambda g, shapes: reshape(g, shapes[0]))
def reshape(x: Any, /, shape: tuple[int, ...]) -> Any:
    """Return the elements of x, in order, in another shape; one size may be -1.

    A view of x where its layout allows, else a copy. Raises RuntimeError if the sizes differ.
    """
    return _reshaped("reshape", x, shape)


def _reshaped(name: str, x: Any, shape: tuple[int, ...]) -> Any:
    try:
        return x.reshape(shape)
    except ValueError:
        raise RuntimeError(
            f"{name}: shape {list(shape)} is invalid for input of size {x.size}; "
            f"the sizes must multiply to {x.size}, and one alone may be -1"
        ) from None


@op(views=True, x=lambda g, shapes: reshape(g, shapes[0]))
def view(x: Any, /, shape: tuple[int, ...]) -> Any:
    """Return a view of x in another shape; one size may be -1.

    Raises RuntimeError if the sizes differ or the layout of x does not allow a view.
    """
    y = _reshaped("view", x, shape)
    if y.size and not np.shares_memory(x, y):
        raise RuntimeError(
            f"view: size {list(shape)} is not compatible with the layout of the input (strides "
            f"{x.strides}); use reshape"
        )
    return y


@op(views=True, x=lambda g, dim0, dim1: transpose(g, dim0, dim1))
def transpose(x: Any, /, dim0: int, dim1: int) -> Any:
    """Return a view of x with two axes exchanged."""
    ndim = x.ndim
    if -ndim <= dim0 < ndim and -ndim <= dim1 < ndim:
        return x.swapaxes(dim0, dim1)
    normal_axis(dim0, ndim, "transpose"), normal_axis(dim1, ndim, "transpose")
    return x.view()


def _inverse(dims: tuple[int, ...]) -> tuple[int, ...]:
    positive = [dim % len(dims) for dim in dims]
    return tuple(positive.index(axis) for axis in range(len(dims)))


@op(views=True, x=lambda g, dims: permute(g, _inverse(dims)))
def permute(x: Any, /, dims: tuple[int, ...]) -> Any:
    """Return a view of x whose axis i is axis dims[i] of x."""
    named = len(dims) == x.ndim and sorted(normal_axis(dim, x.ndim, "permute") for dim in dims)
    if named != list(range(x.ndim)):
        raise RuntimeError(
            f"permute: dims {list(dims)} must name each of the {x.ndim} axes of {x.shape} once"
        )
    return x.transpose(dims)


@op(views=True, broadcasts=True, x=lambda g: g)
def expand(x: Any, /, shape: tuple[int, ...]) -> Any:
    """Return a view of x repeated along axes of size 1 and new first axes, read-only if so.

    A size of -1 keeps the axis. Raises RuntimeError if an axis of another size would change.
    """
    if x.ndim == 0 and shape and min(shape) >= 0:
        # Ten times quicker than broadcast_to, and every backward pass of a mean comes here.
        view = np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
        view.flags.writeable = False
        return view
    before = (1,) * (len(shape) - x.ndim) + x.shape
    new_axes = shape[: max(len(shape) - x.ndim, 0)]
    sizes = tuple(old if new == -1 else new for old, new in zip(before, shape, strict=False))
    fits = len(shape) >= x.ndim and min((*sizes, *new_axes), default=0) >= 0
    if not fits or any(o not in (1, n) for o, n in zip(before, sizes, strict=True)):
        raise RuntimeError(
            f"expand: {tuple(x.shape)} does not expand to {tuple(shape)}; "
            "sizes must agree or be 1, counted from the last axis"
        )
    return x[...] if sizes == x.shape else np.broadcast_to(x, sizes)


def unsqueeze(input: Any, dim: int) -> Any:
    """Return a view of input with a new axis of size 1 before axis `dim`."""
    shape = list(input.shape)
    shape.insert(normal_axis(dim, len(shape) + 1, "unsqueeze"), 1)
    return reshape(input, tuple(shape))


@aliased
def squeeze(input: Any, dim: int | tuple[int, ...] | None = None) -> Any:
    """Return a view of input without its axes of size 1, or without those of them in `dim`."""
    dims = range(input.ndim) if dim is None else dims_of(dim)
    drop = {normal_axis(axis, input.ndim, "squeeze") for axis in dims}
    if len(drop) < len(dims):
        raise RuntimeError(f"squeeze: dim {dim} names an axis more than once")
    shape = (size for axis, size in enumerate(input.shape) if size != 1 or axis not in drop)
    return reshape(input, tuple(shape))


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Return input with the axes from start_dim to end_dim made one."""
    start = normal_axis(start_dim, input.ndim, "flatten")
    end = normal_axis(end_dim, input.ndim, "flatten")
    if start > end:
        raise RuntimeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    middle = math.prod(input.shape[start : end + 1])
    return reshape(input, (*input.shape[:start], middle, *input.shape[end + 1 :]))


def t(input: Any) -> Any:
    """Return the transpose of a matrix; a vector or a 0-d array as it is."""
    if input.ndim > 2:
        raise RuntimeError(
            f"t: expects at most 2 axes, got {input.shape}; use transpose(dim0, dim1)"
        )
    return transpose(input, 0, 1) if input.ndim == 2 else input


def _narrow_rule(g: Any, dim: int, start: int, shapes: tuple) -> Any:
    size = shapes[0][dim]
    return padded(g, dim, start + size if start < 0 else start, size)


@op(views=True, x=_narrow_rule)
def narrow(x: Any, /, dim: int, start: int, length: int) -> Any:
    """Return the view of x that holds `length` places of axis `dim` from `start` on.

    A negative start counts from the end. Raises RuntimeError where the axis is too short.
    """
    axis = normal_axis(dim, x.ndim, "narrow")
    size = x.shape[axis] if x.ndim else -1
    first = start + size if start < 0 else start
    if not 0 <= first <= first + length <= size:
        raise RuntimeError(
            f"narrow: start {start} and length {length} exceed dimension {dim} of {tuple(x.shape)}"
        )
    return x[(slice(None),) * axis + (slice(first, first + length),)]


@op(x=lambda g, dim, start, shapes: narrow(g, dim, start, shapes[0][dim]))
def padded(x: Any, /, dim: int, start: int, size: int) -> Any:
    """Return zeros of `size` along axis `dim`, with x from place `start` on: narrow's transpose."""
    shape = list(x.shape)
    shape[dim] = size
    y = np.zeros(shape, x.dtype)
    y[(slice(None),) * (dim % x.ndim) + (slice(start, start + x.shape[dim]),)] = x
    return y


def _parts(g: Any, shapes: tuple, dim: int) -> tuple:
    gradients, start = [], 0
    for shape in shapes:
        gradients.append(narrow(g, dim, start, shape[dim]))
        start += shape[dim]
    return tuple(gradients)


@op(name="cat", promotes=True, xs=_parts)
def joined(*xs: Any, dim: int) -> Any:
    """Join arrays of one dtype along the existing axis `dim`."""
    return np.concatenate(xs, axis=dim)


@aliased
def cat(tensors: Sequence[Any], dim: int = 0) -> Any:
    """Join Tensors along the existing axis `dim`; the other sizes must agree.

    Empty 1-d Tensors are passed over, but have a say in the dtype, as in PyTorch.
    """
    tensors = tuple(tensors)
    if not tensors:
        raise ValueError("cat: expected a non-empty list of Tensors")
    try:
        kept = [x for x in tensors if tuple(x.shape) != (0,)] or list(tensors)
    except AttributeError:
        raise no_tensor_in("cat", tensors) from None
    dim = normal_axis(dim, kept[0].ndim, "cat")
    rest = {(*x.shape[:dim], *x.shape[dim + 1 :], x.ndim) for x in kept}
    if len(rest) > 1 or kept[0].ndim == 0:
        shapes = ", ".join(str(tuple(x.shape)) for x in kept)
        raise RuntimeError(f"cat: sizes must match except in dim {dim}, got {shapes}")
    if len(kept) < len(tensors):
        kept[0] = to_dtype(kept[0], functools.reduce(promote_types, (x.dtype for x in tensors)))
    return joined(*kept, dim=dim)


@aliased
def stack(tensors: Sequence[Any], dim: int = 0) -> Any:
    """Join Tensors of one shape along a new axis before axis `dim`."""
    try:
        shapes = {tuple(x.shape) for x in tensors}
    except AttributeError:
        raise no_tensor_in("stack", tensors) from None
    if len(shapes) != 1:
        got = ", ".join(map(str, sorted(shapes))) or "no Tensor"
        raise RuntimeError(f"stack: expects each Tensor to be equal size, got {got}")
    dim = normal_axis(dim, len(next(iter(shapes))) + 1, "stack")
    return cat([unsqueeze(x, dim) for x in tensors], dim)
