"""Normalising functions, under the names of torch.nn.functional."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, no_grad
from autograd.dtypes import conversion
from autograd.ops.normalise import moments, standardized
from autograd.ops.pooling import average_pool

from ..mistakes import look_for_constant
from .sliding import windows_over


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise the last axes, of shape normalized_shape, to mean 0 and variance 1.

    weight and bias, of that shape, then scale and shift; eps is added to the variance. Raises
    RuntimeError if shapes differ, or dtypes other than a float16 input by float32 weights.
    """
    if _is_mixed("layer_norm", input, weight, bias):
        return layer_norm(input.float(), normalized_shape, weight, bias, eps).to(input.dtype)
    dims = _last_axes("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    y = standardized(input, moments(input, dims), dims, eps)
    return _affine(y, weight, bias)


def rms_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    eps: float | None = None,
) -> Tensor:
    """Divide by the root of the mean square over the last axes, of shape normalized_shape.

    eps, by default the machine precision of the dtype, is added to the mean square. float16 is
    normalised as float32.
    """
    if input.dtype == autograd.float16:
        return rms_norm(input.float(), normalized_shape, weight, eps).to(input.dtype)
    dims = _last_axes("rms_norm", input, normalized_shape, weight=weight)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    y = input / autograd.sqrt(autograd.mean(input * input, dims, True) + eps)
    return y if weight is None else (y * weight).to(input.dtype)


def _last_axes(
    name: str, input: Tensor, shape: Sequence[int], **given: Tensor | None
) -> tuple[int, ...]:
    if not isinstance(shape, list | tuple):
        raise TypeError(f"{name}: normalized_shape must be a tuple of ints, got {shape!r}")
    shape = tuple(shape)
    if not shape:
        raise RuntimeError(f"{name}: normalized_shape must have at least one element, got ()")
    if tuple(input.shape[-len(shape) :]) != shape:
        raise RuntimeError(
            f"{name}: given normalized_shape={list(shape)}, expected input with shape "
            f"(..., {', '.join(map(str, shape))}), but got input of shape {tuple(input.shape)}"
        )
    for argument, one in given.items():
        if one is not None and tuple(one.shape) != shape:
            raise RuntimeError(
                f"{name}: expected {argument} to be of the same shape as normalized_shape "
                f"{list(shape)}, but got {tuple(one.shape)}"
            )
    _check_floats(name, input)
    return tuple(range(-len(shape), 0))


def _is_mixed(name: str, input: Tensor, *given: Tensor | None) -> bool:
    """Return whether a float16 input goes with float32; RuntimeError if dtypes differ otherwise."""
    dtypes = {one.dtype for one in given if one is not None}
    if dtypes <= {input.dtype}:
        return False
    if input.dtype != autograd.float16 or dtypes != {autograd.float32}:
        others = " and ".join(sorted(map(str, dtypes)))
        raise RuntimeError(
            f"{name}: mixed dtype: input is {input.dtype} but what is given for its channels or "
            f"features is {others}; convert the input with {conversion(max(dtypes))}"
        )
    return True


def _check_floats(name: str, input: Tensor) -> None:
    if input.dtype.kind != "f":
        raise NotImplementedError(f"{name}: not implemented for {input.dtype}; use input.float()")


