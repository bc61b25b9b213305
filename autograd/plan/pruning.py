"""Pruning: what nothing depends on goes, and what is computed twice is computed once."""

from __future__ import annotations

from typing import Any

from .fusion import Value
from .lowering import Item, Lowered
from .recording import Recording, rebuilt


def pruned(lowered: Lowered) -> list[Item]:
    """Return the items to run, in order; the values of `lowered` follow what is shared."""
    return _shared(lowered, _needed(lowered))


def _needed(lowered: Lowered) -> list[Item]:
    """Return the items that a result, a gradient, a number or a write depends on."""
    recording = lowered.recording
    roots = {lowered.values[slot].root for slot in kept_slots(recording)}
    items = []
    for item in reversed(lowered.items):
        lasts = item.writes or item.draws() or item.checks()
        if lasts or any(one.root in roots for one in item.makes):
            roots |= {one.root for one in item.reads}
            items.append(item)
    return items[::-1]


def kept_slots(recording: Recording) -> set[int]:
    """Return the slots whose values are left after a call: results, gradients, numbers."""
    slots = {slot for _, slot in recording.grads if slot is not None}
    slots |= {slot for _, _, slot in recording.numbers}
    rebuilt(recording.result, lambda one: slots.add(one.place))
    return slots


def _shared(lowered: Lowered, items: list[Item]) -> list[Item]:
    """Return items without those that compute again what lies in unchanged memory already."""
    written = {root for item in items for root in item.writes}
    left = {lowered.values[slot].root for slot in kept_slots(lowered.recording)}
    # Of numbers a copy is left, of arrays the memory itself: that stays apart.
    own = {
        root for root in left if lowered.recording.specs[lowered.roots[root][2]].dtype is not None
    }
    home: dict[int, int] = {}
    known: dict[Any, int] = {}
    found = []
    for item in items:
        item = _moved(item, home)
        out = item.makes[0]
        touched = {one.root for one in (*item.reads, out)}
        if item.steps and not item.writes and not touched & written:
            step = item.steps[0]
            # The text of a constant tells 1 from 1.0 and True.
            key = step.op.name, repr(step.operands), repr(step.statics), out.shape, out.dtype
            if known.setdefault(key, out.root) != out.root and out.root not in own:
                home[out.root] = known[key]
                continue
        found.append(item)
    for slot, value in lowered.values.items():
        lowered.values[slot] = _at_home(value, home)
    return found


def _moved(item: Item, home: dict[int, int]) -> Item:
    """Return an item that reads what is shared where it lies."""
    if not home.keys() & {one.root for one in item.reads}:
        return item
    return item._replace(
        steps=tuple(
            step._replace(operands=tuple(_at_home(one, home) for one in step.operands))
            for step in item.steps
        ),
        operands=tuple(_at_home(one, home) for one in item.operands),
        reads=frozenset(_at_home(one, home) for one in item.reads),
    )


def _at_home(one: Any, home: dict[int, int]) -> Any:
    return one._replace(root=home.get(one.root, one.root)) if isinstance(one, Value) else one
