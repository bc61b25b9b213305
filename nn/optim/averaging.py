"""Stochastic gradient descent whose parameters are averaged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd

from .groups import hyperparameters
from .moving import elementwise
from .optimizer import Hyper, Optimizer


class ASGD(Optimizer):
    """Gradient descent with a mean `ax` of the parameters in its state.

    g += weight_decay * p;  p = p * (1 - lambd * eta) - eta * g;  ax += mu * (p - ax);  then
    eta = lr / (1 + lambd * lr * t) ** alpha and mu = 1 / max(1, t - t0)  at step t.
    Source: Polyak & Juditsky 1992.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return step 0, the first eta and mu, and a mean that is still to begin."""
        return {"step": 0.0, "eta": hyper.lr, "mu": 1.0, "ax": autograd.zeros_like(parameter)}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter, mean and rates after a step."""
        if h.uses("weight_decay"):
            g = g + h.weight_decay * p
        t, eta = state["step"] + 1, state["eta"]
        p = p * (1 - h.lambd * eta) - eta * g
        after = {"step": t, "ax": state["ax"] + state["mu"] * (p - state["ax"])}
        after["eta"] = h.lr / (1 + h.lambd * h.lr * t) ** h.alpha
        late = t - h.t0
        after["mu"] = 1 / (1 + (late > 1) * (late - 1))
        return p, after
