"""exp, log and their kin on float32: polynomials that LLVM turns into vector code.

Errors are in units in the last place (ulp) over the whole domain, results below the smallest
normal number in units of the smallest denormal one. nan stays nan.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

f, i = np.float32, np.int32
OPTIONS: dict[str, Any] = {"fastmath": {"contract"}, "error_model": "numpy"}
# Added to a float, it rounds that to an integer, which the lowest bits of the sum then hold.
ROUND = f(12582912.0)
LOG2_E = f(1.4426950408889634)
LOG_2_HIGH, LOG_2_LOW = f(0.693359375), f(-2.12194440e-4)


@njit(**OPTIONS)
def _bits(x: Any) -> Any:
    return f(x).view(i)


@njit(**OPTIONS)
def _float(bits: Any) -> Any:
    return i(bits).view(f)


@njit(**OPTIONS)
def exp(x: Any) -> Any:
    """e ** x within 1.1 ulp; 0 from -104 down, inf from 89 up.

    Source: Cody & Waite 1980, chapter 6: x = n log 2 + r, 2 ** n into the exponent. 2 ** n comes
    as two factors, so that denormal and the largest results come out right.
    """
    c = f(-104.0) if x < f(-104.0) else x
    c = f(89.0) if c > f(89.0) else c
    t = c * LOG2_E + (ROUND + f(254.0))
    half = c * f(0.5 * LOG2_E) + (ROUND + f(127.0))
    n = t - (ROUND + f(254.0))
    r = (c - n * LOG_2_HIGH) - n * LOG_2_LOW
    k, h = _bits(t), _bits(half)
    return (f(1.0) + _exp_minus_1(r)) * _scale(h) * _scale(i(k - h))


@njit(**OPTIONS)
def _exp_minus_1(r: Any) -> Any:
    """e ** r - 1 for r from -log(2)/2 to log(2)/2: the minimax polynomial of degree 6."""
    p = f(0.0013814319) * r + f(0.008368851)
    p = p * r + f(0.0416684)
    p = p * r + f(0.1666652)
    p = p * r + f(0.49999994)
    return p * (r * r) + r


@njit(**OPTIONS)
def _scale(biased: Any) -> Any:
    """2 ** n of 127 + n in the lowest 8 bits."""
    return _float(biased << i(23))


@njit(**OPTIONS)
def log(x: Any) -> Any:
    """Natural logarithm within 1 ulp; -inf at 0, nan below.

    Source: Cephes logf (Moshier 1989): a polynomial in m - 1 of x = m 2 ** e, m around 1.
    """
    tiny = x < f(1.17549435e-38)
    bits = i(_bits(x * f(8388608.0) if tiny else x) - i(0x3F3504F3))
    e = f(i(bits >> 23)) - (f(23.0) if tiny else f(0.0))
    m = _float((bits & i(0x007FFFFF)) + i(0x3F3504F3))
    y = _log_near_1(m - f(1.0), e)
    y = y if x < f(np.inf) else x
    return y if x > f(0.0) else (f(-np.inf) if x == f(0.0) else f(np.nan))


@njit(**OPTIONS)
def _log_near_1(d: Any, e: Any) -> Any:
    """log(1 + d) + e log 2, where 1 + d is between the root of a half and that of 2."""
    z = d * d
    p = f(7.0376836292e-2) * d + f(-1.1514610310e-1)
    p = p * d + f(1.1676998740e-1)
    p = p * d + f(-1.2420140846e-1)
    p = p * d + f(1.4249322787e-1)
    p = p * d + f(-1.6668057665e-1)
    p = p * d + f(2.0000714765e-1)
    p = p * d + f(-2.4999993993e-1)
    p = p * d + f(3.3333331174e-1)
    y = p * d * z + e * LOG_2_LOW - f(0.5) * z
    return d + y + e * LOG_2_HIGH


@njit(**OPTIONS)
def log1p(x: Any) -> Any:
    """log(1 + x) within 2 ulp, small x included; -inf at -1, nan below.

    What the sum 1 + x lost goes to its mantissa, which is around 1.
    """
    y = f(1.0) + x
    lost = x - (y - f(1.0))
    bits = i(_bits(y) - i(0x3F3504F3))
    e = i(bits >> 23)
    m = _float((bits & i(0x007FFFFF)) + i(0x3F3504F3))
    lost = lost * _scale(i(i(127) - e)) if x < f(1e8) else f(0.0)
    y = _log_near_1((m - f(1.0)) + lost, f(e))
    y = y if x < f(np.inf) and x != f(0.0) else x
    return y if x > f(-1.0) or x != x else (f(-np.inf) if x == f(-1.0) else f(np.nan))


@njit(**OPTIONS)
def tanh(x: Any) -> Any:
    """Hyperbolic tangent within 3 ulp: of e = exp(-2 |x|) - 1, -e / (2 + e); zeros keep their sign.

    Source: fdlibm tanh (Sun 1993); e is near 0 a polynomial, so that nothing cancels.
    """
    a = abs(x)
    c = f(-2.0) * (f(10.0) if a > f(10.0) else a)
    t = c * LOG2_E + (ROUND + f(127.0))
    n = t - (ROUND + f(127.0))
    r = (c - n * LOG_2_HIGH) - n * LOG_2_LOW
    s = _scale(_bits(t))
    e = s * _exp_minus_1(r) + (s - f(1.0))
    return np.copysign(e / (e + f(2.0)), x)


@njit(**OPTIONS)
def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) within 3 ulp, denormal results included: of exp(-|x|), which is small."""
    e = exp(-abs(x))
    return (e if x < f(0.0) else f(1.0)) / (f(1.0) + e)


@njit(**OPTIONS)
def softplus(x: Any) -> Any:
    """log(1 + exp(x)) within 3 ulp: max(x, 0) + log(1 + exp(-|x|)), which nothing overflows."""
    y = exp(-abs(x))
    large = y > f(0.41421357)
    d = f(0.5) * y - f(0.5) if large else y
    return (x if x > f(0.0) else f(0.0)) + _log_near_1(d, f(1.0) if large else f(0.0))
