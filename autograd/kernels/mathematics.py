"""What kernels compute with, for numba and plain Python: functions by the type of the argument.

float32 and float64 have functions of their own, within 3 ulp; sin, cos and pow are the C library's.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types
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
sin, cos = math.sin, math.cos


@njit(error_model="numpy")
def pow(x: Any, y: Any) -> Any:
    """x ** y of the C library, but 0 where that is certain: there the library takes its time.

    So it is with beta ** t after some thousand steps of Adam: log(x) <= x - 1, and exp(-746) is 0.
    """
    if 0.0 < x < 1.0 and (1.0 - x) * y > 746.0:
        return x - x
    return math.pow(x, y)


__all__ = [
    *("exp", "log", "log1p", "tanh", "sigmoid", "softplus"),
    *("sqrt", "sin", "cos", "pow"),
]
