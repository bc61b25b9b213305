"""Fusing elementwise operations: which may run in one loop, and the source of that loop."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from ..operation import Op
from ..ops import elementwise

NUMBER = re.compile(r"(?<![\w.])(\d+\.?\d*(?:e-?\d+)?)(?![\w.])")
WORD = re.compile(r"\b[A-Za-z_]\w*\b")
# What a loop computes in place of an expression: the same, in functions made for it.
IN_LOOPS = {
    elementwise.sigmoid.op: "sigmoid(x)",
    elementwise.softplus.op: "x if beta * x > threshold else softplus(beta * x) / beta",
}


class Value(NamedTuple):
    """Where an array lies: a root of memory, the place of its first element there, and strides.

    place and strides count elements. A number of Python's is a float64 of shape () whose `weak`
    is set: it takes the dtype of the array it meets.
    """

    root: int
    place: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: Any
    weak: bool = False


def contiguous(value: Value) -> bool:
    """Return whether a value lies row after row, without gaps."""
    size = 1
    for length, stride in zip(value.shape[::-1], value.strides[::-1], strict=True):
        if length != 1 and stride != size:
            return False
        size *= length
    return True


class Step(NamedTuple):
    """One elementwise operation: its expression over operands, Values or constants."""

    op: Op
    operands: tuple
    statics: tuple
    out: Value


def expression(op: Op, statics: tuple, names: list[str], dtype: str) -> str:
    """Return the expression of `op` over variables, its numbers made constants of the dtype."""
    named = dict(zip(op.statics, statics, strict=True))
    if op.name == "to_copy":
        to_bool = statics[0] == np.bool_
        return f"{names[0]} != 0" if to_bool else names[0]
    if op.name == "bitwise_not":
        # Of booleans alone, which are bytes here.
        return f"{names[0]} == 0"
    if op.name == "clamp":
        return _clamp(names[0], named["min"], named["max"], dtype)
    if op.name == "pow" and names[1] in (f"{dtype}(2)", f"{dtype}(2.0)"):
        return f"{names[0]} * {names[0]}"
    if op.name == "pow" and names[1] == f"{dtype}(0.5)":
        return f"sqrt({names[0]})"
    text = NUMBER.sub(rf"{dtype}(\1)", IN_LOOPS.get(op, op.expression or ""))
    variables = dict(zip(op.arrays, names, strict=True))
    variables |= {name: constant(value, dtype) for name, value in named.items()}
    return WORD.sub(lambda found: variables.get(found.group(), found.group()), text)


def constant(value: Any, dtype: str) -> str:
    """Return the source of a Python number as a constant of the dtype."""
    text = repr(float(value))
    if not np.isfinite(value):
        text = "np.nan" if value != value else "np.inf" if value > 0 else "-np.inf"
    return f"{dtype}({text})"


def _clamp(x: str, low: Any, high: Any, dtype: str) -> str:
    if low is not None:
        x = f"({constant(low, dtype)} if {x} < {constant(low, dtype)} else {x})"
    if high is not None:
        x = f"({constant(high, dtype)} if {x} > {constant(high, dtype)} else {x})"
    return x


class Loop(NamedTuple):
    """The loop of a cluster: its source, and what its row of the program holds."""

    body: str
    sizes: list[int]
    operands: list[Value]
    strides: list[list[int]]


def loop_of(steps: list[Step], stored: set[int]) -> Loop:
    """Return the loop that computes `steps`, of one shape, and stores those outputs.

    stored holds the positions in `steps` of the outputs that others need.
    """
    shape = steps[0].out.shape
    inside: dict[Value, str] = {}
    loaded: dict[Value, str] = {}
    lines: list[str] = []
    for step in steps:
        dtype = _computing(step)
        names = []
        for operand in step.operands:
            if isinstance(operand, Value):
                if operand not in inside and operand not in loaded:
                    loaded[operand] = f"x{len(loaded)}"
                name = inside.get(operand) or loaded[operand]
                plain = operand.dtype == np.bool_ or not operand.weak
                names.append(name if plain else f"{dtype}({name})")
            else:
                # Booleans are bytes here, and only bitwise operations take them as constants.
                bits = step.op.name.startswith("bitwise")
                names.append(constant(operand, "np.uint8" if bits else dtype))
        text = expression(step.op, step.statics, names, dtype)
        inside[step.out] = f"v{len(lines)}"
        lines.append(f"{inside[step.out]} = {_typed(text, step.out)}")
    outputs = [steps[place].out for place in sorted(stored)]
    # What is read and written in place has one address: LLVM then sees that no other overlaps.
    operands = list(dict.fromkeys([*loaded, *outputs]))
    sizes, strides = collapsed(shape, [broadcast_strides(one, shape) for one in operands])
    source = _source(loaded, outputs, inside, lines, sizes, strides)
    return Loop(source, sizes, operands, strides)


def _computing(step: Step) -> str:
    """Return the name of the type in which a step computes."""
    strong = [one.dtype for one in step.operands if isinstance(one, Value) and not one.weak]
    for kind in "fi":
        for dtype in [*strong, step.out.dtype]:
            if dtype.kind == kind:
                return f"np.{dtype}"
    return "np.float64"


def _typed(text: str, out: Value) -> str:
    return f"np.uint8({text})" if out.dtype == np.bool_ else f"np.{out.dtype}({text})"


def broadcast_strides(value: Value, shape: tuple[int, ...]) -> list[int]:
    """Return the strides of a value seen in `shape`: 0 along axes it is repeated on."""
    missing = len(shape) - len(value.shape)
    known = zip(value.shape, value.strides, shape[missing:], strict=True)
    return [0] * missing + [0 if size != full else stride for size, stride, full in known]


def collapsed(shape: Iterable[int], strides: list[list[int]]) -> tuple[list[int], list[list[int]]]:
    """Return sizes and strides with axes of size 1 dropped, and axes that run on as one joined."""
    axes = [(size, [one[axis] for one in strides]) for axis, size in enumerate(shape) if size != 1]
    joined: list[tuple[int, list[int]]] = []
    for size, steps in axes:
        if joined and all(
            outer == inner * size for outer, inner in zip(joined[-1][1], steps, strict=True)
        ):
            joined[-1] = (joined[-1][0] * size, steps)
        else:
            joined.append((size, steps))
    joined = joined or [(1, [0] * len(strides))]
    return [size for size, _ in joined], [
        list(one) for one in zip(*(s for _, s in joined), strict=True)
    ]


def _source(
    loaded: dict[Value, str],
    outputs: list[Value],
    inside: dict[Value, str],
    lines: list[str],
    sizes: list[int],
    strides: list[list[int]],
) -> str:
    """Return the body of a kernel: its row holds sizes, then address and strides an operand.

    A load stands as far out as its strides allow, so that LLVM need not prove it constant.
    """
    rank = len(sizes)
    head = [f"n{axis} = p[{axis}]" for axis in range(rank)]
    levels: list[list[str]] = [[] for _ in range(rank + 1)]
    for place, value in enumerate(dict.fromkeys([*loaded, *outputs])):
        base = rank + place * (rank + 1)
        head.append(f"a{place} = p[{base}]")
        terms = []
        for axis, stride in enumerate(strides[place]):
            if stride == 1 and axis == rank - 1:
                terms.append(f"i{axis}")
            elif stride:
                head.append(f"s{place}_{axis} = p[{base + 1 + axis}]")
                terms.append(f"i{axis} * s{place}_{axis}")
        where = " + ".join(terms) or "0"
        kind = "bool" if value.dtype == np.bool_ else str(value.dtype)
        if value in loaded:
            depth = max(
                (axis + 1 for axis, stride in enumerate(strides[place]) if stride), default=0
            )
            levels[depth].append(f"{loaded[value]} = load_{kind}(a{place}, {where})")
        if value in outputs:
            lines.append(f"store_{kind}(a{place}, {where}, {inside[value]})")
    body = head + levels[0]
    for axis in range(rank):
        body.append(f"{'    ' * axis}for i{axis} in range(n{axis}):")
        body += [f"{'    ' * (axis + 1)}{line}" for line in levels[axis + 1]]
    body += [f"{'    ' * rank}{line}" for line in lines]
    return "\n".join(f"    {line}" for line in body) + "\n"
