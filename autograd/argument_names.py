"""What arguments are called: PyTorch's names, and the names that NumPy's users give to some."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

# What PyTorch calls the array arguments of most functions; rules keep to one letter.
PUBLIC = {"x": "input", "a": "input", "b": "other"}
ALIASES = {"dim": "axis", "keepdim": "keepdims"}
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "..."})()


def renamed(text: str, names: dict[str, str]) -> str:
    """Return code in which variables, and what is derived of them, have their public names."""
    known = re.compile(rf"\b({'|'.join(names)})(_array|_node)?\b")
    return known.sub(lambda found: names[found[1]] + (found[2] or ""), text) if names else text


def with_aliases(signature: str, lines: list[str]) -> tuple[str, list[str]]:
    """Return a signature that takes the aliases too, and lines that heed them.

    An argument without a default has no alias.
    """
    parts = signature.split(", ")
    optional = {part.partition("=")[0] for part in parts if "=" in part}
    found = [pair for pair in ALIASES.items() if pair[0] in optional]
    if not found:
        return signature, lines
    star = any(part.startswith("*") for part in parts)
    added = "".join(f", {alias}=ABSENT" for _, alias in found)
    heeded = [f"if {alias} is not ABSENT: {name} = {alias}" for name, alias in found]
    return signature + ("" if star else ", *") + added, heeded + lines


def aliased(function: Callable) -> Any:
    """Let a function of `dim` and `keepdim` take `axis` and `keepdims` in their place.

    A `dim` without a default stays one that must be given, under either name.
    """
    parameters = inspect.signature(function).parameters.values()
    kept = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]
    names = {one.name: one.default for one in parameters}
    needed = names.get("dim") is inspect.Parameter.empty
    if needed:
        names["dim"] = ABSENT
    texts = [
        one if names[one] is inspect.Parameter.empty else f"{one}=default_{one}" for one in names
    ]
    place = len(names) - len(kept)
    signature = ", ".join([*texts[:place], *(["*"] if kept else []), *texts[place:]])
    given = [f"{one}={one}" if one in kept else one for one in names]
    lines = ["if dim is ABSENT: raise missing()"] if needed else []
    signature, lines = with_aliases(signature, [*lines, f"return function({', '.join(given)})"])
    own = {f"default_{name}": default for name, default in names.items()}
    own |= {"function": function, "ABSENT": ABSENT}
    own["missing"] = lambda: TypeError(f"{function.__name__.rstrip('_')}: missing argument dim")
    body = "\n".join(f"    {line}" for line in lines)
    exec(compile(f"def call({signature}):\n{body}", f"<autograd {function.__name__}>", "exec"), own)
    return functools.wraps(function)(own["call"])
