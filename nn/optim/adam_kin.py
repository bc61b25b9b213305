"""Relatives of Adam: another norm, Nesterov's momentum, a rectified first phase."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import autograd
from autograd import maximum, sqrt, where

from .groups import hyperparameters
from .moving import elementwise
from .optimizer import Hyper, Optimizer


def _decayed(g: Any, p: Any, h: Hyper) -> tuple[Any, Any]:
    """Return gradient and parameter after weight decay, which is decoupled if the group says so."""
    if not h.uses("weight_decay"):
        return g, p
    if h.uses("decoupled_weight_decay"):
        return g, p * (1 - h.lr * h.weight_decay)
    return g + h.weight_decay * p, p


class Adamax(Optimizer):
    """Adam by the largest gradient, which decays, instead of the mean square.

    g += weight_decay * p;  m += (1 - beta1) * (g - m);  u = max(beta2 * u, |g| + eps);
    p -= lr / (1 - beta1 ** t) * m / u  at step t. Source: Kingma & Ba 2015, algorithm 2.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return step 0 and moments of zeros."""
        names = ("exp_avg", "exp_inf")
        return {"step": 0.0, **{name: autograd.zeros_like(parameter) for name in names}}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and moments after a step."""
        beta1, beta2 = h.betas
        if h.uses("weight_decay"):
            g = g + h.weight_decay * p
        t = state["step"] + 1
        m = state["exp_avg"] + (1 - beta1) * (g - state["exp_avg"])
        u = maximum(beta2 * state["exp_inf"], abs(g) + h.eps)
        after = {"step": t, "exp_avg": m, "exp_inf": u}
        return p - (h.lr / (1 - beta1**t)) * (m / u), after


class NAdam(Optimizer):
    """Adam with Nesterov's momentum, whose share mu grows with the steps.

    mu(t) = beta1 * (1 - 0.96 ** (t * momentum_decay) / 2), M(t) their product so far; m and v as in
    Adam, d = sqrt(v / (1 - beta2 ** t)) + eps;  p -= lr * ((1 - mu(t)) / (1 - M(t)) * g +
    mu(t + 1) / (1 - M(t + 1)) * m) / d  at step t. Source: Dozat 2016.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return step 0, product 1 and moments of zeros."""
        moments = {name: autograd.zeros_like(parameter) for name in ("exp_avg", "exp_avg_sq")}
        return {"step": 0.0, "mu_product": 1.0, **moments}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and moments after a step."""
        beta1, beta2 = h.betas
        g, p = _decayed(g, p, h)
        t = state["step"] + 1
        now = beta1 * (1 - 0.5 * 0.96 ** (t * h.momentum_decay))
        then = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * h.momentum_decay))
        product = state["mu_product"] * now
        m = state["exp_avg"] + (1 - beta1) * (g - state["exp_avg"])
        v = beta2 * state["exp_avg_sq"] + (1 - beta2) * g * g
        scale = sqrt(v / (1 - beta2**t)) + h.eps
        p = p - (h.lr * (1 - now) / (1 - product)) * g / scale
        p = p - (h.lr * then / (1 - product * then)) * m / scale
        return p, {"step": t, "mu_product": product, "exp_avg": m, "exp_avg_sq": v}


class RAdam(Optimizer):
    """Adam that begins with plain momentum, until the mean of squares can be relied on.

    With r = 2 / (1 - beta2) - 1 and s = r - 2 t beta2 ** t / (1 - beta2 ** t): where s > 5,
    p -= lr * m / (1 - beta1 ** t) * sqrt((s - 4)(s - 2) r / ((r - 4)(r - 2) s)) *
    sqrt(1 - beta2 ** t) / (sqrt(v) + eps), else p -= lr * m / (1 - beta1 ** t).
    Source: Liu et al. 2019, algorithm 2.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return step 0 and moments of zeros."""
        names = ("exp_avg", "exp_avg_sq")
        return {"step": 0.0, **{name: autograd.zeros_like(parameter) for name in names}}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and moments after a step."""
        beta1, beta2 = h.betas
        g, p = _decayed(g, p, h)
        t = state["step"] + 1
        m = state["exp_avg"] + (1 - beta1) * (g - state["exp_avg"])
        v = beta2 * state["exp_avg_sq"] + (1 - beta2) * g * g
        left = 1 - beta2**t
        most = 2 / (1 - beta2) - 1
        length = most - 2 * t * beta2**t / left
        share = (length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length)
        step = m / (1 - beta1**t)
        # Of a share that does not count the root must be a number too.
        factor = _chosen(
            length > 5,
            lambda: abs(share) ** 0.5 * left**0.5 / (sqrt(v) + h.eps),
            lambda: 1.0,
        )
        return p - h.lr * (step * factor), {"step": t, "exp_avg": m, "exp_avg_sq": v}


def _chosen(condition: Any, one: Callable[[], Any], other: Callable[[], Any]) -> Any:
    """Return one() where a comparison of numbers holds, else other(); in a trace both are made."""
    if isinstance(condition, bool):
        return one() if condition else other()
    return where(condition, one(), other())
