"""What a plan's arrays and numbers are called: as the function that was compiled finds them."""

from __future__ import annotations

from collections.abc import Iterator
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from ..tensors import Tensor
from .recording import GradientOf, Recording, Source, rebuilt

# How many attributes or entries deep Modules, optimizers and Tensors are looked for.
DEEPEST = 3
# In lists and dicts of more entries, as of data, nothing is looked for.
MOST_ENTRIES = 1000
# What a value is to the step.
ARGUMENT, PARAMETER, STATE, NUMBER, CONSTANT = (
    "argument",
    "parameter",
    "state",
    "number",
    "constant",
)
GRADIENT, RESULT, BETWEEN = "gradient", "result", "between"
# What holds no Tensors of the step's, or could only be asked by running it.
OPAQUE = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType, str, bytes)


class Role(NamedTuple):
    """What a value is to the step, a word of this module's, and its name, "" if it has none."""

    kind: str
    name: str


def roles_of(function: Any, recording: Recording) -> dict[int, Role]:
    """Return the roles of a recording's inputs and of what it leaves, by slot.

    Of a parameter the name is the path to it from the variables of `function` (`model.0.weight`),
    of an optimizer's state the parameter's with its own (`model.0.weight.exp_avg`).
    """
    paths = _paths(_scope(function))
    roles = {slot: _input(source, paths) for slot, source in recording.inputs.items()}
    for leaf, slot in recording.grads:
        path = paths.get(id(leaf))
        if slot is not None:
            roles.setdefault(slot, Role(GRADIENT, f"{path}.grad" if path else ""))
    rebuilt(recording.result, lambda one: roles.setdefault(one.place, Role(RESULT, RESULT)))
    return roles


def _input(source: Source, paths: dict[int, str]) -> Role:
    holder = source.holder
    if source.kind == "argument":
        return Role(ARGUMENT, f"argument {source.key}")
    if source.kind == "number":
        first, *rest = source.key
        return Role(NUMBER, str(first) + "".join(f"[{key!r}]" for key in rest))
    if isinstance(holder, GradientOf):
        path = paths.get(id(holder.leaf))
        return Role(STATE, f"{path}.grad" if path else "")
    if source.kind == "array":
        return Role(CONSTANT, f"{holder.item():.4g}" if holder.size == 1 else "")
    return Role(PARAMETER if holder.requires_grad else STATE, paths.get(id(holder), ""))


def _scope(function: Any) -> dict[str, Any]:
    """Return, by name, the variables in which a function, method or Module finds what it uses."""
    found: dict[str, Any] = {}
    if isinstance(function, MethodType):
        found |= vars(function.__self__)
        function = function.__func__
    if not isinstance(function, FunctionType):
        return {"model": function}
    code, variables = function.__code__, function.__globals__
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        # A variable that is not assigned yet has an empty cell.
        if cell != CellType():
            found[name] = cell.cell_contents
    return found | {name: variables[name] for name in code.co_names if name in variables}


def _paths(scope: dict[str, Any]) -> dict[int, str]:
    """Return the names of all Tensors that are found in a scope, by their identity."""
    paths: dict[int, str] = {}
    optimizers: list[Any] = []
    for name, one in _found(scope, DEEPEST):
        if isinstance(one, Tensor):
            paths.setdefault(id(one), name)
        else:
            optimizers.append(one)
    for optimizer in optimizers:
        for parameter, state in optimizer.state.items():
            path = paths.get(id(parameter), "parameter")
            for name, one in state.items():
                paths.setdefault(id(one), f"{path}.{name}")
    return paths


def _found(holder: dict[Any, Any], depth: int) -> Iterator[tuple[str, Any]]:
    """Yield the Tensors and optimizers in a dict of named objects, with their paths."""
    for name, one in holder.items():
        if isinstance(one, Tensor) or hasattr(one, "param_groups"):
            yield str(name), one
        elif isinstance(one, OPAQUE) or not depth:
            continue
        elif hasattr(one, "named_parameters"):
            parts = [*one.named_parameters(), *one.named_buffers()]
            yield from ((f"{name}.{path}", part) for path, part in parts)
        else:
            inner = _contents(one)
            yield from ((f"{name}.{path}", part) for path, part in _found(inner, depth - 1))


def _contents(one: Any) -> dict[Any, Any]:
    if isinstance(one, dict | list | tuple):
        entries = one if isinstance(one, dict) else dict(enumerate(one[: MOST_ENTRIES + 1]))
        return entries if len(entries) <= MOST_ENTRIES else {}
    return getattr(one, "__dict__", {})
