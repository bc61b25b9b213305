"""Cutting large work into pieces that may run at once, on whichever threads there are."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..crossover import PIECE
from .fusion import Loop, Step, Value

# The most pieces of one loop.
MOST = 16
# Bytes of a line of the cache, where pieces begin, and memory: no vector there straddles two.
LINE = 64
# An operation that calls a function takes about as long as moving so many bytes.
CALL = 16


def pieces_of(length: int, bytes_: int, step: int = 1) -> list[tuple[int, int]]:
    """Return (start, stop) of the pieces of an axis, over which `bytes_` are moved.

    All but the last are multiples of `step` long.
    """
    count = min(bytes_ // PIECE, MOST, length // step)
    if count < 2:
        return [(0, length)]
    size = -(-length // (count * step)) * step
    return [(start, min(start + size, length)) for start in range(0, length, size)]


def moved(value: Value, start: int, axis: int = 0) -> Value:
    """Return a value from the place `start` of an axis on."""
    return value._replace(place=value.place + start * value.strides[axis])


def words_of(loop: Loop, steps: tuple[Step, ...]) -> list[list]:
    """Return the words of the rows of a loop: its sizes, and each operand with its strides."""
    rows = []
    flat = len(loop.sizes) == 1
    bytes_ = math.prod(loop.sizes) * bytes_an_element(loop, steps)
    for start, stop in pieces_of(loop.sizes[0], bytes_, LINE if flat else 1):
        words: list = [stop - start, *loop.sizes[1:]]
        for value, strides in zip(loop.operands, loop.strides, strict=True):
            words += [value._replace(place=value.place + start * strides[0]), *strides]
        rows.append(words)
    return rows


def bytes_an_element(loop: Loop, steps: Iterable[Step]) -> int:
    """Return how many bytes a loop moves for an element, its calls of functions among them."""
    moved = sum(
        value.dtype.itemsize
        for value, strides in zip(loop.operands, loop.strides, strict=True)
        if any(strides)
    )
    return moved + CALL * sum("(" in (step.op.expression or "") for step in steps)
