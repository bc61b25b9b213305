"""Products of large matrices by the BLAS that NumPy brings, called from native code.

Only OpenBLAS as NumPy's wheels have it is known here; with another one NumPy is asked instead.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..forks import lock_over_forks
from ..threads import get_num_threads
from .pieces import MOST

NAMES = {"float32": "scipy_cblas_sgemm64_", "float64": "scipy_cblas_dgemm64_"}
# How cblas is told that a matrix lies row after row, or is to be taken as its transpose.
BY_ROWS, PLAIN, TURNED = 101, 111, 112
# Rows or columns that BLAS computes together, whatever the processor.
TILE = 48


def product(dtype: str) -> str:
    """Return the body of C = A B (+ bias): cblas's own words, then bias, an address or 0."""
    return f"""
    m = p[3]; n = p[4]; c = p[10]; width = p[11]; bias = p[12]
    beta = np.{dtype}(0)
    if bias:
        beta = np.{dtype}(1)
        for i in range(m):
            for j in range(n):
                put_{dtype}(c, i * width + j, get_{dtype}(bias, j))
    gemm_{dtype}(p[0], p[1], p[2], m, n, p[5], p[6], p[7], p[8], p[9], beta, c, width)
"""


def shares(m: int, n: int) -> list[tuple[int, int, int, int]]:
    """Return the parts of a product of m rows and n columns, one for each thread.

    Each is its first row and column, and how many it has of both: whole tiles of one of them.
    """
    length = max(m, n)
    size = -(-length // (min(get_num_threads(), MOST) * TILE)) * TILE
    parts = [(start, min(size, length - start)) for start in range(0, length, size)]
    if m >= n:
        return [(start, 0, count, n) for start, count in parts]
    return [(0, start, m, count) for start, count in parts]


def turned(shape: Sequence[int], strides: Sequence[int]) -> int | None:
    """Return what BLAS is told of how a matrix lies, None if it cannot take it.

    strides count elements.
    """
    if strides[1] == 1 and strides[0] >= shape[1]:
        return PLAIN
    return TURNED if strides[0] == 1 and strides[1] >= shape[0] else None


@functools.cache
def _library() -> Any:
    folder = Path(np.__file__).parent
    found = [*folder.parent.glob("numpy.libs/*openblas*"), *folder.glob(".dylibs/*openblas*")]
    return ctypes.CDLL(str(found[0])) if found else None


def address(dtype: Any) -> int | None:
    """Return the address of cblas's product for a dtype, None where it is not known."""
    function = getattr(_library(), NAMES[str(dtype)], None)
    return None if function is None else ctypes.cast(function, ctypes.c_void_p).value


class OneThread:
    """A context in which BLAS uses one thread a call, for this process: the crew has its own.

    Contexts that overlap, of different threads, leave the number that the first one found.
    """

    def __init__(self) -> None:
        self._lock = lock_over_forks()
        self._inside = self._before = 0
        library = _library()
        self._get = getattr(library, "scipy_openblas_get_num_threads64_", int)
        self._set = getattr(library, "scipy_openblas_set_num_threads64_", int)

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = self._get()
                self._set(1)
            self._inside += 1

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._set(self._before)

    def begin_anew(self) -> None:
        """Be outside in a forked process, which has none of the threads that were inside."""
        if self._inside:
            self._inside = 0
            self._set(self._before)


ONE_THREAD = OneThread()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=ONE_THREAD.begin_anew)
