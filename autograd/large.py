"""Large eager work: an elementwise operation, or all rules of its node, as one native loop.

NumPy passes over memory once for every operation, on one thread. A program that goes on gets loops
instead, compiled beside it. It changes over after a number of elements, not when a loop happens to
be there, so that every run of a program computes the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from . import crossover
from .calls import SHARED, general, parameters
from .dtypes import NUMBERS
from .memory import keep_freed
from .operation import Op
from .tapes import Tape, compiled

FLOATS, SUITED = frozenset("fd"), frozenset("fd?")
# Kinds of work are forgotten when there are more: numbers that change make ever new ones.
MOST = 4096


class Work:
    """One kind of work: function(*operands) is a list of results, made element by element.

    operands are arrays, all of one dtype but for booleans, and floats.
    """

    def __init__(self, function: Callable, operands: tuple) -> None:
        self._function = function
        self._examples = [
            np.ones(1, one.dtype) if type(one) is ndarray else one for one in operands
        ]
        self._sized = next(k for k, one in enumerate(operands) if type(one) is ndarray)
        self._floats = float in map(type, operands)
        self._seen = 0
        self._thread: threading.Thread | None = None
        self._launcher: Any = None
        # The dtypes of what the loop makes, and numbers in the function that it reads.
        self._dtypes: list[Any] = []
        self._constants: tuple = ()
        # The place of every result among operands and what is made: a rule may return a cotangent.
        self._places: list[int] = []

    def run(self, operands: tuple) -> list | None:
        """Return the results, None where NumPy has to compute them."""
        if self._launcher is None and not self._begun(operands[self._sized].size):
            return None
        shape = operands[self._sized].shape
        if self._floats:
            operands = tuple(map(_read_as_array, operands))
        values = (*operands, *[ndarray(shape, one) for one in self._dtypes], *self._constants)
        return [values[place] for place in self._places] if self._launcher(values) else None

    def _begun(self, size: int) -> bool:
        """Count elements; return whether the loop is to be used from now on, and can be."""
        self._seen += size
        if self._thread is None:
            if self._seen < crossover.BEGIN:
                return False
            keep_freed()
            self._thread = threading.Thread(target=self._compile, name="glassgrad loop")
            self._thread.start()
        if self._seen < crossover.SWITCH:
            return False
        self._thread.join()
        return self._launcher is not None

    def _compile(self) -> None:
        tape = Tape()
        examples = list(self._examples)
        symbols = [tape.load(one) for one in examples]
        made = self._function(*examples)
        for one in made:
            if not any(one is example for example in examples):
                tape.load(one)
                examples.append(one)
        self._places = [
            next(k for k, one in enumerate(examples) if one is result) for result in made
        ]
        self._dtypes = [one.dtype for one in examples[len(symbols) :]]
        for symbol, target in zip(self._function(*symbols), made, strict=True):
            if not any(symbol is one for one in symbols):
                tape.store(symbol, target)
        self._constants = tuple(map(_read_as_array, tape.values[len(examples) :]))
        if tape.stores:
            self._launcher = compiled(tuple(tape.notes), tuple(tape.stores))


def _read_as_array(one: Any) -> Any:
    return np.asarray(one, float) if type(one) is float else one


_works: dict[Any, Work | None] = {}


def forward(op: Op, args: tuple, statics: tuple) -> Any:
    """Return an operation on large arrays and numbers, None where NumPy has to do it."""
    key = (op, statics, *[one.dtype.char if type(one) is ndarray else _kind(one) for one in args])
    if key in _works:
        work = _works[key]
    else:
        work = _new(key, args, lambda *values: [general(op, values, statics)])
    results = None if work is None else work.run(args)
    return None if results is None else results[0]


def _kind(number: Any) -> Any:
    # Integers are constants of a loop, floats are read by it.
    return float if type(number) is float else (type(number), number)


def pull(op: Op, kept: tuple, g: ndarray, parents: tuple) -> tuple | None:
    """Return what `op.pull` does for a large cotangent, None where NumPy has to do it."""
    asked = tuple([parent is not None for parent in parents])
    values = (g, *kept)
    kinds = tuple([one.dtype.char if type(one) is ndarray else (type(one), one) for one in values])
    key = op, asked, kinds
    arrays = tuple([one for one in values if type(one) is ndarray])
    work = _works[key] if key in _works else _new(key, arrays, _rules(op, values, asked))
    found = None if work is None else work.run(arrays)
    if found is None:
        return None
    results = iter(found)
    return tuple([next(results) if one else None for one in asked])


def _rules(op: Op, values: tuple, asked: tuple) -> Callable:
    """Return the rules that are asked for as one function of the arrays among `values`."""
    fixed = [None if type(one) is ndarray else one for one in values]
    places = [k for k, one in enumerate(values) if type(one) is ndarray]

    def function(*arrays: Any) -> list:
        given = dict(zip(("g", *op.kept), fixed, strict=True))
        given.update(zip([("g", *op.kept)[k] for k in places], arrays, strict=True))
        rules = [op.rules[name] for name, one in zip(op.arrays, asked, strict=True) if one]
        return [rule(*[given[name] for name in parameters(rule)]) for rule in rules]

    return function


def _new(key: Any, operands: tuple, function: Callable) -> Work | None:
    """Return the work of a new key, None where it is not one for a loop."""
    if len(_works) >= MOST:
        _works.clear()
    kinds = {one.dtype.char for one in operands if type(one) is ndarray}
    numbers = all(type(one) is ndarray or type(one) in NUMBERS for one in operands)
    suited = numbers and kinds <= SUITED and len(kinds & FLOATS) == 1
    work = _works[key] = Work(function, operands) if suited else None
    return work


SHARED.update(large=forward, pull_large=pull)
