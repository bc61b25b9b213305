"""Optimizers that divide by the root of a mean or a sum of squared gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd
from autograd import sqrt

from .groups import hyperparameters
from .moving import elementwise
from .optimizer import Hyper, Optimizer


class RMSprop(Optimizer):
    """Steps of the gradient over the root of the running mean of its square.

    g += weight_decay * p;  v = alpha * v + (1 - alpha) * g * g;  d = sqrt(v) + eps, or centered,
    with the running mean m of g, sqrt(v - m * m) + eps;  with momentum b = momentum * b + g / d and
    p -= lr * b, else p -= lr * g / d. Source: Hinton 2012, lecture 6e; centered: Graves 2013.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return step 0 and zeros for every mean that is used."""
        names = ["square_avg"]
        names += ["momentum_buffer"] if hyper.uses("momentum") else []
        names += ["grad_avg"] if hyper.uses("centered") else []
        return {"step": 0.0, **{name: autograd.zeros_like(parameter) for name in names}}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and means after a step."""
        if h.uses("weight_decay"):
            g = g + h.weight_decay * p
        v = h.alpha * state["square_avg"] + (1 - h.alpha) * g * g
        after = {"step": state["step"] + 1, "square_avg": v}
        if h.uses("centered"):
            m = state["grad_avg"] + (1 - h.alpha) * (g - state["grad_avg"])
            after["grad_avg"] = m
            v = v - m * m
        step = g / (sqrt(v) + h.eps)
        if h.uses("momentum"):
            step = after["momentum_buffer"] = h.momentum * state["momentum_buffer"] + step
        return p - h.lr * step, after


class Adagrad(Optimizer):
    """Steps of the gradient over the root of the sum of all its squares.

    g += weight_decay * p;  s += g * g (from initial_accumulator_value on);  p -= lr / (1 + (t - 1)
    * lr_decay) * g / (sqrt(s) + eps)  at step t. Source: Duchi, Hazan & Singer 2011.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return step 0 and the first sum."""
        first = autograd.full_like(parameter, hyper.initial_accumulator_value)
        return {"step": 0.0, "sum": first.detach()}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and sum after a step."""
        if h.uses("weight_decay"):
            g = g + h.weight_decay * p
        total = state["sum"] + g * g
        rate = h.lr / (1 + state["step"] * h.lr_decay)
        return p - rate * (g / (sqrt(total) + h.eps)), {"step": state["step"] + 1, "sum": total}


class Adadelta(Optimizer):
    """Steps as large as the root of the mean square of earlier steps, by that of gradients.

    g += weight_decay * p;  v = rho * v + (1 - rho) * g * g;  d = sqrt(u + eps) / sqrt(v + eps) * g;
    u = rho * u + (1 - rho) * d * d;  p -= lr * d. Source: Zeiler 2012, algorithm 1.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def check(self, group: dict[str, Any]) -> None:
        """Raise, naming it, if a hyperparameter is out of range."""
        super().check(group)
        if not 0 <= group["rho"] <= 1:
            raise ValueError(f"Invalid rho value: {group['rho']}; it must be between 0 and 1")

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return step 0 and both means of zeros."""
        means = {name: autograd.zeros_like(parameter) for name in ("square_avg", "acc_delta")}
        return {"step": 0.0, **means}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and means after a step."""
        if h.uses("weight_decay"):
            g = g + h.weight_decay * p
        v = h.rho * state["square_avg"] + (1 - h.rho) * g * g
        step = sqrt(state["acc_delta"] + h.eps) / sqrt(v + h.eps) * g
        u = h.rho * state["acc_delta"] + (1 - h.rho) * step * step
        return p - h.lr * step, {"step": state["step"] + 1, "square_avg": v, "acc_delta": u}
