"""Tapes: an elementwise function called with symbols notes what it does, to be run in one loop.

NumPy passes over memory once for every operation, the loop once for all; where only + - * /, square
roots and comparisons are computed, to the same bits. It is compiled in the background, so that
nobody waits for numba.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import numpy as np
from numpy import ndarray

from .arrays import ArrayMethods
from .calls import forward
from .dtypes import NUMBERS
from .operation import Op
from .ops.elementwise import cast
from .takeover import Takeover

# The loop of every tape that was run, by its notes and stores.
_loops: dict[tuple, Takeover] = {}


class Symbol(ArrayMethods):
    """An element of an array, wherever the loop is; operations on it are noted."""

    __slots__ = ("place", "tape")
    _level = 1
    __array_ufunc__ = None

    def __init__(self, tape: Tape, place: int) -> None:
        self.tape, self.place = tape, place

    def _run(self, op: Op, args: tuple, statics: tuple) -> Symbol:
        """Note `op`, which must work element by element."""
        if op.expression is None:
            raise TypeError(f"{op.name}: works on arrays as a whole, and not element by element")
        return self.tape.note(op, args, statics)


class Tape:
    """What is done in one pass over arrays of one size: load, compute, store.

    values are the arrays and numbers that go in, None for what comes out of an operation. notes
    say what there is at every place, the same for any arrays and numbers, so that a compiled loop
    is found again: a dtype for an array, float for any float, an int for itself, and
    (operation, places, statics). stores are pairs of places, from and to.
    """

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.notes: list[Any] = []
        self.stores: list[tuple[int, int]] = []

    def load(self, value: Any) -> Symbol:
        """Return the symbol of an array, or of a number that is read as one."""
        array = type(value) is ndarray
        return Symbol(self, self._enter(value, value.dtype) if array else self._number(value))

    def note(self, op: Op, args: tuple, statics: tuple) -> Symbol:
        """Return the symbol of what an operation makes of symbols and numbers."""
        places = tuple(arg.place if type(arg) is Symbol else self._number(arg) for arg in args)
        return Symbol(self, self._enter(None, (op, places, statics)))

    def store(self, value: Symbol, array: ndarray) -> None:
        """Put a value into an array that is loaded too."""
        target = next(place for place, one in enumerate(self.values) if one is array)
        self.stores.append((value.place, target))

    def _number(self, value: Any) -> int:
        return self._enter(value, float if type(value) is float else value)

    def _enter(self, value: Any, note: Any) -> int:
        self.values.append(value)
        self.notes.append(note)
        return len(self.values) - 1

    def run(self) -> bool:
        """Run the loop and return True; False where it is not compiled yet or cannot be."""
        if not all(map(_suits, self.values)):
            return False
        key = tuple(self.notes), tuple(self.stores)
        takeover = _loops.get(key) or _loops.setdefault(
            key, Takeover(partial(compiled, *key), _limits)
        )
        loop = takeover.after(1)
        if loop is None:
            return False
        # Numbers, too, are read where an array lies.
        values = [np.asarray(one, float) if type(one) is float else one for one in self.values]
        return bool(loop(tuple(values)))


def _suits(value: Any) -> bool:
    if type(value) is ndarray:
        return value.dtype.char in "fd" and value.flags.c_contiguous and value.flags.aligned
    # NumPy's scalars have a dtype of their own to compute in.
    return value is None or type(value) in NUMBERS


def _limits() -> tuple[int, int]:
    """Begin a loop at once, and never wait for it: it computes the same bits as NumPy."""
    return 0, sys.maxsize


def compiled(notes: tuple, stores: tuple) -> Any:
    """Return what runs the loop of a tape, given a tuple with a value for every place.

    It returns whether the values suited it. None where there can be no such loop.
    """
    from .plan.fusion import Step
    from .plan.launching import loop_launcher

    values, steps = _steps(notes)
    stored = range(len(steps), len(steps) + len(stores))
    for source, target in stores:
        out = values[target]
        steps.append(Step(cast.op, (values[source],), (out.dtype, None), out))
    return loop_launcher(steps, set(stored))


def _steps(notes: tuple) -> tuple[list, list]:
    """Return what stands at every place, and the operations, as `fusion` takes them."""
    from .plan.fusion import Step, Value

    values: list[Any] = []
    steps = []
    # An example for every place tells the dtypes of results.
    examples: list[Any] = []
    for place, note in enumerate(notes):
        match note:
            case op, places, statics:
                examples.append(forward(op, tuple(examples[one] for one in places), statics))
                values.append(Value(place, 0, (2,), (1,), examples[-1].dtype))
                operands = tuple(values[one] for one in places)
                steps.append(Step(op, operands, statics, values[-1]))
            case np.dtype():
                examples.append(np.ones(1, note))
                values.append(Value(place, 0, (2,), (1,), note))
            case int():
                examples.append(note)
                values.append(note)
            case _:
                examples.append(1.0)
                values.append(Value(place, 0, (), (), np.dtype(float), weak=True))
    return values, steps
