"""Operators and methods that work element by element."""

from __future__ import annotations

from typing import Any

from ..dtypes import NO_OPERANDS
from ..ops import activations, arithmetic, comparing, elementwise, rounding, special, transcendental


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
    __lshift__ = comparing.bitwise_left_shift
    __rlshift__ = reflected(comparing.bitwise_left_shift)
    __rshift__ = comparing.bitwise_right_shift
    __rrshift__ = reflected(comparing.bitwise_right_shift)

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
        return NotImplemented if isinstance(other, NO_OPERANDS) else elementwise.eq(self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if isinstance(other, NO_OPERANDS) else elementwise.ne(self, other)

    __hash__ = object.__hash__

    add = arithmetic.add
    sub = subtract = arithmetic.sub
    mul = multiply = elementwise.mul
    div = divide = arithmetic.div
    true_divide = elementwise.div
    floor_divide = elementwise.floor_divide
    remainder = elementwise.remainder
    fmod = rounding.fmod
    pow = elementwise.pow_
    float_power = arithmetic.float_power
    neg = negative = elementwise.neg
    positive = arithmetic.positive
    abs = absolute = elementwise.abs_
    sign = sgn = elementwise.sign
    signbit = arithmetic.signbit
    copysign = arithmetic.copysign
    floor = rounding.floor
    ceil = rounding.ceil
    trunc = fix = rounding.trunc
    frac = rounding.frac
    round = rounding.round_
    square = elementwise.square
    reciprocal = elementwise.reciprocal
    sqrt = elementwise.sqrt
    rsqrt = arithmetic.rsqrt
    hypot = arithmetic.hypot
    ldexp = arithmetic.ldexp
    lerp = arithmetic.lerp
    addcmul = arithmetic.addcmul
    addcdiv = arithmetic.addcdiv
    clamp = clip = arithmetic.clamp
    clamp_min = arithmetic.clamp_min
    clamp_max = arithmetic.clamp_max
    maximum = elementwise.maximum
    minimum = elementwise.minimum
    fmax = arithmetic.fmax
    fmin = arithmetic.fmin
    nan_to_num = arithmetic.nan_to_num
    heaviside = elementwise.heaviside
    deg2rad = arithmetic.deg2rad
    rad2deg = arithmetic.rad2deg

    exp = elementwise.exp
    exp2 = transcendental.exp2
    expm1 = transcendental.expm1
    log = elementwise.log
    log1p = elementwise.log1p
    log2 = transcendental.log2
    log10 = transcendental.log10
    logaddexp = transcendental.logaddexp
    logaddexp2 = transcendental.logaddexp2
    xlogy = transcendental.xlogy
    sin = elementwise.sin
    cos = elementwise.cos
    tan = transcendental.tan
    asin = arcsin = transcendental.asin
    acos = arccos = transcendental.acos
    atan = arctan = transcendental.atan
    atan2 = arctan2 = transcendental.atan2
    sinh = transcendental.sinh
    cosh = transcendental.cosh
    tanh = elementwise.tanh
    asinh = arcsinh = transcendental.asinh
    acosh = arccosh = transcendental.acosh
    atanh = arctanh = transcendental.atanh
    sinc = transcendental.sinc
    logit = transcendental.logit
    erf = special.erf
    erfc = special.erfc
    erfinv = special.erfinv
    lgamma = special.lgamma
    digamma = special.digamma
    i0 = special.i0

    sigmoid = elementwise.sigmoid
    relu = elementwise.relu
    prelu = activations.prelu
    hardshrink = activations.hardshrink

    eq = elementwise.eq
    ne = not_equal = elementwise.ne
    lt = less = elementwise.lt
    le = less_equal = elementwise.le
    gt = greater = elementwise.gt
    ge = greater_equal = elementwise.ge
    isnan = elementwise.isnan
    isinf = comparing.isinf
    isfinite = comparing.isfinite
    isposinf = comparing.isposinf
    isneginf = comparing.isneginf
    isclose = comparing.isclose
    allclose = comparing.allclose
    equal = comparing.equal
    is_complex = comparing.is_complex
    logical_and = elementwise.logical_and
    logical_or = elementwise.logical_or
    logical_xor = elementwise.logical_xor
    logical_not = elementwise.logical_not
    bitwise_and = elementwise.bitwise_and
    bitwise_or = elementwise.bitwise_or
    bitwise_xor = elementwise.bitwise_xor
    bitwise_not = elementwise.bitwise_not
    bitwise_left_shift = comparing.bitwise_left_shift
    bitwise_right_shift = comparing.bitwise_right_shift
    masked_fill = elementwise.masked_fill

    def polygamma(self, n: int) -> Any:
        """Return the n-th derivative of digamma."""
        return special.polygamma(n, self)

    def where(self, condition: Any, other: Any) -> Any:
        """Take this where condition holds, else `other`."""
        return elementwise.where(condition, self, other)
