"""Convolutions and their transposes, under the names of torch.nn.functional; unfold and fold."""

from __future__ import annotations

from typing import Any

from autograd import Tensor
from autograd.dtypes import conversion
from autograd.ops.convolution import convolution, folded, transposed, unfolded
from autograd.ops.windows import Windows

from .sliding import Sizes, check_axes, check_least, per_axis, windows_over


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Return weight times what each window sees: input (N, C, L) or (C, L).

    weight (outputs, C / groups, kernel), bias (outputs,); padding counts zeros on both sides, or
    is "same" or "valid". Raises RuntimeError for shapes, dtypes or sizes that do not fit.
    """
    return _convolved("conv1d", input, weight, bias, stride, padding, dilation, groups, 1)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Return weight times what each window sees: input (N, C, H, W) or (C, H, W).

    weight (outputs, C / groups, kernel height, kernel width); the rest as in `conv1d`.
    """
    return _convolved("conv2d", input, weight, bias, stride, padding, dilation, groups, 2)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Return the transpose of `conv1d` in its input: input (N, C, L) or (C, L).

    weight (C, outputs / groups, kernel); the length is (L - 1) * stride - 2 * padding + dilation *
    (kernel - 1) + output_padding + 1.
    """
    how = stride, padding, output_padding, groups, dilation
    return _transposed("conv_transpose1d", input, weight, bias, *how, 1)


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Return the transpose of `conv2d` in its input; the rest as in `conv_transpose1d`."""
    how = stride, padding, output_padding, groups, dilation
    return _transposed("conv_transpose2d", input, weight, bias, *how, 2)


def conv3d(*args: Any, **kwargs: Any) -> Tensor:
    """Raise NotImplementedError: 3-d convolutions are postponed."""
    raise NotImplementedError("conv3d is postponed; there are conv1d and conv2d")


def conv_transpose3d(*args: Any, **kwargs: Any) -> Tensor:
    """Raise NotImplementedError: 3-d convolutions are postponed."""
    raise NotImplementedError(
        "conv_transpose3d is postponed; there are conv_transpose1d and conv_transpose2d"
    )


def _convolved(
    name: str,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
    axes: int,
) -> Tensor:
    check_axes(name, input, axes)
    _check_weight(name, input, weight, groups, axes)
    _check_bias(name, weight, bias, weight.shape[0])
    channels, taken = input.shape[-1 - axes], weight.shape[1] * groups
    if channels != taken:
        raise RuntimeError(
            f"{name}: weight {tuple(weight.shape)} with groups={groups} takes {taken} channels, "
            f"but input {tuple(input.shape)} has {channels}; make the weight "
            f"({weight.shape[0]}, {channels // groups}, ...)"
        )
    stride, dilation = (
        per_axis(name, "stride", stride, axes),
        per_axis(name, "dilation", dilation, axes),
    )
    check_least(name, 1, stride=stride, dilation=dilation)
    sizes, kernel = tuple(input.shape[-axes:]), tuple(weight.shape[2:])
    if padding == "same":
        windows = _same(name, sizes, kernel, stride, dilation)
    else:
        windows = windows_over(name, sizes, kernel, stride, _padding(name, padding, axes), dilation)
    if input.ndim == axes + 1:
        return convolution(input.unsqueeze(0), weight, bias, windows, groups).squeeze(0)
    return convolution(input, weight, bias, windows, groups)


def _padding(name: str, padding: Any, axes: int) -> tuple[int, ...]:
    if isinstance(padding, str):
        if padding != "valid":
            raise RuntimeError(
                f"{name}: invalid padding string {padding!r}; use 'same', 'valid' or numbers"
            )
        padding = 0
    padding = per_axis(name, "padding", padding, axes)
    check_least(name, 0, padding=padding)
    return padding


def _same(name: str, sizes: tuple, kernel: tuple, stride: tuple, dilation: tuple) -> Windows:
    """Return as many windows as elements; of an odd number of zeros more stand at the end."""
    if set(stride) != {1}:
        raise RuntimeError(
            f"{name}: padding='same' is not supported for strided convolutions, got stride "
            f"{stride}; give the padding as numbers"
        )
    before = tuple(
        spread * (width - 1) // 2 for spread, width in zip(dilation, kernel, strict=True)
    )
    return Windows(sizes, kernel, stride, before, dilation, sizes)


def _transposed(
    name: str,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
    axes: int,
) -> Tensor:
    check_axes(name, input, axes)
    _check_weight(name, input, weight, groups, axes)
    _check_bias(name, weight, bias, weight.shape[1] * groups)
    if input.shape[-1 - axes] != weight.shape[0]:
        raise RuntimeError(
            f"{name}: weight {tuple(weight.shape)} takes {weight.shape[0]} channels, but input "
            f"{tuple(input.shape)} has {input.shape[-1 - axes]}; a transposed convolution takes "
            "weight (channels, outputs / groups, ...)"
        )
    windows = _transposed_windows(
        name, input, weight, per_axis(name, "stride", stride, axes), _padding(name, padding, axes),
        per_axis(name, "output_padding", output_padding, axes),
        per_axis(name, "dilation", dilation, axes),
    )  # fmt: skip
    batch = input if input.ndim == axes + 2 else input.unsqueeze(0)
    y = transposed(batch, weight, windows, groups)
    if bias is not None:
        y = y + bias.reshape(-1, *(1,) * axes)
    return y if input.ndim == axes + 2 else y.squeeze(0)


