"""What all optimizers share: parameter groups, state, and the loop over a pure update."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.live import depends_on, depends_on_rest, lasting, read_number, tracing

from ..mistakes import look_for_no_gradient
from ..parameter import forget_gradients
from .blocks import Group
from .groups import LABELS, check_ranges, complete, grouped
from .loading import loaded_places, paired_groups, refuse_misfit
from .moving import Moving, Rule, move_whole
from .stepping import StepHooks, with_hooks


class Hyper:
    """The hyperparameters of one group: `h.lr` is its number, `h.uses("momentum")` if not 0.

    Numbers are inputs of a trace, so a schedule needs no second one; what is used and what is
    not decides which operations there are, and is fixed for a trace.
    """

    def __init__(self, group: dict[str, Any]) -> None:
        self._group = group
        if not tracing():
            # Found here, a hyperparameter needs no `__getattr__`.
            self.__dict__.update(group)

    def uses(self, name: str) -> bool:
        """Return whether the hyperparameter is on: neither 0 nor False nor None."""
        value = bool(self._group[name])
        depends_on(self._group, name, value)
        return value

    def __getattr__(self, name: str) -> Any:
        value = self._group[name]
        if isinstance(value, tuple | list):
            return tuple(read_number(self._group, name, place) for place in range(len(value)))
        return read_number(self._group, name)


class Optimizer(StepHooks):
    """The base of all optimizers.

    params are Tensors, pairs (name, Tensor), or dicts of a group's "params" and the
    hyperparameters it has of its own; defaults are the hyperparameters of all others.
    A subclass gives `start`, the state a parameter begins with, and `update`, a pure function of
    arrays: (gradient, parameter, state, hyperparameters) -> (parameter, state). One that is marked
    `elementwise` is given parameters joined or in parts, or symbols of which a loop is made.
    """

    # Names in the state that PyTorch's has not: a state_dict leaves them out.
    unsaved: frozenset[str] = frozenset()

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        # As in PyTorch, a `step` of a subclass may ask for the state of a parameter that has none.
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        self._grown = object()
        self._step_hooks = {}
        self._groups: defaultdict[int, Group] = defaultdict(Group)
        for group in grouped(params):
            self.add_param_group(group)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "step" in vars(cls):
            cls.step = with_hooks(_noting_groups(cls.step))  # type: ignore[method-assign]

    def start(self, parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return the state of a parameter before its first step: Tensors and numbers."""
        return {}

    def started(self, parameter: Any, group: dict[str, Any]) -> dict[str, Any]:
        """Return what `start` gives with the hyperparameters of a group."""
        return self.start(parameter, Hyper(group))

    def update(self, g: Any, p: Any, state: dict[str, Any], h: Hyper) -> tuple[Any, dict]:
        """Return parameter and state after a step along gradient g: a pure function."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def resume(self, state: dict[str, Any], parameter: Any, hyper: Hyper) -> dict[str, Any]:
        """Return a state with what it lacks, as after momentum was switched on between steps."""
        return {**self.start(parameter, hyper), **state}

    def check(self, group: dict[str, Any]) -> None:
        """Raise ValueError or TypeError, naming it, if a hyperparameter is out of range."""
        check_ranges(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group: {"params": Tensor or Tensors, and hyperparameters of its own}."""
        group = complete(param_group, self.defaults)
        params = group["params"]
        known = {id(one) for group in self.param_groups for one in group["params"]}
        if len({id(one) for one in params}) < len(params) or known & {id(one) for one in params}:
            raise ValueError("some parameters appear in more than one place or parameter group")
        self.check(group)
        self.param_groups.append(group)
        self._grown = object()

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters: None, or zeros."""
        for group in self.param_groups:
            forget_gradients(group["params"], set_to_none)

    @with_hooks
    def step(self, closure: Callable | None = None) -> Any:
        """Move every parameter that has a gradient; returns what closure, called first, returns."""
        result = None
        if closure is not None:
            with autograd.enable_grad():
                result = closure()
        depends_on(self, "state", self.state)
        depends_on(self, "param_groups", self.param_groups)
        with np.errstate(all="ignore"):
            moved = [self._move_group(*one) for one in enumerate(self.param_groups)]
        if not any(moved):
            look_for_no_gradient(type(self).__name__)
        return result

    def _move_group(self, place: int, group: dict[str, Any]) -> bool:
        """Move the parameters of a group that have a gradient; return whether any has."""
        hyper = Hyper(group)
        rows = []
        for parameter in group["params"]:
            if (gradient := parameter.grad) is not None:
                state = self.state.get(parameter)
                if state is None:
                    state = self._started(parameter, hyper)
                depends_on(self.state, parameter, state)
                rows.append(Moving(parameter, gradient, state))
        rule = Rule(
            lambda g, p, state: self.update(-g if hyper.uses("maximize") else g, p, state, hyper),
            lambda row: lasting(lambda: self.resume(row.state, row.parameter, hyper)),
        )
        alone = rows
        if hasattr(self.update, "elementwise") and not tracing():
            alone = self._groups[place].move(rows, rule)
        for row in alone:
            move_whole(row, rule)
        return bool(rows)

    def _started(self, parameter: Tensor, hyper: Hyper) -> dict[str, Any]:
        self.state[parameter] = lasting(lambda: self.start(parameter, hyper))
        return self.state[parameter]

    def state_dict(self) -> dict[str, Any]:
        """Return state and groups in PyTorch's form: parameters are numbered in order."""
        parameters = [one for group in self.param_groups for one in group["params"]]
        number = {id(one): place for place, one in enumerate(parameters)}
        state = {
            number[id(parameter)]: {
                name: _as_tensor(value) for name, value in state.items() if name not in self.unsaved
            }
            for parameter, state in self.state.items()
            if state
        }
        groups = [
            {**group, "params": [number[id(one)] for one in group["params"]]}
            for group in self.param_groups
        ]
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over state and groups from a `state_dict`, of this library's or PyTorch's form.

        Raises ValueError, with nothing changed, that lists everything that does not fit.
        """
        refuse_misfit(self, state_dict)
        loaded = {
            parameter: self._restored(state_dict["state"][place], parameter, group)
            for place, parameter, group in loaded_places(self, state_dict)
        }
        self.state = defaultdict(dict, loaded)
        for own, group in paired_groups(self, state_dict):
            own.update(group)

    def _restored(self, loaded: dict[str, Any], parameter: Tensor, group: dict) -> dict[str, Any]:
        started = self.started(parameter, group)
        state: dict[str, Any] = {}
        for name, value in loaded.items():
            if isinstance(started.get(name, value), int | float):
                state[name] = float(value)
            elif value is not None:
                state[name] = autograd.tensor(np.asarray(value), dtype=parameter.dtype)
        return self.resume(state, parameter, Hyper(group))

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for place, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {place}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])


def _noting_groups(step: Callable) -> Callable:
    """Return the step of a subclass: a compiled one notices if what it reads of groups changes."""

    @wraps(step)
    def noting(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        result = step(self, *args, **kwargs)
        for group in self.param_groups:
            depends_on_rest(group, LABELS)
        return result

    return noting


def _as_tensor(value: Any) -> Tensor | None:
    if value is None or isinstance(value, Tensor):
        return value
    # Of float32, as PyTorch's, unless digits would be lost.
    exact = float(np.float32(value)) == value
    return autograd.tensor(value, dtype=autograd.float32 if exact else autograd.float64)
