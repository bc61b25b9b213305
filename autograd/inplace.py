"""The methods of a Tensor that change its memory: `add_`, `copy_`, `x[i] = v`, random fills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .dtypes import conversion
from .graph import modes
from .live import lifted
from .ops import diagonals, elementwise, masking, placing, scattering
from .ops.index import (
    assigned,
    check_index,
    integers_first,
    sliced,
    split_index,
    without_empty_ellipsis,
)
from .ops.views import overwritten, through
from .ops.write import assign_at
from .versions import clock
from .views import check_changeable, place_of, write


def _in_place(function: Callable, name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        check_changeable(self, name)
        since = clock()
        value = function(self, *args, **kwargs)
        if not np.can_cast(value.dtype, self.dtype, "same_kind"):
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


class InPlaceMethods:
    """Methods that write into the Tensor's own memory, and return the Tensor."""

    __slots__ = ()
    array: Any
    node: Any
    dtype: Any
    shape: Any
    is_leaf: bool

    add_ = _in_place(elementwise.add, "add_")
    sub_ = _in_place(elementwise.sub, "sub_")
    mul_ = _in_place(elementwise.mul, "mul_")
    div_ = _in_place(elementwise.div, "div_")
    pow_ = _in_place(elementwise.pow_, "pow_")
    __iadd__, __isub__, __imul__, __itruediv__, __ipow__ = add_, sub_, mul_, div_, pow_
    clamp_ = _in_place(elementwise.clamp, "clamp_")
    masked_fill_ = _in_place(elementwise.masked_fill, "masked_fill_")
    masked_scatter_ = _in_place(masking.masked_scatter, "masked_scatter_")
    index_add_ = _in_place(placing.index_add, "index_add_")
    index_copy_ = _in_place(placing.index_copy, "index_copy_")
    index_fill_ = _in_place(placing.index_fill, "index_fill_")
    index_put_ = _in_place(placing.index_put, "index_put_")
    put_ = _in_place(placing.put_, "put_")
    scatter_ = _in_place(scattering.scatter, "scatter_")
    scatter_add_ = _in_place(scattering.scatter_add, "scatter_add_")
    scatter_reduce_ = _in_place(scattering.scatter_reduce, "scatter_reduce_")
    tril_ = _in_place(diagonals.tril, "tril_")
    triu_ = _in_place(diagonals.triu, "triu_")

    def copy_(self, src: Any, non_blocking: bool = False) -> Any:
        """Write `src`, broadcast and converted, into this Tensor."""
        return self._overwrite(src, "copy_")

    def fill_(self, value: Any) -> Any:
        """Write one number into every place."""
        return self._overwrite(value, "fill_")

    def zero_(self) -> Any:
        """Write 0 into every place."""
        return self._overwrite(0, "zero_")

    def _overwrite(self, value: Any, by: str) -> Any:
        check_changeable(self, by)
        if modes.grad and (self.node is not None or getattr(value, "node", None) is not None):
            value = overwritten(self, value)
        return write(self, value, by)

    def __setitem__(self, index: Any, value: Any) -> None:
        pattern, places = split_index(index)
        check_index(self.shape, pattern, places)
        if not places:
            # With an Ellipsis NumPy returns a view also of a single element.
            pattern = pattern if Ellipsis in pattern else (*pattern, Ellipsis)
            write(self, value, "setitem", ((sliced.op, (pattern,)),))
            return
        check_changeable(self, "setitem")
        pattern = without_empty_ellipsis(self.array.ndim, pattern, places)
        first, pattern = integers_first(pattern, places)
        chain = ((sliced.op, (first,)),) if first else ()
        nodes = (place_of(self)[0].node, getattr(value, "node", None))
        if modes.grad and any(node is not None for node in nodes):
            since = clock()
            value = assigned(through(self, chain), value, *places, pattern=pattern)
            write(self, value, "setitem", chain, since)
        else:
            target = through(lifted(self), chain)
            assign_at(target, lifted(value), *map(lifted, places), pattern=pattern)
