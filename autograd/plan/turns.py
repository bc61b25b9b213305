"""The lock of a compiled step: threads take turns, and native code sees whose turn it is."""

from __future__ import annotations

import threading

import numpy as np


class Turns:
    """A lock that one thread may take several times; the word at `address` is 0 if none has it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._taken: np.ndarray = np.zeros(1, np.int64)
        self.address = self._taken.ctypes.data

    def __enter__(self) -> None:
        self._lock.acquire()
        self._taken[0] += 1

    def __exit__(self, *exception: object) -> None:
        self._taken[0] -= 1
        self._lock.release()
