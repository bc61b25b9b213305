"""The picture of a plan over Scalars: boxes for runs of levels, arrows for numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from numpy import ndarray

from ...rendering import Arrow, Box, Picture, dot_source, outline
from .facts import LevelEntry, Run, counts_of
from .levels import KINDS

if TYPE_CHECKING:
    from .plan import ScalarPlan

# How the boxes of what a step reads are called.
READ = ("numbers among the arguments", "data of Scalars", "grad of Scalars")


def drawn_levels(
    plan: ScalarPlan, entries: list[LevelEntry], runs: list[Run], max_nodes: int, direction: str
) -> Picture:
    """Return the picture of the runs: arrows tell how many numbers each leaves to another.

    Every level reads a few numbers of nearly all before it: most of these arrows are left out, and
    boxes of what is read that would have none.
    """
    shown, more = runs[:max_nodes], len(runs) - max_nodes
    boxes = [_box(f"r{place}", one, entries) for place, one in enumerate(shown)]
    if more > 0:
        boxes.append(Box("more", "more", lines=(f"… {more} more runs of levels",)))
    left = f"data of {len(plan.writes[1])}, grad of {len(plan.writes[2])} Scalars"
    boxes.append(Box("left", "outcome", title="left", lines=(left,)))
    arrows = _all_arrows(plan, shown)
    tails = {one.tail for one in arrows}
    found = [
        Box(kind, "leaf", title=title, lines=(str(len(reads)),))
        for kind, title, reads in zip(KINDS, READ, plan.reads, strict=True)
        if kind in tails
    ]
    boxes = [*found, *boxes]
    return Picture(dot_source(boxes, arrows, direction), outline(boxes, arrows))


def _all_arrows(plan: ScalarPlan, runs: list[Run]) -> list[Arrow]:
    keys = [*KINDS, *(f"r{place}" for place in range(len(runs)))]
    owners, layout = _owners(plan, runs), plan.layout
    arrows = []
    for own, one in enumerate(runs, len(KINDS)):
        read = [
            layout.operands[code][row : row + size].ravel()
            for code, _, _, size, row in layout.groups[one.begin : one.end]
        ]
        arrows += _arrows(keys, owners, np.concatenate(read), keys[own], own)
    return arrows + _arrows(keys, owners, plan.asked, "left", len(keys))


def _owners(plan: ScalarPlan, runs: list[Run]) -> ndarray:
    """Return for every number which key it comes from, -1 for constants and what is not shown."""
    layout = plan.layout
    owners: ndarray = np.full(layout.values.shape, -1)
    begin = layout.inputs
    for kind, reads in enumerate(plan.reads):
        owners[begin : begin + len(reads)] = kind
        begin += len(reads)
    for place, one in enumerate(runs):
        first, last = layout.groups[one.begin], layout.groups[one.end - 1]
        owners[first.start : last.start + last.size] = place + len(KINDS)
    return owners


def _arrows(keys: list[str], owners: ndarray, read: ndarray, head: str, own: int) -> list[Arrow]:
    """Return the arrows on which numbers at these places come into a box.

    That of the run before it, which keeps them in order, and the largest of all others.
    """
    tails = Counter(owners[np.unique(read)].tolist())
    del tails[-1], tails[own]
    before = tails.pop(own - 1, 0)
    largest = [*([(own - 1, before)] if before else []), *tails.most_common(1)]
    return [Arrow(keys[tail], head, str(count)) for tail, count in largest]


def _box(key: str, run: Run, entries: list[LevelEntry]) -> Box:
    some = entries[run.begin : run.end]
    operations, _ = counts_of(some)
    word = "levels" if "-" in run.levels else "level"
    lines = tuple(f"{count} {name}" for name, count in operations.most_common())
    count = f"{len(some)} instruction{'s' if len(some) > 1 else ''}"
    return Box(key, "loop", f"{word} {run.levels}", (count,), lines=lines)
