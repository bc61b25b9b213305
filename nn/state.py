"""The state of a Module by path: what there is to save, and how it is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import autograd
from autograd import Tensor

from .parameter import Parameter

if TYPE_CHECKING:
    from .module import Module


class _IncompatibleKeys(NamedTuple):
    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return (
            f"_IncompatibleKeys(missing_keys={self.missing_keys}, "
            f"unexpected_keys={self.unexpected_keys})"
        )


def saved(module: Module, prefix: str = "") -> Iterator[tuple[str, Module, str]]:
    """Yield the key, the owner and the name of all that a state_dict holds, in PyTorch's order.

    A parameter that two Modules share has a key in each.
    """
    buffers = (name for name in module._buffers if name not in module._non_persistent_buffers_set)
    for name in (*module._parameters, *buffers):
        if getattr(module, name) is not None:
            yield prefix + name, module, name
    for name, child in module._modules.items():
        if child is not None:
            yield from saved(child, f"{prefix}{name}.")


def load(module: Module, state: Mapping[str, Any], strict: bool, assign: bool) -> Any:
    """Put the values of `state` into a Module; see `Module.load_state_dict`."""
    if not isinstance(state, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state)}.")
    own = {key: (owner, name) for key, owner, name in saved(module)}
    keys = _IncompatibleKeys(
        [key for key in own if key not in state], [key for key in state if key not in own]
    )
    known = {key: state[key] for key in own if key in state}
    errors = [*(_key_errors(keys) if strict else ()), *_value_errors(own, known)]
    if errors:
        listed = "\n\t".join(errors)
        raise RuntimeError(
            f"Error(s) in loading state_dict for {type(module).__name__}:\n\t{listed}"
        )
    for key, value in known.items():
        (_assign if assign else _copy)(*own[key], value)
    return keys


def _key_errors(keys: _IncompatibleKeys) -> Iterator[str]:
    for what, names in (("Missing", keys.missing_keys), ("Unexpected", keys.unexpected_keys)):
        if names:
            listed = ", ".join(f'"{name}"' for name in names)
            yield f"{what} key(s) in state_dict: {listed}. "


def _value_errors(own: dict[str, tuple], known: dict[str, Any]) -> Iterator[str]:
    for key, value in known.items():
        shape = getattr(*own[key]).shape
        if not isinstance(value, Tensor):
            yield (
                f'While copying the parameter named "{key}", expected a Tensor from checkpoint '
                f"but received {type(value)}"
            )
        elif value.shape != shape:
            yield (
                f"size mismatch for {key}: copying a param with shape {value.shape} from "
                f"checkpoint, the shape in current model is {shape}."
            )


def _copy(owner: Module, name: str, value: Tensor) -> None:
    with autograd.no_grad():
        getattr(owner, name).copy_(value)


def _assign(owner: Module, name: str, value: Tensor) -> None:
    before = getattr(owner, name)
    if isinstance(before, Parameter):
        if not isinstance(value, Parameter):
            value = Parameter(value)
        value.requires_grad_(before.requires_grad)
    setattr(owner, name, value)
