"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd

from .groups import hyperparameters
from .moving import elementwise
from .optimizer import Hyper, Optimizer


class SGD(Optimizer):
    """Gradient descent with momentum.

    g += weight_decay * p;  b = momentum * b + (1 - dampening) * g  (b = g at the first step);
    p -= lr * (g + momentum * b if nesterov else b).
    Source: Sutskever, Martens, Dahl & Hinton 2013, in PyTorch's form: lr multiplies the buffer.
    """

    unsaved = frozenset({"begun"})

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
        super().__init__(params, hyperparameters(locals()))

    def check(self, group: dict[str, Any]) -> None:
        """Raise, naming it, if a hyperparameter is out of range or nesterov has no momentum."""
        super().check(group)
        momentum, dampening = group["momentum"], group["dampening"]
        if group["nesterov"] and (momentum <= 0 or dampening != 0):
            raise ValueError(
                "Nesterov momentum requires a momentum and zero dampening, got "
                f"momentum={momentum}, dampening={dampening}"
            )

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return a momentum buffer of zeros, and for dampening whether it has begun."""
        if not hyper.uses("momentum"):
            return {}
        state = {"momentum_buffer": autograd.zeros_like(parameter)}
        return {**state, "begun": 0.0} if hyper.uses("dampening") else state

    def resume(self, state: dict[str, Any], parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return a state with what it lacks: a buffer there is, PyTorch's too, has begun."""
        begun = {"begun": 1.0} if "momentum_buffer" in state else {}
        return {**self.start(parameter, hyper), **begun, **state}

    @elementwise
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
