"""Methods that reduce, sort or accumulate along axes."""

from __future__ import annotations

from ..ops import (
    cumulative,
    distinct,
    fused,
    histograms,
    norms,
    quantiles,
    reduce,
    sorting,
    spreads,
)


class ReductionMethods:
    """Sums, spreads, extremes and their places; order, and what accumulates."""

    __slots__ = ()

    sum = reduce.sum_
    nansum = reduce.nansum
    mean = reduce.mean
    nanmean = reduce.nanmean
    prod = cumulative.prod
    var = spreads.var
    std = spreads.std
    max = reduce.max_
    min = reduce.min_
    amax = reduce.amax
    amin = reduce.amin
    aminmax = reduce.aminmax
    argmax = reduce.argmax
    argmin = reduce.argmin
    all = reduce.every
    any = reduce.some
    count_nonzero = reduce.count_nonzero
    logsumexp = reduce.logsumexp
    softmax = fused.softmax_
    log_softmax = fused.log_softmax_
    norm = norms.norm
    dist = norms.dist
    renorm = norms.renorm
    cov = spreads.cov
    corrcoef = spreads.corrcoef

    median = quantiles.median
    nanmedian = quantiles.nanmedian
    mode = quantiles.mode
    quantile = quantiles.quantile
    nanquantile = quantiles.nanquantile
    sort = sorting.sort
    argsort = sorting.argsort
    msort = sorting.msort
    topk = sorting.topk
    kthvalue = sorting.kthvalue
    histc = histograms.histc
    histogram = histograms.histogram
    bincount = histograms.bincount
    unique = distinct.unique
    unique_consecutive = distinct.unique_consecutive

    cumsum = cumulative.cumsum
    cumprod = cumulative.cumprod
    cummax = cumulative.cummax
    cummin = cumulative.cummin
    logcumsumexp = cumulative.logcumsumexp
    diff = cumulative.diff
