"""Profiling: how long each instruction of a plan takes, run many times by itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..calls import forward
from ..threads import get_num_threads
from .facts import UPDATE, InstructionFacts, kind_of
from .isolation import isolated, stand_ins
from .listing import amount, lines_of, table, way_of, what
from .peak import Peak, peak
from .recording import Instruction, Recording, Slot

# How often an instruction runs at least, and in one call of native code at most.
FEWEST, LONGEST_CALL, MOST_IN_A_CALL = 5, 5e-5, 64
# Seconds after which progress is told.
PATIENCE = 1.0
HEAD = ("#", "operation", "time", "share", "GFLOP/s", "of peak", "GB/s", "of copy", "by", "line")
FIGURES = (0, 2, 3, 4, 5, 6, 7)


class Work(NamedTuple):
    """An instruction to be timed: run(n) runs it n times, restore() undoes what it changed.

    most is how often one call may run it.
    """

    run: Callable[[int], None]
    restore: Callable[[], None]
    most: int = 1


class Profile:
    """The time of every instruction of a plan; str is a table.

    seconds are the times of the instructions, the least of many runs each, in the order of
    `entries`; peak is what one thread of the machine can do.
    """

    def __init__(self, entries: list[InstructionFacts], seconds: list[float], peak: Peak) -> None:
        self.entries, self.seconds, self.peak = entries, seconds, peak

    def __str__(self) -> str:
        total = sum(self.seconds) or 1.0
        rows = [
            (str(place), what(entry), amount(taken, "s"), f"{taken / total:.1%}",
             *_rates(entry, taken, self.peak), way_of(entry), lines_of(entry))
            for place, (entry, taken) in enumerate(zip(self.entries, self.seconds, strict=True))
        ]  # fmt: skip
        return "\n".join(
            [
                *table(HEAD, rows, FIGURES),
                "",
                f"all instructions: {amount(sum(self.seconds), 's')}, each alone and repeated, so "
                "with what it reads in the cache",
                peak_line(self.peak),
                "caches are faster than a large copy; what is cut (x2) is measured against the "
                "arithmetic of as many threads",
            ]
        )

    __repr__ = __str__


def _rates(entry: InstructionFacts, seconds: float, peak: Peak) -> tuple[str, ...]:
    """Return arithmetic and traffic of an instruction a second, with their shares of the peak."""
    if not seconds:
        return "", "", "", ""
    rate, traffic = entry.flops / seconds, (entry.bytes_read + entry.bytes_written) / seconds
    arrays = [one for one in (*entry.makes, *entry.reads) if one.dtype.kind == "f"]
    threads = min(entry.pieces, get_num_threads())
    share = peak.share_of_arithmetic(rate / threads, str(arrays[0].dtype)) if arrays else 0.0
    return (
        f"{rate / 1e9:.2f}",
        f"{share:.0%}",
        f"{traffic / 1e9:.2f}",
        f"{traffic / peak.copy:.0%}",
    )


def peak_line(peak: Peak) -> str:
    """Return what the shares of the peak are shares of."""
    return (
        f"peak of one thread, measured: {amount(peak.float32, 'FLOP/s')} float32, "
        f"{amount(peak.float64, 'FLOP/s')} float64 in a large product, "
        f"{amount(peak.copy, 'B/s')} in a large copy"
    )


def profiled(entries: list[InstructionFacts], works: Iterator[Work], seconds: float) -> Profile:
    """Time each instruction, for `seconds` together or a few runs each, and tell the progress."""
    return Profile(entries, measured(works, len(entries), seconds), peak())


def measured(works: Iterator[Work], total: int, seconds: float) -> list[float]:
    """Return the least time of each of so many works, and tell the progress."""
    progress = Progress(total)
    taken = []
    for place, work in enumerate(works):
        progress.tell(place)
        taken.append(least_time(work, seconds / total))
    progress.end()
    return taken


def least_time(work: Work, seconds: float) -> float:
    """Return the least time of one run, found in so many seconds."""
    single = min(_timed(work, 1) for _ in range(FEWEST))
    count = max(1, min(work.most, int(LONGEST_CALL / single)))
    end = time.perf_counter() + seconds
    whole: list[float] = []
    empty: list[float] = []
    while len(whole) < FEWEST or time.perf_counter() < end:
        whole.append(_timed(work, count))
        # The way into native code and the clock, which are no part of the instruction.
        empty.append(_timed(work, 0))
    return max(min(whole) - min(empty), 0.0) / count


def _timed(work: Work, count: int) -> float:
    """Return the time of so many runs, what they begin with being the same each time."""
    work.restore()
    start = time.perf_counter()
    work.run(count)
    return time.perf_counter() - start


class Progress:
    """A line on the standard error, of a profile that takes longer than a second."""

    def __init__(self, total: int) -> None:
        self._total, self._start, self._told = total, time.monotonic(), False

    def tell(self, done: int) -> None:
        """Tell how many instructions are done: over the last line, where that cannot be once."""
        over = sys.stderr.isatty()
        if time.monotonic() - self._start > PATIENCE and (over or not self._told):
            self._told = True
            line = f"profile: {done} of {self._total} instructions"
            print("\r" + line if over else line, end="" if over else "\n", file=sys.stderr)

    def end(self) -> None:
        """End the line."""
        if self._told and sys.stderr.isatty():
            print(file=sys.stderr)


def replay_works(recording: Recording) -> Iterator[Work]:
    """Yield the instructions of a recording to be timed, each after those before it were replayed.

    They work on copies of what the step finds, its arguments being `stand_ins`.
    """
    own, arguments = isolated(recording), stand_ins(recording)
    values: list[Any] = [None] * len(own.specs)
    for slot, source in own.inputs.items():
        values[slot] = source.read(arguments)
    with np.errstate(all="ignore"):
        for instruction in own.instructions:
            work = _replay_work(instruction, values)
            yield work
            work.restore()
            work.run(1)


def _replay_work(instruction: Instruction, values: list[Any]) -> Work:
    op, operands, statics, outputs, *_ = instruction
    args = tuple(values[one.place] if isinstance(one, Slot) else one for one in operands)
    written = args[:1] if kind_of(op) == UPDATE else ()
    saved = [one.copy() for one in written]

    def restore() -> None:
        for array, before in zip(written, saved, strict=True):
            np.copyto(array, before)

    def work(count: int) -> None:
        for _ in range(count):
            made = forward(op, args, statics)
            for slot, value in zip(outputs, made if op.residuals else (made,), strict=True):
                values[slot] = np.asarray(value) if isinstance(value, np.generic) else value

    return Work(work, restore)
