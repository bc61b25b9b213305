"""Exponentials, logarithms, trigonometric and hyperbolic functions beside the most common ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import NUMBERS
from ..operation import elementwise, op
from .elementwise import cos, sigmoid, sqrt, where

LOG_2, LOG_10 = math.log(2), math.log(10)


def _function(name: str, forward: Any, doc: str, **rules: Any) -> Any:
    return elementwise(name, forward, None, doc, floats=True, **rules)


expm1 = _function("expm1", np.expm1, "exp(x) - 1, exact for small x.", x=lambda g, y: g * (y + 1))
exp2 = _function("exp2", np.exp2, "2 ** x.", x=lambda g, y: g * (y * LOG_2))
log2 = _function(
    "log2", np.log2, "Logarithm to base 2; -inf at 0, nan below.", x=lambda g, x: g / (x * LOG_2)
)
log10 = _function(
    "log10", np.log10, "Logarithm to base 10; -inf at 0, nan below.",
    x=lambda g, x: g / (x * LOG_10),
)  # fmt: skip


def _logaddexp2(a: Any, b: Any) -> Any:
    return np.logaddexp2(a, b)


logaddexp = elementwise(
    "logaddexp", np.logaddexp, None, "log(exp(a) + exp(b)), without overflow on the way.",
    floats="only", a=lambda g, a, b: g * sigmoid(a - b), b=lambda g, a, b: g * sigmoid(b - a),
)  # fmt: skip
logaddexp2 = elementwise(
    "logaddexp2", _logaddexp2, None, "log2(2 ** a + 2 ** b), without overflow on the way.",
    floats="only",
    a=lambda g, a, b: g * sigmoid((a - b) * LOG_2), b=lambda g, a, b: g * sigmoid((b - a) * LOG_2),
)  # fmt: skip


def _xlogy(a: Any, b: Any) -> Any:
    # The logarithm of a number is to stay one, which takes the dtype of the array.
    logarithm = float(np.log(b)) if type(b) in NUMBERS else np.log(b)
    return np.where(np.equal(a, 0) & np.equal(b, b), 0, a * logarithm)


xlogy = elementwise(
    "xlogy", _xlogy, "0.0 if a == 0 and b == b else a * log(b)", "a * log(b), 0 where a is 0.",
    floats=True,
    a=lambda g, a, b: where((a == 0) & (b <= 0), 0, xlogy(g, b)), b=lambda g, a, b: g * (a / b),
)  # fmt: skip

tan = _function("tan", np.tan, "Tangent of radians.", x=lambda g, y: g * (1 + y * y))
asin = arcsin = _function(
    "asin", np.arcsin, "The angle whose sine is x, between -pi/2 and pi/2; nan beyond -1 and 1.",
    x=lambda g, x: g / sqrt(1 - x * x),
)  # fmt: skip
acos = arccos = _function(
    "acos", np.arccos, "The angle whose cosine is x, between 0 and pi; nan beyond -1 and 1.",
    x=lambda g, x: -g / sqrt(1 - x * x),
)  # fmt: skip
atan = arctan = _function(
    "atan", np.arctan, "The angle whose tangent is x, between -pi/2 and pi/2.",
    x=lambda g, x: g / (1 + x * x),
)  # fmt: skip
# At the origin PyTorch's slopes are 0.
atan2 = arctan2 = _function(
    "atan2", np.arctan2, "The angle from the positive axis to the point (b, a), of -pi to pi.",
    a=lambda g, a, b: g * (b / _squared_radius(a, b)),
    b=lambda g, a, b: -g * (a / _squared_radius(a, b)),
)  # fmt: skip


def _squared_radius(a: Any, b: Any) -> Any:
    return where((a == 0) & (b == 0), 1, a * a + b * b)


sinh = _function("sinh", np.sinh, "Hyperbolic sine.", x=lambda g, x: g * cosh(x))
cosh = _function("cosh", np.cosh, "Hyperbolic cosine.", x=lambda g, x: g * sinh(x))
asinh = arcsinh = _function(
    "asinh", np.arcsinh, "The number whose hyperbolic sine is x.",
    x=lambda g, x: g / sqrt(x * x + 1),
)  # fmt: skip
acosh = arccosh = _function(
    "acosh", np.arccosh, "The number from 0 whose hyperbolic cosine is x; nan below 1.",
    x=lambda g, x: g / sqrt(x * x - 1),
)  # fmt: skip
atanh = arctanh = _function(
    "atanh", np.arctanh, "The number whose hyperbolic tangent is x; nan beyond -1 and 1.",
    x=lambda g, x: g / (1 - x * x),
)  # fmt: skip


def _sinc(x: Any) -> Any:
    z = math.pi * x
    at_0 = np.equal(z, 0)
    return np.where(at_0, 1, np.sin(z) / np.where(at_0, 1, z))


sinc = _function(
    "sinc", _sinc, "sin(pi x) / (pi x), 1 at 0.",
    x=lambda g, x: g * ((cos(math.pi * x) - sinc(x)) / where(x == 0, 1, x)),
)  # fmt: skip


def _logit_rule(g: Any, x: Any, eps: float | None) -> Any:
    slope = g / (x * (1 - x))
    if eps is None:
        return where((x < 0) | (x > 1), math.nan, slope)
    return where((x < eps) | (x > 1 - eps), 0, slope)


@op(floats=True, x=_logit_rule)
def logit(x: Any, /, eps: float | None = None) -> Any:
    """Return log(x / (1 - x)), the inverse of sigmoid; x is first limited to eps and 1 - eps.

    Without eps it is nan beyond 0 and 1.
    """
    if eps is not None:
        x = np.clip(x, eps, 1 - eps)
    return np.log(x / (1 - x))
