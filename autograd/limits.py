"""What numbers a dtype can hold, and into which dtypes one may be converted."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes


class finfo:
    """The limits of a float dtype, by default the default one."""

    def __init__(self, type: Any = None) -> None:
        dtype = np.dtype(dtypes.get_default_dtype() if type is None else type)
        if dtype.kind != "f":
            raise TypeError(f"finfo: requires a float dtype, got {dtype}; use iinfo")
        limits = np.finfo(dtype)
        self.bits = limits.bits
        self.eps, self.max, self.min = float(limits.eps), float(limits.max), float(limits.min)
        self.tiny = self.smallest_normal = float(limits.tiny)
        self.resolution = 10.0**-limits.precision
        self.dtype = str(dtype)

    def __repr__(self) -> str:
        names = ["resolution", "min", "max", "eps", "smallest_normal", "tiny"]
        shown = ", ".join(f"{name}={getattr(self, name):g}" for name in names)
        return f"finfo({shown}, dtype={self.dtype})"


class iinfo:
    """The limits of an integer dtype."""

    def __init__(self, type: Any) -> None:
        dtype = np.dtype(type)
        if dtype.kind not in "iu":
            raise TypeError(f"iinfo: requires an integer dtype, got {dtype}; use finfo for floats")
        limits = np.iinfo(dtype)
        self.bits, self.min, self.max = limits.bits, int(limits.min), int(limits.max)
        self.dtype = str(dtype)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


def can_cast(from_: Any, to: Any) -> bool:
    """Return whether a dtype converts to another without losing its kind: bool, integer, float."""
    ranks = [dtypes._RANK[np.dtype(one).kind] for one in (from_, to)]
    return ranks[0] <= ranks[1]
