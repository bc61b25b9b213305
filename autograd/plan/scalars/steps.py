"""Calls of a compiled step over Scalars: which plan is theirs, or recording if there is none."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from typing import Any

from ...graph import modes
from ...scalars import Scalar
from ..recording import Recording, TraceError
from ..tracing import trace
from .arguments import lifted, mapped, over_scalars, signature
from .plan import ScalarPlan
from .recording import ScalarRecording, check_scalar_agreement, fixed
from .tracing import ScalarTrace, landed, outside_graph

# So many recordings wait for another call like theirs; then a warning says that the calls differ.
MOST_WAITING = 8


class ScalarSteps:
    """A step over Scalars: recorded in two calls, then run by a plan, for each kind of arguments.

    That it is one shows in its arguments, or in its first call, which is none of the two if there
    are numbers among the arguments. Floats, integers, NumPy arrays and Scalars among these, also in
    lists, tuples and dicts, are inputs, as is what Scalars elsewhere hold; other numbers are
    constants. Where Python would raise, ZeroDivisionError for 1 / p.data, say, the plan stops,
    writes nothing, and the call runs eagerly: so it raises and leaves what eager does.
    """

    def __init__(self, function: Callable, fallback: bool, behind: Callable[[], bool]) -> None:
        self._function, self._fallback, self._behind = function, fallback, behind
        self._met = False
        # Why all calls run eagerly, None if they do not.
        self.why_eager: str | None = None
        self._waiting: list[tuple[Any, ScalarRecording]] = []
        self._lock = threading.Lock()
        self.plans: dict[Any, list[ScalarPlan]] = {}

    def takes(self, call: tuple) -> bool:
        """Return whether a call, (args, kwargs), is one over Scalars, as far as can be seen."""
        return over_scalars(call, self._met)

    def watch(self, call: tuple) -> ScalarTrace:
        """Return the trace for a call that may turn out to be one over Scalars.

        It only looks for them if there are numbers among the arguments, which would be constants.
        """
        numbers: list = []
        signature(call, numbers, {})
        return ScalarTrace(self._fallback, looking=bool(numbers))

    def __call__(self, args: tuple, kwargs: dict) -> Any:
        """Do the step, by a plan where there is one."""
        if self.why_eager is not None:
            return self._function(*args, **kwargs)
        numbers: list = []
        scalars: dict[Scalar, int] = {}
        key = signature((args, kwargs), numbers, scalars), modes.grad
        for plan in self.plans.get(key, ()):
            if plan.holds(numbers, scalars):
                done, result = plan(numbers, scalars)
                return result if done else mapped(self._function(*args, **kwargs), outside_graph)
        return self._record(key, (args, kwargs), numbers, scalars)

    def _record(self, key: Any, call: tuple, numbers: list, scalars: dict[Scalar, int]) -> Any:
        tracing = ScalarTrace(self._fallback)
        with tracing:
            args, kwargs = lifted(call, tracing.inputs(numbers, scalars))
            try:
                result, tensors = trace(self._function, *args, lenient=self._fallback, **kwargs)
            except (TypeError, RuntimeError) as error:
                # Where an operation on Tensors was given an array of traced numbers.
                if tracing.met or not (type(error) is TypeError or "object" in str(error)):
                    raise
                raise TraceError(
                    "compile: an array among the arguments can be neither an input nor a constant "
                    "of a step over Tensors; pass a Tensor"
                ) from error
        return self._recorded(key, tracing, tensors, result)

    def begin(self, call: tuple, tracing: ScalarTrace, tensors: Recording, result: Any) -> Any:
        """Take over from the call that has shown that the step is one over Scalars."""
        key = signature(call, [], {}), modes.grad
        return self._recorded(None if tracing.looking else key, tracing, tensors, result)

    def _recorded(self, key: Any, tracing: ScalarTrace, tensors: Recording, result: Any) -> Any:
        """Make what there is to make of a recording; return what the call returns."""
        self._met = self._met or tracing.met
        try:
            recording = tracing.finish(result)
            if recording.broken is not None:
                raise recording.broken
            if tensors.instructions:
                raise TraceError(
                    f"{tensors.instructions[0].line}: the step works on Tensors, but also on "
                    "Scalars or arrays; make a step for each, and pass Tensors to that on Tensors"
                )
            if key is not None:
                with self._lock:
                    self._keep(key, recording)
        except TraceError as error:
            if not self._fallback:
                tracing.roll_back()
                raise
            self.why_eager = str(error)
            warnings.warn(f"compile: the step runs eagerly; {error}", stacklevel=5)
            return mapped(result, landed)
        return mapped(result, outside_graph)

    def _keep(self, key: Any, recording: ScalarRecording) -> None:
        """Make a plan of two recordings that agree, or let this one wait for another."""
        for place, (other, earlier) in enumerate(self._waiting):
            if other == key and earlier.guards == recording.guards:
                self._waiting[place] = key, recording
                check_scalar_agreement(earlier, recording)
                plan = ScalarPlan(recording, fixed(earlier, recording))
                plan.prepare(self._behind())
                self.plans.setdefault(key, []).append(plan)
                del self._waiting[place]
                return
        self._waiting.append((key, recording))
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[0]
            warnings.warn(
                f"compile: of {MOST_WAITING + 1} recorded calls no two were alike, so the step is "
                "recorded again and again; pass what changes as floats or arrays of one shape",
                stacklevel=6,
            )
