"""What `step.plan()` returns of a plan over Scalars."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..listing import amount, table
from ..report import View
from .facts import LevelEntry, counts_of, entries_of, kinds_of, runs_of
from .picture import drawn_levels
from .profiling import profiled_levels

if TYPE_CHECKING:
    from .plan import ScalarPlan


def view_of_scalars(plan: ScalarPlan) -> View:
    """Return the view of a plan over Scalars."""
    entries = entries_of(plan.layout)
    return View(
        entries,
        _listing(plan, entries),
        partial(drawn_levels, plan, entries, kinds_of(entries)),
        partial(profiled_levels, plan, entries),
    )


def _listing(plan: ScalarPlan, entries: list[LevelEntry]) -> str:
    operations, instructions = counts_of(entries)
    numbers, data, grad = map(len, plan.reads)
    _, left, gradients = map(len, plan.writes)
    read, written = (sum(getattr(one, name) for one in entries)
                     for name in ("bytes_read", "bytes_written"))  # fmt: skip
    return "\n".join(
        [
            f"{operations.total()} operations on numbers, float64, in {len(entries)} "
            f"instructions of {entries[-1].level if entries else 0} levels",
            f"reads {numbers} numbers among the arguments, data of {data} and grad of {grad} "
            f"Scalars; writes data of {left} and grad of {gradients}",
            "",
            *table(
                ("operation", "operations", "instructions"),
                [(op, str(n), str(instructions[op])) for op, n in operations.most_common()],
                (1, 2),
            ),
            "",
            *table(("levels", "operations"), _levels(entries), ()),
            "",
            f"{len(plan.layout.codes)} kernels; {amount(operations.total(), 'FLOP')}, "
            f"{amount(read, 'B')} read, {amount(written, 'B')} written; "
            f"memory: {amount(plan.layout.values.nbytes, 'B')} of numbers",
        ]
    )


def _levels(entries: list[LevelEntry]) -> list[tuple[str, str]]:
    """Return rows of levels that do alike, and of what each of them does."""
    rows = []
    for run in runs_of(entries):
        some = [
            one for one in entries[run.begin : run.end] if one.level == entries[run.begin].level
        ]
        rows.append((run.levels, ", ".join(f"{one.size} {one.title}" for one in some)))
    return rows
