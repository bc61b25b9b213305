"""Convolutions and their transposes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
from autograd import Tensor

from .. import functional
from ..functions.sliding import per_axis
from ..module import Module
from ..parameter import Parameter
from .linear import check_sizes, reset_affine

# How functional.pad calls what padding_mode asks for.
MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate"}
MODES |= {"circular": "circular"}


class _Convolution(Module):
    """What convolutions share: sizes, weight and bias, both uniform on +-1 / sqrt(fan_in).

    fan_in is C / groups times the size of the kernel.
    """

    _options = (
        *("kernel_size", "stride", "padding", "output_padding", "dilation"),
        *("groups", "padding_mode"),
    )
    _axes: int
    _function: Callable
    _transposed = False
    bias: Parameter | None

    def _begin(
        self,
        channels: tuple[int, int],
        sizes: dict[str, Any],
        groups: int,
        bias: bool,
        padding_mode: str,
        how: dict[str, Any],
    ) -> None:
        name = type(self).__name__
        self.in_channels, self.out_channels = channels
        check_sizes(name, in_channels=channels[0], out_channels=channels[1], groups=groups)
        if groups <= 0 or self.in_channels % groups or self.out_channels % groups:
            raise ValueError(
                f"{name}: in_channels and out_channels must be divisible by groups, a positive "
                f"int, got {self.in_channels}, {self.out_channels} and {groups}"
            )
        if padding_mode not in MODES:
            raise ValueError(
                f"{name}: padding_mode must be one of {[*MODES]}, but got {padding_mode!r}"
            )
        for size, value in sizes.items():
            if size == "padding" and isinstance(value, str):
                self._check_named_padding(name, value, sizes["stride"])
                self.padding: Any = value
            else:
                setattr(self, size, per_axis(name, size, value, self._axes))
        self.groups, self.padding_mode = groups, padding_mode
        first, second = channels[::-1] if not self._transposed else channels
        shape = (first, second // groups, *self.kernel_size)
        self.weight = Parameter(autograd.empty(shape, **how))
        self.register_parameter(
            "bias", Parameter(autograd.empty(self.out_channels, **how)) if bias else None
        )
        self.reset_parameters()

    def _check_named_padding(self, name: str, padding: str, stride: Any) -> None:
        if padding not in ("same", "valid"):
            raise ValueError(
                f"{name}: invalid padding string {padding!r}, should be 'same' or 'valid'"
            )
        if padding == "same" and any(
            one != 1 for one in per_axis(name, "stride", stride, self._axes)
        ):
            raise ValueError(f"{name}: padding='same' is not supported for strides, got {stride}")

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        reset_affine(self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the channels, sizes, and what is not usual."""
        usual = {"padding": (0,), "dilation": (1,), "output_padding": (0,)}
        parts = [f"{self.in_channels}, {self.out_channels}", f"kernel_size={self.kernel_size}"]
        parts.append(f"stride={self.stride}")
        for name, one in usual.items():
            value = getattr(self, name, one * self._axes)
            if value != one * self._axes:
                parts.append(f"{name}={value}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


class _Forward(_Convolution):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        sizes = dict(kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)
        how = dict(device=device, dtype=dtype)
        self._begin((in_channels, out_channels), sizes, groups, bias, padding_mode, how)

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution of input (N, C, ...) or (C, ...)."""
        padding = self.padding
        if self.padding_mode != "zeros" and padding != "valid":
            input = functional.pad(input, self._sides(), MODES[self.padding_mode])
            padding = 0
        return type(self)._function(
            input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups
        )

    def _sides(self) -> list[int]:
        """Return how much to pad before and after each axis, the last axis first."""
        if self.padding != "same":
            return [one for size in self.padding[::-1] for one in (size, size)]
        totals = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
        return [one for total in totals[::-1] for one in (total // 2, total - total // 2)]


class Conv1d(_Forward):
    """Convolution along the length: input (N, C, L), weight (out, C / groups, kernel)."""

    _axes, _function = 1, functional.conv1d


class Conv2d(_Forward):
    """Convolution over images: input (N, C, H, W), weight (out, C / groups, height, width).

    padding is how many zeros (or what padding_mode says) lie around, or "same" or "valid".
    """

    _axes, _function = 2, functional.conv2d


class _Transposed(_Convolution):
    _transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if padding_mode != "zeros":
            raise ValueError(
                f'Only "zeros" padding mode is supported for {type(self).__name__}, got '
                f"{padding_mode!r}"
            )
        if isinstance(padding, str):
            raise ValueError(
                f"{type(self).__name__}: padding must be an int or one an axis, got {padding!r}, "
                "which only a convolution takes"
            )
        sizes = dict(kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)
        how = dict(device=device, dtype=dtype)
        sizes["output_padding"] = output_padding
        self._begin((in_channels, out_channels), sizes, groups, bias, padding_mode, how)

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        """Return the transposed convolution; output_size chooses among sizes that all fit."""
        output_padding = self.output_padding
        if output_size is not None:
            output_padding = self._padding_for(input, tuple(output_size))
        return type(self)._function(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            output_padding,
            self.groups,
            self.dilation,
        )

    def _padding_for(self, input: Tensor, output_size: tuple[int, ...]) -> tuple[int, ...]:
        wanted = output_size[-self._axes :]
        how = zip(self.stride, self.padding, self.dilation, self.kernel_size, strict=True)
        least = [
            (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1
            for size, (stride, padding, dilation, kernel) in zip(
                input.shape[-self._axes :], how, strict=True
            )
        ]
        added = tuple([one - low for one, low in zip(wanted, least, strict=True)])
        if any(not 0 <= one < stride for one, stride in zip(added, self.stride, strict=True)):
            most = [low + stride - 1 for low, stride in zip(least, self.stride, strict=True)]
            raise ValueError(
                f"{type(self).__name__}: requested an output size of {wanted}, but valid sizes "
                f"range from {least} to {most} (for an input of {tuple(input.shape)})"
            )
        return added


class ConvTranspose1d(_Transposed):
    """The transpose of Conv1d in its input: input (N, C, L), weight (C, out / groups, kernel)."""

    _axes, _function = 1, functional.conv_transpose1d


class ConvTranspose2d(_Transposed):
    """The transpose of Conv2d in its input: weight (C, out / groups, height, width)."""

    _axes, _function = 2, functional.conv_transpose2d
