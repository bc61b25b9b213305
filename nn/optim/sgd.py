"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd

from .optimizer import IMPLEMENTATION, Hyper, Optimizer


class SGD(Optimizer):
    """Gradient descent with momentum.

    g += weight_decay * p;  b = momentum * b + (1 - dampening) * g  (b = g at the first step);
    p -= lr * (g + momentum * b if nesterov else b).
    Source: Sutskever, Martens, Dahl & Hinton 2013, in PyTorch's form: lr multiplies the buffer.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError(
                "Nesterov momentum requires a momentum and zero dampening, got "
                f"momentum={momentum}, dampening={dampening}"
            )
        defaults = dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay)
        super().__init__(params, defaults | dict(nesterov=nesterov, maximize=maximize)
                         | IMPLEMENTATION)  # fmt: skip

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return a momentum buffer of zeros, and for dampening whether it has begun."""
        if not hyper.uses("momentum"):
            return {}
        state = {"momentum_buffer": autograd.zeros_like(parameter)}
        return {**state, "begun": 0.0} if hyper.uses("dampening") else state

    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and buffer after a step."""
        if h.uses("weight_decay"):
            g = g + h.weight_decay * p
        if h.uses("momentum"):
            b = h.momentum * state["momentum_buffer"]
            if h.uses("dampening"):
                # The first step, at which begun is 0, is not dampened.
                b = b + (1 - h.dampening * state["begun"]) * g
                state = {"momentum_buffer": b, "begun": 1.0}
            else:
                b = b + g
                state = {"momentum_buffer": b}
            g = g + h.momentum * b if h.uses("nesterov") else b
        return p - h.lr * g, state
