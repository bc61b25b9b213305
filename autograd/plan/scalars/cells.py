"""`data` and `grad` of Scalars while some thread records: properties that ask the thread's trace.

What they hold stays plain numbers throughout, for whoever else looks at them.
"""

from __future__ import annotations

import threading
from typing import Any

from ...graph import modes
from ...scalars import Scalar

SLOTS: dict[str, Any] = {name: vars(Scalar)[name] for name in ("data", "grad")}
_lock = threading.Lock()
_traces = 0


def count_traces(step: int) -> None:
    """Count one more (1) or one fewer (-1) trace; while there is one, Scalars are watched."""
    global _traces
    with _lock:
        _traces += step
        for name, slot in SLOTS.items():
            setattr(Scalar, name, _watched(name) if _traces else slot)


def _watched(name: str) -> property:
    slot = SLOTS[name]

    def read(scalar: Scalar) -> Any:
        trace = modes.scalars
        return slot.__get__(scalar) if trace is None else trace.read(scalar, name)

    def write(scalar: Scalar, value: Any) -> None:
        if modes.scalars is None:
            slot.__set__(scalar, value)
        else:
            modes.scalars.write(scalar, name, value)

    return property(read, write)
