"""Building the kernels of a plan: here, or in a process beside the program, with its progress.

Compiling is work of Python's, which would hold up the program from a thread: so a process of its
own compiles into the cache on disk, from which the program then loads. That process goes on when
the program ends: the next run finds its kernels.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable

from .native import is_compiled, kernel_address, store

# Seconds after which progress is told, and between two looks.
PATIENCE, PAUSE = 1.0, 0.05
WORK = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from autograd.plan.building import work
work()
"""


def all_compiled(texts: list[str]) -> bool:
    """Return whether loading these kernels will take no time to speak of."""
    return all(map(is_compiled, set(texts)))


def addresses_of(texts: Iterable[str]) -> dict[str, int]:
    """Return the address of every kernel: loaded, or compiled now."""
    return {text: kernel_address(text) for text in dict.fromkeys(texts)}


def compile_beside(texts: list[str]) -> bool:
    """Compile kernels in a process beside this one; return whether the program still goes on.

    What that process could not compile is left to `addresses_of`, which tells why; so is
    everything where no process can be begun.
    """
    wanted = [text for text in dict.fromkeys(texts) if not is_compiled(text)]
    worker = _worker(wanted)
    if worker is None:
        return True
    start = time.monotonic()
    told = ""
    while worker.poll() is None:
        # A program that ends does not wait for kernels that it will not call.
        if not threading.main_thread().is_alive():
            return False
        time.sleep(PAUSE)
        if time.monotonic() - start > PATIENCE:
            told = _tell(f"{sum(map(is_compiled, wanted))} of {_kernels(wanted)}", told)
    if told:
        _tell(f"{_kernels(wanted)} took {time.monotonic() - start:.1f} s; kept for later", "end")
    return True


def _worker(wanted: list[str]) -> subprocess.Popen | None:
    """Return a process that compiles these kernels, None where there can be none.

    A frozen program is its own interpreter, and would begin anew.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        return None
    command = [sys.executable, "-c", WORK, json.dumps(sys.path)]
    try:
        worker = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
    except OSError:
        return None
    # A process that ends before it has read all leaves the rest to this one.
    with contextlib.suppress(OSError), worker.stdin as pipe:  # type: ignore[union-attr]
        json.dump(wanted, pipe)
    return worker


def work() -> None:
    """Compile the kernels whose texts stand on the standard input."""
    if hasattr(os, "nice"):
        os.nice(10)
    texts = json.load(sys.stdin)
    # Programs that wait for the same kernels begin at different ones, and share the work.
    start = os.getpid() % max(len(texts), 1)
    for text in texts[start:] + texts[:start]:
        store(text)


def _kernels(texts: list[str]) -> str:
    return f"{len(texts)} kernel{'s' * (len(texts) != 1)}"


def _tell(what: str, told: str) -> str:
    """Write a line of progress over the last one; where that cannot be, only first and last."""
    over, last = sys.stderr.isatty(), told == "end"
    if over or last or not told:
        line = f"autograd.compile: compiling {what:<40}"
        end = "" if over and not last else "\n"
        print("\r" + line if over else line, end=end, file=sys.stderr, flush=True)
    return what
