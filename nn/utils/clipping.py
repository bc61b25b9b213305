"""Clipping gradients, between `backward` and a step."""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import GeneratorType

import autograd
from autograd import Tensor
from autograd.live import tracing
from autograd.user_code import warn_user


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients together, in place, so that their norm is at most max_norm.

    Returns the norm that they had, (): the norm_type-norm of all of them as one vector.
    error_if_nonfinite raises RuntimeError where that is nan or infinite, but not in a compiled
    step. foreach has no effect. Source: Pascanu, Mikolov & Bengio 2013.
    """
    given, parameters = parameters, _listed(parameters)
    # One that was used up already is as empty as a list, and is a mistake.
    if isinstance(given, GeneratorType) and not parameters:
        warn_user("`parameters` is an empty generator, no gradient clipping will occur.")
    gradients = [one.grad for one in parameters if one.grad is not None]
    norm = get_total_norm(gradients, norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, norm)
    return norm


def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Return the norm_type-norm of all Tensors as one vector, (); 0 of none."""
    norm_type = float(norm_type)
    with autograd.no_grad():
        norms = [autograd.linalg.vector_norm(one, norm_type) for one in _listed(tensors)]
        if not norms:
            return autograd.tensor(0.0)
        total = autograd.linalg.vector_norm(autograd.stack(norms), norm_type)
    if error_if_nonfinite and not tracing() and not math.isfinite(total.item()):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite "
            f"({total.item()}), so it cannot be clipped; to clip anyway, set "
            "error_if_nonfinite=False"
        )
    return total


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    total_norm: Tensor,
    foreach: bool | None = None,
) -> None:
    """Scale gradients, in place, by max_norm / total_norm where that is below 1."""
    with autograd.no_grad():
        factor = (float(max_norm) / (total_norm + 1e-6)).clamp(max=1.0)
        for one in _listed(parameters):
            if one.grad is not None:
                one.grad.mul_(factor.to(one.grad.dtype))


def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None
) -> None:
    """Limit every element of all gradients to -clip_value and clip_value, in place."""
    with autograd.no_grad():
        for one in _listed(parameters):
            if one.grad is not None:
                one.grad.clamp_(-float(clip_value), float(clip_value))


def _listed(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [parameters] if isinstance(parameters, Tensor) else list(parameters)
