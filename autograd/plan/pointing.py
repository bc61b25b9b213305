"""Pointing a program at an array from NumPy's own header of it, in native code.

Asking Python for shape, layout and address of an array takes a microsecond; the header, which
NumPy's C interface lays open (PyArrayObject_fields), tells them in a few loads.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numpy import ndarray

from .native import load_int64, store_int64

# Where the header goes on after what every object of Python begins with, in 64-bit words.
FIELDS = object.__basicsize__ // 8
DATA, AXES, LENGTHS, DTYPE, FLAGS = (FIELDS + place for place in (0, 1, 2, 5, 6))
# C-contiguous, and aligned.
LAYOUT = 0x0001 | 0x0100
LOW = 0xFFFFFFFF


@njit(types.int64(types.int64, types.int64, types.int64), nogil=True, cache=True)
def point(table: int, spans: int, array: int) -> int:
    """Write the address of an array's data into the words of a table; return whether it suits.

    It suits if it has the table's dtype and shape, lies row after row, and shows none of the
    memory in `spans`. array is the address of the header, the `id` of the array.
    """
    axes = load_int64(array, AXES) & LOW
    if axes != load_int64(table, 0) or load_int64(array, DTYPE) != load_int64(table, 1):
        return 0
    if load_int64(array, FLAGS) & LAYOUT != LAYOUT:
        return 0
    size, lengths = load_int64(table, 2), load_int64(array, LENGTHS)
    for axis in range(axes):
        if load_int64(lengths, axis) != load_int64(table, 3 + axis):
            return 0
        size *= load_int64(lengths, axis)
    data = load_int64(array, DATA)
    for one in range(load_int64(spans, 0)):
        if data < load_int64(spans, 2 + 2 * one) and load_int64(spans, 1 + 2 * one) < data + size:
            return 0
    patches = table + 8 * (3 + axes)
    for one in range(load_int64(patches, 0)):
        word = load_int64(patches, 1 + 2 * one)
        store_int64(word, 0, data + load_int64(patches, 2 + 2 * one))
    return 1


def table_of(shape: tuple[int, ...], dtype: Any, patches: list[tuple[int, int]]) -> ndarray:
    """Return the table of an input: patches are pairs, the address of a word and an offset."""
    flat = [word for patch in patches for word in patch]
    return np.array([len(shape), id(dtype), dtype.itemsize, *shape, len(patches), *flat], np.int64)


def spans_of(arrays: list[ndarray]) -> ndarray:
    """Return the table of the memory that these contiguous arrays show."""
    ends = [word for one in arrays for word in (one.ctypes.data, one.ctypes.data + one.nbytes)]
    return np.array([len(arrays), *ends], np.int64)


def _readable() -> bool:
    """Return whether the header is as this module takes it to be."""
    probe: ndarray = np.zeros((2, 3), np.float32)
    found: ndarray = np.zeros(1, np.int64)
    table = table_of(probe.shape, probe.dtype, [(found.ctypes.data, 0)])
    none = spans_of([])
    aimed = point(table.ctypes.data, none.ctypes.data, id(probe))
    return bool(aimed) and found[0] == probe.ctypes.data


READABLE = _readable()
