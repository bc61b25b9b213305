"""Scalar: a Python float in the graph, micrograd's Value on the engine of Tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import ArrayMethods
from .dtypes import NUMBERS
from .generating import SHARED
from .gradients import GradientMethods
from .graph import Node, modes, reverse_order
from .methods.elementwise import ElementwiseMethods
from .scalar_calls import refuse
from .versions import clock


class Scalar(GradientMethods, ArrayMethods):
    """A float whose operations are recorded; a Scalar is its own node of the graph.

    `data` is the value, `grad` the gradient that the last `backward` left here: leaves sum it up
    over passes, other Scalars hold the last pass's. The graph is kept, so that a second
    `backward` works; values are the ones at recording, whatever becomes of `data` later. Where
    Python raises (exp(1000), log(0), 1 / 0), a Scalar is inf, -inf or nan, as a Tensor is.
    """

    __slots__ = ("__weakref__", "_label", "data", "grad", "kept", "number", "op", "parents")
    _level = 2
    shape = ()
    ndim = 0
    dtype = np.dtype(np.float64)
    __array_ufunc__ = None

    def __init__(self, data: float, label: str = "") -> None:
        if not _own_methods:
            _make_own_methods()
        self.data = data if type(data) is float else _number(data)
        self.grad: Any = 0.0
        self.op: Any = None
        self.parents: tuple = ()
        self.kept: tuple = ()
        self.number = clock()
        self.label = label

    def _run(self, op: Any, args: tuple, statics: tuple) -> Any:
        """Run `op` on Scalars and numbers; TypeError where something else is among them."""
        return op.scalar(*args, *statics) if op.expression else refuse(op, args)

    @property
    def node(self) -> Scalar:
        """The Scalar itself: it is its own node."""
        return self

    def watcher(self) -> Scalar:
        """Return the Scalar itself, whose `grad` receives its cotangent in every pass."""
        return self

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Leave in `grad` of this and every Scalar below it the derivative of this by it.

        gradient is the cotangent to start with, by default 1; the other arguments are as for a
        Tensor, but the graph is kept in any case.
        """
        if create_graph or inputs is not None or isinstance(gradient, Scalar):
            super().backward(gradient, True, create_graph, inputs)
        else:
            _by_rules(_sweep_floats)(self, 1.0 if gradient is None else gradient)

    def _seed(self, cotangent: Any, create_graph: bool) -> Any:
        """Return the cotangent to start a backward pass with, by default 1."""
        cotangent = 1.0 if cotangent is None else cotangent
        return Scalar(cotangent) if create_graph and type(cotangent) in NUMBERS else cotangent

    def _pull(self, create_graph: bool) -> Any:
        """Return how a sweep pulls a cotangent through a node."""
        return _by_rules(pull_recorded_scalars if create_graph else pull_scalars)

    def _receive(self, cotangent: Any, owned: bool) -> None:
        """Put a cotangent into `grad`: a leaf adds it up, another Scalar holds the last."""
        self.grad = self.grad + cotangent if self.is_leaf else cotangent

    def _as_gradient(self, cotangent: Any) -> Any:
        """Return a cotangent of this Scalar as it is, 0 as a float."""
        return (
            cotangent if cotangent is None or isinstance(cotangent, Scalar) else _number(cotangent)
        )

    def item(self) -> float:
        """Return the value."""
        return self.data

    @property
    def label(self) -> str:
        """The name that pictures show; settable."""
        return getattr(self, "_label", "")

    @label.setter
    def label(self, label: str) -> None:
        self._label = label

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow here: always."""
        return True

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made this Scalar."""
        return self.op is None

    @property
    def _prev(self) -> set:
        """The Scalars this was computed from, by micrograd's name."""
        return {parent for parent in self.parents if parent is not None}

    @property
    def _op(self) -> str:
        """The sign or name of the operation that made this, by micrograd's name."""
        signs = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "relu": "ReLU"}
        return "" if self.op is None else signs.get(self.op.name, self.op.name)

    def name(self) -> str:
        """Return the name of the operation's node, as for Tensors."""
        return Node.name(self)  # type: ignore[arg-type]

    def __reduce__(self) -> Any:
        # A copy, or what pickle restores, is a leaf: the graph stays behind.
        return _restored, (self.data, self.grad, self.label)

    def __float__(self) -> float:
        return float(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        return f"Scalar(data={self.data}, grad={self.grad})"


SHARED["Scalar"] = Scalar
# What replaces the methods of Scalar: made with the first one, so that others need not wait.
_own_methods: dict[str, Any] = {}


def _make_own_methods() -> None:
    """Give Scalar the operations' own functions for Scalars as methods, without a detour."""
    for name, method in vars(ElementwiseMethods).items():
        op, reflected = getattr(method, "op", None), getattr(method, "reflects", None)
        if op is not None and op.expression:
            _own_methods[name] = op.scalar
        elif reflected is not None and reflected.expression:
            _own_methods[name] = _reflected(reflected.scalar)
    for name, method in _own_methods.items():
        setattr(Scalar, name, method)


def _restored(data: float, grad: Any, label: str) -> Scalar:
    made = Scalar(data, label)
    made.grad = grad
    return made


def _number(value: Any) -> float:
    """Return a number as a float; one that a trace has seen as it is."""
    return float(value) if modes.scalars is None else modes.scalars.number(value)


def _by_rules(function: Any) -> Any:
    """Return a function that applies rules; a trace tells their arithmetic from the user's."""
    return function if modes.scalars is None else modes.scalars.by_rules(function)


def _reflected(function: Any) -> Any:
    return lambda self, other: function(other, self)


def _sweep_floats(root: Scalar, cotangent: float) -> None:
    """Do what `sweep` does, with each cotangent in `grad` itself: half the time for small nodes."""
    order = reverse_order((root,))
    for node in order:
        if node.parents:
            node.grad = 0.0
    root.grad += cotangent
    for node in order:
        if node.parents:
            node.op.push(node)


def pull_scalars(node: Any, g: float, parents: tuple) -> tuple:
    """Apply the rules of `node` to floats; where Python raises, IEEE arithmetic answers."""
    try:
        return node.op.pull(node.kept, g, parents)
    except (ArithmeticError, ValueError):
        kept = (np.float64(value) if type(value) in NUMBERS else value for value in node.kept)
        gradients = node.op.pull(tuple(kept), np.float64(g), parents)
        return tuple(None if one is None else float(one) for one in gradients)


def pull_recorded_scalars(node: Any, g: Any, parents: tuple) -> tuple:
    """Apply the rules of `node` to Scalars, so that the gradients are recorded themselves."""
    values = dict(zip(node.op.kept, node.kept, strict=True))
    for name, parent in zip(node.op.arrays, node.parents, strict=True):
        if parent is not None and name in values:
            now, then = parent.data, values[name]
            if now is not then and now != then and now == now:
                raise RuntimeError(
                    f"backward: data of an argument of {node.op.name} has changed from "
                    f"{then} to {now}; compute anew before create_graph=True"
                )
            values[name] = parent
    if "y" in values:
        values["y"] = node
    return node.op.pull(tuple(values.values()), g, parents)
