"""Functions that order values along an axis: all of them, the largest ones, one of a rank."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import return_types
from ..argument_names import aliased
from ..operation import op
from .reduce import at_places
from .shape import normal_axis


@op(name="argsort")
def order(x: Any, /, dim: int, descending: bool = False) -> Any:
    """Indices along `dim` that sort x; equal ones stay in order, nan is larger than all."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    if not descending:
        return np.argsort(x, dim, kind="stable")
    back = (slice(None),) * dim + (slice(None, None, -1),)
    return x.shape[dim] - 1 - np.argsort(x[back], dim, kind="stable")[back]


@aliased
def sort(input: Any, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Any:
    """Return values and indices of input sorted along `dim`, nan as larger than all.

    Equal values stay in order, also where `stable` does not ask for it.
    """
    axis = normal_axis(dim, input.ndim, "sort")
    return at_places(return_types.sort, input, order(input, axis, descending), axis)


@aliased
def argsort(input: Any, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Any:
    """Return the indices along `dim` that sort input, as `sort` does."""
    return order(input, normal_axis(dim, input.ndim, "argsort"), descending)


def msort(input: Any) -> Any:
    """Return input sorted along its first axis."""
    return sort(input, 0).values


# So many values are sorted as quickly as some of them are chosen.
SHORT = 64


@op()
def leading(x: Any, /, k: int, dim: int, largest: bool) -> Any:
    """Indices along `dim` of the k largest or smallest values, the first one first."""
    size = x.shape[dim] if x.ndim else 1
    if not 0 <= k <= size:
        raise RuntimeError(f"topk: selected index k out of range: k {k} of {size} values")
    if x.dtype.kind == "b":
        raise RuntimeError("topk: does not support booleans; use input.int()")
    if x.ndim == 0:
        return np.zeros((), np.int64)
    front = (slice(None),) * dim
    if size <= SHORT or not 0 < k < size:
        return order.op.forward(x, dim, largest)[(*front, slice(k))]
    places = np.argpartition(x, size - k if largest else k - 1, dim)
    places = np.sort(places[(*front, slice(size - k, None) if largest else slice(k))], dim)
    chosen = np.take_along_axis(x, places, dim)
    return np.take_along_axis(places, order.op.forward(chosen, dim, largest), dim)


@aliased
def topk(
    input: Any, k: int, dim: int | None = None, largest: bool = True, sorted: bool = True
) -> Any:
    """Return values and indices of the k largest (or smallest) values along `dim`, the last axis.

    They are in order, also where `sorted` does not ask for it; nan is larger than all. Raises
    RuntimeError where there are not k values.
    """
    axis = normal_axis(-1 if dim is None else dim, input.ndim, "topk")
    return at_places(return_types.topk, input, leading(input, k, axis, largest), axis)


@op()
def ranked(x: Any, /, k: int, dim: int) -> Any:
    """Index along `dim`, which stays, of the k-th smallest value; nan is larger than all."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    place = (slice(None),) * dim + (slice(k - 1, k),)
    return np.argpartition(x, k - 1, dim)[place]


@aliased
def kthvalue(input: Any, k: int, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return value and index of the k-th smallest value along `dim`, by default the last axis.

    Raises RuntimeError where there are not k values, NotImplementedError for booleans.
    """
    axis = normal_axis(-1 if dim is None else dim, input.ndim, "kthvalue")
    check_numbers("kthvalue", input, axis)
    size = input.shape[axis] if input.ndim else 1
    if not 1 <= k <= size:
        raise RuntimeError(f"kthvalue: selected number k out of range: k {k} of {size} values")
    return at_places(return_types.kthvalue, input, ranked(input, k, axis), axis, keepdim)


def check_numbers(name: str, x: Any, axis: int) -> None:
    """Raise IndexError where axis has no values, NotImplementedError for booleans."""
    if x.ndim and x.shape[axis] == 0:
        raise IndexError(f"{name}: dim {axis} of {tuple(x.shape)} must not be empty")
    check_kind(name, x)


def check_kind(name: str, x: Any) -> None:
    """Raise NotImplementedError for booleans."""
    if x.dtype.kind == "b":
        raise NotImplementedError(f"{name}: not implemented for booleans; use input.int()")
