"""Data types: PyTorch's names for NumPy's dtypes, and its rules of promotion."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

float16 = half = np.dtype(np.float16)
float32 = float = np.dtype(np.float32)
float64 = double = np.dtype(np.float64)
uint8 = np.dtype(np.uint8)
int8 = np.dtype(np.int8)
int16 = short = np.dtype(np.int16)
int32 = int = np.dtype(np.int32)
int64 = long = np.dtype(np.int64)
bool = np.dtype(np.bool_)

SUPPORTED = frozenset({float16, float32, float64, uint8, int8, int16, int32, int64, bool})
NUMBERS = frozenset({builtins.float, builtins.int, builtins.bool})
# What is no operand, though NumPy would make an array of it.
NO_OPERANDS = (str, bytes, list, tuple, dict, set, type(None))
_RANK = {"b": 0, "u": 1, "i": 1, "f": 2}
_default = float32


def get_default_dtype() -> np.dtype:
    """Return the dtype of new float Tensors, float32 unless `set_default_dtype` changed it."""
    return _default


def set_default_dtype(dtype: Any) -> None:
    """Make `dtype` (a float dtype) the dtype of new float Tensors, in every thread."""
    global _default
    dtype = np.dtype(dtype)
    if dtype.kind != "f":
        raise TypeError(f"set_default_dtype: {dtype} is no float dtype; use float32 or float64")
    _default = dtype


def supported(dtype: Any) -> np.dtype:
    """Return `dtype` as a NumPy dtype; raise TypeError if no Tensor can have it."""
    dtype = np.dtype(dtype)
    if dtype not in SUPPORTED:
        names = ", ".join(sorted(map(str, SUPPORTED)))
        raise TypeError(f"no Tensor can have dtype {dtype}; convert to one of {names}")
    return dtype


def conversion(dtype: Any) -> str:
    """Return the call that converts a Tensor to `dtype`, as an error message proposes it."""
    methods = {float32: "float", float64: "double", float16: "half", int64: "long", bool: "bool"}
    method = methods.get(np.dtype(dtype))
    return f".{method}()" if method else f".to(torch.{dtype})"


def tensor_type(dtype: Any) -> str:
    """Return PyTorch's name of the class of Tensors of a dtype."""
    names = {float32: "Float", float64: "Double", float16: "Half", int64: "Long", int32: "Int"}
    names |= {int16: "Short", int8: "Char", uint8: "Byte", bool: "Bool"}
    return f"torch.{names[np.dtype(dtype)]}Tensor"


def dtype_of_number(value: Any) -> np.dtype:
    """Return the dtype a Python number has among Tensors: bool, int64 or the default float."""
    kind = type(value)
    return bool if kind is builtins.bool else int64 if kind is builtins.int else _default


def promote_types(first: Any, second: Any) -> np.dtype:
    """Return the dtype two Tensor dtypes meet in; float32 with int64 is float32, unlike NumPy."""
    first, second = np.dtype(first), np.dtype(second)
    if first == second:
        return first
    ranks = _RANK[first.kind], _RANK[second.kind]
    if ranks[0] != ranks[1]:
        return first if ranks[0] > ranks[1] else second
    return np.promote_types(first, second)


def result_type(*operands: Any) -> np.dtype:
    """Return the dtype of an elementwise result, as PyTorch decides it.

    Operands are arrays, Tensors or Python numbers. Arrays with axes outrank 0-d arrays, which
    outrank numbers; a lower one counts only where its kind (bool, integer, float) is higher.
    """
    result = None
    for group in _by_priority(operands):
        for_group = None
        for dtype in group:
            for_group = dtype if for_group is None else promote_types(for_group, dtype)
        result = for_group if result is None else _outranked(result, for_group)
    assert result is not None, "result_type needs an operand"
    return result


def _by_priority(operands: tuple) -> tuple[list, list, list]:
    with_axes: list[np.dtype] = []
    zero_d: list[np.dtype] = []
    numbers: list[np.dtype] = []
    for operand in operands:
        if type(operand) in NUMBERS:
            numbers.append(dtype_of_number(operand))
        elif operand is not None:
            (with_axes if operand.ndim else zero_d).append(operand.dtype)
    return with_axes, zero_d, numbers


def _outranked(higher: np.dtype, lower: np.dtype | None) -> np.dtype:
    if lower is None or _RANK[higher.kind] >= _RANK[lower.kind]:
        return higher
    return promote_types(higher, lower)
