"""Arithmetic on top of the operators: scaled sums, kinds of quotients, limits, mixtures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import NUMBERS, float64, result_type
from ..operation import elementwise, op
from . import elementwise as bare
from .elementwise import check_tensors, kind, mul, pow_, sign, to_dtype, where
from .rounding import floored_quotient, is_whole, truncated_quotient


def add(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """Return input + alpha * other; the dtype is that of input + other.

    Raises RuntimeError where integers would be scaled by a float.
    """
    return bare.add(
        input, other if type(alpha) is int and alpha == 1 else _scaled("add", input, other, alpha)
    )


def sub(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """Return input - alpha * other; the dtype is that of input - other.

    Raises RuntimeError where integers would be scaled by a float.
    """
    return bare.sub(
        input, other if type(alpha) is int and alpha == 1 else _scaled("sub", input, other, alpha)
    )


def _scaled(name: str, input: Any, other: Any, alpha: Any) -> Any:
    dtype = result_type(input, other)
    if type(alpha) is bool and dtype.kind != "b":
        raise RuntimeError(f"{name}: alpha is {alpha} but the result is {dtype}; give a number")
    if type(alpha) is float and dtype.kind != "f":
        raise RuntimeError(
            f"{name}: alpha must be an integer for results of {dtype}, got {alpha}; convert with "
            ".float() first"
        )
    if dtype.kind == "b":
        return bare.logical_and(other, bool(alpha))
    return mul(other if type(other) in NUMBERS else to_dtype(other, dtype), alpha)


subtract, multiply, negative, absolute = sub, mul, bare.neg, bare.abs_
true_divide = bare.div
QUOTIENTS = {None: bare.div, "trunc": truncated_quotient, "floor": floored_quotient}


def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Any:
    """Return input / other, a float; rounded towards 0 with "trunc", down with "floor".

    Rounded quotients of integers are integers. Raises RuntimeError for another rounding_mode, and
    where an integer would be divided by 0.
    """
    if rounding_mode not in QUOTIENTS:
        raise RuntimeError(
            f"div: rounding_mode must be None, 'trunc' or 'floor', got {rounding_mode!r}"
        )
    return QUOTIENTS[rounding_mode](input, other)


divide = div


def positive(input: Any) -> Any:
    """Return input itself; RuntimeError for booleans."""
    if input.dtype.kind == "b":
        raise RuntimeError("positive: not supported for booleans; convert with .long()")
    return input


rsqrt = elementwise(
    "rsqrt", lambda x: 1 / np.sqrt(x), "1 / sqrt(x)", "1 / sqrt(x); inf at 0, nan below.",
    floats=True, x=lambda g, y: g * (-0.5 * (y * y * y)),
)  # fmt: skip


def clamp(input: Any, min: Any = None, max: Any = None) -> Any:
    """Limit input to min and max, numbers or Tensors that broadcast, either of which may be None.

    Where min is above max, the result is max. A bound that is met still passes the slope of input;
    Tensors as bounds get a gradient where they cut. Raises RuntimeError if both are None.
    """
    if not (hasattr(min, "dtype") or hasattr(max, "dtype")):
        return bare.clamp(input, min, max)
    if max is None:
        return not_below(input, min)
    return not_above(input, max) if min is None else between(input, min, max)


clip = clamp


def clamp_min(input: Any, min: Any) -> Any:
    """Limit input to min, a number or Tensor, from below."""
    return clamp(input, min)


def clamp_max(input: Any, max: Any) -> Any:
    """Limit input to max, a number or Tensor, from above."""
    return clamp(input, None, max)


not_below = elementwise(
    "clamp_min", np.maximum, "a if a >= b or a != a else b",
    "x, but a lower bound where that is above.",
    a=lambda g, a, b: where(a >= b, g, 0), b=lambda g, a, b: where(a < b, g, 0),
)  # fmt: skip
not_above = elementwise(
    "clamp_max", np.minimum, "a if a <= b or a != a else b",
    "x, but an upper bound where that is below.",
    a=lambda g, a, b: where(a <= b, g, 0), b=lambda g, a, b: where(a > b, g, 0),
)  # fmt: skip


@op(
    name="clamp_between",
    broadcasts=True,
    promotes=True,
    expression="x + low + high if x != x or low != low or high != high else "
    "high if x > high or low > high else low if x < low else x",
    x=lambda g, x, low, high: where((x >= low) & (x <= high), g, 0),
    low=lambda g, x, low, high: where((x < low) & (low < high), g, 0),
    high=lambda g, x, low, high: where((x > high) | (high < low), g, 0),
)
def between(x: Any, low: Any, high: Any) -> Any:
    """Return x, but a bound where x is beyond it; high where low is above it."""
    return np.minimum(np.maximum(x, low), high)


# Of equal values the first gets the gradient.
fmax = elementwise(
    "fmax", np.fmax, "a if a >= b or b != b else b",
    "The larger of a and b; the other one where one is nan.",
    a=lambda g, a, b: where((a >= b) | (b != b), g, 0),
    b=lambda g, a, b: where((a >= b) | (b != b), 0, g),
)  # fmt: skip
fmin = elementwise(
    "fmin", np.fmin, "a if a <= b or b != b else b",
    "The smaller of a and b; the other one where one is nan.",
    a=lambda g, a, b: where((a <= b) | (b != b), g, 0),
    b=lambda g, a, b: where((a <= b) | (b != b), 0, g),
)  # fmt: skip


def lerp(input: Any, end: Any, weight: Any) -> Any:
    """Return input + weight * (end - input); weight is a number or a Tensor, and all broadcast.

    Raises RuntimeError if dtypes differ, NotImplementedError for integers.
    """
    check_tensors("lerp", input=input, end=end)
    for name, one in (("end", end), ("weight", weight)):
        if hasattr(one, "dtype") and one.dtype != input.dtype:
            raise RuntimeError(
                f"lerp: {name} is {one.dtype}, input {input.dtype}; convert one of them"
            )
    if input.dtype.kind != "f":
        raise NotImplementedError(f"lerp: not implemented for {input.dtype}; convert with .float()")
    return mixed(input, end, weight)


@op(
    name="lerp",
    broadcasts=True,
    promotes=True,
    floats="only",
    expression="x + weight * (end - x) if abs(weight) < 0.5 else end - (end - x) * (1 - weight)",
    x=lambda g, weight: g * (1 - weight),
    end=lambda g, weight: g * weight,
    weight=lambda g, x, end: g * (end - x),
)
def mixed(x: Any, end: Any, weight: Any) -> Any:
    """Return the point at `weight` of the way from x to end, exact at both ends."""
    way = end - x
    return np.where(np.less(np.abs(weight), 0.5), x + weight * way, end - way * (1 - weight))


def addcmul(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """Return input + value * tensor1 * tensor2; the three broadcast.

    For integers value counts without its fraction.
    """
    check_tensors("addcmul", input=input, tensor1=tensor1, tensor2=tensor2)
    dtype = result_type(input, tensor1, tensor2)
    input, tensor1, tensor2 = (to_dtype(one, dtype) for one in (input, tensor1, tensor2))
    if dtype.kind != "f":
        value = int(value)
    return bare.add(input, _times(tensor1, value) * tensor2)


def addcdiv(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """Return input + value * tensor1 / tensor2; the three broadcast.

    Raises RuntimeError if tensor1 and tensor2 are both of integers.
    """
    check_tensors("addcdiv", input=input, tensor1=tensor1, tensor2=tensor2)
    if tensor1.dtype.kind != "f" and tensor2.dtype.kind != "f":
        raise RuntimeError(
            f"addcdiv: no quotient of {tensor1.dtype} and {tensor2.dtype}; use input + value * "
            "(tensor1 / tensor2), or div with a rounding_mode"
        )
    dtype = result_type(input, tensor1, tensor2)
    input, tensor1, tensor2 = (to_dtype(one, dtype) for one in (input, tensor1, tensor2))
    return bare.add(input, _times(tensor1, value) / tensor2)


def _times(x: Any, value: Any) -> Any:
    return x if is_whole(value) and value == 1 else x * value


@op(x=lambda g, x: where(x - x == 0, g, 0))
def nan_to_num(
    x: Any, /, nan: float | None = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Any:
    """Put `nan` in place of nan, and posinf and neginf (the largest floats) of infinities."""
    if kind(x) != "f":
        return x.copy()
    return np.nan_to_num(x, nan=nan or 0.0, posinf=posinf, neginf=neginf)


def float_power(input: Any, exponent: Any) -> Any:
    """Return input ** exponent, both as float64; one may be a number."""
    base, exponent = (
        to_dtype(one, float64) if hasattr(one, "dtype") else float(one) for one in (input, exponent)
    )
    return pow_(base, exponent)


copysign = elementwise(
    "copysign", np.copysign, None, "a with the sign of b, of a zero too; flat in b.",
    floats=True, a=lambda g, a, b: g * (copysign(sign(a), b) * sign(a)), b=lambda g: g * 0,
)  # fmt: skip
signbit = elementwise(
    "signbit", lambda x: np.signbit(x) if kind(x) == "f" else np.less(x, 0), None,
    "Where x has a minus sign, -0. too, as booleans.",
)  # fmt: skip
hypot = elementwise(
    "hypot", np.hypot, None, "sqrt(a * a + b * b), without overflow on the way.",
    floats="only", a=lambda g, a, y: g * (a / y), b=lambda g, b, y: g * (b / y),
)  # fmt: skip


def ldexp(input: Any, other: Any) -> Any:
    """Return input * 2 ** other, a float."""
    dtype = result_type(input, other, 1.0)
    return mul(input, pow_(2.0, to_dtype(other, dtype) if hasattr(other, "dtype") else other))


def deg2rad(input: Any) -> Any:
    """Return degrees in radians."""
    return mul(input, math.pi / 180)


def rad2deg(input: Any) -> Any:
    """Return radians in degrees."""
    return mul(input, 180 / math.pi)
