"""Containers: Modules that hold others by position."""

from __future__ import annotations

import operator
from collections.abc import ItemsView, Iterable, Iterator, KeysView, ValuesView
from itertools import groupby
from typing import Any, Self

from autograd.live import depends_on_module, parts_changed

from . import layers
from .module import Module


class _Container(Module):
    """Modules that are looked at without a call."""

    def _held(self) -> dict[str, Any]:
        """Return the Modules by name; a compiled step that asks for them notices any change."""
        depends_on_module(self)
        return self._modules

    def __len__(self) -> int:
        return len(self._held())


class _Numbered(_Container):
    """Modules in a row, registered under "0", "1", ... (or names of their own)."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self._held().values())

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            kind: Any = type(self)
            return kind(self._part(index))
        return self._held()[self._name(index)]

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name(index), module)

    def __delitem__(self, index: int | slice) -> None:
        modules = list(self)
        del modules[index]
        self._renumber(modules)

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def append(self, module: Module) -> Self:
        """Add a Module at the end."""
        _check_module(str(len(self)), module)
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add Modules at the end."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Add a Module before position `index`."""
        modules = list(self)
        if not -len(self) <= index <= len(self):
            raise IndexError(f"index {index} is out of range of {len(self)} modules; use append")
        modules.insert(index, module)
        self._renumber(modules)
        return self

    def pop(self, index: int | slice = -1) -> Any:
        """Remove the Module at position `index`, and return it."""
        module = self[index]
        del self[index]
        return module

    def _part(self, index: slice) -> Any:
        return list(self)[index]

    def _name(self, index: int) -> str:
        position = operator.index(index)
        if not -len(self) <= position < len(self):
            raise IndexError(f"index {position} is out of range of {len(self)} modules")
        return list(self._modules)[position]

    def _renumber(self, modules: list[Module]) -> None:
        self._modules.clear()
        parts_changed[0] = object()
        self.extend(modules)


class Sequential(_Numbered):
    """A chain of Modules: the output of each is the input of the next.

    Sequential(first, second, ...), or Sequential of one dict, whose keys name the Modules.
    """

    def __init__(self, *modules: Any) -> None:
        super().__init__()
        if len(modules) == 1 and isinstance(modules[0], dict):
            for name, module in modules[0].items():
                _check_module(name, module)
                self.add_module(name, module)
        else:
            self.extend(modules)

    def __add__(self, other: Sequential) -> Sequential:
        if not isinstance(other, Sequential):
            raise ValueError(
                f"Sequential: only another Sequential can be added, but {type(other).__name__} is "
                "given; use extend, or Sequential(*modules)"
            )
        return Sequential(*self, *other)

    def __mul__(self, times: int) -> Sequential:
        return Sequential(*list(self) * _checked_times(times))

    __rmul__ = __mul__

    def __imul__(self, times: int) -> Self:
        return self.extend(list(self) * (_checked_times(times) - 1))

    def forward(self, input: Any) -> Any:
        """Send the input through all Modules."""
        for module in self._modules.values():
            input = module(input)
        return input

    def _part(self, index: slice) -> Any:
        return dict(list(self._modules.items())[index])


class ModuleList(_Numbered):
    """A list of Modules whose parameters count; its owner's `forward` says how they are used."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        self.extend(() if modules is None else modules)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def _child_lines(self) -> list[str]:
        """Return a line for each run of Modules that read the same: (0-1): 2 x Linear(...)."""
        lines, start = [], 0
        for text, run in groupby(self._child_texts()):
            size = len(list(run))
            end = start + size - 1
            place = f"({start}): " if size == 1 else f"({start}-{end}): {size} x "
            lines.append(place + text)
            start += size
        return lines


class ModuleDict(_Container):
    """Modules by name, whose parameters count; its owner's `forward` says how they are used."""

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._held())

    def __contains__(self, key: str) -> bool:
        return key in self._held()

    def __getitem__(self, key: str) -> Any:
        return self._held()[key]

    def __setitem__(self, key: str, module: Module) -> None:
        _check_module(key, module)
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]
        parts_changed[0] = object()

    def update(self, modules: Any) -> None:
        """Add or replace Modules, given as a mapping or as pairs of names and Modules."""
        for key, module in modules.items() if hasattr(modules, "items") else modules:
            self[key] = module

    def pop(self, key: str) -> Any:
        """Remove the Module of a name, and return it."""
        module = self[key]
        del self[key]
        return module

    def clear(self) -> None:
        """Remove all Modules."""
        for key in list(self):
            del self[key]

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self._held().keys()

    def values(self) -> ValuesView[Any]:
        """Return the Modules."""
        return self._held().values()

    def items(self) -> ItemsView[str, Any]:
        """Return pairs of names and Modules."""
        return self._held().items()


def _checked_times(times: Any) -> int:
    if not isinstance(times, int):
        raise TypeError(f"Sequential: * takes an int, got {type(times).__name__}")
    if times <= 0:
        raise ValueError(f"Sequential: the factor of * must be positive, got {times}")
    return times


def _check_module(name: str, module: Any) -> None:
    if module is None or isinstance(module, Module):
        return
    if isinstance(module, type):
        cure = f"make one: nn.{module.__name__}(...)"
    elif isinstance(module, list | tuple):
        cure = "spread it: Sequential(*modules)"
    else:
        cure = f"write nn.{_layer_like(module)}()"
    raise TypeError(
        f"cannot assign {type(module).__name__!r} object to module {name!r} (nn.Module or None "
        f"required); {cure}"
    )


def _layer_like(function: Any) -> str:
    """Return the name of the layer that computes `function`, as ReLU does relu."""
    name = getattr(function, "__name__", "").replace("_", "")
    return {layer.lower(): layer for layer in vars(layers)}.get(name, "Module")
