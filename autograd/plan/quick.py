"""The quick way into a plan: one native call that sees that nothing has changed, and does the step.

What Python last found to hold needs no second look while the words of memory that decide about it
are what they were. So a table lists the addresses of these words and what they held: slots of
Tensors, versions of dicts. Any other word than expected, and Python looks at everything again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from .. import dtypes
from ..crossover import BRIEF
from ..graph import exceptional
from ..live import parts_changed
from ..ops.linalg import PRODUCTS
from ..tensors import Tensor
from .native import Entry
from .objects import ARRAY, DICTS, GRAD, NODE, VERSION, VERSIONED, first_item, has_slots
from .recording import at_path

if TYPE_CHECKING:
    from .running import Plan

# What the word HOLDS of a table is not.
NEVER = -1
# What `enter` returns: the step is done; nothing is, since something changed; a kernel refused, to
# which the error word is added, 1 or more.
DONE, CHANGED, REFUSED = 0, 1, 1
# Words of a table: whether it was found to hold; addresses of Python's type Tensor, of NumPy's of
# arrays and of None; where a Tensor keeps its array and its node; then the address of the guards
# and how many there are: pairs, the address of a word and what is expected there. Of these the
# first FIXED expect the same always, those up to ARMED what they held when all was looked at; the
# rest changes with every call. Then addresses: of the arguments, of the spans, of the list of the
# headers of arrays that are written, of that of memory; what to `run`; the result and its bytes;
# the numbers that are left, and those moved on.
(HOLDS, TENSOR, NDARRAY, NONE, IN_ARRAY, IN_NODE, GUARDS, FIXED, ARMED, ALL, ARGUMENTS, SPANS,
 HEADERS, MEMORY, PART, RESULT, BYTES, LEFT, MOVED) = range(19)  # fmt: skip
arm, arm_last = (Entry(name, "ow", "entering", free=False) for name in ("arm", "arm_last"))
enter = Entry("enter", "ooww", "entering", free=False)


class Table:
    """The table of a plan, and what it leads to.

    `whole` tells whether `enter` does all of the step; else it only points at the arguments.
    """

    def __init__(self, plan: Plan, grad: bool) -> None:
        # What the table leads to is kept alive here.
        self.kept: list[Any] = [plan, *plan.recording.pinned.values()]
        self.whole = _is_whole(plan)
        own = list({id(one): one for one, _ in _left(plan) if type(one) is dict}.values())
        self.words: ndarray = np.zeros(MOVED + 1, np.int64)
        self.address = self.words.ctypes.data
        fixed, armed = [(self.address + 8 * HOLDS, NEVER)], []
        if _is_guarded(plan):
            fixed = [(self.address + 8 * HOLDS, 1), *self._fixed(plan, grad)]
            armed = [(one, 0) for one in dict.fromkeys(_watched(plan, own, self.whole))]
        last = [(id(one) + 8 * VERSION, 0) for one in own]
        self.words[TENSOR:GUARDS] = id(Tensor), id(ndarray), id(None), ARRAY, NODE
        self.words[GUARDS] = self._kept([word for one in fixed + armed + last for word in one])
        self.words[FIXED:ARGUMENTS] = np.cumsum([len(one) for one in (fixed, armed, last)])
        self.words[ARGUMENTS] = self._kept(_arguments(plan))
        self.words[SPANS], self.words[HEADERS] = plan.spans.ctypes.data, plan.headers.ctypes.data
        self.words[MEMORY] = id(plan.program.memory)
        if self.whole:
            self._add_run(plan)

    def _kept(self, words: list[int]) -> int:
        """Return the address of these words."""
        self.kept.append(np.array(words, np.int64))
        return self.kept[-1].ctypes.data

    def _fixed(self, plan: Plan, grad: bool) -> Iterator[tuple[int, int]]:
        """Yield what is always expected: of a gradient that it is there already, if it may be."""
        if grad:
            yield first_item(exceptional), id(0)
        if not self.whole:
            return
        yield plan.lock.address, 0
        for leaf, left in plan.grads:
            if not comes_anew(plan, leaf, left):
                yield id(leaf) + 8 * GRAD, id(left)
            if left is not None:
                yield id(left) + 8 * ARRAY, id(left.array)

    def _add_run(self, plan: Plan) -> None:
        (part,) = plan.parts
        self.words[PART] = part.ctypes.data
        if plan.single is not None:
            self.words[RESULT], self.words[BYTES] = plan.single.ctypes.data, plan.single.nbytes
        left, moved = [], []
        for array, entries in plan.written:
            for mapping, key in entries:
                left += [array.ctypes.data, id(mapping), id(key)]
                self.kept += [mapping, key]
                for place, path in enumerate(plan.paths):
                    if path[0] is mapping and path[1:] == (key,):
                        moved += [plan.numbers[place:].ctypes.data, array.ctypes.data]
        self.words[LEFT] = self._kept([len(left) // 3, *left])
        self.words[MOVED] = self._kept([len(moved) // 2, *moved])


def _is_guarded(plan: Plan) -> bool:
    """Return whether words tell of every change; if not, Python looks at everything every time."""
    premises = plan.recording.premises
    leaves = [leaf for leaf, _ in plan.grads]
    tensors = [*plan.tensors, *premises.tensors, *premises.leaves, *leaves]
    return (
        VERSIONED
        and all(isinstance(one, Tensor) and has_slots(one) for one in tensors)
        and all(type(one) in DICTS for one in premises.mappings)
    )


def comes_anew(plan: Plan, leaf: Tensor, left: Tensor | None) -> bool:
    """Return whether a leaf, which had no gradient before any call, gets one from every call."""
    return left is not None and plan.recording.premises.lacks_gradient(leaf)


def _watched(plan: Plan, own: list[dict], whole: bool) -> Iterator[int]:
    """Yield the addresses of the words that decide whether the plan's premises hold."""
    premises = plan.recording.premises
    yield first_item(parts_changed)
    yield id(vars(dtypes)) + 8 * VERSION
    for tensor in premises.tensors:
        yield id(tensor) + 8 * NODE
    for leaf in premises.leaves:
        yield id(leaf) + 8 * GRAD
    for tensor in plan.tensors:
        yield id(tensor) + 8 * ARRAY
    numbers = [path[0] for path in read_by(plan)] if whole else []
    for mapping in (*premises.mappings, *numbers):
        if not any(mapping is one for one in own):
            yield id(mapping) + 8 * VERSION


