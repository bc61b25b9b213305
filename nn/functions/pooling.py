"""Pooling over windows and over grids of cells, under the names of torch.nn.functional."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Tensor
from autograd.ops.index import gathered
from autograd.ops.pooling import (
    average_pool,
    cell_means,
    cell_winners,
    flat_places,
    max_pool,
    picked,
    put_at,
    winners,
)
from autograd.ops.windows import Windows

from .sliding import Sizes, check_axes, check_least, per_axis, windows_over


def max_pool1d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest element each window of (N, C, L) or (C, L) sees; see `max_pool2d`."""
    return _max_pooled(
        "max_pool1d", input, kernel_size, stride, padding, dilation, ceil_mode, return_indices, 1
    )


def max_pool2d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest element each window of (N, C, H, W) or (C, H, W) sees.

    stride is the kernel by default, padding counts places on both sides that are never largest;
    ceil_mode lets a last window reach over the end. The first of equal elements gets the gradient,
    and with return_indices its place in the flattened image is returned too.
    """
    return _max_pooled(
        "max_pool2d", input, kernel_size, stride, padding, dilation, ceil_mode, return_indices, 2
    )


def _max_pooled(
    name: str,
    input: Tensor,
    kernel: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
    axes: int,
) -> Any:
    windows = _windows(name, input, kernel, stride, padding, dilation, ceil_mode, axes)
    if not return_indices:
        return max_pool(input, windows)
    places = winners(input, windows)
    return picked(input, places, windows), flat_places(places, windows)


def avg_pool1d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Return the mean of what each window of (N, C, L) or (C, L) sees; see `avg_pool2d`."""
    windows = _windows("avg_pool1d", input, kernel_size, stride, padding, 1, ceil_mode, 1)
    return average_pool(input, windows, None, count_include_pad)


