"""A recorded step: its inputs, a flat list of instructions, what it leaves, and its replay."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from ..calls import forward
from ..operation import Op
from .premises import Premises

# What the quick way into a plan returns for a call that it does not know how to do.
MISSED = object()


class TraceError(RuntimeError):
    """A step cannot be recorded, or two recordings of it differ: names the line and the cure."""


class Slot(NamedTuple):
    """The place of a value among the values of a recording."""

    place: int


class Spec(NamedTuple):
    """Shape and dtype of a recorded value; the dtype of a Python number is None."""

    shape: tuple[int, ...]
    dtype: Any


class Instruction(NamedTuple):
    """One call of an operation: operands are Slots or constants, outputs indices of slots.

    Of an instruction of a composed twin, `within` is the name of the operation it is a part of.
    """

    op: Op
    operands: tuple
    statics: tuple
    outputs: tuple[int, ...]
    line: str
    within: str = ""

    def text(self) -> str:
        """Return the instruction as an assignment: %3 = mul(%1, 2.0)."""
        operands = ", ".join(
            f"%{one.place}" if isinstance(one, Slot) else repr(one) for one in self.operands
        )
        named = zip(self.op.statics, self.statics, strict=True)
        statics = "".join(f", {name}={value}" for name, value in named)
        outputs = ", ".join(f"%{index}" for index in self.outputs)
        return f"{outputs} = {self.op.name}({(operands + statics).removeprefix(', ')})"


class Source(NamedTuple):
    """Where an input of a recording comes from.

    kind "argument": place `key` among the arrays of the call's arguments; "tensor": the array of
    the Tensor, or of the GradientOf, `holder`; "array": the ndarray `holder`; "number": the entry
    at the path `key` in the mapping `holder`.
    """

    kind: str
    holder: Any
    key: Any
    line: str

    def read(self, arguments: list[ndarray]) -> Any:
        """Return the value the input has now."""
        if self.kind == "argument":
            return arguments[self.key]
        if self.kind == "tensor":
            return self.holder.array
        return self.holder if self.kind == "array" else at_path(self.holder, self.key)


class GradientOf:
    """The gradient of a leaf, whatever Tensor that is by now."""

    __slots__ = ("leaf",)

    def __init__(self, leaf: Any) -> None:
        self.leaf = leaf

    @property
    def array(self) -> Any:
        """The array of the gradient that the leaf has now, None if it has none."""
        return getattr(self.leaf._grad, "array", None)


def at_path(mapping: Any, path: tuple) -> Any:
    """Return mapping[path[0]][path[1]]..."""
    for key in path:
        mapping = mapping[key]
    return mapping


class Recording:
    """A step as it was recorded; `replay` does it again with NumPy.

    specs tells of every slot what lies there; inputs maps slots to sources, contents those that
    were found to a hash of what they held then, layouts those of arrays to their layout; changed
    are the inputs that are written; views tells of reshaped arrays whose memory is written, or left
    as a gradient, if they share it with what they were made of. grads maps leaves to the slot of
    the gradient they are left with, None for none; numbers are the entries of mappings to write
    back; result is what the function returned, with Slots for its Tensors. If argument_grads, the
    places of arguments that are left with a gradient, is not empty, result is a pair, and their
    gradients its second half.
    """

    def __init__(self) -> None:
        self.inputs: dict[int, Source] = {}
        self.contents: dict[int, int] = {}
        self.layouts: dict[int, tuple | None] = {}
        self.changed: set[int] = set()
        self.views: dict[int, bool] = {}
        self.instructions: list[Instruction] = []
        self.specs: list[Spec] = []
        self.grads: list[tuple[Any, int | None]] = []
        self.argument_grads: list[int] = []
        self.numbers: list[tuple[Any, Any, int]] = []
        self.result: Any = None
        self.premises = Premises()
        # The Tensors that were its arguments, and by place those that no other may stand for.
        self.arguments: list[weakref.ref] = []
        self.pinned: dict[int, weakref.ref] = {}
        self.broken: TraceError | None = None
        # What a replay no longer needs after each instruction, once it is known.
        self._spent: list[list[int]] | None = None

    def holds(self) -> bool:
        """Return whether everything is still so that was taken for granted while recording."""
        return self.premises.hold()

    def serves(self, tensors: list[Any]) -> bool:
        """Return whether a call with these Tensors as arguments may be a replay."""
        pinned = self.pinned.items()
        return all(tensors[place] is ref() for place, ref in pinned) and self.holds()

    def replay(self, arguments: list[ndarray], wrap: Callable) -> Any:
        """Run the instructions on the arrays of the call's arguments; return what eager would.

        Parameters, optimizer state, `grad` of the leaves and the random streams advance as the
        recorded call's did.
        """
        values: list[Any] = [None] * len(self.specs)
        for slot, source in self.inputs.items():
            values[slot] = source.read(arguments)
        if self._spent is None:
            self._spent = self._last_used()
        for (op, operands, statics, outputs, *_), spent in zip(
            self.instructions, self._spent, strict=True
        ):
            args = tuple(values[one.place] if isinstance(one, Slot) else one for one in operands)
            made = forward(op, args, statics)
            for slot, value in zip(outputs, made if op.residuals else (made,), strict=True):
                check_made(op, value, self.specs[slot].shape)
                # NumPy makes a scalar of 0-d arrays, of which there is no view.
                values[slot] = np.asarray(value) if isinstance(value, np.generic) else value
            # Memory that is free is used again while the processor's cache still has it.
            del args, made, value
            for slot in spent:
                values[slot] = None
        for leaf, left in self.grads:
            leaf.grad = None if left is None else wrap(values[left])
        for mapping, key, slot in self.numbers:
            mapping[key] = values[slot]
        # Copies, as a plan returns: what the caller does to them reaches no constant, no input.
        return rebuilt(self.result, lambda slot: wrap(values[slot.place].copy()))

    def _last_used(self) -> list[list[int]]:
        """Return for every instruction the slots that nothing after it asks for."""
        asked = {slot for _, slot in self.grads} | {slot for _, _, slot in self.numbers}
        rebuilt(self.result, lambda slot: asked.add(slot.place))
        spent = []
        for instruction in reversed(self.instructions):
            read = {one.place for one in instruction.operands if isinstance(one, Slot)}
            spent.append([*({*read, *instruction.outputs} - asked)])
            asked |= read
        return spent[::-1]

    def __str__(self) -> str:
        return "\n".join(map(self._line, self.instructions))

    def _line(self, instruction: Instruction) -> str:
        shape, dtype = self.specs[instruction.outputs[0]]
        made = "number" if dtype is None else f"{dtype}{list(shape)}"
        return f"{instruction.text():<60} {made:<18} {instruction.line}"


def rebuilt(structure: Any, change: Callable, kind: type = Slot) -> Any:
    """Return nested tuples, lists and dicts with `change` applied to all of `kind` in them."""
    if isinstance(structure, kind):
        return change(structure)
    if isinstance(structure, dict):
        made = structure.copy()
        made.update({key: rebuilt(value, change, kind) for key, value in structure.items()})
        return made
    if isinstance(structure, list | tuple):
        parts = [rebuilt(value, change, kind) for value in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)
    return structure


def layout(array: ndarray) -> tuple | None:
    """Return the strides of an array, None if its elements lie row after row."""
    return None if array.flags.c_contiguous else array.strides


class UnsuitableError(Exception):
    """What a recording reads and writes lies in memory as no program can use it."""


class StaleError(Exception):
    """A Tensor that a step finds has another shape, dtype or layout by now."""


def check_made(op: Any, value: Any, shape: tuple) -> None:
    """Raise TraceError where values have led to another shape than in the recording."""
    if np.shape(value) != shape:
        raise TraceError(
            f"compile: {op.name} made an array of shape {np.shape(value)}, recorded was {shape}: "
            "the shapes of a compiled step must not depend on values; select with "
            "autograd.where(...), or keep such a step eager"
        )


def check_shapes(recording: Recording) -> None:
    """Raise StaleError unless the Tensors that the step finds have the shapes... recorded."""
    for slot, source in recording.inputs.items():
        if source.kind == "tensor":
            array = source.holder.array
            if (array.shape, array.dtype) != recording.specs[slot]:
                raise StaleError
            if layout(array) != recording.layouts.get(slot):
                raise StaleError
