"""Layers that change the shape, the size of images, or nothing."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor

from .. import functional
from ..module import Module
from .applied import Applied


class Identity(Module):
    """The input itself; takes any arguments, so that it can stand in for another layer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """Return the input."""
        return input


class Flatten(Applied, function=autograd.flatten):
    """The axes from start_dim to end_dim made one: (N, C, H, W) becomes (N, C * H * W)."""

    start_dim: int = 1
    end_dim: int = -1


def _unflattened(input: Tensor, dim: int, unflattened_size: Any) -> Tensor:
    return input.unflatten(dim, unflattened_size)


class Unflatten(Applied, function=_unflattened):
    """Axis `dim` made several: the sizes of unflattened_size, -1 for what is left over."""

    dim: int
    unflattened_size: Any


class PixelShuffle(Applied, function=functional.pixel_shuffle):
    """Channels made pixels: (N, C * r * r, H, W) to (N, C, H * r, W * r).

    Source: Shi et al. 2016.
    """

    upscale_factor: int


class PixelUnshuffle(Applied, function=functional.pixel_unshuffle):
    """Pixels made channels: what undoes PixelShuffle."""

    downscale_factor: int


class ChannelShuffle(Applied, function=functional.channel_shuffle):
    """Channels of groups taken in turns. Source: Zhang et al. 2017."""

    groups: int


class Upsample(Applied, function=functional.interpolate):
    """Images of another size, or scale_factor times as large: see `functional.interpolate`."""

    size: Any = None
    scale_factor: Any = None
    mode: str = "nearest"
    align_corners: bool | None = None
    recompute_scale_factor: bool | None = None

    def prepare(self) -> None:
        """Keep factors as floats, as PyTorch shows them."""
        factor = self.scale_factor
        if isinstance(factor, tuple | list):
            self.scale_factor = tuple(map(float, factor))
        elif factor:
            self.scale_factor = float(factor)

    def extra_repr(self) -> str:
        """Return size or factor, and the mode."""
        name = "size" if self.scale_factor is None else "scale_factor"
        return f"{name}={getattr(self, name)}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Upsample of images (N, C, H, W) by the nearest pixel."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """Upsample of images (N, C, H, W), bilinear, the corners of both being the same points."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)


class Unfold(Applied, function=functional.unfold):
    """What each window of images sees as columns: see `functional.unfold`."""

    kernel_size: Any
    dilation: Any = 1
    padding: Any = 0
    stride: Any = 1


class Fold(Applied, function=functional.fold):
    """Columns added up to images of output_size: see `functional.fold`."""

    output_size: Any
    kernel_size: Any
    dilation: Any = 1
    padding: Any = 0
    stride: Any = 1
