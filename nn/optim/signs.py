"""Optimizers that follow the signs of gradients: Rprop and Lion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd
from autograd import maximum, minimum, sign, where

from .groups import hyperparameters
from .moving import elementwise
from .optimizer import Hyper, Optimizer


class Rprop(Optimizer):
    """Steps of an own length for each element, along the sign of the gradient alone.

    The length grows by etas[1] while the sign stays, within step_sizes; where it turned the length
    shrinks by etas[0], and the element rests. Source: Riedmiller & Braun 1993.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def check(self, group: dict[str, Any]) -> None:
        """Raise ValueError for factors that would not shrink or not grow."""
        super().check(group)
        less, more = group["etas"]
        if not 0 < less < 1 < more:
            raise ValueError(f"Invalid eta values: {less}, {more}; they must be below and above 1")

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return step 0, no gradient before, and lengths of lr."""
        lengths = autograd.full_like(parameter, hyper.lr).detach()
        return {"step": 0.0, "prev": autograd.zeros_like(parameter), "step_size": lengths}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter, gradient and lengths after a step."""
        (less, more), (least, most) = h.etas, h.step_sizes
        same = g * state["prev"]
        factor = where(same > 0, more, where(same < 0, less, 1.0))
        length = minimum(maximum(state["step_size"] * factor, least), most)
        g = where(same < 0, 0.0, g)
        after = {"step": state["step"] + 1, "prev": g, "step_size": length}
        return p - sign(g) * length, after


class Lion(Optimizer):
    """Steps of one length along the sign of a mean of momentum and gradient.

    p *= 1 - lr * weight_decay;  p -= lr * sign(beta1 * m + (1 - beta1) * g);
    m = beta2 * m + (1 - beta2) * g. Not in PyTorch. Source: Chen et al. 2023, algorithm 2.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return a momentum of zeros."""
        return {"exp_avg": autograd.zeros_like(parameter)}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and momentum after a step."""
        (beta1, beta2), m = h.betas, state["exp_avg"]
        if h.uses("weight_decay"):
            p = p * (1 - h.lr * h.weight_decay)
        p = p - h.lr * sign(beta1 * m + (1 - beta1) * g)
        return p, {"exp_avg": beta2 * m + (1 - beta2) * g}
