"""Repeating the instructions of a plan one by one, on copies of all that the plan works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from .blas import OneThread
from .crew import CREW
from .isolation import isolated, stand_ins
from .native import run
from .profiling import MOST_IN_A_CALL, Work

if TYPE_CHECKING:
    from .running import Plan


def plan_works(plan: Plan) -> Iterator[Work]:
    """Yield the instructions of a ready plan to be timed, each after those before it have run.

    They work on copies of what the plan finds, with the arguments of its last call (ones, where
    there was none).
    """
    with plan.lock:
        recording = isolated(plan.recording)
        given = [plan.program.memory[root] for root in plan.argument_roots]
        arrays = [
            blank if array is None else array.copy()
            for array, blank in zip(given, stand_ins(plan.recording), strict=True)
        ]
    own = type(plan)(recording)
    own.link()
    with np.errstate(all="ignore"):
        # Points the program at the copies, and gives memory its first contents.
        own(arrays)
        for place in range(len(own.program.items)):
            work = _work(own, place)
            yield work
            work.restore()
            work.run(1)


def _work(plan: Plan, place: int) -> Work:
    """Return item number `place` of a plan to be run by itself."""
    program, share = plan.program, plan.program.shares[place]
    rows = [one for one in share if not callable(one)]
    calls = [one for one in share if callable(one)]
    written = [program.array_of(one) for one in program.items[place].makes
               if one.root in program.items[place].writes]  # fmt: skip
    saved = [one.copy() for one in written]
    limit: Any = OneThread() if program.blas else nullcontext()
    repeated = RepeatedRows(plan.words, plan.starts[rows], plan.together[rows])

    def restore() -> None:
        for array, before in zip(written, saved, strict=True):
            np.copyto(array, before)

    def work(count: int) -> None:
        with limit:
            repeated(count)
        for _ in range(count):
            for call in calls:
                call()

    return Work(work, restore, 1 if calls else MOST_IN_A_CALL)


class RepeatedRows:
    """Rows of a program, which begin at these offsets among its words: called, to run so often.

    together tells for each, as to `run`, how many from it on are pieces of one work. They run up to
    MOST_IN_A_CALL times in one call of native code, and whether or not a kernel complains.
    """

    def __init__(self, words: Any, starts: Any, together: Any) -> None:
        self._count = len(starts)
        never: Any = np.zeros(1, np.int64)
        tables = words, np.tile(starts, MOST_IN_A_CALL), never, np.tile(together, MOST_IN_A_CALL)
        first, second, *others = (one.ctypes.data for one in tables)
        self._part: Any = np.array([first, second, 0, *others, CREW.address], np.int64)
        self._kept = tables

    def __call__(self, count: int) -> None:
        """Run the rows `count` times."""
        self._part[2] = count * self._count
        run(self._part.ctypes.data)
