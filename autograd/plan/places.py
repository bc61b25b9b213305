"""Lowering of what reads or writes at places that arrays of integers name."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..calls import forward
from ..ops import fused, index
from . import sources
from .fusion import Value, contiguous
from .lowering import COMPUTED, Item

if TYPE_CHECKING:
    from .assembling import Program


def gathered(program: Program, item: Item) -> bool:
    """Lower reading along an axis: the elements of x at the places of an index."""
    x, at = item.operands
    if not _readable(x, at):
        return False
    dim = _dim(item, x)
    sizes, strides = _from_rank_one(at.shape), _from_rank_one(x.strides)
    words = [*sizes, x.shape[dim] if x.shape else 1, x, *strides, at, item.makes[0]]
    program.row(sources.gather(x.dtype.name, len(sizes), dim), [*words, *_refusal(program, item)])
    return True


def scattered(program: Program, item: Item) -> bool:
    """Lower adding along an axis: elements of x to zeros at the places of an index."""
    x, at = item.operands
    out = item.makes[0]
    if not _readable(x, at) or not contiguous(x) or x.dtype.kind == "b":
        return False
    dim = _dim(item, out)
    sizes, strides = _from_rank_one(at.shape), _from_rank_one(out.strides)
    words = [*sizes, out.shape[dim] if out.shape else 1, math.prod(out.shape), out, *strides, at, x]
    program.row(sources.scatter(x.dtype.name, len(sizes), dim), [*words, *_refusal(program, item)])
    return True


def taken(program: Program, item: Item) -> bool:
    """Lower reading whole rows, by one index."""
    x, out = item.operands[0], item.makes[0]
    if not _by_rows(item) or not contiguous(x):
        return False
    at = item.operands[1]
    words = [math.prod(at.shape), x.shape[0], math.prod(x.shape[1:]), x, at, out]
    program.row(sources.take(x.dtype.name), [*words, *_refusal(program, item)])
    return True


def put(program: Program, item: Item) -> bool:
    """Lower adding whole rows to zeros, by one index."""
    x, out = item.operands[0], item.makes[0]
    if not _by_rows(item) or not contiguous(x) or x.dtype.kind == "b":
        return False
    at = item.operands[1]
    words = [math.prod(at.shape), out.shape[0], math.prod(out.shape[1:]), out, at, x]
    program.row(sources.put(x.dtype.name), [*words, *_refusal(program, item)])
    return True


def counted(program: Program, item: Item) -> bool:
    """Lower the check of labels that tells which of them count."""
    assert item.instruction is not None
    labels = item.operands[0]
    if labels.dtype != np.int64 or not contiguous(labels):
        return False
    classes, ignore = item.instruction.statics
    words = [math.prod(labels.shape), classes, ignore, labels, item.makes[0]]
    program.row(sources.counted(), [*words, *_refusal(program, item)])
    return True


def _dim(item: Item, whole: Value) -> int:
    assert item.instruction is not None
    return item.instruction.statics[-1] % max(len(whole.shape), 1)


def _from_rank_one(one: tuple) -> tuple:
    """Return sizes or strides as they are; of an array without axes one of 1."""
    return one or (1,)


def _readable(x: Value, at: Value) -> bool:
    return x.dtype in COMPUTED and at.dtype == np.int64 and contiguous(at)


def _by_rows(item: Item) -> bool:
    """Return whether the only index is an array of integers for the first axis."""
    assert item.instruction is not None
    x, *ats = item.operands
    pattern = item.instruction.statics[-1]
    return pattern == (index.HERE,) and len(ats) == 1 and _readable(x, ats[0])


class Bounds(NamedTuple):
    """Which numbers an array of places may hold: from low on, below end, or the one ignored."""

    places: Value
    low: int
    end: int
    ignored: int = np.iinfo(np.int64).min


def check(program: Program, item: Item, given: bool) -> None:
    """Check those places of an item that are `given` to the program, or those that are not."""
    instruction = item.instruction
    if instruction is None or instruction.op not in BOUNDS:
        return
    for at, *bounds in BOUNDS[instruction.op](item.operands, instruction.statics):
        if program.is_given(at.root) is not given:
            continue
        if at.dtype == np.int64 and contiguous(at):
            words = [math.prod(at.shape), *bounds, at, *_refusal(program, item)]
            program.row(sources.check_places(), words)
        else:
            program.parts.append(partial(_run_again, program, item))


def checked(program: Program, item: Item) -> bool:
    """Lower a check that was not made before the first instruction."""
    check(program, item, given=False)
    return True


def _refusal(program: Program, item: Item) -> list[int]:
    """Return what the kernel is told of refusing: the operation, run again, tells what is wrong."""
    return program.refusal(partial(_run_again, program, item))


def _run_again(program: Program, item: Item) -> None:
    """Let an operation raise for its places, on values that are perhaps not computed yet."""
    assert item.instruction is not None
    op, _, statics, *_ = item.instruction
    args = tuple(program.array_of(one) for one in item.operands)
    if op is fused.cross_entropy.op:
        fused.check_labels(args[1], args[0].shape[1], statics[0])
    else:
        forward(op, args, statics)


def _of_gathered(operands: tuple, statics: tuple) -> list[Bounds]:
    x, at = operands
    return [Bounds(at, 0, x.shape[statics[-1]] if x.shape else 1)]


def _of_taken(operands: tuple, statics: tuple) -> list[Bounds]:
    """Return the bounds of all index arrays but masks; negative places count from the end."""
    x, *ats = operands
    shown = tuple(np.broadcast_to(np.empty((), one.dtype), one.shape) for one in ats)
    parts = index.fill_index(statics[-1], shown)
    axes = {id(part): axis for axis, part in index.placed(parts, len(x.shape))}
    sizes = [x.shape[axes[id(one)]] for one in shown]
    pairs = zip(ats, sizes, strict=True)
    return [Bounds(at, -size, size) for at, size in pairs if at.dtype.kind != "b"]


# By operation: the bounds of its places, from its operands and statics.
BOUNDS: dict[Any, Callable[[tuple, tuple], list[Bounds]]] = {
    index.gathered.op: _of_gathered,
    index.taken.op: _of_taken,
    fused.cross_entropy.op: lambda xs, statics: [Bounds(xs[1], 0, xs[0].shape[1], statics[0])],
    fused.counted.op: lambda xs, statics: [Bounds(xs[0], 0, *statics)],
    fused.checked_classes.op: lambda xs, statics: [Bounds(xs[0], 0, *statics)],
}
PLACES = {
    index.gathered.op: gathered,
    index.scattered.op: scattered,
    index.taken.op: taken,
    index.put.op: put,
    fused.counted.op: counted,
    fused.checked_classes.op: checked,
}
