"""Whole numbers near others, to which no gradient flows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import op


@op()
def floor_of(x: Any, /) -> Any:
    """Return the largest whole numbers that are not above x."""
    return np.floor(x)


@op()
def nearest_of(x: Any, /) -> Any:
    """Return the nearest whole numbers, of two the even one."""
    return np.rint(x)
