"""What a picture shows: the graph below a Tensor or Scalar, or a network's layers as circles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from .graph import reverse_order
from .rendering import (
    Arrow,
    Box,
    Picture,
    checked_direction,
    dot_source,
    layers_source,
    outline,
    shortened,
)
from .scalars import Scalar
from .tensors import Tensor

# Operations that Python writes between their arguments: a number is written beside the sign.
SIGNS = {
    **{"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "floor_divide": "//"},
    **{"remainder": "%", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="},
    **{"matmul": "@"},
}
SYMMETRIC = frozenset({"add", "mul", "maximum", "minimum", "eq", "ne"})
# What their right argument is, where left and right differ; an arrow called a or b tells little.
RIGHT = {"sub": "minus", "pow": "exponent"}
RIGHT |= dict.fromkeys(("div", "floor_divide", "remainder"), "divisor")
# A number that no rule needs is not kept; for Scalars it follows from result and other argument.
INVERSES = {
    ("add", "a"): lambda y, b: y - b,
    ("add", "b"): lambda y, a: y - a,
    ("sub", "a"): lambda y, b: y + b,
    ("sub", "b"): lambda y, a: a - y,
    ("div", "a"): lambda y, b: y * b,
}
MORE = "more"


def draw(
    root: Any, path: Any = None, *, names: Any = None, max_nodes: int = 400, direction: str = "LR"
) -> Picture:
    """Draw the graph that led to `root`, a Tensor, a Scalar or a list of them.

    Leaves are rounded, constants dashed, results have a thick border. A Scalar shows its label,
    value and gradient; a Tensor its shape, its dtype unless float32, the norm of its `grad`, and
    its value where that is one number. What operations no longer keep after `backward`
    (constants, static arguments) is missing then.

    path, if given, is written too: .svg, .png, .dot or .gv. names is a Module, or maps names to
    Tensors or Scalars; other values are passed over, so that locals() will do. Of more than
    max_nodes nodes the newest are shown. direction is that of the data: LR (left to right), TB,
    RL or BT. Raises ValueError if `root` has no graph.
    """
    checked_direction(direction)
    roots = list(root) if isinstance(root, list | tuple) else [root]
    if not roots or max_nodes < 1:
        raise ValueError(f"draw: nothing to draw: {len(roots)} roots, max_nodes={max_nodes}")
    order = reverse_order(_node_of(one) for one in roots)
    sketch = _Sketch(roots, _named(names), order[:max_nodes])
    sketch.fill(len(order))
    boxes, arrows = sketch.boxes, sketch.arrows
    return _saved(Picture(dot_source(boxes, arrows, direction), outline(boxes, arrows)), path)


def _saved(picture: Picture, path: Any) -> Picture:
    if path is not None:
        picture.save(path)
    return picture


def _node_of(root: Any) -> Any:
    if not isinstance(root, Tensor | Scalar):
        raise TypeError(f"draw: expected Tensors or Scalars, got {type(root).__name__}")
    if root.node is None:
        raise ValueError(
            "draw: this Tensor has no graph; call requires_grad_() on a Tensor that it is "
            "computed from, and compute it outside no_grad()"
        )
    return root.node


def _named(names: Any) -> list[tuple[str, Any]]:
    """Return pairs of name and carrier from a Module, or a dict in which either may be the key."""
    if names is None:
        return []
    if hasattr(names, "named_parameters"):
        return list(names.named_parameters())
    if not isinstance(names, dict):
        raise TypeError(f"draw: names is a dict or a Module, got {type(names).__name__}")
    pairs: list[tuple[str, Any]] = []
    for key, value in names.items():
        name, carrier = (key, value) if isinstance(key, str) else (value, key)
        if isinstance(carrier, Tensor | Scalar):
            pairs.append((name, carrier))
        elif hasattr(carrier, "named_parameters") and not isinstance(carrier, type):
            pairs += [(f"{name}.{path}", one) for path, one in carrier.named_parameters()]
    return pairs


class _Argument(NamedTuple):
    """An array argument of a recorded operation; of a constant, value and shape where known."""

    name: str
    parent: Any
    value: Any
    shape: tuple | None


def _arguments(node: Any) -> list[_Argument]:
    op, kept = node.op, _kept(node)
    if op is None:
        return []
    nothing = [None] * len(node.parents)
    names = [str(place) for place in range(len(nothing))] if op.variadic else op.arrays
    values = kept.get(op.arrays[0], nothing) if op.variadic else map(kept.get, names)
    rows = zip(names, node.parents, values, kept.get("shapes", nothing), strict=True)
    return [
        _Argument(name, parent, value, getattr(value, "shape", shape or None))
        for name, parent, value, shape in rows
    ]


def _kept(node: Any) -> dict[str, Any]:
    """Return what a node keeps by name: nothing once it is freed."""
    return dict(zip(node.op.kept, node.kept, strict=True)) if node.op and node.kept else {}


class _Sketch:
    """The boxes and arrows of one picture in the making, and what is known of its Tensors."""

    def __init__(self, roots: list, named: list[tuple[str, Any]], shown: list) -> None:
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []
        self.constants: dict[int, str] = {}
        self.shown = {node: f"n{node.number}" for node in shown}
        self.roots = {root.node for root in roots}
        carriers = roots + [carrier for _, carrier in named]
        self.carriers = {one.node: one for one in carriers if one.node is not None}
        # By identity: of the node, or of the array of a Tensor outside the graph.
        self.names = {id(one.array if one.node is None else one.node): name for name, one in named}

    def fill(self, total: int) -> None:
        """Add the shown nodes, oldest first, and one box for the others of the `total`."""
        if total > len(self.shown):
            more = f"… {total - len(self.shown)} more"
            self.boxes.append(Box(MORE, MORE, lines=(more,), tooltip=("older nodes",)))
        for node, key in reversed(self.shown.items()):
            arguments = _arguments(node)
            for argument, label in zip(arguments, _labels(node, arguments), strict=True):
                arrow = Arrow(self._tail(argument), key, label)
                # x * x is two arrows; two arguments from the folded nodes are one.
                if arrow.tail and (arrow.tail != MORE or [arrow] != self.arrows[-1:]):
                    self.arrows.append(arrow)
            self.boxes.append(self._box(node, key, arguments))

    def _tail(self, argument: _Argument) -> str:
        """Return the key of the box that an argument comes from, "" if it has none."""
        if argument.parent is not None:
            return self.shown.get(argument.parent, MORE)
        return "" if argument.shape is None else self._constant(argument)

    def _constant(self, argument: _Argument) -> str:
        """Return the key of a constant array, whose box is made at its first use."""
        array = argument.value
        if array is not None and id(array) in self.constants:
            return self.constants[id(array)]
        key = self.constants[id(array)] = f"c{len(self.boxes)}"
        title = self.names.get(id(array), "constant")
        lines = (_shape_text(argument.shape, getattr(array, "dtype", None)), *_numbers(array))
        tooltip = ("a constant: no gradient is asked for",)
        self.boxes.append(Box(key, "constant", title=title, lines=lines, tooltip=tooltip))
        return key

    def _box(self, node: Any, key: str, arguments: list[_Argument]) -> Box:
        carrier = self._carrier(node)
        title = str(self.names.get(id(node)) or getattr(node, "label", None) or "")
        lines = _numbers(getattr(carrier, "data", None), _gradient(carrier))
        if not isinstance(node, Scalar):
            lines = (_shape_text(node.shape, node.dtype), *lines)
        if node.op is None:
            title = title or (type(carrier).__name__ if isinstance(carrier, Tensor) else "")
            return Box(key, "leaf", title=title, lines=lines, tooltip=_tooltip(node))
        kind = "result" if node in self.roots else "operation"
        sign, details = _sign(node, arguments), _details(node, arguments)
        return Box(key, kind, sign, details, title, lines, _tooltip(node))

    def _carrier(self, node: Any) -> Any:
        """Return the Tensor or Scalar of a node, None if it is not known."""
        if node in self.carriers:
            return self.carriers[node]
        return node.watcher() if hasattr(node, "watcher") else None


def _gradient(carrier: Any) -> Any:
    """Return the gradient a carrier has; a Tensor that never has one would warn if asked."""
    if isinstance(carrier, Tensor) and not (carrier.is_leaf or carrier.retains_grad):
        return None
    return getattr(carrier, "grad", None)


def _labels(node: Any, arguments: list[_Argument]) -> Iterable[str]:
    """Return what the arrows into a node are called: where there are several, and it matters."""
    if len(arguments) < 2 or node.op.name in SYMMETRIC:
        return [""] * len(arguments)
    if node.op.name not in SIGNS:
        return [argument.name for argument in arguments]
    alone = any(_is_number(argument) for argument in arguments)
    return ["", "" if alone else RIGHT.get(node.op.name, "right")]


def _is_number(argument: _Argument) -> bool:
    """Whether an argument is a constant without a box: a number, or not known."""
    return argument.parent is None and argument.shape is None


def _sign(node: Any, arguments: list[_Argument]) -> str:
    """Return the sign or name of an operation, as `+`, `+ 1` or `relu`."""
    name = node.op.name
    if name not in SIGNS:
        return name
    texts = [
        _number_text(node, place, argument.value) if _is_number(argument) else ""
        for place, argument in enumerate(arguments)
    ]
    return SIGNS[name].join((f"{texts[0]} ", f" {texts[1]}")).strip()


def _number_text(node: Any, place: int, value: Any) -> str:
    if value is None and isinstance(node, Scalar):
        value = _worked_out(node, place)
    return "const" if value is None else f"{value:.6g}"


def _worked_out(node: Scalar, place: int) -> float | None:
    """Return the shortest number that gives the value of `node`, None if there is none.

    Only beside a result: the data of a leaf may have been changed since it was used.
    """
    other = node.parents[1 - place]
    inverse = INVERSES.get((node.op.name, node.op.arrays[place]))
    if inverse is None or other is None or other.is_leaf:
        return None
    for digits in range(7):
        number = round(inverse(node.data, other.data), digits)
        arguments = (number, other.data) if place == 0 else (other.data, number)
        if node.op.on_floats(*arguments) == node.data:
            return number
    return None


def _details(node: Any, arguments: list[_Argument]) -> tuple[str, ...]:
    """Return what a node kept of its static arguments, and numbers that are no part of its sign."""
    op, kept = node.op, _kept(node)
    numbers = [] if op.name in SIGNS else filter(_is_number, arguments)
    known = {one.name: one.value for one in numbers if one.value is not None}
    known |= {name: kept[name] for name in op.statics if name in kept}
    return tuple(
        _index_text(value) if name == "pattern" else f"{name}={value}"
        for name, value in known.items()
        if name not in op.defaults or repr(value) != repr(op.defaults[name])
    )


def _index_text(pattern: tuple) -> str:
    """Return an index as it is written between brackets."""
    parts = []
    for part in pattern:
        if isinstance(part, slice):
            ends = ["" if end is None else str(end) for end in (part.start, part.stop, part.step)]
            parts.append(":".join(ends if ends[2] else ends[:2]))
        else:
            parts.append("..." if part is Ellipsis else str(part))
    return f"[{', '.join(parts)}]"


def _shape_text(shape: Any, dtype: Any) -> str:
    # Not `dtype in (None, ...)`: NumPy takes None for float64.
    return f"{tuple(shape)}" + ("" if dtype is None or dtype == np.float32 else f" {dtype}")


def _numbers(data: Any, grad: Any = None) -> tuple[str, ...]:
    """Return a line of value, if it is one number, and gradient or its norm, where known."""
    data, grad = _array(data), _array(grad)
    parts = [f"data {_decimal(data)}"] if data is not None and data.size == 1 else []
    if grad is not None and grad.size == 1:
        parts.append(f"grad {_decimal(grad)}")
    elif grad is not None:
        with np.errstate(all="ignore"):
            parts.append(f"|grad| {_decimal(np.linalg.norm(grad.astype(np.float64)))}")
    return (" | ".join(parts),) if parts else ()


def _array(value: Any) -> ndarray | None:
    """Return a number, Scalar or Tensor as an ndarray; None of anything else (a traced value)."""
    if isinstance(value, Tensor | Scalar):
        value = value.array if isinstance(value, Tensor) else value.data
    return np.asarray(value) if isinstance(value, ndarray | np.generic | float | int) else None


def _decimal(number: Any) -> str:
    """Return a number with four decimals, as a power of ten where these say little."""
    number = number.item()
    if isinstance(number, int):
        return str(number)
    # Plus 0.0, so that -0.0 is 0.
    small = not number or 1e-3 <= abs(number) < 1e6
    return f"{number + 0.0:.4f}" if small else f"{number:.4e}"


def _tooltip(node: Any) -> tuple[str, ...]:
    if node.op is None:
        return (f"node {node.number}: a leaf",)
    op = node.op
    names = ", ".join(op.kept) or "nothing"
    kept = f"keeps {names}" if node.kept is not None else f"kept {names}, now freed"
    meaning = op.expression or (op.forward.__doc__ or "").partition("\n")[0]
    return tuple(filter(None, (f"node {node.number}: {node.name()}", meaning, kept)))


def draw_network(
    sizes: Sequence[int], path: Any = None, *, labels: Sequence[str] | None = None
) -> Picture:
    """Draw a fully connected network: a column of circles a layer, a line for every weight.

    sizes are the numbers of neurons, inputs first; labels name the layers (default: input,
    hidden, output). Of a layer with more than 16 neurons the first and last ones are shown. path,
    if given, is written too: .svg, .png, .dot or .gv.
    """
    if not sizes or any(not isinstance(size, int | np.integer) or size < 1 for size in sizes):
        raise ValueError(f"draw_network: expected the size of every layer, at least 1, got {sizes}")
    if labels is None:
        labels = ["input", *["hidden"] * (len(sizes) - 2), "output"][: len(sizes)]
    if len(labels) != len(sizes):
        raise ValueError(f"draw_network: {len(labels)} labels for {len(sizes)} layers")
    captions = [f"{shortened(label)}\n{size}" for label, size in zip(labels, sizes, strict=True)]
    text = " -> ".join(caption.replace("\n", " ") for caption in captions)
    return _saved(Picture(layers_source(sizes, captions), text), path)
