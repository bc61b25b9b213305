"""Arrays for new Tensors: of data, and the shapes and dtypes that callers name."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes


def array_of(data: Any, dtype: Any, copy: bool) -> Any:
    """Return numbers, nested lists or an array as an array; Python floats as the default float.

    Arrays, Tensors and numbers of NumPy's within lists count with their own dtypes.
    """
    floats: set[Any] = set()
    known = hasattr(data, "dtype")
    if not known:
        data = _plain(data, floats)
    if isinstance(data, str | bytes):
        raise TypeError(f"tensor: invalid data type 'str', {data!r}; pass numbers")
    try:
        array = np.array(data, copy=True if copy else None) if known or copy else np.asarray(data)
    except ValueError as error:
        raise ValueError(
            f"tensor: nested lists must have equal lengths at each level, got {data!r:.60}: {error}"
        ) from None
    if dtype is None:
        dtype = array.dtype
        if not known and dtype.kind == "f":
            dtype = np.result_type(*floats) if floats else dtypes.get_default_dtype()
    dtype = dtypes.supported(dtype)
    if dtype.kind in "iu" and not known and array.dtype != dtype:
        _check_range(array, dtype)
    return array.astype(dtype, copy=False)


def _plain(data: Any, floats: set[Any]) -> Any:
    """Return nested lists with Tensors among them as lists; note which floats there are."""
    if isinstance(data, list | tuple):
        return [_plain(one, floats) for one in data]
    found = dtypes.get_default_dtype() if type(data) is float else getattr(data, "dtype", None)
    if found is not None and found.kind == "f":
        floats.add(found)
    return data.tolist() if hasattr(data, "detach") else data


def _check_range(array: Any, dtype: Any) -> None:
    """Raise RuntimeError where a number is beyond an integer dtype, by more than its sign."""
    most = np.iinfo(dtype).max
    least = -most if dtype.kind == "u" else np.iinfo(dtype).min
    if array.dtype.kind in "iuf" and not ((array >= least) & (array <= most)).all():
        raise RuntimeError(f"tensor: value cannot be converted to type {dtype} without overflow")


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
