"""What a trace must see as inputs: the arrays of Tensors, and numbers that live in mappings.

Outside a trace these are the plain arrays and numbers; in one they are traced values, so that a
learning rate or a step count is read anew at every replay instead of being baked in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from .dtypes import NUMBERS
from .graph import modes

# Another object whenever any Module has got or lost a parameter, a buffer or a Module.
parts_changed: list[object] = [object()]


def tracing() -> bool:
    """Return whether this thread records a trace."""
    return modes.trace is not None


def lifted(value: Any) -> Any:
    """Return the array of a Tensor, anything else as it is; in a trace, the traced value."""
    if value is None or type(value) in NUMBERS:
        return value
    return getattr(value, "array", value) if modes.trace is None else modes.trace.lift(value)


def read_number(mapping: Any, *path: Any) -> Any:
    """Return the number mapping[path[0]]...; in a trace, an input, read there at every replay."""
    if modes.trace is not None:
        return modes.trace.read(mapping, path)
    for key in path:
        mapping = mapping[key]
    return mapping


def depends_on(holder: Any, name: Any, value: Any) -> None:
    """Tell a trace that what it records holds only while `holder` has `value` as its `name`.

    holder is a mapping, or an object whose attribute is meant. Of a bool the truth is meant, of
    another number its value, of anything else that it is the same object.
    """
    if modes.trace is not None:
        modes.trace.recording.premises.note_fact(holder, name, value)


def depends_on_module(module: Any, registers: Iterable[str]) -> None:
    """Tell a trace that what it records holds only while a Module has its mode and its parts.

    registers are the attributes that hold the parts by name.
    """
    if modes.trace is not None:
        premises = modes.trace.recording.premises
        premises.note_fact(module, "training", module.training)
        for register in registers:
            premises.note_parts(getattr(module, register))


def fresh(array: Any) -> Any:
    """Return an array that was just made of constants; in a trace, a copy made at every replay."""
    return array if modes.trace is None else modes.trace.fresh(array)


def lasting(make: Callable) -> Any:
    """Return make(), which a step finds again the next time: not recorded, even in a trace."""
    trace, modes.trace = modes.trace, None
    try:
        return make()
    finally:
        modes.trace = trace


def write_number(mapping: MutableMapping, key: Any, value: Any) -> None:
    """Put a number computed from `read_number` back; in a trace, at every replay."""
    if modes.trace is None:
        mapping[key] = value
    else:
        modes.trace.write(mapping, key, value)
