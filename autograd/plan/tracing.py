"""Tracing: an ordinary eager step runs once, really, and every operation on arrays is noted."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable, MutableMapping
from typing import Any

import numpy as np
from numpy import ndarray

from ..arrays import ArrayMethods
from ..calls import forward
from ..dtypes import NUMBERS
from ..graph import count_exceptional, modes, reverse_order
from ..operation import Op
from ..tensors import Tensor
from .recording import Instruction, Recording, Slot, Source, Spec, TraceError, at_path

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_OURS = (_PACKAGE + os.sep, os.path.join(os.path.dirname(_PACKAGE), "nn") + os.sep, "<autograd")


class Traced(ArrayMethods):
    """A value seen by a trace: the array or number it is, and its slot among the recorded ones."""

    __slots__ = ("slot", "value")
    _level = 1
    __array_ufunc__ = None

    def __init__(self, value: Any, slot: int) -> None:
        self.value = value
        self.slot = slot

    def _run(self, op: Op, args: tuple, statics: tuple) -> Any:
        """Run `op` and note it."""
        if modes.trace is None:
            raise TraceError("a traced value was used after its trace had ended")
        return modes.trace.run(op, args, statics)

    @property
    def shape(self) -> tuple:
        """The length of each axis."""
        return np.shape(self.value)

    @property
    def dtype(self) -> Any:
        """The dtype of the array."""
        return self.value.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return np.ndim(self.value)

    @property
    def size(self) -> int:
        """The number of elements."""
        return np.size(self.value)

    @property
    def base(self) -> Any:
        """The array whose memory a view shows, None for an array of its own."""
        return self.value.base

    @property
    def flags(self) -> Any:
        """The layout of the array."""
        return self.value.flags

    def __bool__(self) -> bool:
        return modes.trace.refuse_reading()

    __float__ = __int__ = __index__ = __bool__


class Trace:
    """What one recorded run has seen so far."""

    def __init__(self) -> None:
        self.recording = Recording()
        # Keyed by identity; the sources keep what they name alive, so that no id is reused.
        self.known: dict[Any, Traced] = {}
        self.written: dict[Any, tuple[Any, Any, Any]] = {}
        self.held: list[weakref.ref] = []
        # What the recording takes for granted: (holder, name, truth), and gradients there were.
        self.guards: list[tuple[Any, Any, bool]] = []
        self.gradients: dict[int, tuple[Tensor, Any]] = {}
        self.assigned: set[int] = set()
        self.lenient = False
        self.broken: TraceError | None = None

    def lift(self, value: Any) -> Any:
        """Return a Tensor's array, or an array, as a traced value: an input if it is new."""
        if isinstance(value, Tensor):
            array = value.array
            if isinstance(array, Traced):
                return array
            key = id(array) if id(array) in self.known else (id(value), id(array))
            return self._input(key, "tensor", value, None, array)
        if isinstance(value, Traced) or type(value) in NUMBERS:
            return value
        array = np.asarray(value)
        return self._input(id(array), "array", array, None, array)

    def argument(self, place: int, array: ndarray) -> None:
        """Make the array of the call's argument number `place` an input."""
        if id(array) in self.known:
            raise TraceError(
                f"argument {place} of the step is one of the arguments before it; pass a clone()"
            )
        self._input(id(array), "argument", None, place, array)

    def read(self, mapping: MutableMapping, path: tuple) -> Any:
        """Return the number at `path` in mapping as an input, or what this run has put there."""
        place = (id(mapping), path)
        if place in self.written:
            return self.written[place][2]
        return self._input(place, "number", mapping, path, at_path(mapping, path))

    def write(self, mapping: MutableMapping, key: Any, value: Any) -> None:
        """Put a number into mapping[key], now and at every replay."""
        mapping[key] = value.value if isinstance(value, Traced) else value
        self.written[id(mapping), (key,)] = (mapping, key, value)

    def run(self, op: Op, args: tuple, statics: tuple) -> Any:
        """Run the forward of `op` on the values of `args` and note the instruction."""
        lifted = [self.lift(arg) if arg is not None else None for arg in args]
        values = tuple(one.value if isinstance(one, Traced) else one for one in lifted)
        result = forward(op, values, statics)
        results = [
            np.asarray(one) if isinstance(one, np.generic) else one
            for one in (result if op.residuals else (result,))
        ]
        made = tuple(Traced(one, self._slot(one)) for one in results)
        operands = tuple(Slot(one.slot) if isinstance(one, Traced) else one for one in lifted)
        outputs = tuple(one.slot for one in made)
        self.recording.instructions.append(Instruction(op, operands, statics, outputs, user_line()))
        return made if op.residuals else made[0]

    def hold(self, tensor: Tensor) -> None:
        """Remember a Tensor made of a traced value, to give it the real array in the end."""
        self.held.append(weakref.ref(tensor))

    def refuse_reading(self, array: Any = None) -> Any:
        """Raise TraceError: a value read by Python cannot become part of a replay.

        A lenient trace notes it, and returns the plain array.
        """
        error = TraceError(
            f"{user_line()}: the value of a Tensor is read while the step is recorded; return the "
            "Tensor and read it outside, or select with autograd.where(...)"
        )
        if not self.lenient or array is None:
            raise error
        self.broken = self.broken or error
        return array.value if isinstance(array, Traced) else array

    def found_gradient(self, tensor: Tensor, grad: Any) -> None:
        """Note which gradient, or None, a leaf had, unless this run has put it there."""
        if id(tensor) not in self.assigned:
            self.gradients.setdefault(id(tensor), (tensor, grad))

    def finish(self, result: Any) -> Recording:
        """Return the recording, and give every Tensor that is left its real array."""
        recording = self.recording
        recording.broken = self.broken
        recording.guards = list({(id(one[0]), one[1]): one for one in self.guards}.values())
        recording.gradients = list(self.gradients.values())
        recording.result = _with_slots(result, self.known, recording.inputs)
        recording.grads = [
            (source.holder, _slot_of(source.holder.grad))
            for source in recording.inputs.values()
            if source.kind == "tensor" and _rebound(source.holder)
        ]
        recording.numbers = [
            (mapping, key, value.slot)
            for mapping, key, value in self.written.values()
            if isinstance(value, Traced)
        ]
        self.land()
        return recording

    def land(self) -> None:
        """Replace the traced values in all Tensors and nodes that are left by real arrays."""
        tensors = [tensor for tensor in (ref() for ref in self.held) if tensor is not None]
        for tensor in tensors:
            if isinstance(tensor.array, Traced):
                tensor.array = tensor.array.value
        for node in reverse_order({tensor.node for tensor in tensors if tensor.node is not None}):
            if node.kept:
                node.kept = tuple(map(_landed, node.kept))

    def _slot(self, value: Any) -> int:
        self.recording.specs.append(Spec(np.shape(value), getattr(value, "dtype", None)))
        return len(self.recording.specs) - 1

    def _input(self, place: Any, kind: str, holder: Any, key: Any, value: Any) -> Traced:
        if place not in self.known:
            self.known[place] = traced = Traced(value, self._slot(value))
            self.recording.inputs[traced.slot] = Source(kind, holder, key, user_line())
            if kind in ("tensor", "array"):
                self.recording.contents[traced.slot] = hash(value.tobytes())
        return self.known[place]


