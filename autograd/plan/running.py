"""Running a plan: pointing it at this call's inputs, the native loop, and what a call leaves."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from operator import attrgetter, is_
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from .. import versions
from ..determinism import with_numpy
from ..tensors import wrap
from .assembling import Program
from .building import addresses_of, all_compiled, compile_beside
from .crew import CREW, serve, wake
from .entry import ONE_THREAD, entry_of, finish_of
from .native import run
from .pointing import READABLE, overlap, point, spans_of, table_of
from .quick import arm, arm_last, enter
from .recording import Recording, Slot, UnsuitableError, check_shapes
from .turns import Turns

if TYPE_CHECKING:
    from .report import View

_array = attrgetter("array")
# The native loops that every plan calls. With them, if they are there, LLVM starts when plans are
# imported, which takes 12 MB.
ENTRIES = (run, point, enter, arm, arm_last)
if all_compiled([one.text for one in ENTRIES]):
    for one in ENTRIES:
        one.load()


class Plan:
    """A recorded step as a program: called with the arrays of its arguments, it does the step.

    Parameters, optimizer state, `grad` of the leaves and the random streams are left as an eager
    step leaves them; a gradient's memory is the plan's own and is written anew by the next call.
    """

    def __init__(self, recording: Recording) -> None:
        if not READABLE:
            raise UnsuitableError
        self.recording = recording
        # The quick ways in, by what is taken for granted of mode and arguments.
        self.entries: dict[Any, Callable | None] = {}
        program = self.program = Program(recording)
        self.lock = Turns()
        self.words = np.array(program.words, np.int64)
        self.starts = np.array(program.starts, np.int64)
        self.together = np.array(program.together, np.int64)
        self.crowd = max(program.together, default=1) > 1
        entries = (*ENTRIES, serve, wake) if self.crowd else ENTRIES
        self.texts = [*program.kernels, *(one.text for one in entries)]
        self.parts = [self._part(*one) if type(one) is tuple else one for one in program.parts]
        # The tick of the newest run, which all arrays that it writes or leaves share.
        self.change = [0]
        self._gather_inputs()
        self._gather_outputs()
        self._check_memory()
        self.ready = False
        self.failure: Exception | None = None
        self.worker: threading.Thread | None = None

    def link(self) -> None:
        """Compile or load the kernels; from then on calls run them."""
        addresses = addresses_of(self.texts)
        for start, text in zip(self.program.starts, self.program.kernels, strict=True):
            self.words[start] = addresses[text]
        self.finish = finish_of(self)
        if self.crowd:
            CREW.start()
        self.ready = True

    def prepare(self, behind: bool) -> None:
        """Make the kernels ready: at once if they are compiled already, or else `behind` the calls.

        Until then calls replay the recording with NumPy.
        """
        if not behind or all_compiled(self.texts):
            self.link()
        else:
            self.worker = threading.Thread(target=self._work, name="autograd.compile")
            self.worker.start()

    def _work(self) -> None:
        try:
            if compile_beside(self.texts):
                self.link()
        except Exception as failure:
            self.failure = failure

    def wait(self) -> None:
        """Wait until the kernels are compiled."""
        if self.worker is not None:
            self.worker.join()

    def _part(self, first: int, count: int) -> ndarray:
        """Return what `run` is told of some rows."""
        starts, together = (one.ctypes.data + 8 * first for one in (self.starts, self.together))
        error = self.program.error.ctypes.data
        words = [self.words.ctypes.data, starts, count, error, together, CREW.address]
        return np.array(words, np.int64)

    def _gather_inputs(self) -> None:
        program, values = self.program, self.program.lowered.values
        roots: dict[str, list[Any]] = {kind: [] for kind in ("argument", "tensor", "array")}
        for slot, source in program.recording.inputs.items():
            if source.kind != "number":
                roots[source.kind].append((source, values[slot].root))
        self.argument_roots = [root for _, root in roots["argument"]]
        self.tables = [self._table(root) for root in self.argument_roots]
        self.tensors = [source.holder for source, _ in roots["tensor"]]
        self.tensor_roots = [root for _, root in roots["tensor"]]
        self.arrays: list[Any] = [None] * len(self.tensors)
        # The memory that is written, also as gradients.
        spans = len(self.tensors) + len(program.recording.grads)
        self.spans: ndarray = np.zeros(1 + 2 * spans, np.int64)
        # The arrays that are written; how many there are, and the addresses of their headers.
        self.changed: list[ndarray] = []
        self.headers: ndarray = np.zeros(1 + len(self.tensors), np.int64)
        # Arrays that are not contiguous are copied again before every call.
        self.loose = []
        for source, root in roots["array"]:
            self.point(root, source.holder)
            if not source.holder.flags.c_contiguous:
                self.loose.append((root, source.holder))
        self.paths = [(source.holder, *source.key) for source in program.number_sources]
        self.equal = [
            [(source.holder, *source.key) for source in sources] for sources in program.equal
        ]
        self.numbers: Any = program.numbers
        self.pack = struct.Struct(f"{len(self.paths)}d").pack_into

    def _table(self, root: int) -> ndarray:
        """Return what `point` is told of an argument."""
        words = self.words.ctypes.data
        patches = self.program.patches.get(root, ())
        spec = self.recording.specs[self.program.lowered.roots[root][2]]
        return table_of(*spec, [(words + 8 * place, offset) for place, offset in patches])

    def _check_memory(self) -> None:
        """Raise UnsuitableError if a written input is no plain memory, or seen by another one.

        So is the memory of the gradients: a step may find those that the last call has left.
        """
        held = dict(zip(self.tensor_roots, (one.array for one in self.tensors), strict=True))
        written = list(self.left)
        for root in filter(self.program.is_input, self.program.written):
            array = held.pop(root, None)
            # Aligned and writeable too.
            if array is None or not array.flags.carray:
                raise UnsuitableError
            written.append(array)
        # A step that ends with zero_grad() has just now no gradients to begin with.
        if overlap(written, [one for one in held.values() if one is not None]):
            raise UnsuitableError

    def _gather_outputs(self) -> None:
        recording = self.program.recording
        written: dict[int, tuple[ndarray, list[tuple]]] = {}
        for mapping, key, slot in recording.numbers:
            root = self._root(slot)
            written.setdefault(root, (self._of(slot), []))[1].append((mapping, key))
        self.written = list(written.values())
        self.grads = [
            (leaf, None if slot is None else wrap(self._own(slot)))
            for leaf, slot in recording.grads
        ]
        roots = {self._root(slot) for _, slot in recording.grads if slot is not None}
        self.left: list[Any] = [self.program.memory[root] for root in roots]
        for memory in self.left:
            versions.changes_with(memory, self.change)
        self.result = recording.result
        owned = type(self.result) is Slot and self._owns(self.result)
        self.single = self._of(self.result.place) if owned else None

    def _owns(self, slot: Slot) -> bool:
        return self.program.memory[self._root(slot.place)] is not None

    def _root(self, slot: int) -> int:
        return self.program.lowered.values[slot].root

    def _of(self, slot: int) -> ndarray:
        return self.program.array_of(self.program.lowered.values[slot])

    def _own(self, slot: int) -> ndarray:
        """Return an array that the plan leaves as a gradient: in memory of its own."""
        if not self._owns(Slot(slot)):
            raise UnsuitableError
        return self._of(slot)

    def copied(self, slot: Slot) -> Any:
        """Return a Tensor of its own with what the last run left in a slot."""
        return wrap(self._of(slot.place).copy())

    def entry(self, grad: bool, dtype: Any) -> Callable | None:
        """Return the quick way in for Tensors alone: entry(args), see `entry_of`."""
        return entry_of(self, grad, dtype)

    def __call__(self, arrays: list[ndarray]) -> Any:
        """Do the step on these arrays, the arguments' in order; return what eager returns."""
        if self.failure is not None:
            raise self.failure
        with self.lock:
            if not self.ready:
                check_shapes(self.recording)
                # Threads of BLAS that wait for each other would wait for the compiler too, and so
                # would this one, if eager work asked for kernels of its own.
                with ONE_THREAD, with_numpy():
                    return self.recording.replay(arrays, wrap)
            if not self._aim(arrays):
                return self.recording.replay(arrays, wrap)
            return self.finish()

    def _aim(self, arrays: list[ndarray]) -> bool:
        """Point the program at all its inputs; return whether it can use them."""
        same = all(map(is_, map(_array, self.tensors), self.arrays))
        if not (same and all(one.flags.writeable for one in self.changed)):
            try:
                self._point_at_tensors()
            except UnsuitableError:
                self.arrays[:] = [None] * len(self.tensors)
                return False
        return all(self._point_at(place, array) for place, array in enumerate(arrays))

    def _point_at(self, place: int, array: ndarray) -> bool:
        """Point at the argument number `place`, or at a copy, unless it shows what is written."""
        own = array if array.flags.c_contiguous and array.flags.aligned else array.copy()
        if own is not array and any(
            np.may_share_memory(array, one.array)
            for one, root in zip(self.tensors, self.tensor_roots, strict=True)
            if root in self.program.written
        ):
            return False
        if not point(self.tables[place].ctypes.data, self.spans.ctypes.data, id(own)):
            return False
        self.program.memory[self.argument_roots[place]] = own
        return True

    def _point_at_tensors(self) -> None:
        check_shapes(self.recording)
        self._check_memory()
        for place, (tensor, root) in enumerate(zip(self.tensors, self.tensor_roots, strict=True)):
            array = tensor.array
            self.point(root, array)
            self.arrays[place] = array if array.flags.c_contiguous else None
        self.changed = [
            tensor.array
            for tensor, root in zip(self.tensors, self.tensor_roots, strict=True)
            if root in self.program.written
        ]
        self.headers[: 1 + len(self.changed)] = len(self.changed), *map(id, self.changed)
        for array in self.changed:
            versions.changes_with(array, self.change)
        spans = spans_of([one for one in (*self.changed, *self.left) if one.size])
        self.spans[: len(spans)] = spans

    def point(self, root: int, array: ndarray) -> None:
        """Write the address of an input, or of a copy of it, into all rows that use it."""
        if not array.flags.c_contiguous:
            array = np.ascontiguousarray(array)
        self.program.memory[root] = array
        for place, offset in self.program.patches.get(root, ()):
            self.words[place] = array.ctypes.data + offset

    def fail(self, error: int) -> None:
        """Raise what eager raises for the bad input that a kernel has met; error tells which."""
        self.program.error[0] = 0
        if error > self.program.first:
            self.change[0] = versions.latest = versions.clock()
        self.program.checks[error - 1]()
        raise RuntimeError("a kernel refused its input; run the step uncompiled to see why")

    def view(self, function: Any) -> View:
        """Return the listing, picture and profile of this plan, which was made of a function."""
        from .report import view_of_plan

        return view_of_plan(self, function)
