"""Anomaly mode: nodes remember their lines, and a backward pass raises where it makes a nan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .graph import count_exceptional, modes


class set_detect_anomaly:
    """Look for anomalies in this thread or not: a call, or a context manager.

    Operations then remember the line of the user's code that called them, for errors to name; and
    unless check_nan is False a backward pass raises RuntimeError at the first gradient with a nan.
    It makes every operation slower: for debugging.
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = modes.anomaly, modes.checks_nan
        _switch(bool(mode), check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: object) -> None:
        _switch(*self._before)


class detect_anomaly:
    """Look for anomalies inside a `with` block, as `set_detect_anomaly(True)` does."""

    def __init__(self, check_nan: bool = True) -> None:
        self._check_nan = check_nan

    def __enter__(self) -> None:
        self._inside = set_detect_anomaly(True, self._check_nan)

    def __exit__(self, *exception: object) -> None:
        self._inside.__exit__()


def is_anomaly_enabled() -> bool:
    """Return whether this thread looks for anomalies."""
    return modes.anomaly


def _switch(mode: bool, check_nan: bool) -> None:
    if mode != modes.anomaly:
        count_exceptional(1 if mode else -1)
    modes.anomaly, modes.checks_nan = mode, check_nan


def refusing_nan(pull: Callable) -> Callable:
    """Return pull(node, g, parents) that raises RuntimeError where a gradient has a nan."""

    def careful(node: Any, g: Any, parents: tuple) -> tuple:
        gradients = pull(node, g, parents)
        for place, gradient in enumerate(gradients):
            array = getattr(gradient, "array", gradient)
            if type(array) is np.ndarray and np.isnan(array).any():
                line = getattr(node, "line", "")
                raise RuntimeError(
                    f"Function '{node.name()}' returned nan values in its {place}th output; "
                    f"{node.op.name} was called at {line or 'a line before anomaly mode'}, with "
                    f"{np.isnan(getattr(g, 'array', g)).sum()} nan in the gradient that came to it"
                )
        return gradients

    return careful
