"""Arrays for new Tensors: of data, and the shapes and dtypes that callers name."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes


def array_of(data: Any, dtype: Any, copy: bool) -> Any:
    """Return numbers, nested lists or an array as an array; Python floats as the default float."""
    if isinstance(data, list | tuple):
        data = _without_tensors(data)
    if isinstance(data, str | bytes):
        raise TypeError(f"tensor: invalid data type 'str', {data!r}; pass numbers")
    known = hasattr(data, "dtype")
    try:
        array = np.array(data, copy=True if copy else None) if known or copy else np.asarray(data)
    except ValueError as error:
        raise ValueError(
            f"tensor: nested lists must have equal lengths at each level, got {data!r:.60}: {error}"
        ) from None
    if dtype is None:
        dtype = array.dtype if known or array.dtype.kind != "f" else dtypes.get_default_dtype()
    return array.astype(dtypes.supported(dtype), copy=False)


def _without_tensors(data: Any) -> Any:
    """Return nested lists with Tensors among them replaced by their numbers."""
    if hasattr(data, "detach"):
        return data.tolist()
    return [_without_tensors(one) for one in data] if isinstance(data, list | tuple) else data


def shape_of(size: tuple) -> tuple[int, ...]:
    """Return sizes given one by one or as one sequence, checked."""
    if len(size) == 1 and not hasattr(size[0], "__index__"):
        size = tuple(size[0])
    shape = tuple(int(length.__index__()) for length in size)
    if any(length < 0 for length in shape):
        raise RuntimeError(f"Trying to create tensor with negative dimension: {list(shape)}")
    return shape


def float_dtype(dtype: Any) -> np.dtype:
    """Return a dtype as a NumPy dtype, by default the default float."""
    return dtypes.get_default_dtype() if dtype is None else dtypes.supported(dtype)


def number_of(value: Any) -> Any:
    """Return a Tensor of one element as its number, a number as it is."""
    return value.item() if hasattr(value, "item") else value
