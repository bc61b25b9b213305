"""exp, log and their kin on float64: polynomials that LLVM turns into vector code.

Errors are in units in the last place (ulp) over the whole domain, results below the smallest
normal number in units of the smallest denormal one. nan stays nan.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

f, u = np.float64, np.uint64
OPTIONS: dict[str, Any] = {"fastmath": {"contract"}, "error_model": "numpy"}
# Added to a float, it rounds that to an integer, which the lowest bits of the sum then hold.
ROUND = f(6755399441055744.0)
LOG2_E = f(1.4426950408889634)
LOG_2_HIGH, LOG_2_LOW = f(6.93147180369123816490e-01), f(1.90821492927058770002e-10)
# The bits of the root of a half, and what they lack of those of 1.
HALF_ROOT, TO_1 = u(0x3FE6A09E667F3BCD), u(0x00095F619980C433)
MANTISSA, EXPONENT = u(0x000FFFFFFFFFFFFF), u(52)
# A float whose lowest bits are an integer, and that float without it and the bias of exponents.
WHOLE, WHOLE_BIASED = u(0x4330000000000000), f(4503599627371519.0)


@njit(**OPTIONS)
def _bits(x: Any) -> Any:
    return f(x).view(u)


@njit(**OPTIONS)
def _float(bits: Any) -> Any:
    return u(bits).view(f)


@njit(**OPTIONS)
def exp(x: Any) -> Any:
    """e ** x within 1.1 ulp; 0 from -746 down, inf from 710 up.

    Source: Cody & Waite 1980, chapter 6: x = n log 2 + r, 2 ** n into the exponent. 2 ** n comes
    as two factors, so that denormal and the largest results come out right.
    """
    c = f(-746.0) if x < f(-746.0) else x
    c = f(710.0) if c > f(710.0) else c
    t = c * LOG2_E + (ROUND + f(2046.0))
    half = c * f(0.5 * LOG2_E) + (ROUND + f(1023.0))
    n = t - (ROUND + f(2046.0))
    r = (c - n * LOG_2_HIGH) - n * LOG_2_LOW
    k, h = _bits(t), _bits(half)
    return (f(1.0) + _exp_minus_1(r)) * _scale(h) * _scale(k - h)


@njit(**OPTIONS)
def _exp_minus_1(r: Any) -> Any:
    """e ** r - 1 for r from -log(2)/2 to log(2)/2: the minimax polynomial of degree 11."""
    p = f(2.4999857450895106e-08) * r + f(2.763052356433379e-07)
    p = p * r + f(2.755758842481258e-06)
    p = p * r + f(2.4801492388017266e-05)
    p = p * r + f(0.00019841269502735432)
    p = p * r + f(0.0013888888944249451)
    p = p * r + f(0.008333333333496928)
    p = p * r + f(0.0416666666665281)
    p = p * r + f(0.16666666666666408)
    p = p * r + f(0.5000000000000011)
    return p * (r * r) + r


@njit(**OPTIONS)
def _scale(biased: Any) -> Any:
    """2 ** n of 1023 + n in the lowest 11 bits."""
    return _float(biased << EXPONENT)


@njit(**OPTIONS)
def log(x: Any) -> Any:
    """Natural logarithm within 1 ulp; -inf at 0, nan below."""
    tiny = x < f(2.2250738585072014e-308)
    bits = _bits(x * f(18014398509481984.0) if tiny else x) + TO_1
    e = _whole(bits) - (f(54.0) if tiny else f(0.0))
    y = _log_near_1(_near_1(bits) - f(1.0), e)
    y = y if x < f(np.inf) else x
    return y if x > f(0.0) else (f(-np.inf) if x == f(0.0) else f(np.nan))


@njit(**OPTIONS)
def _near_1(bits: Any) -> Any:
    """m of m 2 ** e, between the root of a half and that of 2, of the bits plus TO_1."""
    return _float((bits & MANTISSA) + HALF_ROOT)


@njit(**OPTIONS)
def _whole(bits: Any) -> Any:
    """e of m 2 ** e; by way of the bits, as not all processors convert vectors of integers."""
    return _float((bits >> EXPONENT) | WHOLE) - WHOLE_BIASED


@njit(**OPTIONS)
def _log_near_1(d: Any, e: Any) -> Any:
    """log(1 + d) + e log 2, where 1 + d is between the root of a half and that of 2.

    Source: fdlibm log (Sun 1993): log(1 + d) = log(1 + s) - log(1 - s) for s = d / (2 + d).
    """
    s = d / (f(2.0) + d)
    z = s * s
    p = f(1.479819860511658591e-01) * z + f(1.531383769920937332e-01)
    p = p * z + f(1.818357216161805012e-01)
    p = p * z + f(2.222219843214978396e-01)
    p = p * z + f(2.857142874366239149e-01)
    p = p * z + f(3.999999999940941908e-01)
    p = p * z + f(6.666666666666735130e-01)
    half = f(0.5) * d * d
    return e * LOG_2_HIGH - ((half - (s * (half + p * z) + e * LOG_2_LOW)) - d)


@njit(**OPTIONS)
def log1p(x: Any) -> Any:
    """log(1 + x) within 2 ulp, small x included; -inf at -1, nan below.

    What the sum 1 + x lost goes to its mantissa, which is around 1.
    """
    y = f(1.0) + x
    lost = x - (y - f(1.0))
    bits = _bits(y) + TO_1
    lost = lost * _scale(u(2046) - (bits >> EXPONENT)) if x < f(1e16) else f(0.0)
    y = _log_near_1((_near_1(bits) - f(1.0)) + lost, _whole(bits))
    y = y if x < f(np.inf) and x != f(0.0) else x
    return y if x > f(-1.0) or x != x else (f(-np.inf) if x == f(-1.0) else f(np.nan))


@njit(**OPTIONS)
def tanh(x: Any) -> Any:
    """Hyperbolic tangent within 3 ulp: of e = exp(-2 |x|) - 1, -e / (2 + e); zeros keep their sign.

    Source: fdlibm tanh (Sun 1993); e is near 0 a polynomial, so that nothing cancels.
    """
    a = abs(x)
    c = f(-2.0) * (f(20.0) if a > f(20.0) else a)
    t = c * LOG2_E + (ROUND + f(1023.0))
    n = t - (ROUND + f(1023.0))
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
    large = y > f(0.41421356237309503)
    d = f(0.5) * y - f(0.5) if large else y
    return (x if x > f(0.0) else f(0.0)) + _log_near_1(d, f(1.0) if large else f(0.0))
