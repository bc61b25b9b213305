"""What kernels compute with, for numba and plain Python: functions by the type of the argument.

float32 and float64 have functions of their own, within 3 ulp; sin, cos and pow are the C library's.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from . import doubles, singles


def _by_type(name: str) -> Any:
    """Return the function of this name of float32 for a float32, else that of float64."""
    single, double = getattr(singles, name), getattr(doubles, name)

    def function(x: Any) -> Any:
        return single(x) if type(x) is np.float32 else double(np.float64(x))

    def choose(x):  # type: ignore[no-untyped-def]  # numba compares the signatures
        if x == types.float32:
            return lambda x: single(x)
        return lambda x: double(x)

    function.__name__ = name
    overload(function)(choose)
    return function


exp, log, log1p = map(_by_type, ("exp", "log", "log1p"))
tanh, sigmoid, softplus = map(_by_type, ("tanh", "sigmoid", "softplus"))
sqrt = np.sqrt
sin, cos, pow = math.sin, math.cos, math.pow

__all__ = [
    *("exp", "log", "log1p", "tanh", "sigmoid", "softplus"),
    *("sqrt", "sin", "cos", "pow"),
]
