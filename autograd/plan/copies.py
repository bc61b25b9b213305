"""Lowering of what only moves elements: into parts of a larger array, by loops that copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..ops import elementwise, index, shape
from .fusion import Step, Value, loop_of
from .lowering import COMPUTED, Item
from .pieces import words_of

if TYPE_CHECKING:
    from .assembling import Program


def joined(program: Program, item: Item) -> bool:
    """Lower a concatenation: each array is copied to its part."""
    out, start = item.makes[0], 0
    if not _copied(item):
        return False
    dim = _statics(item)["dim"] % len(out.shape)
    for one in item.operands:
        _copy(program, one, _part(out, dim, start, one.shape[dim]))
        start += one.shape[dim]
    return True


def padded(program: Program, item: Item) -> bool:
    """Lower zeros around an array along an axis."""
    x, out = item.operands[0], item.makes[0]
    if not _copied(item):
        return False
    statics = _statics(item)
    dim = statics["dim"] % len(out.shape)
    _copy(program, 0, out)
    _copy(program, x, _part(out, dim, statics["start"], x.shape[dim]))
    return True


def unsliced(program: Program, item: Item) -> bool:
    """Lower zeros with an array written where a slice was taken."""
    x, out = item.operands[0], item.makes[0]
    if not _copied(item):
        return False
    whole = np.empty(out.shape, out.dtype)
    pattern = _statics(item)["pattern"]
    # With an ellipsis also a single element is a view.
    seen = whole[pattern if Ellipsis in pattern else (*pattern, Ellipsis)]
    size = out.dtype.itemsize
    place = (seen.ctypes.data - whole.ctypes.data) // size if seen.size else 0
    steps = tuple(step // size for step in seen.strides)
    _copy(program, 0, out)
    _copy(program, x, Value(out.root, out.place + place, seen.shape, steps, out.dtype))
    return True


def _statics(item: Item) -> dict[str, Any]:
    assert item.instruction is not None
    return dict(zip(item.instruction.op.statics, item.instruction.statics, strict=True))


def _copied(item: Item) -> bool:
    """Return whether loops can copy what an item reads."""
    return all(isinstance(one, Value) and one.dtype in COMPUTED for one in item.operands)


def _part(out: Value, dim: int, start: int, length: int) -> Value:
    sizes = (*out.shape[:dim], length, *out.shape[dim + 1 :])
    return out._replace(place=out.place + start * out.strides[dim], shape=sizes)


def _copy(program: Program, source: Any, target: Value) -> None:
    """Add the rows that copy a value, or repeat a number, into memory that is laid out anyhow."""
    steps = (Step(elementwise.cast.op, (source,), (target.dtype, None), target),)
    loop = loop_of(list(steps), {0})
    program.rows(loop.body, words_of(loop, steps))


COPIES = {
    shape.joined.op: joined,
    shape.padded.op: padded,
    index.unsliced.op: unsliced,
}
