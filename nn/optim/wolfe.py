"""Line search along a direction, until the strong Wolfe conditions hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy import ndarray

# The loss falls at least by this share of what the slope promises, and the slope to that share.
FALL, FLATTEN = 1e-4, 0.9
LEAST_CHANGE = 1e-9


class Point(NamedTuple):
    """A place t on the line: the loss there, its gradient, and its slope along the line."""

    t: float
    loss: float
    gradient: ndarray
    slope: float


def search(
    evaluate: Callable[[float], Point], t: float, start: Point, length: float, most: int
) -> tuple[Point, int]:
    """Return a point that satisfies both conditions, or the best found, and how many were tried.

    t is the first to try, start the point at 0, length the largest element of the direction, most
    how many points may be tried after the first. Source: Nocedal & Wright 2006, algorithms 3.5 and
    3.6, with the safeguards of Schmidt's minFunc, as in PyTorch.
    """
    now, before, tried = evaluate(t), start, 0
    while tried < most:
        risen = _too_high(now, start) or (tried > 1 and now.loss >= before.loss)
        if not risen and abs(now.slope) <= -FLATTEN * start.slope:
            return now, tried + 1
        if risen or now.slope >= 0:
            return _zoomed(evaluate, [before, now], start, length, most, tried)
        bounds = now.t + 0.01 * (now.t - before.t), now.t * 10
        t = _lowest_between(before, now, bounds)
        now, before, tried = evaluate(t), now, tried + 1
    return (start if start.loss <= now.loss else now), tried + 1


def _too_high(point: Point, start: Point) -> bool:
    return point.loss > start.loss + FALL * point.t * start.slope


def _zoomed(
    evaluate: Callable[[float], Point],
    bracket: list[Point],
    start: Point,
    length: float,
    most: int,
    tried: int,
) -> tuple[Point, int]:
    """Narrow a bracket that holds a point to be found; return that, or the lowest end."""
    stuck = False
    low, high = _order(bracket)
    while tried < most:
        ends = [one.t for one in bracket]
        if abs(ends[1] - ends[0]) * length < LEAST_CHANGE:
            break
        t = _lowest_between(bracket[0], bracket[1])
        t, stuck = _off_the_ends(t, min(ends), max(ends), stuck)
        point = evaluate(t)
        tried += 1
        if _too_high(point, start) or point.loss >= bracket[low].loss:
            bracket[high] = point
            low, high = _order(bracket)
            continue
        done = abs(point.slope) <= -FLATTEN * start.slope
        if not done and point.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = point
        if done:
            break
    return bracket[low], tried + 1


def _order(bracket: list[Point]) -> tuple[int, int]:
    """Return the places of the lower and the higher end."""
    return (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)


def _off_the_ends(t: float, least: float, most: float, stuck: bool) -> tuple[float, bool]:
    """Return t, away from the ends where it came close to one twice, and whether it is close."""
    margin = 0.1 * (most - least)
    if min(most - t, t - least) >= margin:
        return t, False
    if not stuck and least < t < most:
        return t, True
    return (most - margin if abs(t - most) < abs(t - least) else least + margin), False


def _lowest_between(one: Point, other: Point, bounds: tuple[float, float] | None = None) -> float:
    """Return where the cubic through two points with their slopes is lowest, within bounds."""
    least, most = bounds or (min(one.t, other.t), max(one.t, other.t))
    bend = one.slope + other.slope - 3 * (one.loss - other.loss) / (one.t - other.t)
    square = bend**2 - one.slope * other.slope
    if not square >= 0:
        return (least + most) / 2
    root = math.sqrt(square)
    left, right = (one, other) if one.t <= other.t else (other, one)
    share = (right.slope + root - bend) / (right.slope - left.slope + 2 * root)
    lowest = right.t - (right.t - left.t) * share
    return float(np.minimum(np.maximum(lowest, least), most))
