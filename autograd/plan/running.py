"""Running a plan: pointing it at this call's inputs, the native loop, and what a call leaves."""

from __future__ import annotations

import struct
import threading
from bisect import bisect_left
from operator import attrgetter, is_
from typing import Any

import numpy as np
from numpy import ndarray

from ..tensors import wrap
from .assembling import Program
from .lowering import Item
from .native import run
from .recording import Recording, Slot, check_shapes, rebuilt

_array = attrgetter("array")


class UnsuitableError(Exception):
    """The inputs of a recording lie in memory as no program can use them."""


class Plan:
    """A recorded step as a program: called with the arrays of its arguments, it does the step.

    Parameters, optimizer state, `grad` of the leaves and the random streams are left as an eager
    step leaves them; a gradient's memory is the plan's own and is written anew by the next call.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        program = self.program = Program(recording)
        self.lock = threading.Lock()
        self.words = np.array(program.words, np.int64)
        self.starts = np.array(program.starts, np.int64)
        self.base, self.error = self.words.ctypes.data, program.error.ctypes.data
        self.parts: list[Any] = [
            (self.starts.ctypes.data + 8 * part[0], part[1]) if type(part) is tuple else part
            for part in program.parts
        ]
        self.written_roots = {root for item in program.items for root in item.writes}
        self._gather_inputs()
        self._check_memory()
        self._gather_outputs()

    def _gather_inputs(self) -> None:
        values, inputs = self.program.lowered.values, self.program.recording.inputs
        roots: dict[str, list[Any]] = {kind: [] for kind in ("argument", "tensor", "array")}
        for slot, source in inputs.items():
            if source.kind != "number":
                roots[source.kind].append((source, values[slot].root))
        self.argument_roots = [root for _, root in roots["argument"]]
        self.pointed: list[Any] = [None] * len(self.argument_roots)
        self.tensors = [source.holder for source, _ in roots["tensor"]]
        self.tensor_roots = [root for _, root in roots["tensor"]]
        self.arrays: list[Any] = [None] * len(self.tensors)
        # Where the memory that is written begins and ends.
        self.begins: list[int] = []
        self.ends: list[int] = []
        # Arrays that are not contiguous are copied again before every call.
        self.loose = []
        for source, root in roots["array"]:
            self._point(root, source.holder)
            if not source.holder.flags.c_contiguous:
                self.loose.append((root, source.holder))
        self.paths = [(source.holder, *source.key) for source in self.program.number_sources]
        self.numbers: Any = self.program.numbers
        self.pack = struct.Struct(f"{len(self.paths)}d").pack_into

    def _check_memory(self) -> None:
        """Raise UnsuitableError if what is written is not contiguous, or seen by another input."""
        written = self.written_roots
        held = dict(zip(self.tensor_roots, (one.array for one in self.tensors), strict=True))
        for root in written:
            array = held.get(root)
            if array is None or not array.flags.c_contiguous:
                raise UnsuitableError
            if any(np.may_share_memory(array, other) for one, other in held.items() if one != root):
                raise UnsuitableError

    def _gather_outputs(self) -> None:
        recording = self.program.recording
        self.written = [(mapping, key, self._of(slot)) for mapping, key, slot in recording.numbers]
        self.grads = [
            (leaf, None if slot is None else wrap(self._own(slot)))
            for leaf, slot in recording.grads
        ]
        self.result = recording.result
        owned = type(self.result) is Slot and self._owns(self.result)
        self.single = self._of(self.result.place) if owned else None

    def _owns(self, slot: Slot) -> bool:
        return self.program.memory[self.program.lowered.values[slot.place].root] is not None

    def _of(self, slot: int) -> ndarray:
        return self.program.array_of(self.program.lowered.values[slot])

    def _own(self, slot: int) -> ndarray:
        """Return an array that the plan leaves as a gradient: in memory of its own."""
        if not self._owns(Slot(slot)):
            raise UnsuitableError
        return self._of(slot)

    def __call__(self, arrays: list[ndarray]) -> Any:
        """Do the step on these arrays, the arguments' in order; return what eager returns."""
        with self.lock:
            if not all(map(is_, map(_array, self.tensors), self.arrays)):
                try:
                    self._point_at_tensors()
                    self.pointed = [None] * len(self.pointed)
                except UnsuitableError:
                    self.arrays = [None] * len(self.tensors)
                    return self.recording.replay(arrays, wrap)
            if not all(map(is_, arrays, self.pointed)):
                self.pointed = [None] * len(arrays)
                for root, array in zip(self.argument_roots, arrays, strict=True):
                    address = self._point(root, array)
                    if self._overlap(array, address):
                        return self.recording.replay(arrays, wrap)
                # What was copied is copied again by the next call: it may hold something else.
                self.pointed = [one if one.flags.c_contiguous else None for one in arrays]
            for root, array in self.loose:
                self._point(root, array)
            if self.paths:
                self.pack(self.numbers, 0, *self._numbers())
            for part in self.parts:
                if type(part) is not tuple:
                    part()
                elif run(self.base, *part, self.error):
                    self._fail()
            for mapping, key, array in self.written:
                mapping[key] = array.item()
            for leaf, grad in self.grads:
                leaf._grad = grad
            if self.single is not None:
                return wrap(self.single.copy())
            return rebuilt(self.result, lambda slot: wrap(self._of(slot.place).copy()))

    def _numbers(self) -> list[float]:
        return [
            mapping[path[0]] if len(path) == 1 else mapping[path[0]][path[1]]
            for mapping, *path in self.paths
        ]

    def _point_at_tensors(self) -> None:
        check_shapes(self.recording)
        self._check_memory()
        arrays = [tensor.array for tensor in self.tensors]
        for root, array in zip(self.tensor_roots, arrays, strict=True):
            self._point(root, array)
        self.arrays = [one if one.flags.c_contiguous else None for one in arrays]
        written = [
            (array.ctypes.data, array.ctypes.data + array.nbytes)
            for root, array in zip(self.tensor_roots, arrays, strict=True)
            if root in self.written_roots and array.size
        ]
        # What is written lies apart: in order of its beginnings its ends are in order too.
        self.begins, self.ends = (
            map(list, zip(*sorted(written), strict=True)) if written else ([], [])
        )

    def _overlap(self, array: ndarray, address: int) -> bool:
        """Return whether an argument shows memory that the step writes."""
        if array.flags.c_contiguous:
            first, last = address, address + array.nbytes
        else:
            first, last = np.lib.array_utils.byte_bounds(array)
        place = bisect_left(self.ends, first + 1)
        return place < len(self.ends) and self.begins[place] < last

    def _point(self, root: int, array: ndarray) -> int:
        """Write the address of an input into all rows that use it; return the address."""
        if not array.flags.c_contiguous:
            array = np.ascontiguousarray(array)
        memory = self.program.memory[root] = array.reshape(-1)
        address = memory.ctypes.data
        for place, offset in self.program.patches.get(root, ()):
            self.words[place] = address + offset
        return address

    def _fail(self) -> None:
        """Raise what eager raises for the bad input that a kernel has met."""
        self.program.error[0] = 0
        for check in self.program.checks:
            check()
        raise RuntimeError("a kernel refused its input; run the step uncompiled to see why")

    def __str__(self) -> str:
        return "\n".join(_line(place, item) for place, item in enumerate(self.program.items))


def _line(place: int, item: Item) -> str:
    """Return a line on an item: what it does, in which shape, and what it stores to."""
    one = item.makes[0]
    names = [step.op.name for step in item.steps] or [item.instruction.op.name]  # type: ignore[union-attr]
    what = f"{one.dtype}{list(one.shape)}"
    return f"{place:3d}  {what:<18} {' '.join(names)}{'  (in place)' if item.writes else ''}"
