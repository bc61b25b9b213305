"""The state of a Module by path: what there is to save, and how it is loaded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import autograd
from autograd import Tensor
from autograd.hooks import RemovableHandle
from autograd.live import parts_changed

from .hooks import HookMethods
from .parameter import Parameter
from .registers import REGISTERS

EXTRA = "_extra_state"


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


class StateMethods(HookMethods):
    """What a Module has to save and load its state; subclasses may override how they do it."""

    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _modules: dict[str, Any]
    _non_persistent_buffers_set: set[str]

    # Saved with the state, so that a class that changes can tell an older one.
    _version: int = 1

    def state_dict(
        self,
        *,
        destination: dict[str, Any] | None = None,
        prefix: str = "",
        keep_vars: bool = False,
    ) -> dict[str, Any]:
        """Return parameters and persistent buffers by path; the Tensors share their memory.

        With keep_vars they are the Parameters themselves, else detached from the graph. A parameter
        that two Modules share has a key in each. What `get_extra_state` returns is there too.
        """
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()  # type: ignore[attr-defined]
        about = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = about
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, child in self._modules.items():
            if child is not None:
                child.state_dict(
                    destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars
                )
        for (hook,) in self._hooks_of("saved"):
            if hook(self, destination, prefix, about) is not None:
                raise RuntimeError("state_dict post-hook must return None; change the dict itself")
        return destination

    def _save_to_state_dict(
        self, destination: dict[str, Any], prefix: str, keep_vars: bool
    ) -> None:
        """Put what belongs to this Module alone into `destination`."""
        for name, value in self._own_state().items():
            destination[prefix + name] = value if keep_vars else value.detach()
        if self._overrides("get_extra_state"):
            destination[prefix + EXTRA] = self.get_extra_state()

    def _own_state(self) -> dict[str, Tensor]:
        transient = self._non_persistent_buffers_set
        buffers = {name: one for name, one in self._buffers.items() if name not in transient}
        own = {**self._parameters, **buffers}
        return {name: one for name, one in own.items() if one is not None}

    def _overrides(self, name: str) -> bool:
        return getattr(type(self), name) is not getattr(StateMethods, name)

    def get_extra_state(self) -> Any:
        """Return what is to be saved besides Tensors; for subclasses to define."""
        raise RuntimeError(f"{type(self).__name__} does not define get_extra_state")

    def set_extra_state(self, state: Any) -> None:
        """Take what `get_extra_state` returned; for subclasses to define."""
        raise RuntimeError(f"{type(self).__name__} does not define set_extra_state")

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Any:
        """Copy the values of a `state_dict` into this Module, or with assign take its Tensors.

        Returns (missing_keys, unexpected_keys). Raises RuntimeError, with nothing changed, that
        lists every key of another shape and, if strict, every missing and unexpected key.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        keys, errors = _IncompatibleKeys([], []), list[str]()
        before = [_Before(module) for module in self.modules()]  # type: ignore[attr-defined]
        try:
            about = getattr(state_dict, "_metadata", {})
            _load(self, OrderedDict(state_dict), "", about, assign, keys, errors)
            errors = [*(_key_errors(keys) if strict else ()), *errors]
            if errors:
                listed = "\n\t".join(errors)
                raise RuntimeError(
                    f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{listed}"
                )
        except BaseException:
            for one in before:
                one.restore()
            raise
        return keys

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Load what belongs to this Module alone; keys and errors go into the lists."""
        lists = missing_keys, unexpected_keys, error_msgs
        for hook, with_module in self._hooks_of("before load"):
            given = (self,) if with_module else ()
            hook(*given, state_dict, prefix, local_metadata, strict, *lists)
        put = _assign if local_metadata.get("assign_to_params_buffers") else _copy
        own = self._own_state()
        for name, before in own.items():
            key = prefix + name
            if key not in state_dict:
                missing_keys.extend([key] if strict else ())
                continue
            value = _fitted(before, state_dict[key])
            if error := _value_error(key, before, value):
                error_msgs.append(error)
            else:
                put(self, name, value)
        known = set(own)
        if self._overrides("set_extra_state"):
            known.add(EXTRA)
            if prefix + EXTRA in state_dict:
                self.set_extra_state(state_dict[prefix + EXTRA])
            elif strict:
                missing_keys.append(prefix + EXTRA)
        for key in state_dict if strict else ():
            name, _, below = key.removeprefix(prefix).partition(".")
            if key.startswith(prefix) and name not in (self._modules if below else known):
                unexpected_keys.append(key)

    def register_state_dict_post_hook(self, hook: Callable) -> RemovableHandle:
        """Call hook(module, state_dict, prefix, local_metadata), which may change the state."""
        return self._hooked("saved", hook, False)

    def register_load_state_dict_pre_hook(self, hook: Callable) -> RemovableHandle:
        """Call hook before this Module loads, as by renaming keys of the state.

        It takes the Module, then what `_load_from_state_dict` takes.
        """
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def _register_load_state_dict_pre_hook(
        self, hook: Callable, with_module: bool = False
    ) -> RemovableHandle:
        return self._hooked("before load", hook, False, with_module)

    def register_load_state_dict_post_hook(self, hook: Callable) -> RemovableHandle:
        """Call hook(module, incompatible_keys), whose lists it may change, after a load."""
        return self._hooked("loaded", hook, False)


def _load(
    module: Any,
    state: dict[str, Any],
    prefix: str,
    metadata: Mapping[str, Any],
    assign: bool,
    keys: _IncompatibleKeys,
    errors: list[str],
) -> None:
    """Load a Module and all below it, each from the keys below its own."""
    about = dict(metadata.get(prefix[:-1], {}))
    if assign:
        about["assign_to_params_buffers"] = True
    module._load_from_state_dict(state, prefix, about, True, *keys, errors)
    for name, child in module._modules.items():
        if child is not None:
            path = f"{prefix}{name}."
            below = OrderedDict((key, one) for key, one in state.items() if key.startswith(path))
            _load(child, below, path, metadata, assign, keys, errors)
    for (hook,) in module._hooks_of("loaded"):
        if hook(module, keys) is not None:
            raise AssertionError("load_state_dict post-hook must return None; change the lists")


class _Before:
    """A Module as it was before a load, which what its class overrides may change at any place."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self._attributes = dict(vars(module))
        self._registers = {name: dict(vars(module)[name]) for name in REGISTERS}
        tensors = [*module._parameters.values(), *module._buffers.values()]
        self._values = [(one, one._version, one.detach().clone()) for one in tensors
                        if one is not None]  # fmt: skip

    def restore(self) -> None:
        vars(self._module).clear()
        vars(self._module).update(self._attributes)
        for name, members in self._registers.items():
            vars(self._module)[name].clear()
            vars(self._module)[name].update(members)
        parts_changed[0] = object()
        with autograd.no_grad():
            for one, version, value in self._values:
                if one._version != version:
                    one.copy_(value)


