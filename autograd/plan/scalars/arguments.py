"""The arguments of a step over Scalars: what of them is input, and what decides about the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy import ndarray

from ...scalars import Scalar
from ...tensors import Tensor
from ..recording import TraceError

# The kinds of dtypes whose elements are floats, integers or booleans.
REAL = "fiub"


def mapped(structure: Any, change: Callable) -> Any:
    """Return nested tuples, lists and dicts with `change` applied to everything in them."""
    if isinstance(structure, dict):
        return {key: mapped(value, change) for key, value in structure.items()}
    if isinstance(structure, list):
        return [mapped(value, change) for value in structure]
    if isinstance(structure, tuple):
        parts = [mapped(value, change) for value in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else tuple(parts)
    return change(structure)


def over_scalars(arguments: Any, otherwise: bool) -> bool:
    """Return whether arguments are Scalars or arrays, not Tensors; `otherwise`, if neither."""
    kinds: set[type] = set()
    mapped(arguments, lambda one: kinds.add(type(one)))
    if any(issubclass(kind, Tensor) for kind in kinds):
        return False
    return otherwise or Scalar in kinds or ndarray in kinds


def signature(argument: Any, numbers: list, scalars: dict[Scalar, int]) -> Any:
    """Return what of an argument decides about the plan; collect what is input.

    Floats and integers are, NumPy's too, so are the elements of arrays, and Scalars, which are
    counted in the order in which they come first.
    """
    kind = type(argument)
    if _is_number(argument):
        numbers.append(argument.item() if isinstance(argument, np.generic) else argument)
        return kind
    if isinstance(argument, list | tuple):
        return kind, *[signature(one, numbers, scalars) for one in argument]
    if isinstance(argument, dict):
        return tuple([(key, signature(one, numbers, scalars)) for key, one in argument.items()])
    if kind is Scalar:
        return kind, scalars.setdefault(argument, len(scalars)), argument.is_leaf
    if kind is ndarray and argument.dtype.kind in REAL:
        numbers += argument.ravel().tolist()
        return argument.shape, argument.dtype.kind
    try:
        hash(argument)
    except TypeError:
        raise TraceError(
            f"compile: an argument of type {kind.__name__} can be neither an input nor a constant "
            "of a plan of Scalars; pass numbers, Scalars or an array, or lists or dicts of them"
        ) from None
    return kind, argument


def lifted(arguments: Any, numbers: Iterator[Any]) -> Any:
    """Return the arguments with `numbers` in place of theirs, in the order of `signature`."""

    def replaced(argument: Any) -> Any:
        if _is_number(argument):
            return next(numbers)
        if type(argument) is not ndarray:
            return argument
        made: Any = np.empty(argument.size, object)
        for place in range(argument.size):
            made[place] = next(numbers)
        return made.reshape(argument.shape)

    return mapped(arguments, replaced)


def _is_number(value: Any) -> bool:
    kind = type(value)
    return (
        kind is float or kind is int or (isinstance(value, np.generic) and value.dtype.kind in REAL)
    )
