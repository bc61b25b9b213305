"""A summary of a model: its layers as a tree, with shapes, parameters and multiply-adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any, NamedTuple

from autograd import Tensor
from autograd.graph import watching
from autograd.hooks import RemovableHandle
from autograd.ops import recurrent

from .module import Module


def _of_recurrence(y: tuple, shapes: list[tuple], kind: str, sizes: recurrent.Sizes) -> int:
    weights = [shape for shape in recurrent.shapes(kind, sizes)[2:] if len(shape) == 2]
    return sizes.steps * sizes.samples * sum(map(prod, weights))


# Multiply-adds of operations, by name, from the shapes of the result and of the arguments.
MULTIPLY_ADDS: dict[str, Callable[..., int]] = {
    "linear": lambda y, shapes, *_: prod(y) * shapes[1][-1],
    "matmul": lambda y, shapes, *_: prod(y) * shapes[0][-1],
    "convolution": lambda y, shapes, *_: prod(y) * prod(shapes[1][1:]),
    "transposed": lambda y, shapes, *_: prod(shapes[0]) * prod(shapes[1][1:]),
    "recurrence": _of_recurrence,
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

    The numbers of a Module are those of all in it. Multiply-adds are those of matrix products,
    convolutions and recurrences that ran, whether or not gradients are asked for. The bytes of
    outputs are those of all operations but views, most of which training keeps. Neither the model
    nor the inputs change. Raises what `forward` raises.
    """
    calls = _Calls()
    modes = [(module, module.training) for module in model.modules()]
    handles = [one for path, module in model.named_modules() for one in calls.watch(path, module)]
    try:
        model.eval()
        inputs, named = _copied(inputs), _copied(named)
        with watching(calls.count):
            model(*inputs, **named)
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes:
            module.training = training
    return calls.summary(model)


class _Calls:
    """What the Modules of a model returned while it ran once, and the work that each did."""

    def __init__(self) -> None:
        self._done = self._output_bytes = 0
        self._begun: list[int] = []
        self._work: dict[str, int] = {}
        self._outputs: dict[str, Any] = {}

    def count(self, op: Any, args: tuple, statics: tuple, made: Tensor) -> None:
        """Count an operation that ran."""
        self._output_bytes += 0 if op.views else made.numel() * made.dtype.itemsize
        if op.name in MULTIPLY_ADDS:
            shapes = [tuple(getattr(arg, "shape", ())) for arg in args]
            self._done += MULTIPLY_ADDS[op.name](tuple(made.shape), shapes, *statics)

    def watch(self, path: str, module: Module) -> Iterator[RemovableHandle]:
        """Note the calls of a Module from now on; yield the handles that end it."""

        def ended(module: Module, args: Any, output: Any) -> None:
            self._work[path] = self._work.get(path, 0) + self._done - self._begun.pop()
            self._outputs[path] = output

        yield module.register_forward_pre_hook(lambda *_: self._begun.append(self._done))
        yield module.register_forward_hook(ended)

    def summary(self, model: Module) -> Summary:
        """Return the summary of the model that ran."""
        rows = [self._row(path, module) for path, module in model.named_modules()]
        parameters = list(model.parameters())
        trainable = sum(one.numel() for one in parameters if one.requires_grad)
        return Summary(
            rows,
            trainable,
            sum(one.numel() for one in parameters) - trainable,
            sum(one.array.nbytes for one in (*parameters, *model.buffers())),
            self._output_bytes,
        )

    def _row(self, path: str, module: Module) -> Row:
        return Row(
            path,
            type(module).__name__,
            tuple(tuple(one.shape) for one in _tensors(self._outputs.get(path))),
            sum(one.numel() for one in module.parameters()),
            self._work.get(path, 0),
        )


def _copied(value: Any) -> Any:
    """Return inputs with copies of their Tensors, which are no leaves: a layer may write there."""
    if isinstance(value, Tensor):
        return value.clone()
    if type(value) is dict:
        return {name: _copied(one) for name, one in value.items()}
    return type(value)(map(_copied, value)) if type(value) in (list, tuple) else value


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _tensors(one)


def _amount(nbytes: int) -> str:
    for unit in ("bytes", "KB", "MB"):
        if nbytes < 1000:
            return f"{nbytes:.3g} {unit}" if unit != "bytes" else f"{nbytes} bytes"
        nbytes = nbytes / 1000  # type: ignore[assignment]
    return f"{nbytes:.3g} GB"