def _key_errors(keys: _IncompatibleKeys) -> Iterator[str]:
    for what, names in (("Missing", keys.missing_keys), ("Unexpected", keys.unexpected_keys)):
        if names:
            listed = ", ".join(f'"{name}"' for name in names)
            yield f"{what} key(s) in state_dict: {listed}. "


def _fitted(before: Tensor, value: Any) -> Any:
    """Return a value to load; of shape (1,), as PyTorch once saved those of shape (), its item."""
    alone = isinstance(value, Tensor) and before.shape == () and value.shape == (1,)
    return value[0] if alone else value


def _value_error(key: str, before: Tensor, value: Any) -> str | None:
    if not isinstance(value, Tensor):
        return (
            f'While copying the parameter named "{key}", expected a Tensor from checkpoint '
            f"but received {type(value)}"
        )
    if value.shape != before.shape:
        return (
            f"size mismatch for {key}: copying a param with shape {value.shape} from "
            f"checkpoint, the shape in current model is {before.shape}."
        )
    return None


def _copy(owner: Any, name: str, value: Tensor) -> None:
    with autograd.no_grad():
        getattr(owner, name).copy_(value)


def _assign(owner: Any, name: str, value: Tensor) -> None:
    before = getattr(owner, name)
    if isinstance(before, Parameter):
        if not isinstance(value, Parameter):
            value = Parameter(value)
        value.requires_grad_(before.requires_grad)
    setattr(owner, name, value)