def trace(
    function: Callable, *args: Any, lenient: bool = False, **kwargs: Any
) -> tuple[Any, Recording]:
    """Run function(*args, **kwargs) once, really, and return its result and its recording.

    The Tensors among the arguments, also in lists, tuples and dicts, are inputs; so are all
    Tensors that the function finds elsewhere, the numbers that optimizers keep, and the random
    streams. Raises TraceError where a value is read (`.item()`, `if loss > 1`), naming the line and
    the cure; a `lenient` trace goes on, and the recording is `broken` by that error.
    """
    if modes.trace is not None:
        raise TraceError("a step is being recorded already; record one at a time in a thread")
    tracing = Trace()
    tracing.lenient = lenient
    for place, array in enumerate(arrays_of((args, kwargs))):
        tracing.argument(place, array)
    modes.trace = tracing
    count_exceptional(1)
    try:
        result = function(*args, **kwargs)
        recording = tracing.finish(result)
    finally:
        tracing.land()
        modes.trace = None
        count_exceptional(-1)
    return result, recording


def arrays_of(arguments: Any) -> list[ndarray]:
    """Return the arrays of the Tensors among the arguments of a step, nested ones too, in order."""
    if isinstance(arguments, Tensor):
        return [arguments.array]
    if isinstance(arguments, dict):
        arguments = list(arguments.values())
    if isinstance(arguments, list | tuple):
        return [array for one in arguments for array in arrays_of(one)]
    return []


def user_line() -> str:
    """Return file and line of the innermost caller outside this project's packages."""
    frame: Any = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"


def _with_slots(result: Any, known: dict[Any, Traced], inputs: dict[int, Source]) -> Any:
    """Return a result with Slots for what was computed, and for arguments that come back."""
    if isinstance(result, Tensor):
        array = result.array if isinstance(result.array, Traced) else known.get(id(result.array))
        if array is None or (array is not result.array and inputs[array.slot].kind != "argument"):
            return result
        return Slot(array.slot)
    if isinstance(result, dict):
        return {key: _with_slots(value, known, inputs) for key, value in result.items()}
    if isinstance(result, list | tuple) and not hasattr(result, "_fields"):
        return type(result)(_with_slots(value, known, inputs) for value in result)
    return result


def _slot_of(grad: Any) -> int | None:
    return None if grad is None else grad.array.slot


def _rebound(tensor: Tensor) -> bool:
    """Return whether the run has left a Tensor with a gradient of its own making, or with none."""
    grad = tensor.grad
    return (
        tensor.is_leaf and tensor.requires_grad and (grad is None or isinstance(grad.array, Traced))
    )


def _landed(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_landed, value))
    return value.value if isinstance(value, Traced) else value
