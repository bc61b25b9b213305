"""Repeating, shifting and turning round: the elements of a Tensor, copied in another order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..operation import op
from .reduce import total
from .shape import normal_axis, reshape, transpose, unsqueeze
from .write import clone


def _tiled_rule(g: Any, shapes: tuple, repeats: tuple) -> Any:
    # Over the sizes that alternate: how often an axis was repeated, and how long it was.
    before = (1,) * (len(repeats) - len(shapes[0])) + tuple(shapes[0])
    parts = [size for pair in zip(repeats, before, strict=True) for size in pair]
    folded = total(reshape(g, tuple(parts)), tuple(range(0, len(parts), 2))) if parts else g
    return reshape(folded, shapes[0])


@op(name="repeat", x=_tiled_rule)
def tiled(x: Any, /, repeats: tuple[int, ...]) -> Any:
    """Return a copy of x repeated along its axes, and along new first ones."""
    return np.tile(x, repeats)


def repeat(input: Any, *repeats: Any) -> Any:
    """Return a copy of input, repeated along each axis; further numbers, first, make new axes.

    Raises RuntimeError if there are fewer numbers than axes, or a number is negative.
    """
    if not repeats:
        raise TypeError("repeat: missing repeats, how often along each axis: repeat(2, 1)")
    return tiled(input, _numbers("repeat", repeats, input.ndim))


def tile(input: Any, *repeats: Any, dims: Any = None) -> Any:
    """Return a copy of input, repeated along its last axes; further numbers make new axes."""
    repeats = _numbers("tile", repeats if dims is None else (dims,), 0)
    return tiled(input, (1,) * (input.ndim - len(repeats)) + repeats)


def _numbers(name: str, given: tuple, least: int) -> tuple[int, ...]:
    """Return numbers given one by one or as one sequence."""
    if len(given) == 1 and not hasattr(given[0], "__index__"):
        given = tuple(given[0])
    numbers = tuple(one.__index__() for one in given)
    if len(numbers) < least:
        raise RuntimeError(
            f"{name}: number of dimensions of repeat dims, {len(numbers)}, can not be smaller than "
            f"that of the Tensor, {least}"
        )
    if min(numbers, default=0) < 0:
        raise RuntimeError(f"{name}: repeats must be 0 or more, got {list(numbers)}")
    return numbers


def repeat_interleave(
    input: Any, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Any:
    """Return a copy of input with each element along `dim` repeated, so often or each as often.

    Without dim, of all elements in order. Without repeats, input says how often to repeat each of
    0, 1, 2... output_size is what the repeats sum to, if it is known.
    """
    if repeats is None:
        return interleaved(np.arange(input.shape[0] if input.ndim else 0), input, 0)
    if dim is None:
        x, axis = reshape(input, (math.prod(input.shape),)), 0
    else:
        axis = normal_axis(dim, input.ndim, _INTERLEAVE)
        x = input if input.ndim else unsqueeze(input, 0)
    if hasattr(repeats, "__index__") and not hasattr(repeats, "dtype"):
        if repeats < 0:
            raise RuntimeError(f"{_INTERLEAVE}: repeats must be 0 or more, got {repeats}")
        return stretched(x, repeats, axis)
    _check_repeats(repeats, x.shape[axis])
    made = interleaved(x, repeats, axis)
    if output_size is not None and made.shape[axis] != output_size:
        raise RuntimeError(
            f"{_INTERLEAVE}: repeats sum to {made.shape[axis]}, output_size says {output_size}"
        )
    return made


_INTERLEAVE = "repeat_interleave"


def _check_repeats(repeats: Any, size: int) -> None:
    if repeats.dtype.kind not in "iu" or repeats.ndim > 1:
        raise (RuntimeError if repeats.ndim > 1 else NotImplementedError)(
            f"{_INTERLEAVE}: repeats must be integers along one axis, got {repeats.dtype} "
            f"{tuple(repeats.shape)}"
        )
    if repeats.ndim and repeats.shape[0] not in (1, size):
        raise RuntimeError(
            f"{_INTERLEAVE}: repeats must have the size of the axis, {size}, got {repeats.shape[0]}"
        )


def _stretched_rule(g: Any, shapes: tuple, repeats: int, dim: int) -> Any:
    shape = shapes[0]
    return total(reshape(g, (*shape[: dim + 1], repeats, *shape[dim + 1 :])), dim + 1)


@op(name=_INTERLEAVE, x=_stretched_rule)
def stretched(x: Any, /, repeats: int, dim: int) -> Any:
    """Return x with each element along `dim` repeated equally often."""
    return np.repeat(x, repeats, axis=dim)


@op(name=_INTERLEAVE, x=lambda g, repeats, dim, shapes: runs_summed(g, repeats, shapes[0], dim))
def interleaved(x: Any, repeats: Any, /, dim: int) -> Any:
    """Return x with each element along `dim` repeated as often as `repeats` says."""
    if repeats.size and repeats.min() < 0:
        raise RuntimeError(f"{_INTERLEAVE}: repeats can not be negative, got {repeats.min()}")
    return np.repeat(x, repeats, axis=dim)


@op(x=lambda g, repeats, dim: interleaved(g, repeats, dim))
def runs_summed(x: Any, repeats: Any, /, shape: tuple, dim: int) -> Any:
    """Return an array of `shape` of the sums of runs along `dim`: the transpose of interleaved."""
    y = np.zeros(shape, x.dtype)
    places: Any = np.repeat(np.arange(shape[dim]), repeats)
    np.add.at(y, (slice(None),) * dim + (places,), x)
    return y


def roll(input: Any, shifts: int | Sequence[int], dims: Any = None) -> Any:
    """Return a copy of input with its elements moved on along axes, the last ones to the front.

    Without dims all elements, in order, are moved.
    """
    moves = (shifts,) if hasattr(shifts, "__index__") else tuple(shifts)
    if dims is None or dims == ():
        if len(moves) != 1:
            raise RuntimeError(f"roll: shifts and dimensions must align, got {moves} and no dims")
        return reshape(rolled(reshape(input, (math.prod(input.shape),)), moves, (0,)), input.shape)
    over = (dims,) if isinstance(dims, int) else tuple(dims)
    if len(moves) != len(over) or not moves:
        raise RuntimeError(f"roll: shifts and dimensions must align, got {moves} and {over}")
    over = tuple(normal_axis(dim, input.ndim, "roll") for dim in over)
    return rolled(input, moves, over) if input.ndim else clone(input)


@op(
    name="roll",
    x=lambda g, shifts, dims: rolled(g, tuple([-shift for shift in shifts]), dims),
)
def rolled(x: Any, /, shifts: tuple[int, ...], dims: tuple[int, ...]) -> Any:
    """Return a copy of x moved on by shifts[i] places along axis dims[i]."""
    return np.roll(x, shifts, dims)


def flip(input: Any, *dims: Any) -> Any:
    """Return a copy of input in which the axes `dims` run backwards."""
    if len(dims) == 1 and not hasattr(dims[0], "__index__"):
        dims = tuple(dims[0])
    over = tuple(normal_axis(dim, input.ndim, "flip") for dim in dims)
    if len(set(over)) < len(over):
        raise RuntimeError(f"flip: dims {list(dims)} name an axis more than once")
    return flipped(input, over if input.ndim else ())


@op(name="flip", x=lambda g, dims: flipped(g, dims))
def flipped(x: Any, /, dims: tuple[int, ...]) -> Any:
    """Return a copy of x in which the axes `dims` run backwards."""
    return np.flip(x, dims).copy()


def fliplr(input: Any) -> Any:
    """Return a copy of input in which axis 1 runs backwards."""
    if input.ndim < 2:
        raise RuntimeError(f"fliplr: input must be >= 2-d, got {tuple(input.shape)}")
    return flip(input, 1)


def flipud(input: Any) -> Any:
    """Return a copy of input in which axis 0 runs backwards."""
    if input.ndim < 1:
        raise RuntimeError("flipud: input must be >= 1-d, got a 0-d Tensor")
    return flip(input, 0)


def rot90(input: Any, k: int = 1, dims: Sequence[int] = (0, 1)) -> Any:
    """Return a copy of input turned k times by 90 degrees, from axis dims[0] to dims[1]."""
    if len(dims) != 2:
        raise RuntimeError(f"rot90: expects two dims, got {list(dims)}")
    if input.ndim < 2:
        raise RuntimeError(f"rot90: expects at least 2 axes, got {tuple(input.shape)}")
    first, second = (normal_axis(dim, input.ndim, "rot90") for dim in dims)
    if first == second:
        raise RuntimeError(f"rot90: expects two different axes, got {list(dims)}")
    if k % 4 == 1:
        return transpose(flip(input, second), first, second)
    if k % 4 == 2:
        return flip(input, first, second)
    return transpose(flip(input, first), first, second) if k % 4 else clone(input)
