"""Where in a model an error arose: the path of the layer goes into its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .module import Module

# Errors of other classes tell something of their own, and are left as they are.
KINDS = (RuntimeError, ValueError, TypeError, IndexError, NotImplementedError)
LONGEST = 80


def name_layer(error: Exception, module: Module) -> None:
    """Let an error that passes through a Module tell the path from there to where it arose.

    Called by each Module on its way out, so that the last one to do so gives the whole path. An
    error that is raised once more, by a part of the last one, begins anew.
    """
    if type(error) not in KINDS or len(error.args) != 1 or not isinstance(error.args[0], str):
        return
    known = getattr(error, "_raised_in", None)
    inner, text, below, path = known or (module, error.args[0], module, "")
    if _name_in(below, module):
        inner, path = module, ""
    else:
        path = ".".join(name for name in (_name_in(module, below), path) if name)
    error._raised_in = inner, text, module, path  # type: ignore[attr-defined]
    place = f"{path!r} ({_told(inner)})" if path else _told(inner)
    error.args = (f"layer {place}: {text}",)


def _name_in(module: Module, below: Module) -> str:
    """Return the path of a Module below another one, "" where it is no part of it."""
    return next((path for path, one in module.named_modules() if one is below), "")


def _told(module: Module) -> str:
    text = repr(module)
    return text if "\n" not in text and len(text) <= LONGEST else type(module).__name__
