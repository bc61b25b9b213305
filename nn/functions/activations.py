"""Linear maps and activations, under the names and arguments of torch.nn.functional."""

from __future__ import annotations

import warnings
from typing import Any

import autograd
from autograd import Tensor


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return input @ weight.T + bias: input (..., in), weight (out, in), bias (out,) or None.

    Raises RuntimeError if sizes or dtypes differ.
    """
    return autograd.linear(input, weight, bias)


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return input1 @ weight[k] @ input2 + bias[k] for every output k.

    input1 (..., I), input2 (..., J), weight (out, I, J), bias (out,) or None. Raises RuntimeError
    if sizes differ.
    """
    if weight.ndim != 3 or (input1.shape[-1], input2.shape[-1]) != tuple(weight.shape[1:]):
        raise RuntimeError(
            f"bilinear: weight must be (out, {input1.shape[-1]}, {input2.shape[-1]}) for inputs "
            f"{tuple(input1.shape)} and {tuple(input2.shape)}, got {tuple(weight.shape)}"
        )
    if input1.shape[:-1] != input2.shape[:-1]:
        raise RuntimeError(
            f"bilinear: inputs {tuple(input1.shape)} and {tuple(input2.shape)} must agree but for "
            "the last axis"
        )
    outputs, rows, columns = weight.shape
    matrix = weight.permute(1, 0, 2).reshape(rows, outputs * columns)
    half = (input1 @ matrix).reshape(*input1.shape[:-1], outputs, columns)
    y = (half * input2.unsqueeze(-2)).sum(-1)
    return y if bias is None else y + bias


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return max(input, 0), a new Tensor also for `inplace`; its slope at 0 is 0."""
    return autograd.relu(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Return input where it is positive, else negative_slope * input (also the slope at 0)."""
    return autograd.leaky_relu(input, negative_slope)


def sigmoid(input: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-input)), between 0 and 1."""
    return autograd.sigmoid(input)


def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent, between -1 and 1."""
    return autograd.tanh(input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """Return log(1 + exp(beta * input)) / beta; input itself where beta * input > threshold."""
    return autograd.softplus(input, beta, threshold)


def softmax(input: Tensor, dim: int | None = None, dtype: Any = None) -> Tensor:
    """Return exp(input) over its sum along axis `dim`, computed in `dtype` if one is given.

    Without dim it warns, and takes axis 0 of 0, 1 or 3 axes, else axis 1, as PyTorch does.
    """
    dim = _implicit_axis("softmax", input) if dim is None else dim
    return autograd.softmax(input if dtype is None else input.to(dtype), dim)


def log_softmax(input: Tensor, dim: int | None = None, dtype: Any = None) -> Tensor:
    """Return log(softmax(input)) along `dim`, exact where softmax would round to 0.

    dim and dtype as in `softmax`.
    """
    dim = _implicit_axis("log_softmax", input) if dim is None else dim
    return autograd.log_softmax(input if dtype is None else input.to(dtype), dim)


def _implicit_axis(name: str, input: Tensor) -> int:
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include "
        "dim=X as an argument.",
        stacklevel=3,
    )
    return 0 if input.ndim in (0, 1, 3) else 1
