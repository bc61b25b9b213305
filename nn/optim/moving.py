"""Applying an optimizer's pure update to some parameters: what it reads, and where results go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from numpy import ndarray

from autograd import Tensor
from autograd.live import depends_on, lifted, read_number, write_number
from autograd.ops.write import assign
from autograd.versions import mark_all_changed

BY = "optimizer.step"


class Moving(NamedTuple):
    """A parameter on its way, its gradient, and its state: Tensors and numbers."""

    parameter: Tensor
    gradient: Tensor
    state: dict[str, Any]


class Rule(NamedTuple):
    """How all move: by update(g, p, state); resume(row) gives what the state of a row lacks."""

    update: Callable
    resume: Callable


def elementwise(update: Callable) -> Callable:
    """Mark an `update` that computes every element from the same element of its arguments alone."""
    update.elementwise = True  # type: ignore[attr-defined]
    return update


def move_whole(row: Moving, rule: Rule) -> None:
    """Move a parameter by any rule; in a trace, at every replay."""
    after = updated(
        [row],
        rule,
        lambda tensors, name: lifted(tensors[0]),
        lambda value, tensors, name: assign(lifted(tensors[0]), value, BY),
    )
    _write_numbers([row], after)


def updated(rows: Sequence[Moving], rule: Rule, read: Callable, write: Callable) -> dict[str, Any]:
    """Apply a rule to what `read` makes of the Tensors of rows; `write` its results into them.

    read(tensors, name) and write(value, tensors, name) are given the gradients or the parameters,
    with None for a name, or what the states hold by a name. Returns the state after it, whose
    numbers are still to be written.
    """
    parameters, gradients, _ = zip(*rows, strict=True)
    state = _State(rows, rule.resume, read)
    g, p = read(gradients, None), read(parameters, None)
    moved, after = rule.update(g, p, state)
    write(moved, parameters, None)
    for name, value in after.items():
        tensors = state.tensors_of(name)
        if tensors is not None:
            write(value, tensors, name)
    return after


class _State(dict):
    """The state of rows as an update reads it: by each name what `read` makes of the Tensors.

    A number is that of the first row, the same in all. What is lacking is added when the update
    asks for it, so that a first step reads in the order of all others: a trace compares them.
    """

    def __init__(self, rows: Sequence[Moving], resume: Callable, read: Callable) -> None:
        super().__init__()
        self._rows, self._resume, self._read = rows, resume, read
        self._tensors: dict[str, list[Tensor]] = {}

    def __missing__(self, name: str) -> Any:
        try:
            values = [row.state[name] for row in self._rows]
        except KeyError:
            values = [self._resumed(row)[name] for row in self._rows]
        if isinstance(values[0], Tensor):
            self._tensors[name] = values
            depends_on(self._rows[0].state, name, values[0])
            value = self._read(values, name)
        else:
            value = read_number(self._rows[0].state, name)
        self[name] = value
        return value

    def _resumed(self, row: Moving) -> dict[str, Any]:
        row.state.update(self._resume(row))
        return row.state

    def tensors_of(self, name: str) -> list[Tensor] | None:
        """Return the Tensors by a name, None for numbers."""
        if name not in self:
            self.__missing__(name)
        return self._tensors.get(name)


def finish(rows: Sequence[Moving], after: dict[str, Any], changed: Iterable[ndarray]) -> None:
    """Write the numbers of a state, and note which arrays were written into."""
    mark_all_changed(changed, BY)
    _write_numbers(rows, after)


def _write_numbers(rows: Sequence[Moving], after: dict[str, Any]) -> None:
    for name, value in after.items():
        if not isinstance(rows[0].state[name], Tensor):
            for row in rows:
                write_number(row.state, name, value)
