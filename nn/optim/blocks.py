"""How elementwise updates reach parameters in place: in packs, in blocks, or as a native loop.

What an update computes on the way would be fresh memory of the size of a large parameter; of a
block it stays in the processor's cache. A program that goes on gets native loops instead.
"""

from __future__ import annotations

from typing import Any

from numpy import ndarray

from autograd import Tensor
from autograd.tapes import Tape

from .moving import Moving, Rule, finish, updated
from .packs import Pack, kind_of, packed

# In bytes. From 128 KiB on glibc's malloc maps fresh memory for every array that an update makes,
# which takes five times as long.
BLOCK = 1 << 16
# After so many elements loops are compiled: numba loads for about a second beside the program.
WORTH = 1 << 24
_moved = [0]


class Group:
    """The parameters of a group, and how those that moved in the last step are packed."""

    def __init__(self) -> None:
        self.count = -1
        self.packs: list[Pack] = []

    def __reduce__(self) -> Any:
        # A copy has memory of its own, in which nothing is joined yet.
        return Group, ()

    def move(self, rows: list[Moving], rule: Rule) -> list[Moving]:
        """Move rows by an elementwise rule, outside a trace; return those that it cannot move.

        These have a gradient or state of another shape, or cannot be written.
        """
        if self.count != len(rows) or not all(pack.holds(rows) for pack in self.packs):
            self.count, self.packs = len(rows), packed(rows)
        alone = set(range(len(rows)))
        for pack in self.packs:
            pack.move(rows, rule)
            alone.difference_update(pack.places)
        return [rows[place] for place in sorted(alone) if not _move_alone(rows[place], rule)]


def _move_alone(row: Moving, rule: Rule) -> bool:
    """Move a parameter, and return whether that was possible."""
    if kind_of(row) is None:
        return False
    after = _in_loop(row, rule) if row.parameter.array.nbytes > BLOCK else None
    after = _in_blocks(row, rule) if after is None else after
    changed = [row.state[name].array for name in after if isinstance(row.state[name], Tensor)]
    finish([row], after, [row.parameter.array, *changed])
    return True


def _in_loop(row: Moving, rule: Rule) -> dict[str, Any] | None:
    """Move a parameter by a native loop; return None where there is none."""
    _moved[0] += row.parameter.array.size
    if _moved[0] < WORTH:
        return None
    tape = Tape()
    after = updated(
        [row],
        rule,
        lambda tensors, name: tape.load(tensors[0].array),
        lambda value, tensors, name: tape.store(value, tensors[0].array),
    )
    return after if tape.run() else None


def _in_blocks(row: Moving, rule: Rule) -> dict[str, Any]:
    after: dict[str, Any] = {}
    for block in _blocks(row.parameter.array):
        after = updated(
            [row],
            rule,
            lambda tensors, name, block=block: tensors[0].array[block],
            lambda value, tensors, name, block=block: tensors[0].array.__setitem__(block, value),
        )
    return after


def _blocks(array: ndarray) -> list[Any]:
    """Return indices of blocks of whole rows that make up an array."""
    if array.nbytes <= BLOCK:
        return [...]
    rows = max(1, BLOCK * len(array) // array.nbytes)
    return [slice(start, start + rows) for start in range(0, len(array), rows)]
