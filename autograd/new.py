"""The methods of a Tensor that make new ones of its dtype: `new_zeros`, `new_tensor` and kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .graph import modes
from .making import array_of, number_of, shape_of


def _filled(name: str, make: Callable, doc: str) -> Any:
    def method(
        self: Any,
        *size: Any,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> Any:
        array = make(shape_of(size), self.array.dtype if dtype is None else dtype)
        return self._new(array, device, requires_grad)

    method.__name__, method.__doc__ = name, f"{doc} of the given shape, of this Tensor's dtype."
    return method


class NewMethods:
    """New Tensors like this one in dtype; another may be named."""

    __slots__ = ()
    array: Any
    _new: Any

    new_zeros = _filled("new_zeros", np.zeros, "Return zeros")
    new_ones = _filled("new_ones", np.ones, "Return ones")

    def new_empty(self, *size: Any, **named: Any) -> Any:
        """Return a Tensor of the given shape, of this one's dtype, not filled."""
        # A recorded step must not find other constants than before.
        make = _empty if modes.trace is None else _zeros
        return make(self, *size, **named)

    def new_full(
        self,
        size: Any,
        fill_value: Any,
        *,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> Any:
        """Return a Tensor of shape `size`, of this one's dtype, with one number everywhere."""
        dtype = self.array.dtype if dtype is None else dtype
        array = np.full(shape_of((size,)), number_of(fill_value)).astype(dtype)
        return self._new(array, device, requires_grad)

    def new_tensor(
        self, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Any:
        """Return a Tensor of a copy of `data`, of this one's dtype."""
        dtype = self.array.dtype if dtype is None else dtype
        if hasattr(data, "detach"):
            return self._new(data.detach().to(dtype, copy=True).array, device, requires_grad)
        return self._new(array_of(data, dtype, copy=True), device, requires_grad)

    def new(self, *data: Any) -> Any:
        """Return a Tensor of this one's dtype: of a shape (not filled), or of a copy of data."""
        if not data or all(hasattr(one, "__index__") for one in data):
            return self.new_empty(*data) if data else self.new_empty(0)
        return self.new_tensor(data[0])


_empty = _filled("new_empty", np.empty, "Return a Tensor")
_zeros = _filled("new_empty", np.zeros, "Return a Tensor")
