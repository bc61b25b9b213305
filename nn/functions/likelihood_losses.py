"""Losses that are likelihoods or divergences of distributions, under PyTorch's names."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import Tensor, exp, log, where
from autograd.ops import fused
from autograd.user_code import warn_user

from .pairs import check_pairs


def kl_div(
    input: Tensor, target: Tensor, reduction: str = "mean", log_target: bool = False
) -> Tensor:
    """Return target * (log(target) - input), for input logarithms of probabilities.

    target are probabilities, or their logarithms for log_target; where it is 0 so is the loss.
    reduction "batchmean" divides the sum by the first axis, "mean" by the number of elements.
    """
    check_pairs("kl_div", input=input, target=target)
    if log_target:
        losses = exp(target) * (target - input)
    else:
        losses = where(target == 0, 0, target * log(where(target == 0, 1, target)))
        losses = losses - target * input
    if reduction == "batchmean":
        return losses.sum() / input.shape[0] if input.ndim else losses.sum()
    if reduction == "mean":
        warn_user(
            "kl_div: reduction 'mean' divides by the batch and the support; 'batchmean' divides by "
            "the batch alone, as the mathematics has it"
        )
    return fused.reduced(losses, reduction)


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Tensor:
    """Return exp(input) - target * input, or input - target * log(input + eps) without log_input.

    full adds Stirling's approximation of log(target!), for targets above 1.
    """
    check_pairs("poisson_nll_loss", input=input, target=target)
    losses = exp(input) - target * input if log_input else input - target * log(input + eps)
    if full:
        several = target > 1
        count = where(several, target, 1)
        factorial = count * log(count) - count + 0.5 * log(2 * math.pi * count)
        losses = losses + where(several, factorial, 0)
    return fused.reduced(losses, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """Return (log(var) + (input - target)**2 / var) / 2, with var at least eps.

    var, a float or a Tensor, has the shape of input, or 1 for one of its axes, or lacks the last
    one. full adds log(2 pi) / 2. Raises ValueError for a negative var or one that does not fit.
    """
    check_pairs("gaussian_nll_loss", input=input, target=target)
    if isinstance(var, float):
        var = var * autograd.ones_like(input)
    var = _of_input_size(input, _nonnegative(var))
    # The bound is no part of the slope, as in PyTorch.
    var = var + (var.clamp(min=eps) - var).detach()
    losses = 0.5 * (log(var) + (input - target) ** 2 / var)
    if full:
        losses = losses + 0.5 * math.log(2 * math.pi)
    return fused.reduced(losses, reduction)


@autograd.op(name="nonnegative", x=lambda g: g)
def _nonnegative(x: Any, /) -> Any:
    """Return x as it is; raise ValueError if an element is negative."""
    if (x < 0).any():
        raise ValueError(
            f"gaussian_nll_loss: var has negative entry/entries, {x.min()}; make it positive, as "
            "by softplus"
        )
    return x


def _of_input_size(input: Tensor, var: Tensor) -> Tensor:
    shape, own = tuple(input.shape), tuple(var.shape)
    if own == shape:
        return var
    if own == shape[:-1]:
        return var.unsqueeze(-1)
    differing = [(a, b) for a, b in zip(shape, own, strict=False) if a != b]
    if len(own) != len(shape) or sum(b for _, b in differing) != 1:
        raise ValueError(
            f"gaussian_nll_loss: var is of incorrect size, {own}; for input {shape} use that shape"
        )
    return var
