"""The way into a plan: Python code generated for it, one line for everything that must hold.

A step of a small model takes the native rows two or three microseconds; generic code that looks at
guards, numbers and arrays one by one takes longer than that. So does this code: mostly a native
call tells that nothing has changed (see `quick`), and it is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .. import dtypes, versions
from ..graph import exceptional, modes
from ..tensors import Tensor, wrap
from .blas import ONE_THREAD
from .native import run
from .objects import KNOWN
from .quick import CHANGED, REFUSED, Table, arm, arm_last, comes_anew, enter, read_by
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

    def function(self, head: str, body: list[str]) -> Callable:
        """Return the function of these lines; `source` tells its text."""
        source = "\n    ".join([f"def {head}:", *body]) + "\n"
        made: dict[str, Any] = {}
        native = {name: one.load() for name, one in NATIVE.items()}
        exec(compile(source, "<autograd plan>", "exec"), {**native, **SHARED, **self.names}, made)
        function = made[head.partition("(")[0]]
        function.source = source
        return function


NATIVE = {"arm": arm, "arm_last": arm_last, "enter": enter, "run": run}
SHARED = {
    "MISSED": MISSED,
    "StaleError": StaleError,
    "Tensor": Tensor,
    "clock": versions.clock,
    "dtypes": dtypes,
    "exceptional": exceptional,
    "modes": modes,
    "new": object.__new__,
    "rebuilt": rebuilt,
    "versions": versions,
    "wrap": wrap,
}


def finish_of(plan: Plan) -> Callable:
    """Return finish(): do the step on what the plan points at, and return its result."""
    lines = Lines()
    return lines.function("finish()", [*_step(plan, lines), f"return {_result(plan, lines)}"])


def entry_of(plan: Plan, grad: bool, dtype: Any) -> Callable | None:
    """Return entry(args): the result of the step, or MISSED if anything is not as it was.

    It takes Tensors alone, outside any graph. None where objects lie otherwise than known.
    """
    if not KNOWN:
        return None
    lines, table = Lines(), Table(plan, grad)
    lines.names["table"] = table.address
    # Only modes other than the default are told by a word.
    body = [] if grad else ["if modes.trace is not None or modes.grad: return MISSED"]
    body += (_whole if table.whole else _pointed)(plan, lines, grad, dtype)
    entry = lines.function("entry(args)", body)
    entry.table = table  # type: ignore[attr-defined]
    return entry


def _whole(plan: Plan, lines: Lines, grad: bool, dtype: Any) -> Iterator[str]:
    """Yield the lines that let `enter` do all of the step."""
    single, result = plan.single, "None"
    yield f"made = {'None' if single is None else f'{lines.name(single)}.copy()'}"
    yield "code = enter(args, made, table, 0)"
    yield f"if code == {CHANGED}:"
    yield f"    with {lines.name(plan.lock)}:"
    for line in _looking(plan, lines, grad, dtype):
        yield f"        {line}"
    for path in read_by(plan):
        for end in range(2, len(path)):
            # So that a change of such a number is one of the mapping.
            yield f"        if type({_entry(lines, path[:end])}) is not tuple: return MISSED"
    for line in _reading(plan, lines):
        yield f"        {line}"
    yield "        code = enter(args, made, table, 1)"
    yield f"        if code == {CHANGED}: return MISSED"
    for leaf, left in plan.grads:
        if not comes_anew(plan, leaf, left):
            yield f"        if not code: {_gradient(lines, leaf, left)}"
    yield f"if code: {lines.name(plan.fail)}(code - {REFUSED})"
    for leaf, left in plan.grads:
        if comes_anew(plan, leaf, left):
            yield _gradient(lines, leaf, left)
    yield from _ticking(plan, lines)
    if single is not None:
        result = "wrapped"
        yield "wrapped = new(Tensor); wrapped.array = made; wrapped.node = None"
    yield f"return {result}"


def _pointed(plan: Plan, lines: Lines, grad: bool, dtype: Any) -> Iterator[str]:
    """Yield the lines that let `enter` point at the arguments, and do the step."""
    yield f"with {lines.name(plan.lock)}:"
    yield "    if enter(args, None, table, 0):"
    for line in _looking(plan, lines, grad, dtype):
        yield f"        {line}"
    yield "        if enter(args, None, table, 1): return MISSED"
    for line in _step(plan, lines):
        yield f"    {line}"
    if plan.written:
        yield "    arm_last(None, table)"
    yield f"    return {_result(plan, lines)}"


def _looking(plan: Plan, lines: Lines, grad: bool, dtype: Any) -> Iterator[str]:
    """Yield the lines that look at everything but the arguments, whatever the table expects."""
    # First: what changes meanwhile is then another word than expected.
    yield "arm(None, table)"
    if grad:
        yield "if exceptional[0] and (modes.trace is not None or not modes.grad): return MISSED"
    held = [
        f"dtypes._default is {lines.name(dtype)}",
        *plan.recording.premises.conditions(lines.name),
        *_tensors(plan, lines),
    ]
    yield f"if not ({' and '.join(held)}): return MISSED"


def _tensors(plan: Plan, lines: Lines) -> Iterator[str]:
    """Yield the conditions that all Tensors have the arrays that the plan points at."""
    arrays = lines.name(plan.arrays)
    for place, tensor in enumerate(plan.tensors):
        yield f"{lines.name(tensor)}.array is {arrays}[{place}]"


def _reading(plan: Plan, lines: Lines) -> Iterator[str]:
    """Yield the lines that read the numbers."""
    for first, *others in plan.equal:
        same = " == ".join(_entry(lines, one) for one in (first, *others))
        if others:
            yield f"if not ({same}): raise StaleError"
    if plan.paths:
        read = ", ".join(_entry(lines, path) for path in plan.paths)
        yield f"{lines.name(plan.pack)}({lines.name(plan.numbers)}, 0, {read})"


def _step(plan: Plan, lines: Lines) -> Iterator[str]:
    """Yield the lines that read the numbers, run the program and leave what a step leaves."""
    for root, array in plan.loose:
        yield f"{lines.name(plan)}.point({root}, {lines.name(array)})"
    yield from _reading(plan, lines)
    yield from _parts(plan, lines)
    for array, entries in plan.written:
        left = " = ".join(_entry(lines, one) for one in entries)
        yield f"{left} = {lines.name(array)}.item()"
    for leaf, grad in plan.grads:
        yield _gradient(lines, leaf, grad)
    yield from _ticking(plan, lines)


def _parts(plan: Plan, lines: Lines) -> Iterator[str]:
    """Yield the lines that run the program; what it has written counts as changed if it fails."""
    python = any(map(callable, plan.parts))
    if python:
        yield "try:"
    for part in plan.parts:
        if callable(part):
            yield f"    {lines.name(part)}()"
            continue
        indent = "    " if python else ""
        inside = f"with {lines.name(ONE_THREAD)}: " if plan.program.blas else ""
        yield f"{indent}{inside}error = run({part.ctypes.data})"
        yield f"{indent}if error: {lines.name(plan.fail)}(error)"
    if python:
        yield "except BaseException:"
        yield from (f"    {line}" for line in _ticking(plan, lines))
        yield "    raise"


def _gradient(lines: Lines, leaf: Tensor, left: Tensor | None) -> str:
    """Return the line that leaves a gradient, which shows the plan's memory whatever it did."""
    line = f"{lines.name(leaf)}._grad = {lines.name(left)}"
    return line if left is None else f"{line}; {lines.name(left)}.array = {lines.name(left.array)}"


def _ticking(plan: Plan, lines: Lines) -> Iterator[str]:
    if plan.program.written or plan.left:
        yield f"{lines.name(plan.change)}[0] = versions.latest = clock()"


def _entry(lines: Lines, path: tuple) -> str:
    """Return the code that names an entry of a mapping, (mapping, key, ...)."""
    return lines.name(path[0]) + "".join(f"[{key!r}]" for key in path[1:])


def _result(plan: Plan, lines: Lines) -> str:
    if plan.single is not None:
        return f"wrap({lines.name(plan.single)}.copy())"
    if plan.recording.result is None:
        return "None"
    return f"rebuilt({lines.name(plan.result)}, {lines.name(plan.copied)})"
