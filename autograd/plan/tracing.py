"""Tracing: an ordinary eager step runs once, really, and every operation on arrays is noted."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

import numpy as np
from numpy import ndarray

from ..calls import forward
from ..dtypes import NUMBERS
from ..graph import count_exceptional, leaf, modes, reverse_order
from ..operation import Op
from ..ops.reduce import filled
from ..ops.shape import reshape, view
from ..ops.write import accumulate, assign, assign_at, clone
from ..streams import default_generator
from ..tensors import Tensor
from ..user_code import user_line
from ..versions import owner_of
from .arguments import gradients_of, tensors_of
from .chance import Streams
from .recording import (
    GradientOf,
    Instruction,
    Recording,
    Slot,
    Source,
    Spec,
    TraceError,
    at_path,
    layout,
    rebuilt,
)
from .traced import Traced

WRITING = {assign.op, accumulate.op, assign_at.op}
# What a plan takes for a view; whether it is one in eager depends on the layout.
RESHAPING = {reshape.op, view.op, filled.op}


class Outside:
    """What receives the gradient of an argument that is part of a graph: a plan ends there."""

    # Any but None: in the graph.
    node = True

    @staticmethod
    def _receive(cotangent: Any, owned: bool) -> None:
        raise TraceError(
            f"{user_line()}: the step goes back through the graph of one of its arguments, which "
            "a plan cannot see; pass it detach()ed, or compile what makes it too"
        )


class Trace:
    """What one recorded run has seen so far."""

    def __init__(self) -> None:
        self.recording = Recording()
        # Keyed by identity; the sources keep what they name alive, so that no id is reused.
        self.known: dict[Any, Traced] = {}
        # The arrays of the inputs, and the storages that were written.
        self.arrays: dict[int, ndarray] = {}
        self.changed: dict[int, ndarray] = {}
        self.copies: list[tuple[Traced, int]] = []
        self.reshaped: list[tuple[int, ndarray, ndarray]] = []
        self.written: dict[Any, tuple[Any, Any, Any]] = {}
        self.held: list[weakref.ref] = []
        self.arguments: list[Tensor] = []
        # Arguments that are part of a graph, with the nodes that they get back in the end.
        self.cut: list[tuple[Tensor, Any]] = []
        # Leaves whose gradient this run has set, and the leaf that a found gradient belongs to.
        self.graded: dict[int, Tensor] = {}
        self.leaves: dict[int, Tensor] = {}
        # Tensors that were given other data, and what stood for them before.
        self.rebound: dict[int, tuple[Tensor, Traced]] = {}
        self.streams = Streams()
        self.lenient = False
        self.broken: TraceError | None = None

    def take(self, tensors: list[Tensor]) -> None:
        """Make the arrays of the arguments, and of the gradients they have, the first inputs."""
        self.arguments = tensors
        self.recording.arguments = list(map(weakref.ref, tensors))
        for place, tensor in enumerate(tensors + gradients_of(tensors)):
            key = id(tensor), id(tensor.array)
            # Of a Tensor that is given twice the second is not used.
            key = key if key not in self.known else (place, 0)
            self._input(key, "argument", None, place, tensor.array)
            if not tensor.is_leaf:
                self.cut.append((tensor, tensor.node))
                tensor.node = leaf(tensor.array.shape, tensor.array.dtype, lambda: Outside)

    def lift(self, value: Any) -> Any:
        """Return a Tensor's array, or an array, as a traced value: an input if it is new."""
        if isinstance(value, Tensor):
            return value.array if _is_traced(value) else self._found(value)
        if isinstance(value, Traced) or type(value) in NUMBERS:
            return value
        array = np.asarray(value)
        return self._input(id(array), "array", array, None, array)

    def _found(self, tensor: Tensor) -> Traced:
        key = id(tensor), id(tensor.array)
        if key not in self.known:
            owner = self.leaves.get(id(tensor))
            if owner is None:
                self.recording.premises.note_graph(tensor)
            holder = tensor if owner is None else GradientOf(owner)
            self._input(key, "tensor", holder, None, tensor.array)
        return self.known[key]

    def fresh(self, array: Any) -> Any:
        """Return an array that the step has just made of constants as every replay makes it."""
        if not isinstance(array, ndarray):
            return array
        made = self.run(clone.op, (array,), ())
        self.copies.append((made, self.lift(array).slot))
        return made

    def read(self, mapping: MutableMapping, path: tuple) -> Any:
        """Return the number at `path` in mapping as an input, or what this run has put there."""
        place = (id(mapping), path)
        if place in self.written:
            return self.written[place][2]
        return self._input(place, "number", mapping, path, at_path(mapping, path))

    def note_rest(self, mapping: dict, but: Iterable[str]) -> None:
        """Note the entries of a mapping that are no inputs, save for those named in `but`."""
        inputs = self.recording.inputs.values()
        read = {one.key[0] for one in inputs if one.kind == "number" and one.holder is mapping}
        for name in mapping.keys() - read - set(but):
            self.recording.premises.note_fact(mapping, name, mapping[name])

    def write(self, mapping: MutableMapping, key: Any, value: Any) -> None:
        """Put a number into mapping[key], now and at every replay."""
        mapping[key] = value.value if isinstance(value, Traced) else value
        self.written[id(mapping), (key,)] = (mapping, key, value)

    def run(self, op: Op, args: tuple, statics: tuple) -> Any:
        """Run the forward of `op` on the values of `args` and note the instruction."""
        lifted = [self.lift(arg) if arg is not None else None for arg in args]
        values: Any = tuple(one.value if isinstance(one, Traced) else one for one in lifted)
        result = self.streams.draw(op, statics, lambda: forward(op, values, statics))
        if op in WRITING:
            owner = owner_of(values[0])
            self.changed[id(owner)] = owner
        results = [
            np.asarray(one) if isinstance(one, np.generic) else one
            for one in (result if op.residuals else (result,))
        ]
        made = tuple(Traced(one, self._slot(one)) for one in results)
        if op in RESHAPING:
            self.reshaped.append((made[0].slot, owner_of(results[0]), owner_of(values[0])))
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
        self.refuse(
            "the value of a Tensor is read while the step is recorded; return the Tensor and read "
            "it outside, or select with autograd.where(...)",
            self.lenient and array is not None,
        )
        return array.value if isinstance(array, Traced) else array

    def refuse(self, why: str, lenient: bool) -> None:
        """Raise TraceError with the user's line, or if lenient note it."""
        error = TraceError(f"{user_line()}: {why}")
        if not lenient:
            raise error
        self.broken = self.broken or error

    def rebind(self, tensor: Tensor, other: Tensor) -> bool:
        """Let the data of `other` stand for a Tensor that the step found, written there at the end.

        Returns whether it is such a one. Raises TraceError if the data do not fit there.
        """
        if _is_traced(tensor):
            return False
        if (tensor.shape, tensor.dtype) != (other.shape, other.dtype):
            raise TraceError(
                f"{user_line()}: data of {tuple(other.shape)} {other.dtype} is put into a Tensor "
                f"of {tuple(tensor.shape)} {tensor.dtype}, whose memory a plan writes to; change "
                "shape and dtype outside the step"
            )
        self.rebound.setdefault(id(tensor), (tensor, self.lift(tensor)))
        self.known[id(tensor), id(tensor.array)] = self.lift(other)
        return True

    def found_graph(self, tensor: Tensor) -> None:
        """Note that whether a Tensor requires grad, which this run did not say, will change."""
        if not _is_traced(tensor) and not self._is_argument(tensor):
            self.recording.premises.note_graph(tensor)

    def found_gradient(self, tensor: Tensor, grad: Any) -> None:
        """Note which gradient, or None, a leaf had, unless this run has put it there."""
        if id(tensor) in self.graded or _is_traced(tensor):
            return
        if not self._is_argument(tensor):
            self.recording.premises.note_gradient(tensor, grad)
            if grad is not None:
                self.leaves[id(grad)] = tensor

    def set_gradient(self, tensor: Tensor) -> None:
        """Note that this run gives a leaf another gradient, or None."""
        self.graded[id(tensor)] = tensor

    def finish(self, result: Any) -> Recording:
        """Return the recording, and give every Tensor that is left its real array."""
        recording = self.recording
        self.streams.check()
        recording.broken = self.broken
        recording.result = rebuilt(result, self._returned, Tensor)
        for tensor, memory in self.rebound.values():
            self._write_data(tensor, memory)
        self._leave_gradients()
        recording.numbers = [
            (mapping, key, value.slot)
            for mapping, key, value in self.written.values()
            if isinstance(value, Traced)
        ]
        recording.changed = {slot for slot, one in self.arrays.items() if self._is_changed(one)}
        self._drop_idle_copies()
        self._note_views()
        self.land()
        return recording

    def land(self) -> None:
        """Replace the traced values in all Tensors and nodes that are left by real arrays."""
        tensors = [tensor for tensor in (ref() for ref in self.held) if tensor is not None]
        for tensor in tensors:
            if _is_traced(tensor):
                tensor.array = tensor.array.value
        for node in reverse_order({tensor.node for tensor in tensors if tensor.node is not None}):
            if node.kept:
                node.kept = tuple(map(_landed, node.kept))
        for tensor, node in self.cut:
            tensor.node = node

    def _leave_gradients(self) -> None:
        """Note with which gradient the leaves are left that this run has given one, or none."""
        recording, left = self.recording, []
        for one in self.graded.values():
            # What this run has made itself is made anew by a replay, or not at all.
            if _is_traced(one):
                continue
            slot = None if one._grad is None else self._gradient_slot(one._grad)
            if self._is_argument(one):
                recording.argument_grads.append(_place(self.arguments, one))
                left.append(slot if slot is None else Slot(slot))
            else:
                recording.grads.append((one, slot))
        if left:
            recording.result = recording.result, tuple(left)

    def _gradient_slot(self, grad: Tensor) -> int:
        if _is_traced(grad):
            return grad.array.slot
        return self.run(clone.op, (grad,), ()).slot

    def _returned(self, tensor: Tensor) -> Any:
        """Return a Slot for a Tensor that was computed, or an argument; another one as it is."""
        if not (_is_traced(tensor) or self._is_argument(tensor)):
            return tensor
        traced = self.lift(tensor)
        old = (owner_of(memory.value) for _, memory in self.rebound.values())
        if any(owner_of(traced.value) is one for one in old):
            # Before other data are written there, which eager puts elsewhere.
            traced = self.run(clone.op, (traced,), ())
        return Slot(traced.slot)

    def _write_data(self, tensor: Tensor, memory: Traced) -> None:
        """Let a replay write the data that a Tensor was given; here it gets them as in eager."""
        data = self.lift(tensor)
        operands, made = (Slot(memory.slot), Slot(data.slot)), (self._slot(memory.value),)
        self.recording.instructions.append(
            Instruction(assign.op, operands, ("data",), made, user_line())
        )
        owner = owner_of(memory.value)
        self.changed[id(owner)] = owner
        tensor.array = data.value.copy()

    def _drop_idle_copies(self) -> None:
        """Let those copies of constants that nothing changes be the constants themselves."""
        recording = self.recording
        left = {slot for _, slot in recording.grads}
        idle = {
            made.slot: slot
            for made, slot in self.copies
            if made.slot not in left and not self._is_changed(made.value)
        }

        def renamed(slot: Slot) -> Slot:
            return Slot(idle.get(slot.place, slot.place))

        recording.instructions = [
            one._replace(operands=rebuilt(one.operands, renamed))
            for one in recording.instructions
            if one.outputs[0] not in idle
        ]
        recording.result = rebuilt(recording.result, renamed)

    def _note_views(self) -> None:
        """Note of what was reshaped and is written, or left as a gradient, if it shares memory."""
        grads = (one._grad for one in self.graded.values())
        left = [one.array.value for one in grads if one is not None and _is_traced(one)]
        touched = {id(owner_of(one)) for one in left} | self.changed.keys()
        for slot, mine, other in self.reshaped:
            if not touched.isdisjoint((id(mine), id(other))):
                self.recording.views[slot] = mine is other

    def _is_changed(self, array: ndarray) -> bool:
        return id(owner_of(array)) in self.changed

    def _is_argument(self, tensor: Tensor) -> bool:
        return any(tensor is one for one in self.arguments)

    def _slot(self, value: Any) -> int:
        self.recording.specs.append(Spec(np.shape(value), getattr(value, "dtype", None)))
        return len(self.recording.specs) - 1

    def _input(self, place: Any, kind: str, holder: Any, key: Any, value: Any) -> Traced:
        if place not in self.known:
            self.known[place] = traced = Traced(value, self._slot(value))
            recording, slot = self.recording, traced.slot
            recording.inputs[slot] = Source(kind, holder, key, user_line())
            if kind != "number":
                self.arrays[slot] = value
                recording.layouts[slot] = layout(value)
            if kind in ("tensor", "array"):
                recording.contents[slot] = hash(value.tobytes())
        return self.known[place]


def trace(
    function: Callable, *args: Any, lenient: bool = False, **kwargs: Any
) -> tuple[Any, Recording]:
    """Run function(*args, **kwargs) once, really, and return its result and its recording.

    The Tensors among the arguments, also in lists, tuples and dicts, are inputs (one that is given
    twice is one); so are all Tensors that the function finds elsewhere, the numbers that
    optimizers keep, and the random streams. Raises TraceError where a value is read (`.item()`,
    `if loss > 1`), naming the line and the cure; a `lenient` trace goes on, and the recording is
    `broken` by that error.
    """
    if modes.trace is not None:
        raise TraceError("a step is being recorded already; record one at a time in a thread")
    tracing = Trace()
    tracing.lenient = lenient
    tracing.take(tensors_of((args, kwargs)))
    tracing.streams.note(default_generator)
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


def _is_traced(tensor: Tensor) -> bool:
    return type(tensor.array) is Traced


def _place(tensors: list[Tensor], tensor: Tensor) -> int:
    return next(place for place, one in enumerate(tensors) if one is tensor)


def _landed(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_landed, value))
    return value.value if isinstance(value, Traced) else value
