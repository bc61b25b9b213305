"""Launching one loop over whole arrays from Python: eager's way to the kernels of plans."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy import ndarray

from . import blas
from .along import SLOWER
from .crew import CREW, share
from .fusion import Step, loop_of
from .native import kernel_address, load_int64, store_int64, text_of
from .pieces import LINE, MOST, PIECE, bytes_an_element
from .pointing import AXES, DATA, DTYPE, FLAGS, LAYOUT, LENGTHS, LOW, READABLE
from .sources import softmax, softmax_pull

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
def _launch(crew: int, table: int, arrays: int) -> int:
    """Run a kernel over the parts of arrays, with the crew if they are large; return if they suit.

    A part is an element, or a row of so many. They suit if they have the dtypes of the table, one
    number of parts, and lie row after row. arrays is the address of a tuple, its id. table is that
    of: the kernel's address, the bytes that a part moves, the number of operands, the place in the
    tuple of an array that tells the number of parts, the elements of its part, then of each operand
    its place there, the elements of its part (0 of a number), the address and bytes of its dtype.
    """
    count = load_int64(table, 2)
    size = _size_of(load_int64(arrays, ITEMS + load_int64(table, 3))) // load_int64(table, 4)
    for k in range(count):
        array = load_int64(arrays, ITEMS + load_int64(table, 5 + 4 * k))
        if load_int64(array, DTYPE) != load_int64(table, 7 + 4 * k):
            return 0
        if load_int64(array, FLAGS) & LAYOUT != LAYOUT:
            return 0
        part = load_int64(table, 6 + 4 * k)
        if part != 0 and _size_of(array) != size * part:
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
            array = load_int64(arrays, ITEMS + load_int64(table, 5 + 4 * k))
            stride, bytes_ = load_int64(table, 6 + 4 * k), load_int64(table, 8 + 4 * k)
            store_int64(row, 2 + 2 * k, load_int64(array, DATA) + begin * stride * bytes_)
            store_int64(row, 3 + 2 * k, stride)
        pieces += 1
        begin += length
    share(crew, rows, starts, pieces)
    return 1


# The function itself, without numba's choice by the types of arguments.
launch = next(iter(_launch.overloads.values())).entry_point


class Operand(NamedTuple):
    """What a kernel takes: its place in the tuple of a call, the elements of a part, its dtype."""

    place: int
    part: int
    dtype: Any


class Launcher:
    """A compiled kernel: called with a tuple of arrays it runs, and returns whether they suit it.

    Its row is the number of parts, then of every operand its address and the elements of a part.
    """

    def __init__(self, text: str, operands: list[Operand], bytes_: int) -> None:
        sized = next(one for one in operands if one.part)
        words = [kernel_address(text), bytes_, len(operands), sized.place, sized.part]
        for place, part, dtype in operands:
            words += [place, part, id(dtype), dtype.itemsize]
        self._table: ndarray = np.array(words, np.int64)
        self._address = self._table.ctypes.data
        CREW.start()

    def __call__(self, arrays: tuple) -> int:
        """Run the kernel if the arrays suit it, and return whether they do."""
        return launch(CREW.address, self._address, id(arrays))


def loop_launcher(steps: list[Step], stored: set[int]) -> Launcher | None:
    """Return what runs these steps, over flat arrays, in one loop; None where it cannot be run."""
    loop = loop_of(steps, stored)
    if not READABLE or len(loop.operands) > MOST_OPERANDS:
        return None
    pairs = zip(loop.operands, loop.strides, strict=True)
    operands = [Operand(value.root, stride, value.dtype) for value, (stride,) in pairs]
    # Nothing is contracted: NumPy rounds a product before it is added.
    return Launcher(text_of(loop.body, "set()"), operands, bytes_an_element(loop, steps))


def softmax_launcher(dtype: Any, columns: int, log: bool, pulls: bool) -> Launcher | None:
    """Return what makes the softmax of rows, or its logarithm, or pulls a cotangent back there."""
    if not READABLE:
        return None
    source = softmax_pull if pulls else softmax
    text = text_of(source(str(dtype), columns, log), "{'contract', 'reassoc'}")
    operands = [Operand(place, columns, dtype) for place in range(3 if pulls else 2)]
    return Launcher(text, operands, columns * dtype.itemsize * (len(operands) if pulls else SLOWER))


def multiplier(dtype: Any) -> Multiplier | None:
    """Return what multiplies matrices of a dtype; None where BLAS's address is not known."""
    function = blas.address(dtype)
    return None if function is None else Multiplier(dtype, function)


class Multiplier:
    """Products of matrices of one dtype, by BLAS on one thread a call and with the crew."""

    def __init__(self, dtype: Any, function: int) -> None:
        self._size = dtype.itemsize
        self._function = function
        self._kernel = kernel_address(text_of(blas.product(str(dtype))))
        CREW.start()

    def __call__(self, a: ndarray, b: ndarray, bias: ndarray | None, whole: bool) -> ndarray | None:
        """Return a @ b, plus a bias; None if BLAS cannot take them. Unless `whole`, in parts."""
        (m, k), n, size = a.shape, b.shape[1], self._size
        strides = [(one.strides[0] // size, one.strides[1] // size) for one in (a, b)]
        turned = [blas.turned(one.shape, each) for one, each in zip((a, b), strides, strict=True)]
        if None in turned or (bias is not None and not bias.flags.carray):
            return None
        c = np.empty((m, n), a.dtype)
        first, second, third, fourth = (
            0 if one is None else one.ctypes.data for one in (a, b, c, bias)
        )
        words: list[Any] = []
        parts = [(0, 0, m, n)] if whole else blas.shares(m, n)
        for i, j, rows, columns in parts:
            one, other = first + i * strides[0][0] * size, second + j * strides[1][1] * size
            words += [self._kernel, self._function, *turned, rows, columns, k, one, max(strides[0]),
                      other, max(strides[1]), third + (i * n + j) * size, n,
                      fourth and fourth + j * size]  # fmt: skip
        table = np.array(words, np.int64)
        starts = np.arange(0, len(words), len(words) // len(parts))
        with blas.ONE_THREAD:
            share(CREW.address, table.ctypes.data, starts.ctypes.data, len(parts))
        return c
