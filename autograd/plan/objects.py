"""Where CPython keeps what decides about a call: words of its objects, looked at in native code.

To ask Python whether forty attributes are what they were takes microseconds; to compare the words
that hold them, nanoseconds. Where they lie is tried out at import: `KNOWN` and `VERSIONED` tell
whether all is as this module takes it to be. If not, Python is asked.
"""

from __future__ import annotations

import ctypes
import sys
import weakref
from collections import defaultdict
from typing import Any

from ..tensors import Tensor

# What every object begins with, in 64-bit words; its type is the last of them.
HEAD = object.__basicsize__ // 8
TYPE = HEAD - 1
# How many items a tuple or a list has. Those of a tuple follow; a list tells where they lie.
COUNT, ITEMS = HEAD, HEAD + 1
# The object that a weak reference leads to, None when it is gone.
REFERENT = HEAD
# Another number after every change of a dict (PEP 509), or of one that is laid out like it.
VERSION = HEAD + 1
DICTS = {dict, defaultdict}


def word(one: Any, place: int) -> int:
    """Return a word of an object."""
    return _at(id(one) + 8 * place)


def _at(address: int) -> int:
    return ctypes.c_int64.from_address(address).value


def place_of_slot(name: str) -> int:
    """Return at which word a Tensor keeps a slot, -1 if that cannot be found out."""
    probe, held = object.__new__(Tensor), [object(), object()]
    found = set(range(HEAD, Tensor.__basicsize__ // 8))
    for one in held:
        setattr(probe, name, one)
        found = {place for place in found if word(probe, place) == id(one)}
    return found.pop() if len(found) == 1 else -1


ARRAY, NODE, GRAD = map(place_of_slot, ("array", "node", "_grad"))


def has_slots(tensor: Tensor) -> bool:
    """Return whether a Tensor keeps array, node and gradient in the slots that all Tensors have."""
    kind = type(tensor)
    return all(getattr(kind, name) is getattr(Tensor, name) for name in ("array", "node", "_grad"))


def first_item(items: Any) -> int:
    """Return the address of the word that holds the first item of a list."""
    return word(items, ITEMS)


def first_held(items: Any) -> int:
    """Return the address of the first item of a list."""
    return _at(first_item(items))


def _sequences_known() -> bool:
    pair, items = (object(), Tensor), [object()]
    return (
        [word(pair, COUNT + place) for place in range(3)] == [2, *map(id, pair)]
        and word(pair, TYPE) == id(tuple)
        and first_held(items) == id(items[0])
    )


def _references_known() -> bool:
    probe = object.__new__(Tensor)
    reference = weakref.ref(probe)
    alive = word(reference, REFERENT) == id(probe)
    del probe
    return alive and word(reference, REFERENT) == id(None)


def _versions_known() -> bool:
    """Return whether every change of a dict, and of attributes seen as one, has another version."""
    probe = type("Probe", (), {})()
    entries = vars(probe)
    shared: dict[str, Any] = defaultdict(list)
    before = word(shared, VERSION)
    shared["key"].append(None)
    if word(shared, VERSION) == before:
        return False
    seen = [word(entries, VERSION)]
    # Often enough for the interpreter to take its quickest way of assigning.
    for value in range(100):
        probe.name = value
        seen.append(word(entries, VERSION))
        entries["key"] = value
        seen.append(word(entries, VERSION))
    for change in (lambda: entries.update(key=None), lambda: entries.pop("key"), entries.clear):
        change()
        seen.append(word(entries, VERSION))
    return len(set(seen)) == len(seen) and word(entries, VERSION) == seen[-1]


def _known() -> bool:
    locked = (
        sys.implementation.name == "cpython" and getattr(sys, "_is_gil_enabled", lambda: True)()
    )
    return locked and min(ARRAY, NODE, GRAD) >= 0 and _sequences_known() and _references_known()


KNOWN = _known()
# Whether dicts have versions here.
VERSIONED = KNOWN and _versions_known()
