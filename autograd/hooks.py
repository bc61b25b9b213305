"""Hooks: functions of the user's that a pass calls on its way, and the handles that remove them."""

from __future__ import annotations

from typing import Any

from .generating import SHARED
from .live import lifted, parts_changed

# Whether any Tensor ever got a hook: passes look for them only then.
hooked = [False]


class RemovableHandle:
    """What registering a hook returns: remove(), or the end of a `with` block, takes it away."""

    def __init__(self, hooks: dict[RemovableHandle, Any]) -> None:
        self._hooks = hooks

    def remove(self) -> None:
        """Take the hook away; done twice, it does nothing."""
        self._hooks.pop(self, None)
        parts_changed[0] = object()

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def check_hook(hook: Any) -> None:
    """Raise TypeError if what is given as a hook cannot be called."""
    if not callable(hook):
        raise TypeError(f"a hook must be a function, got {type(hook).__name__}")


def entered(hooks: dict, hook: Any, prepend: bool = False) -> RemovableHandle:
    """Enter a hook into a dict of them, first if it is to be called first; return its handle."""
    handle = RemovableHandle(hooks)
    earlier = dict(hooks) if prepend else {}
    if prepend:
        hooks.clear()
    hooks[handle] = hook
    hooks.update(earlier)
    parts_changed[0] = object()
    return handle


def hooks_of(node: Any, kind: str) -> dict:
    """Return the hooks of a node: of "hooks", or on leaves of "after_hooks"; made if need be."""
    hooked[0] = True
    if not hasattr(node, kind):
        setattr(node, kind, {})
    return getattr(node, kind)


def shown(node: Any, cotangent: Any) -> Any:
    """Return the cotangent of a node after its hooks, each of which may return another one."""
    given = cotangent if hasattr(cotangent, "node") else SHARED["wrap"](cotangent)
    for hook in list(node.hooks.values()):
        found = hook(given)
        if found is None:
            continue
        if not hasattr(found, "node"):
            raise TypeError(
                f"hook {getattr(hook, '__name__', hook)} returned {_told(found)}; expected a "
                "Tensor, or None"
            )
        if found.shape != given.shape or found.dtype != given.dtype:
            raise RuntimeError(
                f"hook {getattr(hook, '__name__', hook)} returned {_told(found)} for a gradient of "
                f"{_told(given)}; return one like it, or None"
            )
        given = found
    return given if hasattr(cotangent, "node") else lifted(given)


def call_after(one: Any) -> None:
    """Call the hooks of a leaf whose gradient has arrived."""
    for hook in list(getattr(one.node, "after_hooks", {}).values()):
        hook(one)


def _told(one: Any) -> str:
    shape = getattr(one, "shape", None)
    return type(one).__name__ if shape is None else f"shape {tuple(shape)} and {one.dtype}"
