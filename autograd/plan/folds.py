"""The bodies of kernels that reduce: a fold over some axes for every place along the others."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from ..ops import reduce
from .sources import FEW, SIZES
from .sums import BLOCK_OF_ELEMENTS, BLOCK_OF_ROWS, WIDE
from .vectors import VECTOR

# Columns whose float64 totals fill a kernel's scratch.
STRIP = 2048

# How an element z joins what s holds, and what s begins with: None for the first element.
STEPS = {
    reduce.total.op: ("s + z", 0),
    reduce.all_.op: ("s & (z != zero)", 1),
    reduce.any_.op: ("s | (z != zero)", 0),
    reduce.amax.op: ("z if z > s or z != z else s", None),
    reduce.amin.op: ("z if z < s or z != z else s", None),
}
PLACES = {reduce.argmax.op: ">", reduce.argmin.op: "<"}
# What finds the extreme of contiguous floats.
EXTREMES = {
    reduce.amax.op: "largest",
    reduce.amin.op: "smallest",
    reduce.argmax.op: "largest",
    reduce.argmin.op: "smallest",
}


class Axes(NamedTuple):
    """Axes of an array: their sizes, and the array's strides along them."""

    sizes: list[int]
    strides: list[int]


class Fold(NamedTuple):
    """What the body of a reduction is made of.

    sizes and terms tell, for all outer and then all inner axes, the name of the size, and what the
    axis adds to the place of an element; outer is how many are outer ones; held is the type of s.
    """

    op: Any
    kind: str
    made: str
    sizes: list[str]
    terms: list[str]
    outer: int
    held: str

    def at(self, axes: Iterable[int]) -> str:
        """Return the place of an element, of what these axes add to it."""
        return " + ".join(self.terms[axis] for axis in axes) or "0"

    def loops(self, axes: Iterable[int], lines: list[str]) -> list[str]:
        """Return lines inside loops over these axes."""
        for axis in reversed(list(axes)):
            head = f"for i{axis} in range({self.sizes[axis]}):"
            lines = [head, *(f"    {line}" for line in lines)]
        return lines

    def step(self) -> str:
        """Return what s becomes with z."""
        return f"{self.held}({STEPS[self.op][0]})"

    def start(self, place: str) -> str:
        """Return what s begins with, where the first element lies at `place`."""
        start = STEPS[self.op][1]
        return self.load("x", place) if start is None else f"{self.held}({start})"

    def load(self, array: str, place: str) -> str:
        """Return the element of x, or the result of y, at a place."""
        verb = "get" if array == "x" and self.kind in SIZES else "load"
        return f"{verb}_{self.kind if array == 'x' else self.made}({array}, {place})"

    def store(self, place: str, value: str) -> str:
        """Return what puts a result into y."""
        verb = "put" if self.made in SIZES else "store"
        return f"{verb}_{self.made}(y, {place}, {type_of(self.made)}({value}))"


def type_of(kind: str) -> str:
    """Return the name of the type that elements are computed in; booleans are bytes."""
    return "np.uint8" if kind == "bool" else f"np.{kind}"


def body_of(op: Any, dtype: Any, made: Any, outer: Axes, inner: Axes) -> str:
    """Return the body of a reduction: sizes of outer and inner axes, x, its strides, y.

    y lies row after row over the outer axes. Where x is contiguous along the last of these, all
    results along it are made side by side, which LLVM turns into vector code.
    """
    strides = [*outer.strides, *inner.strides]
    sizes = [f"n{axis}" for axis in range(len(strides))]
    names = [*sizes, "x", *(f"s{axis}" for axis in range(len(strides))), "y"]
    head = [f"{name} = p[{place}]" for place, name in enumerate(names)]
    if len(inner.sizes) == 1 and inner.sizes[0] <= FEW:
        sizes[-1] = str(inner.sizes[0])
    terms = [f"i{k}" if stride == 1 else f"i{k} * s{k}" for k, stride in enumerate(strides)]
    fold = Fold(op, dtype.name, made.name, sizes, terms, len(outer.sizes), type_of(made.name))
    if op is reduce.total.op and dtype.kind == "f":
        lines = _sums(fold, outer, inner)
    elif outer.strides[-1] == 1 and inner.strides[-1] != 1 and op not in PLACES:
        lines = _side_by_side(fold)
    elif op in EXTREMES and inner.strides == [1] and dtype.kind == "f" and sizes[-1] in names:
        lines = _extremes(fold)
    else:
        lines = _one_by_one(fold)
    head += [f"zero = {type_of(fold.kind)}(0)", "q = 0"]
    return "".join(f"    {line}\n" for line in [*head, *lines])


def _one_by_one(fold: Fold) -> list[str]:
    outer, inner = range(fold.outer), range(fold.outer, len(fold.sizes))
    z = fold.load("x", f"b + {fold.at(inner)}")
    if fold.op in PLACES:
        first = f"s = {fold.load('x', 'b')}; k = np.int64(0); place = np.int64(0)"
        better = f"if z {PLACES[fold.op]} s or (z != z and s == s):"
        take, made = [f"z = {z}", better, "    s = z; place = k", "k += 1"], "place"
    else:
        first = f"s = {fold.start('b')}"
        take, made = [f"z = {z}", f"s = {fold.step()}"], "s"
    each = [first, *fold.loops(inner, take), fold.store("q", made), "q += 1"]
    return fold.loops(outer, [f"b = {fold.at(outer)}", *each])


