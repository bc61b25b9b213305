"""The methods of a Tensor that change its memory: `add_`, `copy_`, `x[i] = v`, random fills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .dtypes import conversion
from .graph import modes
from .live import lifted
from .ops import elementwise
from .ops.index import check_index, integers_first, split_index, without_empty_ellipsis
from .ops.random import draw_bernoulli, draw_normal, draw_uniform
from .ops.write import assign, assign_at
from .streams import Generator, default_generator


def _in_place(function: Callable, name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        self._check_writable(name, args)
        value = function(self, *args, **kwargs)
        if not np.can_cast(value.dtype, self.dtype, "same_kind"):
            raise RuntimeError(
                f"{name}: result type {value.dtype} can't be cast to the desired output type "
                f"{self.dtype}; convert it with {conversion(value.dtype)} first"
            )
        return self._write(value, name)

    method.__name__ = name
    method.__doc__ = f"Put the result of `{name.strip('_')}` into this Tensor, and return it."
    return method


def _augmented(function: Callable, name: str) -> Any:
    in_place = _in_place(function, name)

    def method(self: Any, other: Any) -> Any:
        leaf = self.node is not None and self.is_leaf
        recorded = self.node is not None or getattr(other, "node", None) is not None
        return (
            function(self, other) if modes.grad and recorded and not leaf else in_place(self, other)
        )

    method.__name__ = f"__i{function.op.name}__"  # type: ignore[attr-defined]
    method.__doc__ = (
        "Change this Tensor in place; in the graph, where that is not recorded, make a new one: "
        "the name is bound to it, as Python's augmented assignment does."
    )
    return method


class InPlaceMethods:
    """Methods that write into the Tensor's own memory, and return the Tensor."""

    __slots__ = ()
    array: Any
    node: Any
    dtype: Any
    shape: Any
    is_leaf: bool

    def _check_writable(self, name: str, values: tuple) -> None:
        """Raise RuntimeError where writing would break the graph."""
        nodes = (self.node, *(getattr(value, "node", None) for value in values))
        if modes.grad and any(node is not None for node in nodes):
            what = "a leaf that requires grad" if self.is_leaf else "a Tensor of the graph"
            raise RuntimeError(
                f"{name}: an in-place operation on {what}, or with one, is not recorded; use the "
                "operation without the underscore, or change it inside no_grad()"
            )

    def _write(self, value: Any, name: str) -> Any:
        assign(lifted(self), lifted(value), name)
        return self

    add_ = _in_place(elementwise.add, "add_")
    sub_ = _in_place(elementwise.sub, "sub_")
    mul_ = _in_place(elementwise.mul, "mul_")
    div_ = _in_place(elementwise.div, "div_")
    pow_ = _in_place(elementwise.pow_, "pow_")
    __iadd__ = _augmented(elementwise.add, "add_")
    __isub__ = _augmented(elementwise.sub, "sub_")
    __imul__ = _augmented(elementwise.mul, "mul_")
    __itruediv__ = _augmented(elementwise.div, "div_")
    __ipow__ = _augmented(elementwise.pow_, "pow_")
    clamp_ = _in_place(elementwise.clamp, "clamp_")

    def copy_(self, src: Any, non_blocking: bool = False) -> Any:
        """Write `src`, broadcast and converted, into this Tensor."""
        self._check_writable("copy_", (src,))
        return self._write(src, "copy_")

    def fill_(self, value: float) -> Any:
        """Write one number into every place."""
        self._check_writable("fill_", (value,))
        return self._write(value, "fill_")

    def zero_(self) -> Any:
        """Write 0 into every place."""
        self._check_writable("zero_", ())
        return self._write(0, "zero_")

    def __setitem__(self, index: Any, value: Any) -> None:
        self._check_writable("setitem", (value,))
        pattern, places = split_index(index)
        check_index(self.shape, pattern, places)
        if places:
            pattern = without_empty_ellipsis(self.array.ndim, pattern, places)
            first, pattern = integers_first(pattern, places)
            target = lifted(self)[first] if first else lifted(self)
            assign_at(target, lifted(value), *map(lifted, places), pattern=pattern)
        else:
            # With an Ellipsis NumPy returns a view also of a single element.
            index = pattern if Ellipsis in pattern else (*pattern, Ellipsis)
            assign(lifted(self)[index], lifted(value), "setitem")

    def uniform_(
        self, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None
    ) -> Any:
        """Fill from the uniform distribution on [from_, to)."""
        return self._fill(draw_uniform, "uniform_", generator, low=from_, high=to)

    def normal_(
        self, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
    ) -> Any:
        """Fill from the normal distribution."""
        return self._fill(draw_normal, "normal_", generator, mean=mean, std=std)

    def bernoulli_(self, p: float = 0.5, *, generator: Generator | None = None) -> Any:
        """Fill with ones of probability p, else zeros."""
        return self._fill(draw_bernoulli, "bernoulli_", generator, p=p)

    def _fill(self, draw: Any, name: str, generator: Generator | None, **how: Any) -> Any:
        self._check_writable(name, ())
        dtype = self.dtype
        drawn = draw(shape=self.array.shape, generator=generator or default_generator,
                     dtype=dtype, **how)  # fmt: skip
        return self._write(drawn, name)
