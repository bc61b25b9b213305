"""What all optimizers share: parameter groups, state, and the loop over a pure update."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.live import depends_on, lifted, read_number, write_number
from autograd.ops.write import assign


class Hyper:
    """The hyperparameters of one group: `h.lr` is its number, `h.uses("momentum")` if not 0.

    Numbers are inputs of a trace, so a schedule needs no second one; what is used and what is
    not decides which operations there are, and is fixed for a trace.
    """

    def __init__(self, group: dict[str, Any]) -> None:
        self._group = group

    def uses(self, name: str) -> bool:
        """Return whether the hyperparameter is on: neither 0 nor False nor None."""
        depends_on(self._group, name, self._group[name])
        return bool(self._group[name])

    def __getattr__(self, name: str) -> Any:
        value = self._group[name]
        if isinstance(value, tuple):
            return tuple(read_number(self._group, name, place) for place in range(len(value)))
        return read_number(self._group, name)


class Optimizer:
    """The base of all optimizers.

    params are Tensors, or dicts of a group's "params" and the hyperparameters it has of its own;
    defaults are the hyperparameters of all others. A subclass gives `start`, the state a parameter
    begins with, and `update`, a pure function of arrays:
    (gradient, parameter, state, hyperparameters) -> (parameter, state).
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor | dict | str):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                f"but got {type(params).__name__}; write [x] or model.parameters()"
            )
        self.defaults = defaults
        self.state: dict[Any, dict[str, Any]] = {}
        self.param_groups: list[dict[str, Any]] = []
        groups = list(params)
        if not groups:
            raise ValueError(
                "optimizer got an empty parameter list; are the layers attributes of the Module "
                "(a plain list hides them: use ModuleList)?"
            )
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return the state of a parameter before its first step: Tensors and numbers."""
        return {}

    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and state after a step along gradient g: a pure function."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def check(self, group: dict[str, Any]) -> None:
        """Raise ValueError, naming it, if a hyperparameter of the group is out of range."""
        for name, value in group.items():
            if name in NONNEGATIVE and not value >= 0:
                raise ValueError(f"Invalid {NONNEGATIVE[name]}: {value}; it must be at least 0")
        for place, beta in enumerate(group.get("betas", ())):
            if not 0 <= beta < 1:
                raise ValueError(
                    f"Invalid beta parameter at index {place}: {beta}; it must be in [0, 1)"
                )

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group: {"params": Tensor or Tensors, and hyperparameters of its own}."""
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        for parameter in params:
            if not isinstance(parameter, Tensor):
                raise TypeError(
                    f"optimizer can only optimize Tensors, but got {type(parameter).__name__}"
                )
            if not parameter.is_leaf:
                raise ValueError("can't optimize a non-leaf Tensor; use detach() or a Parameter")
        known = {id(one) for group in self.param_groups for one in group["params"]}
        if len({id(one) for one in params}) < len(params) or known & {id(one) for one in params}:
            raise ValueError("some parameters appear in more than one place or parameter group")
        group = {"params": params, **self.defaults, **param_group, "params": params}  # noqa: F601
        self.check(group)
        self.param_groups.append(group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters: None, or zeros."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if set_to_none or parameter.grad is None:
                    parameter.grad = None
                else:
                    parameter.grad.detach_().zero_()

    def step(self, closure: Callable | None = None) -> Any:
        """Move every parameter that has a gradient; returns what closure, called first, returns."""
        result = None
        if closure is not None:
            with autograd.enable_grad():
                result = closure()
        with np.errstate(all="ignore"):
            for group in self.param_groups:
                hyper = Hyper(group)
                for parameter in group["params"]:
                    if parameter.grad is not None:
                        self._move(parameter, hyper)
        return result

    def _move(self, parameter: Tensor, hyper: Hyper) -> None:
        if parameter not in self.state:
            self.state[parameter] = self.start(parameter, hyper)
        state = self.state[parameter]
        values = {
            name: lifted(value) if isinstance(value, Tensor) else read_number(state, name)
            for name, value in state.items()
        }
        g = lifted(parameter.grad)
        p = lifted(parameter)
        moved, after = self.update(-g if hyper.uses("maximize") else g, p, values, hyper)
        assign(p, moved, "optimizer.step")
        for name, value in after.items():
            if isinstance(state[name], Tensor):
                assign(values[name], value, "optimizer.step")
            else:
                write_number(state, name, value)

    def state_dict(self) -> dict[str, Any]:
        """Return state and groups in PyTorch's form: parameters are numbered in order."""
        parameters = [one for group in self.param_groups for one in group["params"]]
        number = {id(one): place for place, one in enumerate(parameters)}
        state = {
            number[id(parameter)]: {name: _as_tensor(value) for name, value in state.items()}
            for parameter, state in self.state.items()
        }
        groups = [
            {**group, "params": [number[id(one)] for one in group["params"]]}
            for group in self.param_groups
        ]
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over state and groups from a `state_dict`, of this library's or PyTorch's form."""
        groups = state_dict["param_groups"]
        sizes = [len(group["params"]) for group in groups]
        own = [len(group["params"]) for group in self.param_groups]
        if sizes != own:
            raise ValueError(
                "loaded state dict has groups of other sizes than the optimizer's: "
                f"{sizes} and {own}"
            )
        for group, loaded in zip(self.param_groups, groups, strict=True):
            group.update({name: value for name, value in loaded.items() if name != "params"})
        places = [place for group in groups for place in group["params"]]
        parameters = [one for group in self.param_groups for one in group["params"]]
        self.state = {}
        for place, group_of, parameter in zip(places, _repeated(self.param_groups), parameters,
                                              strict=True):  # fmt: skip
            if place in state_dict["state"]:
                self.state[parameter] = self._restored(
                    state_dict["state"][place], parameter, Hyper(group_of)
                )

    def _restored(self, loaded: dict[str, Any], parameter: Tensor, hyper: Hyper) -> dict[str, Any]:
        state = self.start(parameter, hyper)
        for name, value in loaded.items():
            if isinstance(state.get(name), Tensor):
                state[name] = autograd.tensor(np.asarray(value), dtype=parameter.dtype)
            else:
                state[name] = float(value)
        return state

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for place, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {place}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])


NONNEGATIVE = {
    "lr": "learning rate",
    "momentum": "momentum value",
    "weight_decay": "weight_decay value",
    "eps": "epsilon value",
}
# Options of PyTorch's that choose among its implementations: accepted, without effect here.
IMPLEMENTATION = {"foreach": None, "differentiable": False, "fused": None}


def _as_tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else autograd.tensor(value)


def _repeated(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [group for group in groups for _ in group["params"]]
