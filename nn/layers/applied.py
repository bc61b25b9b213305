"""Layers that apply one function of `functional` with options kept: most layers without state."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature, get_annotations
from typing import Any, dataclass_transform

from ..module import Module


@dataclass_transform(eq_default=False)
class Applied(Module):
    """A function, and options for it that are attributes.

    A subclass is `class ELU(Applied, function=functional.elu)` with the options as annotations, in
    the order of the constructor and with their defaults; kw_only: given by name alone. trains: the
    function is given `training` too. `shown` is the format of the repr, by default all options but
    `inplace`, which is shown when it is on. Options named in `held` are Tensors or None, and belong
    to the state as buffers. A further subclass without such keywords is an ordinary Module.
    """

    _function: Callable
    _given: tuple[str, ...] = ()
    _shown: str | None = None
    _held: frozenset[str] = frozenset()

    def __init_subclass__(
        cls,
        function: Callable | None = None,
        shown: str | None = None,
        trains: bool = False,
        held: tuple[str, ...] = (),
        kw_only: bool = False,
    ) -> None:
        super().__init_subclass__()
        declares = function is not None or shown is not None
        own = [name for name in get_annotations(cls) if name[0] != "_"]
        if declares and own:
            cls._options = tuple(own)
            cls.__signature__ = Signature(  # type: ignore[attr-defined]
                [_parameter(name, cls.__dict__.get(name, Parameter.empty), kw_only) for name in own]
            )
            for name in own:
                # A default on the class would hide what a register holds by the name.
                if name in cls.__dict__:
                    delattr(cls, name)
        if function is not None:
            cls._function = staticmethod(function)
        cls._given = (*cls._options, "training") if trains else cls._options
        cls._shown = shown if shown is not None else cls._shown
        cls._held = frozenset(held) or cls._held

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        signature = getattr(type(self), "__signature__", Signature())
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}{signature}: {error}") from None
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            if name in self._held:
                self.register_buffer(name, value)
            else:
                setattr(self, name, value)
        self.prepare()

    def prepare(self) -> None:
        """Check the options, or complete them, once they are there; subclasses override it."""

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """Apply the function to its inputs, given as its own arguments are."""
        options = {name: getattr(self, name) for name in self._given}
        return self._function(*inputs, **named, **options)

    def extra_repr(self) -> str:
        """Return the options."""
        values = {name: getattr(self, name) for name in self._options}
        if self._shown is not None:
            return self._shown.format_map(values)
        return ", ".join(
            f"{name}={value!r}" for name, value in values.items() if name != "inplace" or value
        )


def _parameter(name: str, default: Any, kw_only: bool) -> Parameter:
    kind = Parameter.KEYWORD_ONLY if kw_only else Parameter.POSITIONAL_OR_KEYWORD
    return Parameter(name, kind, default=default)
