"""When a storage was last changed in place: one table, keyed by the array that owns the memory.

Every view of a storage leads to the same entry. A node knows the tick it was made at, so a value
it kept is stale exactly when the storage has a later tick. Storages never changed cost nothing.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable
from itertools import count
from typing import Any

from numpy import ndarray

from .user_code import user_line

# One clock orders nodes and in-place changes alike; `next` on a count is atomic.
clock = count(1).__next__


class Change:
    """The last change of one storage: its tick, how many there were, what made it, and where.

    compiled are lists, each of the tick of the last run of a plan that writes into the storage.
    """

    __slots__ = ("by", "compiled", "count", "line", "owner", "tick")
    line: str
    tick: int
    compiled: list[list[int]]
    count: int
    by: str
    owner: weakref.ref


_changes: dict[int, Change] = {}
_lock = threading.Lock()
# The tick of the latest change of all: nothing a newer node kept can have changed.
latest = 0


def owner_of(array: ndarray) -> ndarray:
    """Return the array that owns the memory `array` shows."""
    base = array.base
    while base is not None:
        if isinstance(base, ndarray):
            array = base
        # What NumPy's as_strided makes has an object in between that is no array.
        base = getattr(base, "base", None)
    return array


def mark_changed(array: ndarray, by: str) -> None:
    """Note that `by` has just changed the storage of `array` in place."""
    mark_all_changed((array,), by)


def mark_all_changed(arrays: Iterable[ndarray], by: str) -> None:
    """Note that `by` has just changed the storages of `arrays` in place."""
    global latest
    # Of gradients that are summed up nothing is kept.
    line = user_line() if by != "backward" else ""
    with _lock:
        tick = clock()
        for array in arrays:
            change = _changes.get(id(array)) or _change_of(array)
            change.tick = tick
            change.count += 1
            change.by, change.line = by, line
        latest = tick


def changes_with(array: ndarray, compiled: list[int]) -> None:
    """Note that a plan changes the storage of `array` whenever the tick that it holds moves."""
    with _lock:
        steps = _change_of(array).compiled
        if not any(one is compiled for one in steps):
            steps.append(compiled)


def _change_of(array: ndarray) -> Change:
    owner = owner_of(array)
    key = id(owner)
    change = _changes.get(key)
    if change is None:
        change = _changes[key] = Change()
        change.tick = change.count = 0
        change.by, change.line, change.compiled = "", "", []
        change.owner = weakref.ref(owner, lambda _: _changes.pop(key, None))
    return change


def last_change(array: ndarray) -> Change | None:
    """Return the last change of the storage of `array`, None if there was none."""
    return _changes.get(id(owner_of(array)))


def changed_since(tick: int, values: Any) -> Change | None:
    """Return the change of any array among `values` that is later than `tick`, else None."""
    if latest > tick:
        for value in values:
            # A traced value stands for the array it was computed as.
            value = getattr(value, "value", value)
            if type(value) is ndarray:
                change = _changes.get(id(value if value.base is None else owner_of(value)))
            elif type(value) is tuple:
                change = changed_since(tick, value)
            else:
                continue
            if change is not None:
                for last in change.compiled:
                    if last[0] > change.tick:
                        change.tick, change.by = last[0], "a compiled step"
                        change.line = ""
                if change.tick > tick:
                    return change
    return None
