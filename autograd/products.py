"""Large eager products of matrices: by BLAS on one thread a call, with the crew.

BLAS's own threads wait for one another without sleep: another program on their processors makes
them ten times slower. As with `large`, native code takes over after so much work, not sooner.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import cache, partial
from typing import Any

from numpy import ndarray

from . import crossover
from .generating import SHARED
from .takeover import Takeover
from .threads import get_num_threads

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


def in_threads(function: Callable, parts: Sequence[Any], work: int) -> Iterator[Any]:
    """Yield function(part) for all parts, in order; products inside use one thread each.

    work is the number of multiply-adds of all: where it is large, as many threads as there are
    take some parts each. They run in Python, but NumPy lets the others go on meanwhile.
    """
    from .plan.blas import ONE_THREAD

    number = min(get_num_threads(), len(parts))
    with ONE_THREAD:
        if number < 2 or work < crossover.SPREAD:
            yield from map(function, parts)
        else:
            # Some parts at a time, since handing one over takes a tenth of a millisecond.
            size = -(-len(parts) // (2 * number))
            groups = [parts[start : start + size] for start in range(0, len(parts), size)]
            for results in _pool(number, os.getpid()).map(partial(_each, function), groups):
                yield from results


def _each(function: Callable, parts: Sequence[Any]) -> list[Any]:
    return [function(part) for part in parts]


@cache
def _pool(number: int, process: int) -> Any:
    """Return threads of this process: a forked one has none of its parent's."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(number, "glassgrad part")


SHARED.update(product=product, few_threads=few_threads, in_threads=in_threads)
