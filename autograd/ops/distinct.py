"""Distinct values: their number depends on the values, so a recording refuses them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..argument_names import aliased
from ..graph import modes
from ..operation import op


def check_not_traced(x: Any) -> None:
    """Raise TraceError in a recording: what follows has as many elements as the values of x say."""
    if modes.trace is not None:
        modes.trace.refuse_reading(getattr(x, "array", x))


@aliased
def unique(
    input: Any,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """Return the distinct values of input, or slices along `dim`, sorted also if not asked for.

    With return_inverse also the place of each value among them, shaped like input, or (size of
    dim,); with return_counts also how often each occurs. In a recording it raises TraceError.
    """
    return _results("unique", input, return_inverse, return_counts, dim)


@aliased
def unique_consecutive(
    input: Any, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """Return the values of input, or slices along `dim`, without repetitions side by side.

    return_inverse and return_counts as in `unique`. In a recording it raises TraceError.
    """
    return _results("unique_consecutive", input, return_inverse, return_counts, dim)


def _results(name: str, x: Any, inverse: bool, counts: bool, dim: int | None) -> Any:
    check_not_traced(x)
    if dim is not None and not -x.ndim <= dim < x.ndim:
        raise IndexError(f"{name}: dim {dim} is out of range for {x.ndim} axes")
    labels, values = (labelled, distinct) if name == "unique" else (run_of, heads)
    found = [values(x, dim)]
    if inverse:
        found.append(labels(x, dim))
    if counts:
        found.append(frequencies(labels(x, dim)))
    return tuple(found) if len(found) > 1 else found[0]


@op(name="unique")
def distinct(x: Any, /, dim: int | None) -> Any:
    """Return the distinct values of x, or slices along `dim`, sorted; each nan is one."""
    return np.unique(x, axis=dim, equal_nan=False)


@op(name="unique_inverse")
def labelled(x: Any, /, dim: int | None) -> Any:
    """Return the place of each value, or slice along `dim`, among the distinct ones."""
    places = np.unique(x, return_inverse=True, axis=dim, equal_nan=False)[1]
    return places.reshape(x.shape if dim is None else x.shape[dim])


def _begins(x: Any, dim: int | None) -> Any:
    """Return where, in a flat array or along `dim`, something else begins."""
    rows = x.reshape(-1, 1) if dim is None else np.moveaxis(x, dim, 0).reshape(x.shape[dim], -1)
    begins: Any = np.ones(len(rows), np.bool_)
    begins[1:] = (rows[1:] != rows[:-1]).any(1)
    return begins


@op(name="unique_consecutive")
def heads(x: Any, /, dim: int | None) -> Any:
    """Return the first of each run of equal values, or of slices along `dim`."""
    if dim is None:
        return x.reshape(-1)[_begins(x, dim)]
    return np.compress(_begins(x, dim), x, dim)


@op(name="unique_consecutive_inverse")
def run_of(x: Any, /, dim: int | None) -> Any:
    """Return the number of the run in which each value, or slice along `dim`, stands."""
    runs = np.cumsum(_begins(x, dim)) - 1
    return runs.reshape(x.shape) if dim is None else runs


@op(name="unique_counts")
def frequencies(x: Any, /) -> Any:
    """Return how often each place from 0 on occurs in x."""
    return np.bincount(x.reshape(-1))
