"""Hooks of optimizers: what runs before and after `step`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from autograd.hooks import RemovableHandle, check_hook, entered
from autograd.live import depends_on


class StepHooks:
    """What an optimizer has to register hooks, and how its step calls them."""

    # By their handles: the kind, and the hook.
    _step_hooks: dict[RemovableHandle, tuple[str, Callable]]
    # Another object whenever a hook or a group is added, which a recorded step notices.
    _grown: object
    # Whether there was a step yet: schedules warn of one before it.
    stepped = False
    _within = False

    def register_step_pre_hook(self, hook: Callable) -> RemovableHandle:
        """Call hook(optimizer, args, kwargs) before each step; args begin with the optimizer.

        It returns None, or a tuple of the arguments and keywords to go on with.
        """
        return self._hook_step("before", hook)

    def register_step_post_hook(self, hook: Callable) -> RemovableHandle:
        """Call hook(optimizer, args, kwargs) after each step."""
        return self._hook_step("after", hook)

    def _hook_step(self, kind: str, hook: Callable) -> RemovableHandle:
        check_hook(hook)
        self._grown = object()
        return entered(self._step_hooks, (kind, hook))

    def _step_hooks_of(self, kind: str) -> list[Callable]:
        return [hook for its_kind, hook in self._step_hooks.values() if its_kind == kind]

    def _hooked_step(self, step: Callable, args: tuple, kwargs: dict[str, Any]) -> Any:
        for hook in self._step_hooks_of("before"):
            found = hook(self, args, kwargs)
            if found is None:
                continue
            if not (isinstance(found, tuple) and len(found) == 2):
                raise RuntimeError(
                    f"{type(self).__name__}.step: a hook before it must return None or a tuple of "
                    f"(new_args, new_kwargs), but got {found!r}"
                )
            args, kwargs = found
        result = step(*args, **kwargs)
        for hook in self._step_hooks_of("after"):
            hook(self, args, kwargs)
        return result


def with_hooks(step: Callable) -> Callable:
    """Return the `step` of a class of optimizers, which notes that there was one and calls hooks.

    A step that a subclass calls within its own calls none again.
    """

    @wraps(step)
    def hooked(self: StepHooks, *args: Any, **kwargs: Any) -> Any:
        self.stepped = True
        depends_on(self, "_grown", self._grown)
        for handle, entry in self._step_hooks.items():
            depends_on(self._step_hooks, handle, entry)
        if self._within or not self._step_hooks:
            return step(self, *args, **kwargs)
        self._within = True
        try:
            return self._hooked_step(step, (self, *args), kwargs)
        finally:
            self._within = False

    return hooked
