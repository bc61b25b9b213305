"""Operations that write into memory that exists: the only ones that change an argument."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import op
from ..versions import mark_changed
from .index import place_at, wrapped


@op(expression="x", x=lambda g: g)
def clone(x: Any, /) -> Any:
    """Return a copy of x in memory of its own; the gradient passes through."""
    return x.copy()


def apart(y: Any, x: Any) -> Any:
    """Return y, or a copy of it where it is x itself: what was made of x has memory of its own."""
    return clone(y) if y is x else y


@op()
def assign(x: Any, value: Any, /, by: str = "assign") -> Any:
    """Write value, broadcast and converted, into x; `by` names the change in error messages."""
    _check_writeable(x, by)
    try:
        np.copyto(x, value, casting="unsafe")
    except OverflowError:
        np.copyto(x, wrapped(value, x.dtype, by))
    except ValueError:
        raise RuntimeError(
            f"{by}: a value of shape {np.shape(value)} does not broadcast to {x.shape}"
        ) from None
    mark_changed(x, by)
    return x


@op()
def accumulate(x: Any, value: Any, /) -> Any:
    """Add value, of the shape and dtype of x, to x in its own memory."""
    _check_writeable(x, "backward")
    try:
        np.add(x, value, out=x)
    except (RuntimeWarning, FloatingPointError):
        # A user's filter made an error of overflow; NumPy tells of it when all is written.
        mark_changed(x, "backward")
        return x
    mark_changed(x, "backward")
    return x


@op()
def assign_at(*xs: Any, pattern: tuple) -> Any:
    """Write xs[1] into xs[0] at the places that pattern, with the arrays xs[2:] put in, names."""
    x, value, *places = xs
    _check_writeable(x, "setitem")
    place_at(x, pattern, tuple(places), value, "setitem")
    mark_changed(x, "setitem")
    return x


def _check_writeable(x: Any, by: str) -> None:
    if not x.flags.writeable:
        raise RuntimeError(
            f"{by}: the memory written to is read-only: more than one element of an expanded "
            "Tensor refers to a single memory location, or NumPy says so; clone() it first"
        )
