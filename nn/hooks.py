"""Hooks of Modules: what runs before and after `forward`, and when gradients pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import autograd
from autograd import Tensor
from autograd.hooks import RemovableHandle, check_hook, entered


class HookMethods:
    """What a Module has to register hooks, and how it calls them."""

    # By their handles: kind, hook, and how it is called.
    _hooks: dict[RemovableHandle, tuple]

    def _hooked(self, kind: str, hook: Callable, prepend: bool, *how: bool) -> RemovableHandle:
        check_hook(hook)
        return entered(self._hooks, (kind, hook, *how), prepend)

    def _hooks_of(self, kind: str) -> list[tuple]:
        return [entry[1:] for entry in self._hooks.values() if entry[0] == kind]

    def register_forward_pre_hook(
        self, hook: Callable, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call hook(module, args) before `forward`; what it returns are the new arguments.

        with_kwargs: hook(module, args, kwargs), which returns both or None.
        """
        return self._hooked("before", hook, prepend, with_kwargs)

    def register_forward_hook(
        self,
        hook: Callable,
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call hook(module, args, output) after `forward`; what it returns is the new output.

        with_kwargs: hook(module, args, kwargs, output). always_call: also where `forward` raised,
        with None as the output.
        """
        return self._hooked("after", hook, prepend, with_kwargs, always_call)

    def register_full_backward_pre_hook(
        self, hook: Callable, prepend: bool = False
    ) -> RemovableHandle:
        """Call hook(module, grad_output) when the gradients of the outputs are there.

        What it returns takes their place.
        """
        return self._hooked("before backward", hook, prepend)

    def register_full_backward_hook(self, hook: Callable, prepend: bool = False) -> RemovableHandle:
        """Call hook(module, grad_input, grad_output) when the gradients of the inputs are there.

        Both are tuples, None for what is no Tensor in the graph; what it returns takes the place of
        grad_input.
        """
        return self._hooked("backward", hook, prepend)

    def _call_hooked(self, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Run `forward` with all hooks around it."""
        for hook, with_kwargs in self._hooks_of("before"):
            found = hook(self, args, kwargs) if with_kwargs else hook(self, args)
            if found is not None and with_kwargs:
                args, kwargs = found
            elif found is not None:
                args = found if isinstance(found, tuple) else (found,)
        passing = _Passing(self)
        args = passing.taken(args)
        try:
            output = self.forward(*args, **kwargs)  # type: ignore[attr-defined]
        except BaseException:
            for hook, with_kwargs, always in self._hooks_of("after"):
                if always:
                    hook(self, args, kwargs, None) if with_kwargs else hook(self, args, None)
            raise
        for hook, with_kwargs, _ in self._hooks_of("after"):
            found = hook(self, args, kwargs, output) if with_kwargs else hook(self, args, output)
            output = output if found is None else found
        return passing.given(output)


class _Passing:
    """One call of a Module whose backward hooks see its gradients.

    Inputs and outputs go through views, whose own hooks wait for all gradients of their side.
    """

    def __init__(self, module: Any) -> None:
        self._module = module
        self._hooks = module._hooks_of("backward")
        self._before = module._hooks_of("before backward")
        self._outputs: tuple = ()
        self._watches_inputs = False

    def taken(self, args: tuple) -> tuple:
        """Return arguments whose gradients the hooks will see."""
        if not self._hooks:
            return args
        watched = _watched(args, self._inputs_arrived)
        self._watches_inputs = any(
            one is not other for one, other in zip(args, watched, strict=True)
        )
        return watched

    def given(self, output: Any) -> Any:
        """Return outputs whose gradients the hooks will see."""
        if not self._hooks and not self._before:
            return output
        if isinstance(output, tuple):
            return _watched(output, self._outputs_arrived)
        return _watched((output,), self._outputs_arrived)[0]

    def _outputs_arrived(self, gradients: tuple) -> tuple:
        for (hook,) in self._before:
            gradients = _replaced(gradients, hook(self._module, gradients))
        self._outputs = gradients
        if self._hooks and not self._watches_inputs:
            self._inputs_arrived((None,))
        return gradients

    def _inputs_arrived(self, gradients: tuple) -> tuple:
        for (hook,) in self._hooks:
            gradients = _replaced(gradients, hook(self._module, gradients, self._outputs))
        return gradients


def _replaced(gradients: tuple, found: Any) -> tuple:
    """Return what a hook returned as gradients, those that there were for None."""
    if found is None:
        return gradients
    found = found if isinstance(found, tuple) else (found,)
    if len(found) != len(gradients):
        raise RuntimeError(
            f"a backward hook returned {len(found)} gradients, expected {len(gradients)}"
        )
    return found


def _watched(values: tuple, arrived: Callable) -> tuple:
    """Return values with views for all Tensors in the graph; arrived(gradients) sees theirs.

    It is called with the last of them, and returns what takes their place: of several Tensors that
    is possible for the last one alone.
    """
    places = [
        place
        for place, one in enumerate(values)
        if isinstance(one, Tensor) and one.requires_grad and autograd.is_grad_enabled()
    ]
    seen: dict[int, Tensor] = {}
    made = list(values)

    def hook(place: int, gradient: Tensor) -> Tensor | None:
        seen[place] = gradient
        if len(seen) < len(places):
            return None
        found = arrived(tuple(seen.get(one) for one in range(len(values))))
        seen.clear()
        return found[place]

    for place in places:
        made[place] = values[place].reshape(values[place].shape)
        made[place].register_hook(partial(hook, place))
    return tuple(made)
