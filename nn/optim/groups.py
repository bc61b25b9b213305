"""Parameter groups: what one may hold, and errors that name what it may not."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any

from autograd import Tensor

NONNEGATIVE = {
    "lr": "learning rate",
    "momentum": "momentum value",
    "weight_decay": "weight_decay value",
    "eps": "epsilon value",
}
NONNEGATIVE |= {
    "lr_decay": "lr_decay value",
    "initial_accumulator_value": "initial_accumulator_value value",
    "momentum_decay": "momentum_decay value",
    "alpha": "alpha value",
}
NUMBERS = (*NONNEGATIVE, "dampening")
# What a group may hold besides hyperparameters: names, and what schedules note there.
LABELS = ("params", "param_names", "name", "initial_lr")
# Hyperparameters close to another optimizer's, which may be given the groups.
ALIKE = ("betas", "etas")
# The share of letters in common from which a name is taken for a misspelt one.
CLOSE = 0.85


def hyperparameters(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the hyperparameters among the arguments of a constructor, its `locals()`.

    Those that choose among PyTorch's implementations, as foreach does, are without effect here.
    """
    others = ("self", "params", "__class__")
    return {name: value for name, value in arguments.items() if name not in others}


def grouped(params: Any) -> list[Any]:
    """Return what an optimizer is given as a list of groups; raise where it is neither form."""
    # A Sequential is iterable too, over its layers.
    wrong = isinstance(params, Tensor | dict | str) or hasattr(params, "parameters")
    if wrong or not isinstance(params, Iterable):
        raise TypeError(_not_parameters(params))
    groups = list(params)
    if not groups:
        raise ValueError(
            "optimizer got an empty parameter list; are the layers attributes of the Module "
            "(a plain list hides them: use ModuleList)?"
        )
    return groups if isinstance(groups[0], dict) else [{"params": groups}]


def _not_parameters(params: Any) -> str:
    cure = {Tensor: "[x]", dict: "[group]"}.get(type(params), "model.parameters()")
    return (
        "params argument given to the optimizer should be an iterable of Tensors or dicts, "
        f"but got {type(params).__name__}; write {cure}"
    )


def complete(group: Any, defaults: dict[str, Any]) -> dict[str, Any]:
    """Return a group with a list of Tensors as its "params", and the defaults it has not set."""
    if not isinstance(group, dict):
        raise TypeError(
            f"a parameter group must be a dict, but got {type(group).__name__}; write "
            '{"params": [...]} for each, or give Tensors alone'
        )
    if "params" not in group:
        raise ValueError(
            f'a parameter group needs "params", its Tensors; this one has {", ".join(group)}'
        )
    _refuse_misspelt(group, defaults)
    params, names = _unzipped(group["params"])
    for parameter in params:
        _check_parameter(parameter)
    return {**names, **defaults, **group, "params": params}


def _refuse_misspelt(group: dict[str, Any], defaults: dict[str, Any]) -> None:
    """Raise ValueError for a name that is almost a hyperparameter; others are the user's own."""
    for name in group:
        if name in defaults or name in LABELS or name in ALIKE:
            continue
        # Imported where a name is unknown: it is no part of a normal start.
        from difflib import get_close_matches

        meant = {name: name for name in defaults} | {"learning_rate": "lr", "epsilon": "eps"}
        near = get_close_matches(str(name).lower(), meant, 1, CLOSE)
        if near and meant[near[0]] in defaults:
            raise ValueError(
                f"unknown hyperparameter {name!r} in a parameter group; did you mean "
                f"{meant[near[0]]}? Known are: {', '.join(defaults)}"
            )


def _unzipped(params: Any) -> tuple[list[Any], dict[str, list[str]]]:
    """Return Tensors, and their names where they are pairs as of `model.named_parameters()`."""
    if isinstance(params, set | frozenset):
        raise TypeError(
            "the parameters of a group must be in order, which a set has not: a state_dict numbers "
            "them; use a list"
        )
    params = [params] if isinstance(params, Tensor) else list(params)
    named = [isinstance(one, tuple) and len(one) == 2 for one in params]
    if not any(named):
        return params, {}
    if not all(named):
        raise ValueError("all parameters must have names, or none: some are pairs (name, Tensor)")
    names, params = zip(*params, strict=True)
    return list(params), {"param_names": list(names)}


def _check_parameter(parameter: Any) -> None:
    if not isinstance(parameter, Tensor):
        raise TypeError(f"optimizer can only optimize Tensors, but got {type(parameter).__name__}")
    if not parameter.is_leaf:
        raise ValueError("can't optimize a non-leaf Tensor; use detach() or a Parameter")
    if not parameter.is_floating_point():
        raise ValueError(
            f"can't optimize a Tensor of {parameter.dtype}; only floats can move along a "
            "gradient: use .float()"
        )


def check_ranges(group: dict[str, Any]) -> None:
    """Raise, naming it, if a hyperparameter is no number (TypeError) or out of range."""
    for name in NUMBERS:
        if name not in group:
            continue
        _check_number(name, group[name])
        if name in NONNEGATIVE and not group[name] >= 0:
            raise ValueError(f"Invalid {NONNEGATIVE[name]}: {group[name]}; it must be at least 0")
    if "betas" in group:
        _check_betas(group["betas"])


def _check_number(name: str, value: Any) -> None:
    if not isinstance(value, Real):
        cure = f"; use {name}.item()" if isinstance(value, Tensor) else ""
        raise TypeError(f"{name} must be a number, got {value!r} ({type(value).__name__}){cure}")


def _check_betas(betas: Any) -> None:
    if not isinstance(betas, tuple | list) or len(betas) != 2:
        raise ValueError(f"betas must be two numbers, as in betas=(0.9, 0.999); got {betas!r}")
    for place, beta in enumerate(betas):
        _check_number(f"betas[{place}]", beta)
        if not 0 <= beta < 1:
            raise ValueError(
                f"Invalid beta parameter at index {place}: {beta}; it must be in [0, 1)"
            )
