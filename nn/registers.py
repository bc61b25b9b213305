"""Registers: attributes sorted by what they hold, so that a Module knows its parts."""

from __future__ import annotations

from typing import Any

from autograd import Tensor
from autograd.live import depends_on_part, parts_changed

from .parameter import Buffer, Parameter


class Registers:
    """What a Module is made of: parameters, buffers and Modules, each in a register by name.

    Assigning to an attribute registers what belongs into a register; reading finds it there.
    """

    _parameters: dict[str, Parameter | None]
    _modules: dict[str, Any]
    _buffers: dict[str, Tensor | None]
    _non_persistent_buffers_set: set[str]

    def __init__(self) -> None:
        self.__dict__.update({register: {} for register in REGISTERS})
        self.__dict__["_non_persistent_buffers_set"] = set()
        self.__dict__["_hooks"] = {}

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Buffer):
            self._register("_buffers", name, value)
            self._note_persistent(name, value.persistent)
            return
        for register, (kind, what, wanted) in REGISTERS.items():
            known = name in self.__dict__.get(register, ())
            # A plain Tensor is a buffer only where the name is one already.
            if isinstance(value, kind) and (known or kind is not Tensor):
                self._register(register, name, value)
                return
            if known:
                if value is not None:
                    raise TypeError(
                        f"cannot assign {type(value).__name__!r} as {what} {name!r} "
                        f"({wanted} or None expected)"
                    )
                self.__dict__[register][name] = None
                parts_changed[0] = object()
                return
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        for register in REGISTERS:
            members = self.__dict__.get(register, {})
            if name in members:
                depends_on_part(self, members, name)
                return members[name]
        cure = "" if "_parameters" in self.__dict__ else "; call super().__init__() first"
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{cure}")

    def __delattr__(self, name: str) -> None:
        for register in REGISTERS:
            if name in self.__dict__.get(register, ()):
                del self.__dict__[register][name]
                parts_changed[0] = object()
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        registered = [name for register in REGISTERS for name in self.__dict__.get(register, ())]
        return sorted({*object.__dir__(self), *registered})

    def _registers(self) -> list[dict[str, Any]]:
        """Return all that a call depends on by name: parts, and hooks."""
        return [getattr(self, register) for register in (*REGISTERS, "_hooks")]

    def _register(self, register: str, name: str, value: Any) -> None:
        """Put `value` into a register under `name`, and take that name out of everywhere else."""
        kind, what, wanted = REGISTERS[register]
        if register not in self.__dict__:
            raise AttributeError(f"cannot assign {what} before Module.__init__() call")
        if value is not None and not isinstance(value, kind):
            raise TypeError(
                f"cannot assign {type(value).__name__!r} object to {what} {name!r} "
                f"({wanted} or None required)"
            )
        if hasattr(type(self), name):
            raise KeyError(f"attribute {name!r} already exists in class {type(self).__name__}")
        for place in (self.__dict__, *(self.__dict__[other] for other in REGISTERS)):
            if place is not self.__dict__[register]:
                place.pop(name, None)
        self.__dict__[register][name] = value
        parts_changed[0] = object()

    def _register_new(self, register: str, name: str, value: Any) -> None:
        what = REGISTERS[register][1]
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {type(name).__name__}")
        if "." in name or not name:
            raise KeyError(f'{what} name can\'t be empty or contain ".", got: {name!r}')
        if hasattr(self, name) and name not in self.__dict__.get(register, ()):
            raise KeyError(f"attribute {name!r} already exists")
        self._register(register, name, value)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter; None keeps the name for one, and is no part of the state."""
        self._register_new("_parameters", name, param)

    def register_module(self, name: str, module: Any) -> None:
        """Add a child Module, or None in the place of one."""
        self._register_new("_modules", name, module)

    add_module = register_module

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a Tensor that is no parameter; `state_dict` holds it if it is persistent."""
        self._register_new("_buffers", name, tensor)
        self._note_persistent(name, persistent)

    def _note_persistent(self, name: str, persistent: bool) -> None:
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)


# What each register holds, what that is called, and what a wrong value should have been.
REGISTERS: dict[str, tuple[type, str, str]] = {
    "_parameters": (Parameter, "parameter", "nn.Parameter"),
    "_modules": (Registers, "module", "nn.Module"),
    "_buffers": (Tensor, "buffer", "Tensor"),
}
