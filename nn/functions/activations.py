"""The activation functions of torch.nn.functional; `inplace` puts the result into the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
from autograd import Tensor
from autograd.inplace import celu_ as celu_
from autograd.inplace import in_place
from autograd.inplace import relu_ as relu_
from autograd.inplace import rrelu_ as rrelu_
from autograd.inplace import selu_ as selu_
from autograd.inplace import threshold_ as threshold_
from autograd.ops import activations
from autograd.user_code import warn_user

elu_ = in_place(activations.elu, "elu_")
hardtanh_ = in_place(activations.hardtanh, "hardtanh_")
leaky_relu_ = in_place(autograd.leaky_relu, "leaky_relu_")


def applied(function: Callable, name: str, input: Tensor, inplace: bool, *how: Any) -> Tensor:
    """Return function(input, *how), put into input if inplace."""
    return (in_place(function, name) if inplace else function)(input, *how)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return max(input, 0); its slope at 0 is 0."""
    return relu_(input) if inplace else autograd.relu(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Return input where it is positive, else negative_slope * input (also the slope at 0)."""
    return applied(autograd.leaky_relu, "leaky_relu_", input, inplace, negative_slope)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Limit input to 0 and 6; the slope at a bound is 0."""
    return applied(activations.relu6, "relu6_", input, inplace)


def hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """Limit input to min_val and max_val; the slope at a bound is 0.

    Raises ValueError if min_val is above max_val.
    """
    return applied(activations.hardtanh, "hardtanh_", input, inplace, min_val, max_val)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return input where it is positive, else alpha * (exp(input) - 1)."""
    return applied(activations.elu, "elu_", input, inplace, alpha)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return 1.0507 * elu(input, 1.6733), which keeps means of 0 and variances of 1."""
    return applied(activations.selu, "selu_", input, inplace)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return input where it is positive, else alpha * (exp(input / alpha) - 1).

    Raises RuntimeError if alpha is 0.
    """
    return applied(activations.celu, "celu_", input, inplace, alpha)


def rrelu(
    input: Tensor,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Tensor:
    """Return input where it is positive, else its product with a slope between lower and upper.

    In training each slope is drawn from the default generator, otherwise it is the mean. Raises
    RuntimeError if lower is above upper.
    """
    return applied(activations.rrelu, "rrelu_", input, inplace, lower, upper, training)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """Return input where it is above threshold, else value."""
    return applied(activations.threshold, "threshold_", input, inplace, threshold, value)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """Return input / 6 + 1 / 2, limited to 0 and 1."""
    return applied(activations.hardsigmoid, "hardsigmoid_", input, inplace)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return input * hardsigmoid(input)."""
    return applied(activations.hardswish, "hardswish_", input, inplace)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return input * sigmoid(input)."""
    return applied(activations.silu, "silu_", input, inplace)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return input * tanh(softplus(input))."""
    return applied(activations.mish, "mish_", input, inplace)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """Return input times the probability that a standard normal number is below it.

    approximate "tanh" takes a tanh in place of that probability. Raises RuntimeError for another.
    """
    return activations.gelu(input, approximate)


def sigmoid(input: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-input)), between 0 and 1."""
    return autograd.sigmoid(input)


def logsigmoid(input: Tensor) -> Tensor:
    """Return log(sigmoid(input)), without overflow on the way."""
    return activations.logsigmoid(input)


def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent, between -1 and 1."""
    return autograd.tanh(input)


def tanhshrink(input: Tensor) -> Tensor:
    """Return input - tanh(input)."""
    return activations.tanhshrink(input)


def softsign(input: Tensor) -> Tensor:
    """Return input / (1 + |input|)."""
    return activations.softsign(input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """Return log(1 + exp(beta * input)) / beta; input itself where beta * input > threshold."""
    return autograd.softplus(input, beta, threshold)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Return input, but 0 from -lambd to lambd."""
    return activations.hardshrink(input, lambd)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Return input nearer to 0 by lambd, 0 from -lambd to lambd.

    Raises RuntimeError if lambd is negative.
    """
    return activations.softshrink(input, lambd)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """Return input where it is positive, else weight * input.

    weight () or (1,), or (channels,) of input (batch, channels, ...). Raises RuntimeError if it
    has another shape or dtype.
    """
    return activations.prelu(input, weight)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """Return the first half of input along dim times the sigmoid of the second.

    Raises RuntimeError if that size is odd.
    """
    return activations.glu(input, dim)


def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """Return exp(input) over its sum along axis `dim`, computed in `dtype` if one is given.

    Without dim it warns, and takes axis 0 of 0, 1 or 3 axes, else axis 1, as PyTorch does.
    """
    dim = _implicit_axis("softmax", input) if dim is None else dim
    return autograd.softmax(input if dtype is None else input.to(dtype), dim)


def softmin(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """Return softmax(-input); dim and dtype as there."""
    dim = _implicit_axis("softmin", input) if dim is None else dim
    return autograd.softmax(-(input if dtype is None else input.to(dtype)), dim)


def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """Return log(softmax(input)) along `dim`, exact where softmax would round to 0.

    dim and dtype as in `softmax`.
    """
    dim = _implicit_axis("log_softmax", input) if dim is None else dim
    return autograd.log_softmax(input if dtype is None else input.to(dtype), dim)


def _implicit_axis(name: str, input: Tensor) -> int:
    warn_user(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include "
        "dim=X as an argument."
    )
    return 0 if input.ndim in (0, 1, 3) else 1


def gumbel_softmax(
    logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """Return softmax((logits + Gumbel noise) / tau) along dim: a random choice that has a slope.

    If hard, it is 1 at the largest and 0 elsewhere, with the gradient of the softmax. The noise
    comes from the default generator; eps has no effect. Source: Jang, Gu & Poole 2017.
    """
    waits = -autograd.log1p(-autograd.rand(*logits.shape, dtype=autograd.float64))
    soft = autograd.softmax((logits - autograd.log(waits).to(logits.dtype)) / tau, dim)
    if not hard:
        return soft
    known = soft.detach()
    sizes = [1] * logits.ndim
    sizes[dim] = -1
    places = autograd.arange(logits.shape[dim]).reshape(*sizes)
    chosen = (places == autograd.argmax(known, dim, keepdim=True)).to(soft.dtype)
    return chosen - known + soft
