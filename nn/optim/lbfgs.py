"""L-BFGS: Newton's method with a Hessian guessed from the last steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy import ndarray

import autograd
from autograd import Tensor
from autograd.live import tracing
from autograd.versions import mark_all_changed

from .groups import hyperparameters
from .moving import BY
from .optimizer import Optimizer
from .wolfe import Point, search


class LBFGS(Optimizer):
    """Directions -H g, where H, the inverse Hessian, is guessed from the last history_size steps.

    step(closure), where closure clears the gradients, computes the loss, calls `backward` and
    returns the loss, makes up to max_iter iterations, each with one evaluation or, with
    line_search_fn="strong_wolfe", a line search. All parameters are one group.
    Source: Nocedal & Wright 2006, algorithm 7.4.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        max_eval = max_iter * 5 // 4 if max_eval is None else max_eval
        super().__init__(params, hyperparameters(locals()))
        if len(self.param_groups) != 1:
            raise ValueError(
                "LBFGS doesn't support per-parameter options (parameter groups); give one group"
            )
        if line_search_fn not in (None, "strong_wolfe"):
            raise RuntimeError(f"only 'strong_wolfe' is supported, got {line_search_fn!r}")
        self._params: list[Tensor] = self.param_groups[0]["params"]
        self._memory: dict[str, Any] = {}

    def step(self, closure: Callable | None = None) -> Any:
        """Make up to max_iter iterations; returns the loss before the first."""
        if closure is None:
            raise TypeError(
                "LBFGS.step() missing 1 required positional argument: 'closure', which computes "
                "the loss, calls backward and returns the loss"
            )
        if tracing():
            raise RuntimeError(
                "LBFGS cannot be compiled: it looks at the loss to decide what to do next; compile "
                "the closure"
            )
        with autograd.enable_grad():
            first = closure()
        gradient = self._gradient()
        memory = self._memory or dict(func_evals=0, n_iter=0, old_dirs=[], old_stps=[], ro=[])
        self._memory = memory
        memory["func_evals"] += 1
        if np.abs(gradient).max(initial=0) > self.param_groups[0]["tolerance_grad"]:
            self._iterate(closure, float(first), gradient, memory)
        return first

    def _iterate(
        self, closure: Callable, loss: float, gradient: ndarray, memory: dict[str, Any]
    ) -> None:
        group = self.param_groups[0]
        evaluations = 1
        for iteration in range(1, group["max_iter"] + 1):
            memory["n_iter"] += 1
            direction = self._direction(gradient, memory)
            first = memory["n_iter"] == 1
            t = group["lr"] * (min(1.0, float(1 / np.abs(gradient).sum())) if first else 1)
            memory.update(prev_flat_grad=gradient, prev_loss=loss, d=direction, t=t)
            slope = float(gradient @ direction)
            if slope > -group["tolerance_change"]:
                return
            if group["line_search_fn"]:
                start = self._values()
                point, tried = search(
                    partial(self._point, closure, start, direction),
                    t,
                    Point(0, loss, gradient, slope),
                    float(np.abs(direction).max()),
                    group["max_eval"] - evaluations,
                )
                memory["t"], loss, gradient = point[:3]
                self._put(start + memory["t"] * direction)
            else:
                self._put(self._values() + t * direction)
                tried = int(iteration != group["max_iter"])
                if tried:
                    _, loss, gradient, _ = self._evaluated(closure, t, direction)
            evaluations += tried
            memory["func_evals"] += tried
            moved = np.abs(direction * memory["t"]).max()
            if (
                evaluations >= group["max_eval"]
                or np.abs(gradient).max() <= group["tolerance_grad"]
                or moved <= group["tolerance_change"]
                or abs(loss - memory["prev_loss"]) < group["tolerance_change"]
            ):
                return

    def _direction(self, gradient: ndarray, memory: dict[str, Any]) -> ndarray:
        """Return -H g, after the last step has gone into the history."""
        if memory["n_iter"] == 1:
            memory["H_diag"] = 1.0
            return -gradient
        change, step = gradient - memory["prev_flat_grad"], memory["d"] * memory["t"]
        changes, steps, inverses = memory["old_dirs"], memory["old_stps"], memory["ro"]
        product = float(change @ step)
        if product > 1e-10:
            for kept, new in ((changes, change), (steps, step), (inverses, 1 / product)):
                kept.append(new)
                del kept[: -self.param_groups[0]["history_size"]]
            memory["H_diag"] = product / float(change @ change)
        q, shares = -gradient, []
        history = list(zip(changes, steps, inverses, strict=True))
        for change, step, inverse in reversed(history):
            shares.append(float(step @ q) * inverse)
            q = q - shares[-1] * change
        q = q * memory["H_diag"]
        for (change, step, inverse), share in zip(history, reversed(shares), strict=True):
            q = q + step * (share - float(change @ q) * inverse)
        return q

    def _point(self, closure: Callable, start: ndarray, direction: ndarray, t: float) -> Point:
        self._put(start + t * direction)
        return self._evaluated(closure, t, direction)

    def _evaluated(self, closure: Callable, t: float, direction: ndarray) -> Point:
        with autograd.enable_grad():
            loss = float(closure())
        gradient = self._gradient()
        return Point(t, loss, gradient, float(gradient @ direction))

    def _gradient(self) -> ndarray:
        """Return all gradients as one vector, zeros where there is none."""
        return np.concatenate(
            [
                np.zeros(one.numel(), one.dtype) if one.grad is None else one.grad.array.ravel()
                for one in self._params
            ]
        )

    def _values(self) -> ndarray:
        return np.concatenate([one.array.ravel() for one in self._params])

    def _put(self, values: ndarray) -> None:
        start = 0
        for one in self._params:
            stop = start + one.numel()
            one.array[...] = values[start:stop].reshape(one.array.shape)
            start = stop
        mark_all_changed([one.array for one in self._params], BY)

    def state_dict(self) -> dict[str, Any]:
        """Return groups, and the history as the state of the first parameter, as PyTorch does."""
        found = super().state_dict()
        return {**found, "state": {0: _as_tensors(self._memory)} if self._memory else {}}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over groups and history from a `state_dict`."""
        super().load_state_dict({**state_dict, "state": {}})
        self._memory = _as_arrays(state_dict["state"].get(0, {}))


def _as_tensors(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_tensors(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_tensors(one) for one in value]
    return autograd.from_numpy(value.copy()) if isinstance(value, ndarray) else value


def _as_arrays(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_arrays(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_arrays(one) for one in value]
    if not hasattr(value, "shape"):
        return value
    return np.array(value) if len(value.shape) else value.item()
