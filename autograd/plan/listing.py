"""The listing of a plan: a line an instruction, and totals."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import numpy as np

from .facts import LOOP, UPDATE, Buffer, InstructionFacts, Memory
from .naming import NUMBER

# The longest text of a column.
WIDEST, WIDEST_OPERATION, WIDEST_MADE = 60, 42, 38
PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""))
SMALL = ((1, ""), (1e-3, "m"), (1e-6, "u"))
HEAD = ("#", "operation", "from", "makes", "read", "written", "FLOP", "by", "line")
# Columns of figures, which end at their right edge.
FIGURES = (0, 4, 5, 6)


def listing(entries: list[InstructionFacts], memory: Memory) -> str:
    """Return the listing of these instructions."""
    rows = [_row(place, entry) for place, entry in enumerate(entries)]
    return "\n".join([*table(HEAD, rows, FIGURES), "", *totals(entries, memory)])


def _row(place: int, entry: InstructionFacts) -> tuple[str, ...]:
    return (
        str(place),
        what(entry),
        fitting(map(text_of, sources_of(entry))),
        fitting((text_of(one, with_dtype=True) for one in entry.makes), WIDEST_MADE),
        amount(entry.bytes_read, "B"),
        amount(entry.bytes_written, "B"),
        amount(entry.flops),
        way_of(entry),
        lines_of(entry),
    )


def way_of(entry: InstructionFacts) -> str:
    """Return what runs an instruction, and in how many pieces if it is cut."""
    return entry.by if entry.pieces == 1 else f"{entry.by} x{entry.pieces}"


def totals(entries: list[InstructionFacts], memory: Memory) -> list[str]:
    """Return the lines of what a whole run takes."""
    read = amount(sum(one.bytes_read for one in entries), "B")
    written = amount(sum(one.bytes_written for one in entries), "B")
    by = [f"{n} by {way}" for way in ("BLAS", "NumPy") if (n := _count(entries, way))]
    kernels = f"{memory.kernels} kernels" if memory.kernels else "no kernels"
    block, kept = amount(memory.block, "B"), amount(memory.kept, "B")
    return [
        f"{len(entries)} instructions, {', '.join([kernels, *by])}; "
        f"{amount(sum(one.flops for one in entries), 'FLOP')}, {read} read, {written} written",
        f"memory: {block} shared by what is computed on the way, {kept} for results and gradients",
    ]


def _count(entries: list[InstructionFacts], way: str) -> int:
    return sum(one.by == way for one in entries)


def what(entry: InstructionFacts, widest: int = WIDEST_OPERATION) -> str:
    """Return in a few words what an instruction does."""
    count = len(entry.operations)
    if entry.kind == UPDATE:
        return f"{entry.title}{f', {count} operations' if count > 1 else ''} (in place)"
    if entry.kind != LOOP:
        return entry.title
    return fitting(entry.operations, widest, " ")


def sources_of(entry: InstructionFacts) -> list[Buffer]:
    """Return what an instruction reads and does not write: arrays before numbers."""
    written = {one.root for one in entry.makes if entry.kind == UPDATE}
    reads = [one for one in entry.reads if one.root not in written]
    return sorted(reads, key=lambda one: one.kind == NUMBER)


def text_of(buffer: Buffer, with_dtype: bool = False) -> str:
    """Return name and shape of a buffer; of a number its name alone."""
    if buffer.kind == NUMBER:
        return buffer.name
    shape = f"{buffer.dtype}{list(buffer.shape)}" if with_dtype else shape_of(buffer)
    return f"{buffer.name} {shape}"


def shape_of(buffer: Buffer) -> str:
    """Return the shape of a buffer, and its dtype unless that is float32."""
    kind = "" if buffer.dtype == np.float32 else str(buffer.dtype)
    return f"{kind}{list(buffer.shape)}"


def lines_of(entry: InstructionFacts) -> str:
    """Return the lines that an instruction came from, a file named once: train.py:9,11."""
    numbers: dict[str, list[str]] = {}
    for line in entry.lines:
        path, _, number = line.rpartition(":")
        numbers.setdefault(os.path.basename(path), []).append(number)
    return ", ".join(f"{path}:{','.join(some)}" for path, some in numbers.items())


def fitting(texts: Iterable[str], widest: int = WIDEST, between: str = ", ") -> str:
    """Return texts joined: as many as fit, and how many more there are; the first one always."""
    texts = list(texts)
    for count in range(len(texts), 1, -1):
        rest = f"{between}… {len(texts) - count} more" if count < len(texts) else ""
        line = between.join(texts[:count]) + rest
        if len(line) <= widest:
            return line
    more = f"{between}… {len(texts) - 1} more" if len(texts) > 1 else ""
    return "".join(texts[:1]) + more


def amount(number: float, unit: str = "") -> str:
    """Return a number with three digits and a prefix of its unit: 4.1 kB."""
    if not number:
        return "0"
    factor, prefix = next(
        ((factor, prefix) for factor, prefix in (*PREFIXES, *SMALL) if number >= 0.9995 * factor),
        (1e-9, "n"),
    )
    return f"{number / factor:.3g} {prefix}{unit}".rstrip()


def table(head: Sequence[str], rows: Sequence[Sequence[str]], figures: Iterable[int]) -> list[str]:
    """Return a table as lines: columns as wide as their texts, those of figures set right."""
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = set(figures)
    return [
        "  ".join(
            text.rjust(width) if place in right else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]
