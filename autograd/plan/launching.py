"""Launching one loop over whole arrays from Python: eager's way to the kernels of plans."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from . import blas
from .along import SLOWER
from .crew import CREW
from .fusion import Step, loop_of
from .native import Entry, kernel_address, run, text_of
from .pieces import MOST, bytes_an_element
from .pointing import READABLE
from .sources import softmax, softmax_pull

# Where a tuple's items begin, in 64-bit words.
TUPLE_ITEMS = tuple.__basicsize__ // 8
MOST_OPERANDS = 14
# Words of a row: kernel, length, address and stride of every operand; of all rows and their places.
WIDTH = 2 + 2 * MOST_OPERANDS
ROOM = MOST * (WIDTH + 1)
launch = Entry("launch", "www")


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
        self._size = dtype.itemsize
        self._function = function
        self._kernel = kernel_address(text_of(blas.product(str(dtype))))
        self._run = run.load()
        CREW.start()

    def __call__(self, a: ndarray, b: ndarray, bias: ndarray | None, whole: bool) -> ndarray | None:
        """Return a @ b, plus a bias; None if BLAS cannot take them. Unless `whole`, in parts."""
        (m, k), n, size = a.shape, b.shape[1], self._size
        if any(not one.flags.aligned or one.strides[0] % size or one.strides[1] % size
               for one in (a, b)):  # fmt: skip
            return None
        strides = [(one.strides[0] // size, one.strides[1] // size) for one in (a, b)]
        turned = [blas.turned(one.shape, each) for one, each in zip((a, b), strides, strict=True)]
        if None in turned or (bias is not None and not bias.flags.carray):
            return None
        c = np.empty((m, n), a.dtype)
        first, second, third = (one.ctypes.data for one in (a, b, c))
        fourth = 0 if bias is None else bias.ctypes.data
        words: list[Any] = []
        parts = [(0, 0, m, n)] if whole else blas.shares(m, n)
        for i, j, rows, columns in parts:
            one, other = first + i * strides[0][0] * size, second + j * strides[1][1] * size
            words += [self._kernel, self._function, *turned, rows, columns, k, one, max(strides[0]),
                      other, max(strides[1]), third + (i * n + j) * size, n,
                      fourth and fourth + j * size]  # fmt: skip
        count = len(parts)
        # Named, so that the memory lasts: the program, its rows' places, the error word, how many
        # rows from each on may run at once.
        tables = [np.array(words, np.int64), np.arange(0, len(words), len(words) // count),
                  np.zeros(1, np.int64), np.arange(count, 0, -1)]  # fmt: skip
        program, starts, error, together = (one.ctypes.data for one in tables)
        part = np.array([program, starts, count, error, together, CREW.address], np.int64)
        with blas.ONE_THREAD:
            self._run(part.ctypes.data)
        return c
