"""Large eager work: an elementwise operation, or all rules of its node, as one native loop.

NumPy passes over memory once for every operation, on one thread. A program that goes on gets loops
instead, compiled beside it. It changes over after a number of elements, not when a loop happens to
be there, so that every run of a program computes the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from . import crossover
from .calls import SHARED, general, parameters
from .dtypes import NUMBERS
from .memory import keep_freed
from .operation import Op
from .ops.fused import log_softmax
from .takeover import Takeover
from .tapes import Tape, compiled

FLOATS, SUITED = frozenset("fd"), frozenset("fd?")
# Kinds of work are forgotten when there are more: numbers that change make ever new ones.
MOST_KINDS = 4096


class Native(NamedTuple):
    """Native code for one kind of work: launcher(operands, results, constants), all in one tuple.

    dtypes are those of the results that it makes, all of one shape; places tell which of the tuple
    are the results of the work, since a rule may return a cotangent as it is.
    """

    launcher: Any
    dtypes: list
    places: list[int]
    constants: tuple = ()


def _limits() -> tuple[int, int]:
    return crossover.BEGIN, crossover.SWITCH


class LargeWork:
    """One kind of work on large arrays of one shape; prepare() returns native code, or None."""

    def __init__(self, prepare: Callable, operands: tuple) -> None:
        self.native = Takeover(prepare, _limits)
        self._sized = next(k for k, one in enumerate(operands) if type(one) is ndarray)
        self._floats = float in map(type, operands)

    def run(self, operands: tuple) -> tuple | None:
        """Return the results, None where NumPy has to compute them."""
        first = operands[self._sized]
        shape = first.shape
        for one in operands:
            # Other shapes broadcast, or do not fit: NumPy tells.
            if one is not first and type(one) is ndarray and one.shape != shape:
                return None
        native = self.native.after(first.size)
        if native is None:
            return None
        launcher, dtypes, places, constants = native
        if self._floats:
            operands = tuple(map(_read_as_array, operands))
        values = (*operands, *[np.empty(shape, one) for one in dtypes], *constants)
        return tuple([values[place] for place in places]) if launcher(values) else None


def loop(function: Callable, operands: tuple) -> Native | None:
    """Return the loop of a function whose results are made element by element.

    operands are examples of what it takes: arrays, all of one dtype but for booleans, and floats.
    """
    keep_freed()
    tape = Tape()
    examples = list(operands)
    symbols = [tape.load(one) for one in examples]
    made = function(*examples)
    for one in made:
        if not any(one is example for example in examples):
            tape.load(one)
            examples.append(one)
    places = [next(k for k, one in enumerate(examples) if one is result) for result in made]
    for symbol, target in zip(function(*symbols), made, strict=True):
        if not any(symbol is one for one in symbols):
            tape.store(symbol, target)
    launcher = compiled(tuple(tape.notes), tuple(tape.stores)) if tape.stores else None
    if launcher is None:
        return None
    constants = tuple(map(_read_as_array, tape.values[len(examples) :]))
    return Native(launcher, [one.dtype for one in examples[len(symbols) :]], places, constants)


def rows(op: Op, dtype: Any, columns: int, pulls: bool) -> Native | None:
    """Return the kernel of a softmax, or of its logarithm, or what pulls back through it."""
    from .plan.launching import softmax_launcher

    keep_freed()
    launcher = softmax_launcher(dtype, columns, op is log_softmax.op, pulls)
    return None if launcher is None else Native(launcher, [dtype], [2 if pulls else 1])


def _read_as_array(one: Any) -> Any:
    return np.asarray(one, float) if type(one) is float else one


# Of every kind its work, None where no loop can do it.
_works: dict[Any, Any] = {}
_UNKNOWN = object()


def forward(op: Op, key: tuple, args: tuple, statics: tuple) -> Any:
    """Return an operation on large arrays and numbers, None where NumPy has to do it.

    key tells all that decides about the native code of an elementwise operation.
    """
    if op.expression is None:
        results = _along_rows(op, args[0], statics[0], args, False)
    else:
        work = _works.get(key, _UNKNOWN)
        if work is _UNKNOWN:
            work = _new(key, args, lambda *values: [general(op, values, statics)])
        results = None if work is None else work.run(args)
    return None if results is None else results[0]


def _along_rows(op: Op, x: ndarray, dim: int, arrays: tuple, pulls: bool) -> tuple | None:
    """Return the results of an operation along the last axis, None for another one."""
    columns = x.shape[-1]
    if dim not in (-1, x.ndim - 1) or x.dtype.char not in FLOATS:
        return None
    key = op, x.dtype.char, columns, pulls
    work = _works.get(key)
    if work is None:
        work = _enter(key, LargeWork(partial(rows, op, x.dtype, columns, pulls), arrays))
    return work.run(arrays)


def pull(op: Op, key: tuple, kept: tuple, g: ndarray, parents: tuple) -> tuple | None:
    """Return what `op.pull` does for a large cotangent, None where NumPy has to do it."""
    if op.expression is None:
        y, dim = kept
        return _along_rows(op, y, dim, (g, y), True)
    arrays = (g, *[one for one in kept if type(one) is ndarray])
    work = _works.get(key, _UNKNOWN)
    if work is _UNKNOWN:
        work = _new(key, arrays, _rules(op, (g, *kept), parents))
    found = None if work is None else work.run(arrays)
    if found is None or len(found) == len(parents):
        return found
    results = iter(found)
    return tuple([None if parent is None else next(results) for parent in parents])


def _rules(op: Op, values: tuple, parents: tuple) -> Callable:
    """Return the rules that parents ask for as one function of the arrays among `values`."""
    asked = [parent is not None for parent in parents]
    fixed = [None if type(one) is ndarray else one for one in values]
    places = [k for k, one in enumerate(values) if type(one) is ndarray]

    def function(*arrays: Any) -> list:
        given = dict(zip(("g", *op.kept), fixed, strict=True))
        given.update(zip([("g", *op.kept)[k] for k in places], arrays, strict=True))
        rules = [op.rules[name] for name, one in zip(op.arrays, asked, strict=True) if one]
        return [rule(*[given[name] for name in parameters(rule)]) for rule in rules]

    return function


def _new(key: Any, operands: tuple, function: Callable) -> LargeWork | None:
    """Return the work of a new key, None where it is not one for a loop."""
    kinds = {one.dtype.char for one in operands if type(one) is ndarray}
    numbers = all(type(one) is ndarray or type(one) in NUMBERS for one in operands)
    suited = numbers and kinds <= SUITED and len(kinds & FLOATS) == 1
    examples = tuple([np.ones(1, one.dtype) if type(one) is ndarray else one for one in operands])
    return _enter(key, LargeWork(partial(loop, function, examples), operands) if suited else None)


def _enter(key: Any, work: Any) -> Any:
    if len(_works) >= MOST_KINDS:
        _works.clear()
    _works[key] = work
    return work


SHARED.update(large=forward, pull_large=pull)
