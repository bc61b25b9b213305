"""A recorded step over Scalars: inputs, a flat list of operations on numbers, what it leaves."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from ...operation import Op
from ...scalars import Scalar
from ..recording import TraceError

# What stands for a code where a slot is an input.
INPUT = -1
# Path and line of what the user wrote.
Place = tuple[str, int]


class Code(NamedTuple):
    """What an entry does: `op`, of whose arguments those at the places `none` are None.

    The result of one that is `checked` must be finite: where it is not, Python may raise.
    """

    op: Op
    none: tuple[int, ...]
    checked: bool

    @property
    def on_integers(self) -> bool:
        """Whether the operation takes integers alone."""
        return self.op.name.startswith("bitwise")


class Source(NamedTuple):
    """An input: "number" `which` of the arguments', or "data" or "grad" of Scalar `which`."""

    kind: str
    which: int
    place: Place


class Result(NamedTuple):
    """A number, a Scalar or an array in what the step returns: `make` of these operands."""

    make: Callable
    operands: tuple


class ScalarRecording:
    """A step over Scalars as it was recorded.

    Slot i is an input (codes[i] is INPUT) or what kinds[codes[i]] makes of operands[i]. An operand
    is a slot, or, if negative, ~k for constants[k]. scalars are those among the arguments, then
    those that the step has found elsewhere; writes are (kind, which of the scalars, operand);
    guards are numbers among the arguments, by their places, that Python has read.
    """

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.operands: list[tuple[int, ...]] = []
        self.places: list[Place] = []
        self.kinds: dict[Code, int] = {}
        self.inputs: list[Source] = []
        self.constants: list[Any] = []
        # Who takes each constant, and where.
        self.users: list[tuple[str, Place]] = []
        self.scalars: list[Scalar] = []
        self.arguments = 0
        self.guards: dict[int, Any] = {}
        self.writes: list[tuple[str, int, int]] = []
        self.results: list[Result] = []
        self.result: Any = None
        self.broken: TraceError | None = None

    def constant(self, value: Any, user: str, place: Place) -> int:
        """Return a constant as an operand."""
        self.constants.append(value)
        self.users.append((user, place))
        return -len(self.constants)

    def name(self, slot: int) -> str:
        """Return the name of what made a slot."""
        code = self.codes[slot]
        return "an input" if code == INPUT else list(self.kinds)[code].op.name


def line_of(place: Place) -> str:
    """Return file and line for an error."""
    return f"{os.path.basename(place[0])}:{place[1]}"


def check_scalar_agreement(first: ScalarRecording, second: ScalarRecording) -> None:
    """Raise TraceError unless two successive steps did the same operations on the same Scalars.

    A number that differs from one to the next would be baked into the plan as the constant it was.
    """
    _check_entries(first, second)
    _check_constants(first, second)
    for old, new in zip(first.inputs, second.inputs, strict=True):
        if old[:2] != new[:2] or not _same_scalar(first, second, new.kind, new.which):
            raise TraceError(
                f"{line_of(new.place)}: the {new.kind} that the step reads here was another one in "
                "the step before; keep one Scalar, or pass it as an argument of the step"
            )
    if first.writes != second.writes or not all(
        _same_scalar(first, second, kind, which) for kind, which, _ in second.writes
    ):
        raise TraceError(
            "the step changes other Scalars than the step before; keep one Scalar for what lasts, "
            "or return what is new"
        )


def fixed(first: ScalarRecording, second: ScalarRecording) -> list[Scalar | None]:
    """Return the Scalars among the arguments that were the same twice, None in place of others."""
    pairs = zip(first.scalars, second.scalars[: second.arguments], strict=False)
    return [old if old is new else None for old, new in pairs]


def _check_entries(first: ScalarRecording, second: ScalarRecording) -> None:
    one, other = [(each.codes, each.operands, list(each.kinds)) for each in (first, second)]
    if one == other:
        return
    both = range(min(len(first.codes), len(second.codes)))
    for slot in both:
        old, new = first.name(slot), second.name(slot)
        if old != new or first.operands[slot] != second.operands[slot]:
            raise TraceError(
                f"{line_of(second.places[slot])}: the step ran {new} where it ran {old} before "
                f"({line_of(first.places[slot])}), or on other operands; a step must do the same "
                "operations every time"
            )
    raise TraceError(
        f"the step ran {len(first.codes)} operations, then {len(second.codes)}; a step must do the "
        "same operations every time"
    )


def _check_constants(first: ScalarRecording, second: ScalarRecording) -> None:
    constants = zip(first.constants, second.constants, second.users, strict=False)
    for old, new, (user, place) in constants:
        if type(old) is not type(new) or (old != new and (old == old or new == new)):
            raise TraceError(
                f"{line_of(place)}: a constant of {user} changed from {old!r} to {new!r} between "
                "two steps; keep it in data of a Scalar, or pass it as an argument of the step"
            )


def _same_scalar(first: ScalarRecording, second: ScalarRecording, kind: str, which: int) -> bool:
    if kind == "number" or which < first.arguments:
        return True
    return first.scalars[which] is second.scalars[which]
