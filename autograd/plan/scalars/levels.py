"""Laying a step over Scalars out in levels: what may run at once becomes one instruction.

An operation is one level above the highest of its operands; those of one code in one level are a
group. So there are as many kernels as codes, however long the step, and each has a long loop.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from .recording import INPUT, Code, ScalarRecording

KINDS = ("number", "data", "grad")


class Group(NamedTuple):
    """An instruction: all `size` operations of code number `code` in one level.

    Their results lie side by side from `start` on; their operands' places are rows of
    `Layout.operands[code]`, from `row` on.
    """

    code: int
    level: int
    start: int
    size: int
    row: int


class Layout:
    """Where the numbers of a step lie in one array: constants, inputs, then results by level.

    values is that array, float64, filled with the constants; the inputs, kind by kind, begin at
    the place `inputs`. operands has, for each of the codes, the places of the operands that are
    not None, int64 of shape (operations, operands). What nobody asks for is left out, unless Python
    might raise there. Nothing is computed in another way or order than eagerly.
    """

    def __init__(self, recording: ScalarRecording, asked: list[int]) -> None:
        codes: ndarray = np.array(recording.codes, np.int64)
        counted = _levels(recording, _needed(recording, asked))
        levels: ndarray = np.array(counted, np.int64)
        users: ndarray = np.array(_first_users(recording, counted), np.int64)
        constants, which = _distinct(recording.constants)
        sources = [KINDS.index(one.kind) for one in recording.inputs]
        computed = np.flatnonzero(levels)
        # What one level asks for lies together.
        computed = computed[np.lexsort((users[computed], codes[computed], levels[computed]))]
        self.inputs, start = len(constants), len(constants) + len(sources)
        self.values: Any = np.zeros(start + len(computed))
        self.values[: len(constants)] = constants
        # The place of every slot, and, from the end, as operands count them, of every constant.
        self.places: Any = np.concatenate([np.zeros(len(codes), np.int64), which[::-1]])
        read = np.flatnonzero(codes == INPUT)[np.argsort(sources, kind="stable")]
        self.places[read] = self.inputs + np.arange(len(read))
        self.places[computed] = start + np.arange(len(computed))
        used, numbers = np.unique(codes[computed], return_inverse=True)
        kinds = list(recording.kinds)
        self.codes = [kinds[number] for number in used.tolist()]
        self.operands = [
            self._operands(recording, code, computed[numbers == number])
            for number, code in enumerate(self.codes)
        ]
        self.groups = _groups(numbers, levels[computed], start)

    def _operands(self, recording: ScalarRecording, code: Code, slots: ndarray) -> ndarray:
        """Return the places of the operands of those slots that one code makes."""
        rows = [recording.operands[slot] for slot in slots.tolist()]
        return np.delete(self.places[np.array(rows, np.int64)], code.none, axis=1)


def _groups(codes: ndarray, levels: ndarray, start: int) -> list[Group]:
    """Return the runs of one code in one level among operations in the order of their results."""
    changes: Any = (np.diff(levels, prepend=0) != 0) | (np.diff(codes, prepend=-1) != 0)
    firsts = np.flatnonzero(changes)
    sizes = np.diff(firsts, append=len(codes)).tolist()
    rows: Counter[int] = Counter()
    groups = []
    for first, size in zip(firsts.tolist(), sizes, strict=True):
        code = int(codes[first])
        groups.append(Group(code, int(levels[first]), start + first, size, rows[code]))
        rows[code] += size
    return groups


def _distinct(constants: list[Any]) -> tuple[ndarray, ndarray]:
    """Return every constant once, bit for bit, and which of them each is; None is any."""
    numbers: ndarray = np.array([0.0 if one is None else one for one in constants], np.float64)
    bits, which = np.unique(numbers.view(np.int64), return_inverse=True)
    return bits.view(np.float64), which


def _needed(recording: ScalarRecording, asked: list[int]) -> bytearray:
    """Return for each slot whether it is computed: for what is asked, or to see if it raises."""
    codes, kinds = recording.codes, list(recording.kinds)
    needed = bytearray(code != INPUT and kinds[code].checked for code in codes)
    for slot in asked:
        if slot >= 0:
            needed[slot] = 1
    for slot in range(len(codes) - 1, -1, -1):
        if needed[slot] and codes[slot] != INPUT:
            for one in recording.operands[slot]:
                if one >= 0:
                    needed[one] = 1
    return needed


def _levels(recording: ScalarRecording, needed: bytearray) -> list[int]:
    """Return the level of each slot, 0 for an input and for what is not needed."""
    levels = [0] * len(needed)
    for slot, operands in enumerate(recording.operands):
        if needed[slot] and recording.codes[slot] != INPUT:
            levels[slot] = 1 + max([levels[one] for one in operands if one >= 0], default=0)
    return levels


def _first_users(recording: ScalarRecording, levels: list[int]) -> list[int]:
    """Return the lowest level that reads each slot, 0 where none does."""
    users = [0] * len(levels)
    for slot, level in enumerate(levels):
        if level:
            for one in recording.operands[slot]:
                if one >= 0 and not 0 < users[one] <= level:
                    users[one] = level
    return users
