"""Launching one loop over whole arrays from Python: eager's way to the kernels of plans."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from ..threads import get_num_threads
from . import blas
from .along import SLOWER
from .crew import CREW
from .fusion import Step, loop_of
from .native import Entry, kernel_address, text_of
from .pieces import MOST, bytes_an_element
from .pointing import READABLE
from .sources import softmax, softmax_pull

# Where a tuple's items begin, in 64-bit words.
TUPLE_ITEMS = tuple.__basicsize__ // 8
MOST_OPERANDS = 14
# Words of a row: kernel, length, address and stride of every operand; of all rows and their places.
WIDTH = 2 + 2 * MOST_OPERANDS
ROOM = MOST * (WIDTH + 1)
# Words of a row of a product; where the addresses of factors, product and bias stand in it.
PRODUCT, FACTOR, OTHER, RESULT, BIAS = 14, 7, 9, 11, 13
# Tables of products are forgotten when there are more: shapes may change all the time.
MOST_TABLES = 1024
launch, multiply = Entry("launch", "www"), Entry("multiply", "www")


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
        self._launch = launch.load()
        CREW.start()

    def __call__(self, arrays: tuple) -> int:
        """Run the kernel if the arrays suit it, and return whether they do."""
        return self._launch(CREW.address, self._address, id(arrays))


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
        self._dtype, self._function = dtype, function
        self._kernel = kernel_address(text_of(blas.product(str(dtype))))
        self._multiply = multiply.load()
        self._tables: dict[tuple, tuple[ndarray, int] | None] = {}
        CREW.start()

    def __call__(self, a: ndarray, b: ndarray, bias: ndarray | None, whole: bool) -> ndarray | None:
        """Return a @ b, plus a bias; None if BLAS cannot take them. Unless `whole`, in parts."""
        # The number of threads decides about the parts.
        key = a.shape, b.shape, a.strides, b.strides, whole, bias is not None, get_num_threads()
        try:
            table = self._tables[key]
        except KeyError:
            if len(self._tables) >= MOST_TABLES:
                self._tables.clear()
            table = self._tables[key] = self._table(a, b, bias is not None, whole)
        if table is None:
            return None
        c = np.empty((len(a), b.shape[1]), self._dtype)
        with blas.ONE_THREAD:
            arrays = (a, b, c) if bias is None else (a, b, c, bias)
            done = self._multiply(CREW.address, table[1], id(arrays))
        return c if done else None

    def _table(self, a: ndarray, b: ndarray, biased: bool, whole: bool) -> tuple | None:
        """Return how many parts there are, whether with a bias, and the row of every part.

        They are words of an array, returned with its address; in a row, offsets in bytes stand for
        addresses.
        """
        (m, k), n, size = a.shape, b.shape[1], self._dtype.itemsize
        if not READABLE or any(stride % size for stride in (*a.strides, *b.strides)):
            return None
        strides = [(one.strides[0] // size, one.strides[1] // size) for one in (a, b)]
        turned = [blas.turned(one.shape, each) for one, each in zip((a, b), strides, strict=True)]
        if None in turned:
            return None
        parts = [(0, 0, m, n)] if whole else blas.shares(m, n)
        words: list[Any] = [len(parts), int(biased)]
        for i, j, rows, columns in parts:
            words += [self._kernel, self._function, *turned, rows, columns, k,
                      i * a.strides[0], max(strides[0]), j * b.strides[1], max(strides[1]),
                      (i * n + j) * size, n, j * size]  # fmt: skip
        table: ndarray = np.array(words, np.int64)
        return table, table.ctypes.data
