"""How a call of an operation finds its carrier: Python code generated for every operation.

The common cases are spelled out: Tensors (and numbers) that need no promotion, and plain arrays.
Scalars have functions of their own. Everything else goes through `general`, which hands the call
to the carrier of the highest level.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from .argument_names import PUBLIC, with_aliases
from .crossover import LEAST, native_from
from .dtypes import NO_OPERANDS, NUMBERS
from .generating import (
    FLAGGED,
    SHARED,
    generated,
    generated_by_call,
    parameters,
    rule_call,
    signature_of,
    tuple_of,
)
from .graph import modes

if TYPE_CHECKING:
    from .operation import Op


# PyTorch's words where NumPy has its own.
NO_BOOLEANS = {
    "neg": "Negation, the `-` operator, on a bool tensor is not supported; use ~ or logical_not",
    "sub": "Subtraction, the `-` operator, with bool tensors is not supported: ^ or logical_xor",
}


def general(op: Op, args: tuple, statics: tuple) -> Any:
    """Run `op` by the carrier of the highest level among `args`, or on plain arrays or numbers."""
    carrier, level = None, 0
    for arg in args:
        if getattr(arg, "_level", 0) > level:
            carrier, level = arg, arg._level
    if carrier is not None:
        return carrier._run(op, args, statics)
    if not args and modes.trace is not None:
        return modes.trace.run(op, args, statics)
    if op.expression is not None and all(type(arg) in NUMBERS for arg in args):
        return op.on_floats(*args, *statics)
    _check_operands(op, args)
    least = native_from(op)
    if least and any(type(arg) is ndarray and arg.size >= least for arg in args):
        made = SHARED["large"](op, (op, *map(kind_of, args), *statics), args, statics)
        if made is not None:
            return made
    return forward(op, args, statics)


def _check_operands(op: Op, args: tuple) -> None:
    """Raise TypeError for what is no array nor number; an argument but the first may be None."""
    for place, arg in enumerate(args):
        if isinstance(arg, NO_OPERANDS) and (place == 0 or arg is not None):
            raise _no_tensor(op, place, arg)


def _no_tensor(op: Op, place: int, arg: Any) -> TypeError:
    name = op.arrays[0 if op.variadic else place]
    return TypeError(
        f"{op.name}: {(PUBLIC | op.public).get(name, name)} must be a Tensor, got {arg!r}; make "
        "one with tensor(...)"
    )


def forward(op: Op, args: tuple, statics: tuple) -> Any:
    """Run the forward of `op` on plain arrays; no warning where a float overflows or is none."""
    named = dict(zip(op.statics, statics, strict=True))
    try:
        return op.forward(*args, **named)
    except FLAGGED:
        with np.errstate(all="ignore"):
            return op.forward(*args, **named)
    except OverflowError:
        if not any(type(arg) in NUMBERS for arg in args):
            raise
        return forward(op, _wrapped(args), statics)
    except (AttributeError, TypeError, ValueError) as error:
        raise misfit(op, args, error) from None


def kind_of(arg: Any) -> Any:
    """Return what of an argument decides about native code: all of it but elements and floats."""
    if type(arg) is ndarray:
        return arg.dtype.char
    return float if type(arg) is float else arg


def _wrapped(args: tuple) -> tuple:
    """Return `args` with numbers beyond the arrays' integer dtype wrapped, as PyTorch does."""
    dtype = next(arg.dtype for arg in args if hasattr(arg, "dtype"))
    return tuple(np.asarray(arg).astype(dtype) if type(arg) in NUMBERS else arg for arg in args)


