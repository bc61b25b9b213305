"""Views, and what a change in place does to the graph: of a base, and of all that shows it.

A Tensor that shows another's memory knows its base, and the chain of operations that led to it.
To the graph a change in place is a new value of the base, of which every view is a new view: so
gradients flow through either, as they do in PyTorch.
"""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from .calls import SHARED
from .graph import Node, modes
from .live import lifted
from .operation import Op
from .ops.elementwise import to_dtype
from .ops.views import overwritten, seen, through, written
from .ops.write import assign, clone
from .versions import clock, owner_of

# From this many references to views on, dead ones are dropped whenever their number has doubled.
MANY = 16


class View(NamedTuple):
    """Whose memory a Tensor shows, and through which operations."""

    base: Any
    chain: tuple


def note_view(made: Any, source: Any, op: Op, statics: tuple) -> None:
    """Note that `op` of the Tensor `source` made another one, if that shows the same memory."""
    if owner_of(_memory(made.array)) is not owner_of(_memory(source.array)):
        return
    base, chain = place_of(source)
    made._view = View(base, (*chain, (op, statics)))
    views = getattr(base, "_views", None)
    if views is None:
        views = base._views = []
    views.append(weakref.ref(made))
    if len(views) >= MANY and len(views) & (len(views) - 1) == 0:
        base._views = [one for one in views if one() is not None]


SHARED["note_view"] = note_view


def _memory(array: Any) -> ndarray:
    return array if type(array) is ndarray else array.value


def place_of(tensor: Any) -> tuple[Any, tuple]:
    """Return the Tensor whose memory one shows, and the chain: itself and () if it is no view."""
    return getattr(tensor, "_view", (tensor, ()))


def check_changeable(tensor: Any, by: str, *values: Any) -> None:
    """Raise RuntimeError if a leaf that requires grad would be changed, while that is recorded."""
    base, chain = place_of(tensor)
    if modes.grad and base.node is not None and base.node.op is None:
        what = "a view of a leaf" if chain else "a leaf"
        raise RuntimeError(
            f"{by}: {what} Variable that requires grad is being used in an in-place operation; "
            "change it inside no_grad(), or use the operation without the underscore"
        )


def write(tensor: Any, value: Any, by: str, chain: tuple = (), since: int | None = None) -> Any:
    """Write value, a Tensor or number, into what a chain shows of a Tensor; return the Tensor.

    In the graph it is a change of the base. A value that was computed from the Tensor comes with
    the tick `since` when that began: what its nodes kept of the overwritten memory is copied.
    """
    check_changeable(tensor, by)
    base, before = place_of(tensor)
    node = getattr(value, "node", None)
    if hasattr(value, "dtype"):
        value = to_dtype(value, tensor.dtype)
    if node is not None and since is not None:
        _keep_copies(value.node, since, _memory(tensor.array))
    assign(through(lifted(tensor), chain), lifted(value), by)
    if modes.grad and (node is not None or base.node is not None):
        if since is not None and not before + chain:
            _change_graph(base, value.node)
        else:
            _change_graph(base, _written_node(base, before + chain, value))
    return tensor


def _keep_copies(node: Node, since: int, memory: ndarray) -> None:
    stack: list[Any] = [node]
    while stack:
        one = stack.pop()
        if one is not None and one.number > since:
            one.kept = tuple([_kept_apart(value, memory) for value in one.kept])
            stack += one.parents


def _kept_apart(value: Any, memory: ndarray) -> Any:
    if type(value) is tuple:
        return tuple([_kept_apart(one, memory) for one in value])
    array = getattr(value, "value", value)
    shared = type(array) is ndarray and np.may_share_memory(array, memory)
    return clone(value) if shared else value


def _written_node(base: Any, chain: tuple, value: Any) -> Node:
    """Return the node of a base of which value, broadcast, was written where the chain leads."""
    shapes = base.array.shape, np.shape(lifted(value))
    op = written.op if chain else overwritten.op
    parents = base.node, getattr(value, "node", None)
    return _node(base, op, parents, {"chain": chain, "shapes": shapes})


def _change_graph(base: Any, node: Node) -> None:
    """Give a base another node, and all its views new nodes.

    A Tensor whose gradient is retained retains that of its new value.
    """
    _put(base, node)
    for one in [reference() for reference in getattr(base, "_views", ())]:
        if one is not None:
            named = {"chain": one._view.chain, "shapes": (base.array.shape,)}
            _put(one, _node(one, seen.op, (node,), named))


def _node(tensor: Any, op: Op, parents: tuple, named: dict[str, Any]) -> Node:
    node = Node()
    node.op, node.parents = op, parents
    node.kept = tuple([named[name] for name in op.kept])
    node.number, node.shape, node.dtype = clock(), tensor.array.shape, tensor.array.dtype
    return node


def _put(tensor: Any, node: Any) -> None:
    watcher = getattr(tensor.node, "watcher", None)
    if watcher is not None and tensor.node.op is not None:
        node.watcher = watcher
        del tensor.node.watcher
    tensor.node = node