def _transposed_windows(
    name: str, input: Tensor, weight: Tensor, stride: tuple, padding: tuple, more: tuple,
    dilation: tuple,
) -> Windows:  # fmt: skip
    check_least(name, 1, stride=stride, dilation=dilation)
    check_least(name, 0, output_padding=more)
    kernel, counts = tuple(weight.shape[2:]), tuple(input.shape[-len(stride) :])
    if any(one >= max(pair) for one, *pair in zip(more, stride, dilation, strict=True)):
        raise RuntimeError(
            f"{name}: output padding must be smaller than either stride or dilation, got "
            f"output_padding {more}, stride {stride}, dilation {dilation}"
        )
    sizes = tuple(
        (count - 1) * step - 2 * pad + spread * (width - 1) + extra + 1
        for count, step, pad, spread, width, extra in zip(
            counts, stride, padding, dilation, kernel, more, strict=True
        )
    )
    if min(sizes) < 1:
        raise RuntimeError(
            f"{name}: input {counts} with kernel {kernel} and padding {padding} makes an output "
            f"of size {sizes}, which is too small; use less padding"
        )
    return Windows(sizes, kernel, stride, padding, dilation, counts)


def _check_weight(name: str, input: Tensor, weight: Tensor, groups: int, axes: int) -> None:
    if weight.ndim != axes + 2:
        raise RuntimeError(
            f"{name}: expected a weight of {axes + 2} axes, got shape {tuple(weight.shape)}"
        )
    if groups < 1 or weight.shape[0] % groups:
        raise RuntimeError(
            f"{name}: expected weight to be divisible by groups={groups} at dimension 0, but got "
            f"weight of shape {tuple(weight.shape)}"
        )
    if input.dtype != weight.dtype:
        raise RuntimeError(
            f"{name}: input is {input.dtype} but weight is {weight.dtype}; convert the input with "
            f"x{conversion(weight.dtype)}"
        )


def _check_bias(name: str, weight: Tensor, bias: Tensor | None, outputs: int) -> None:
    if bias is None:
        return
    if tuple(bias.shape) != (outputs,):
        raise RuntimeError(
            f"{name}: given weight of shape {tuple(weight.shape)}, expected bias to be "
            f"1-dimensional with {outputs} elements, but got shape {tuple(bias.shape)}"
        )
    if bias.dtype != weight.dtype:
        raise RuntimeError(
            f"{name}: weight is {weight.dtype} but bias is {bias.dtype}; convert one of them"
        )


def unfold(
    input: Tensor, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
) -> Tensor:
    """Return what each window of images sees as columns.

    input (N, C, H, W) or (C, H, W); returns (N, C * kernel, windows), without N if input has none.
    """
    check_axes("unfold", input, 2)
    batch = input if input.ndim == 4 else input.unsqueeze(0)
    sizes = tuple(int(size) for size in input.shape[-2:])
    y = unfolded(batch, _columns("unfold", sizes, kernel_size, dilation, padding, stride))
    return y if input.ndim == 4 else y.squeeze(0)


def fold(
    input: Tensor,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Tensor:
    """Add columns up to images of `output_size`: the transpose of `unfold`.

    input (N, C * kernel, windows) or without N. Raises RuntimeError if the sizes do not fit.
    """
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"fold: expected 2D (unbatched) or 3D (batched) input, got {tuple(input.shape)}"
        )
    sizes = per_axis("fold", "output_size", output_size, 2)
    windows = _columns("fold", sizes, kernel_size, dilation, padding, stride)
    area, number = windows.kernel[0] * windows.kernel[1], windows.counts[0] * windows.counts[1]
    if input.shape[-2] % area:
        raise RuntimeError(
            f"fold: expected size of dimension {input.ndim - 2} to be divisible by the product of "
            f"kernel_size {windows.kernel}, but got input {tuple(input.shape)}"
        )
    if input.shape[-1] != number:
        raise RuntimeError(
            f"fold: {number} windows fit into output_size {sizes}, but input {tuple(input.shape)} "
            f"has {input.shape[-1]} columns"
        )
    y = folded(input if input.ndim == 3 else input.unsqueeze(0), windows)
    return y if input.ndim == 3 else y.squeeze(0)


def _columns(
    name: str, sizes: tuple, kernel: Any, dilation: Any, padding: Any, stride: Any
) -> Windows:
    kernel, stride = per_axis(name, "kernel_size", kernel, 2), per_axis(name, "stride", stride, 2)
    dilation = per_axis(name, "dilation", dilation, 2)
    check_least(name, 1, kernel_size=kernel, stride=stride, dilation=dilation)
    return windows_over(name, sizes, kernel, stride, _padding(name, padding, 2), dilation)
