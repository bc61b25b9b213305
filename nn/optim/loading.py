"""What is wrong with an optimizer's state dict, all of it, before any of it is taken over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor

if TYPE_CHECKING:
    from .optimizer import Optimizer


def refuse_misfit(optimizer: Optimizer, state_dict: dict[str, Any]) -> None:
    """Raise ValueError that lists every problem there is in loading `state_dict`."""
    problems = list(_form_problems(optimizer, state_dict)) or [
        *_group_problems(optimizer, state_dict),
        *_state_problems(optimizer, state_dict),
    ]
    if problems:
        listed = "\n\t".join(problems)
        raise ValueError(f"Error(s) in loading state_dict for {_name(optimizer)}:\n\t{listed}")


def _name(optimizer: Optimizer) -> str:
    return type(optimizer).__name__


def _form_problems(optimizer: Optimizer, state_dict: Any) -> Iterator[str]:
    if not isinstance(state_dict, dict):
        yield f"expected a dict, got {type(state_dict).__name__}"
        return
    absent = [key for key in ("state", "param_groups") if key not in state_dict]
    for key in absent:
        yield f"no {key!r}; was it made by {_name(optimizer)}.state_dict()?"
    if absent:
        return
    groups = state_dict["param_groups"]
    for place, group in enumerate(groups):
        if "params" not in group:
            yield f"param_groups[{place}] has no 'params'"
    sizes = [len(group.get("params", ())) for group in groups]
    own = [len(group["params"]) for group in optimizer.param_groups]
    if sizes != own:
        yield (
            "loaded state dict has groups of other sizes than the optimizer's: "
            f"{sizes} and {own} parameters"
        )


def _group_problems(optimizer: Optimizer, state_dict: dict[str, Any]) -> Iterator[str]:
    for place, (_, group) in enumerate(paired_groups(optimizer, state_dict)):
        try:
            optimizer.check(group)
        except (TypeError, ValueError) as error:
            yield f"param_groups[{place}]: {error}"


def _state_problems(optimizer: Optimizer, state_dict: dict[str, Any]) -> Iterator[str]:
    for place, parameter, group in loaded_places(optimizer, state_dict):
        loaded = state_dict["state"][place]
        started = optimizer.started(parameter, group)
        for name in started:
            if name not in loaded and name not in optimizer.unsaved:
                yield f"state {place} has no {name!r}; it has {', '.join(loaded)}"
        for name, value in loaded.items():
            wanted = parameter.shape if isinstance(started.get(name), Tensor) else ()
            shape = tuple(np.shape(value))
            # None is what PyTorch keeps of a momentum that has not begun.
            if name in started and value is not None and shape != tuple(wanted):
                yield (
                    f"state {place}: {name!r} has shape {shape}, the parameter takes "
                    f"{tuple(wanted)}"
                )


def paired_groups(optimizer: Optimizer, state_dict: dict[str, Any]) -> list[tuple[dict, dict]]:
    """Return each group of the optimizer with what it is once the loaded values are in it."""
    pairs = zip(optimizer.param_groups, state_dict["param_groups"], strict=True)
    return [(own, {**own, **loaded, "params": own["params"]}) for own, loaded in pairs]


def loaded_places(
    optimizer: Optimizer, state_dict: dict[str, Any]
) -> Iterator[tuple[Any, Tensor, dict[str, Any]]]:
    """Yield number, parameter and future group of each parameter whose state is loaded."""
    pairs = zip(paired_groups(optimizer, state_dict), state_dict["param_groups"], strict=True)
    for (_, group), loaded in pairs:
        for place, parameter in zip(loaded["params"], group["params"], strict=True):
            if state_dict["state"].get(place):
                yield place, parameter, group
