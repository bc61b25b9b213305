"""PyTorch's arithmetic on uniform numbers, rounding for rounding: intervals and normals."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def stretched(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return uniform values on [0, 1) stretched to [low, high)."""
    first, end = values.dtype.type(low), values.dtype.type(high)
    values = fused(values, end - first, first)
    values[values == end] = first  # PyTorch's answer to a value that rounds up to high
    return values


def fused(x: np.ndarray, scale: float, shift: float) -> np.ndarray:
    """Return x * scale + shift rounded once, as a fused multiply-add instruction does."""
    if x.dtype == np.float32:
        return _fused_32(x, np.float32(scale), np.float32(shift))
    scale, shift = np.float64(scale), np.float64(shift)
    product = x * scale
    total = product + shift
    lost_in_sum = (product - (total - (total - product))) + (shift - (total - product))
    return total + (lost_in_sum + _lost_in_product(x, scale, product))


def _lost_in_product(x: np.ndarray, y: np.float64, product: np.ndarray) -> np.ndarray:
    """Return x * y - product without rounding errors (Dekker 1971)."""
    x_high, y_high = _high_half(x), _high_half(y)
    x_low, y_low = x - x_high, y - y_high
    return ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low


def _high_half(x: Any) -> Any:
    return (x.view(np.int64) & -(2**27)).view(np.float64)


def _fused_32(x: Any, y: Any, shift: Any) -> np.ndarray:
    total = np.multiply(x, y, dtype=np.float64)  # exact: two significands of 24 bits
    total += shift
    return total.astype(np.float32)


def box_muller(blocks: np.ndarray) -> None:
    """Turn rows of 16 uniform numbers into normal ones, in place: 8 radii, then 8 angles."""
    log, sine_and_cosine = _FUNCTIONS[blocks.dtype]
    radius = np.sqrt(-2 * log(1 - blocks[:, :8]))
    sine, cosine = sine_and_cosine(2 * math.pi * blocks[:, 8:])
    np.multiply(radius, cosine, out=blocks[:, :8])
    np.multiply(radius, sine, out=blocks[:, 8:])


def _each(function: Callable[[float], float], x: np.ndarray) -> np.ndarray:
    return np.array(list(map(function, x.ravel().tolist()))).reshape(x.shape)


# Cephes' single precision polynomials (Moshier 1989), highest power first, in the order of
# operations that PyTorch's vector code (avx_mathfun.h) has once its compiler fused them.
_LOG = np.array(
    [
        [7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1],
        [-1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1],
        [2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1],
    ],
    np.float32,
).ravel()
_SINE = np.array([-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1], np.float32)
_COSINE = np.array([2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2], np.float32)
_LN_2 = np.array([0.693359375, -2.12194440e-4], np.float32)
_QUARTER_PI = np.array([0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8], np.float32)


def _polynomial(coefficients: np.ndarray, x: np.ndarray) -> Any:
    y, x = coefficients[0], x.astype(np.float64)
    for coefficient in coefficients[1:]:
        y = _fused_32(y, x, coefficient)
    return y


def _log_32(x: np.ndarray) -> np.ndarray:
    significand, exponent = np.frexp(x)
    doubled = significand < np.float32(math.sqrt(0.5))
    x = (significand - 1) + np.where(doubled, significand, np.float32(0))
    power = (exponent - doubled).astype(np.float32)
    square = x * x
    tail = _fused_32(_polynomial(_LOG, x) * x, square, power * _LN_2[1])
    return _fused_32(power, _LN_2[0], x + _fused_32(square, -0.5, tail))


def _sine_and_cosine_32(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    octant = ((x * np.float32(4 / math.pi)).astype(np.int32) + 1) & ~1
    for part in _QUARTER_PI:
        x = _fused_32(octant, -part, x)
    square = x * x
    sine: Any = _fused_32(_polynomial(_SINE, square) * square, x, x)
    cosine: Any = _fused_32(_polynomial(_COSINE, square) * square, square, square * -0.5) + 1
    sine, cosine = np.where(octant & 2, (cosine, sine), (sine, cosine))
    return np.where(octant & 4, -sine, sine), np.where((octant + 2) & 4, -cosine, cosine)


_FUNCTIONS = {
    np.dtype(np.float32): (_log_32, _sine_and_cosine_32),
    # NumPy's own log, sin and cos differ from the C library's in a few last bits.
    np.dtype(np.float64): (
        lambda x: _each(math.log, x),
        lambda x: (_each(math.sin, x), _each(math.cos, x)),
    ),
}
