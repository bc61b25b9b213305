"""The picture of a plan: boxes for instructions, arrows for the buffers between them."""

from __future__ import annotations

import textwrap

from ..rendering import Arrow, Box, Picture, dot_source, outline
from .facts import LOOP, UPDATE, Buffer, InstructionFacts
from .listing import amount, lines_of, shape_of, text_of, way_of
from .naming import ARGUMENT, BETWEEN, CONSTANT, NUMBER, PARAMETER, RESULT

# How many characters and lines of the operations of a loop a box shows.
WIDTH, HEIGHT = 22, 4
BY_NUMPY, MORE = "numpy", "more"
# Whose boxes have colours of their own; states are drawn as arguments.
FOUND = {ARGUMENT: "leaf", PARAMETER: "parameter", CONSTANT: "constant"}
# Buffers between two boxes that an arrow names one by one.
MOST_NAMED = 2


def drawn(entries: list[InstructionFacts], max_nodes: int, direction: str) -> Picture:
    """Return the picture of these instructions, of the first `max_nodes` if there are more."""
    sketch = _Sketch()
    for place, entry in enumerate(entries[:max_nodes]):
        sketch.add(place, entry)
    sketch.end(entries[max_nodes:])
    boxes, arrows = sketch.boxes, sketch.arrows
    return Picture(dot_source(boxes, arrows, direction), outline(boxes, arrows))


class _Sketch:
    """The boxes and arrows of a picture in the making, and the box each buffer comes from."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []
        self.found: dict[int, str] = {}
        self.makers: dict[int, str] = {}
        self.results: dict[int, Buffer] = {}

    def add(self, place: int, entry: InstructionFacts) -> None:
        """Add the box of an instruction, and boxes for what it is the first to find."""
        key = f"i{place}"
        changed = {one.root for one in entry.makes} if entry.kind == UPDATE else set()
        between: dict[str, list[Buffer]] = {}
        for one in entry.reads:
            # Numbers that the step finds, and what is changed where it lies, stand in the box.
            if one.root in self.makers or not (one.kind == NUMBER or one.root in changed):
                between.setdefault(self._tail(one), []).append(one)
        self.boxes.append(_box(place, key, entry))
        self.arrows += [Arrow(tail, key, _label(tail, some)) for tail, some in between.items()]
        self.makers |= {one.root: key for one in entry.makes}
        self.results |= {one.root: one for one in entry.makes if one.kind == RESULT}

    def end(self, rest: list[InstructionFacts]) -> None:
        """Add boxes for the results, and one for all instructions that are not shown."""
        for root, one in self.results.items():
            key = f"r{root}"
            self.boxes.append(Box(key, "outcome", title=one.name, lines=(shape_of(one),)))
            self.arrows.append(Arrow(self.makers[root], key))
        if rest:
            more = f"… {len(rest)} more instructions"
            self.boxes.append(Box(MORE, MORE, lines=(more,), tooltip=("those that come later",)))
            read = {one.root for entry in rest for one in entry.reads} & self.makers.keys()
            tails = dict.fromkeys(self.makers[root] for root in sorted(read))
            self.arrows += [Arrow(tail, MORE) for tail in tails]

    def _tail(self, buffer: Buffer) -> str:
        """Return the key of the box that a buffer comes from; made now if the step finds it."""
        root = buffer.root
        if root in self.makers:
            return self.makers[root]
        if root not in self.found:
            self.found[root] = f"f{root}"
            kind, lines = FOUND.get(buffer.kind, "leaf"), (shape_of(buffer),)
            self.boxes.append(Box(f"f{root}", kind, title=buffer.name, lines=lines))
        return self.found[root]


def _label(tail: str, buffers: list[Buffer]) -> str:
    """Return what the arrow of these buffers is called; the box of what is found says enough."""
    if tail.startswith("f"):
        return ""
    if len(buffers) > MOST_NAMED:
        alike = "numbers" if all(one.kind == NUMBER for one in buffers) else "buffers"
        return f"{len(buffers)} {alike}"
    return ", ".join(map(text_of, buffers))


def _box(place: int, key: str, entry: InstructionFacts) -> Box:
    kind = BY_NUMPY if entry.by == "NumPy" else entry.kind
    name, _, within = entry.title.partition(" in ")
    details: tuple[str, ...] = (f"in {within}",) if within else ()
    if len(entry.operations) > 1:
        details = tuple(textwrap.wrap(" ".join(entry.operations), WIDTH))
        if len(details) > HEIGHT:
            details = (*details[: HEIGHT - 1], f"… {len(entry.operations)} operations")
    elif entry.kind == LOOP:
        name = entry.operations[0]
    told = [one.name for one in entry.makes if one.kind not in (BETWEEN, RESULT, NUMBER)]
    lines = (*told, *_places(entry), _work(entry), lines_of(entry))
    return Box(key, kind, f"{place}  {name}", details, lines=lines, tooltip=_tooltip(entry))


def _places(entry: InstructionFacts) -> list[str]:
    """Return where in the shared block an instruction leaves the arrays that it makes."""
    return [
        f"{one.name} in the block at {one.place}"
        for one in entry.makes
        if one.place is not None and one.kind != NUMBER
    ]


def _work(entry: InstructionFacts) -> str:
    moved = amount(entry.bytes_read + entry.bytes_written, "B")
    work = f"{amount(entry.flops, 'FLOP')}, " if entry.flops else ""
    return f"{work}{moved}, {way_of(entry)}"


def _tooltip(entry: InstructionFacts) -> tuple[str, ...]:
    return (
        " ".join(entry.operations),
        *(f"reads {text_of(one)}" for one in entry.reads),
        *(f"makes {text_of(one)}" for one in entry.makes),
    )
