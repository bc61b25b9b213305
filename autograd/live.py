"""What a trace must see as inputs: the arrays of Tensors, and numbers that live in mappings.

Outside a trace these are the plain arrays and numbers; in one they are traced values, so that a
learning rate or a step count is read anew at every replay instead of being baked in.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from .dtypes import NUMBERS
from .graph import modes


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

    holder is a mapping, or an object whose attribute is meant; values are compared as booleans.
    """
    if modes.trace is not None:
        modes.trace.guards.append((holder, name, bool(value)))


def write_number(mapping: MutableMapping, key: Any, value: Any) -> None:
    """Put a number computed from `read_number` back; in a trace, at every replay."""
    if modes.trace is None:
        mapping[key] = value
    else:
        modes.trace.write(mapping, key, value)
