"""The profile of a plan over Scalars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from ..listing import amount, table
from ..peak import Peak, peak
from ..profiling import MOST_IN_A_CALL, Work, measured, peak_line
from .facts import LevelEntry, counts_of
from .levels import Group, Layout
from .replaying import group_by_numpy

if TYPE_CHECKING:
    from .plan import ScalarPlan

HEAD = ("operation", "operations", "instructions", "time", "share", "GFLOP/s", "of peak")


class ScalarProfile:
    """The time of every instruction of a plan over Scalars; str is a table of the kinds.

    seconds are the times of the instructions, the least of many runs each, in the order of
    `entries`; peak is what one thread of the machine can do.
    """

    def __init__(self, entries: list[LevelEntry], seconds: list[float], peak: Peak) -> None:
        self.entries, self.seconds, self.peak = entries, seconds, peak

    def __str__(self) -> str:
        operations, instructions = counts_of(self.entries)
        times: Counter[str] = Counter()
        for entry, taken in zip(self.entries, self.seconds, strict=True):
            times[entry.title] += taken  # type: ignore[assignment]
        total = sum(self.seconds) or 1.0
        rows = []
        for op, taken in times.most_common():
            rate = operations[op] / taken if taken else 0.0
            share = self.peak.share_of_arithmetic(rate, "float64")
            rows.append(
                (op, str(operations[op]), str(instructions[op]), amount(taken, "s"),
                 f"{taken / total:.1%}", f"{rate / 1e9:.2f}", f"{share:.0%}")
            )  # fmt: skip
        end = f"all {len(self.entries)} instructions: {amount(sum(self.seconds), 's')}"
        lines = [*table(HEAD, rows, range(1, 7)), "", f"{end}, each alone and repeated"]
        return "\n".join([*lines, peak_line(self.peak)])

    __repr__ = __str__


def profiled_levels(plan: ScalarPlan, entries: list[LevelEntry], seconds: float) -> ScalarProfile:
    """Time each instruction on a copy of the numbers, for `seconds` together or a few runs each."""
    plan.wait()
    if plan.failure is not None:
        raise plan.failure
    with plan.lock:
        layout = copy(plan.layout)
        layout.values = plan.layout.values.copy()
    works = _native_works(layout) if plan.native else _numpy_works(layout)
    with np.errstate(all="ignore"):
        taken = measured(works, len(entries), seconds)
    return ScalarProfile(entries, taken, peak())


def _native_works(layout: Layout) -> Iterator[Work]:
    """Yield the instructions on their own copy of all numbers: they may run again and again."""
    from ..repeating import RepeatedRows
    from .kernels import NativeRows

    rows = NativeRows(layout)
    for place in range(len(layout.groups)):
        one = slice(place, place + 1)
        work = RepeatedRows(rows.words, rows.starts[one], rows.alone[one])
        yield Work(work, _nothing, MOST_IN_A_CALL)


def _numpy_works(layout: Layout) -> Iterator[Work]:
    for group in layout.groups:

        def work(count: int, group: Group = group) -> None:
            for _ in range(count):
                group_by_numpy(layout, group)

        yield Work(work, _nothing)


def _nothing() -> None:
    """Restore what an instruction changed that writes only its results."""
