"""How many threads large work may use."""

from __future__ import annotations

import os
from collections.abc import Callable

# What is called with a new number of threads; the crew of native threads is here once it is there.
listeners: list[Callable[[int], None]] = []


def _available() -> int:
    """Return OMP_NUM_THREADS where it is a number, as PyTorch, else the processors at hand."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_number = _available()


def get_num_threads() -> int:
    """Return how many threads compiled steps and large operations may use; small work uses one.

    At first OMP_NUM_THREADS of the environment, or as many as there are processors at hand. NumPy's
    own products of matrices keep to the number that NumPy's BLAS was given.
    """
    return _number


def set_num_threads(number: int) -> None:
    """Let compiled steps and large operations use so many threads.

    Raises TypeError for what is no integer, RuntimeError for one below 1.
    """
    global _number
    if type(number) is not int:
        raise TypeError(f"set_num_threads: expected an int, got {type(number).__name__}")
    if number < 1:
        raise RuntimeError(f"set_num_threads: expected a positive number of threads, got {number}")
    _number = number
    for listener in listeners:
        listener(number)
