"""Pooling layers: one number for each window, or for each cell of a grid.

Lengths and sizes are those of the last axis (1d) or the last two (2d); input may lack the batch.
"""

from __future__ import annotations

from typing import Any

from .. import functional
from ..functions.sliding import per_axis
from .applied import Applied


class _Windows(Applied):
    """Windows of kernel_size, stride apart: by default side by side.

    Where PyTorch keeps sizes as tuples, _axes is how long these are.
    """

    _axes = 0
    kernel_size: Any
    stride: Any = None

    def prepare(self) -> None:
        """Put windows side by side where no stride is given."""
        if self.stride is None:
            self.stride = self.kernel_size
        for name in ("kernel_size", "stride", "padding") if self._axes else ():
            setattr(
                self, name, per_axis(type(self).__name__, name, getattr(self, name), self._axes)
            )


_MAX = (
    "kernel_size={kernel_size}, stride={stride}, padding={padding}, dilation={dilation}, "
    "ceil_mode={ceil_mode}"
)


class MaxPool1d(_Windows, function=functional.max_pool1d, shown=_MAX):
    """The largest of every window: input (N, C, L); with return_indices also its place."""

    kernel_size: Any
    stride: Any = None
    padding: Any = 0
    dilation: Any = 1
    return_indices: bool = False
    ceil_mode: bool = False


class MaxPool2d(_Windows, function=functional.max_pool2d, shown=_MAX):
    """The largest of every window: input (N, C, H, W); with return_indices also its place."""

    kernel_size: Any
    stride: Any = None
    padding: Any = 0
    dilation: Any = 1
    return_indices: bool = False
    ceil_mode: bool = False


_MEAN = "kernel_size={kernel_size}, stride={stride}, padding={padding}"


class AvgPool1d(_Windows, function=functional.avg_pool1d, shown=_MEAN):
    """The mean of every window: input (N, C, L); padding counts unless told otherwise."""

    _axes = 1

    kernel_size: Any
    stride: Any = None
    padding: Any = 0
    ceil_mode: bool = False
    count_include_pad: bool = True


class AvgPool2d(_Windows, function=functional.avg_pool2d, shown=_MEAN):
    """The mean of every window: input (N, C, H, W); its sum over divisor_override, if given."""

    kernel_size: Any
    stride: Any = None
    padding: Any = 0
    ceil_mode: bool = False
    count_include_pad: bool = True
    divisor_override: int | None = None


_POWER = "norm_type={norm_type}, kernel_size={kernel_size}, stride={stride}, ceil_mode={ceil_mode}"


class LPPool1d(Applied, function=functional.lp_pool1d, shown=_POWER):
    """The norm_type-th root of the sum of norm_type-th powers in every window: input (N, C, L)."""

    norm_type: float
    kernel_size: Any
    stride: Any = None
    ceil_mode: bool = False


class LPPool2d(Applied, function=functional.lp_pool2d, shown=_POWER):
    """The root of the sum of powers in every window, as in LPPool1d: input (N, C, H, W)."""

    norm_type: float
    kernel_size: Any
    stride: Any = None
    ceil_mode: bool = False


class AdaptiveAvgPool1d(Applied, function=functional.adaptive_avg_pool1d):
    """The means of output_size cells along the length: input (N, C, L)."""

    output_size: Any


class AdaptiveAvgPool2d(Applied, function=functional.adaptive_avg_pool2d):
    """The means of a grid of cells: input (N, C, H, W); None keeps a size."""

    output_size: Any


class AdaptiveMaxPool1d(
    Applied, function=functional.adaptive_max_pool1d, shown="output_size={output_size}"
):
    """The largest of output_size cells along the length: input (N, C, L)."""

    output_size: Any
    return_indices: bool = False


class AdaptiveMaxPool2d(
    Applied, function=functional.adaptive_max_pool2d, shown="output_size={output_size}"
):
    """The largest of a grid of cells: input (N, C, H, W); None keeps a size."""

    output_size: Any
    return_indices: bool = False


_UNPOOL = "kernel_size={kernel_size}, stride={stride}, padding={padding}"


class MaxUnpool1d(_Windows, function=functional.max_unpool1d, shown=_UNPOOL):
    """Each number back at its place, zeros elsewhere: called with what MaxPool1d returned."""

    _axes = 1

    kernel_size: Any
    stride: Any = None
    padding: Any = 0


class MaxUnpool2d(_Windows, function=functional.max_unpool2d, shown=_UNPOOL):
    """Each number back at its place, zeros elsewhere: called with what MaxPool2d returned."""

    _axes = 2

    kernel_size: Any
    stride: Any = None
    padding: Any = 0
