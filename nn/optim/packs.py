"""Packs: small parameters that move together, since calls cost more than their arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from autograd import Tensor
from autograd.versions import owner_of

from .moving import Moving, Rule, finish, updated

# In bytes: the largest parameter that joins others, and the largest sum.
SMALL = 1 << 14
FULL = 1 << 16


class Pack:
    """Small parameters of one kind, by their places among the rows of a group.

    What the states hold by one name is kept joined: the arrays of its Tensors are parts of that.
    """

    def __init__(self, places: list[int], rows: Sequence[Moving]) -> None:
        self.places = places
        self.arrays = [rows[place].parameter.array for place in places]
        self.states = [rows[place].state for place in places]
        self.joined: dict[str, ndarray] = {}
        self.parts: dict[str, list[ndarray]] = {}

    def holds(self, rows: Sequence[Moving]) -> bool:
        """Return whether its parameters, their arrays and states are what they were."""
        first = self.states[0]
        numbers = [name for name in first if not isinstance(first[name], Tensor)]
        for place, array, state in zip(self.places, self.arrays, self.states, strict=True):
            parameter, gradient, current = rows[place]
            if parameter.array is not array or current is not state:
                return False
            if gradient.array.shape != array.shape or not array.flags.writeable:
                return False
            for name in numbers:
                if state.get(name) != first[name]:
                    return False
        return all(
            getattr(state.get(name), "array", None) is part
            for name, parts in self.parts.items()
            for state, part in zip(self.states, parts, strict=True)
        )

    def move(self, rows: Sequence[Moving], rule: Rule) -> None:
        """Move its parameters by an elementwise rule."""
        own = [rows[place] for place in self.places]
        after = updated(own, rule, self._read, self._write)
        written = [self.joined[name] for name in after if name in self.joined]
        finish(own, after, self.arrays + written)

    def _read(self, tensors: Sequence[Tensor], name: str | None) -> ndarray:
        if name is None:
            return np.concatenate([one.array for one in tensors], axis=None)
        if name not in self.joined:
            self._join(tensors, name)
        return self.joined[name]

    def _join(self, tensors: Sequence[Tensor], name: str) -> None:
        whole = self.joined[name] = np.concatenate([one.array for one in tensors], axis=None)
        parts = self.parts[name] = list(_parts(whole, [one.array for one in tensors]))
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.array = part

    def _write(self, value: ndarray, tensors: Sequence[Tensor], name: str | None) -> None:
        if name is None:
            for array, part in zip(self.arrays, _parts(value, self.arrays), strict=True):
                array[...] = part
        else:
            self.joined[name][...] = value


def _parts(whole: ndarray, arrays: Sequence[ndarray]) -> Iterator[ndarray]:
    """Yield successive parts of a joined array, each with the shape of an array."""
    start = 0
    for array in arrays:
        stop = start + array.size
        yield whole[start:stop].reshape(array.shape)
        start = stop


def packed(rows: Sequence[Moving]) -> list[Pack]:
    """Return packs of the small parameters among rows; what shares memory is in none."""
    owners = {id(owner_of(row.parameter.array)) for row in rows}
    if len(owners) < len(rows):
        return []
    alike: dict[Any, list[int]] = {}
    for place, row in enumerate(rows):
        kind = kind_of(row)
        if kind is not None and row.parameter.array.nbytes <= SMALL:
            alike.setdefault(kind, []).append(place)
    return [Pack(places, rows) for one in alike.values() for places in _filled(one, rows)]


def kind_of(row: Moving) -> tuple | None:
    """Return what parameters that move together have in common: dtypes, and numbers in the state.

    None where the arrays are not of one shape, or the parameter cannot be written.
    """
    parameter, gradient, state = row
    values = [one for one in state.values() if isinstance(one, Tensor)]
    p, *others = (one.array for one in (parameter, gradient, *values))
    if not p.flags.writeable or any(other.shape != p.shape for other in others):
        return None
    return p.dtype, *(
        (name, value.array.dtype if isinstance(value, Tensor) else value)
        for name, value in state.items()
    )


def _filled(places: list[int], rows: Sequence[Moving]) -> Iterator[list[int]]:
    """Yield places in lists whose parameters have at most FULL bytes."""
    pack: list[int] = []
    room = FULL
    for place in places:
        size = rows[place].parameter.array.nbytes
        if size > room:
            yield pack
            pack, room = [], FULL
        pack.append(place)
        room -= size
    yield pack
