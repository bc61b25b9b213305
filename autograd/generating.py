"""Generated code: what of an operation's functions is the same for all, and how they are compiled.

Generic code that walks over the arguments of a call takes longer than a small NumPy operation
itself, so the functions of an operation are spelled out, argument by argument, as Python code.
The public ones are compiled by their first call: a program uses few of the operations there are.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from .argument_names import ABSENT, PUBLIC, renamed
from .dtypes import NUMBERS
from .graph import Node, exceptional, modes
from .user_code import user_line
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
    "user_line": user_line,
    **{name: getattr(math, name) for name in MATHEMATICS},
}
# Infinity and nan are results here, not accidents, as in PyTorch. Entering `np.errstate` takes
# longer than a small operation, so NumPy's warnings about our own lines are filtered instead.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"autograd\.")


def generated(op: Op, signature: str, lines: list[str], names: dict[str, str] | None = None) -> Any:
    """Compile one function; what belongs to `op` reaches it as variables of a closure.

    names are the public ones of its arguments.
    """
    function = _maker(source_of(op, signature, lines, names))(**_own(op))
    function.__code__ = function.__code__.replace(co_filename=f"<autograd {op.name}>")
    return function


def generated_by_call(op: Op, signature: str, make_lines: Callable[[], Iterable[str]]) -> Any:
    """Return a function of public names, whose code is compiled and put there by its first call."""
    names = {name: PUBLIC[name] for name in op.arrays if name in PUBLIC} | op.public

    def complete() -> Any:
        function.__code__ = generated(op, signature, [*make_lines()], names).__code__
        return function

    op.complete = complete
    function = generated(op, signature, [f"return op.complete()({_passed_on(signature)})"], names)
    return function


def _passed_on(signature: str) -> str:
    before, _, after = signature.partition("*, ")
    passed = [part.partition("=")[0] for part in before.split(", ") if part]
    named = [part.partition("=")[0] for part in after.split(", ") if part]
    if before.startswith("*"):
        passed, named = passed[:1], passed[1:]
    return ", ".join(passed + [f"{name}={name}" for name in named])


def source_of(op: Op, signature: str, lines: list[str], names: dict[str, str] | None = None) -> str:
    """Return the source of a function of these lines, inside one that gives it what is the op's.

    Inside it is named `call`: by the name of `op` it would hide `exp` from the expression "exp(x)".
    All functions of an operation name all that is its own, so that they can exchange their code.
    """
    own = [name for name in _own(op) if not name.startswith("default_")]
    body = "\n".join(f"        {line}" for line in [f"if 0: {', '.join(own)}", *lines])
    signature, body = renamed(signature, names or {}), renamed(body, names or {})
    return f"def make({', '.join(_own(op))}):\n    def call({signature}):\n{body}\n    return call"


def _own(op: Op) -> dict[str, Any]:
    own: dict[str, Any] = {f"rule_{name}": rule for name, rule in op.rules.items()}
    own |= {f"default_{name}": value for name, value in op.defaults.items()}
    return own | {"op": op, "forward": op.forward}


@functools.cache
def _maker(source: str) -> Any:
    """Return what makes functions of a source, compiled once for all operations that share it."""
    made: dict[str, Any] = {}
    exec(compile(source, "<autograd>", "exec"), SHARED, made)
    return made["make"]


def signature_of(op: Op) -> str:
    """Return the signature of an operation's functions, in its own names."""
    parts = [f"*{op.arrays[0]}"] if op.variadic else [_default(op, name) for name in op.arrays]
    parts += [] if op.variadic or op.arrays else ["*"]
    return ", ".join(parts + [_default(op, name) for name in op.statics])


def _default(op: Op, name: str) -> str:
    return f"{name}=default_{name}" if name in op.defaults else name


def rule_call(op: Op, name: str) -> str:
    """Return the code that calls the rule of an argument."""
    return f"rule_{name}({', '.join(parameters(op.rules[name]))})"


def parameters(rule: Callable) -> tuple[str, ...]:
    """Return the names that a rule asks for."""
    return rule.__code__.co_varnames[: rule.__code__.co_argcount]


def tuple_of(items: Iterable[str]) -> str:
    """Return the code of a tuple."""
    return f"({', '.join(items)},)".replace("(,)", "()")
