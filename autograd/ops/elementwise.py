"""Elementwise operations: arithmetic, functions, activations, comparisons, selections."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..dtypes import NO_OPERANDS, NUMBERS, result_type
from ..operation import elementwise, op


@op(name="to_copy", x=lambda g, dtype, source: cast(g, source, dtype))
def cast(x: Any, /, dtype: Any, source: Any) -> Any:
    """Convert to `dtype`; the gradient comes back in `source`, the dtype of x."""
    return x.astype(dtype)


def to_dtype(x: Any, dtype: Any) -> Any:
    """Convert to `dtype`; x itself where it has that dtype already."""
    return x if x.dtype == dtype else cast(x, dtype, x.dtype)


def _pow_a(g: Any, a: Any, b: Any) -> Any:
    if type(b) in NUMBERS:
        # pow_, not **: a negative float ** 0.5 is a complex number to Python.
        return g * (b * pow_(a, b - 1)) if b else g * 0
    return where(b == 0, 0, g * (b * a ** (b - 1)))


def _pow_b(g: Any, a: Any, b: Any, y: Any) -> Any:
    # log(0) times 0 is nan, but 0 ** b is flat in b for b > 0: PyTorch's gradient there is 0.
    return where((a == 0) & (b >= 0), 0, g * (y * log(a)))


# Forwards get arrays, and in a replayed trace also numbers; NumPy makes int8 of booleans.
def kind(x: Any) -> str:
    """Return the letter of the kind of a dtype, "f" of a number."""
    return "f" if type(x) in NUMBERS else x.dtype.kind


def check_operand(name: str, argument: str, value: Any) -> None:
    """Raise TypeError if an argument of the function `name` is neither a Tensor nor a number."""
    if isinstance(value, NO_OPERANDS):
        raise TypeError(
            f"{name}: {argument} must be a Tensor or a number, got {value!r}; make one with "
            "tensor(...)"
        )


def check_tensors(name: str, **arguments: Any) -> None:
    """Raise TypeError if an argument of the function `name` is a number or the like."""
    for argument, value in arguments.items():
        if not hasattr(value, "dtype"):
            raise TypeError(
                f"{name}: {argument} must be a Tensor, got {value!r}; make one with tensor(...)"
            )


def no_tensor_in(name: str, tensors: Any) -> TypeError:
    """Return the error that names the first of the sequence `tensors` that is no Tensor."""
    place, one = next(pair for pair in enumerate(tensors) if not hasattr(pair[1], "shape"))
    return TypeError(
        f"{name}: expected Tensor as element {place} of tensors, but got {one!r}; make one with "
        "tensor(...)"
    )


def but_booleans(name: str, function: Any) -> Any:
    """Return `function` of x; booleans raise NotImplementedError."""

    def forward(x: Any) -> Any:
        if kind(x) == "b":
            raise NotImplementedError(f"{name}: not implemented for bool; use .long()")
        return function(x)

    return forward


def _power(a: Any, b: Any) -> Any:
    try:
        y = a**b
        return y if kind(y) == "f" else y.astype(np.result_type(a, b), copy=False)
    except (ValueError, OverflowError):
        if type(b) in NUMBERS:
            raise RuntimeError(
                f"pow: {a.dtype} to the integer power {b} is not allowed; convert with .float()"
            ) from None
        if b.dtype.kind != "i" or not (b < 0).any():
            raise
        # NumPy refuses what PyTorch rounds to zero: only 1 and -1 have an integer reciprocal.
        return np.where(b < 0, np.where(np.abs(a) == 1, a ** (b % 2), 0), a ** np.maximum(b, 0))


def _sign(x: Any) -> Any:
    if kind(x) == "b":
        return x.copy()
    # np.sign(nan) is nan; PyTorch's is 0.
    return np.subtract(np.greater(x, 0), np.less(x, 0), dtype=np.asarray(x).dtype)


def _square(x: Any) -> Any:
    return np.square(x, dtype=np.int64 if kind(x) == "b" else None)


def whole(name: str, function: Any) -> Any:
    """Return `function` of a and b; integers raise where b is 0, which NumPy makes 0."""

    def forward(a: Any, b: Any) -> Any:
        y = function(a, b)
        if kind(y) != "f":
            if np.result_type(a, b).kind == "b":
                raise NotImplementedError(f"{name}: not implemented for bool; use .long()")
            if np.any(np.equal(b, 0)):
                raise RuntimeError(f"{name}: ZeroDivisionError: an integer divisor is 0")
        return y

    return forward


# Operators, not ufuncs: they are quicker, and a Python number with another stays a Python number.
#
#     name, forward, expression on floats, meaning, cotangents
add = elementwise("add", operator.add, "a + b", "a + b.", a=lambda g: g, b=lambda g: g)
sub = elementwise("sub", operator.sub, "a - b", "a - b.", a=lambda g: g, b=lambda g: -g)
mul = elementwise(
    "mul", operator.mul, "a * b", "a * b.", a=lambda g, b: g * b, b=lambda g, a: g * a
)
div = elementwise(
    "div", operator.truediv, "a / b", "a / b; of integers a float.",
    floats=True, a=lambda g, b: g / b, b=lambda g, b, y: -g * (y / b),
)  # fmt: skip
pow_ = elementwise(
    "pow", _power, "pow(a, b)", "a ** b.", public={"b": "exponent"}, a=_pow_a, b=_pow_b
)
floor_divide = elementwise(
    "floor_divide", whole("floor_divide", operator.floordiv), "a // b",
    "a // b, rounded to minus infinity; integers over 0 raise RuntimeError.",
    a=lambda g: g * 0, b=lambda g: g * 0,
)  # fmt: skip
remainder = elementwise(
    "remainder", whole("remainder", operator.mod), "a % b",
    "a % b, with the sign of b, as Python's; integers over 0 raise RuntimeError.",
    a=lambda g: g, b=lambda g, a, b: -g * (a // b),
)  # fmt: skip
neg = elementwise("neg", operator.neg, "-x", "-x.", x=lambda g: -g)
abs_ = elementwise(
    "abs", but_booleans("abs", operator.abs), "abs(x)", "Absolute value; its slope at 0 is 0.",
    x=lambda g, x: g * sign(x),
)  # fmt: skip
sign = elementwise(
    "sign", _sign, "1.0 if x > 0 else -1.0 if x < 0 else 0.0",
    "-1, 0 or 1, of nan 0; flat everywhere.",
    x=lambda g: g * 0,
)  # fmt: skip
square = elementwise("square", _square, "x * x", "x squared.", x=lambda g, x: g * (2 * x))
reciprocal = elementwise(
    "reciprocal", lambda x: 1 / x, "1 / x", "1 / x.", floats=True, x=lambda g, y: -g * (y * y)
)

exp = elementwise("exp", np.exp, "exp(x)", "e ** x.", floats=True, x=lambda g, y: g * y)
log = elementwise(
    "log", np.log, "log(x)", "Natural logarithm; -inf at 0, nan below.",
    floats=True, x=lambda g, x: g / x,
)  # fmt: skip
log1p = elementwise(
    "log1p", np.log1p, "log1p(x)", "log(1 + x), exact for small x.",
    floats=True, x=lambda g, x: g / (x + 1),
)  # fmt: skip
sqrt = elementwise(
    "sqrt", np.sqrt, "sqrt(x)", "Square root; its slope at 0 is inf.",
    floats=True, x=lambda g, y: g / (2 * y),
)  # fmt: skip
sin = elementwise("sin", np.sin, "sin(x)", "Sine of radians.", floats=True,
                  x=lambda g, x: g * cos(x))  # fmt: skip
cos = elementwise("cos", np.cos, "cos(x)", "Cosine of radians.", floats=True,
                  x=lambda g, x: -g * sin(x))  # fmt: skip
tanh = elementwise(
    "tanh", np.tanh, "tanh(x)", "Hyperbolic tangent, between -1 and 1.",
    floats=True, x=lambda g, y: g * (1 - y * y),
)  # fmt: skip
sigmoid = elementwise(
    "sigmoid", lambda x: 1 / (1 + np.exp(-x)), "1.0 / (1.0 + exp(-x))",
    "Logistic function 1 / (1 + exp(-x)), between 0 and 1.",
    floats=True, x=lambda g, y: g * (y * (1 - y)),
)  # fmt: skip
relu = elementwise(
    "relu", lambda x: np.maximum(x, 0), "0.0 if x <= 0 else x", "max(x, 0); its slope at 0 is 0.",
    x=lambda g, y: where(y <= 0, 0, g),
)  # fmt: skip


@op(
    floats="only",
    expression="x if x > 0 else negative_slope * x",
    x=lambda g, x, negative_slope: where(x > 0, g, g * negative_slope),
)
def leaky_relu(x: Any, /, negative_slope: float = 0.01) -> Any:
    """Return x where it is positive, else negative_slope * x (also the slope at 0)."""
    return np.where(x > 0, x, negative_slope * x)


@op(
    floats="only",
    expression="x if beta * x > threshold else log1p(exp(beta * x)) / beta",
    x=lambda g, x, beta, threshold: where(beta * x > threshold, g, g * sigmoid(beta * x)),
)
def softplus(x: Any, /, beta: float = 1, threshold: float = 20) -> Any:
    """Return log(1 + exp(beta * x)) / beta; x itself where beta * x is above threshold."""
    scaled = beta * x
    # exp of the whole would be beyond float16 below the threshold.
    soft = np.log1p(np.exp(-np.abs(scaled))) + np.maximum(scaled, 0)
    return np.where(scaled > threshold, x, soft / beta)


@op(
    broadcasts=True,
    promotes=True,
    expression="b if a == 0 else 1.0 if a > 0 else 0.0",
    a=lambda g: g * 0,
    b=lambda g, a: where(a == 0, g, 0),
)
def heaviside(a: Any, b: Any) -> Any:
    """Step function: 0 below 0, 1 above, b at 0. Flat in a: nothing is learnt through it."""
    return np.where(np.equal(a, 0), b, np.greater(a, 0).astype(np.result_type(a, b)))


def _comparison(name: str, function: Any, sign: str) -> Any:
    return elementwise(name, function, f"a {sign} b", f"Where a {sign} b, as booleans.")


eq = _comparison("eq", operator.eq, "==")
ne = _comparison("ne", operator.ne, "!=")
lt = _comparison("lt", operator.lt, "<")
le = _comparison("le", operator.le, "<=")
gt = _comparison("gt", operator.gt, ">")
ge = _comparison("ge", operator.ge, ">=")
bitwise_and = elementwise("bitwise_and", operator.and_, "a & b", "a & b.")
bitwise_or = elementwise("bitwise_or", operator.or_, "a | b", "a | b.")
bitwise_xor = elementwise("bitwise_xor", operator.xor, "a ^ b", "a ^ b.")
bitwise_not = elementwise("bitwise_not", operator.invert, "~x", "~x; of booleans, not x.")
logical_and = elementwise(
    "logical_and", np.logical_and, "(a != 0) & (b != 0)", "Where neither a nor b is 0, as booleans."
)
logical_or = elementwise(
    "logical_or", np.logical_or, "(a != 0) | (b != 0)", "Where a or b is not 0, as booleans."
)
logical_xor = elementwise(
    "logical_xor", np.logical_xor, "(a != 0) != (b != 0)",
    "Where one of a and b is 0 and the other is not, as booleans.",
)  # fmt: skip
logical_not = elementwise("logical_not", np.logical_not, "x == 0", "Where x is 0, as booleans.")
isnan = elementwise("isnan", np.isnan, "x != x", "Where x is no number, as booleans.")


@op(
    broadcasts=True,
    promotes=("a", "b"),
    expression="a if condition else b",
    a=lambda g, condition: where(condition, g, 0),
    b=lambda g, condition: where(condition, 0, g),
)
def where(condition: Any, a: Any, b: Any) -> Any:
    """Take a where condition holds, else b; the three broadcast.

    Both branches are computed: a nan or infinite slope in the branch not taken still turns the
    gradient to nan, as in PyTorch. Make the argument safe first, then select.
    """
    if type(b) is int and b == 0 and _masks(condition, a):
        return _masked(a, condition)
    if type(a) is int and a == 0 and _masks(condition, b):
        return _masked(b, np.logical_not(condition))
    return np.where(condition, a, b)


def _masks(condition: Any, x: Any) -> bool:
    """Return whether x is worth masking bit by bit: NumPy's where branches at every element."""
    floats = type(x) is np.ndarray and x.size > 2048 and x.dtype.kind == "f"
    return floats and getattr(condition, "dtype", None) == np.bool_


