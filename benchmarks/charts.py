"""Charts of a run: bars on a logarithmic scale, a group a case, as PNG and SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, NullFormatter

from .report import amount, verdict
from .running import Result

# A hue a peer; its second column in a table is paler.
COLOURS = {
    "ours": ("#c0392b", "#f1948a"),
    "torch": ("#2471a3", "#a9cce3"),
    "jax": ("#229954", "#a9dfbf"),
    "numpy": ("#839192",),
    "micrograd": ("#d68910",),
    "mygrad": ("#7d3c98",),
    "hips": ("#6e4b2a",),
}
BAR = 0.21  # inches
FACTS = 150  # characters of small print in a line


def draw(results: Iterable[Result], facts: str, folder: Path) -> Iterator[Path]:
    """Write a chart of every table that has measures; yield the paths."""
    for number, (_, group) in enumerate(groupby(results, key=lambda one: one.table.title), 1):
        rows = [one for one in group if one.measures]
        if not rows:
            continue
        figure = chart(rows, facts)
        for kind in ("png", "svg"):
            path = folder / f"{number:02}-{rows[0].table.suite}.{kind}"
            figure.savefig(path, dpi=110)
            yield path


def chart(rows: list[Result], facts: str) -> Figure:
    """Return the chart of one table: medians as bars with their quartiles as lines."""
    table = rows[0].table
    colours = _colours(rows)
    bars = sum(len(one.measures) + 1 for one in rows)
    figure = Figure(figsize=(10, 1.8 + BAR * bars), layout="constrained")
    axes = figure.add_subplot()
    ticks, place = [], 0
    for result in rows:
        ticks.append(place + (len(result.measures) - 1) / 2)
        for name in result.measures:
            _bar(axes, place, result, name, colours[name])
            place += 1
        place += 1
    axes.set_yticks(ticks, [_label(result) for result in rows], fontsize=9)
    axes.set_ylim(place - 1.3, -0.7)
    _scale(axes, rows)
    patches = [Patch(color=colour, label=name) for name, colour in colours.items()]
    axes.legend(
        handles=patches,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(patches),
        frameon=False,
        fontsize=9,
        columnspacing=1.2,
    )
    figure.suptitle(f"{table.title} (logarithmic; shorter is better)", fontsize=12)
    small = textwrap.fill(f"Medians, quartiles as lines. {facts}", FACTS)
    axes.set_xlabel(small, fontsize=7, color="#666666")
    return figure


def _colours(rows: list[Result]) -> dict[str, str]:
    """Return a colour for every column that was measured."""
    seen: dict[str, int] = {}
    colours = {}
    for name, column in rows[0].table.columns.items():
        if any(one.measures.get(name) for one in rows):
            hues = COLOURS[column.peer]
            colours[name] = hues[seen.setdefault(column.peer, 0) % len(hues)]
            seen[column.peer] += 1
    return colours


def _scale(axes: Any, rows: list[Result]) -> None:
    """Make the axis of the measures logarithmic, with room at the left and for the numbers."""
    medians = [one.median(name) for one in rows for name in one.measures]
    low, high = min(medians) / 2, max(medians) * 1.2
    axes.set_xscale("log")
    axes.set_xlim(low, high * (high / low) ** 0.12)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, rows[0])))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(axis="x", color="#dddddd")
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _tick(value: float, result: Result) -> str:
    number, unit = amount(value, result.table.unit).split()
    return f"{float(number):g} {unit}"


def _bar(axes: Any, place: int, result: Result, name: str, colour: str) -> None:
    low, middle, high = result.quartiles(name)
    axes.barh(place, middle, height=0.85, color=colour)
    axes.plot([low, high], [place, place], color="#333333", linewidth=1)
    text = amount(middle, result.table.unit)
    axes.annotate(text, (high, place), (4, 0), textcoords="offset points", va="center", fontsize=8)


def _label(result: Result) -> str:
    """Return the name of a case, and below it its ratio and its goal."""
    ratio, goal = result.ratio(), verdict(result)
    said = [f"ratio {ratio[1]:.2f}"] if ratio else []
    said += [f"goal {goal}"] if goal else []
    return "\n".join([result.case.name, *said])
