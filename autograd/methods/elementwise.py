"""Operators and methods that work element by element."""

from __future__ import annotations

from typing import Any

from ..ops import elementwise


def reflected(function: Any) -> Any:
    """Return the operator of a carrier on the right."""

    def method(self: Any, other: Any) -> Any:
        return function(other, self)

    method.reflects = function.op  # type: ignore[attr-defined]
    return method


class ElementwiseMethods:
    """Arithmetic, functions, comparisons and selections."""

    __slots__ = ()
    dtype: Any

    __add__ = elementwise.add
    __radd__ = reflected(elementwise.add)
    __sub__ = elementwise.sub
    __rsub__ = reflected(elementwise.sub)
    __mul__ = elementwise.mul
    __rmul__ = reflected(elementwise.mul)
    __truediv__ = elementwise.div
    __rtruediv__ = reflected(elementwise.div)
    __floordiv__ = elementwise.floor_divide
    __rfloordiv__ = reflected(elementwise.floor_divide)
    __mod__ = elementwise.remainder
    __rmod__ = reflected(elementwise.remainder)
    __pow__ = elementwise.pow_
    __rpow__ = reflected(elementwise.pow_)
    __neg__ = elementwise.neg
    __abs__ = elementwise.abs_
    __lt__ = elementwise.lt
    __le__ = elementwise.le
    __gt__ = elementwise.gt
    __ge__ = elementwise.ge
    __and__ = __rand__ = elementwise.bitwise_and
    __or__ = __ror__ = elementwise.bitwise_or
    __xor__ = __rxor__ = elementwise.bitwise_xor

    def __invert__(self) -> Any:
        if self.dtype.kind == "f":
            raise TypeError(
                f"~ is only implemented for integers and booleans, got {self.dtype}; "
                "write (x == 0), or x.bool() first"
            )
        return elementwise.bitwise_not(self)

    def __pos__(self) -> Any:
        return self

    def __eq__(self, other: object) -> Any:
        return NotImplemented if other is None else elementwise.eq(self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if other is None else elementwise.ne(self, other)

    __hash__ = object.__hash__

    add = elementwise.add
    sub = elementwise.sub
    mul = elementwise.mul
    div = elementwise.div
    pow = elementwise.pow_
    neg = elementwise.neg
    abs = elementwise.abs_
    sign = elementwise.sign
    square = elementwise.square
    reciprocal = elementwise.reciprocal
    exp = elementwise.exp
    log = elementwise.log
    log1p = elementwise.log1p
    sqrt = elementwise.sqrt
    sin = elementwise.sin
    cos = elementwise.cos
    tanh = elementwise.tanh
    sigmoid = elementwise.sigmoid
    relu = elementwise.relu
    clamp = clip = elementwise.clamp
    maximum = elementwise.maximum
    minimum = elementwise.minimum
    eq = elementwise.eq
    ne = elementwise.ne
    lt = elementwise.lt
    le = elementwise.le
    gt = elementwise.gt
    ge = elementwise.ge
    isnan = elementwise.isnan
    logical_and = elementwise.logical_and
    logical_or = elementwise.logical_or
    logical_xor = elementwise.logical_xor
    logical_not = elementwise.logical_not
    masked_fill = elementwise.masked_fill

    def where(self, condition: Any, other: Any) -> Any:
        """Take this where condition holds, else `other`."""
        return elementwise.where(condition, self, other)
