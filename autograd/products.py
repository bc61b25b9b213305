"""Large eager products of matrices: by BLAS on one thread a call, with the crew.

BLAS's own threads wait for one another without sleep: another program on their processors makes
them ten times slower. As with `large`, native code takes over after so much work, not sooner.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import Any

from numpy import ndarray

from . import crossover
from .generating import SHARED
from .takeover import Takeover

_products: dict[Any, Takeover] = {}


def product(a: ndarray, b: ndarray, bias: ndarray | None = None) -> ndarray | None:
    """Return the product of two large matrices of one dtype, plus a bias for every column.

    None where NumPy has to do it.
    """
    if a.dtype.char not in "fd":
        return None
    takeover = _products.get(a.dtype) or _products.setdefault(
        a.dtype, Takeover(partial(_multiplier, a.dtype), _limits)
    )
    work = a.size * b.shape[1]
    multiply = takeover.after(work)
    return None if multiply is None else multiply(a, b, bias, work < crossover.BLAS)


def _multiplier(dtype: Any) -> Any:
    from .plan.launching import multiplier

    return multiplier(dtype)


def _limits() -> tuple[int, int]:
    return crossover.PRODUCTS_BEGIN, crossover.PRODUCTS_SWITCH


def few_threads(work: int) -> Any:
    """Return a context for products of so many multiply-adds each: small ones on one thread."""
    if work >= crossover.BLAS:
        return nullcontext()
    from .plan.blas import ONE_THREAD

    return ONE_THREAD


SHARED.update(product=product, few_threads=few_threads)
