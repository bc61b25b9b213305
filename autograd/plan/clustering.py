"""Clustering: elementwise steps of one shape that nothing outside stands between share a loop."""

from __future__ import annotations

from .lowering import Item

# Of so many steps a loop takes in no more that touch none of its arrays: the kernels of a deep
# net, whose parameters have one shape, are to be the kernels of a shallow one.
LARGE = 24


class _Cluster:
    """Items of one loop, or one item alone; needs are the clusters that must run before it."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.needs: set[int] = set()
        self.touched: set[int] = set()

    def add(self, item: Item, touched: set[int]) -> None:
        """Take in an item, which touches the memory of these arrays."""
        self.items.append(item)
        self.touched |= touched


def clustered(items: list[Item]) -> list[Item]:
    """Return items in an order to run them in, with steps of one shape joined where they may be.

    A step may join a cluster unless a third would then have to run both before and after it.
    """
    clusters: list[_Cluster] = []
    home_of: list[int] = []
    for item, before in zip(items, _directly_before(items), strict=True):
        wanted = {home_of[place] for place in before}
        touched = {one.root for one in (*item.reads, *item.makes) if one.shape}
        home = _home(item, wanted, touched, clusters)
        if home is None:
            home = len(clusters)
            clusters.append(_Cluster())
        clusters[home].add(item, touched)
        clusters[home].needs |= wanted - {home}
        home_of.append(home)
    return [_joined(clusters[home].items) for home in _ordered(clusters)]


def _directly_before(items: list[Item]) -> list[set[int]]:
    """Return for every item those that must run before it: writers of what it reads, and so on.

    What may raise comes after the changes before it and before those after it, so that an error
    leaves what eager would have left.
    """
    writer: dict[int, int] = {}
    readers: dict[int, set[int]] = {}
    raising: set[int] = set()
    changing: set[int] = set()
    drawing: set[int] = set()
    found = []
    for place, item in enumerate(items):
        read, made = {one.root for one in item.reads}, {one.root for one in item.makes}
        before = {writer[root] for root in read | made if root in writer}
        for root in made:
            before |= readers.get(root, set())
        if item.may_raise():
            before |= changing
            raising.add(place)
        if item.draws():
            before |= drawing
            drawing.add(place)
        if item.writes or item.draws():
            before |= raising
            changing.add(place)
        found.append(before - {place})
        for root in read:
            readers.setdefault(root, set()).add(place)
        for root in made:
            writer[root], readers[root] = place, set()
    return found


def _home(item: Item, wanted: set[int], touched: set[int], clusters: list[_Cluster]) -> int | None:
    """Return the newest cluster that the item may join, None if there is none."""
    if not item.steps:
        return None
    shape = item.steps[0].out.shape
    barred = _all_before(wanted, clusters)
    for home in range(len(clusters) - 1, -1, -1):
        members = clusters[home].items
        if (
            members[0].steps
            and members[0].steps[0].out.shape == shape
            and (len(members) < LARGE or touched & clusters[home].touched)
            and home not in barred
            and _agree(item, members)
        ):
            return home
    return None


def _all_before(start: set[int], clusters: list[_Cluster]) -> set[int]:
    """Return the clusters that must run before some of those in `start`."""
    found: set[int] = set()
    stack = list(start)
    while stack:
        more = clusters[stack.pop()].needs - found
        found |= more
        stack += more
    return found


def _ordered(clusters: list[_Cluster]) -> list[int]:
    """Return the clusters in an order in which each comes after all it needs."""
    order: dict[int, None] = {}
    waiting = list(range(len(clusters)))
    while waiting:
        ready = next(one for one in waiting if clusters[one].needs <= order.keys())
        waiting.remove(ready)
        order[ready] = None
    return list(order)


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