def misfit(op: Op, args: tuple, error: Exception) -> Exception:
    """Return what to raise where the forward refused shapes or dtypes: the type PyTorch raises."""
    shapes = [np.shape(arg) for arg in args]
    if isinstance(error, ValueError) and op.broadcasts and not _broadcast(shapes):
        return RuntimeError(
            f"{op.name}: shapes {' and '.join(map(str, shapes))} do not broadcast; sizes must "
            "agree or be 1, counted from the last axis"
        )
    if isinstance(error, AttributeError):
        numbers = [place for place, arg in enumerate(args) if type(arg) in NUMBERS]
        return _no_tensor(op, numbers[0], args[numbers[0]]) if numbers else error
    plain = op.expression and not op.statics and not any(arg is None for arg in args)
    if isinstance(error, TypeError) and plain:
        dtypes = {str(arg.dtype) for arg in args if hasattr(arg, "dtype")}
        reason = NO_BOOLEANS.get(op.name, error) if "bool" in dtypes else error
        return NotImplementedError(f"{op.name}: not implemented for {', '.join(dtypes)}; {reason}")
    return error


def _broadcast(shapes: list) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def call_function(op: Op) -> Any:
    """Return the public function of `op`: its signature, docstring and generated call path."""
    signature, heeding = with_aliases(signature_of(op), [])
    function = generated_by_call(op, signature, lambda: [*heeding, *_call_path(op)])
    function.__name__ = function.__qualname__ = op.name
    function.op = op
    function.__doc__ = op.forward.__doc__
    function.__module__ = op.forward.__module__ or __name__
    return function


def _call_path(op: Op) -> Iterable[str]:
    if 1 <= len(op.arrays) <= 3 and not op.variadic:
        yield from _tensor_path(op)
        yield from _array_path(op)
    args = op.arrays[0] if op.variadic else tuple_of(op.arrays)
    yield f"return general(op, {args}, {tuple_of(op.statics)})"


def pull_function(op: Op) -> Any:
    """Return `pull(kept, g, parents)`: a gradient for each parent, None where it has none."""
    if not op.rules:
        lines = ["return (None,) * len(parents)"]
    elif op.variadic:
        lines = [f"{tuple_of(op.kept)} = kept"] if op.kept else []
        lines.append(f"return {rule_call(op, op.arrays[0])}")
    else:
        lines = [f"{tuple_of(op.kept)} = kept"] if op.kept else []
        lines.append(f"{tuple_of(f'{name}_node' for name in op.arrays)} = parents")
        lines += list(_large_pull(op)) if native_from(op) else []
        wanted = (
            f"{rule_call(op, name)} if {name}_node is not None else None"
            if name in op.rules
            else "None"
            for name in op.arrays
        )
        lines.append(f"return {tuple_of(wanted)}")
    return generated(op, "kept, g, parents", lines)


def _large_pull(op: Op) -> Iterable[str]:
    kinds = [f"{name}_node is None" for name in op.arrays]
    kinds += [f"None if type({name}) is ndarray else {name}" for name in op.kept]
    yield f"if type(g) is ndarray and g.size >= {LEAST}:"
    yield f"    made = pull_large(op, (op, g.dtype.char, {', '.join(kinds)}), kept, g, parents)"
    yield "    if made is not None: return made"


def _tensor_path(op: Op) -> Iterable[str]:
    yield f"if {' and '.join(f'type({name}) in TENSORS' for name in op.arrays)}:"
    for name in op.arrays:
        yield f"    {name}_array = {name}.array; {name}_node = {name}.node"
    same = [f"{op.promotes[0]}_array.dtype is {name}_array.dtype" for name in op.promotes[1:]]
    floats = [f"{op.arrays[0]}_array.dtype.kind == 'f'"] if op.floats else []
    yield f"    direct = {' and '.join(same + floats) or 'True'}; size_ = {op.arrays[0]}_array.size"
    if len(op.arrays) == len(op.promotes) == 2:
        yield from _number_path(*op.arrays)
    else:
        yield "else: direct = False"
    yield "if direct:"
    for line in _recorded(op):
        yield "    " + line


def _number_path(a: str, b: str) -> Iterable[str]:
    for tensor, number in ((a, b), (b, a)):
        yield f"elif type({tensor}) in TENSORS and type({number}) in NUMBERS:"
        yield f"    {tensor}_array = {tensor}.array; {tensor}_node = {tensor}.node"
        yield f"    {number}_array = {number}; {number}_node = None"
        yield f"    direct = {tensor}_array.dtype.kind == 'f'; size_ = {tensor}_array.size"
    yield "else: direct = False"


