"""Gradients for users: `backward` and `grad`, for every carrier of the graph, also of gradients.

A carrier (Tensor, Scalar) brings `node`, `_seed` for its cotangent, `_pull`, how it goes
through a node, `_receive` for what arrives, and `_as_gradient` for what `grad` returns.
"""

from __future__ import annotations

from typing import Any

from .graph import enable_grad
from .sweep import sweep


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add to `grad` of every leaf below `tensors` the gradient of their sum.

    grad_tensors are the cotangents, one for each Tensor, None for a Tensor of one element.
    retain_graph (default: create_graph) keeps the graph for another pass; create_graph records
    this pass so that it can be differentiated; inputs, which need not be leaves, get the gradients
    instead of all leaves.
    """
    wanted = None if inputs is None else [_wanted(one) for one in _sequence(inputs)]
    if wanted == []:
        raise RuntimeError("backward: inputs is empty; leave it out, or name a Tensor")
    roots, cotangents = _sequence(tensors), _sequence(grad_tensors)
    retain = create_graph if retain_graph is None else retain_graph
    found, owned = _pass(roots, cotangents, wanted, retain, create_graph)
    asked = {} if wanted is None else dict(zip(wanted, _sequence(inputs), strict=True))
    for node, cotangent in found.items():
        if wanted is None:
            target = node.watcher() if hasattr(node, "watcher") else None
        else:
            target = asked.get(node)
        # A leaf may have been taken out of the graph since.
        if target is not None and target.node is not None:
            target._receive(cotangent, node in owned)


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple:
    """Return the gradients of the sum of `outputs` with respect to each of `inputs`.

    grad_outputs are the cotangents of the outputs, None for one of one element. An input that
    no output depends on raises, or with allow_unused gives None, with materialize_grads zeros.
    No `grad` attribute changes.
    """
    if is_grads_batched:
        raise NotImplementedError("grad: is_grads_batched needs vmap; call grad once for each row")
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "grad: materialize_grads allows unused inputs; leave out allow_unused=False"
        )
    inputs, roots = _sequence(inputs), _sequence(outputs)
    wanted = [_wanted(one) for one in inputs]
    retain = create_graph if retain_graph is None else retain_graph
    cotangents, _ = _pass(roots, _sequence(grad_outputs), wanted, retain, create_graph)
    unused = [node not in cotangents for node in wanted]
    if any(unused) and not (allow_unused or materialize_grads):
        raise RuntimeError(
            f"grad: input {unused.index(True)} appears to not have been used in the graph. "
            "Set allow_unused=True if this is the desired behavior"
        )
    missing = 0 if materialize_grads else None
    found = [cotangents.get(node, missing) for node in wanted]
    return tuple(x._as_gradient(one) for x, one in zip(inputs, found, strict=True))


class GradientMethods:
    """What a carrier has by being in the graph."""

    __slots__ = ()

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Add to `grad` of every leaf the gradient of this with respect to it.

        gradient is the cotangent of this, needed unless it has one element. retain_graph
        (default: create_graph) keeps the graph for another pass, create_graph records this pass so
        that it can be differentiated itself, inputs limits the leaves.
        """
        backward(self, gradient, retain_graph, create_graph, inputs)


def _sequence(values: Any) -> tuple:
    return tuple(values) if type(values) in (list, tuple) else (values,)


def _wanted(one: Any) -> Any:
    _check_carrier(one, "inputs")
    if one.node is None:
        raise RuntimeError(
            "One of the differentiated Tensors does not require grad; call requires_grad_() on it "
            "before it is used"
        )
    return one.node


def _pass(
    roots: tuple, cotangents: tuple, wanted: list | None, retain: bool, create_graph: bool
) -> tuple[dict, set]:
    """Run one sweep from `roots`; roots that are one node add their cotangents up."""
    if len(cotangents) == 1 and cotangents[0] is None:
        cotangents = cotangents * len(roots)
    if len(roots) != len(cotangents):
        raise RuntimeError(f"got {len(roots)} tensors and {len(cotangents)} gradients")
    seeds: dict[Any, Any] = {}
    for root, cotangent in zip(roots, cotangents, strict=True):
        node = _root_node(root)
        seed = root._seed(cotangent, create_graph)
        seeds[node] = seeds[node] + seed if node in seeds else seed
    pull = roots[0]._pull(create_graph)
    if not create_graph:
        return sweep(seeds, pull, wanted, retain)
    with enable_grad():
        return sweep(seeds, pull, wanted, retain)


def _check_carrier(one: Any, name: str) -> None:
    if not isinstance(one, GradientMethods):
        raise TypeError(f"{name}: expected Tensors or Scalars, got {type(one).__name__}")


def _root_node(root: Any) -> Any:
    _check_carrier(root, "outputs")
    if root.node is None:
        raise RuntimeError(
            "backward: the Tensor does not require grad and does not have a grad_fn; compute it "
            "from Tensors with requires_grad=True, outside no_grad(). What a compiled step returns "
            "has none: call backward() within the step"
        )
    return root.node
