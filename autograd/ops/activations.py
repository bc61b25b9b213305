"""Activation functions of one element each, and what is made of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..operation import op
from ..streams import default_generator
from . import special
from .elementwise import check_tensors, exp, kind, leaky_relu, sigmoid, softplus, tanh, where
from .shape import narrow, normal_axis, reshape

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def _exponential_rule(g: Any, x: Any, alpha: float, scale: float, rate: float) -> Any:
    # What is not taken stays finite, and so do its slopes.
    slope = (alpha * scale * rate) * exp(rate * where(x <= 0, x, 0))
    return where(x <= 0, g * slope, g * scale)


@op(
    name="elu",
    floats="only",
    # exp(z) - 1 of tanh(z / 2), so that nothing cancels near 0.
    expression="scale * x if x > 0 else "
    "alpha * scale * 2 * tanh(0.5 * rate * x) / (1 - tanh(0.5 * rate * x))",
    x=_exponential_rule,
)
def exponential_unit(x: Any, /, alpha: float, scale: float, rate: float) -> Any:
    """Return scale * x where x is positive, else scale * alpha * (exp(rate * x) - 1)."""
    return np.where(x > 0, scale * x, alpha * scale * np.expm1(np.minimum(rate * x, 0)))


def elu(input: Any, alpha: float = 1.0) -> Any:
    """Return input where it is positive, else alpha * (exp(input) - 1)."""
    return exponential_unit(input, alpha, 1.0, 1.0)


def selu(input: Any) -> Any:
    """Return 1.0507 * elu(input, 1.6733): means of 0 and variances of 1 stay.

    Source: Klambauer et al. 2017, equation 2.
    """
    return exponential_unit(input, SELU_ALPHA, SELU_SCALE, 1.0)


def celu(input: Any, alpha: float = 1.0) -> Any:
    """Return input where it is positive, else alpha * (exp(input / alpha) - 1).

    Raises RuntimeError if alpha is 0.
    """
    if alpha == 0:
        raise RuntimeError("celu: ZeroDivisionError: alpha must not be 0")
    return exponential_unit(input, alpha, 1.0, 1 / alpha)


GELU_RATE, GELU_CUBE = math.sqrt(2 / math.pi), 0.044715
GELUS = ("none", "tanh")


def gelu(input: Any, approximate: str = "none") -> Any:
    """Return input times the probability that a standard normal number is below it.

    approximate "tanh" takes a tanh in place of that probability. Raises RuntimeError for another.
    """
    if approximate not in GELUS:
        raise RuntimeError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")
    return gelu_of_tanh(input) if approximate == "tanh" else gelu_of_normal(input)


@op(
    name="gelu",
    floats="only",
    x=lambda g, x: g * (special.ndtr(x) + x * special.normal_density(x)),
)
def gelu_of_normal(x: Any) -> Any:
    """Return x times the probability that a standard normal number is below x."""
    return x * special.scipy("ndtr")(x)


def _gelu_rule(g: Any, x: Any) -> Any:
    t = tanh(GELU_RATE * (x + GELU_CUBE * (x * x * x)))
    slope = GELU_RATE * (1 + 3 * GELU_CUBE * (x * x))
    return g * (0.5 * (1 + t) + 0.5 * x * ((1 - t * t) * slope))


@op(
    name="gelu_tanh",
    floats="only",
    expression="0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * (x * x * x))))",
    x=_gelu_rule,
)
def gelu_of_tanh(x: Any) -> Any:
    """Return gelu(x) to about 1e-3. Source: Hendrycks & Gimpel 2016."""
    return 0.5 * x * (1 + np.tanh(GELU_RATE * (x + GELU_CUBE * (x * x * x))))


def _silu_rule(g: Any, x: Any) -> Any:
    s = sigmoid(x)
    return g * (s * (1 + x * (1 - s)))


@op(floats="only", expression="x / (1 + exp(-x))", x=_silu_rule)
def silu(x: Any) -> Any:
    """Return x * sigmoid(x)."""
    return x / (1 + np.exp(-x))


def _mish_rule(g: Any, x: Any) -> Any:
    t = tanh(softplus(x))
    return g * (t + x * sigmoid(x) * (1 - t * t))


@op(
    floats="only",
    expression="x * tanh(x if x > 20 else log1p(exp(x)))",
    x=_mish_rule,
)
def mish(x: Any) -> Any:
    """Return x * tanh(log(1 + exp(x)))."""
    return x * np.tanh(np.where(x > 20, x, np.log1p(np.exp(x))))


def softsign(input: Any) -> Any:
    """Return input / (1 + |input|)."""
    return input / (abs(input) + 1)


def tanhshrink(input: Any) -> Any:
    """Return input - tanh(input)."""
    return input - tanh(input)


@op(
    expression="min_val if x < min_val else max_val if x > max_val else x",
    x=lambda g, x, min_val, max_val: where((x <= min_val) | (x >= max_val), 0, g),
)
def hardtanh(x: Any, /, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """Limit x to min_val and max_val; the slope at a bound is 0, unlike clamp's.

    Raises ValueError if min_val is above max_val.
    """
    if min_val > max_val:
        raise ValueError(f"hardtanh: min_val {min_val} is above max_val {max_val}")
    if kind(x) == "b":
        raise NotImplementedError("hardtanh: not implemented for bool; use .float()")
    whole = kind(x) != "f"
    return np.clip(x, int(min_val), int(max_val)) if whole else np.clip(x, min_val, max_val)


def relu6(input: Any) -> Any:
    """Limit input to 0 and 6; the slope at a bound is 0."""
    return hardtanh(input, 0.0, 6.0)


@op(
    floats="only",
    expression="0.0 if x <= -3 else 1.0 if x >= 3 else (x + 3) / 6",
    x=lambda g, x: where((x > -3) & (x < 3), g / 6, 0),
)
def hardsigmoid(x: Any) -> Any:
    """Return x / 6 + 1 / 2, limited to 0 and 1."""
    return np.clip(x + 3, 0, 6) / 6


@op(
    floats="only",
    expression="x * 0 if x <= -3 else x if x >= 3 else x * ((x + 3) / 6)",
    x=lambda g, x: where(x <= -3, 0, where(x < 3, g * (x / 3 + 0.5), g)),
)
def hardswish(x: Any) -> Any:
    """Return x * hardsigmoid(x)."""
    return x * (np.clip(x + 3, 0, 6) / 6)


@op(
    floats="only",
    expression="0.0 if x >= -lambd and x <= lambd else x",
    x=lambda g, x, lambd: where((x >= -lambd) & (x <= lambd), 0, g),
)
def hardshrink(x: Any, /, lambd: float = 0.5) -> Any:
    """Return x, but 0 from -lambd to lambd."""
    return np.where((x >= -lambd) & (x <= lambd), 0, x)


@op(
    floats="only",
    expression="x - lambd if x > lambd else x + lambd if x < -lambd else x * 0",
    x=lambda g, x, lambd: where((x >= -lambd) & (x <= lambd), 0, g),
)
def softshrink(x: Any, /, lambd: float = 0.5) -> Any:
    """Return x nearer to 0 by lambd, 0 from -lambd to lambd.

    Raises RuntimeError if lambd is negative.
    """
    if lambd < 0:
        raise RuntimeError(f"softshrink: lambd must not be negative, got {lambd}")
    return np.where(x > lambd, x - lambd, np.where(x < -lambd, x + lambd, x * 0))


@op(
    name="log_sigmoid",
    floats="only",
    expression="(x if x < 0 else 0.0) - log1p(exp(-abs(x)))",
    x=lambda g, x: g * sigmoid(-x),
)
def logsigmoid(x: Any) -> Any:
    """Return log(sigmoid(x)), without overflow on the way."""
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


@op(
    expression="value if x <= threshold else x",
    x=lambda g, x, threshold: where(x <= threshold, 0, g),
)
def threshold(x: Any, /, threshold: float, value: float) -> Any:
    """Return x where it is above threshold, else value."""
    if kind(x) == "b":
        raise NotImplementedError("threshold: not implemented for bool; use .float()")
    return np.where(x <= threshold, np.asarray(value).astype(x.dtype), x)


@op(
    name="prelu",
    broadcasts=True,
    promotes=True,
    floats="only",
    expression="x if x > 0 else weight * x",
    x=lambda g, x, weight: where(x > 0, g, g * weight),
    weight=lambda g, x: where(x > 0, 0, g * x),
)
def sloped(x: Any, weight: Any, /) -> Any:
    """Return x where it is positive, else weight * x; they broadcast."""
    return np.where(x > 0, x, weight * x)


def prelu(input: Any, weight: Any) -> Any:
    """Return input where it is positive, else weight * input.

    weight () or (1,), or (channels,) of input (batch, channels, ...). Raises RuntimeError if it
    has another shape or dtype.
    """
    check_tensors("prelu", input=input, weight=weight)
    if weight.dtype != input.dtype:
        raise RuntimeError(f"prelu: weight is {weight.dtype}, input {input.dtype}; convert one")
    if weight.ndim > 1:
        raise RuntimeError(f"prelu: weight must have at most one axis, got {tuple(weight.shape)}")
    count = math.prod(weight.shape)
    if count == 1:
        return sloped(input, reshape(weight, ()))
    channels = input.shape[1] if input.ndim > 1 else min(input.ndim, 1)
    if count != channels:
        raise RuntimeError(
            f"prelu: weight has {count} slopes, input of shape {tuple(input.shape)} has "
            f"{channels} channels"
        )
    return sloped(input, reshape(weight, (count, *[1] * (input.ndim - 2))))


def glu(input: Any, dim: int = -1) -> Any:
    """Return the first half of input along dim times the sigmoid of the second.

    Raises RuntimeError if that size is odd.
    """
    if not input.ndim:
        raise RuntimeError("glu: input has no axis to halve; unsqueeze(0) it")
    axis = normal_axis(dim, input.ndim, "glu")
    half, rest = divmod(input.shape[axis], 2)
    if rest:
        raise RuntimeError(f"glu: axis {axis} has size {input.shape[axis]}, which is odd")
    if input.dtype.kind != "f":
        raise NotImplementedError(f"glu: not implemented for {input.dtype}; convert with .float()")
    return narrow(input, axis, 0, half) * sigmoid(narrow(input, axis, half, half))


def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    generator: Any = None,
) -> Any:
    """Return input where it is positive, else its product with a random slope.

    In training each slope is drawn from lower to upper, otherwise it is their mean. Raises
    RuntimeError if lower is above upper, NotImplementedError for integers.
    """
    if lower > upper:
        raise RuntimeError(f"rrelu: lower {lower} is above upper {upper}")
    if not training:
        return leaky_relu(input, (lower + upper) / 2)
    generator = default_generator if generator is None else generator
    return input * drawn_slopes(input, lower, upper, generator)


@op(name="rrelu", floats="only")
def drawn_slopes(x: Any, /, lower: float, upper: float, generator: Any) -> Any:
    """Return 1 where x is positive, elsewhere draws from lower to upper, made in that order."""
    slopes = np.ones_like(x, order="C")
    places = x <= 0
    slopes[places] = generator.uniform(int(places.sum()), lower, upper, np.float64)
    return slopes
