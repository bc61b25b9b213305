"""Images read at the points of a grid, under the names of torch.nn.functional."""

from __future__ import annotations

from collections.abc import Sequence

import autograd
from autograd import Tensor, where
from autograd.ops.index import gathered
from autograd.ops.rounding import floor, round_
from autograd.user_code import warn_user


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """Return the points (N, H, W, 2) that affine maps theta (N, 2, 3) take those of images to.

    size is (N, C, H, W). Points go from -1 to 1, the middles of the corner pixels if align_corners,
    else their outer edges.
    """
    align = _aligned("affine_grid", align_corners)
    if len(size) != 4 or tuple(theta.shape) != (size[0], 2, 3):
        raise (RuntimeError if tuple(theta.shape[1:]) == (2, 3) else ValueError)(
            f"affine_grid: expected theta (N, 2, 3) and size (N, C, H, W), got "
            f"{tuple(theta.shape)} and {tuple(size)}"
        )
    if theta.dtype.kind != "f":
        raise ValueError(f"affine_grid: theta must be of floats, got {theta.dtype}")
    height, width = size[2:]
    xs = _points(width, align, theta).reshape(1, width).expand(height, width)
    ys = _points(height, align, theta).reshape(height, 1).expand(height, width)
    base = autograd.stack([xs, ys, autograd.ones_like(xs)], 2).reshape(height * width, 3)
    return (base @ theta.transpose(1, 2)).reshape(size[0], height, width, 2)


def _points(count: int, align: bool, theta: Tensor) -> Tensor:
    if count <= 1:
        return autograd.zeros(count, dtype=theta.dtype)
    points = autograd.linspace(-1, 1, count, dtype=theta.dtype)
    return points if align else points * ((count - 1) / count)


def _aligned(name: str, align_corners: bool | None) -> bool:
    if align_corners is None:
        warn_user(
            f"Default {name} behavior is align_corners=False; specify align_corners to silence "
            "this warning."
        )
    return bool(align_corners)


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """Return input (N, C, H, W) at the points (x, y) of grid (N, height, width, 2).

    Points from -1 to 1 lie inside. mode is "bilinear" or "nearest"; outside there are "zeros", the
    "border", or a "reflection".
    """
    _check_grid(input, grid, mode, padding_mode)
    align = _aligned("grid_sample", align_corners)
    height, width = input.shape[2:]
    x = _inside(_pixels(grid[..., 0], width, align), width, padding_mode, align)
    y = _inside(_pixels(grid[..., 1], height, align), height, padding_mode, align)
    if mode == "nearest":
        read = _read(input, round_(x), round_(y))
        # The slope along the grid is 0, but the grid is part of the graph.
        return where(False, x.unsqueeze(1), read) if grid.requires_grad else read
    left, top = floor(x), floor(y)
    right, low = x - left, y - top
    corners = [
        (left, top, (1 - right) * (1 - low)),
        (left + 1, top, right * (1 - low)),
        (left, top + 1, (1 - right) * low),
        (left + 1, top + 1, right * low),
    ]
    made = [_read(input, one, other) * share.unsqueeze(1) for one, other, share in corners]
    return made[0] + made[1] + made[2] + made[3]


def _check_grid(input: Tensor, grid: Tensor, mode: str, padding_mode: str) -> None:
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(f"grid_sample: mode must be 'bilinear' or 'nearest', got {mode!r}")
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            "grid_sample: padding_mode must be 'zeros', 'border' or 'reflection', got "
            f"{padding_mode!r}"
        )
    if mode == "bicubic":
        raise NotImplementedError("grid_sample: bicubic is postponed; use bilinear")
    if input.ndim == grid.ndim == 5:
        raise NotImplementedError("grid_sample: volumes are postponed; input must be (N, C, H, W)")
    if input.ndim != 4 or grid.ndim != 4 or grid.shape[0] != input.shape[0] or grid.shape[3] != 2:
        raise RuntimeError(
            f"grid_sample: expected input (N, C, H, W) and grid (N, height, width, 2), got "
            f"{tuple(input.shape)} and {tuple(grid.shape)}"
        )
    if 0 in input.shape[2:]:
        raise RuntimeError(f"grid_sample: input {tuple(input.shape)} has nothing to read")
    if input.dtype != grid.dtype:
        raise RuntimeError(
            f"grid_sample: input is {input.dtype} but grid is {grid.dtype}; convert one of them"
        )


def _pixels(points: Tensor, size: int, align: bool) -> Tensor:
    if align:
        return (points + 1) / 2 * (size - 1)
    return ((points + 1) * size - 1) / 2


def _inside(place: Tensor, size: int, padding_mode: str, align: bool) -> Tensor:
    """Return places outside moved inside, for "zeros" as they are."""
    if padding_mode == "zeros":
        return place
    if padding_mode == "reflection":
        low, high = (0.0, size - 1.0) if align else (-0.5, size - 0.5)
        span = high - low
        if span == 0:
            return place * 0
        distance = (place - low).abs()
        turns = floor(distance / span)
        rest = distance - turns * span
        place = where(turns % 2 == 0, rest + low, span - rest + low)
    # At the bounds the slope is 0, as in PyTorch.
    return where(place <= 0, 0, where(place >= size - 1, size - 1, place))


def _read(input: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Return input at the whole numbers x and y, 0 where they lie outside."""
    count, channels, height, width = input.shape
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    places = where(inside, y * width + x, 0).long().reshape(count, 1, -1)
    places = places.expand(count, channels, places.shape[2])
    values = gathered(input.reshape(count, channels, height * width), places, 2)
    return where(inside.unsqueeze(1), values.reshape(count, channels, *x.shape[1:]), 0)
