"""The backward pass: from the newest node to the oldest, rule by rule, summing as it goes.

Here alone broadcasting is undone, and a rule whose gradient does not fit its argument is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from .graph import reverse_order
from .ops.reduce import total
from .ops.shape import reshape
from .versions import changed_since


def sweep(
    seeds: dict[Any, Any],
    pull: Callable[[Any, Any, tuple], tuple],
    fit: Callable[[Any, Any, Any], Any],
    wanted: Iterable[Any] | None = None,
    retain: bool = False,
) -> tuple[dict[Any, Any], set[Any]]:
    """Return the cotangents of all leaves, watched and wanted nodes below `seeds`.

    seeds gives the cotangents of the nodes to start from; pull(node, g, parents) applies the rules
    of a node; fit(gradient, parent, node) makes a gradient fit its parent. With `wanted`, only
    nodes on the way to a wanted node are visited. Unless `retain`, what visited nodes kept is
    freed. Also returns the nodes whose cotangent is an array nothing else refers to.
    """
    wanted = None if wanted is None else set(wanted)
    order = reverse_order(seeds, wanted)
    visited = None if wanted is None else set(order)
    cotangents = dict(seeds)
    owned: set[Any] = set()
    for node in order:
        parents = node.parents
        if not parents or node not in cotangents:
            continue
        watched = hasattr(node, "watcher") or (wanted is not None and node in wanted)
        g = cotangents[node] if watched else cotangents.pop(node)
        if visited is not None:
            parents = tuple(parent if parent in visited else None for parent in parents)
        gradients = pull(node, g, parents)
        for parent, gradient in zip(parents, gradients, strict=False):
            if parent is None or gradient is None:
                continue
            gradient = fit(gradient, parent, node)
            if parent not in cotangents:
                cotangents[parent] = gradient
                if not parent.parents and _exclusive(gradient, g, node.kept, gradients):
                    owned.add(parent)
            elif parent in owned and type(gradient) is ndarray:
                np.add(cotangents[parent], gradient, out=cotangents[parent])
            else:
                cotangents[parent] = cotangents[parent] + gradient
                owned.add(parent)
        if not retain and node.kept:
            node.kept = None
    return cotangents, owned


def _exclusive(gradient: Any, g: Any, kept: tuple, gradients: tuple) -> bool:
    """Return whether a gradient is an array of its own: no view, not g, not kept, not given twice."""
    if gradient is g or getattr(gradient, "base", g) is not None:
        return False
    for value in kept:
        if value is gradient:
            return False
    return sum(other is gradient for other in gradients) < 2


def pull_arrays(node: Any, g: Any, parents: tuple) -> tuple:
    """Apply the rules of `node` to what it kept, arrays or traced values; check that first."""
    check_kept(node)
    return node.op.pull(node.kept, g, parents)


def check_kept(node: Any) -> None:
    """Raise RuntimeError if what `node` kept is freed or has changed since."""
    if node.kept is None:
        raise RuntimeError(
            f"backward: trying to go through the graph a second time, but what {node.op.name} kept "
            "is freed; call the first backward with retain_graph=True"
        )
    change = changed_since(node.number, node.kept)
    if change is not None:
        raise RuntimeError(
            f"backward: a value that {node.op.name} kept, needed for gradient computation, has been "
            f"modified by an inplace operation ({change.by}); change a clone(), or change it "
            "after backward()"
        )


def fit(gradient: Any, parent: Any, node: Any) -> Any:
    """Return the gradient summed over broadcast axes; refuse any other difference in shape or dtype."""
    if type(gradient) is ndarray:
        if gradient.shape == parent.shape and gradient.dtype is parent.dtype:
            return gradient
    elif not hasattr(gradient, "shape") or isinstance(gradient, np.generic):
        gradient = np.asarray(gradient)
    if gradient.shape != parent.shape:
        gradient = _unbroadcast(gradient, parent.shape) if node.op.broadcasts else gradient
        if gradient.shape != parent.shape:
            raise _wrong(node, f"shape {tuple(gradient.shape)}", f"shape {tuple(parent.shape)}")
    if gradient.dtype != parent.dtype:
        raise _wrong(node, f"dtype {gradient.dtype}", f"dtype {parent.dtype}")
    return gradient


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
