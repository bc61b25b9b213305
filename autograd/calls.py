"""How a call of an operation finds its carrier: Python code generated for every operation.

Generic code that walks over the arguments takes longer than a small NumPy operation itself, so
the common cases are spelled out, argument by argument: Tensors (and numbers) that need no
promotion, and plain arrays. Scalars have functions of their own. Everything else goes through
`general`, which hands the call to the carrier of the highest level. A function's generated text is
its `source`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from .argument_names import ABSENT, PUBLIC, renamed, with_aliases
from .crossover import LEAST, native_from
from .dtypes import NUMBERS
from .graph import Node, exceptional, modes
from .versions import clock

if TYPE_CHECKING:
    from .operation import Op

# What an expression on floats may call; infinity and nan in its place where they raise.
MATHEMATICS = ("cos", "exp", "log", "log1p", "pow", "sin", "sqrt", "tanh")
# How NumPy tells of overflow and the like where a user's filter or errstate asks for errors.
FLAGGED = (RuntimeWarning, FloatingPointError)
# The classes of Tensor carriers; with SHARED, the globals of all generated code, it is completed
# by the modules that define the carriers.
TENSORS: set[type] = set()
# What goes with Scalars as a plain number; a trace adds the numbers it has seen.
PLAIN: set[type] = set(NUMBERS)
SHARED: dict[str, Any] = {
    "__name__": "autograd.generated",
    "ABSENT": ABSENT,
    "FLAGGED": FLAGGED,
    "NUMBERS": NUMBERS,
    "PLAIN": PLAIN,
    "TENSORS": TENSORS,
    "Node": Node,
    "asarray": np.asarray,
    "clock": clock,
    "exceptional": exceptional,
    "modes": modes,
    "ndarray": ndarray,
    "new": object.__new__,
    **{name: getattr(math, name) for name in MATHEMATICS},
}
# Infinity and nan are results here, not accidents, as in PyTorch. Entering `np.errstate` takes
# longer than a small operation, so NumPy's warnings about our own lines are filtered instead.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"autograd\.")


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
    least = native_from(op)
    if least and any(type(arg) is ndarray and arg.size >= least for arg in args):
        made = SHARED["large"](op, (op, *map(kind_of, args), *statics), args, statics)
        if made is not None:
            return made
    return forward(op, args, statics)


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
    except (TypeError, ValueError) as error:
        raise misfit(op, args, error) from None


def kind_of(arg: Any) -> Any:
    """Return what of an argument decides about native code: all of it but elements and floats."""
    if type(arg) is ndarray:
        return arg.dtype.char
    return float if type(arg) is float else arg


SHARED["kind_of"] = kind_of


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
    plain = op.expression and not op.statics and not any(arg is None for arg in args)
    if isinstance(error, TypeError) and plain:
        dtypes = {str(arg.dtype) for arg in args if hasattr(arg, "dtype")}
        return NotImplementedError(f"{op.name}: not implemented for {', '.join(dtypes)}; {error}")
    return error


def _broadcast(shapes: list) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def ieee(op: Op, args: tuple, statics: tuple) -> float:
    """Return `op` of numbers in float64, where infinity or nan comes instead of an error."""
    with np.errstate(all="ignore"):
        named = dict(zip(op.statics, statics, strict=True))
        return float(op.forward(*map(np.float64, args), **named))


def call_function(op: Op) -> Any:
    """Return the public function of `op`: its signature, docstring and generated call path."""
    lines = []
    if 1 <= len(op.arrays) <= 3 and not op.variadic:
        lines = [*_tensor_path(op), *_array_path(op)]
    args = op.arrays[0] if op.variadic else _tuple(op.arrays)
    lines.append(f"return general(op, {args}, {_tuple(op.statics)})")
    names = {name: PUBLIC[name] for name in op.arrays if name in PUBLIC}
    function = _compiled(op, *with_aliases(_signature(op), lines), names)
    function.__name__ = function.__qualname__ = op.name
    function.op = op
    function.__doc__ = op.forward.__doc__
    function.__module__ = op.forward.__module__ or __name__
    return function


def pull_function(op: Op) -> Any:
    """Return `pull(kept, g, parents)`: a gradient for each parent, None where it has none."""
    if not op.rules:
        lines = ["return (None,) * len(parents)"]
    elif op.variadic:
        lines = [f"{_tuple(op.kept)} = kept"] if op.kept else []
        lines.append(f"return {_rule_call(op, op.arrays[0])}")
    else:
        lines = [f"{_tuple(op.kept)} = kept"] if op.kept else []
        lines.append(f"{_tuple(f'{name}_node' for name in op.arrays)} = parents")
        lines += list(_large_pull(op)) if native_from(op) else []
        wanted = (
            f"{_rule_call(op, name)} if {name}_node is not None else None"
            if name in op.rules
            else "None"
            for name in op.arrays
        )
        lines.append(f"return {_tuple(wanted)}")
    return _compiled(op, "kept, g, parents", lines)


def _large_pull(op: Op) -> Iterable[str]:
    kinds = [f"{name}_node is None" for name in op.arrays]
    kinds += [f"None if type({name}) is ndarray else {name}" for name in op.kept]
    yield f"if type(g) is ndarray and g.size >= {LEAST}:"
    yield f"    made = pull_large(op, (op, g.dtype.char, {', '.join(kinds)}), kept, g, parents)"
    yield "    if made is not None: return made"


def scalar_function(op: Op) -> Any:
    """Return the call path of Scalars alone, with the expression of `op` pasted in."""
    everything = f"{_tuple(op.arrays)}, {_tuple(op.statics)}"
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
        f"    made.op = op; made.parents = {_tuple(f'{name}_node' for name in op.arrays)}",
        f"    made.kept = {_tuple(kept)}",
        "return made",
    ]
    return _compiled(op, _signature(op), lines)


def push_function(op: Op) -> Any:
    """Return `push(node)`, which adds a Scalar's gradients to the `grad` of its parents."""
    lines = ["g = node.grad"]
    if op.kept:
        lines.append(f"{_tuple(op.kept)} = node.kept")
    lines.append(f"{_tuple(f'{name}_node' for name in op.arrays)} = node.parents")
    for name in (name for name in op.arrays if name in op.rules):
        again = f"ieee_rule(rule_{name}, {', '.join(parameters(op.rules[name]))})"
        lines += [
            f"if {name}_node is not None:",
            f"    try: {name}_node.grad += {_rule_call(op, name)}",
            f"    except (ArithmeticError, ValueError): {name}_node.grad += {again}",
        ]
    return _compiled(op, "node", lines)


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
        f"    return ieee(op, {_tuple(op.arrays)}, {_tuple(op.statics)})",
    ]
    return _compiled(op, _signature(op), lines)


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
    everything = f"{_tuple(op.arrays)}, {_tuple(op.statics)}"
    yield f"if exceptional[0] and modes.trace is not None: return general(op, {everything})"
    outputs = ", ".join(("y", *op.residuals))
    arrays = [f"{name}_array" for name in op.arrays]
    named = [f"{name}={name}" for name in op.statics]
    call = f"{outputs} = forward({', '.join(arrays + named)})"
    if native_from(op):
        yield f"y = {_large_call(op, arrays)} if size_ >= {native_from(op)} else None"
        call = f"if y is None: {call}"
    yield "try:"
    yield f"    {call}"
    yield f"except FLAGGED: {outputs} = quiet(op, {_tuple(arrays)}, {_tuple(op.statics)})"
    if op.expression or op.broadcasts:
        yield "except (TypeError, ValueError) as error:"
        yield f"    raise misfit(op, {_tuple(arrays)}, error) from None"
    yield "if type(y) is not ndarray: y = asarray(y)"
    yield "made = new(Tensor); made.array = y"
    if op.views:
        yield f"note_view(made, {op.arrays[0]}, op, {_tuple(op.statics)})"
    nodes = [f"{name}_node" for name in op.arrays if name in op.rules]
    if nodes:
        # A conversion to integers ends the graph.
        float_result = " and y.dtype.kind == 'f'" if "dtype" in op.statics else ""
        yield f"if ({' or '.join(nodes)}) and (not exceptional[0] or modes.grad){float_result}:"
        yield "    node = made.node = new(Node); node.op = op"
        every = (f"{name}_node" if name in op.rules else "None" for name in op.arrays)
        yield f"    node.parents = {_tuple(every)}"
        yield f"    node.kept = {_tuple(_kept(op, name) for name in op.kept)}"
        yield "    node.number = clock(); node.shape = y.shape; node.dtype = y.dtype"
        yield "    return made"
    yield "made.node = None"
    yield "return made"


