"""How values spread: variances, standard deviations, covariances, correlations."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..argument_names import aliased
from ..operation import op
from ..user_code import warn_user
from .elementwise import clamp, sqrt
from .index import HERE, taken
from .linalg import matmul
from .reduce import Dim, mean, total
from .reduce import std as deviation
from .reduce import var as variance
from .shape import reshape, squeeze, transpose, unsqueeze


@aliased
def var(
    input: Any,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Any:
    """Variance over `dim`: squared deviations over (count - correction), by default 1.

    The older `unbiased`, which may also stand in the place of dim, is a correction of 1 or 0.
    Warns where nothing is left of the count; the result is then nan or inf.
    """
    dim, correction = _over("var", dim, unbiased, correction)
    return variance(input, dim, correction=correction, keepdim=keepdim)


@aliased
def std(
    input: Any,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Any:
    """Square root of `var`, whose arguments it takes; its slope where all are equal is 0."""
    dim, correction = _over("std", dim, unbiased, correction)
    return deviation(input, dim, correction=correction, keepdim=keepdim)


@aliased
def var_mean(
    input: Any,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Any, Any]:
    """Return `var` and `mean` over `dim`."""
    dim, correction = _over("var_mean", dim, unbiased, correction)
    spread = variance(input, dim, correction=correction, keepdim=keepdim)
    return spread, mean(input, dim, keepdim)


@aliased
def std_mean(
    input: Any,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Any, Any]:
    """Return `std` and `mean` over `dim`."""
    dim, correction = _over("std_mean", dim, unbiased, correction)
    spread = deviation(input, dim, correction=correction, keepdim=keepdim)
    return spread, mean(input, dim, keepdim)


def _over(
    name: str, dim: Any, unbiased: bool | None, correction: float | None
) -> tuple[Dim, float]:
    """Return dim and correction; a bool in the place of dim is `unbiased`."""
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is None:
        return dim, 1 if correction is None else correction
    if correction is not None:
        raise TypeError(
            f"{name}: got both unbiased={unbiased} and correction={correction}; leave unbiased out"
        )
    return dim, int(unbiased)


def cov(input: Any, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Any:
    """Covariances (rows, rows) of input (rows, observations); of a vector its variance, 0-d.

    fweights (observations,) of integers say how often each was seen, aweights of floats how much
    it counts. Raises RuntimeError for more axes, booleans, or weights that do not fit.
    """
    _check_observations(input)
    rows = reshape(input, (1, -1)) if input.ndim < 2 else input
    weights = _weights(fweights, aweights, rows.shape[1])
    if weights is None:
        deviations = rows - unsqueeze(total(rows, 1) / rows.shape[1], 1)
        products = matmul(deviations, transpose(deviations, 0, 1))
        return squeeze(products / _freedom(rows.shape[1], correction))
    number = total(weights)
    deviations = rows - unsqueeze(total(rows * weights, 1) / number, 1)
    products = matmul(deviations, transpose(deviations * weights, 0, 1))
    lost = correction
    if aweights is not None and correction != 0:
        lost = correction * total(weights * aweights) / number
    return squeeze(products / clamp(number - lost, min=0))


def _check_observations(x: Any) -> None:
    if x.ndim > 2:
        raise RuntimeError(f"cov: input must be (rows, observations), got {tuple(x.shape)}")
    if x.dtype.kind == "b":
        raise RuntimeError("cov: input must not be of booleans; use input.float()")


def _freedom(number: int, correction: int) -> int:
    """Return the degrees of freedom of so many observations; warns where it is 0."""
    if number <= correction:
        warn_user(
            f"cov(): degrees of freedom is <= 0: {number} observations, correction {correction}; "
            "the result is nan or inf"
        )
    return max(number - correction, 0)


def _weights(fweights: Any, aweights: Any, size: int) -> Any:
    """Return the product of the weights that are given, None for none."""
    for name, one, kinds in (("fweights", fweights, "iu"), ("aweights", aweights, "f")):
        if one is None:
            continue
        if tuple(one.shape) != (size,) or one.dtype.kind not in kinds:
            raise RuntimeError(
                f"cov: {name} must be {'integers' if kinds == 'iu' else 'floats'} of shape "
                f"({size},), got {one.dtype} {tuple(one.shape)}"
            )
    if fweights is None:
        return None if aweights is None else nonnegative(aweights)
    return nonnegative(fweights if aweights is None else fweights * aweights)


@op(x=lambda g: g)
def nonnegative(x: Any, /) -> Any:
    """Return x as it is; raise RuntimeError if an element is negative or all are 0."""
    if (x < 0).any() or not x.any():
        raise RuntimeError(f"cov: weights must be positive, got {x.min()} to {x.max()}")
    return x


def corrcoef(input: Any) -> Any:
    """Correlations (rows, rows) of input (rows, observations), between -1 and 1; of a vector 1."""
    covariances = cov(input)
    if covariances.ndim == 0:
        return covariances / covariances
    places = np.arange(covariances.shape[0])
    spreads = sqrt(taken(covariances, places, places, pattern=(HERE, HERE)))
    return clamp(covariances / unsqueeze(spreads, 1) / spreads, -1, 1)
