"""Lowering of what reads or writes at places that arrays of integers name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

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


def _refusal(program: Program, item: Item) -> list[int]:
    """Return what the kernel is told of refusing: the operation, run again, tells what is wrong."""
    instruction = item.instruction
    assert instruction is not None

    def check() -> None:
        args = tuple(program.array_of(one) for one in item.operands)
        forward(instruction.op, args, instruction.statics)

    return program.refusal(check)


PLACES = {
    index.gathered.op: gathered,
    index.scattered.op: scattered,
    index.taken.op: taken,
    index.put.op: put,
    fused.counted.op: counted,
}
