"""Whether two recordings of a step are of one plan, and what to say where they should be."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from numpy import ndarray

from ..dtypes import NUMBERS
from ..tensors import Tensor
from .recording import GradientOf, Recording, Slot, Source, TraceError

# What a step may return beside Tensors, made anew each time.
PLAIN = NUMBERS | {str, bytes, complex, Slot}


def comparable(first: Recording, second: Recording) -> bool:
    """Return whether two recordings can tell arguments from what the step finds by itself.

    They cannot if a Tensor is an argument of one and found in the other: where it is both, a
    recording shows it as an argument alone.
    """
    for one, other in ((first, second), (second, first)):
        found = {id(source.holder) for source in one.inputs.values() if source.kind == "tensor"}
        if any(id(argument()) in found for argument in other.arguments):
            return False
    return True


def common_arguments(first: Recording, second: Recording) -> dict[int, weakref.ref]:
    """Return by place the arguments that are one and the same Tensor in both recordings.

    The step may find such a Tensor by itself too, so that another one cannot stand for it.
    """
    pairs = enumerate(zip(first.arguments, second.arguments, strict=True))
    return {place: one for place, (one, other) in pairs if one() is other()}


def check_agreement(first: Recording, second: Recording) -> None:
    """Raise TraceError unless two successive steps recorded the same.

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
    old_grads, new_grads = ([(id(one), slot) for one, slot in it.grads] for it in (first, second))
    if old_grads != new_grads or first.argument_grads != second.argument_grads:
        raise TraceError(
            "the step left gradients at other Tensors than before; a step must go back to the "
            "same leaves every time: compile one for each model"
        )
    if not _same_result(first.result, second.result):
        raise TraceError(
            f"the step returned {first.result}, then {second.result}; a plan returns what was "
            "recorded: return Tensors in tuples, lists and dicts, and count outside the step"
        )


def _check_inputs(first: Recording, second: Recording) -> None:
    for slot, old in first.inputs.items():
        new = second.inputs.get(slot)
        if new is None or old.kind != new.kind or old.key != new.key:
            raise TraceError(f"{old.line}: the step reads other inputs than before")
        same = _same_holder(old, new)
        if old.kind == "array" or not same:
            # What the step finds anew each time may be a constant, if it holds the same.
            held = first.contents.get(slot)
            if held is None or held != second.contents.get(slot):
                raise TraceError(
                    f"{new.line}: the {new.kind} that the step uses here was another one, or held "
                    "something else, in the step before; pass it as an argument of the step"
                )
        if not same and slot in second.changed:
            raise TraceError(
                f"{new.line}: the {new.kind} used here is another one in every step, and changed "
                "in place; make it with autograd.tensor(...), which copies"
            )


def _same_holder(old: Source, new: Source) -> bool:
    one, other = old.holder, new.holder
    if isinstance(one, GradientOf) and isinstance(other, GradientOf):
        return one.leaf is other.leaf
    return one is other


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, ndarray) or isinstance(new, ndarray):
        return np.array_equal(old, new, equal_nan=getattr(old, "dtype", new).kind == "f")
    if isinstance(old, tuple) and isinstance(new, tuple) and type(old) is type(new):
        return len(old) == len(new) and all(map(_same, old, new))
    return type(old) is type(new) and (old is new or old == new or (old != old and new != new))


def _same_result(old: Any, new: Any) -> bool:
    if type(old) is not type(new) or isinstance(old, Tensor):
        return old is new
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(_same_result(old[key], new[key]) for key in old)
    if isinstance(old, list | tuple) and type(old) is not Slot:
        return len(old) == len(new) and all(map(_same_result, old, new))
    return old is new or (type(old) in PLAIN and _same(old, new))
