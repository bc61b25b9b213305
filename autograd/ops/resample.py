"""Reading an axis at other places: padding by what is there, and interpolation.

How an axis is read is fixed by sizes alone: a few taps, each a source place and a weight for every
new place. So both directions are linear, and each is the other's derivative.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from ..operation import op


class Reading(NamedTuple):
    """How an axis of `old` elements is read to make `new` ones.

    kind is a key of TAPS. Padding begins `before` places before the axis; interpolation takes
    steps of `scale` old places, from corner to corner if `align`.
    """

    kind: str
    old: int
    new: int
    before: int = 0
    scale: float = 0.0
    align: bool = False


def _reflected(way: Reading) -> list:
    places: Any = np.abs(np.arange(way.new) - way.before)
    return [(np.where(places < way.old, places, 2 * (way.old - 1) - places), None)]


def _replicated(way: Reading) -> list:
    return [(np.clip(np.arange(way.new) - way.before, 0, way.old - 1), None)]


def _circular(way: Reading) -> list:
    return [((np.arange(way.new) - way.before) % way.old, None)]


def _nearest(way: Reading, shift: float = 0) -> list:
    # PyTorch computes these places in float32, and so decides which one is nearest.
    places: Any = (np.arange(way.new, dtype=np.float32) + np.float32(shift)) * np.float32(way.scale)
    return [(np.minimum(places.astype(np.int64), way.old - 1), None)]


def _sources(way: Reading) -> Any:
    places: Any = np.arange(way.new, dtype=np.float64)
    return places * way.scale if way.align else (places + 0.5) * way.scale - 0.5


def _linear(way: Reading) -> list:
    sources = np.maximum(_sources(way), 0)
    left = np.minimum(sources.astype(np.int64), way.old - 1)
    share = sources - left
    return [(left, 1 - share), (np.minimum(left + 1, way.old - 1), share)]


def _cubic(way: Reading) -> list:
    """Return the four taps of cubic convolution with a = -0.75. Source: Keys 1981."""
    sources = _sources(way)
    left = np.floor(sources).astype(np.int64)
    t, a = sources - left, -0.75

    def near(t: Any) -> Any:
        return ((a + 2) * t - (a + 3)) * t * t + 1

    def far(t: Any) -> Any:
        return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a

    weights = far(t + 1), near(t), near(1 - t), far(2 - t)
    return [
        (np.clip(left + shift, 0, way.old - 1), weight)
        for shift, weight in zip((-1, 0, 1, 2), weights, strict=True)
    ]


TAPS: dict[str, Any] = {
    "reflect": _reflected,
    "replicate": _replicated,
    "circular": _circular,
    "nearest": _nearest,
    "nearest-exact": lambda way: _nearest(way, 0.5),
    "linear": _linear,
    "cubic": _cubic,
}


@functools.lru_cache(maxsize=256)
def taps(way: Reading) -> list[tuple[Any, Any]]:
    """Return (places, weights) of each tap, weights None for ones."""
    return TAPS[way.kind](way)


@functools.lru_cache(maxsize=256)
def _runs(way: Reading) -> list[tuple[Any, Any, Any]]:
    """Return of each tap the order that sorts its places, where runs of equal ones begin, them."""
    made = []
    for places, _ in taps(way):
        order = np.argsort(places, kind="stable")
        found, starts = np.unique(places[order], return_index=True)
        made.append((order, starts, found))
    return made


def _weighted(x: Any, weights: Any, axis: int) -> Any:
    if weights is None:
        return x
    return x * weights.astype(x.dtype).reshape(-1, *(1,) * (-axis - 1))


@op(x=lambda g, axis, way: read_back(g, axis, way))
def read_at(x: Any, /, axis: int, way: Any) -> Any:
    """Return the weighted sums over the taps of a way to read a negative axis."""
    y: Any = None
    for places, weights in taps(way):
        one = _weighted(x.take(places, axis), weights, axis)
        y = one if y is None else np.add(y, one, out=y)
    return y


@op(x=lambda g, axis, way: read_at(g, axis, way))
def read_back(x: Any, /, axis: int, way: Any) -> Any:
    """Add each element of x up where the taps read it from: the transpose of `read_at`."""
    shape = list(x.shape)
    shape[axis] = way.old
    y = np.zeros(shape, x.dtype)
    after = (slice(None),) * (-axis - 1)
    for (_, weights), (order, starts, found) in zip(taps(way), _runs(way), strict=True):
        one = _weighted(x, weights, axis).take(order, axis)
        y[(..., found, *after)] += np.add.reduceat(one, starts, axis)
    return y


def _negated(widths: tuple) -> tuple:
    return tuple((-before, -after) for before, after in widths)


@op(name="constant_pad_nd", x=lambda g, widths: padded_with(g, _negated(widths), 0))
def padded_with(x: Any, /, widths: tuple, value: float) -> Any:
    """Return x with `value` around it: widths are (before, after) of each axis.

    Negative ones cut off; to pad with 0 and to cut as much off are each other's transposes.
    """
    shape = tuple(size + sum(pair) for size, pair in zip(x.shape, widths, strict=True))
    y = np.full(shape, value, x.dtype)
    pairs = list(zip(widths, x.shape, shape, strict=True))
    to = tuple(
        slice(max(before, 0), max(new - max(after, 0), 0)) for (before, after), _, new in pairs
    )
    of = tuple(slice(max(-before, 0), old - max(-after, 0)) for (before, after), old, _ in pairs)
    y[to] = x[of]
    return y
