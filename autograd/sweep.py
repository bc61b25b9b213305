"""The backward pass: from the newest node to the oldest, rule by rule, summing as it goes.

Here alone broadcasting is undone, and a rule whose gradient does not fit its argument is refused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from . import versions
from .anomaly import refusing_nan
from .dtypes import NUMBERS
from .generating import FLAGGED
from .graph import Node, exceptional, modes, reverse_order
from .hooks import hooked, shown
from .ops.reduce import total
from .versions import changed_since


def sweep(
    seeds: dict[Any, Any],
    pull: Callable[[Any, Any, tuple], tuple] | None = None,
    wanted: Iterable[Any] | None = None,
    retain: bool = False,
) -> tuple[dict[Any, Any], set[Any]]:
    """Return the cotangents of all leaves, watched and wanted nodes below `seeds`.

    seeds gives the cotangents of the nodes to start from; pull(node, g, parents) applies the rules
    of a node, by default to what it kept. With `wanted`, only nodes on the way to a wanted node
    are visited. Unless `retain`, what visited nodes kept is freed. Also returns the nodes whose
    cotangent is an array nothing else refers to.
    """
    wanted = None if wanted is None else set(wanted)
    order = reverse_order(seeds, wanted)
    if exceptional[0] and modes.anomaly and modes.checks_nan:
        pull = refusing_nan(pull or _pull_arrays)
    visited = None if wanted is None else set(order)
    cotangents = dict(seeds)
    owned: set[Any] = set()
    for node in order:
        if hooked[0] and node in cotangents and hasattr(node, "hooks"):
            cotangents[node] = shown(node, cotangents[node])
            owned.discard(node)
        parents = node.parents
        if not parents or node not in cotangents:
            continue
        kept = node.kept
        if kept is None or versions.latest > node.number:
            check_kept(node)
        watched = hasattr(node, "watcher") or (wanted is not None and node in wanted)
        g = cotangents[node] if watched else cotangents.pop(node)
        if visited is not None:
            parents = tuple(parent if parent in visited else None for parent in parents)
        try:
            gradients = node.op.pull(kept, g, parents) if pull is None else pull(node, g, parents)
        except FLAGGED:
            gradients = _silently(pull or _pull_arrays, node, g, parents)
        for parent, gradient in zip(parents, gradients):  # noqa: B905 (a rule may leave out the last)
            if parent is None or gradient is None:
                continue
            if (
                type(gradient) is not ndarray
                or gradient.shape != parent.shape
                or gradient.dtype is not parent.dtype
            ):
                gradient = fitted(gradient, parent, node)
            if parent not in cotangents:
                cotangents[parent] = gradient
                if not parent.parents and _exclusive(gradient, g, kept, gradients):
                    owned.add(parent)
            else:
                cotangents[parent] = _sum(cotangents[parent], gradient, parent in owned)
                owned.add(parent)
        if kept and not retain and node.op.frees:
            node.kept = None
    return cotangents, owned


def _silently(function: Callable, *args: Any) -> Any:
    """Infinity and nan are results: only a user's own filter or errstate leads here."""
    with np.errstate(all="ignore"):
        return function(*args)


def _pull_arrays(node: Any, g: Any, parents: tuple) -> tuple:
    return node.op.pull(node.kept, g, parents)


def _sum(earlier: Any, gradient: Any, owned: bool) -> Any:
    if owned and type(earlier) is type(gradient) is ndarray:
        return _silently(np.add, earlier, gradient, earlier)
    try:
        return _array(earlier + gradient)
    except FLAGGED:
        return _array(_silently(operator.add, earlier, gradient))


def _array(gradient: Any) -> Any:
    # NumPy makes a scalar of 0-d arrays, into which the next gradient could not be added.
    return np.asarray(gradient) if isinstance(gradient, np.generic) else gradient


def _exclusive(gradient: Any, g: Any, kept: tuple, gradients: tuple) -> bool:
    """Return whether a gradient is an array of its own: no view, not g, not kept or given twice."""
    if gradient is g or getattr(gradient, "base", g) is not None:
        return False
    uses = 0
    for value in kept + gradients:
        if value is gradient:
            uses += 1
    return uses < 2


def check_kept(node: Any) -> None:
    """Raise RuntimeError if what `node` kept is freed or has changed since."""
    if node.kept is None:
        raise RuntimeError(
            f"backward: trying to go through the graph a second time, but what {node.op.name} kept "
            "is freed; detach() what comes from an earlier step, such as a hidden state, or call "
            "the first backward with retain_graph=True"
        )
    change = changed_since(node.number, node.kept)
    if change is not None:
        where = getattr(node, "line", "a line that detect_anomaly() tells")
        at = f" at {change.line}" if change.line else ""
        raise RuntimeError(
            f"backward: a value that {node.op.name} kept (at {where}), needed for gradient "
            f"computation, has been modified by an inplace operation ({change.by}){at}; change a "
            "clone(), or change it after backward()"
        )


def fitted(gradient: Any, parent: Any, node: Any) -> Any:
    """Return the gradient summed over broadcast axes; refuse any other difference from its parent.

    The gradient of a Scalar always fits.
    """
    if type(gradient) in NUMBERS and type(parent) is not Node:
        return gradient
    if not hasattr(gradient, "shape"):
        gradient = np.asarray(gradient)
    if gradient.shape != parent.shape:
        gradient = _unbroadcast(gradient, parent.shape) if node.op.broadcasts else gradient
        if gradient.shape != parent.shape:
            raise _wrong(node, f"shape {tuple(gradient.shape)}", f"shape {tuple(parent.shape)}")
    if gradient.dtype != parent.dtype:
        raise _wrong(node, f"dtype {gradient.dtype}", f"dtype {parent.dtype}")
    return _array(gradient)


def _wrong(node: Any, got: str, want: str) -> RuntimeError:
    return RuntimeError(
        f"a derivative rule of op {node.op.name} returned a gradient of {got} for an argument of "
        f"{want}; mend the rule"
    )


def _unbroadcast(gradient: Any, shape: tuple) -> Any:
    extra = gradient.ndim - len(shape)
    if extra < 0:
        return gradient
    sizes = zip(gradient.shape[extra:], shape, strict=True)
    repeated = tuple(extra + i for i, (have, want) in enumerate(sizes) if have != want == 1)
    if repeated:
        gradient = total(gradient, repeated, True)
    return total(gradient, tuple(range(extra))) if extra else gradient
