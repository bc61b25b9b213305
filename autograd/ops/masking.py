"""What booleans choose: elements, places of what is not 0, places to write to.

The shapes of `masked_select` and `nonzero` depend on values: a compiled step keeps the recorded
ones, and raises where others come.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..argument_names import ABSENT
from ..operation import op
from . import elementwise
from .index import HERE, taken
from .joining import common_shape
from .placing import check_same_dtype
from .shape import expand, reshape
from .splitting import unbind


def _check_mask(mask: Any, name: str) -> None:
    if mask.dtype.kind != "b":
        raise RuntimeError(f"{name}: mask must be of booleans, got {mask.dtype}; use .bool()")


def masked_select(input: Any, mask: Any) -> Any:
    """Return the elements of input where the booleans `mask` hold, in order; both broadcast."""
    _check_mask(mask, "masked_select")
    shape = common_shape(input.shape, mask.shape)
    return taken(expand(input, shape), expand(mask, shape), pattern=(HERE,))


def masked_scatter(input: Any, mask: Any, source: Any) -> Any:
    """Return input with elements of source, in order, where `mask` holds; input and mask broadcast.

    Raises RuntimeError if source has fewer elements than the mask has places.
    """
    _check_mask(mask, "masked_scatter")
    check_same_dtype(input, source, "masked_scatter")
    shape = common_shape(input.shape, mask.shape)
    x, mask, count = expand(input, shape), expand(mask, shape), math.prod(source.shape)
    places = ranks(mask, count)
    if not count:
        return elementwise.where(mask, 0, x)
    return elementwise.where(mask, taken(reshape(source, (count,)), places, pattern=(HERE,)), x)


@op()
def ranks(mask: Any, /, count: int) -> Any:
    """Return for each place how many places where mask holds come before it, at most count - 1."""
    held = np.count_nonzero(mask)
    if held > count:
        raise RuntimeError(
            f"masked_scatter: Number of elements of source < number of ones in mask: {count} < "
            f"{held}"
        )
    before = np.cumsum(mask.reshape(-1), dtype=np.int64) - mask.reshape(-1)
    return np.minimum(before, max(count - 1, 0)).reshape(mask.shape)


@op(name="nonzero")
def places_of_nonzero(x: Any, /) -> Any:
    """Return the places (count, axes) of all elements that are not 0, in row-major order."""
    if not x.ndim:
        return np.zeros((int(bool(x)), 0), np.int64)
    return np.argwhere(x)


def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
    """Return the places of all elements that are not 0: an array (count, axes), or one an axis.

    With as_tuple a 0-d Tensor counts as one of a single element.
    """
    if not as_tuple:
        return places_of_nonzero(input)
    return unbind(places_of_nonzero(input if input.ndim else reshape(input, (1,))), 1)


def argwhere(input: Any) -> Any:
    """Return the places of all elements that are not 0, a row each."""
    return places_of_nonzero(input)


def where(condition: Any, input: Any = ABSENT, other: Any = ABSENT) -> Any:
    """Take input where condition holds, else other; the three broadcast.

    Without input and other, return the places where condition holds, one array an axis.
    Both branches are computed: a nan or infinite slope in the branch not taken still turns the
    gradient to nan, as in PyTorch. Make the argument safe first, then select.
    """
    if other is not ABSENT:
        return elementwise.where(condition, input, other)
    if input is not ABSENT:
        raise TypeError("where: pass condition, input and other, or condition alone")
    return nonzero(condition, as_tuple=True)


where.op = elementwise.where.op  # type: ignore[attr-defined]
