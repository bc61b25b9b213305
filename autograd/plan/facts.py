"""The facts of a plan: what each instruction reads, makes and computes, and how it runs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from copy import copy
from typing import Any, NamedTuple

import numpy as np

from ..operation import Op
from ..ops import elementwise, fused, reduce, write
from ..ops.linalg import PRODUCTS
from .fusion import Step, Value
from .lowering import VIEWS, WRITES, Item, expanded
from .naming import BETWEEN, NUMBER, Role
from .pruning import kept_slots
from .recording import Instruction, Recording, Slot

PRODUCT, REDUCTION, LOOP, UPDATE, OTHER = "product", "reduction", "loop", "update", "other"
REDUCTIONS = {
    one.op
    for one in (reduce.total, reduce.average, reduce.var, reduce.std, reduce.amax, reduce.amin,
                reduce.argmax, reduce.argmin, reduce.all_, reduce.any_)
}  # fmt: skip
LOSSES = (fused.cross_entropy.op,)
# They write without reading what was there.
OVERWRITES = (write.assign.op, write.assign_at.op)
# How many operations an element of the first operand takes: of rows that are normalised the
# largest, its distance, exp, their sum and a scale.
EACH = {
    fused.softmax.op: 5,
    fused.log_softmax.op: 5,
    fused.cross_entropy.op: 5,
    fused.probabilities.op: 2,
    fused.checked_classes.op: 2,
    write.accumulate.op: 1,
} | dict.fromkeys(REDUCTIONS, 1)
# Elementwise, and no arithmetic.
MOVES = (elementwise.cast.op,)


class Buffer(NamedTuple):
    """An array or number that an instruction reads or makes.

    root tells which memory it lies in; `kind` is a word of `naming`; size counts the bytes that
    are touched, each element once; place is where its memory begins in the shared block, None if
    it lies elsewhere.
    """

    root: int
    kind: str
    name: str
    shape: tuple[int, ...]
    dtype: Any
    size: int
    place: int | None = None


class InstructionFacts(NamedTuple):
    """What is told of an instruction.

    operations are the names of what is fused in it, in order; `title` is its own name. flops
    counts one for each arithmetic operation, comparison or function of a number, two for a
    multiply-add. `by` is what runs it: native code, BLAS or NumPy; pieces, into how many it is cut
    for several threads, 1 if it is not.
    """

    kind: str
    title: str
    operations: tuple[str, ...]
    reads: tuple[Buffer, ...]
    makes: tuple[Buffer, ...]
    flops: int
    by: str
    lines: tuple[str, ...]
    pieces: int = 1

    @property
    def bytes_read(self) -> int:
        """The bytes it reads, each element once."""
        return sum(one.size for one in self.reads)

    @property
    def bytes_written(self) -> int:
        """The bytes it writes."""
        return sum(one.size for one in self.makes)

    @property
    def in_place(self) -> bool:
        """Whether it changes what the step has found: a parameter, a state, a gradient."""
        return self.kind == UPDATE


class Memory(NamedTuple):
    """The distinct kernels of a plan, and bytes: of the shared block, and of what is left."""

    kernels: int
    block: int
    kept: int


def flops_of(op: Op, shapes: list[tuple[int, ...]], out: tuple[int, ...]) -> int:
    """Return the operations on numbers that a call takes; shapes are those of its arrays."""
    size = math.prod(out)
    if op in PRODUCTS:
        return size * (2 * shapes[0][-1] + (len(shapes) > 2))
    if op in EACH:
        return EACH[op] * math.prod(shapes[0])
    return size if op.expression is not None and op not in MOVES else 0


def kind_of(op: Op) -> str:
    """Return which kind of instruction one of an operation is."""
    if op in OVERWRITES or op is write.accumulate.op:
        return UPDATE
    if op in PRODUCTS:
        return PRODUCT
    if op in REDUCTIONS or op in LOSSES:
        return REDUCTION
    return LOOP if op.expression is not None or op in MOVES else OTHER


class ProgramFacts:
    """The facts of a program: one entry for each of its items."""

    def __init__(self, program: Any, roles: dict[int, Role]) -> None:
        self._program = program
        values = program.lowered.values
        self._roles: dict[int, Role] = {}
        for slot, role in roles.items():
            self._roles.setdefault(values[slot].root, role)
        self._makers: dict[Value, Instruction] = {}
        self._first: dict[int, Instruction] = {}
        for instruction in program.recording.instructions:
            for slot in instruction.outputs:
                value = values[slot]
                self._first.setdefault(value.root, instruction)
                if instruction.op in WRITES or value not in self._makers:
                    self._makers[value] = instruction

    def entries(self) -> list[InstructionFacts]:
        """Return the entries of all items, in the order in which they run."""
        return [
            self._entry(place, item)._replace(pieces=self._program.pieces(place))
            for place, item in enumerate(self._program.items)
        ]

    def memory(self) -> Memory:
        """Return how many kernels the program has, and how much memory."""
        program = self._program
        left = [program.memory[root] for root in program.kept if not program.is_input(root)]
        kept = sum(one.nbytes for one in left if one is not None)
        return Memory(len(set(program.kernels)), program.block.nbytes, kept)

    def _entry(self, place: int, item: Item) -> InstructionFacts:
        by = self._program.runs_by(place)
        if not item.steps:
            assert item.instruction is not None
            return self._call(item, item.instruction, by)
        # A copy into another shape is made in that of its source.
        makers = [self._makers.get(one.out) or self._first[one.out.root] for one in item.steps]
        stored = self._program.stored[place]
        made = dict.fromkeys(step.out for step in item.steps if step.out.root in stored)
        writer = next((one for one in makers if one.op in WRITES), None)
        return InstructionFacts(
            LOOP if writer is None else UPDATE,
            "loop" if writer is None else title_of(writer),
            told(makers),
            tuple(map(self._buffer, loaded(item.steps))),
            tuple(map(self._buffer, made)),
            sum(_flops_of_step(step) for step in item.steps),
            by,
            tuple(dict.fromkeys(one.line for one in makers)),
        )

    def _call(self, item: Item, instruction: Instruction, by: str) -> InstructionFacts:
        values = [one for one in item.operands if isinstance(one, Value)]
        flops = flops_of(instruction.op, [one.shape for one in values], item.makes[0].shape)
        reads = values[instruction.op in OVERWRITES :]
        return InstructionFacts(
            kind_of(instruction.op),
            title_of(instruction),
            told([instruction]),
            tuple(map(self._buffer, dict.fromkeys(reads))),
            () if item.checks() else tuple(map(self._buffer, item.makes)),
            flops,
            by,
            (instruction.line,),
        )

    def _buffer(self, value: Value) -> Buffer:
        kind, name = self._roles.get(value.root, Role(NUMBER if value.weak else BETWEEN, ""))
        memory, block = self._program.memory[value.root], self._program.block
        place = None
        if memory is not None and block.size and np.may_share_memory(memory, block):
            place = memory.ctypes.data - block.ctypes.data
        seen = [n for n, stride in zip(value.shape, value.strides, strict=True) if stride or n < 2]
        size = math.prod(seen) * value.dtype.itemsize
        name = name or f"%{value.root}"
        return Buffer(value.root, kind, name, value.shape, value.dtype, size, place)


def loaded(steps: Iterable[Step]) -> list[Value]:
    """Return what a loop of these steps reads from memory, each value once."""
    inside: set[Value] = set()
    found: dict[Value, None] = {}
    for step in steps:
        found |= {
            one: None for one in step.operands if isinstance(one, Value) and one not in inside
        }
        inside.add(step.out)
    return list(found)


def _flops_of_step(step: Step) -> int:
    return 0 if step.op in MOVES else math.prod(step.out.shape)


def title_of(instruction: Instruction) -> str:
    """Return what an instruction is called: one that writes by what lets it, as optimizer.step."""
    if instruction.op is write.assign.op:
        return instruction.statics[0]
    name = instruction.op.name
    return f"{name} in {instruction.within}" if instruction.within else name


def told(instructions: list[Instruction]) -> tuple[str, ...]:
    """Return the names of operations: of the parts of one that was composed its name, once."""
    names: list[str] = []
    for instruction in instructions:
        name = instruction.within or instruction.op.name
        again = instruction.within and names[-1:] == [name]
        if not again and instruction.op is not write.assign.op:
            names.append(name)
    return tuple(names)


class ReplayFacts:
    """The facts of a recording that is replayed with NumPy: one entry for each instruction."""

    def __init__(self, recording: Recording, roles: dict[int, Role]) -> None:
        self._recording, self._roles = recording, roles
        # What was written is where it is written to.
        self._homes: dict[int, int] = {}
        for one in recording.instructions:
            if kind_of(one.op) == UPDATE:
                target = one.operands[0].place
                self._homes[one.outputs[0]] = self._homes.get(target, target)

    def entries(self) -> list[InstructionFacts]:
        """Return the entries of all instructions."""
        return list(map(self._entry, self._recording.instructions))

    def memory(self) -> Memory:
        """Return that there are no kernels, and how much memory results and gradients take."""
        left = kept_slots(self._recording) - self._recording.inputs.keys()
        return Memory(0, 0, sum(self._buffer(slot).size for slot in left))

    def _entry(self, instruction: Instruction) -> InstructionFacts:
        slots = [one.place for one in instruction.operands if isinstance(one, Slot)]
        read = dict.fromkeys(slots[instruction.op in OVERWRITES :])
        reads, makes = [
            [self._buffer(slot) for slot in some] for some in (read, instruction.outputs)
        ]
        if instruction.op in VIEWS:
            reads, makes = [[one._replace(size=0) for one in some] for some in (reads, makes)]
        return InstructionFacts(
            kind_of(instruction.op),
            title_of(instruction),
            (instruction.op.name,),
            tuple(reads),
            tuple(makes),
            self._flops(instruction),
            "NumPy",
            (instruction.line,),
        )

    def _flops(self, instruction: Instruction) -> int:
        """Return the operations on numbers of an instruction, or of its composed twin."""
        alone = copy(self._recording)
        alone.instructions, alone.grads, alone.result = [instruction], [], None
        parts = expanded(alone)
        return sum(
            flops_of(
                one.op,
                [parts.specs[slot.place].shape for slot in one.operands if isinstance(slot, Slot)],
                parts.specs[one.outputs[0]].shape,
            )
            for one in parts.instructions
        )

    def _buffer(self, slot: int) -> Buffer:
        shape, dtype = self._recording.specs[slot]
        slot = self._homes.get(slot, slot)
        kind, name = self._roles.get(slot, Role(NUMBER if dtype is None else BETWEEN, ""))
        dtype = np.dtype(np.float64) if dtype is None else dtype
        size = math.prod(shape) * dtype.itemsize
        return Buffer(slot, kind, name or f"%{slot}", shape, dtype, size)
