"""Views, and what a change in place does to the graph: of a base, and of all that shows it.

A Tensor's `_kin` tells: of one that shows another's memory, that other one, its base, and the
chain of operations that led to it; of a base, references to its views.
To the graph a change in place is a new value of the base, of which every view is a new view: so
gradients flow through either, as they do in PyTorch.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from numpy import ndarray

from .generating import SHARED
from .graph import Node, modes
from .live import lifted
from .operation import Op
from .ops.elementwise import to_dtype
from .ops.views import overwritten, seen, through, written
from .ops.write import assign, clone
from .versions import clock, owner_of

# From this many references to views on, dead ones are dropped whenever their number has doubled.
MANY = 16


def note_view(made: Any, source: Any, op: Op, statics: tuple) -> None:
    """Note that `op` of the Tensor `source` made another one, if that shows the same memory."""
    shown, memory = made.array, source.array
    if type(shown) is not ndarray:
        shown, memory = _memory(shown), _memory(memory)
    owner = shown.base
    # Mostly a view of a view knows the owner itself.
    known = owner is memory or owner is memory.base
    if owner is None or not (known or owner_of(shown) is owner_of(memory)):
        return
    kin = source._kin
    if type(kin) is tuple:
        source, chain = kin
        kin = source._kin
        made._kin = source, (*chain, (op, statics))
    else:
        made._kin = source, ((op, statics),)
    if kin is None:
        source._kin = [weakref.ref(made)]
        return
    kin.append(weakref.ref(made))
    if len(kin) >= MANY and len(kin) & (len(kin) - 1) == 0:
        source._kin = [one for one in kin if one() is not None]


SHARED["note_view"] = note_view


def _memory(array: Any) -> ndarray:
    return array if type(array) is ndarray else array.value


def place_of(tensor: Any) -> tuple[Any, tuple]:
    """Return the Tensor whose memory one shows, and the chain: itself and () if it is no view."""
    kin = tensor._kin
    return kin if type(kin) is tuple else (tensor, ())


def stand_alone(tensor: Any) -> None:
    """Let a view be a Tensor of its own to the graph, as a leaf is: no longer part of its base."""
    base, chain = place_of(tensor)
    if chain:
        base._kin = [one for one in base._kin if one() is not tensor]
        tensor._kin = None


def check_changeable(tensor: Any, by: str) -> None:
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
    graph = node is not None or base.node is not None
    if graph and modes.grad and base.array.dtype.kind == "f":
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
    for one in [reference() for reference in base._kin or ()]:
        if one is not None:
            named = {"chain": one._kin[1], "shapes": (base.array.shape,)}
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
