"""`compile`: an ordinary step, recorded twice while it runs, then run as one plan."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

from ..dtypes import get_default_dtype
from ..graph import modes
from ..tensors import Tensor, wrap
from .recording import MISSED, Recording, StaleError, TraceError, check_agreement, check_shapes
from .tracing import arrays_of, trace

# Whether kernels that are not on disk yet are compiled beside the program, or before it goes on.
BEHIND = True


def compile(function: Callable | None = None, *, fallback: bool = False) -> Any:
    """Return `function`, a step of training or inference, compiled; also a decorator.

    The function is ordinary eager code: forward, loss, `backward()`, `optimizer.step()`. For every
    combination of shapes, dtypes and modes its first two calls run it as it is and record what it
    does to arrays; if the two recordings agree, every later call runs them as one plan of native
    kernels. What Python does beside that (printing, counting) happens in those two calls alone.

    Learning rates, step counts, random streams and the Tensors among the arguments are inputs.
    Parameters and optimizer state are updated in place, so that compiled and eager steps may take
    turns; a leaf's `grad` is left in memory that the next call writes anew, and the Tensors that a
    call returns are outside the graph. Reading a value
    (`.item()`, `if loss > 1`) and numbers that change between the first two calls raise TraceError
    with line and cure; with `fallback` such a step runs eagerly, with one warning.

    Kernels are compiled once for a machine, by a process beside the program: until they are there
    the recording is replayed with NumPy, as it is without numba. `wait()` waits for them.
    """
    if function is None:
        return functools.partial(compile, fallback=fallback)
    return Compiled(function, fallback)


class Compiled:
    """A compiled step: call it as the function it was made of; `plan()` tells what it does."""

    def __init__(self, function: Callable, fallback: bool = False) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._fallback = fallback
        self._eager = False
        self._recordings: dict[Any, list[Recording]] = {}
        self._plans: dict[Any, list[Any]] = {}
        self._entry: Callable | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do the step, by a plan where there is one."""
        if self._eager or modes.trace is not None:
            return self._function(*args, **kwargs)
        entry = self._entry
        if entry is not None and not kwargs:
            try:
                result = entry(args)
            except StaleError:
                result = MISSED
            if result is not MISSED:
                return result
        mode = modes.grad, get_default_dtype()
        key = (_signature((args, kwargs)), *mode)
        for plan in self._plans.get(key, ()):
            if plan.recording.holds():
                try:
                    result = plan(arrays_of((args, kwargs)))
                except StaleError:
                    self._plans.pop(key)
                    self._recordings.pop(key, None)
                    break
                self._remember(plan, mode, args)
                return result
        return self._record(key, args, kwargs)

    def _remember(self, plan: Any, mode: tuple, args: tuple) -> None:
        """Let the next call with Tensors alone find this plan at once."""
        self._entry = None
        if plan.ready and all(type(arg) is Tensor for arg in args):
            constants = tuple(arg.node is None for arg in args)
            if (*mode, constants) not in plan.entries:
                plan.entries[*mode, constants] = plan.entry(*mode, constants)
            self._entry = plan.entries[*mode, constants]

    def plan(self) -> str:
        """Return a listing of the newest plan, an instruction a line."""
        plans = [plan for plans in self._plans.values() for plan in plans]
        if not plans:
            raise RuntimeError("plan: nothing is compiled yet; call the step three times first")
        return str(plans[-1])

    def wait(self) -> None:
        """Wait until the kernels of all plans are compiled; until then steps run on NumPy."""
        for plan in [plan for plans in self._plans.values() for plan in plans]:
            plan.wait()

    def _record(self, key: Any, args: tuple, kwargs: dict) -> Any:
        """Run the function while recording it; at the second recording make the plan."""
        earlier = [one for one in self._recordings.get(key, ()) if one.holds()]
        result, recording = trace(self._function, *args, lenient=self._fallback, **kwargs)
        try:
            if recording.broken is not None:
                raise recording.broken
            if earlier:
                check_agreement(earlier[-1], recording)
                self._plans.setdefault(key, []).append(_plan(recording))
            else:
                self._recordings.setdefault(key, []).append(recording)
        except TraceError as error:
            if not self._fallback:
                raise
            self._eager = True
            warnings.warn(f"compile: the step runs eagerly; {error}", stacklevel=3)
            return result
        return _outside_graph(result)


class Replayed:
    """A recording replayed with NumPy: without numba, or for inputs in unsuitable memory."""

    ready = False

    def __init__(self, recording: Recording) -> None:
        self.recording = recording

    def __call__(self, arrays: list[Any]) -> Any:
        """Do the step on these arrays; return what eager returns."""
        check_shapes(self.recording)
        return self.recording.replay(arrays, wrap)

    def wait(self) -> None:
        """Do nothing: there are no kernels to wait for."""

    def __str__(self) -> str:
        return str(self.recording)


def _plan(recording: Recording) -> Any:
    try:
        from .running import Plan, UnsuitableError
    except ModuleNotFoundError as missing:
        if missing.name != "numba":
            raise
        return Replayed(recording)
    try:
        plan = Plan(recording)
    except UnsuitableError:
        return Replayed(recording)
    plan.prepare(BEHIND)
    return plan


def _outside_graph(result: Any) -> Any:
    """Return what a call that was recorded gives, as the calls of the plan will give it."""
    if isinstance(result, Tensor):
        return result if result.is_leaf else result.detach()
    if type(result) in (list, tuple):
        return type(result)(map(_outside_graph, result))
    if type(result) is dict:
        return {key: _outside_graph(value) for key, value in result.items()}
    return result


def _signature(arguments: Any) -> Any:
    """Return what of the arguments decides about the plan: all but the values of Tensors."""
    kind = type(arguments)
    if isinstance(arguments, Tensor):
        array = arguments.array
        return array.shape, array.dtype, arguments.node is None
    if kind in (tuple, list):
        return kind, *map(_signature, arguments)
    if kind is dict:
        return tuple((name, _signature(value)) for name, value in arguments.items())
    try:
        hash(arguments)
    except TypeError:
        raise TraceError(
            f"compile: an argument of type {kind.__name__} can be neither an input nor a constant "
            "of the plan; pass a Tensor, a number, or a tuple, list or dict of them"
        ) from None
    return kind, arguments
