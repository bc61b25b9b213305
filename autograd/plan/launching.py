"""Launching one loop over whole arrays from Python: eager's way to the kernels of plans."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy import ndarray

from .crew import CREW, share
from .fusion import Loop, Step, loop_of
from .native import kernel_address, load_int64, store_int64, text_of
from .pieces import LINE, MOST, PIECE, bytes_an_element
from .pointing import AXES, DATA, DTYPE, FLAGS, LAYOUT, LENGTHS, LOW, READABLE

# Where a tuple's items begin, in 64-bit words.
ITEMS = tuple.__basicsize__ // 8
MOST_OPERANDS = 14
# Words of a row: kernel, length, address and stride of every operand; of all rows and their places.
WIDTH = 2 + 2 * MOST_OPERANDS
ROOM = MOST * (WIDTH + 1)


@intrinsic
def _reserve(typing: Any) -> Any:
    """Return the address of memory of the caller's own, for rows and their places."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        with builder.goto_entry_block():
            room = builder.alloca(ir.IntType(64), ROOM)
        return builder.ptrtoint(room, ir.IntType(64))

    return types.int64(), generate


@njit(types.int64(types.int64), nogil=True, cache=True)
def _size_of(array: int) -> int:
    size, lengths = 1, load_int64(array, LENGTHS)
    for axis in range(load_int64(array, AXES) & LOW):
        size *= load_int64(lengths, axis)
    return size


@njit(types.int64(types.int64, types.int64, types.int64), nogil=True, cache=True)
def launch(crew: int, table: int, arrays: int) -> int:
    """Run a loop over arrays of one size, with the crew if they are large; return if they suit.

    They suit if they have the dtypes of the table, one number of elements, and lie row after row.
    arrays is the address of a tuple, its id. table is that of: the kernel's address, the bytes that
    an element moves, the number of operands, the place in the tuple of an array that tells the
    size, then of each operand its place there, its stride, and the address and bytes of its dtype.
    """
    count = load_int64(table, 2)
    size = _size_of(load_int64(arrays, ITEMS + load_int64(table, 3)))
    for k in range(count):
        array = load_int64(arrays, ITEMS + load_int64(table, 4 + 4 * k))
        if load_int64(array, DTYPE) != load_int64(table, 6 + 4 * k):
            return 0
        if load_int64(array, FLAGS) & LAYOUT != LAYOUT:
            return 0
        if load_int64(table, 5 + 4 * k) != 0 and _size_of(array) != size:
            return 0
    pieces = max(1, min(size * load_int64(table, 1) // PIECE, MOST))
    length = (size // (pieces * LINE) + 1) * LINE if pieces > 1 else size
    rows = _reserve()
    starts = rows + 8 * MOST * WIDTH
    pieces, begin = 0, 0
    while begin < size:
        row = rows + 8 * WIDTH * pieces
        store_int64(starts, pieces, WIDTH * pieces)
        store_int64(row, 0, load_int64(table, 0))
        store_int64(row, 1, min(length, size - begin))
        for k in range(count):
            array = load_int64(arrays, ITEMS + load_int64(table, 4 + 4 * k))
            stride, bytes_ = load_int64(table, 5 + 4 * k), load_int64(table, 7 + 4 * k)
            store_int64(row, 2 + 2 * k, load_int64(array, DATA) + begin * stride * bytes_)
            store_int64(row, 3 + 2 * k, stride)
        pieces += 1
        begin += length
    share(crew, rows, starts, pieces)
    return 1


class Launcher:
    """A compiled loop: called with a tuple that has an array, or a number's, at every root."""

    def __init__(self, loop: Loop, steps: list[Step]) -> None:
        # Nothing is contracted: NumPy rounds a product before it is added.
        kernel = kernel_address(text_of(loop.body, "set()"))
        sized = next(one.root for one in loop.operands if one.shape)
        words = [kernel, bytes_an_element(loop, steps), len(loop.operands), sized]
        for value, (stride,) in zip(loop.operands, loop.strides, strict=True):
            words += [value.root, stride, id(value.dtype), value.dtype.itemsize]
        self._table: ndarray = np.array(words, np.int64)
        self._address = self._table.ctypes.data
        CREW.start()

    def __call__(self, arrays: tuple) -> int:
        """Run the loop if the arrays suit it, and return whether they do."""
        return launch(CREW.address, self._address, id(arrays))


def launcher_of(steps: list[Step], stored: set[int]) -> Launcher | None:
    """Return what runs these steps, over flat arrays, in one loop; None where it cannot be run."""
    loop = loop_of(steps, stored)
    return Launcher(loop, steps) if READABLE and len(loop.operands) <= MOST_OPERANDS else None