def _affine(y: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def _along_channels(name: str, input: Tensor, **given: Tensor | None) -> list[Any]:
    """Return arguments of one number a channel so that they broadcast along input (N, C, ...)."""
    channels = input.shape[1]
    for argument, one in given.items():
        if one is not None and tuple(one.shape) != (channels,):
            raise RuntimeError(
                f"{name}: {argument} should contain {channels} elements, one a channel of input "
                f"{tuple(input.shape)}, but its shape is {tuple(one.shape)}"
            )
    shape = (channels, *(1,) * (input.ndim - 2))
    return [None if one is None else one.reshape(shape) for one in given.values()]


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise each channel of input (N, C, ...) to mean 0 and variance 1, then scale and shift.

    In training by mean and variance of the batch, of which a share `momentum` goes into
    running_mean and running_var (the unbiased variance), in place; else by these. All of them, and
    weight and bias, are (C,). Raises ValueError in training with one value a channel.
    """
    _check_channels("batch_norm", input)
    if _is_mixed("batch_norm", input, running_mean, running_var, weight, bias):
        known_and_scale = running_mean, running_var, weight, bias
        y = batch_norm(input.float(), *known_and_scale, training, momentum, eps)
        return y.to(input.dtype)
    _along_channels("batch_norm", input, running_mean=running_mean, running_var=running_var)
    weight, bias = _along_channels("batch_norm", input, weight=weight, bias=bias)
    if not training:
        return _by_known("batch_norm", input, running_mean, running_var, weight, bias, eps)
    dims = (0, *range(2, input.ndim))
    count = input.numel() // max(input.shape[1], 1)
    if count == 1:
        raise ValueError(
            f"batch_norm: expected more than 1 value per channel when training, got input "
            f"{tuple(input.shape)}; use a larger batch, or eval()"
        )
    known = moments(input, dims)
    look_for_constant("batch_norm", known)
    _follow(running_mean, running_var, known, count, momentum)
    return _affine(standardized(input, known, dims, eps), weight, bias)


def _check_channels(name: str, input: Tensor) -> None:
    if input.ndim < 2:
        raise IndexError(
            f"{name}: Dimension out of range: input must be (N, C, ...), got {tuple(input.shape)}"
        )
    _check_floats(name, input)


def _by_known(
    name: str,
    input: Tensor,
    mean: Tensor | None,
    var: Tensor | None,
    weight: Tensor | None,
    bias: Tensor | None,
    eps: float,
) -> Tensor:
    if mean is None or var is None:
        raise RuntimeError(
            f"{name}: running_mean and running_var must be defined in evaluation mode; give both, "
            "or normalise by the batch, with training=True"
        )
    mean, var = _along_channels(name, input, running_mean=mean, running_var=var)
    scale = 1 / autograd.sqrt(var + eps)
    scale = scale if weight is None else scale * weight
    shift = -mean * scale
    return input * scale + (shift if bias is None else shift + bias)


def _follow(
    mean: Tensor | None, var: Tensor | None, known: Tensor, count: int, momentum: float
) -> None:
    """Let running statistics (C,) follow the moments of a batch (2, instances, C, ...)."""
    with no_grad():
        if mean is not None:
            now = known[0].reshape(-1, mean.shape[0]).mean(0)
            mean.mul_(1 - momentum).add_(momentum * now)
        if var is not None:
            now = known[1].reshape(-1, var.shape[0]).mean(0) * (count / (count - 1))
            var.mul_(1 - momentum).add_(momentum * now)


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise each channel of each sample of input (N, C, ...) by itself, then scale and shift.

    Without use_input_stats by running_mean and running_var, which else follow as in `batch_norm`.
    """
    _check_channels("instance_norm", input)
    if _is_mixed("instance_norm", input, running_mean, running_var, weight, bias):
        known_and_scale = running_mean, running_var, weight, bias
        y = instance_norm(input.float(), *known_and_scale, use_input_stats, momentum, eps)
        return y.to(input.dtype)
    _along_channels("instance_norm", input, running_mean=running_mean, running_var=running_var)
    weight, bias = _along_channels("instance_norm", input, weight=weight, bias=bias)
    if not use_input_stats:
        return _by_known("instance_norm", input, running_mean, running_var, weight, bias, eps)
    dims = tuple(range(2, input.ndim))
    count = math.prod(input.shape[2:])
    if count == 1:
        raise ValueError(
            "instance_norm: expected more than 1 spatial element when training, got input "
            f"{tuple(input.shape)}"
        )
    known = moments(input, dims)
    _follow(running_mean, running_var, known, count, momentum)
    return _affine(standardized(input, known, dims, eps), weight, bias)


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise groups of channels of each sample of input (N, C, ...), then scale and shift.

    weight and bias are (C,). Raises RuntimeError if num_groups does not divide C.
    """
    shape = tuple(input.shape)
    if input.ndim < 2:
        raise RuntimeError(f"group_norm: expected input (N, C, ...), got {shape}")
    if num_groups < 1 or shape[1] % num_groups:
        raise RuntimeError(
            "group_norm: expected number of channels in input to be divisible by num_groups, but "
            f"got input {shape} and num_groups={num_groups}"
        )
    if _is_mixed("group_norm", input, weight, bias):
        return group_norm(input.float(), num_groups, weight, bias, eps).to(input.dtype)
    _check_floats("group_norm", input)
    if shape[0] * shape[1] // num_groups * math.prod(shape[2:]) == 1:
        raise ValueError(
            f"group_norm: expected more than 1 value per channel when training, got input {shape}"
        )
    weight, bias = _along_channels("group_norm", input, weight=weight, bias=bias)
    groups = input.reshape(shape[0], num_groups, math.prod(shape[1:]) // num_groups)
    y = standardized(groups, moments(groups, (2,)), (2,), eps)
    return _affine(y.reshape(shape), weight, bias)


def local_response_norm(
    input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """Divide input (N, C, ...) by (k + alpha * mean of squares of `size` channels) ** beta.

    The channels are those around each; what is missing at the ends counts as 0.
    """
    if input.ndim < 3:
        raise ValueError(
            f"local_response_norm: expected 3D or higher dimensionality input, got "
            f"{input.ndim} dimensions"
        )
    if not input.numel():
        return input
    squares = (input * input).reshape(input.shape[0], input.shape[1], -1)
    sizes = tuple(squares.shape[1:])
    windows = windows_over("local_response_norm", sizes, (size, 1), (1, 1), (size, 0), (1, 1))
    windows = windows._replace(padding=(size // 2, 0), counts=sizes)
    means = average_pool(squares, windows, size, True).reshape(input.shape)
    return input / (means * alpha + k) ** beta