def _arguments(plan: Plan) -> list[int]:
    """Return how many arguments there are, and of each which it must be, its table, its root."""
    words = [len(plan.argument_roots)]
    for place, (root, table) in enumerate(zip(plan.argument_roots, plan.tables, strict=True)):
        only = plan.recording.pinned.get(place)
        words += [0 if only is None else id(only), table.ctypes.data, root]
    return words


def _is_whole(plan: Plan) -> bool:
    """Return whether `enter` can do all of a step: it is small, native, and leaves plain things."""
    if len(plan.parts) != 1 or callable(plan.parts[0]) or plan.loose or _work(plan) > BRIEF:
        return False
    if plan.program.blas or max(plan.program.together) > 1:
        return False
    if not (plan.recording.result is None or _is_flat(plan.single)):
        return False
    return (
        all(type(path[0]) is dict and is_lasting(path) for path in read_by(plan))
        and all(array.dtype == np.float64 for array, _ in plan.written)
        and all(type(one) is dict and type(key) is str for one, key in _left(plan))
    )


def _is_flat(array: ndarray | None) -> bool:
    return array is not None and array.flags.c_contiguous


def _left(plan: Plan) -> list[tuple]:
    """Return the entries that a plan writes, (mapping, key)."""
    return [entry for _, entries in plan.written for entry in entries]


def read_by(plan: Plan) -> list[tuple]:
    """Return the paths of the numbers that a plan reads: (mapping, key, ...)."""
    return [*plan.paths, *(path for paths in plan.equal for path in paths)]


def is_lasting(path: tuple) -> bool:
    """Return whether the number at a path is another one only if its mapping was changed."""
    return all(type(at_path(path[0], path[1:end])) is tuple for end in range(2, len(path)))


def _work(plan: Plan) -> int:
    """Return what a step costs: elements that are read or made, 16 multiply-adds as one."""
    work = 0
    for item in plan.program.items:
        work += sum(math.prod(one.shape) for one in (*item.reads, *item.makes))
        if item.instruction is not None and item.instruction.op in PRODUCTS:
            work += math.prod(item.makes[0].shape) * item.operands[0].shape[-1] // 16
    return work
