"""Containers of parameters, by position or by name; other values may stand among them."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import ItemsView, Iterable, Iterator, KeysView, ValuesView
from typing import Any, Self

from autograd import Tensor

from .module import Module
from .parameter import Parameter


class _Kept(Module):
    """Values by name, in the order of their names' first use; Tensors become parameters."""

    def __init__(self) -> None:
        super().__init__()
        self._order: dict[str, None] = {}

    def _keep(self, name: str, value: Any) -> None:
        if isinstance(value, Tensor) and not isinstance(value, Parameter):
            value = Parameter(value)
        self._order[name] = None
        setattr(self, name, value)

    def _dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._order}

    def __len__(self) -> int:
        return len(self._order)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: it has no forward."""
        raise RuntimeError(f"{type(self).__name__} should not be called.")

    def __repr__(self) -> str:
        lines = [f"    ({name}): {_told(value)}" for name, value in self._dict().items()]
        return "\n".join([f"{type(self).__name__}(", *lines, ")"])


class ParameterList(_Kept):
    """A list whose Tensors are parameters, registered under "0", "1", ..."""

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self.extend(() if values is None else values)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)([self[place] for place in range(len(self))[index]])
        return getattr(self, self._name(index))

    def __setitem__(self, index: int, value: Any) -> None:
        self._keep(self._name(index), value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._dict().values())

    def __iadd__(self, values: Iterable[Any]) -> Self:
        return self.extend(values)

    def append(self, value: Any) -> Self:
        """Add a value at the end."""
        self._keep(str(len(self)), value)
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add values at the end."""
        if isinstance(values, Tensor) or not isinstance(values, Iterable):
            raise TypeError(
                f"ParameterList: expected values in an iterable, got {type(values).__name__}; use "
                "append for one"
            )
        for value in values:
            self.append(value)
        return self

    def _name(self, index: int) -> str:
        place = operator.index(index)
        if not -len(self) <= place < len(self):
            raise IndexError(f"index {place} is out of range of {len(self)} values")
        return str(place % len(self))


class ParameterDict(_Kept):
    """Values by name; its Tensors are parameters, registered under their names."""

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        if key not in self._order:
            raise KeyError(key)
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._keep(key, value)

    def __delitem__(self, key: str) -> None:
        self[key]
        del self._order[key]
        delattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._order)

    def __or__(self, other: Any) -> ParameterDict:
        return self.copy().__ior__(other)

    def __ror__(self, other: Any) -> Any:
        made = other.copy()
        made.update(self)
        return made

    def __ior__(self, other: Any) -> Self:
        self.update(other)
        return self

    def __contains__(self, key: str) -> bool:
        return key in self._order

    def update(self, parameters: Any) -> None:
        """Add or replace values, given as a mapping or as pairs of names and values.

        Names of a mapping other than an OrderedDict or a ParameterDict are sorted, as in PyTorch.
        """
        given = parameters.items() if hasattr(parameters, "items") else parameters
        if not isinstance(parameters, OrderedDict | ParameterDict) and given is not parameters:
            given = sorted(given, key=lambda item: item[0])
        for key, value in given:
            self[key] = value

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a name, `default` if there is none."""
        return getattr(self, key) if key in self._order else default

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return the value of a name, which is `default` if there was none."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str) -> Any:
        """Remove the value of a name, and return it."""
        value = self[key]
        del self[key]
        return value

    def popitem(self) -> tuple[str, Any]:
        """Remove the newest name and value, and return both."""
        key = next(reversed(self._order))
        return key, self.pop(key)

    def clear(self) -> None:
        """Remove all values."""
        for key in list(self):
            del self[key]

    def copy(self) -> ParameterDict:
        """Return another one of the same values."""
        return type(self)(self.items())

    def fromkeys(self, keys: Iterable[str], default: Any = None) -> ParameterDict:
        """Return another one with these names, all of one value."""
        return type(self)((key, default) for key in keys)

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self._order.keys()

    def values(self) -> ValuesView[Any]:
        """Return the values."""
        return self._dict().values()

    def items(self) -> ItemsView[str, Any]:
        """Return pairs of names and values."""
        return self._dict().items()


def _told(value: Any) -> str:
    if not isinstance(value, Tensor):
        return f"Object of type: {type(value).__name__}"
    kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
    size = "x".join(map(str, value.shape))
    return f"{kind} containing: [torch.{value.dtype} of size {size}]"
