"""Whether eager work may change over to native code, which rounds other last bits than NumPy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .forks import lock_over_forks

_enabled = False
# How much there is that stays with NumPy: only if there is any, threads are asked.
staying = [0]
_lock = lock_over_forks()


class _Thread(threading.local):
    stays = False


_thread = _Thread()


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Let the same eager operations give the same bits whenever a process runs them, or not.

    Every run of a program gives the same bits anyway. But in a program that goes on, native code
    takes over products, exp and their kin on large arrays after so much work: what ran before runs
    otherwise in the last bits if it is repeated then. With `mode` it stays with NumPy, slower.
    warn_only is accepted as PyTorch's, without effect: nothing here raises for being otherwise.
    """
    global _enabled
    with _lock:
        staying[0] += bool(mode) - _enabled
        _enabled = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    """Return what `use_deterministic_algorithms` was last told."""
    return _enabled


def stays_with_numpy() -> bool:
    """Return whether eager work of this thread may not change over now."""
    return _enabled or _thread.stays


@contextmanager
def with_numpy() -> Iterator[None]:
    """Let NumPy do this thread's work inside, and nothing be compiled for it."""
    before, _thread.stays = _thread.stays, True
    with _lock:
        staying[0] += 1
    try:
        yield
    finally:
        _thread.stays = before
        with _lock:
            staying[0] -= 1
