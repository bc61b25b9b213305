"""The bodies of kernels that reduce: a fold over some axes for every place along the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..ops import reduce
from .sources import FEW, SIZES

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
    axis adds to the place of an element; outer is how many are outer ones.
    """

    op: Any
    kind: str
    made: str
    sizes: list[str]
    terms: list[str]
    outer: int

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
        return f"{type_of(self.made)}({STEPS[self.op][0]})"

    def start(self, place: str) -> str:
        """Return what s begins with, where the first element lies at `place`."""
        start = STEPS[self.op][1]
        return self.load("x", place) if start is None else f"{type_of(self.made)}({start})"

    def load(self, array: str, place: str) -> str:
        """Return the element of x, or the result of y, at a place."""
        verb = "get" if array == "x" and self.kind in SIZES else "load"
        return f"{verb}_{self.kind if array == 'x' else self.made}({array}, {place})"

    def store(self, place: str, value: str) -> str:
        """Return what puts a result into y."""
        return f"{'put' if self.made in SIZES else 'store'}_{self.made}(y, {place}, {value})"


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
    fold = Fold(op, dtype.name, made.name, sizes, terms, len(outer.sizes))
    if outer.strides[-1] == 1 and inner.strides[-1] != 1 and op not in PLACES:
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
