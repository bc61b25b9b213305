"""The methods of a Tensor that change its memory: `add_`, `copy_`, `x[i] = v`, random fills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .dtypes import conversion
from .graph import modes
from .live import lifted
from .methods.elementwise import ElementwiseMethods
from .ops import (
    activations,
    comparing,
    cumulative,
    diagonals,
    elementwise,
    masking,
    norms,
    placing,
    scattering,
)
from .ops.elementwise import check_operand, to_dtype
from .ops.index import (
    assigned,
    check_index,
    integers_first,
    sliced,
    split_index,
    without_empty_ellipsis,
)
from .ops.shape import reshape
from .ops.views import through
from .ops.write import assign_at
from .versions import clock
from .views import check_changeable, place_of, write

# Kinds of dtypes: one holds results of those of its rank and below.
RANKS = {"b": 0, "u": 1, "i": 1, "f": 2}


def in_place(function: Callable, name: str) -> Any:
    """Return the method that puts what `function` returns into its first argument."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        check_changeable(self, name)
        since = clock()
        value = function(self, *args, **kwargs)
        if not _may_hold(self.dtype, value.dtype):
            raise RuntimeError(
                f"{name}: result type {value.dtype} can't be cast to the desired output type "
                f"{self.dtype}; convert it with {conversion(value.dtype)} first"
            )
        if value.shape != self.shape:
            raise RuntimeError(
                f"{name}: output with shape {list(self.shape)} doesn't match the broadcast shape "
                f"{list(value.shape)}; use the operation without the underscore"
            )
        return write(self, value, name, since=since)

    method.__name__ = name
    method.__doc__ = f"Put the result of `{name.strip('_')}` into this Tensor, and return it."
    return method


def _may_hold(dtype: np.dtype, made: np.dtype) -> bool:
    """Return whether what was computed in the dtype `made` may be written: integers wrap."""
    return RANKS[dtype.kind] >= RANKS[made.kind]


# The methods with an underscore after their name that change the Tensor.
CHANGING = """
add sub subtract mul multiply div divide true_divide floor_divide remainder fmod pow float_power
neg negative abs absolute sign sgn copysign floor ceil trunc fix frac round square reciprocal sqrt
rsqrt hypot ldexp lerp addcmul addcdiv clamp clip clamp_min clamp_max nan_to_num heaviside deg2rad
rad2deg exp exp2 expm1 log log1p log2 log10 xlogy sin cos tan asin arcsin acos arccos atan arctan
atan2 arctan2 sinh cosh tanh asinh arcsinh acosh arccosh atanh arctanh sinc logit erf erfc erfinv
lgamma digamma polygamma i0 sigmoid relu eq ne not_equal lt less le less_equal gt greater ge
greater_equal logical_and logical_or logical_xor logical_not bitwise_and bitwise_or bitwise_xor
bitwise_not bitwise_left_shift bitwise_right_shift masked_fill
"""


