"""The plan of a step over Scalars: instructions on one array of numbers, native or by NumPy."""

from __future__ import annotations

import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import groupby, repeat
from typing import Any

import numpy as np

from ...calls import forward
from ...scalars import Scalar
from ..recording import rebuilt
from .levels import KINDS, Group, Layout
from .recording import ScalarRecording


class ScalarPlan:
    """A recorded step over Scalars, called with the numbers and Scalars among its arguments.

    fixed are those Scalars that were the same in both recordings, None in place of others: since
    the step may know them from elsewhere too, the plan is for these alone.
    """

    def __init__(self, recording: ScalarRecording, fixed: list[Scalar | None]) -> None:
        self.guards, self.fixed = recording.guards, fixed
        self.found = recording.scalars[len(fixed) :]
        self.elsewhere = set(self.found)
        self.result, self.results = recording.result, recording.results
        self.reads = [[one.which for one in recording.inputs if one.kind == kind] for kind in KINDS]
        writes = [[one for one in recording.writes if one[0] == kind] for kind in KINDS]
        self.writes = [[which for _, which, _ in some] for some in writes]
        asked = [operand for some in writes for _, _, operand in some]
        asked += [operand for one in self.results for operand in one.operands]
        self.layout = Layout(recording, asked)
        self.asked = self.layout.places[asked]
        self.form = f"{len(recording.inputs)}d"
        self.compute: Callable[[], bool] = lambda: by_numpy(self.layout)
        self.lock = threading.Lock()
        self.worker: threading.Thread | None = None
        self.failure: Exception | None = None

    def prepare(self, behind: bool) -> None:
        """Make the kernels ready: at once if they are compiled already, or else `behind` the calls.

        Until then, and without numba, calls run the instructions with NumPy.
        """
        try:
            from ..building import all_compiled, compile_beside
            from .kernels import enabled, native, texts_of
        except ModuleNotFoundError as missing:
            if missing.name not in ("numba", "llvmlite"):
                raise
            return

        def work() -> None:
            try:
                if compile_beside(texts):
                    self.compute = native(self.layout)
            except Exception as failure:
                self.failure = failure

        texts = texts_of(self.layout)
        if enabled() and (not behind or all_compiled(texts)):
            self.compute = native(self.layout)
        elif enabled():
            self.worker = threading.Thread(target=work, name="autograd.compile")
            self.worker.start()

    def wait(self) -> None:
        """Wait until the kernels are compiled."""
        if self.worker is not None:
            self.worker.join()

    def holds(self, numbers: list, scalars: Iterable[Scalar]) -> bool:
        """Return whether the plan is one for these arguments."""
        return all(numbers[which] == value for which, value in self.guards.items()) and all(
            one is fixed if fixed is not None else one not in self.elsewhere
            for one, fixed in zip(scalars, self.fixed, strict=True)
        )

    def __call__(self, numbers: list, arguments: Iterable[Scalar]) -> tuple[bool, Any]:
        """Do the step: True and what it returns; False, and nothing done, where Python raises."""
        if self.failure is not None:
            raise self.failure
        scalars, values = [*arguments, *self.found], self.layout.values
        _, data, grad = self.reads
        with self.lock:
            read = [*[scalars[k].data for k in data], *[scalars[k].grad for k in grad]]
            try:
                struct.pack_into(self.form, values, 8 * self.layout.inputs, *numbers, *read)
            except (struct.error, OverflowError):
                return False, None
            if not self.compute():
                return False, None
            made = values[self.asked].tolist()
            rest = iter(made)
            _, data, grad = self.writes
            for k, value in zip(data, rest, strict=False):
                scalars[k].data = value
            for k, value in zip(grad, rest, strict=False):
                scalars[k].grad = value
        results = [make(*(next(rest) for _ in operands)) for make, operands in self.results]
        return True, rebuilt(self.result, lambda slot: results[slot.place])

    def __str__(self) -> str:
        layout = self.layout
        operations: Counter[str] = Counter()
        for group in layout.groups:
            operations[_name(layout, group)] += group.size
        instructions = Counter(_name(layout, group) for group in layout.groups)
        numbers, data, grad = map(len, self.reads)
        _, left, gradients = map(len, self.writes)
        levels = layout.groups[-1].level if layout.groups else 0
        return "\n".join(
            [
                f"{operations.total()} operations on numbers, float64, in {len(layout.groups)} "
                f"instructions of {levels} levels",
                f"reads {numbers} numbers among the arguments, data of {data} and grad of {grad} "
                f"Scalars; writes data of {left} and grad of {gradients}",
                "",
                f"{'operation':<14} {'operations':>10} {'instructions':>12}",
                *(f"{op:<14} {n:>10} {instructions[op]:>12}" for op, n in operations.most_common()),
                "",
                f"{'levels':<14} operations",
                *_listing(layout),
            ]
        )


def _name(layout: Layout, group: Group) -> str:
    return layout.codes[group.code].op.name


def _listing(layout: Layout) -> list[str]:
    """Return a line for each run of levels that do alike."""
    levels = [
        (level, ", ".join(f"{one.size} {_name(layout, one)}" for one in some))
        for level, some in groupby(layout.groups, lambda group: group.level)
    ]
    lines = []
    for text, run in groupby(levels, lambda one: one[1]):
        first, *_, last = [level for level, _ in run] * 2
        lines.append(f"{first if first == last else f'{first}-{last}':<14} {text}")
    return lines


def by_numpy(layout: Layout) -> bool:
    """Run the instructions with NumPy; return whether Python would have raised nothing."""
    values = layout.values
    for number, _, start, size, row in layout.groups:
        code = layout.codes[number]
        kind = np.int64 if code.on_integers else np.float64
        operands = layout.operands[number][row : row + size]
        columns = [values[places].astype(kind) for places in operands.T]
        if code.op.statics:
            args: list = [column.tolist() for column in columns]
            for k in code.none:
                args.insert(k, repeat(None))
            made = list(map(code.op.on_floats, *args))
        else:
            made = forward(code.op, tuple(columns), ())
        values[start : start + size] = made
        if code.checked and not np.isfinite(made).all():
            return False
    return True
