"""What is printed and saved: a table on screen, JSON, and a comparison with an earlier run."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from .running import Result
from .tables import Table

SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns"))


def amount(value: float, unit: str) -> str:
    """Return a measure in three digits: 4.87 us; a dash for nan."""
    if math.isnan(value):
        return "-"
    if unit == "s":
        scale, unit = next((one for one in SCALES if value >= one[0]), SCALES[-1])
        value /= scale
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:.{min(digits, 2)}f} {unit}"


def heading(table: Table, columns: Sequence[str]) -> str:
    """Return the title of a table and the names of its columns."""
    there = [name for name in table.rivals if name in columns] or table.rivals
    rivals = there[0] if len(there) == 1 else f"best of {', '.join(there)}"
    wide = max(14, *(len(name) + 2 for name in columns))
    names = "".join(f"{name:>{wide}}" for name in columns)
    end = f"{'ratio':>9}  {'quartiles':<13} goal"
    title = f"\n{table.suite}: {table.title}\nratio: {rivals} / {columns[0]}"
    return f"{title}\n{'':<{label_width(table)}}{names}{end}"


def row(result: Result, columns: Sequence[str]) -> str:
    """Return the medians of a result, its ratio with quartiles, and whether the goal is met."""
    wide = max(14, *(len(name) + 2 for name in columns))
    cells = "".join(f"{amount(result.median(name), result.table.unit):>{wide}}" for name in columns)
    ratio = result.ratio()
    spread = f"{ratio[1]:>9.2f}  {f'{ratio[0]:.2f}-{ratio[2]:.2f}':<13}" if ratio else " " * 24
    line = f"{result.case.name:<{label_width(result.table)}}{cells}{spread} {verdict(result)}"
    return "\n".join([line.rstrip(), *map(_in_short, result.problems)])


def _in_short(problem: str) -> str:
    """Return a line: whose problem it is, and the last line of a traceback."""
    first, *more = problem.strip().splitlines()
    return f"    ! {first.partition(':')[0]}: {more[-1]}" if more else f"    ! {first}"


def label_width(table: Table) -> int:
    """Return the width of the names of the cases."""
    return max(len(case.name) for case in table.cases)


def verdict(result: Result) -> str:
    """Return the goal of a row, and whether it is met where that was measured."""
    case, ratio = result.case, result.ratio()
    if case.limit is not None:
        ours = result.measures.get(result.first)
        said = "" if not ours else " met" if min(ours) <= case.limit else " MISSED"
        return f"<= {amount(case.limit, result.table.unit)}{said}"
    if case.goal is None:
        return ""
    said = "" if ratio is None else " met" if ratio[1] >= case.goal else " MISSED"
    return f">= {case.goal:.3g}{said}"


def as_json(results: Iterable[Result], machine: str, loads: Mapping[str, float]) -> str:
    """Return everything that was measured, as JSON."""
    rows = [
        {
            "suite": result.table.suite,
            "table": result.table.title,
            "case": result.case.name,
            "unit": result.table.unit,
            "measures": result.measures,
            "medians": {name: result.median(name) for name in result.measures},
            "rival": result.best_rival(),
            "ratio": result.ratio(),
            "goal": result.case.goal,
            "limit": result.case.limit,
            "problems": result.problems,
        }
        for result in results
    ]
    return json.dumps({"machine": machine, "loads": loads, "rows": rows}, indent=1)


def changes(results: Sequence[Result], machine: str, path: Path) -> str:
    """Return our medians and ratios beside those of a run saved at `path`."""
    saved = json.loads(path.read_text())
    earlier = {(one["table"], one["case"]): one for one in saved["rows"]}
    lines = [f"\nsince {path}: ours then, now, now / then; best rival / ours then, now"]
    if saved["machine"] != machine:
        lines.append(f"measured elsewhere or with other versions: {saved['machine']}")
    for table, group in groupby(results, key=lambda one: one.table):
        lines.append(f"\n{table.suite}: {table.title}")
        for result in group:
            then = earlier.get((table.title, result.case.name))
            said = _change(result, then) if then else "  new"
            lines.append(f"{result.case.name:<{label_width(table)}}{said}")
    return "\n".join(lines)


def _change(result: Result, then: Mapping[str, Any]) -> str:
    now = result.median(result.first)
    before = then["medians"].get(result.first, math.nan)
    ratios = [one[1] if one else math.nan for one in (then["ratio"], result.ratio())]
    parts = [amount(one, result.table.unit) for one in (before, now)]
    parts += ["-" if math.isnan(one) else f"{one:.2f}" for one in (now / before, *ratios)]
    return "".join(f"{part:>12}" for part in parts)
