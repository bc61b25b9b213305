"""Twins: operations without a kernel of their own as others that have one, or join a loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import modes
from ..ops import fused, reduce
from ..ops.elementwise import exp, log, sqrt, square
from .recording import Instruction, Recording, Slot, rebuilt
from .traced import Traced
from .tracing import Trace


def expanded(recording: Recording) -> Recording:
    """Return the recording with operations replaced by their twins, of primitive operations.

    Fused ones whose rules need residuals stay whole: they have kernels.
    """
    made = Recording()
    made.inputs, made.specs, made.views = recording.inputs, list(recording.specs), recording.views
    made.grads, made.numbers, made.result = recording.grads, recording.numbers, recording.result
    renamed: dict[int, int] = {}
    waiting = recording.instructions[::-1]
    while waiting:
        instruction = waiting.pop()
        operands = tuple(_renamed(one, renamed) for one in instruction.operands)
        instruction = instruction._replace(operands=operands)
        twin = _twin(made, instruction)
        if twin is None:
            made.instructions.append(instruction)
        else:
            lines, slot = _composed(made, instruction, twin)
            renamed[instruction.outputs[0]] = slot
            waiting += lines[::-1]
    made.grads = [
        (leaf, None if slot is None else _renamed(Slot(slot), renamed).place)
        for leaf, slot in recording.grads
    ]
    made.result = rebuilt(recording.result, lambda one: _renamed(one, renamed))
    return made


def _renamed(one: Any, renamed: dict[int, int]) -> Any:
    while isinstance(one, Slot) and one.place in renamed:
        one = Slot(renamed[one.place])
    return one


def _twin(recording: Recording, instruction: Instruction) -> Callable | None:
    """Return what to run in place of an instruction, None for the instruction itself."""
    op = instruction.op
    if op in (fused.softmax.op, fused.log_softmax.op):
        shape = recording.specs[instruction.operands[0].place].shape
        along_rows = instruction.statics[0] in (-1, len(shape) - 1)
        return None if along_rows or not shape or 0 in shape else TWINS[op]
    if op in (reduce.var.op, reduce.std.op):
        # Of too few values eager warns at every call.
        return TWINS[op] if _free(recording, instruction) > 0 else None
    return TWINS.get(op, None if op.residuals else op.composed)


def _free(recording: Recording, instruction: Instruction) -> float:
    shape = recording.specs[instruction.operands[0].place].shape
    dim, correction, _ = instruction.statics
    return reduce.count_over(shape, dim) - correction


def _mean(x: Any, dim: Any, keepdim: bool) -> Any:
    """The mean as its sum and a division: the sum has a kernel, the division joins a loop."""
    y = reduce.total(x, dim, keepdim)
    return y / (x.size // max(y.size, 1))


def _var(x: Any, dim: Any, correction: float, keepdim: bool) -> Any:
    squares = reduce.total(square(x - reduce.average(x, dim, True)), dim, keepdim)
    return squares / (reduce.count_over(x.shape, dim) - correction)


def _std(x: Any, dim: Any, correction: float, keepdim: bool) -> Any:
    return sqrt(_var(x, dim, correction, keepdim))


def _softmax(x: Any, dim: int) -> Any:
    e = exp(x - reduce.amax(x, dim, True))
    return e / reduce.total(e, dim, True)


def _log_softmax(x: Any, dim: int) -> Any:
    shifted = x - reduce.amax(x, dim, True)
    return shifted - log(reduce.total(exp(shifted), dim, True))


TWINS: dict[Any, Callable] = {
    reduce.average.op: _mean,
    reduce.var.op: _var,
    reduce.std.op: _std,
    fused.softmax.op: _softmax,
    fused.log_softmax.op: _log_softmax,
}


def _composed(
    recording: Recording, instruction: Instruction, twin: Callable
) -> tuple[list[Instruction], int]:
    """Trace the twin of an instruction; return its instructions and the slot of its result."""
    tracing = Trace()
    tracing.recording = Recording()
    tracing.recording.specs = recording.specs
    arguments = [
        Traced(np.ones(*recording.specs[one.place]), one.place) if isinstance(one, Slot) else one
        for one in instruction.operands
    ]
    before, modes.trace = modes.trace, tracing
    try:
        made = twin(*arguments, *instruction.statics)
    finally:
        modes.trace = before
    within = instruction.within or instruction.op.name
    lines = [
        one._replace(line=instruction.line, within=within) for one in tracing.recording.instructions
    ]
    return lines, made.slot
