"""The runner: candidates take turns, and the median of the ratios counts."""

from __future__ import annotations

import math
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from .candidates import CandidateError, Fresh, Lasting
from .tables import Case, Table

# Several tables run at once when nothing is timed.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# Where processes that are timed as a whole keep compiled kernels; {} is a folder of the table's.
FRESH_CACHE = {"GLASSGRAD_CACHE": "{}/filled", "GLASSGRAD_EMPTY": "{}"}


class Result(NamedTuple):
    """What a row gave: the measures of every column, in turns, and what went wrong."""

    table: Table
    case: Case
    measures: dict[str, list[float]]
    problems: list[str]

    @property
    def first(self) -> str:
        """The column that is ours."""
        return next(iter(self.table.columns))

    def quartiles(self, column: str) -> tuple[float, float, float]:
        """Return the quartiles of a column, the median in the middle; nan without measures."""
        return _quartiles(self.measures.get(column) or [math.nan])

    def median(self, column: str) -> float:
        """Return the median of a column, nan without measures."""
        return self.quartiles(column)[1]

    def best_rival(self) -> str | None:
        """Return the rival with the least median, None if none was measured."""
        there = [name for name in self.table.rivals if self.measures.get(name)]
        return min(there, key=self.median, default=None)

    def ratio(self) -> tuple[float, float, float] | None:
        """Return the quartiles of best rival / ours over the rounds, the median in the middle.

        None without both, and where something failed: different work is not compared.
        """
        rival, ours = self.best_rival(), self.measures.get(self.first)
        if rival is None or not ours or self.problems:
            return None
        pairs = zip(self.measures[rival], ours, strict=True)
        return _quartiles([theirs / mine for theirs, mine in pairs])


def _quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def run_table(
    table: Table, cases: Sequence[Case], pythons: Mapping[str, Path], rounds: int | None
) -> Iterator[Result]:
    """Measure the cases in so many rounds, the table's own number if None; yield every result.

    With no rounds, the cases are run for what they compute alone. pythons gives an interpreter for
    every peer that takes part.
    """
    kind = Fresh if table.fresh else Lasting
    with tempfile.TemporaryDirectory(prefix="glassgrad-") as folder, ExitStack() as stack:
        timed = FRESH_CACHE if table.fresh else {}
        variables = ONE_THREAD if rounds == 0 else timed
        variables = {name: text.format(folder) for name, text in variables.items()}
        candidates = {}
        for name, column in table.columns.items():
            if column.peer in pythons:
                candidates[name] = kind(column, pythons[column.peer], variables)
                stack.callback(candidates[name].close)
        for case in cases:
            chosen = {
                name: candidate
                for name, candidate in candidates.items()
                if case.name in (table.columns[name].cases or [case.name])
            }
            yield run_case(table, case, chosen, rounds)


def run_case(table: Table, case: Case, candidates: dict[str, Any], rounds: int | None) -> Result:
    """Prepare every candidate, compare what they compute, and let them take turns."""
    numbers: dict[str, list[float]] = {}
    problems = []
    for name, candidate in candidates.items():
        try:
            numbers[name] = candidate.prepare(case)
        except CandidateError as error:
            problems.append(f"{name}: {error}")
    problems += disagreements(numbers, table.tolerance)
    chosen = {name: candidates[name] for name in numbers}
    try:
        measures = take_turns(chosen, table.rounds if rounds is None else rounds)
    except CandidateError as error:
        measures = {}
        problems.append(str(error))
    return Result(table, case, measures, problems)


def take_turns(candidates: Mapping[str, Any], rounds: int) -> dict[str, list[float]]:
    """Return a measure a round of every candidate, each round beginning with another one."""
    measures: dict[str, list[float]] = {name: [] for name in candidates}
    names = list(candidates)
    for name in names if rounds else ():
        candidates[name].calibrate()
    for _ in range(rounds):
        for name in names:
            measures[name].append(candidates[name].turn())
        names = names[1:] + names[:1]
    return measures


def disagreements(numbers: Mapping[str, Sequence[float]], tolerance: float) -> list[str]:
    """Return a line for every candidate whose numbers are not finite, or not the first one's."""
    lines = []
    first = next(iter(numbers.values()), [])
    scale = max(map(abs, first), default=0.0)
    for name, found in numbers.items():
        same = len(found) == len(first) and all(
            math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance * scale)
            for one, other in zip(found, first, strict=True)
        )
        if not same or not all(map(math.isfinite, found)):
            lines.append(f"{name}: computes {found}, expected {list(first)}")
    return lines
