"""Methods that reduce, sort or accumulate along axes."""

from __future__ import annotations

from ..ops import fused, reduce


class ReductionMethods:
    """Sums, spreads, extremes and their places."""

    __slots__ = ()

    sum = reduce.sum_
    mean = reduce.mean
    var = reduce.var
    std = reduce.std
    max = reduce.max_
    min = reduce.min_
    amax = reduce.amax
    amin = reduce.amin
    argmax = reduce.argmax
    argmin = reduce.argmin
    all = reduce.all_
    any = reduce.any_
    softmax = fused.softmax
    log_softmax = fused.log_softmax
