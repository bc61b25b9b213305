"""Comparisons beside the operators: kinds of floats, closeness, equality; and shifts of bits."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from ..operation import elementwise, op
from . import elementwise as bare
from .elementwise import check_tensors, eq
from .reduce import all_

greater, greater_equal, less, less_equal = bare.gt, bare.ge, bare.lt, bare.le
not_equal = bare.ne
isinf = elementwise("isinf", np.isinf, None, "Where x is an infinity, as booleans.")
isfinite = elementwise(
    "isfinite", np.isfinite, "x - x == 0", "Where x is neither an infinity nor nan, as booleans."
)


def isposinf(input: Any) -> Any:
    """Return where input is inf, as booleans."""
    return eq(input, math.inf)


def isneginf(input: Any) -> Any:
    """Return where input is -inf, as booleans."""
    return eq(input, -math.inf)


def isclose(
    input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Any:
    """Return where |input - other| <= atol + rtol * |other|, as booleans; they broadcast.

    Equal infinities are close, and with equal_nan two nan are. Raises RuntimeError if dtypes
    differ, or rtol or atol is negative.
    """
    check_tensors("isclose", input=input, other=other)
    if input.dtype != other.dtype:
        raise RuntimeError(f"isclose: {input.dtype} beside {other.dtype}; convert one of them")
    for name, bound in (("rtol", rtol), ("atol", atol)):
        if bound < 0:
            raise RuntimeError(f"isclose: {name} must not be negative, got {bound}")
    return close(input, other, rtol, atol, equal_nan)


@op(name="isclose", broadcasts=True)
def close(a: Any, b: Any, /, rtol: float, atol: float, equal_nan: bool) -> Any:
    """Return where a and b, of one dtype, are close."""
    return np.isclose(a, b, rtol, atol, equal_nan)


def allclose(
    input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Return whether `isclose` holds everywhere, as a Python bool."""
    return bool(all_(isclose(input, other, rtol, atol, equal_nan)))


def equal(input: Any, other: Any) -> bool:
    """Return whether two Tensors have one shape and equal elements, as a Python bool."""
    check_tensors("equal", input=input, other=other)
    return tuple(input.shape) == tuple(other.shape) and bool(all_(eq(input, other)))


def _shift(name: str, function: Any, sign: str, doc: str) -> Any:
    """Return the operation of a shift; NotImplementedError for booleans and floats."""

    def forward(a: Any, b: Any) -> Any:
        if np.result_type(a, b).kind == "b":
            raise NotImplementedError(f"{name}: not implemented for bool; use .long()")
        return function(a, b)

    return elementwise(name, forward, f"a {sign} b", doc)


bitwise_left_shift = _shift(
    "bitwise_left_shift", operator.lshift, "<<", "The bits of a, b places up: a * 2 ** b."
)
bitwise_right_shift = _shift(
    "bitwise_right_shift", operator.rshift, ">>", "The bits of a, b places down: a // 2 ** b."
)


def is_floating_point(input: Any) -> bool:
    """Return whether the dtype is one of floats."""
    return bool(input.dtype.kind == "f")


def is_complex(input: Any) -> bool:
    """Return whether the dtype is complex: never here."""
    return bool(input.dtype.kind == "c")
