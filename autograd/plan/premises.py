"""What a recording takes for granted: what else decides which operations a step runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import is_
from typing import Any

from ..dtypes import NUMBERS
from ..live import parts_changed
from ..tensors import Tensor


class Premises:
    """What was so of Tensors, Modules and optimizers when a step first asked for it.

    Noted once for each: whether a Tensor that the step found requires grad, whether a leaf had a
    gradient, the parts of a Module in their order, and facts, the values of attributes or entries:
    of a bool its truth is meant, of a number its value, of anything else the object itself.
    """

    def __init__(self) -> None:
        self._graph: dict[int, tuple[Tensor, bool]] = {}
        self._gradients: dict[int, tuple[Tensor, bool]] = {}
        self._modules: dict[int, Any] = {}
        # With the name of the class whose they are, for words about them.
        self._parts: dict[int, tuple[dict, dict, str]] = {}
        self._facts: dict[tuple[int, Any], tuple[dict, Any, Any, str]] = {}
        # What `parts_changed` held when the parts were last seen to be the same.
        self._seen: list[object] = [None]

    def note_graph(self, tensor: Tensor) -> None:
        """Note whether a Tensor requires grad."""
        self._graph.setdefault(id(tensor), (tensor, tensor.node is not None))

    def note_gradient(self, tensor: Tensor, grad: Any) -> None:
        """Note whether a leaf had a gradient."""
        tensor._grad = grad
        self._gradients.setdefault(id(tensor), (tensor, grad is not None))

    def note_module(self, module: Any) -> None:
        """Note mode, options and parts of a Module and of all below it."""
        if id(module) in self._modules:
            return
        self._modules[id(module)] = module
        for name in ("training", *module._options):
            # What is not there is a part, and among those of a register.
            if name in vars(module):
                self.note_fact(module, name, vars(module)[name])
        for register in module._registers():
            self._parts[id(register)] = register, register.copy(), type(module).__name__
        for child in module.children():
            self.note_module(child)

    def note_part(self, module: Any, register: dict, name: str) -> None:
        """Note one entry of a register of a Module, unless all of that Module is noted."""
        if id(module) not in self._modules:
            self.note_fact(register, name, register[name], type(module).__name__)

    def note_fact(self, holder: Any, name: Any, value: Any, kind: str = "") -> None:
        """Note the value of `holder[name]` if it is a dict, else of its own attribute `name`.

        kind is what `changed` calls the holder, by default its class.
        """
        entries = holder if isinstance(holder, dict) else vars(holder)
        kind = kind or type(holder).__name__
        self._facts.setdefault((id(holder), name), (entries, name, value, kind))

    @property
    def tensors(self) -> list[Tensor]:
        """The Tensors of which it matters whether they require grad."""
        return [tensor for tensor, _ in self._graph.values()]

    @property
    def leaves(self) -> list[Tensor]:
        """The leaves of which it matters whether they have a gradient."""
        return [leaf for leaf, _ in self._gradients.values()]

    @property
    def mappings(self) -> list[dict]:
        """The dicts whose entries are facts."""
        return [entries for entries, *_ in self._facts.values()]

    def lacks_gradient(self, leaf: Tensor) -> bool:
        """Return whether it matters that a leaf has no gradient before a call."""
        return id(leaf) in self._gradients and not self._gradients[id(leaf)][1]

    def hold(self) -> bool:
        """Return whether all is still so."""
        return (
            all((tensor.node is not None) is truth for tensor, truth in self._graph.values())
            and all((leaf._grad is not None) is truth for leaf, truth in self._gradients.values())
            and all(
                name in entries and _agrees(entries[name], value)
                for entries, name, value, _ in self._facts.values()
            )
            and (self._seen[0] is parts_changed[0] or self._parts_hold())
        )

    def _parts_hold(self) -> bool:
        same = all(_same_parts(register, parts) for register, parts, _ in self._parts.values())
        self._seen[0] = parts_changed[0] if same else None
        return same

    def changed(self) -> str:
        """Return the name of the first attribute or part that is not as it was, "" if all are."""
        for entries, name, value, kind in self._facts.values():
            if name not in entries or not _agrees(entries[name], value):
                return f"{kind}.{name}" if type(name) is str else kind
        for register, parts, kind in self._parts.values():
            for name in register | parts:
                if register.get(name) is not parts.get(name):
                    return f"{kind}.{name}" if type(name) is str else kind
        return ""

    def conditions(self, name: Callable[[Any], str]) -> Iterator[str]:
        """Yield Python's source of what `hold` looks at; name(one) is how to call an object.

        The parts of Modules are taken to be as `hold` saw them if none has changed since.
        """
        yield f"{name(parts_changed)}[0] is {name(self._seen)}[0]"
        for tensor, truth in self._graph.values():
            yield f"{name(tensor)}.node is {'not ' if truth else ''}None"
        for leaf, truth in self._gradients.values():
            yield f"{name(leaf)}._grad is {'not ' if truth else ''}None"
        for entries, key, value, _ in self._facts.values():
            entry = f"{name(entries)}.get({repr(key) if type(key) is str else name(key)})"
            if type(value) is bool:
                yield entry if value else f"not {entry}"
            else:
                yield f"{entry} is {name(value)}"


def _agrees(now: Any, value: Any) -> bool:
    if now is value:
        return True
    return bool(now) is value if type(value) is bool else type(now) in NUMBERS and now == value


def _same_parts(register: dict, parts: dict) -> bool:
    return [*register] == [*parts] and all(map(is_, register.values(), parts.values()))
