"""Clustering: elementwise steps of one shape that nothing outside stands between share a loop."""

from __future__ import annotations

from .lowering import Item


def clustered(items: list[Item]) -> list[Item]:
    """Return items in an order to run them in, with steps of one shape joined where they may be.

    A step may join a cluster unless a third would then have to run both before and after it.
    """
    clusters: list[list[Item]] = []
    needs: list[set[int]] = []
    home_of: list[int] = []
    for item, before in zip(items, _directly_before(items), strict=True):
        wanted = {home_of[place] for place in before}
        home = _home(item, wanted, clusters, needs)
        if home is None:
            home = len(clusters)
            clusters.append([])
            needs.append(set())
        clusters[home].append(item)
        needs[home] |= wanted - {home}
        home_of.append(home)
    return [_joined(clusters[home]) for home in _ordered(needs)]


def _directly_before(items: list[Item]) -> list[set[int]]:
    """Return for every item those that must run before it: writers of what it reads, and so on.

    What may raise comes after the changes before it and before those after it, so that an error
    leaves what eager would have left.
    """
    writer: dict[int, int] = {}
    readers: dict[int, set[int]] = {}
    raising: set[int] = set()
    changing: set[int] = set()
    found = []
    for place, item in enumerate(items):
        read, made = {one.root for one in item.reads}, {one.root for one in item.makes}
        before = {writer[root] for root in read | made if root in writer}
        for root in made:
            before |= readers.get(root, set())
        if item.may_raise():
            before |= changing
            raising.add(place)
        if item.writes or item.draws():
            before |= raising
            changing.add(place)
        found.append(before - {place})
        for root in read:
            readers.setdefault(root, set()).add(place)
        for root in made:
            writer[root], readers[root] = place, set()
    return found


def _home(
    item: Item, wanted: set[int], clusters: list[list[Item]], needs: list[set[int]]
) -> int | None:
    """Return the newest cluster that the item may join, None if there is none."""
    if not item.steps:
        return None
    for home in range(len(clusters) - 1, -1, -1):
        first = clusters[home][0]
        if (
            first.steps
            and first.steps[0].out.shape == item.steps[0].out.shape
            and home not in _all_before(wanted - {home}, needs)
            and _agree(item, clusters[home])
        ):
            return home
    return None


def _all_before(start: set[int], needs: list[set[int]]) -> set[int]:
    found: set[int] = set()
    stack = list(start)
    while stack:
        for one in needs[stack.pop()]:
            if one not in found:
                found.add(one)
                stack.append(one)
    return found | start


def _ordered(needs: list[set[int]]) -> list[int]:
    """Return the clusters in an order in which each comes after all it needs."""
    order: list[int] = []
    waiting = list(range(len(needs)))
    while waiting:
        ready = next(one for one in waiting if needs[one].issubset(order))
        waiting.remove(ready)
        order.append(ready)
    return order


def _agree(item: Item, members: list[Item]) -> bool:
    """Return whether what is written in the loop is touched there at the very same place alone."""
    together = [*members, item]
    written = {one for member in together if member.writes for one in member.makes}
    roots = {one.root for one in written}
    if len(roots) < len(written):
        # Two views of one memory: each element would be written in another order.
        return False
    made = {one.root: one for member in together for one in member.makes}
    touched = {one for member in together for one in (*member.reads, *member.makes)}
    return all(one in written for one in touched if one.root in roots) and all(
        made[one.root] == one for member in together for one in member.reads if one.root in made
    )


def _joined(items: list[Item]) -> Item:
    if len(items) == 1:
        return items[0]
    steps = tuple(step for item in items for step in item.steps)
    made = frozenset(one for item in items for one in item.makes)
    reads = frozenset(one for item in items for one in item.reads) - {
        one for one in made if not any(one.root in item.writes for item in items)
    }
    writes = frozenset().union(*(item.writes for item in items))
    return Item(steps, None, (), reads, tuple(one.makes[0] for one in items), writes)
