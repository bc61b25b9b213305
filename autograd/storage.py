"""What a Tensor tells of the memory it lies in, and how it gets other sizes there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy import ndarray

from .graph import modes
from .versions import owner_of


class UntypedStorage:
    """The memory that a Tensor and its views share, as bytes; two are equal if it is one memory."""

    def __init__(self, owner: ndarray) -> None:
        self._owner = owner

    def nbytes(self) -> int:
        """Return the number of bytes."""
        return self._owner.nbytes

    size = __len__ = nbytes

    def data_ptr(self) -> int:
        """Return the address of the first byte."""
        return self._owner.ctypes.data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UntypedStorage) and self._owner is other._owner

    def __hash__(self) -> int:
        return id(self._owner)


class StorageMethods:
    """Addresses, strides, sizes in memory."""

    __slots__ = ()
    array: Any
    node: Any

    def stride(self, dim: int | None = None) -> Any:
        """Return how many elements apart neighbours along each axis, or axis `dim`, lie."""
        strides = _strides(self._memory())
        if dim is None:
            return strides
        if not -len(strides) <= dim < len(strides):
            raise IndexError(f"stride: Dimension {dim} out of range, there are {len(strides)} axes")
        return strides[dim]

    def storage_offset(self) -> int:
        """Return how many elements after the beginning of its memory the first element lies."""
        array = self._memory()
        return (_address(array) - _address(owner_of(array))) // array.itemsize

    def data_ptr(self) -> int:
        """Return the address of the first element, 0 where there is none."""
        array = self._memory()
        return _address(array) if array.size else 0

    def element_size(self) -> int:
        """Return the bytes of one element."""
        return self.array.dtype.itemsize

    def nelement(self) -> int:
        """Return the number of elements."""
        return self.array.size

    def untyped_storage(self) -> UntypedStorage:
        """Return the memory in which this Tensor lies."""
        return UntypedStorage(owner_of(self._memory()))

    def is_shared(self) -> bool:
        """Return False: no memory here is shared between processes."""
        return False

    def share_memory_(self) -> Any:
        """Return this Tensor; its memory stays that of this process."""
        return self

    def resize_(self, *sizes: Any) -> Any:
        """Give this Tensor other sizes: its own elements in order, then whatever was in memory.

        Where its memory is too small it moves to new memory, which earlier views do not show.
        Raises RuntimeError for a Tensor that requires grad, and in a compiled step.
        """
        if len(sizes) == 1 and not hasattr(sizes[0], "__index__"):
            sizes = tuple(sizes[0])
        if self.node is not None or modes.trace is not None:
            raise RuntimeError("cannot resize variables that require grad, nor in a compiled step")
        if min(sizes, default=0) < 0:
            raise RuntimeError(f"resize_: sizes must be 0 or more, got {list(sizes)}")
        count, flat = math.prod(sizes), _from_first(self.array)
        if count > flat.size:
            larger = np.zeros(count, flat.dtype)
            larger[: flat.size] = flat
            flat = larger
        self.array = flat[:count].reshape(sizes)
        return self

    def resize_as_(self, other: Any) -> Any:
        """Give this Tensor the sizes of `other`; see `resize_`."""
        return self.resize_(*other.array.shape)

    def _memory(self) -> ndarray:
        """Return the plain array; what lies where is the same for a traced value."""
        return getattr(self.array, "value", self.array)


def _from_first(array: ndarray) -> ndarray:
    """Return the elements from the first of an array to the last of its memory."""
    owner = owner_of(array)
    plain = array.flags.c_contiguous and owner.flags.c_contiguous and owner.dtype == array.dtype
    if not (plain and array.size):
        return array.reshape(-1)
    return owner.reshape(-1)[(_address(array) - _address(owner)) // array.itemsize :]


def _address(array: ndarray) -> int:
    return array.__array_interface__["data"][0]


def _strides(array: ndarray) -> tuple[int, ...]:
    """Return strides in elements; of elements row after row those that PyTorch counts."""
    if not array.flags.c_contiguous:
        return tuple(step // array.itemsize for step in array.strides)
    strides, step = [], 1
    for size in array.shape[::-1]:
        strides.append(step)
        step *= max(size, 1)
    return tuple(strides[::-1])
