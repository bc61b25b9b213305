"""What an operation is: one entry with a forward and one derivative rule per argument.

    @op(broadcasts=True, promotes=True, a=lambda g, b: g * b, b=lambda g, a: g * a)
    def mul(a, b):
        '''Elementwise product; a and b broadcast.'''
        return a * b

The forward works on plain arrays. A rule is written in operators and operations alone, never in
NumPy or methods, so that it runs on arrays, on Tensors (higher order) and on traced values.
The names of a rule's parameters are what the node keeps: `g` is the incoming cotangent; else an
array argument, `y` the output, `shapes` of the arguments, a static argument, a named residual;
`places` are those of any number of arguments that hold integers or booleans.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from . import calls, scalar_calls
from .generating import parameters

RESERVED = frozenset({"g", "y", "shapes"})


class Op:
    """The entry of one operation; the function that `op` returns carries it as its `.op`.

    arrays and statics are the names of its arguments, defaults the values some have; variadic
    says that the only array argument takes any number of arrays. kept are the names that a node
    keeps, in this order; frees says that there are arrays among them, freed by a backward pass.
    """

    # What array arguments are called in public, where that is not PUBLIC's name.
    public: dict[str, str]
    # Compiles the public function, and returns it.
    complete: Callable[[], Any]

    def __init__(self, name: str, forward: Callable, rules: dict[str, Callable]) -> None:
        self.name = name
        self.forward = forward
        self.rules = rules
        self.public = {}
        self.arrays: tuple[str, ...] = ()
        self.defaults: dict[str, Any] = {}
        self.statics: tuple[str, ...] = ()
        self.variadic = False
        self.broadcasts = False
        self.views = False
        self.promotes: tuple[str, ...] = ()
        self.floats: bool | str = False
        self.expression: str | None = None
        self.residuals: tuple[str, ...] = ()
        self.composed: Callable | None = None

    def finish(self) -> Callable:
        """Check the rules, and return the public function of the entry."""
        self.kept = self._names_to_keep()
        self.frees = bool(set(self.kept).difference(self.statics, ["shapes"]))
        return calls.call_function(self)

    @property
    def draws(self) -> bool:
        """Whether the operation moves a random stream, its static argument `generator`."""
        return "generator" in self.statics

    # What most programs need of few operations is generated at its first use.

    @cached_property
    def pull(self) -> Any:
        """All rules in one call: pull(kept, g, parents) returns a gradient for each parent."""
        return calls.pull_function(self)

    @cached_property
    def on_floats(self) -> Any:
        """The forward on Python floats, of an operation with an expression."""
        return scalar_calls.float_function(self)

    @cached_property
    def scalar(self) -> Any:
        """The call path of Scalars, of an operation with an expression."""
        return scalar_calls.scalar_function(self)

    @cached_property
    def push(self) -> Any:
        """push(node) adds the gradients of a Scalar to its parents' `grad`."""
        return scalar_calls.push_function(self)

    def _names_to_keep(self) -> tuple[str, ...]:
        if reserved := RESERVED.intersection(self.arrays + self.statics):
            raise TypeError(f"op {self.name}: rename argument {min(reserved)}, rules reserve it")
        if unknown := set(self.rules).difference(self.arrays):
            raise TypeError(
                f"op {self.name}: a rule for {min(unknown)}, which is no array argument"
            )
        # A composed op is differentiated anew from its inputs, so they are kept.
        names = dict.fromkeys(self.arrays + self.statics if self.composed else ())
        for rule in self.rules.values():
            names.update(dict.fromkeys(parameters(rule)))
        names.pop("g", None)
        known = {*self.arrays, *self.statics, *self.residuals, *RESERVED}
        known |= {"places"} if self.variadic else set()
        if unknown := set(names).difference(known):
            raise TypeError(f"op {self.name}: a rule asks for {min(unknown)}; it knows {known}")
        return tuple(names)

    def __repr__(self) -> str:
        return f"<op {self.name}>"


def op(
    *,
    name: str | None = None,
    broadcasts: bool = False,
    views: bool = False,
    promotes: bool | tuple[str, ...] = (),
    floats: bool | str = False,
    expression: str | None = None,
    residuals: tuple[str, ...] = (),
    composed: Callable | None = None,
    **rules: Callable,
) -> Callable[[Callable], Any]:
    """Make an operation of a forward function on arrays.

    Array arguments stand before a `/` (all positional ones where there is none, none where all
    are keywords); the others are static.

    name: what errors, pictures and `grad_fn` call it, by default the forward's name.
    broadcasts: the sweep sums a gradient to its argument's shape. views: the result may show the
    memory of the only array argument. promotes: these arguments (True: all) first meet in one
    dtype, by PyTorch's rules; floats: integers first become the default float, with "only" they
    raise NotImplementedError. expression: the forward on Python floats, as a Python expression.
    residuals: names of what the forward returns after its output, for the rules. composed: the
    same function in primitive operations, differentiated instead where a graph of the gradient is
    asked for.
    rules: one formula an array argument; an argument without one gets no gradient.
    """

    def entry(forward: Callable) -> Any:
        made = Op(name or forward.__name__.rstrip("_"), forward, rules)
        parameters = list(inspect.signature(forward).parameters.values())
        arrays = _array_arguments(parameters)
        made.arrays = tuple(p.name for p in arrays)
        made.variadic = any(p.kind is p.VAR_POSITIONAL for p in arrays)
        made.statics = tuple(p.name for p in parameters if p.name not in made.arrays)
        made.defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        made.broadcasts, made.floats, made.expression = broadcasts, floats, expression
        made.views = views
        made.promotes = made.arrays if promotes is True else tuple(promotes or ())
        made.residuals, made.composed = residuals, composed
        return made.finish()

    return entry


def elementwise(
    name: str,
    forward: Callable,
    expression: str | None,
    doc: str,
    *,
    floats: bool | str = False,
    public: dict[str, str] | None = None,
    **rules: Callable,
) -> Any:
    """Make the operation of a ufunc or operator of `x`, or of `a` and `b`, as `expression` says.

    Without an expression the rules tell. With two arguments it promotes and broadcasts; `floats`
    as in `op`; public are names of arguments in calls, where they are not PyTorch's usual ones.
    """
    made = Op(name, forward, rules)
    made.public = public or {}
    binary = re.search(r"\bb\b", expression or " ".join(rules)) is not None
    made.arrays = ("a", "b") if binary else ("x",)
    made.broadcasts, made.promotes = binary, made.arrays if binary else ()
    made.floats, made.expression = floats, expression
    function = made.finish()
    function.__doc__ = doc
    return function


def _array_arguments(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    for kind in ("VAR_POSITIONAL", "POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD"):
        found = [p for p in parameters if p.kind.name == kind]
        if found:
            return found
    return []
