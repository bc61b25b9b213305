"""Images of other sizes: interpolation, and pixels exchanged for channels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import Tensor
from autograd.ops.pooling import cell_means
from autograd.ops.resample import Reading, read_at
from autograd.user_code import warn_user

# The modes, how an axis is read in each, and the numbers of axes of its input.
KINDS = {
    "nearest": ("nearest", (3, 4, 5)),
    "nearest-exact": ("nearest-exact", (3, 4, 5)),
    "linear": ("linear", (3,)),
    "bilinear": ("linear", (4,)),
    "trilinear": ("linear", (5,)),
    "bicubic": ("cubic", (4,)),
    "area": ("area", (3, 4, 5)),
}


def interpolate(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Return input (N, C, ...) with its last axes of another size, or scale_factor times as long.

    mode is "nearest", "nearest-exact", "area", "linear" (N, C, L), "bilinear" or "bicubic"
    (N, C, H, W), or "trilinear"; align_corners lets the corners of both be the same points.
    """
    kind = _kind(input, mode, align_corners, antialias)
    axes = input.ndim - 2
    sizes, factors = _sizes(input, size, scale_factor, recompute_scale_factor)
    if min(sizes) < 1:
        raise RuntimeError(
            f"interpolate: input and output sizes should be greater than 0, got input "
            f"{tuple(input.shape)} and output {sizes}"
        )
    y = input
    for axis, new, factor in zip(range(-axes, 0), sizes, factors, strict=True):
        old = input.shape[axis]
        if kind == "area":
            y = cell_means(y, axis, new) if new != old else y
            continue
        scale = _scale(old, new, factor, bool(align_corners))
        if old != new or scale != 1:
            y = read_at(y, axis, Reading(kind, old, new, 0, scale, bool(align_corners)))
    return input.clone() if y is input else y


def _kind(input: Tensor, mode: str, align_corners: bool | None, antialias: bool) -> str:
    if antialias:
        raise NotImplementedError("interpolate: antialias is postponed; leave it out")
    if mode in ("nearest", "area", "nearest-exact") and align_corners is not None:
        raise ValueError(
            "interpolate: align_corners can only be set with the modes linear, bilinear, bicubic "
            f"and trilinear, not with {mode}"
        )
    kind, dims = KINDS.get(mode, ("", ()))
    if input.ndim not in dims:
        raise NotImplementedError(
            f"interpolate: mode {mode!r} does not take an input of {input.ndim} axes, "
            f"{tuple(input.shape)}; modes and their axes are "
            + ", ".join(f"{name} {allowed}" for name, (_, allowed) in KINDS.items())
        )
    return kind


def _sizes(
    input: Tensor, size: Any, scale_factor: Any, recompute: bool | None
) -> tuple[tuple[int, ...], tuple]:
    """Return the new sizes, and the factors that say where to read, None for the sizes' ratio."""
    axes = input.ndim - 2
    if (size is None) == (scale_factor is None):
        both = "only one of size or scale_factor" if size is not None else "either"
        raise ValueError(f"interpolate: {both} should be defined: size or scale_factor")
    given = scale_factor if size is None else size
    given = tuple(given) if isinstance(given, list | tuple) else (given,) * axes
    if len(given) != axes:
        raise ValueError(
            f"interpolate: input {tuple(input.shape)} has {axes} spatial dimensions, but got "
            f"{'scale_factor' if size is None else 'size'} {given}"
        )
    if size is not None:
        if recompute:
            raise ValueError("interpolate: recompute_scale_factor goes with scale_factor alone")
        return tuple(int(one) for one in given), (None,) * axes
    sizes = tuple(
        math.floor(old * factor) for old, factor in zip(input.shape[2:], given, strict=True)
    )
    return sizes, (None,) * axes if recompute else given


def _scale(old: int, new: int, factor: float | None, align_corners: bool) -> float:
    if align_corners:
        return (old - 1) / (new - 1) if new > 1 else 0.0
    return old / new if factor is None else 1 / factor


def upsample(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """Return `interpolate` of the same arguments; deprecated."""
    warn_user("`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """Return `interpolate` by the nearest element; deprecated."""
    return upsample(input, size, scale_factor, "nearest")


def upsample_bilinear(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """Return `interpolate` by lines from corner to corner; deprecated."""
    return upsample(input, size, scale_factor, "bilinear", True)


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Return (..., C, H r, W r) of input (..., C r r, H, W), for r the upscale_factor."""
    factor = upscale_factor
    _check_pixels("pixel_shuffle", input, factor)
    *before, channels, height, width = input.shape
    if channels % factor**2:
        raise RuntimeError(
            f"pixel_shuffle: the {channels} channels of input {tuple(input.shape)} are not "
            f"divisible by {factor}**2"
        )
    first = len(before)
    parts = input.reshape(*before, channels // factor**2, factor, factor, height, width)
    order = [first, first + 3, first + 1, first + 4, first + 2]
    return (
        parts.permute(*range(first), *order)
        .clone()
        .reshape(*before, channels // factor**2, height * factor, width * factor)
    )


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Return (..., C r r, H, W) of input (..., C, H r, W r): what undoes `pixel_shuffle`."""
    factor = downscale_factor
    _check_pixels("pixel_unshuffle", input, factor)
    *before, channels, height, width = input.shape
    if height % factor or width % factor:
        raise RuntimeError(
            f"pixel_unshuffle: height and width of input {tuple(input.shape)} must be divisible "
            f"by downscale_factor {factor}"
        )
    first = len(before)
    parts = input.reshape(*before, channels, height // factor, factor, width // factor, factor)
    order = [first, first + 2, first + 4, first + 1, first + 3]
    return (
        parts.permute(*range(first), *order)
        .clone()
        .reshape(*before, channels * factor**2, height // factor, width // factor)
    )


def _check_pixels(name: str, input: Tensor, factor: int) -> None:
    if input.ndim < 3:
        raise RuntimeError(
            f"{name}: expects input to have at least 3 dimensions, got {tuple(input.shape)}"
        )
    if factor < 1:
        raise RuntimeError(f"{name}: expects a positive factor, got {factor}")


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Return input (N, C, ...) with its channels, as a table of `groups` rows, read by columns."""
    shape = tuple(input.shape)
    if input.ndim < 3:
        raise RuntimeError(f"channel_shuffle: expects input with > 2 dims, got {shape}")
    if groups < 1 or shape[1] % groups:
        raise RuntimeError(
            f"channel_shuffle: number of channels must be divisible by groups, got input {shape} "
            f"and {groups} groups"
        )
    table = input.reshape(shape[0], groups, shape[1] // groups, *shape[2:])
    return table.transpose(1, 2).clone().reshape(shape)