def _large_call(op: Op, arrays: Iterable[str]) -> str:
    """Return the call for native code of an operation on large arrays."""
    kinds = (f"{one}.dtype.char if type({one}) is ndarray else kind_of({one})" for one in arrays)
    key = _tuple(["op", *kinds, *op.statics])
    return f"large(op, {key}, {_tuple(arrays)}, {_tuple(op.statics)})"


def _kept(op: Op, name: str) -> str:
    """Return the source of a kept value: None where no rule that asks for it will run."""
    if name == "shapes":
        return _tuple(f"{array}_array.shape" for array in op.arrays)
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
    yield f"    except FLAGGED: return quiet(op, {_tuple(op.arrays)}, {_tuple(op.statics)})"


def _rule_call(op: Op, name: str) -> str:
    return f"rule_{name}({', '.join(parameters(op.rules[name]))})"


def parameters(rule: Callable) -> tuple[str, ...]:
    """Return the names that a rule asks for."""
    return rule.__code__.co_varnames[: rule.__code__.co_argcount]


def _tuple(items: Iterable[str]) -> str:
    return f"({', '.join(items)},)".replace("(,)", "()")


def _signature(op: Op) -> str:
    parts = [f"*{op.arrays[0]}"] if op.variadic else [_default(op, name) for name in op.arrays]
    parts += [] if op.variadic or op.arrays else ["*"]
    return ", ".join(parts + [_default(op, name) for name in op.statics])


def _default(op: Op, name: str) -> str:
    return f"{name}=default_{name}" if name in op.defaults else name


def _compiled(op: Op, signature: str, lines: list[str], names: dict[str, str] | None = None) -> Any:
    """Compile one function; what belongs to `op` reaches it as variables of a closure.

    Inside it is named `call`: by the name of `op` it would hide `exp` from the expression "exp(x)".
    names are the public ones of its arguments.
    """
    own: dict[str, Any] = {f"rule_{name}": rule for name, rule in op.rules.items()}
    own |= {f"default_{name}": value for name, value in op.defaults.items()}
    own |= {"op": op, "forward": op.forward, "general": general, "quiet": forward, "ieee": ieee}
    own |= {"misfit": misfit}
    own |= {"ieee_rule": ieee_rule, "unusual": unusual}
    body = "\n".join(f"        {line}" for line in lines)
    signature, body = renamed(signature, names or {}), renamed(body, names or {})
    source = f"def make({', '.join(own)}):\n    def call({signature}):\n{body}\n    return call"
    made: dict[str, Any] = {}
    exec(compile(source, f"<autograd {op.name}>", "exec"), SHARED, made)
    function = made["make"](**own)
    function.source = source
    return function
