"""The dtype that an operation computes in: its arguments converted to it, recorded."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes
from .dtypes import NUMBERS, result_type
from .operation import Op
from .ops.elementwise import to_dtype


def is_number(arg: Any) -> bool:
    """Return whether an argument is None or a number, not an array of any kind."""
    return arg is None or type(arg) in NUMBERS


def promoted(op: Op, args: tuple) -> tuple:
    """Return `args` in the dtypes that `op` computes in, as recorded conversions."""
    if op.promotes:
        which = [op.variadic or name in op.promotes for name in op.arrays * len(args)]
        chosen = [arg for arg, one in zip(args, which, strict=False) if one]
        dtype = _computing(op, result_type(*chosen))
        arrays = any(not is_number(arg) for arg in chosen)
        args = tuple(
            _converted(arg, dtype, arrays) if one else arg
            for arg, one in zip(args, which, strict=False)
        )
    elif op.floats:
        args = tuple(
            arg if is_number(arg) else to_dtype(arg, _computing(op, arg.dtype)) for arg in args
        )
    return args


def _computing(op: Op, dtype: np.dtype) -> np.dtype:
    if not op.floats or dtype.kind == "f":
        return dtype
    if op.floats == "only":
        raise NotImplementedError(f"{op.name}: not implemented for {dtype}; convert with .float()")
    return dtypes.get_default_dtype()


def _converted(arg: Any, dtype: np.dtype, arrays: bool) -> Any:
    """Convert to `dtype`; a number stays one beside arrays, which decide its dtype."""
    if is_number(arg):
        return arg if arrays or arg is None else np.asarray(arg, dtype)
    return to_dtype(arg, dtype)