class InPlaceMethods:
    """Methods that write into the Tensor's own memory, and return the Tensor."""

    __slots__ = ()
    array: Any
    node: Any
    dtype: Any
    shape: Any
    is_leaf: bool
    # Of CHANGING, as far as others of our modules call them.
    add_: Any
    mul_: Any

    masked_scatter_ = in_place(masking.masked_scatter, "masked_scatter_")
    index_add_ = in_place(placing.index_add, "index_add_")
    index_copy_ = in_place(placing.index_copy, "index_copy_")
    index_fill_ = in_place(placing.index_fill, "index_fill_")
    index_put_ = in_place(placing.index_put, "index_put_")
    put_ = in_place(placing.put_, "put_")
    scatter_ = in_place(scattering.scatter, "scatter_")
    scatter_add_ = in_place(scattering.scatter_add, "scatter_add_")
    scatter_reduce_ = in_place(scattering.scatter_reduce, "scatter_reduce_")
    tril_ = in_place(diagonals.tril, "tril_")
    triu_ = in_place(diagonals.triu, "triu_")
    cumsum_ = in_place(cumulative.cumsum, "cumsum_")
    cumprod_ = in_place(cumulative.cumprod, "cumprod_")
    renorm_ = in_place(norms.renorm, "renorm_")
    __iadd__ = in_place(elementwise.add, "add_")
    __isub__ = in_place(elementwise.sub, "sub_")
    __imul__ = in_place(elementwise.mul, "mul_")
    __itruediv__ = in_place(elementwise.div, "div_")
    __ifloordiv__ = in_place(elementwise.floor_divide, "floor_divide_")
    __imod__ = in_place(elementwise.remainder, "remainder_")
    __ipow__ = in_place(elementwise.pow_, "pow_")
    __iand__ = in_place(elementwise.bitwise_and, "__iand__")
    __ior__ = in_place(elementwise.bitwise_or, "__ior__")
    __ixor__ = in_place(elementwise.bitwise_xor, "__ixor__")
    __ilshift__ = in_place(comparing.bitwise_left_shift, "__ilshift__")
    __irshift__ = in_place(comparing.bitwise_right_shift, "__irshift__")

    def copy_(self, src: Any, non_blocking: bool = False) -> Any:
        """Write `src`, broadcast and converted, into this Tensor."""
        check_operand("copy_", "src", src)
        return self._overwrite(src, "copy_")

    def fill_(self, value: Any) -> Any:
        """Write one number into every place."""
        check_operand("fill_", "value", value)
        if getattr(value, "ndim", 0):
            raise RuntimeError(
                f"fill_: value must be a number or have no axes, got shape {tuple(value.shape)}; "
                "use copy_"
            )
        return self._overwrite(value, "fill_")

    def zero_(self) -> Any:
        """Write 0 into every place."""
        return self._overwrite(0, "zero_")

    def apply_(self, callable: Callable) -> Any:
        """Put callable(value), of Python numbers, into every place; slow, and outside any graph."""
        return self.map_(self, lambda own, _: callable(own))

    def map_(self, tensor: Any, callable: Callable) -> Any:
        """Put callable(own value, the other's) into every place; slow, and outside any graph."""
        if self.node is not None:
            raise RuntimeError(
                "map_: a Tensor that requires grad cannot be changed by it; detach()"
            )
        own, other = lifted(self), np.broadcast_to(lifted(tensor), self.shape)
        values = map(callable, own.ravel().tolist(), other.ravel().tolist())
        return self._overwrite(np.array([*values], self.dtype).reshape(self.shape), "map_")

    def _overwrite(self, value: Any, by: str) -> Any:
        return write(self, value, by)

    def __delitem__(self, index: Any) -> None:
        raise TypeError(
            "Tensor does not support deleting items; index those to keep, or use torch.cat"
        )

    def __setitem__(self, index: Any, value: Any) -> None:
        check_operand("setitem", "value", value)
        pattern, places = split_index(index)
        check_index(self.shape, pattern, places)
        if not places:
            # With an Ellipsis NumPy returns a view also of a single element.
            pattern = pattern if Ellipsis in pattern else (*pattern, Ellipsis)
            write(self, value, "setitem", ((sliced.op, (pattern,)),))
            return
        check_changeable(self, "setitem")
        value = _without_leading_ones(value)
        pattern = without_empty_ellipsis(self.array.ndim, pattern, places)
        first, pattern = integers_first(pattern, places)
        chain = ((sliced.op, (first,)),) if first else ()
        nodes = (place_of(self)[0].node, getattr(value, "node", None))
        if modes.grad and any(node is not None for node in nodes):
            since = clock()
            if hasattr(value, "dtype"):
                value = to_dtype(value, self.dtype)
            value = assigned(through(self, chain), value, *places, pattern=pattern)
            write(self, value, "setitem", chain, since)
        else:
            target = through(lifted(self), chain)
            assign_at(target, lifted(value), *map(lifted, places), pattern=pattern)


def _without_leading_ones(value: Any) -> Any:
    """Return a Tensor without its first axes of length 1: NumPy takes none of them for a mask."""
    shape = tuple(getattr(value, "shape", ()))
    ones = next((axis for axis, size in enumerate(shape[:-1]) if size != 1), len(shape) - 1)
    return reshape(value, shape[ones:]) if ones > 0 else value


for _name in CHANGING.split():
    setattr(InPlaceMethods, f"{_name}_", in_place(getattr(ElementwiseMethods, _name), f"{_name}_"))

relu_ = in_place(elementwise.relu, "relu_")
celu_ = in_place(activations.celu, "celu_")
selu_ = in_place(activations.selu, "selu_")
rrelu_ = in_place(activations.rrelu, "rrelu_")
threshold_ = in_place(activations.threshold, "threshold_")
