"""Isolation: a recording with copies of everything it reads and writes, to run it for itself."""

from __future__ import annotations

from copy import copy
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy import ndarray

from ..streams import Generator
from ..tensors import wrap
from .recording import GradientOf, Instruction, Recording, Source, layout


def isolated(recording: Recording) -> Recording:
    """Return a recording that does the same to copies of all that it finds now.

    Its runs change no Tensor, number, gradient or random stream of the program's. Raises
    RuntimeError if a gradient that the step adds to is not there.
    """
    copies = _Copies()
    made = copy(recording)
    made.inputs = {slot: copies.source(source) for slot, source in recording.inputs.items()}
    made.layouts = dict(recording.layouts)
    for slot, source in made.inputs.items():
        if source.kind in ("tensor", "array"):
            made.layouts[slot] = layout(source.read([]))
    made.instructions = [copies.instruction(one) for one in recording.instructions]
    made.grads = [(SimpleNamespace(), slot) for _, slot in recording.grads]
    made.numbers = [(copies.of(held), key, slot) for held, key, slot in recording.numbers]
    return made


def stand_ins(recording: Recording) -> list[ndarray]:
    """Return arrays that can stand for a step's arguments: ones, and zeros for integers."""
    slots = [slot for slot, source in recording.inputs.items() if source.kind == "argument"]
    return [_filled(*recording.specs[slot]) for slot in slots]


def _filled(shape: tuple[int, ...], dtype: Any) -> ndarray:
    # Of labels and places 0 is always one.
    return np.zeros(shape, dtype) if dtype.kind in "iu" else np.ones(shape, dtype)


class _Copies:
    """Copies of mappings and generators, one for each."""

    def __init__(self) -> None:
        # With what was copied, so that no identity is used again.
        self._made: dict[int, tuple[Any, Any]] = {}

    def of(self, one: Any) -> Any:
        """Return the copy of an object, the same every time."""
        return self._made.setdefault(id(one), (one, copy(one)))[1]

    def source(self, source: Source) -> Source:
        """Return where the copy of an input is read."""
        if source.kind == "argument":
            return source
        if source.kind == "number":
            return source._replace(holder=self.of(source.holder))
        if source.kind == "array":
            return source._replace(holder=source.holder.copy(order="K"))
        if isinstance(source.holder, GradientOf) and source.holder.leaf._grad is None:
            raise RuntimeError(
                "profile: the step adds to gradients, and there are none now; call it first"
            )
        return source._replace(holder=wrap(source.holder.array.copy(order="K")))

    def instruction(self, instruction: Instruction) -> Instruction:
        """Return an instruction that draws from the copy of its random stream."""
        statics = tuple(
            self.of(one) if isinstance(one, Generator) else one for one in instruction.statics
        )
        return instruction._replace(statics=statics)
