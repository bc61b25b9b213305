"""Adam and its variant with decoupled weight decay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd
from autograd import maximum, sqrt

from .groups import hyperparameters
from .moving import elementwise
from .optimizer import Hyper, Optimizer


class Adam(Optimizer):
    """Steps of the running mean of the gradient over the root of the running mean of its square.

    g += weight_decay * p;  m += (1 - beta1) * (g - m);  v = beta2 * v + (1 - beta2) * g * g;
    p -= lr / (1 - beta1 ** t) * m / (sqrt(v) / sqrt(1 - beta2 ** t) + eps)  at step t.
    With decoupled_weight_decay, p *= 1 - lr * weight_decay first instead; with amsgrad the largest
    v so far is used.
    Source: Kingma & Ba 2015, algorithm 1, with the roundings of PyTorch.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        super().__init__(params, hyperparameters(locals()))

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return step 0 and moments of zeros."""
        names = ["exp_avg", "exp_avg_sq", *(["max_exp_avg_sq"] if hyper.uses("amsgrad") else [])]
        return {"step": 0.0, **{name: autograd.zeros_like(parameter) for name in names}}

    @elementwise
    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and moments after a step."""
        lr, (beta1, beta2) = h.lr, h.betas
        if h.uses("weight_decay"):
            if h.uses("decoupled_weight_decay"):
                p = p * (1 - lr * h.weight_decay)
            else:
                g = g + h.weight_decay * p
        t = state["step"] + 1
        m = state["exp_avg"] + (1 - beta1) * (g - state["exp_avg"])
        v = beta2 * state["exp_avg_sq"] + (1 - beta2) * g * g
        after = {"step": t, "exp_avg": m, "exp_avg_sq": v}
        if h.uses("amsgrad"):
            v = after["max_exp_avg_sq"] = maximum(state["max_exp_avg_sq"], v)
        scale = sqrt(v) / (1 - beta2**t) ** 0.5 + h.eps
        return p - (lr / (1 - beta1**t)) * m / scale, after


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameter itself, apart from the gradient.

    Source: Loshchilov & Hutter 2019, algorithm 2.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        options["decoupled_weight_decay"] = True
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, **options)
