"""A crew: threads beside the program that share the rows of one large loop or product.

Who gives a job does it too, and takes what nobody else has taken: it waits for no thread that has
not begun. A thread without a job looks for one for some microseconds, then sleeps. The threads run
native code alone and never ask for Python's lock. Where the system has no POSIX threads there is
no crew, and whoever gives a job does it all.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import threading
from typing import Any

import numpy as np

from ..threads import get_num_threads, listeners
from .native import Entry

# Where what stands in a crew's memory, in words; what different threads write is lines apart.
LEFT, OPEN, BUSY, SLEEPING = 0, 16, 32, 48
PROGRAM, STARTS, THREADS, STOP = 64, 65, 66, 67
LOCK, UNLOCK, WAIT, WAKE, YIELD = 72, 73, 74, 75, 76
MUTEX, SIGNAL = 80, 96
WORDS = 112
FUNCTIONS = {
    LOCK: "pthread_mutex_lock",
    UNLOCK: "pthread_mutex_unlock",
    WAIT: "pthread_cond_wait",
    WAKE: "pthread_cond_broadcast",
    YIELD: "sched_yield",
}
# Looks for a job before a thread sleeps: some twenty microseconds. It can be woken in that time
# without the system's help; longer, it would take the processor from other programs.
LOOKS = 10_000
serve, wake = Entry("serve", "w"), Entry("wake", "w")


class Crew:
    """The threads of this process; `address` is that of their memory, which never moves."""

    def __init__(self) -> None:
        self._memory: Any = np.zeros(WORDS + 16, np.int64)
        first = -self._memory.ctypes.data % 128 // 8
        self._words = self._memory[first : first + WORDS]
        self.address: int = self._words.ctypes.data
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._system = _posix()

    def start(self) -> None:
        """Begin, if nothing has begun yet, with as many threads as large work may use."""
        if not self._words[THREADS]:
            self.resize(get_num_threads())

    def resize(self, number: int) -> None:
        """Be `number` threads, of which the one that gives a job is one."""
        with self._lock:
            self._end()
            if self._system is None or number == 1:
                return
            if not self._words[LOCK]:
                self._prepare(self._system)
            self._words[STOP] = 0
            self._begin(number - 1)
            self._words[THREADS] = 1 + len(self._threads)

    def _prepare(self, system: Any) -> None:
        system.pthread_mutex_init(ctypes.c_void_p(self.address + 8 * MUTEX), None)
        system.pthread_cond_init(ctypes.c_void_p(self.address + 8 * SIGNAL), None)
        for word, name in FUNCTIONS.items():
            self._words[word] = ctypes.cast(getattr(system, name), ctypes.c_void_p).value

    def _begin(self, number: int) -> None:
        """Begin so many threads, or as many as the system allows."""
        for _ in range(number):
            one = threading.Thread(
                target=serve.load(), args=(self.address,), name="glassgrad crew", daemon=True
            )
            try:
                one.start()
            except RuntimeError:
                return
            self._threads.append(one)

    def _end(self) -> None:
        """End the threads, each after the row that it does; what is left does who gave the job."""
        self._words[THREADS] = 1
        if self._threads:
            self._words[STOP] = 1
            wake.load()(self.address)
            for one in self._threads:
                one.join()
            self._threads = []

    def stop(self) -> None:
        """End the threads."""
        with self._lock:
            self._end()

    def begin_anew(self) -> None:
        """Be there in a forked process too, which has none of the threads."""
        begun = bool(self._words[THREADS])
        self._words[:], self._threads, self._lock = 0, [], threading.Lock()
        if begun:
            self.start()


def _posix() -> Any:
    """Return the library that has the functions of POSIX threads, None where there are none."""
    system = ctypes.CDLL(None) if os.name == "posix" else None
    return system if all(hasattr(system, name) for name in FUNCTIONS.values()) else None


CREW = Crew()
listeners.append(CREW.resize)
# Native code must not run any more when Python takes down what it uses.
atexit.register(CREW.stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=CREW.begin_anew)
