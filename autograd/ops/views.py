"""Looking at and writing through views, as functions of the base: the graph of in-place changes.

A chain is a sequence of (operation, statics), each of which gives a view of what the last one did.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calls import general
from ..operation import op
from .shape import expand
from .strided import strided, windows

# Views that may show one element more than once.
OVERLAPPING = {expand.op, windows.op, strided.op}


def through(x: Any, chain: tuple) -> Any:
    """Return the view of x that the operations of a chain give, one after the other."""
    for one, statics in chain:
        x = general(one, (x,), statics)
    return x


@op(name="as_strided", x=lambda g, shapes, chain: placed(g, shapes[0], chain))
def seen(x: Any, /, chain: tuple) -> Any:
    """Return the view of x through a chain, as one operation."""
    return through(x, chain)


@op(x=lambda g, chain: seen(g, chain))
def placed(x: Any, /, shape: tuple, chain: tuple) -> Any:
    """Return zeros of `shape` with x where the chain leads: the transpose of `seen`."""
    y = np.zeros(shape, x.dtype)
    if OVERLAPPING.isdisjoint(one for one, _ in chain):
        through(y, chain)[...] = x
    else:
        places = through(np.arange(y.size).reshape(shape), chain)
        np.add.at(y.reshape(-1), places, x)
    return y


@op(
    name="copy_slices",
    broadcasts=True,
    x=lambda g, chain: written(g, 0, chain),
    value=lambda g, chain: seen(g, chain),
)
def written(x: Any, value: Any, /, chain: tuple) -> Any:
    """Return x with value, broadcast, where the chain leads."""
    y = x.copy()
    through(y, chain)[...] = value
    return y


@op(name="copy", broadcasts=True, x=lambda g: written(g, 0, ()), value=lambda g: g)
def overwritten(x: Any, value: Any, /) -> Any:
    """Return value, broadcast to the shape of x and converted to its dtype."""
    return np.broadcast_to(np.asarray(value, x.dtype), x.shape)
