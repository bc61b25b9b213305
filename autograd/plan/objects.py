"""Where CPython keeps what decides about a call: words of its objects, looked at in native code.

To ask Python whether forty attributes are what they were takes microseconds; to compare the words
that hold them, nanoseconds. Where they lie is tried out at import: `KNOWN` and `VERSIONED` tell
whether all is as this module takes it to be. If not, Python is asked.
"""

from __future__ import annotations

import hashlib
import sys
import weakref
from pathlib import Path
from typing import Any

from numba import njit, types
from numba.extending import NativeValue, intrinsic, models, register_model, unbox

from ..tensors import Tensor
from . import crew, native, pointing
from .native import load_int64

# What every object begins with, in 64-bit words; its type is the last of them.
HEAD = object.__basicsize__ // 8
TYPE = HEAD - 1
# How many items a tuple or a list has. Those of a tuple follow; a list tells where they lie.
COUNT, ITEMS = HEAD, HEAD + 1
# The object that a weak reference leads to, None when it is gone.
REFERENT = HEAD
# Another number after every change of a dict (PEP 509).
VERSION = HEAD + 1


class Handle(types.Type):
    """An object of Python's as an argument of native code that holds the GIL."""


# Numba compiles anew what takes a type of another name: what these files do is part of its code.
_SOURCES = (str(crew.__file__), str(native.__file__), str(pointing.__file__), __file__)
_DIGEST = hashlib.sha256(b"".join(Path(one).read_bytes() for one in _SOURCES)).hexdigest()[:16]
handle = Handle(f"handle {_DIGEST}")
register_model(Handle)(models.OpaqueModel)


@unbox(Handle)
def _unboxed(kind: Any, one: Any, context: Any) -> Any:
    return NativeValue(one)


@intrinsic
def address(typing: Any, one: Any) -> Any:
    """Return the address of an object, its `id`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ptrtoint(args[0], context.get_value_type(types.int64))

    return types.int64(handle), generate


@intrinsic
def hold(typing: Any, items: Any, place: Any, one: Any) -> Any:
    """Do items[place] = one for a list and an object, all given by their addresses."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        python = context.get_python_api(builder)
        held = builder.inttoptr(args[2], python.pyobj)
        python.incref(held)
        python.list_setitem(builder.inttoptr(args[0], python.pyobj), args[1], held)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), generate


@intrinsic
def put_number(typing: Any, mapping: Any, key: Any, number: Any) -> Any:
    """Do mapping[key] = number for a dict and a key, given by their addresses, and a float."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        python = context.get_python_api(builder)
        made = python.float_from_double(args[2])
        where = [builder.inttoptr(one, python.pyobj) for one in args[:2]]
        python.dict_setitem(*where, made)
        python.decref(made)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.float64), generate


def held(*signature: Any) -> Any:
    """Compile a function that holds the GIL, and return it without numba's choice by types."""

    def compiled(function: Any) -> Any:
        made = njit(types.int64(*signature), cache=True)(function)
        return next(iter(made.overloads.values())).entry_point

    return compiled


@held(handle, types.int64)
def word(one: Any, place: int) -> int:
    """Return a word of an object."""
    return load_int64(address(one), place)


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


@held(handle)
def first_item(items: Any) -> int:
    """Return the address of the word that holds the first item of a list."""
    return load_int64(address(items), ITEMS)


@held(handle)
def first_held(items: Any) -> int:
    """Return the address of the first item of a list."""
    return load_int64(load_int64(address(items), ITEMS), 0)


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
    locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    return locked and min(ARRAY, NODE, GRAD) >= 0 and _sequences_known() and _references_known()


KNOWN = _known()
# Whether dicts have versions here.
VERSIONED = KNOWN and _versions_known()
