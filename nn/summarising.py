"""A summary of a model: its layers as a tree, with shapes, parameters and multiply-adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any, NamedTuple

import autograd
from autograd import Tensor
from autograd.hooks import RemovableHandle
from autograd.versions import clock

from .module import Module

# Multiply-adds of operations, by name, from the shapes of the result and of the arguments.
MULTIPLY_ADDS: dict[str, Callable[[tuple, list[tuple]], int]] = {
    "linear": lambda y, shapes: prod(y) * shapes[1][-1],
    "matmul": lambda y, shapes: prod(y) * shapes[0][-1],
    "convolution": lambda y, shapes: prod(y) * prod(shapes[1][1:]),
    "transposed": lambda y, shapes: prod(shapes[0]) * prod(shapes[1][1:]),
}


class Row(NamedTuple):
    """A Module of a model: path, class, what it returned, and what all in it takes."""

    path: str
    kind: str
    output: tuple[tuple[int, ...], ...]
    parameters: int
    multiply_adds: int


class Summary(NamedTuple):
    """What `summary` found; its text is a table."""

    rows: list[Row]
    trainable: int
    frozen: int
    state_bytes: int
    output_bytes: int

    def __str__(self) -> str:
        lines = [("layer", "output", "parameters", "multiply-adds")]
        for row in self.rows:
            depth = row.path.count(".") + 1 if row.path else 0
            name = row.path.rpartition(".")[2]
            title = f"{'  ' * depth}{name + ': ' if name else ''}{row.kind}"
            shapes = ", ".join(str(shape) for shape in row.output) or "-"
            lines.append((title, shapes, f"{row.parameters:,}", f"{row.multiply_adds:,}"))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        first, second, third, last = widths
        table = [
            f"{title:<{first}}  {output:<{second}}  {parameters:>{third}}  {work:>{last}}"
            for title, output, parameters, work in lines
        ]
        table.insert(1, "-" * len(table[0]))
        table.append(table[1])
        table.append(
            f"{self.trainable:,} parameters are trained, {self.frozen:,} are not; parameters and "
            f"buffers take {_amount(self.state_bytes)}, the outputs {_amount(self.output_bytes)}"
        )
        return "\n".join(table)


def summary(model: Module, *inputs: Any, **named: Any) -> Summary:
    """Run a model once on inputs, in evaluation mode, and return what its layers return and take.

    The numbers of a Module are those of all in it. Multiply-adds are those of products and
    convolutions. The bytes of outputs are those of all operations, most of which training keeps.
    Nothing of the model changes. Raises what `forward` raises.
    """
    calls = _Calls()
    modes = [(module, module.training) for module in model.modules()]
    handles = [one for path, module in model.named_modules() for one in calls.watch(path, module)]
    try:
        model.eval()
        with autograd.enable_grad():
            calls.results = model(
                *map(_in_graph, inputs), **{name: _in_graph(one) for name, one in named.items()}
            )
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes:
            module.training = training
    return calls.summary(model)


class _Calls:
    """What the Modules of a model returned while it ran once, and when each began and ended."""

    def __init__(self) -> None:
        self.results: Any = None
        self._begun: list[int] = []
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._outputs: dict[str, Any] = {}

    def watch(self, path: str, module: Module) -> Iterator[RemovableHandle]:
        """Note the calls of a Module from now on; yield the handles that end it."""

        def ended(module: Module, args: Any, output: Any) -> None:
            self._spans.setdefault(path, []).append((self._begun.pop(), clock()))
            self._outputs[path] = output

        yield module.register_forward_pre_hook(lambda *_: self._begun.append(clock()))
        yield module.register_forward_hook(ended)

    def summary(self, model: Module) -> Summary:
        """Return the summary of the model that ran."""
        nodes = list(_nodes(_tensors(self.results)))
        rows = [self._row(path, module, nodes) for path, module in model.named_modules()]
        parameters = list(model.parameters())
        trainable = sum(one.numel() for one in parameters if one.requires_grad)
        return Summary(
            rows,
            trainable,
            sum(one.numel() for one in parameters) - trainable,
            sum(one.array.nbytes for one in (*parameters, *model.buffers())),
            sum(prod(node.shape) * node.dtype.itemsize for node in nodes),
        )

    def _row(self, path: str, module: Module, nodes: list[Any]) -> Row:
        spans = self._spans.get(path, ())
        inside = [node for node in nodes if any(begin < node.number < end for begin, end in spans)]
        return Row(
            path,
            type(module).__name__,
            tuple(tuple(one.shape) for one in _tensors(self._outputs.get(path))),
            sum(one.numel() for one in module.parameters()),
            sum(map(_multiply_adds, inside)),
        )


def _in_graph(value: Any) -> Any:
    """Return floats as part of the graph, in which operations on them are found."""
    floats = isinstance(value, Tensor) and value.is_floating_point()
    return value.detach().requires_grad_() if floats else value


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _tensors(one)


def _nodes(results: Iterator[Tensor]) -> Iterator[Any]:
    """Yield the nodes of the operations that made some Tensors."""
    waiting = [one.node for one in results]
    seen = set()
    while waiting:
        node = waiting.pop()
        if node is not None and node.op is not None and node not in seen:
            seen.add(node)
            yield node
            waiting += node.parents


def _multiply_adds(node: Any) -> int:
    count = MULTIPLY_ADDS.get(node.op.name)
    shapes = [() if parent is None else parent.shape for parent in node.parents]
    return count(node.shape, shapes) if count and () not in shapes[:2] else 0


def _amount(nbytes: int) -> str:
    for unit in ("bytes", "KB", "MB"):
        if nbytes < 1000:
            return f"{nbytes:.3g} {unit}" if unit != "bytes" else f"{nbytes} bytes"
        nbytes = nbytes / 1000  # type: ignore[assignment]
    return f"{nbytes:.3g} GB"