def _extremes(fold: Fold) -> list[str]:
    outer, inner, size = range(fold.outer), fold.outer, fold.sizes[-1]
    find = f"s = {EXTREMES[fold.op]}_{fold.kind}({size}, x + {SIZES[fold.kind]} * b)"
    each, made = [f"b = {fold.at(outer)}", find], "s"
    if fold.op in PLACES:
        take = [
            f"z = {fold.load('x', f'b + i{inner}')}",
            f"k = i{inner} if z == s or z != z else {size}",
            "place = k if k < place else place",
        ]
        each, made = [*each, f"place = {size}", *fold.loops([inner], take)], "place"
    return fold.loops(outer, [*each, fold.store("q", made), "q += 1"])


def _side_by_side(fold: Fold) -> list[str]:
    outer, inner = range(fold.outer), range(fold.outer, len(fold.sizes))
    last = fold.outer - 1
    place = f"q + i{last}"
    begin = fold.loops([last], [fold.store(place, fold.start(fold.at(outer)))])
    take = [
        f"z = {fold.load('x', fold.at([*outer, *inner]))}",
        f"s = {fold.load('y', place)}",
        fold.store(place, fold.step()),
    ]
    each = [*begin, *fold.loops([*inner, last], take), f"q += {fold.sizes[last]}"]
    return fold.loops(outer[:-1], each)


def _sums(fold: Fold, outer: Axes, inner: Axes) -> list[str]:
    """Return the loops of a sum of floats; long ones have totals in float64."""
    if inner.strides[-1] != 1 and outer.strides[-1] == 1:
        return _sums_of_columns(fold)
    count, longest = math.prod(inner.sizes), inner.sizes[-1]
    if inner.strides[-1] != 1 or longest <= FEW:
        # LLVM adds these one after another.
        return _one_by_one(fold._replace(held=WIDE) if count > BLOCK_OF_ROWS else fold)
    if count <= BLOCK_OF_ELEMENTS:
        return _one_by_one(fold)
    return _sums_of_lines(fold) if longest <= BLOCK_OF_ELEMENTS else _sums_of_blocks(fold)


def _sums_of_lines(fold: Fold) -> list[str]:
    """Return loops over contiguous elements, no more than a block, and many times that."""
    outer, inner, last = range(fold.outer), range(fold.outer, len(fold.sizes)), len(fold.sizes) - 1
    line = [
        f"s = {fold.held}(0)",
        *fold.loops([last], [f"s += {fold.load('x', f'b + {fold.at(inner)}')}"]),
        "total += s",
    ]
    each = [f"b = {fold.at(outer)}; total = {WIDE}(0)", *fold.loops(inner[:-1], line)]
    return fold.loops(outer, [*each, fold.store("q", "total"), "q += 1"])


def _sums_of_blocks(fold: Fold) -> list[str]:
    """Return loops over blocks of contiguous elements, added to the totals of lanes in `room`."""
    outer, inner = range(fold.outer), range(fold.outer, len(fold.sizes) - 1)
    size, add = SIZES[fold.kind], f"column_sums_{fold.kind}"
    lanes = VECTOR // size
    add_blocks = [
        f"at = x + {size} * (b + {fold.at(inner)})",
        # Vectors that lie across two lines of the cache are slow to load.
        f"n = min({fold.sizes[-1]}, (-at & {VECTOR - 1}) // {size})",
        f"{add}(1, at, 0, room, n)",
        f"at += {size} * n; n = {fold.sizes[-1]} - n",
        f"for k in range(0, n // {lanes}, {BLOCK_OF_ROWS}):",
        f"    rows = min({BLOCK_OF_ROWS}, n // {lanes} - k)",
        f"    {add}(rows, at + {VECTOR} * k, {lanes}, room, {lanes})",
        f"{add}(1, at + {VECTOR} * (n // {lanes}), 0, room, n % {lanes})",
    ]
    each = [
        f"b = {fold.at(outer)}; s = {WIDE}(0)",
        *_emptied(str(lanes)),
        *fold.loops(inner, add_blocks),
        f"for k in range({lanes}):",
        "    s += load_float64(room, k)",
    ]
    return ["room = scratch()", *fold.loops(outer, [*each, fold.store("q", "s"), "q += 1"])]


def _sums_of_columns(fold: Fold) -> list[str]:
    """Return loops over blocks of rows, added to the totals of a strip of columns in `room`."""
    outer, last, inner = range(fold.outer), fold.outer - 1, len(fold.sizes) - 1
    size, columns, rows = SIZES[fold.kind], fold.sizes[last], fold.sizes[inner]
    at = f"x + {size} * ({fold.at(range(inner + 1))})"
    block = f"min({BLOCK_OF_ROWS}, {rows} - i{inner})"
    to = f"room + 8 * (i{last} - start)"
    add = [
        f"for i{inner} in range(0, {rows}, {BLOCK_OF_ROWS}):",
        f"    for i{last} in range(start, stop, {VECTOR // size}):",
        f"        column_sums_{fold.kind}({block}, {at}, s{inner}, {to}, stop - i{last})",
    ]
    strip = [
        f"stop = min(start + {STRIP}, {columns})",
        *_emptied("stop - start"),
        *fold.loops(range(fold.outer, inner), add),
        "for k in range(start, stop):",
        f"    {fold.store('q + k', 'load_float64(room, k - start)')}",
    ]
    strips = [f"for start in range(0, {columns}, {STRIP}):", *(f"    {line}" for line in strip)]
    return ["room = scratch()", *fold.loops(outer[:-1], [*strips, f"q += {columns}"])]


def _emptied(count: str) -> list[str]:
    return [f"for k in range({count}):", "    store_float64(room, k, 0.0)"]
