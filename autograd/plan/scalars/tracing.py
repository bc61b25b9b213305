"""Tracing Scalars: a step runs once, really, and every operation on their numbers is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy import ndarray

from ...dtypes import NUMBERS
from ...graph import count_exceptional, modes
from ...operation import Op
from ...ops import elementwise
from ...scalars import Scalar
from ...user_code import user_place
from ...versions import clock
from ..recording import Slot, TraceError
from .arguments import mapped
from .cells import SLOTS, count_traces
from .numbers import RAISING, TracedNumber, plain
from .recording import INPUT, Code, Place, Result, ScalarRecording, Source, line_of

# Of integers these are integers, whatever their values.
WHOLE = {
    getattr(elementwise, name).op
    for name in ("add", "sub", "mul", "neg", "abs_", "floor_divide", "remainder")
}


class ScalarTrace:
    """What one recorded run has seen of Scalars so far; a context in which the step runs.

    A lenient trace notes what no plan could do, and goes on. One that is only looking records
    nothing, but tells whether Scalars were met.
    """

    def __init__(self, lenient: bool = False, looking: bool = False) -> None:
        self.recording = ScalarRecording()
        # The numbers of the Scalars met, and those there were before what the run has written.
        self.cells: dict[str, dict[Scalar, Any]] = {"data": {}, "grad": {}}
        self.before: dict[str, dict[Scalar, Any]] = {"data": {}, "grad": {}}
        self.index: dict[Scalar, int] = {}
        self.started = clock()
        self.lenient, self.looking = lenient, looking
        # The line of the backward pass whose rules are being applied.
        self.passing: Place | None = None

    def __enter__(self) -> ScalarTrace:
        count_traces(1)
        modes.scalars = self
        count_exceptional(1)
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        count_exceptional(-1)
        modes.scalars = None
        count_traces(-1)
        for scalar in self.cells["data"]:
            if scalar.number > self.started and scalar.kept:
                scalar.kept = tuple(map(plain, scalar.kept))
        if isinstance(error, TraceError):
            self.roll_back()

    def roll_back(self) -> None:
        """Undo what the run has written: a step that cannot be recorded changes no Scalar."""
        for name, values in self.before.items():
            for scalar, value in values.items():
                setattr(scalar, name, value)

    @property
    def met(self) -> bool:
        """Whether the run has read or written the number of any Scalar."""
        return bool(self.cells["data"] or self.cells["grad"])

    def inputs(self, numbers: list, scalars: Iterable[Scalar]) -> Iterator[TracedNumber]:
        """Make the numbers and Scalars among the arguments inputs; return the numbers traced."""
        for scalar in scalars:
            self._enter(scalar)
        self.recording.arguments = len(self.index)
        place = user_place()
        traced = [self._input("number", k, place, value) for k, value in enumerate(numbers)]
        return iter(traced)

    def number(self, value: Any) -> Any:
        """Return a number as a float, a traced one as it is."""
        return value if type(value) is TracedNumber else float(value)

    def by_rules(self, function: Callable) -> Callable:
        """Return `function` as a pass that applies rules: its operators do not raise."""

        def inside(*args: Any) -> Any:
            before, self.passing = self.passing, self.passing or user_place()
            try:
                return function(*args)
            finally:
                self.passing = before

        return inside

    def run(self, op: Op, args: tuple, statics: tuple = ()) -> Any:
        """Run `op` on numbers, with inf or nan where Python raises, and note it."""
        args += statics
        numbers = [arg.value if type(arg) is TracedNumber else plain(arg) for arg in args]
        return self._note(op, args, op.on_floats(*numbers), False)

    def operate(self, op: Op, args: tuple) -> Any:
        """Do what Python's operator does with numbers, which may raise, and note it."""
        if self.passing is not None:
            return self.run(op, args)
        return self._note(op, args, RAISING[op](*map(plain, args)), True)

    def read(self, scalar: Scalar, name: str) -> Any:
        """Return the number `name` of a Scalar: an input, if the run has not seen it before."""
        cell = self.cells[name]
        if scalar not in cell:
            value = SLOTS[name].__get__(scalar)
            if scalar.number < self.started and not self.looking:
                if type(plain(value)) not in NUMBERS:
                    return self.refuse(f"{name} of a Scalar holds a {type(value).__name__}", value)
                # A float whatever it is now: it may be one at the next call.
                value = self._input(name, self._enter(scalar), user_place(), float(value))
            cell[scalar] = value
        return cell[scalar]

    def write(self, scalar: Scalar, name: str, value: Any) -> None:
        """Put a number into a Scalar, now and at every run of the plan."""
        slot = SLOTS[name]
        # One that is being made has no number yet.
        if getattr(scalar, "number", self.started) < self.started:
            self.before[name].setdefault(scalar, slot.__get__(scalar))
        self.cells[name][scalar] = value
        slot.__set__(scalar, plain(value))

    def read_by_python(self, number: TracedNumber) -> Any:
        """Return what Python asks for: an integer among the arguments; TraceError otherwise.

        The plan then holds for this integer alone.
        """
        slot, value = number.slot, number.value
        if number.trace != self.started:
            return value
        if self.recording.codes[slot] == INPUT and type(value) in (int, bool):
            source = self.recording.inputs[self.recording.operands[slot][0]]
            if source.kind == "number":
                self.recording.guards[source.which] = value
                return value
        return self.refuse(
            "the value of a Scalar, or a number that is input or computed, is read while the step "
            "is recorded; return it and read it outside, or select with autograd.where(...)",
            value,
        )

    def refuse(self, why: str, value: Any) -> Any:
        """Raise TraceError, naming the user's line; a lenient trace returns the value."""
        error = TraceError(f"{line_of(self.passing or user_place())}: {why}")
        if not self.lenient:
            raise error
        self.recording.broken = self.recording.broken or error
        return value

    def finish(self, result: Any) -> ScalarRecording:
        """Return the recording of a run that has returned `result`."""
        recording = self.recording
        recording.result = mapped(result, self._returned)
        for name, values in self.before.items():
            for scalar in values:
                number = self.cells[name][scalar]
                if type(plain(number)) not in NUMBERS:
                    self.refuse(
                        f"the step leaves a {type(number).__name__} in {name} of a Scalar, which "
                        "no plan can; set it to a number in the end",
                        number,
                    )
                operand = self._operand(number, f"{name} of a Scalar")
                recording.writes.append((name, self._enter(scalar), operand))
        recording.scalars = list(self.index)
        return recording

    def _returned(self, one: Any) -> Any:
        """Return a Slot, the place among the results, for what the run has made."""
        if type(one) is Scalar and one in self.cells["data"] and one.number > self.started:
            label, grad = one.label, self.cells["grad"][one]
            grad = self.cells["data"][grad] if type(grad) is Scalar else grad
            values = self.cells["data"][one], grad
            made = Result(lambda data, grad: leaf(data, grad, label), values)
        elif type(one) is TracedNumber:
            made = Result(type(one.value), (one,))
        elif isinstance(one, ndarray) and one.dtype == object:
            shape = one.shape
            made = Result(lambda *numbers: np.array(numbers).reshape(shape), tuple(one.flat))
        else:
            # It is returned as it is; a number that is another one next time is refused then.
            if type(one) in NUMBERS:
                self._operand(one, "the result")
            return one
        operands = tuple(self._operand(number, "the result") for number in made.operands)
        self.recording.results.append(Result(made.make, operands))
        return Slot(len(self.recording.results) - 1)

    def _note(self, op: Op, args: tuple, value: Any, checked: bool) -> Any:
        """Note what made `value`, unless it is made of constants; return it as traced."""
        if type(value) not in NUMBERS:
            return self.refuse(f"{op.name} makes a {type(value).__name__}, no float", value)
        if op.rules and not (type(value) is int and op in WHOLE):
            value = float(value)
        for arg in args:
            if type(arg) is TracedNumber and arg.trace == self.started:
                break
        else:
            return value
        recording, place = self.recording, self.passing or user_place()
        none = tuple([k for k, arg in enumerate(args) if arg is None]) if op.statics else ()
        code = recording.kinds.get((op, none, checked))  # type: ignore[call-overload]
        if code is None:
            code = recording.kinds[Code(op, none, checked)] = len(recording.kinds)
        operands = [
            arg.slot
            if type(arg) is TracedNumber and arg.trace == self.started
            else recording.constant(plain(arg), op.name, place)
            for arg in args
        ]
        return self._entry(code, tuple(operands), place, value)

    def _entry(self, code: int, operands: tuple[int, ...], place: Place, value: Any) -> Any:
        recording = self.recording
        recording.codes.append(code)
        recording.operands.append(operands)
        recording.places.append(place)
        return TracedNumber(value, len(recording.codes) - 1, self.started)

    def _operand(self, value: Any, user: str) -> int:
        if type(value) is TracedNumber and value.trace == self.started:
            return value.slot
        return self.recording.constant(plain(value), user, user_place())

    def _input(self, kind: str, index: int, place: Place, value: Any) -> TracedNumber:
        self.recording.inputs.append(Source(kind, index, place))
        return self._entry(INPUT, (len(self.recording.inputs) - 1,), place, plain(value))

    def _enter(self, scalar: Scalar) -> int:
        return self.index.setdefault(scalar, len(self.index))


def outside_graph(one: Any) -> Any:
    """Return what a step has returned as a plan returns it: Scalars that were made are leaves."""
    if type(one) is Scalar and not one.is_leaf:
        return leaf(one.data, one.grad.data if type(one.grad) is Scalar else one.grad, one.label)
    return landed(one)


def landed(one: Any) -> Any:
    """Return what a step has returned without traced numbers: the numbers they are."""
    if isinstance(one, ndarray) and one.dtype == object:
        return np.array(list(map(plain, one.flat))).reshape(one.shape)
    return plain(one) if type(one) is TracedNumber else one


def leaf(data: float, grad: float, label: str) -> Scalar:
    """Return a Scalar outside the graph that has a gradient."""
    made = Scalar(data, label)
    made.grad = grad
    return made
