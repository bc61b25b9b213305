"""A recorded step: its inputs, a flat list of instructions, what it leaves, and its replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from ..calls import forward
from ..operation import Op

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
    """One call of an operation: operands are Slots or constants, outputs indices of slots."""

    op: Op
    operands: tuple
    statics: tuple
    outputs: tuple[int, ...]
    line: str

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

    kind "argument": place `key` among the arrays of the call's arguments; "tensor": the Tensor
    `holder`; "array": the ndarray `holder`; "number": the entry at the path `key` in the mapping
    `holder`.
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


def at_path(mapping: Any, path: tuple) -> Any:
    """Return mapping[path[0]][path[1]]..."""
    for key in path:
        mapping = mapping[key]
    return mapping


class Recording:
    """A step as it was recorded; `replay` does it again with NumPy.

    specs tells of every slot what lies there; inputs maps slots to sources; grads maps leaves to
    the slot of the gradient they are left with, None for none; numbers are the entries of mappings
    to write back; result is what the function returned, with Slots for its Tensors; guards and
    gradients are what was taken for granted.
    """

    def __init__(self) -> None:
        self.inputs: dict[int, Source] = {}
        # A hash of what Tensors and arrays held when they were found.
        self.contents: dict[int, int] = {}
        self.instructions: list[Instruction] = []
        self.specs: list[Spec] = []
        self.grads: list[tuple[Any, int | None]] = []
        self.numbers: list[tuple[Any, Any, int]] = []
        self.result: Any = None
        self.guards: list[tuple[Any, Any, bool]] = []
        self.gradients: list[tuple[Any, Any]] = []
        self.broken: TraceError | None = None

    def holds(self) -> bool:
        """Return whether everything is still so that was taken for granted while recording."""
        for leaf, grad in self.gradients:
            if leaf.grad is not grad:
                return False
        for holder, name, truth in self.guards:
            if bool(holder[name] if type(holder) is dict else getattr(holder, name)) is not truth:
                return False
        return True

    def replay(self, arguments: list[ndarray], wrap: Callable) -> Any:
        """Run the instructions on the arrays of the call's arguments; return what eager would.

        Parameters, optimizer state, `grad` of the leaves and the random streams advance as the
        recorded call's did.
        """
        values: list[Any] = [None] * len(self.specs)
        for slot, source in self.inputs.items():
            values[slot] = source.read(arguments)
        for op, operands, statics, outputs, *_ in self.instructions:
            args = tuple(values[one.place] if isinstance(one, Slot) else one for one in operands)
            made = forward(op, args, statics)
            for slot, value in zip(outputs, made if op.residuals else (made,), strict=True):
                values[slot] = value
        for leaf, left in self.grads:
            leaf.grad = None if left is None else wrap(values[left])
        for mapping, key, slot in self.numbers:
            mapping[key] = values[slot]
        return rebuilt(self.result, lambda slot: wrap(values[slot.place]))

    def __str__(self) -> str:
        return "\n".join(map(self._line, self.instructions))

    def _line(self, instruction: Instruction) -> str:
        shape, dtype = self.specs[instruction.outputs[0]]
        made = "number" if dtype is None else f"{dtype}{list(shape)}"
        return f"{instruction.text():<60} {made:<18} {instruction.line}"


def rebuilt(structure: Any, change: Callable) -> Any:
    """Return nested tuples, lists and dicts with `change` applied to every Slot in them."""
    if isinstance(structure, Slot):
        return change(structure)
    if isinstance(structure, dict):
        return {key: rebuilt(value, change) for key, value in structure.items()}
    if isinstance(structure, list):
        return [rebuilt(value, change) for value in structure]
    if isinstance(structure, tuple):
        parts = [rebuilt(value, change) for value in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else tuple(parts)
    return structure


class StaleError(Exception):
    """A Tensor that a step finds outside its arguments has another shape or dtype by now."""


def check_shapes(recording: Recording) -> None:
    """Raise StaleError unless the Tensors that the step finds have the recorded shapes, dtypes."""
    for slot, source in recording.inputs.items():
        if source.kind == "tensor":
            array = source.holder.array
            if (array.shape, array.dtype) != recording.specs[slot]:
                raise StaleError


def check_agreement(first: Recording, second: Recording) -> None:
    """Raise TraceError unless two successive steps recorded the same instructions.

    A number or array that differs from one step to the next would be baked into a replay as the
    constant it was; the error names the line that uses it.
    """
    for one, other in zip(first.instructions, second.instructions, strict=False):
        if one.op is not other.op or len(one.operands) != len(other.operands):
            raise TraceError(
                f"{other.line}: the step ran {other.op.name} where it ran {one.op.name} before "
                f"({one.line}); a step must do the same operations every time"
            )
        for old, new in zip(
            one.operands + one.statics, other.operands + other.statics, strict=True
        ):
            if not _same(old, new):
                raise TraceError(
                    f"{other.line}: a constant of {other.op.name} changed from {old!r} to {new!r} "
                    "between two steps; pass it as a Tensor argument of the step"
                )
    if len(first.instructions) != len(second.instructions):
        raise TraceError(
            f"the step ran {len(first.instructions)} operations, then "
            f"{len(second.instructions)}; a step must do the same operations every time"
        )
    _check_inputs(first, second)


def _check_inputs(first: Recording, second: Recording) -> None:
    for slot, old in first.inputs.items():
        new = second.inputs.get(slot)
        if new is None or old.kind != new.kind or old.key != new.key:
            raise TraceError(f"{old.line}: the step reads other inputs than before")
        if old.kind == "array" or old.holder is not new.holder:
            # What the step finds anew each time may be a constant, if it holds the same.
            held = first.contents.get(slot)
            if held is None or held != second.contents.get(slot):
                raise TraceError(
                    f"{new.line}: the {new.kind} that the step uses here was another one, or held "
                    "something else, in the step before; pass it as an argument of the step"
                )


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, ndarray) or isinstance(new, ndarray):
        return np.array_equal(old, new, equal_nan=getattr(old, "dtype", new).kind == "f")
    if isinstance(old, tuple) and isinstance(new, tuple) and type(old) is type(new):
        return len(old) == len(new) and all(map(_same, old, new))
    return type(old) is type(new) and (old is new or old == new or (old != old and new != new))
