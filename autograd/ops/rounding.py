"""Rounding: to integers, to decimals, towards 0, and the quotients and rests that go with it."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..dtypes import NUMBERS
from ..operation import elementwise, op
from .elementwise import but_booleans, kind, whole


def _flat(name: str, function: Any, doc: str) -> Any:
    """Return the operation of a function that is flat wherever it has a slope."""
    return elementwise(name, but_booleans(name, function), None, doc, x=lambda g: g * 0)


floor = _flat("floor", np.floor, "The largest integer not above x.")
ceil = _flat("ceil", np.ceil, "The smallest integer not below x.")
trunc = fix = _flat("trunc", np.trunc, "x without its fraction: rounded towards 0.")
frac = elementwise(
    "frac", lambda x: x - np.trunc(x), None, "x less trunc(x), with the sign of x.",
    floats="only", x=lambda g: g,
)  # fmt: skip


@op(name="round", x=lambda g: g * 0)
def round_(x: Any, /, decimals: int | None = None) -> Any:
    """Round to so many decimals, by default to integers; ties go to the even neighbour.

    Negative decimals round to tens, hundreds and so on. Raises NotImplementedError for booleans,
    and for integers where decimals are given.
    """
    if kind(x) == "b" or (kind(x) != "f" and decimals is not None):
        raise NotImplementedError(
            f"round: not implemented for {x.dtype} with decimals={decimals}; convert with .float()"
        )
    if not decimals:
        return np.rint(x) if kind(x) == "f" else x.copy()
    scale = 10.0 ** abs(decimals)
    return np.rint(x * scale) / scale if decimals > 0 else np.rint(x / scale) * scale


def _towards_0(a: Any, b: Any) -> Any:
    if kind(a) == "f" and kind(b) == "f":
        return np.trunc(np.true_divide(a, b))
    y = a // b
    # What is rounded down and negative is one too low, unless nothing was left.
    return y + ((y < 0) & (a % b != 0)).astype(y.dtype)


def _fmod(a: Any, b: Any) -> Any:
    return np.fmod(a, b)


truncated_quotient = elementwise(
    "div_trunc", whole("div", _towards_0), None,
    "a / b rounded towards 0; integers over 0 raise RuntimeError.",
    a=lambda g: g * 0, b=lambda g: g * 0,
)  # fmt: skip
floored_quotient = elementwise(
    "div_floor", whole("div", operator.floordiv), "a // b",
    "a / b rounded to minus infinity; integers over 0 raise RuntimeError.",
    a=lambda g: g * 0, b=lambda g: g * 0,
)  # fmt: skip
fmod = elementwise(
    "fmod", whole("fmod", _fmod), None,
    "The rest of a over b, with the sign of a; integers over 0 raise RuntimeError.",
    a=lambda g: g, b=lambda g, a, b: -g * truncated_quotient(a, b),
)  # fmt: skip


def is_whole(number: Any) -> bool:
    """Return whether a Python number is an integer or a boolean."""
    return type(number) in NUMBERS and type(number) is not float
