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
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from ..threads import get_num_threads, listeners

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
_word = ir.IntType(64)


@intrinsic
def call_row(typing: Any, address: Any, row: Any) -> Any:
    """Call the kernel at `address` with the address of its row."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        words = _word.as_pointer()
        kernel = ir.FunctionType(ir.VoidType(), [words]).as_pointer()
        builder.call(builder.inttoptr(args[0], kernel), [builder.inttoptr(args[1], words)])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def _call_c(typing: Any, address: Any, first: Any, second: Any) -> Any:
    """Call a function of C that takes one or two pointers."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [_word, _word]).as_pointer()
        builder.call(builder.inttoptr(args[0], kind), args[1:])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), generate


def _atomic(operation: str) -> Any:
    """Return an atomic change of the word number `place` from `address` on; it returns the old."""

    def change(typing: Any, address: Any, place: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            pointer = builder.gep(builder.inttoptr(args[0], _word.as_pointer()), [args[1]])
            return builder.atomic_rmw(operation, pointer, args[2], "seq_cst")

        return types.int64(types.int64, types.int64, types.int64), generate

    change.__name__ = f"atomic_{operation}"
    return intrinsic(change)


add_to, exchange = _atomic("add"), _atomic("xchg")


@intrinsic
def look(typing: Any, address: Any, place: Any) -> Any:
    """Return the word number `place` from `address` on, as another thread may have left it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = builder.gep(builder.inttoptr(args[0], _word.as_pointer()), [args[1]])
        return builder.load_atomic(pointer, "seq_cst", 8)

    return types.int64(types.int64, types.int64), generate


@njit(types.void(types.int64), nogil=True, cache=True)
def _work(crew: int) -> None:
    """Do rows of the job until none is left to begin."""
    while True:
        row = add_to(crew, LEFT, -1) - 1
        if row < 0:
            return
        start = look(crew, PROGRAM) + 8 * look(look(crew, STARTS), row)
        call_row(look(start, 0), start + 8)
        add_to(crew, OPEN, -1)


@njit(types.void(types.int64), nogil=True, cache=True)
def _wake(crew: int) -> None:
    """Let all threads of the crew look for a job, or for the end."""
    _call_c(look(crew, LOCK), crew + 8 * MUTEX, 0)
    _call_c(look(crew, WAKE), crew + 8 * SIGNAL, 0)
    _call_c(look(crew, UNLOCK), crew + 8 * MUTEX, 0)


@njit(types.void(types.int64, types.int64, types.int64, types.int64), nogil=True, cache=True)
def share(crew: int, program: int, starts: int, count: int) -> None:
    """Run so many rows of a program, in any order, with the crew unless that is busy.

    starts is the address of the rows' offsets in the program.
    """
    if look(crew, THREADS) < 2 or exchange(crew, BUSY, 1) != 0:
        for i in range(count):
            start = program + 8 * look(starts, i)
            call_row(look(start, 0), start + 8)
        return
    exchange(crew, PROGRAM, program)
    exchange(crew, STARTS, starts)
    exchange(crew, OPEN, count)
    exchange(crew, LEFT, count)
    if look(crew, SLEEPING) != 0:
        _wake(crew)
    _work(crew)
    looks = 0
    while look(crew, OPEN) > 0:
        looks += 1
        if looks > LOOKS:
            # Another program may have the processor on which a thread does the last row.
            _call_c(look(crew, YIELD), 0, 0)
    exchange(crew, BUSY, 0)


@njit(types.void(types.int64), nogil=True, cache=True)
def _sleep(crew: int) -> None:
    _call_c(look(crew, LOCK), crew + 8 * MUTEX, 0)
    add_to(crew, SLEEPING, 1)
    while look(crew, LEFT) <= 0 and look(crew, STOP) == 0:
        _call_c(look(crew, WAIT), crew + 8 * SIGNAL, crew + 8 * MUTEX)
    add_to(crew, SLEEPING, -1)
    _call_c(look(crew, UNLOCK), crew + 8 * MUTEX, 0)


@njit(types.void(types.int64), nogil=True, cache=True)
def _serve(crew: int) -> None:
    """Be a thread of the crew until it is to stop."""
    looks = 0
    while look(crew, STOP) == 0:
        if look(crew, LEFT) > 0:
            _work(crew)
            looks = 0
        elif looks < LOOKS:
            looks += 1
        else:
            _sleep(crew)


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
            self._threads = [
                threading.Thread(
                    target=_serve, args=(self.address,), name="glassgrad crew", daemon=True
                )
                for _ in range(number - 1)
            ]
            for one in self._threads:
                one.start()
            self._words[THREADS] = number

    def _prepare(self, system: Any) -> None:
        system.pthread_mutex_init(ctypes.c_void_p(self.address + 8 * MUTEX), None)
        system.pthread_cond_init(ctypes.c_void_p(self.address + 8 * SIGNAL), None)
        for word, name in FUNCTIONS.items():
            self._words[word] = ctypes.cast(getattr(system, name), ctypes.c_void_p).value

    def _end(self) -> None:
        """End the threads, each after the row that it does; what is left does who gave the job."""
        self._words[THREADS] = 1
        if self._threads:
            self._words[STOP] = 1
            _wake(self.address)
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
