"""Work that NumPy does until native code, prepared beside the program, takes over.

It takes over after so much work, not when it happens to be ready: every run computes the same. What
is done once alone, as with a number that changes every time, is not prepared; else one kind after
the other is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from . import crossover
from .determinism import staying, stays_with_numpy
from .forks import lock_over_forks

_lock = lock_over_forks()
# The newest thread that prepares something; others begin when it is done.
_newest = threading.Thread()


class Takeover:
    """One kind of work: counts what is done of it, and then has what `prepare` returns.

    limits() tells after how much work that is begun, and after how much it is used; None is
    prepared where there is no numba.
    """

    def __init__(self, prepare: Callable, limits: Callable[[], tuple[int, int]]) -> None:
        self._prepare = prepare
        self._limits = limits
        self._seen = self._times = 0
        self._thread: threading.Thread | None = None
        self.made: Any = None

    def after(self, work: int) -> Any:
        """Return what was prepared, None if NumPy has to do this work, which is counted."""
        global _newest
        if self.made is not None and not staying[0]:
            return self.made
        if stays_with_numpy():
            return None
        begin, use = self._limits()
        # Other threads may not wait for one that has not started yet.
        with _lock:
            self._seen += work
            self._times += 1
            enough = use if _newest.is_alive() else begin
            if self._thread is None and self._times >= crossover.TIMES and self._seen >= enough:
                self._thread = threading.Thread(target=self._make, name="glassgrad loop")
                self._thread.start()
                _newest = self._thread
        if self._thread is None or self._seen < use:
            return None
        self._thread.join()
        return self.made

    def _make(self) -> None:
        try:
            self.made = self._prepare()
        except ModuleNotFoundError as missing:
            if missing.name not in ("numba", "llvmlite"):
                raise
