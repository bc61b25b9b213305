"""The way into a plan: Python code generated for it, one line for everything that must hold.

A step of a small model takes the native rows two or three microseconds; generic code that looks at
guards, numbers and arrays one by one takes longer than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .. import dtypes, versions
from ..graph import exceptional, modes
from ..tensors import Tensor, wrap
from .blas import OneThread
from .native import run
from .pointing import point
from .recording import MISSED, StaleError, rebuilt

if TYPE_CHECKING:
    from .running import Plan


class Lines:
    """Lines of generated code, and the objects that they name."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self._given: dict[int, str] = {}

    def name(self, one: Any) -> str:
        """Return the name under which the code finds an object."""
        if id(one) not in self._given:
            name = self._given[id(one)] = f"o{len(self._given)}"
            self.names[name] = one
        return self._given[id(one)]

    def function(self, head: str, body: list[str], result: str) -> Callable:
        """Return the function of these lines; `source` tells its text."""
        # Names as defaults of parameters: locals are found soonest.
        given = "".join(f", {name}={name}" for name in self.names)
        star = f"{', ' if '(args' in head else ''}*" if given else ""
        top = f"def {head.removesuffix(')')}{star}{given}):"
        source = "\n    ".join([top, *body, f"return {result}"]) + "\n"
        made: dict[str, Any] = {}
        exec(compile(source, "<autograd plan>", "exec"), {**SHARED, **self.names}, made)
        function = made[head.partition("(")[0]]
        function.source = source
        return function


ONE_THREAD = OneThread()
SHARED = {
    "MISSED": MISSED,
    "StaleError": StaleError,
    "Tensor": Tensor,
    "dtypes": dtypes,
    "exceptional": exceptional,
    "modes": modes,
    "point": point,
    "rebuilt": rebuilt,
    "run": run,
    "versions": versions,
    "wrap": wrap,
}


def finish_of(plan: Plan) -> Callable:
    """Return finish(): do the step on what the plan points at, and return its result."""
    lines = Lines()
    return lines.function("finish()", list(_step(plan, lines)), _result(plan, lines))


def entry_of(plan: Plan, grad: bool, dtype: Any) -> Callable:
    """Return entry(args): the result of the step, or MISSED if anything is not as it was.

    It takes Tensors alone, outside any graph.
    """
    lines = Lines()
    body = [
        f"if exceptional[0] and (modes.trace is not None or modes.grad is not {grad})"
        if grad
        else "if modes.trace is not None or modes.grad",
    ]
    body[0] += f" or dtypes._default is not {lines.name(dtype)}: return MISSED"
    body += _arguments(plan, lines)
    body.append(f"with {lines.name(plan.lock)}:")
    held = [*plan.recording.premises.conditions(lines.name), *_tensors(plan, lines)]
    inside = [f"if not ({' and '.join(held)}): return MISSED"]
    inside += [*_pointing(plan, lines), *_step(plan, lines), f"return {_result(plan, lines)}"]
    return lines.function("entry(args)", body + [f"    {line}" for line in inside], "MISSED")


def _arguments(plan: Plan, lines: Lines) -> Iterator[str]:
    places = range(len(plan.argument_roots))
    if not places:
        yield "if args: return MISSED"
        return
    yield f"if len(args) != {len(places)}: return MISSED"
    yield f"{', '.join(f'x{place}' for place in places)}, = args"
    checks = [f"type(x{place}) is Tensor and x{place}.node is None" for place in places]
    for place, only in plan.recording.pinned.items():
        checks.append(f"{lines.name(only)}() is x{place}")
    yield f"if not ({' and '.join(checks)}): return MISSED"
    yield "; ".join(f"a{place} = x{place}.array" for place in places)


def _tensors(plan: Plan, lines: Lines) -> Iterator[str]:
    """Yield the conditions that all Tensors have the arrays that the plan points at."""
    arrays = lines.name(plan.arrays)
    for place, tensor in enumerate(plan.tensors):
        yield f"{lines.name(tensor)}.array is {arrays}[{place}]"


def _pointing(plan: Plan, lines: Lines) -> Iterator[str]:
    """Yield the lines that point the plan at arguments that are other arrays than before."""
    pointed, memory = lines.name(plan.pointed), lines.name(plan.program.memory)
    spans = lines.name(plan.spans)
    for place, root in enumerate(plan.argument_roots):
        table = plan.tables[place].ctypes.data
        yield f"if a{place} is not {pointed}[{place}]:"
        yield f"    if not point({table}, {spans}[0], id(a{place})): return MISSED"
        yield f"    {pointed}[{place}] = {memory}[{root}] = a{place}"


def _step(plan: Plan, lines: Lines) -> Iterator[str]:
    """Yield the lines that read the numbers, run the program and leave what a step leaves."""
    for root, array in plan.loose:
        yield f"{lines.name(plan)}.point({root}, {lines.name(array)})"
    for first, *others in plan.equal:
        same = " == ".join(_entry(lines, one) for one in (first, *others))
        if others:
            yield f"if not ({same}): raise StaleError"
    if plan.paths:
        read = ", ".join(_entry(lines, path) for path in plan.paths)
        yield f"{lines.name(plan.pack)}({lines.name(plan.numbers)}, 0, {read})"
    for part in plan.parts:
        if callable(part):
            yield f"{lines.name(part)}()"
        else:
            inside = f"with {lines.name(ONE_THREAD)}: " if plan.program.blas else ""
            yield f"{inside}error = run({part.ctypes.data})"
            yield f"if error: {lines.name(plan.fail)}()"
    for array, entries in plan.written:
        left = " = ".join(_entry(lines, one) for one in entries)
        yield f"{left} = {lines.name(array)}.item()"
    for leaf, grad in plan.grads:
        yield f"{lines.name(leaf)}._grad = {lines.name(grad)}"
    if plan.written_roots:
        yield f"{lines.name(plan.change)}[0] = versions.latest = versions.clock()"


def _entry(lines: Lines, path: tuple) -> str:
    """Return the code that names an entry of a mapping, (mapping, key, ...)."""
    return lines.name(path[0]) + "".join(f"[{key!r}]" for key in path[1:])


def _result(plan: Plan, lines: Lines) -> str:
    if plan.single is not None:
        return f"wrap({lines.name(plan.single)}.copy())"
    if plan.recording.result is None:
        return "None"
    return f"rebuilt({lines.name(plan.result)}, {lines.name(plan.copied)})"
