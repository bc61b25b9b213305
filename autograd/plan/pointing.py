"""Pointing a program at an array from NumPy's own header of it, in native code.

Asking Python for shape, layout and address of an array takes a microsecond; the header, which
NumPy's C interface lays open (PyArrayObject_fields), tells them in a few loads.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import numpy as np
from numpy import ndarray
from numpy.lib.array_utils import byte_bounds

from .native import Entry

# Where the header goes on after what every object of Python begins with, in 64-bit words.
FIELDS = object.__basicsize__ // 8
DATA, AXES, LENGTHS, DTYPE, FLAGS = (FIELDS + place for place in (0, 1, 2, 5, 6))
ALIGNED = 0x0100
# C-contiguous, and aligned.
LAYOUT = 0x0001 | ALIGNED
WRITEABLE = 0x0400
LOW = 0xFFFFFFFF
point = Entry("point", "www")


def table_of(shape: tuple[int, ...], dtype: Any, patches: list[tuple[int, int]]) -> ndarray:
    """Return the table of an input: patches are pairs, the address of a word and an offset."""
    flat = [word for patch in patches for word in patch]
    return np.array([len(shape), id(dtype), dtype.itemsize, *shape, len(patches), *flat], np.int64)


def spans_of(arrays: list[ndarray]) -> ndarray:
    """Return the table of the memory that these contiguous arrays show."""
    ends = [word for one in arrays for word in (one.ctypes.data, one.ctypes.data + one.nbytes)]
    return np.array([len(arrays), *ends], np.int64)


def overlap(written: list[ndarray], others: list[ndarray]) -> bool:
    """Return whether any array shows memory that another one, which is written, shows too."""
    bounds = [(*byte_bounds(one), True) for one in written if one.size]
    bounds += [(*byte_bounds(one), False) for one in others if one.size]
    end_of_any = end_of_written = 0
    for begin, end, is_written in sorted(bounds):
        if begin < (end_of_any if is_written else end_of_written):
            return True
        end_of_any = max(end_of_any, end)
        if is_written:
            end_of_written = max(end_of_written, end)
    return False


def _readable() -> bool:
    """Return whether the header is as this module takes it to be."""
    probe: ndarray = np.zeros((2, 3), np.float32)
    header = (ctypes.c_int64 * (FLAGS + 1)).from_address(id(probe))
    lengths = (ctypes.c_int64 * 2).from_address(header[LENGTHS])
    return (
        (header[DATA], header[AXES] & LOW) == (probe.ctypes.data, 2)
        and (*lengths, header[DTYPE]) == (2, 3, id(probe.dtype))
        and header[FLAGS] & (LAYOUT | WRITEABLE) == LAYOUT | WRITEABLE
    )


READABLE = sys.implementation.name == "cpython" and _readable()
