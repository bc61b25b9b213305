"""Traced: what stands for an array or a number while a step is recorded."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import ArrayMethods
from ..graph import modes
from ..operation import Op
from .recording import TraceError


class Traced(ArrayMethods):
    """A value seen by a trace: the array or number it is, and its slot among the recorded ones."""

    __slots__ = ("slot", "value")
    _level = 1
    __array_ufunc__ = None

    def __init__(self, value: Any, slot: int) -> None:
        self.value = value
        self.slot = slot

    def _run(self, op: Op, args: tuple, statics: tuple) -> Any:
        """Run `op` and note it."""
        if modes.trace is None:
            raise TraceError("a traced value was used after its trace had ended")
        return modes.trace.run(op, args, statics)

    @property
    def shape(self) -> tuple:
        """The length of each axis."""
        return np.shape(self.value)

    @property
    def dtype(self) -> Any:
        """The dtype of the array."""
        return self.value.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return np.ndim(self.value)

    @property
    def size(self) -> int:
        """The number of elements."""
        return np.size(self.value)

    @property
    def base(self) -> Any:
        """The array whose memory a view shows, None for an array of its own."""
        return self.value.base

    @property
    def flags(self) -> Any:
        """The layout of the array."""
        return self.value.flags

    def __bool__(self) -> bool:
        return modes.trace.refuse_reading()

    __float__ = __int__ = __index__ = __bool__