def _masked(x: Any, keep: Any) -> Any:
    """Return x where `keep` holds, else 0: its bits times 1 or 0."""
    return np.multiply(x.view(f"i{x.itemsize}"), keep).view(x.dtype)


def masked_fill(input: Any, mask: Any, value: Any) -> Any:
    """Return input with `value`, a number or an array of no axes, where the booleans `mask` hold.

    The dtype stays that of input. Raises RuntimeError where it cannot hold the number.
    """
    if getattr(mask, "dtype", np.dtype(bool)).kind != "b":
        raise RuntimeError(f"masked_fill: mask must be of booleans, got {mask.dtype}; use .bool()")
    if type(value) in NUMBERS:
        return where(mask, _held(value, input.dtype), input)
    if value.ndim:
        raise RuntimeError(
            f"masked_fill: value must be a number or have no axes, got shape {tuple(value.shape)}; "
            "use where(mask, value, input)"
        )
    return where(mask, to_dtype(value, input.dtype), input)


def _held(value: Any, dtype: Any) -> Any:
    """Return a number as `dtype` holds it; RuntimeError where that is another number."""
    with np.errstate(all="ignore"):
        held = np.asarray(value).astype(dtype).item()
    exact = held == value if dtype.kind in "iu" else np.isfinite(held) == np.isfinite(value)
    if exact or dtype.kind == "b":
        return held
    raise RuntimeError(
        f"masked_fill: value {value} cannot be converted to {dtype} without loss; "
        "convert the Tensor with .float() first"
    )