def avg_pool2d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Return the mean of what each window of (N, C, H, W) or (C, H, W) sees.

    Padding counts as zeros, without count_include_pad not at all; what a window sees beyond it,
    in ceil_mode, does not count. divisor_override divides the sums instead.
    """
    if divisor_override == 0:
        raise RuntimeError("avg_pool2d: divisor must be not zero; leave divisor_override out")
    windows = _windows("avg_pool2d", input, kernel_size, stride, padding, 1, ceil_mode, 2)
    return average_pool(input, windows, divisor_override, count_include_pad)


def _windows(
    name: str,
    input: Tensor,
    kernel: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    axes: int,
) -> Windows:
    check_axes(name, input, axes)
    kernel = per_axis(name, "kernel_size", kernel, axes)
    stride = kernel if stride is None or stride == () else per_axis(name, "stride", stride, axes)
    padding = per_axis(name, "padding", padding, axes)
    dilation = per_axis(name, "dilation", dilation, axes)
    check_least(name, 1, kernel_size=kernel, stride=stride, dilation=dilation)
    check_least(name, 0, padding=padding)
    if any(2 * pad > width for pad, width in zip(padding, kernel, strict=True)):
        raise RuntimeError(
            f"{name}: padding should be at most half of the kernel size, but got padding "
            f"{padding} and kernel_size {kernel}"
        )
    sizes = tuple(input.shape[-axes:])
    if 0 in input.shape[-1 - axes :]:
        raise RuntimeError(f"{name}: input {tuple(input.shape)} has nothing to pool")
    return windows_over(name, sizes, kernel, stride, padding, dilation, ceil_mode)


def lp_pool1d(
    input: Tensor,
    norm_type: float,
    kernel_size: int,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """Return the norm_type-norm of what each window of (N, C, L) or (C, L) sees."""
    kernel = per_axis("lp_pool1d", "kernel_size", kernel_size, 1)
    means = avg_pool1d(input**norm_type, kernel, stride, 0, ceil_mode)
    return _root(means, norm_type, kernel[0])


def lp_pool2d(
    input: Tensor,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """Return the norm_type-norm of what each window of (N, C, H, W) or (C, H, W) sees."""
    kernel = per_axis("lp_pool2d", "kernel_size", kernel_size, 2)
    means = avg_pool2d(input**norm_type, kernel, stride, 0, ceil_mode)
    return _root(means, norm_type, kernel[0] * kernel[1])


def _root(means: Tensor, norm_type: float, count: int) -> Tensor:
    # Of an odd power the sums may be negative; PyTorch takes roots of them this way.
    return ((autograd.sign(means) * autograd.relu(means.abs())) * count) ** (1 / norm_type)


def adaptive_avg_pool1d(input: Tensor, output_size: Sizes | None) -> Tensor:
    """Return the means of `output_size` cells that cover (N, C, L) or (C, L)."""
    return _cells_averaged("adaptive_avg_pool1d", input, output_size, 1)


def adaptive_avg_pool2d(input: Tensor, output_size: Sizes | Sequence[int | None] | None) -> Tensor:
    """Return the means of the cells of a grid of `output_size` over (N, C, H, W) or (C, H, W).

    None keeps the size of an axis. Cells overlap where sizes do not divide.
    """
    return _cells_averaged("adaptive_avg_pool2d", input, output_size, 2)


def _cells_averaged(name: str, input: Tensor, output_size: Any, axes: int) -> Tensor:
    counts = _grid(name, input, output_size, axes)
    y = input
    for axis, count in zip(range(-axes, 0), counts, strict=True):
        if count != input.shape[axis]:
            y = cell_means(y, axis, count)
    return input.clone() if y is input else y


def adaptive_max_pool1d(
    input: Tensor, output_size: Sizes | None, return_indices: bool = False
) -> Any:
    """Return the largest elements of `output_size` cells that cover (N, C, L) or (C, L)."""
    return _largest_of_cells("adaptive_max_pool1d", input, output_size, return_indices, 1)


def adaptive_max_pool2d(
    input: Tensor,
    output_size: Sizes | Sequence[int | None] | None,
    return_indices: bool = False,
) -> Any:
    """Return the largest elements of the cells of a grid; sizes as in `adaptive_avg_pool2d`.

    With return_indices also their places in the flattened image.
    """
    return _largest_of_cells("adaptive_max_pool2d", input, output_size, return_indices, 2)


def _largest_of_cells(
    name: str, input: Tensor, output_size: Any, return_indices: bool, axes: int
) -> Any:
    counts = _grid(name, input, output_size, axes)
    places = cell_winners(input, counts)
    before = tuple(input.shape[:-axes])
    flat = gathered(input.reshape(*before, -1), places.reshape(*before, -1), len(before))
    largest = flat.reshape(places.shape)
    return (largest, places) if return_indices else largest


def _grid(name: str, input: Tensor, output_size: Any, axes: int) -> tuple[int, ...]:
    check_axes(name, input, axes)
    sizes = input.shape[-axes:]
    if 0 in input.shape[-1 - axes :]:
        raise RuntimeError(f"{name}: input {tuple(input.shape)} has nothing to pool")
    if output_size is None or hasattr(output_size, "__index__"):
        output_size = (output_size,) * axes
    if len(output_size) != axes:
        raise RuntimeError(f"{name}: output_size must be {axes} numbers, got {output_size}")
    counts = tuple(
        size if one is None else int(one) for one, size in zip(output_size, sizes, strict=True)
    )
    check_least(name, 0, output_size=counts)
    return counts


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Return zeros with input at the places from which `max_pool1d` took it."""
    how = kernel_size, stride, padding, output_size
    return _unpooled("max_unpool1d", input, indices, *how, 1)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Return zeros with input at the places from which `max_pool2d` took it.

    Of several sizes that pooling makes one, output_size chooses.
    """
    how = kernel_size, stride, padding, output_size
    return _unpooled("max_unpool2d", input, indices, *how, 2)


def _unpooled(
    name: str,
    input: Tensor,
    indices: Tensor,
    kernel: Any,
    stride: Any,
    padding: Any,
    output_size: Any,
    axes: int,
) -> Tensor:
    check_axes(name, input, axes)
    if tuple(input.shape) != tuple(indices.shape):
        raise RuntimeError(
            f"{name}: expected shape of indices to be that of the input, {tuple(input.shape)}, "
            f"but got {tuple(indices.shape)}"
        )
    kernel = per_axis(name, "kernel_size", kernel, axes)
    stride = kernel if stride is None else per_axis(name, "stride", stride, axes)
    padding = per_axis(name, "padding", padding, axes)
    counts = input.shape[-axes:]
    usual = tuple(
        (count - 1) * step + width - 2 * pad
        for count, step, width, pad in zip(counts, stride, kernel, padding, strict=True)
    )
    sizes = usual if output_size is None else tuple(output_size)[-axes:]
    fits = zip(usual, sizes, stride, strict=True)
    if any(abs(one - other) >= step for one, other, step in fits):
        raise ValueError(
            f"{name}: invalid output_size {sizes}; it must be less than {stride} from {usual}"
        )
    before = tuple(input.shape[:-axes])
    flat = autograd.reshape(input, (*before, -1)), indices.reshape(*before, -1)
    area = sizes[0] if axes == 1 else sizes[0] * sizes[1]
    return put_at(*flat, area).reshape(*before, *sizes)
