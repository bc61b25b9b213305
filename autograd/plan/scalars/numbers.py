"""TracedNumber: what stands for a Python number while a step over Scalars is recorded."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from ...generating import PLAIN
from ...graph import modes
from ...methods.elementwise import ElementwiseMethods
from ...operation import Op
from ...ops import elementwise
from ...scalars import Scalar

# What Python's operators raise for where a Scalar is inf or nan.
RAISING: dict[Op, Callable] = {
    elementwise.div.op: operator.truediv,
    elementwise.floor_divide.op: operator.floordiv,
    elementwise.remainder.op: operator.mod,
    elementwise.pow_.op: operator.pow,
}
# How Python reads a number, to decide or to print: no plan could do that.
READING: dict[str, Callable] = {
    "bool": bool, "float": float, "int": int, "index": operator.index, "complex": complex,
    "round": round, "trunc": math.trunc, "floor": math.floor, "ceil": math.ceil,
    "divmod": divmod, "format": format, "str": str, "repr": repr, "hash": hash,
}  # fmt: skip


class TracedNumber:
    """A number seen by a trace: the float, int or bool it is, its slot, and which trace it was.

    Its arithmetic is recorded. Left over after the trace, it is the number.
    """

    __slots__ = ("slot", "trace", "value")
    _level = 3
    shape = ()
    ndim = 0
    # NumPy then leaves `array * number` to the number.
    __array_priority__ = 1000.0

    def __init__(self, value: Any, slot: int, trace: int) -> None:
        self.value = value
        self.slot = slot
        self.trace = trace

    def _run(self, op: Op, args: tuple, statics: tuple) -> Any:
        """Run `op` on numbers, on the elements of an array, or on a Scalar."""
        if any(type(arg) is Scalar for arg in args):
            return op.scalar(*args, *statics)
        if any(isinstance(arg, ndarray) for arg in args):
            each = np.frompyfunc(lambda *one: self._run(op, one, statics), len(args), 1)
            with np.errstate(all="ignore"):
                return each(*args)
        return (modes.scalars or Afterwards).run(op, args, statics)

    @property
    def dtype(self) -> Any:
        """The dtype that NumPy would give the number."""
        return np.dtype(type(self.value))

    __invert__ = elementwise.bitwise_not

    def __pos__(self) -> Any:
        return self

    def __eq__(self, other: object) -> Any:
        return NotImplemented if other is None else elementwise.eq(self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if other is None else elementwise.ne(self, other)


class Afterwards:
    """What a traced number does where there is no trace (any more): as the number it is."""

    @staticmethod
    def run(op: Op, args: tuple, statics: tuple = ()) -> Any:
        """Run `op` on numbers."""
        return op.on_floats(*map(plain, args + statics))

    @staticmethod
    def operate(op: Op, args: tuple) -> Any:
        """Do what Python's operator does."""
        return RAISING[op](*map(plain, args))

    @staticmethod
    def read_by_python(number: TracedNumber) -> Any:
        """Return the number."""
        return number.value


def plain(value: Any) -> Any:
    """Return the number that a traced number or a NumPy scalar is, anything else as it is."""
    if type(value) is TracedNumber:
        return value.value
    return value.item() if isinstance(value, np.generic) else value


def _operator(op: Op, reflected: bool) -> Callable:
    """Return Python's operator on a traced number, by the shortest way to the trace."""
    raising = op in RAISING

    def method(self: Any, other: Any) -> Any:
        args = (other, self) if reflected else (self, other)
        if type(other) not in PLAIN:
            return self._run(op, args, ())
        trace = modes.scalars or Afterwards
        return trace.operate(op, args) if raising else trace.run(op, args)

    return method


def _reading(convert: Callable) -> Callable:
    return lambda self, *args: convert((modes.scalars or Afterwards).read_by_python(self), *args)


def _complete() -> None:
    """Give TracedNumber the operators and methods of operations, and what reads it."""
    for name, method in vars(ElementwiseMethods).items():
        reflected = getattr(method, "reflects", None)
        op = reflected or getattr(method, "op", None)
        if op is not None and op.expression:
            if name.startswith("__") and len(op.arrays) == 2:
                method = _operator(op, reflected is not None)
            setattr(TracedNumber, name, method)
    for name, convert in READING.items():
        setattr(TracedNumber, f"__{name}__", _reading(convert))
    PLAIN.add(TracedNumber)


_complete()
