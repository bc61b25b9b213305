"""Functions that SciPy computes, which is loaded when one is first called: erf, gamma, Bessel."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..operation import elementwise, op
from .elementwise import exp, log, square, where

ERF_SLOPE, NORMAL = 2 / math.sqrt(math.pi), 1 / math.sqrt(2 * math.pi)


def scipy(name: str, *first: Any) -> Callable:
    """Return SciPy's special function of this name, its first arguments given, in x's dtype."""

    def forward(x: Any) -> Any:
        from scipy import special

        y = getattr(special, name)(*first, x)
        dtype = getattr(x, "dtype", y.dtype)
        return y if y.dtype == dtype else y.astype(dtype)

    return forward


def _function(name: str, forward: Any, doc: str, **rules: Any) -> Any:
    return elementwise(name, forward, None, doc, floats=True, **rules)


erf = _function(
    "erf", scipy("erf"), "The error function: 2 / sqrt(pi) times the integral of exp(-t t) to x.",
    x=lambda g, x: g * (ERF_SLOPE * exp(-square(x))),
)  # fmt: skip
erfc = _function(
    "erfc", scipy("erfc"), "1 - erf(x), exact where that is small.",
    x=lambda g, x: g * (-ERF_SLOPE * exp(-square(x))),
)  # fmt: skip
erfinv = _function(
    "erfinv", scipy("erfinv"), "The number whose erf is x; nan beyond -1 and 1.",
    x=lambda g, y: g * (exp(square(y)) / ERF_SLOPE),
)  # fmt: skip
ndtr = _function(
    "ndtr", scipy("ndtr"), "The probability that a standard normal number is below x.",
    x=lambda g, x: g * normal_density(x),
)  # fmt: skip
lgamma = gammaln = _function(
    "lgamma", scipy("gammaln"), "log(|gamma(x)|); inf at 0 and the integers below.",
    x=lambda g, x: g * digamma(x),
)  # fmt: skip
digamma = psi = _function(
    "digamma", scipy("digamma"), "The slope of lgamma.", x=lambda g, x: g * gamma_slope(x, 1)
)
i0 = _function(
    "i0", scipy("i0"), "The modified Bessel function of order 0.", x=lambda g, x: g * i1(x)
)
i1 = _function(
    "i1", scipy("i1"), "The modified Bessel function of order 1; its slope at 0 is 0.5.",
    x=lambda g, x, y: g * where(x == 0, 0.5, i0(x) - y / where(x == 0, 1, x)),
)  # fmt: skip
entr = _function(
    "entr", scipy("entr"), "-x log(x), 0 at 0, -inf below.", x=lambda g, x: g * (-log(x) - 1)
)


def normal_density(x: Any) -> Any:
    """Return the density of the standard normal distribution."""
    return NORMAL * exp(-0.5 * square(x))


@op(name="polygamma", floats=True, x=lambda g, x, n: g * gamma_slope(x, n + 1))
def gamma_slope(x: Any, /, n: int) -> Any:
    """Return the n-th derivative of digamma."""
    return scipy("polygamma", n)(x)


def polygamma(n: int, input: Any) -> Any:
    """Return the n-th derivative of digamma; RuntimeError if n is negative."""
    if n < 0:
        raise RuntimeError(f"polygamma: n must not be negative, got {n}")
    return gamma_slope(input, n) if n else digamma(input)
