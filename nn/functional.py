"""Functions under the names and arguments of torch.nn.functional."""

from __future__ import annotations

import warnings
from typing import Any

import autograd
from autograd import Tensor
from autograd import bilinear as bilinear
from autograd.ops import fused

from .loss_functions import binary_cross_entropy as binary_cross_entropy
from .loss_functions import binary_cross_entropy_with_logits as binary_cross_entropy_with_logits
from .loss_functions import cross_entropy as cross_entropy
from .loss_functions import l1_loss as l1_loss
from .loss_functions import mse_loss as mse_loss
from .loss_functions import nll_loss as nll_loss


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return input @ weight.T + bias: input (..., in), weight (out, in), bias (out,) or None.

    Raises RuntimeError if sizes or dtypes differ.
    """
    return autograd.linear(input, weight, bias)


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


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Return input with elements set to 0 with probability p and the others over (1 - p).

    Outside training, and for p = 0, the input itself; draws come from the default generator, one
    an element. Raises ValueError if p is no probability.
    """
    check_probability("dropout", p)
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0.0
    return input * (autograd.bernoulli(input, 1 - p) / (1 - p))


def check_probability(name: str, p: float) -> None:
    """Raise ValueError if p is outside 0 to 1."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name} probability has to be between 0 and 1, but got {p}")


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Return int64 zeros (..., num_classes) with a 1 at each label; by default largest + 1 classes.

    Raises RuntimeError for labels that are no integers, negative, or not below num_classes.
    """
    if tensor.dtype.kind not in "iu":
        raise RuntimeError(f"one_hot: labels must be integers, got {tensor.dtype}; use .long()")
    if not tensor.numel():
        if num_classes <= 0:
            raise RuntimeError("one_hot: cannot infer the number of classes from no labels")
        return autograd.zeros(*tensor.shape, num_classes, dtype=autograd.int64)
    classes = int(tensor.max()) + 1 if num_classes == -1 else num_classes
    labels = fused.checked_classes(tensor, classes)
    return (labels.unsqueeze(-1) == autograd.arange(classes)).long()
