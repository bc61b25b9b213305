"""The functions of an operation on Scalars and Python floats, generated from its expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import NUMBERS
from .generating import SHARED, generated, parameters, rule_call, signature_of, tuple_of

if TYPE_CHECKING:
    from .operation import Op


def ieee(op: Op, args: tuple, statics: tuple) -> float:
    """Return `op` of numbers in float64, where infinity or nan comes instead of an error."""
    with np.errstate(all="ignore"):
        named = dict(zip(op.statics, statics, strict=True))
        return float(op.forward(*map(np.float64, args), **named))


def scalar_function(op: Op) -> Any:
    """Return the call path of Scalars alone, with the expression of `op` pasted in."""
    everything = f"{tuple_of(op.arrays)}, {tuple_of(op.statics)}"
    lines = []
    for name in op.arrays:
        lines += [
            f"if type({name}) is Scalar: {name}_node = {name}; {name}_data = {name}.data",
            f"elif type({name}) in PLAIN: {name}_node = None; {name}_data = {name}",
            f"else: return unusual(op, {everything})",
        ]
    kept = (f"((),) * {len(op.arrays)}" if name == "shapes" else name for name in op.kept)
    # A comparison is a Python bool: nothing flows back through it.
    flat = [] if op.rules else ["return y"]
    # An operation that selects may take one of its numbers, an int.
    selects = " if " in str(op.expression) and len(op.arrays + op.statics) > 1
    lines += [
        *(f"{name} = {name}_data" for name in op.arrays),
        "special = exceptional[0]",
        f"if special and modes.scalars is not None: y = modes.scalars.run(op, {everything})",
        "else:",
        f"    try: y = {f'float({op.expression})' if selects else op.expression}",
        f"    except (ArithmeticError, ValueError): y = ieee(op, {everything})",
        *flat,
        "made = new(Scalar); made.data = y; made.grad = 0.0; made.number = clock()",
        "if special and not modes.grad: made.op = None; made.parents = made.kept = ()",
        "else:",
        f"    made.op = op; made.parents = {tuple_of(f'{name}_node' for name in op.arrays)}",
        f"    made.kept = {tuple_of(kept)}",
        "return made",
    ]
    return generated(op, signature_of(op), lines)


def push_function(op: Op) -> Any:
    """Return `push(node)`, which adds a Scalar's gradients to the `grad` of its parents."""
    lines = ["g = node.grad"]
    if op.kept:
        lines.append(f"{tuple_of(op.kept)} = node.kept")
    lines.append(f"{tuple_of(f'{name}_node' for name in op.arrays)} = node.parents")
    for name in (name for name in op.arrays if name in op.rules):
        again = f"ieee_rule(rule_{name}, {', '.join(parameters(op.rules[name]))})"
        lines += [
            f"if {name}_node is not None:",
            f"    try: {name}_node.grad += {rule_call(op, name)}",
            f"    except (ArithmeticError, ValueError): {name}_node.grad += {again}",
        ]
    return generated(op, "node", lines)


def ieee_rule(rule: Callable, *values: Any) -> float:
    """Return a rule's gradient in float64, where infinity or nan comes instead of an error."""
    with np.errstate(all="ignore"):
        exact = (np.float64(value) if type(value) in NUMBERS else value for value in values)
        return float(rule(*exact))


def unusual(op: Op, args: tuple, statics: tuple) -> Any:
    """Run `op` on Scalars among which NumPy's numbers are; TypeError for anything else."""
    plain = [arg.item() if isinstance(arg, np.generic) else arg for arg in args]
    if any(isinstance(arg, np.generic) for arg in args):
        return op.scalar(*plain, *statics)
    return refuse(op, args)


def refuse(op: Op, args: tuple) -> Any:
    """Raise TypeError: a Scalar goes with Scalars and numbers alone."""
    kinds = ", ".join(type(arg).__name__ for arg in args)
    hint = "" if op.expression else "; it is an operation on Tensors"
    raise TypeError(f"{op.name}: got {kinds}; a Scalar goes with Scalars and numbers{hint}")


def float_function(op: Op) -> Any:
    """Return the forward on Python floats; where Python raises, IEEE arithmetic answers."""
    lines = [
        f"try: return {op.expression}",
        "except (ArithmeticError, ValueError):",
        f"    return ieee(op, {tuple_of(op.arrays)}, {tuple_of(op.statics)})",
    ]
    return generated(op, signature_of(op), lines)


SHARED.update(ieee=ieee, ieee_rule=ieee_rule, unusual=unusual)
