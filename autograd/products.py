"""Large eager products of matrices: by BLAS on one thread a call, with the crew.

BLAS's own threads wait for one another without sleep: another program on their processors makes
them ten times slower. As with `large`, native code takes over after so much work, not sooner.
"""

from __future__ import annotations

import threading
from typing import Any

from numpy import ndarray

from . import crossover
from .calls import SHARED
from .determinism import stays_with_numpy
from .tapes import native


class Products:
    """The products of one dtype: counts what NumPy does of them, until the crew takes over."""

    def __init__(self, dtype: Any) -> None:
        self._dtype = dtype
        self._seen = 0
        self._thread: threading.Thread | None = None
        self._multiplier: Any = None

    def run(self, a: ndarray, b: ndarray, bias: ndarray | None) -> ndarray | None:
        """Return a @ b, plus a bias; None where NumPy has to do it."""
        work = a.size * b.shape[1]
        if not self._begun(work):
            return None
        return self._multiplier(a, b, bias, work < crossover.BLAS)

    def _begun(self, work: int) -> bool:
        """Count multiply-adds; return whether the crew is to be used from now on, and can be."""
        if stays_with_numpy():
            return False
        if self._multiplier is not None:
            return True
        self._seen += work
        if self._thread is None:
            if self._seen < crossover.PRODUCTS_BEGIN:
                return False
            self._thread = threading.Thread(target=self._prepare, name="glassgrad loop")
            self._thread.start()
        if self._seen < crossover.PRODUCTS_SWITCH:
            return False
        self._thread.join()
        return self._multiplier is not None

    def _prepare(self) -> None:
        def make() -> Any:
            from .plan.launching import multiplier

            return multiplier(self._dtype)

        self._multiplier = native(make)


_products: dict[Any, Products] = {}


def product(a: ndarray, b: ndarray, bias: ndarray | None = None) -> ndarray | None:
    """Return the product of two large matrices of one dtype, plus a bias for every column.

    None where NumPy has to do it.
    """
    if a.dtype.char not in "fd":
        return None
    if a.dtype not in _products:
        _products[a.dtype] = Products(a.dtype)
    return _products[a.dtype].run(a, b, bias)


SHARED["product"] = product
