"""The facts of a plan over Scalars: its instructions, and the runs of levels that do alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import Any, NamedTuple

from .levels import Layout

NUMBER = 8


class LevelEntry(NamedTuple):
    """An instruction of a plan over Scalars: `size` operations of one kind, all in one level."""

    title: str
    level: int
    size: int
    operands: int

    @property
    def flops(self) -> int:
        """One for each operation."""
        return self.size

    @property
    def bytes_read(self) -> int:
        """The bytes of the operands."""
        return NUMBER * self.size * self.operands

    @property
    def bytes_written(self) -> int:
        """The bytes of the results."""
        return NUMBER * self.size


class Run(NamedTuple):
    """Successive levels that do alike, from the instruction `begin` up to, not including, `end`."""

    levels: str
    begin: int
    end: int


def entries_of(layout: Layout) -> list[LevelEntry]:
    """Return the entries of all instructions, in the order in which they run."""
    return [
        LevelEntry(
            layout.codes[one.code].op.name, one.level, one.size, layout.operands[one.code].shape[1]
        )
        for one in layout.groups
    ]


def runs_of(entries: list[LevelEntry]) -> list[Run]:
    """Return the runs of levels that have the same numbers of the same operations."""
    return _runs(entries, lambda one: (one.title, one.size))


def kinds_of(entries: list[LevelEntry]) -> list[Run]:
    """Return the runs of levels that have the same operations, whatever their numbers."""
    return _runs(entries, lambda one: one.title)


def _runs(entries: list[LevelEntry], what: Callable[[LevelEntry], Any]) -> list[Run]:
    levels = [list(group) for _, group in groupby(entries, lambda one: one.level)]
    runs = []
    place = 0
    for _, alike in groupby(levels, lambda level: list(map(what, level))):
        some = [one for level in alike for one in level]
        first, last = some[0].level, some[-1].level
        name = f"{first}" if first == last else f"{first}-{last}"
        runs.append(Run(name, place, place + len(some)))
        place += len(some)
    return runs


def counts_of(entries: list[LevelEntry]) -> tuple[Counter[str], Counter[str]]:
    """Return how many operations and how many instructions there are of each kind."""
    operations: Counter[str] = Counter()
    for one in entries:
        operations[one.title] += one.size
    return operations, Counter(one.title for one in entries)