# Of equal values each gets half the gradient; beside nan, as in PyTorch, both get all of it.
maximum = elementwise(
    "maximum", np.maximum, "a if a >= b or a != a else b", "The larger of a and b; nan wins.",
    a=lambda g, a, b: where(a < b, 0, where(a == b, g / 2, g)),
    b=lambda g, a, b: where(b < a, 0, where(a == b, g / 2, g)),
)  # fmt: skip
minimum = elementwise(
    "minimum", np.minimum, "a if a <= b or a != a else b", "The smaller of a and b; nan wins.",
    a=lambda g, a, b: where(a > b, 0, where(a == b, g / 2, g)),
    b=lambda g, a, b: where(b > a, 0, where(a == b, g / 2, g)),
)  # fmt: skip


def _inside(x: Any, min: Any, max: Any) -> Any:
    if min is None:
        return x <= max
    return x >= min if max is None else (x >= min) & (x <= max)


@op(
    expression="min if min is not None and x < min else max if max is not None and x > max else x",
    x=lambda g, x, min, max: where(_inside(x, min, max), g, 0),
)
def clamp(x: Any, /, min: Any = None, max: Any = None) -> Any:
    """Limit x to the numbers min and max, either of which may be None; both bounds pass a slope.

    Raises RuntimeError if both are None, TypeError if one is no number (for bounds that are
    Tensors use `maximum` and `minimum`).
    """
    if min is max is None:
        raise RuntimeError("clamp: at least one of min and max must be a number, got None twice")
    if not {type(min), type(max)} <= {*NUMBERS, type(None)}:
        raise TypeError(f"clamp: min and max must be numbers or None, got {min} and {max}")
    return np.clip(x.astype(result_type(x, min, max), copy=False), min, max)