def _recorded(op: Op) -> Iterable[str]:
    everything = f"{tuple_of(op.arrays)}, {tuple_of(op.statics)}"
    yield "special = exceptional[0]"
    general = f"return general(op, {everything})"
    yield f"if special and (modes.trace is not None or modes.watch is not None): {general}"
    outputs = ", ".join(("y", *op.residuals))
    arrays = [f"{name}_array" for name in op.arrays]
    named = [f"{name}={name}" for name in op.statics]
    call = f"{outputs} = forward({', '.join(arrays + named)})"
    if native_from(op):
        yield f"y = {_large_call(op, arrays)} if size_ >= {native_from(op)} else None"
        call = f"if y is None: {call}"
    yield "try:"
    yield f"    {call}"
    yield f"except FLAGGED: {outputs} = quiet(op, {tuple_of(arrays)}, {tuple_of(op.statics)})"
    if op.expression or op.broadcasts:
        yield "except (TypeError, ValueError) as error:"
        yield f"    raise misfit(op, {tuple_of(arrays)}, error) from None"
    yield "if type(y) is not ndarray: y = asarray(y)"
    yield "made = new(Tensor); made.array = y; made._kin = None"
    if op.views:
        yield f"note_view(made, {op.arrays[0]}, op, {tuple_of(op.statics)})"
    nodes = [f"{name}_node" for name in op.arrays if name in op.rules]
    if nodes:
        # A conversion to integers ends the graph.
        float_result = " and y.dtype.kind == 'f'" if "dtype" in op.statics else ""
        yield f"if ({' or '.join(nodes)}) and (not special or modes.grad){float_result}:"
        yield "    node = made.node = new(Node); node.op = op"
        every = (f"{name}_node" if name in op.rules else "None" for name in op.arrays)
        yield f"    node.parents = {tuple_of(every)}"
        yield f"    node.kept = {tuple_of(_kept(op, name) for name in op.kept)}"
        yield "    node.number = clock(); node.shape = y.shape; node.dtype = y.dtype"
        yield "    if special and modes.anomaly: node.line = user_line()"
        yield "    return made"
    yield "made.node = None"
    yield "return made"


def _large_call(op: Op, arrays: Iterable[str]) -> str:
    """Return the call for native code of an operation on large arrays."""
    kinds = (f"{one}.dtype.char if type({one}) is ndarray else kind_of({one})" for one in arrays)
    key = tuple_of(["op", *kinds, *op.statics])
    return f"large(op, {key}, {tuple_of(arrays)}, {tuple_of(op.statics)})"


def _kept(op: Op, name: str) -> str:
    """Return the source of a kept value: None where no rule that asks for it will run."""
    if name == "shapes":
        return tuple_of(f"{array}_array.shape" for array in op.arrays)
    value = f"{name}_array" if name in op.arrays else name
    asking = [array for array, rule in op.rules.items() if name in parameters(rule)]
    if op.composed or name in op.statics or len(asking) == len(op.rules):
        return value
    return f"{value} if {' or '.join(f'{array}_node' for array in asking)} else None"


def _array_path(op: Op) -> Iterable[str]:
    plain = [f"(type({name}) is ndarray or type({name}) in NUMBERS)" for name in op.arrays[1:]]
    first = f"type({op.arrays[0]}) is ndarray"
    named = [f"{name}={name}" for name in op.statics]
    yield f"if {' and '.join([first, *plain])}:"
    if native_from(op):
        yield f"    if {op.arrays[0]}.size >= {native_from(op)}:"
        yield f"        y = {_large_call(op, op.arrays)}"
        yield "        if y is not None: return y"
    yield f"    try: return forward({', '.join([*op.arrays, *named])})"
    yield f"    except FLAGGED: return quiet(op, {tuple_of(op.arrays)}, {tuple_of(op.statics)})"


SHARED.update(general=general, kind_of=kind_of, misfit=misfit, quiet=forward)
