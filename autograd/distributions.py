"""Draws from further distributions, made of what a Generator draws, as PyTorch's CPU makes them.

All compute in float64 whatever the dtype; of logarithms and tangents the last bit may differ from
those of PyTorch's C library. Source: of PyTorch 2.13, ATen/core/TransformationHelper.h,
ATen/native/Distributions.cpp and ATen/native/cpu/MultinomialKernel.cpp.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from .streams import Generator


def _uniform(generator: Generator, shape: tuple) -> ndarray:
    return generator.uniform(shape, dtype=np.float64)


def _check_continuous(name: str, dtype: Any) -> None:
    if dtype.kind != "f":
        raise RuntimeError(
            f"{name}: the distribution is continuous, dtype must be a float, got {dtype}"
        )


def exponential(generator: Generator, shape: tuple, dtype: Any, lambd: float) -> ndarray:
    """Draw waiting times of the rate lambd."""
    _check_continuous("exponential_", dtype)
    if not lambd > 0:
        raise RuntimeError(f"exponential_: expects lambda > 0.0, but found lambda={lambd}")
    return (-1 / lambd * np.log1p(-_uniform(generator, shape))).astype(dtype)


def geometric(generator: Generator, shape: tuple, dtype: Any, p: float) -> ndarray:
    """Draw how many trials it takes until one of probability p succeeds."""
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_: expects p to be in (0, 1), but got p={p}")
    return np.ceil(np.log(_uniform(generator, shape)) / np.log1p(-p)).astype(dtype)


def cauchy(generator: Generator, shape: tuple, dtype: Any, median: float, sigma: float) -> ndarray:
    """Draw from the Cauchy distribution."""
    _check_continuous("cauchy_", dtype)
    if not sigma > 0:
        raise RuntimeError(f"cauchy_: expects sigma > 0.0, but found sigma={sigma}")
    return (median + sigma * np.tan(np.pi * (_uniform(generator, shape) - 0.5))).astype(dtype)


def log_normal(generator: Generator, shape: tuple, dtype: Any, mean: float, std: float) -> ndarray:
    """Draw numbers whose logarithms are normal."""
    if dtype.kind != "f":
        raise NotImplementedError(f"log_normal_: not implemented for {dtype}; use floats")
    if not std > 0:
        raise RuntimeError(f"log_normal_: expects std > 0.0, but found std={std}")
    normals = generator.normals_one_by_one(math.prod(shape)).reshape(shape)
    return np.exp(normals * std + mean).astype(dtype)


def whole(generator: Generator, shape: tuple, dtype: Any) -> ndarray:
    """Draw integers from 0 to the largest that dtype holds; floats up to where they are exact."""
    if dtype.kind == "f":
        most = 2 ** (np.finfo(dtype).nmant + 1)
    else:
        most = 1 if dtype.kind == "b" else int(np.iinfo(dtype).max)
    words = generator.raw(math.prod(shape), 64 if most >= 2**32 else 32)
    return (words % np.uint64(most + 1)).astype(dtype).reshape(shape)


def poisson(generator: Generator, rates: ndarray) -> ndarray:
    """Draw how many events happen that do at these rates."""
    if rates.dtype.kind != "f":
        raise NotImplementedError(f"poisson: not implemented for {rates.dtype}; use .float()")
    if rates.size and not rates.min() >= 0:
        raise RuntimeError(f"poisson: invalid rate {rates.min()}, expected it to be non-negative")
    draw = lambda: float(_uniform(generator, (1,))[0])  # noqa: E731 (a stream of numbers)
    made = [_events(rate, draw) for rate in rates.ravel().tolist()]
    return np.array(made, rates.dtype).reshape(rates.shape)


def _events(rate: float, draw: Callable[[], float]) -> int:
    if rate >= 10:
        return _many_events(rate, draw)
    count, product, least = 0, 1.0, math.exp(-rate)
    while rate:
        product *= draw()
        if product <= least:
            break
        count += 1
    return count


def _many_events(rate: float, draw: Callable[[], float]) -> int:
    """Draw by the transformed rejection of Hoermann 1993, algorithm PTRS."""
    b = 0.931 + 2.53 * math.sqrt(rate)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    limit = 0.9277 - 3.6224 / (b - 2)
    while True:
        u, v = draw() - 0.5, draw()
        us = 0.5 - abs(u)
        k = math.floor((2 * a / us + b) * u + rate + 0.43)
        if us >= 0.07 and v <= limit:
            return k
        if k < 0 or (us < 0.013 and v > us):
            continue
        left = math.log(v) + math.log(inverse_alpha) - math.log(a / (us * us) + b)
        if left <= -rate + k * math.log(rate) - math.lgamma(k + 1):
            return k


def multinomial(generator: Generator, p: ndarray, count: int, replacement: bool) -> ndarray:
    """Draw `count` places from each row of p, each as likely as p says there, up to a factor."""
    if not (np.min(p, initial=0) >= 0 and np.max(p, initial=0) < np.inf):
        raise RuntimeError("multinomial: probabilities must not be inf, nan or below 0")
    if not (p.sum(-1) > 0).all():
        raise RuntimeError("multinomial: invalid distribution (sum of probabilities <= 0)")
    if not replacement or count == 1:
        waited = exponential(generator, p.shape, p.dtype, 1.0)
        if count == 1:
            return np.argmax(p / waited, -1, keepdims=True)
        return np.argsort(-(p / waited), -1, kind="stable")[..., :count]
    ends = np.cumsum(p, -1, dtype=p.dtype)
    ends = np.atleast_2d(ends / ends[..., -1:])
    ends[:, -1] = 1
    drawn = _uniform(generator, (len(ends), count))
    made = [np.searchsorted(one, u) for one, u in zip(ends, drawn, strict=True)]
    return np.array(made, np.int64).reshape(*p.shape[:-1], count)
