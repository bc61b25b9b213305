"""Lowering: from a recording to clusters of elementwise steps, products, reductions and the rest.

Views become strides, losses their composed twins, dead instructions go, elementwise instructions
of one shape that nothing outside stands between share one loop, and what writes a parameter waits
for all who read it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from ..operation import Op
from ..ops import diagonals, elementwise, fused, index, linalg, reduce, shape, strided, write
from .fusion import Step, Value
from .recording import Instruction, Recording, Slot, UnsuitableError
from .twins import expanded

VIEWS = {
    # What a small array is filled with is read where it lies, as of an expanded one.
    reduce.filled.op: shape.expand.op.forward,
} | {
    one.op: one.op.forward
    for one in (shape.reshape, shape.transpose, shape.permute, shape.expand, shape.narrow,
                index.sliced, diagonals.diagonal, strided.windows, strided.strided)
}  # fmt: skip
# What elements a loop computes with, and which operations are the same on integers.
COMPUTED = {np.dtype(name) for name in ("float32", "float64", "bool", "int64")}
OF_INTEGERS = {"eq", "ne", "lt", "le", "gt", "ge", "where", "add", "sub", "mul", "neg", "to_copy"}
# On booleans these are no arithmetic of bytes.
ARITHMETIC = {"add", "sub", "mul", "neg", "abs", "square", "pow", "sign", "clamp", "remainder"}
OF_BITS = {"bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not"}
# What gives an array of its own of elements as they are, where it is no view.
COPIES = {write.clone.op, reduce.filled.op, shape.reshape.op}
# All they do is to raise for bad values.
CHECKS = {fused.probabilities.op, fused.checked_classes.op}
WRITES = {write.assign.op, write.accumulate.op}


class Item(NamedTuple):
    """One thing to do: elementwise steps in one loop, or one instruction of another kind.

    reads and makes are Values; writes are the roots of inputs that it changes.
    """

    steps: tuple[Step, ...]
    instruction: Instruction | None
    operands: tuple
    reads: frozenset[Value]
    makes: tuple[Value, ...]
    writes: frozenset[int]

    def draws(self) -> bool:
        """Return whether it moves a random stream."""
        return self.instruction is not None and self.instruction.op.draws

    def checks(self) -> bool:
        """Return whether all it does is to raise for bad values."""
        return self.instruction is not None and self.instruction.op in CHECKS

    def may_raise(self) -> bool:
        """Return whether it may raise for some values: it checks, or takes places by number."""
        indexes = any(one.dtype.kind in "iub" for one in self.reads)
        return not self.steps and (self.checks() or indexes)


class Lowered:
    """A recording as items over Values; `values` tells where every slot lies."""

    def __init__(self, recording: Recording) -> None:
        self.recording = expanded(recording)
        self.values: dict[int, Value] = {}
        self.examples: dict[int, Any] = {}
        # The size and dtype of every root, and the slot whose memory it is.
        self.roots: list[tuple[int, Any, int]] = []
        self.items: list[Item] = []
        # Numbers that are equal now and change together are one input; a run checks that they are.
        self.equal = _lockstep(self.recording)
        first = {slot: slots[0] for slots in self.equal for slot in slots[1:]}
        for slot in self.recording.inputs:
            if slot in first:
                self.values[slot] = self.values[first[slot]]
            else:
                self._root_of(slot)
        for instruction in self.recording.instructions:
            self._lower(instruction)

    def _root_of(self, slot: int) -> Value:
        """Give a slot memory of its own, row after row: what lies otherwise is copied before."""
        spec = self.recording.specs[slot]
        dtype = np.dtype(np.float64) if spec.dtype is None else spec.dtype
        example: ndarray = np.empty(spec.shape, dtype)
        self.roots.append((example.size, dtype, slot))
        strides = tuple(step // dtype.itemsize for step in example.strides)
        root = len(self.roots) - 1
        self.values[slot] = Value(root, 0, spec.shape, strides, dtype, spec.dtype is None)
        self.examples[slot] = example
        return self.values[slot]

    def _lower(self, instruction: Instruction) -> None:
        if instruction.op is shape.view.op:
            # Eager had a layout that allows it; here it may take a copy.
            instruction = instruction._replace(op=shape.reshape.op)
        op, operands = instruction.op, instruction.operands
        shares = self.recording.views.get(instruction.outputs[0])
        if op in VIEWS and shares is not False and self._view(instruction):
            return
        if shares or op is strided.bits.op:
            raise UnsuitableError
        if op in COPIES:
            self._copy(instruction)
            return
        known = tuple(self.values[one.place] if isinstance(one, Slot) else one for one in operands)
        if op in CHECKS:
            self._check(instruction, known)
            return
        if op in WRITES and _writable_in_a_loop(known):
            self._write(instruction, known)
            return
        if op in WRITES or op is write.assign_at.op:
            self._write_whole(instruction, known)
            return
        if op is linalg.matmul.op and _is_outer(known):
            # It then shares a loop with what follows.
            op = elementwise.mul.op
            instruction = instruction._replace(op=op, statics=())
        made = tuple(self._root_of(slot) for slot in instruction.outputs)
        reads = frozenset(one for one in known if isinstance(one, Value))
        steps: tuple[Step, ...] = ()
        if _elementwise(op, known, made[0]):
            steps = (Step(op, known, instruction.statics, made[0]),)
        self.items.append(Item(steps, instruction, known, reads, made, frozenset()))

    def _check(self, instruction: Instruction, known: tuple) -> None:
        """Lower a check to an item that makes nothing; its output is its operand."""
        slot = instruction.outputs[0]
        self.values[slot], self.examples[slot] = known[0], self.examples[_place(instruction)]
        self.roots.append((1, np.dtype(np.bool_), slot))
        made = Value(len(self.roots) - 1, 0, (), (), np.dtype(np.bool_))
        self.items.append(Item((), instruction, known, frozenset(known), (made,), frozenset()))

    def _view(self, instruction: Instruction) -> bool:
        """Make the output a view of its operand's root, if the operation gives one."""
        source = instruction.operands[0]
        if instruction.op is reduce.filled.op and self._is_input(source.place):
            # A copy to eager code, which does not follow what is written into an input later.
            return False
        example, value = self.examples[source.place], self.values[source.place]
        named = dict(zip(instruction.op.statics, instruction.statics, strict=True))
        seen = VIEWS[instruction.op](example, **named)
        if not np.may_share_memory(seen, example) and seen.size:
            return False
        slot, size = instruction.outputs[0], example.itemsize
        offset = (_address(seen) - _address(example)) // size if seen.size else 0
        strides = tuple(step // size for step in seen.strides)
        self.values[slot] = Value(
            value.root, value.place + offset, seen.shape, strides, value.dtype
        )
        self.examples[slot] = seen
        return True

    def _copy(self, instruction: Instruction) -> None:
        """Lower a copy to an elementwise step in the shape of what is copied, or filled."""
        source, slot = self.values[_place(instruction)], instruction.outputs[0]
        out = made = self._root_of(slot)
        if instruction.op is shape.reshape.op:
            strides = np.empty(source.shape, np.int8).strides
            made = out._replace(shape=source.shape, strides=strides)
        reads, statics = frozenset([source]), (out.dtype, source.dtype)
        instruction = instruction._replace(op=elementwise.cast.op, statics=statics)
        steps: tuple[Step, ...] = ()
        if source.dtype in COMPUTED:
            steps = (Step(instruction.op, (source,), statics, made),)
        self.items.append(Item(steps, instruction, (source,), reads, (made,), frozenset()))

    def _is_input(self, slot: int) -> bool:
        return self.roots[self.values[slot].root][2] in self.recording.inputs

    def _write(self, instruction: Instruction, known: tuple) -> None:
        """Lower an instruction that writes into its first operand: its step's output lies there."""
        target, value = known[0], known[1]
        slot = instruction.outputs[0]
        self.values[slot], self.examples[slot] = target, self.examples[_place(instruction)]
        adds = instruction.op is write.accumulate.op
        operands = (target, value) if adds else (value,)
        op = elementwise.add.op if adds else elementwise.cast.op
        statics = () if adds else (target.dtype, None)
        step = Step(op, operands, statics, target)
        reads = frozenset(one for one in operands if isinstance(one, Value))
        self.items.append(
            Item((step,), instruction, operands, reads, (target,), frozenset({target.root}))
        )

    def _write_whole(self, instruction: Instruction, known: tuple) -> None:
        """Leave a write that no loop can do to NumPy, in its order among readers and writers."""
        target, slot = known[0], instruction.outputs[0]
        self.values[slot], self.examples[slot] = target, self.examples[_place(instruction)]
        reads = frozenset(one for one in known if isinstance(one, Value))
        self.items.append(Item((), instruction, known, reads, (target,), frozenset({target.root})))


def _writable_in_a_loop(known: tuple) -> bool:
    """Return whether a loop may write: it reads no other places of the memory it writes."""
    values = [one for one in known if isinstance(one, Value)]
    target = values[0]
    return {one.dtype for one in values} <= COMPUTED and all(
        (one == target or one.root != target.root) and len(one.shape) <= len(target.shape)
        for one in values
    )


def _is_outer(known: tuple) -> bool:
    """Return whether the operands of a matmul are a column and a row: one product an element."""
    column, row = known
    return (
        isinstance(column, Value)
        and isinstance(row, Value)
        and column.dtype == row.dtype
        and len(column.shape) == len(row.shape) == 2
        and row.shape[0] == 1
    )


def _place(instruction: Instruction) -> int:
    return instruction.operands[0].place


def _address(array: ndarray) -> int:
    return array.__array_interface__["data"][0]


def _lockstep(recording: Recording) -> list[list[int]]:
    """Return the slots of equal numbers that the step moves on under one name, as step counts."""
    moved = {(id(mapping), (key,)) for mapping, key, _ in recording.numbers}
    found: dict[Any, list[int]] = {}
    for slot, source in recording.inputs.items():
        if source.kind == "number" and (id(source.holder), source.key) in moved:
            found.setdefault((source.key, source.read([])), []).append(slot)
    return [slots for slots in found.values() if len(slots) > 1]


def _elementwise(op: Op, known: tuple, out: Value) -> bool:
    """Return whether an instruction can be part of a loop over float or boolean elements."""
    dtypes = {one.dtype for one in known if isinstance(one, Value)} | {out.dtype}
    if not dtypes <= COMPUTED or (np.dtype(np.int64) in dtypes and op.name not in OF_INTEGERS):
        return False
    if op.name in OF_BITS and out.dtype != np.bool_:
        return False
    if out.dtype == np.bool_ and op.name in ARITHMETIC:
        return False
    integers = not any(one.kind == "f" for one in dtypes - {out.dtype}) or all(
        one.weak or one.dtype.kind != "f" for one in known if isinstance(one, Value)
    )
    if integers and out.dtype.kind != "f" and any(_is_fraction(one) for one in known):
        return False
    return op.expression is not None or op is elementwise.cast.op


def _is_fraction(operand: Any) -> bool:
    """Return whether an operand is a number that int64 may not hold, or one not known yet."""
    if isinstance(operand, Value):
        return operand.weak
    return isinstance(operand, float) or (isinstance(operand, int) and abs(operand) > 2**53)
