"""Storage: what a program computes on the way shares one block of memory, each part used again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from .lowering import Item
from .pieces import LINE

# Bytes that are left free behind each part: tests look whether anything was written there.
RIM = 0


class Life(NamedTuple):
    """The first and the last item that needs a root's memory, by their places."""

    first: int
    last: int


def lives_of(items: list[Item], stored: list[set[int]]) -> dict[int, Life]:
    """Return how long the memory of every root is needed; stored are the roots items store to."""
    lives: dict[int, Life] = {}
    for place, (item, made) in enumerate(zip(items, stored, strict=True)):
        for root in made | {one.root for one in item.reads}:
            lives[root] = Life(lives.get(root, Life(place, place)).first, place)
    return lives


def stored_roots(items: list[Item], kept: set[int]) -> list[set[int]]:
    """Return for every item the roots it stores to: of a loop those that are needed outside it."""
    readers: dict[int, set[int]] = {}
    for place, item in enumerate(items):
        for one in item.reads:
            readers.setdefault(one.root, set()).add(place)
    outside = kept | {root for item in items if not item.steps for root in _made(item)}
    return [
        {
            root
            for root in _made(item)
            if root in outside | item.writes or readers.get(root, set()) - {place}
        }
        for place, item in enumerate(items)
    ]


def _made(item: Item) -> set[int]:
    return {one.root for one in item.makes}


def aligned(size: int, dtype: Any) -> ndarray:
    """Return new memory for `size` elements that begins with a line of the cache."""
    bytes_ = size * np.dtype(dtype).itemsize
    memory = np.empty(bytes_ + LINE, np.uint8)
    first = -memory.ctypes.data % LINE
    return memory[first : first + bytes_].view(dtype)


def places_of(sizes: dict[int, int], lives: dict[int, Life]) -> tuple[dict[int, int], int]:
    """Return the offset in bytes of every root in a common block, and the size of the block.

    In the order in which they are first needed, each goes to the first gap that is free for long
    enough. Offsets are whole lines.
    """
    offsets: dict[int, int] = {}
    taken: list[tuple[int, int, int]] = []
    total = 0
    for root in sorted(sizes, key=lambda one: lives[one].first):
        size, offset = -(-(sizes[root] + RIM) // LINE) * LINE, 0
        taken = sorted(one for one in taken if one[2] >= lives[root].first)
        for begin, end, _ in taken:
            if offset + size <= begin:
                break
            offset = max(offset, end)
        offsets[root] = offset
        taken.append((offset, offset + size, lives[root].last))
        total = max(total, offset + size)
    return offsets, total
