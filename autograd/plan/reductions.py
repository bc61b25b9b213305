"""Reductions of any axes of any layout: which kernel, and the rows of a program."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..ops import reduce
from . import folds
from .folds import PLACES, Axes
from .fusion import Value, collapsed
from .lowering import COMPUTED, Item
from .pieces import LINE, pieces_of

if TYPE_CHECKING:
    from .assembling import Program

REASSOCIATED = "{'contract', 'reassoc'}"


def reduction(program: Program, item: Item) -> bool:
    """Lower a reduction of elements that loops compute with."""
    assert item.instruction is not None
    x, out, op = item.operands[0], item.makes[0], item.instruction.op
    if not {x.dtype, out.dtype} <= COMPUTED:
        return False
    over = sorted(reduce.axes(item.instruction.statics[0], len(x.shape), op.name))
    outer = _axes(x, [axis for axis in range(len(x.shape)) if axis not in over])
    inner = _axes(x, over)
    if math.prod(x.shape) or op not in PLACES:
        body = folds.body_of(op, x.dtype, out.dtype, outer, inner)
        program.rows(body, _rows(x, out, outer, inner), REASSOCIATED)
    return True


def _axes(x: Value, axes: list[int]) -> Axes:
    """Return some axes of a value, those that run on as one joined."""
    sizes, (strides,) = collapsed([x.shape[a] for a in axes], [[x.strides[a] for a in axes]])
    return Axes(sizes, strides)


def _rows(x: Value, out: Value, outer: Axes, inner: Axes) -> list[list]:
    length, rest = outer.sizes[0], math.prod(outer.sizes[1:])
    bytes_ = math.prod(x.shape) * x.dtype.itemsize
    rows = []
    for start, stop in pieces_of(length, bytes_, LINE if outer.strides == [1] else 1):
        sizes = [stop - start, *outer.sizes[1:], *inner.sizes]
        part, to = _from(x, start * outer.strides[0]), _from(out, start * rest)
        rows.append([*sizes, part, *outer.strides, *inner.strides, to])
    return rows


def _from(value: Value, start: int) -> Value:
    return value._replace(place=value.place + start)
