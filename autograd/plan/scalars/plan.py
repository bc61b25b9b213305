"""The plan of a step over Scalars: instructions on one array of numbers, native or by NumPy."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ...scalars import Scalar
from ..missing import go_on_without
from ..recording import rebuilt
from .levels import KINDS, Layout
from .recording import ScalarRecording
from .replaying import by_numpy

if TYPE_CHECKING:
    from ..report import View


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
        self.native = False
        self.lock = threading.Lock()
        self.worker: threading.Thread | None = None
        self.failure: Exception | None = None

    def prepare(self, behind: bool) -> None:
        """Make the kernels ready: at once if they are compiled already, or else `behind` the calls.

        Until then, and without numba, calls run the instructions with NumPy.
        """
        try:
            from ..building import all_compiled, compile_beside
            from ..native import enabled
            from .kernels import native, texts_of
        except ModuleNotFoundError as missing:
            go_on_without(missing)
            return

        def link() -> None:
            self.compute, self.native = native(self.layout), True

        def work() -> None:
            try:
                if compile_beside(texts):
                    link()
            except Exception as failure:
                self.failure = failure

        texts = texts_of(self.layout)
        if enabled() and (not behind or all_compiled(texts)):
            link()
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

    def view(self, function: Any) -> View:
        """Return the listing, picture and profile of this plan."""
        from .report import view_of_scalars

        return view_of_scalars(self)
