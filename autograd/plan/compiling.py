"""`compile`: an ordinary step, recorded twice while it runs, then run as one plan."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from types import MethodType
from typing import TYPE_CHECKING, Any

from ..dtypes import get_default_dtype
from ..graph import modes
from ..tensors import Tensor, wrap
from .agreement import check_agreement, common_arguments, comparable
from .arguments import arrays_of, tensors_of
from .missing import go_on_without
from .recording import (
    MISSED,
    Recording,
    StaleError,
    TraceError,
    check_shapes,
    layout,
    rebuilt,
)
from .tracing import trace
from .turns import Turns

if TYPE_CHECKING:
    from .report import View

# Of how many kinds of calls a step keeps recordings; for any further kind it runs eagerly.
MOST_RECORDINGS = 8

# Whether kernels that are not on disk yet are compiled beside the program, or before it goes on.
BEHIND = True


def compile(function: Callable | None = None, *, fallback: bool = False) -> Any:
    """Return `function`, a step of training or inference, compiled; also a decorator.

    The function is ordinary eager code: forward, loss, `backward()`, `optimizer.step()`. Its first
    two calls run it as it is and record what it does to arrays; if the two recordings agree, every
    later call runs them as one plan of native kernels. What Python does beside that (printing,
    counting) happens in those two calls alone.

    Inputs are the Tensors among the arguments, in lists, tuples and dicts too, learning rates, step
    counts and random streams. A change of anything else that decides what is computed is noticed,
    and recorded anew: shapes, dtypes, layouts, numbers among the arguments, grad mode, default
    dtype, which Tensors require grad or have one, the mode and the parts of Modules, the options of
    layers, the groups and the state of optimizers; of their attributes, not of a `__dict__` that is
    replaced as a whole. After eight such kinds of calls any other runs eagerly, with one
    warning. Numbers and objects that the function finds by itself must stay as they are in the
    first two calls: a difference between these raises TraceError with its line. So does reading a
    value (`.item()`, `if loss > 1`); with `fallback` such a step runs eagerly.

    Arguments are read where they lie (a copy, if they are not contiguous). Parameters, buffers and
    optimizer state stay the caller's, and are updated in place: compiled and eager steps may take
    turns. What a call returns is a copy, the caller's own, and outside the graph. All else is the
    plan's: also the gradients it leaves, in memory that the next call writes anew; keep a clone().
    An error leaves what eager leaves, save for gradients; indices and labels among the arguments
    are checked before anything is changed. Threads that call one step take turns.

    A step over Scalars compiles as well. Numbers and NumPy arrays among its arguments are inputs,
    `data` and `grad` of all Scalars are left as an eager step leaves them.

    Kernels are compiled once for a machine, by a process beside the program: until they are there
    the recording is replayed with NumPy, as it is without numba. `wait()` waits for them. They are
    kept in ~/.cache/glassgrad, or in the folder that GLASSGRAD_CACHE names in the environment: one
    that only the user can write, since code is loaded from there.
    """
    if function is None:
        return functools.partial(compile, fallback=fallback)
    if not callable(function):
        raise TypeError(
            f"compile: expected a function or a Module, got {type(function).__name__} {function!r}"
        )
    return Compiled(function, fallback)


class Compiled:
    """A compiled step: call it as the function it was made of; `plan()` tells what it does.

    Attributes that it has not itself are the function's: of a compiled Module those of the Module.
    """

    def __init__(self, function: Callable, fallback: bool = False) -> None:
        functools.update_wrapper(self, function, updated=())
        self._function = function
        self._fallback = fallback
        self._warned = False
        # Why all calls run eagerly, None if they do not.
        self._why_eager: str | None = None
        # Threads take turns: in a recording the model is not what another one may read.
        self._lock = Turns()
        # By signature: the newest recording of each kind that there was, and the plans.
        self._recordings: dict[Any, list[Recording]] = {}
        self._plans: dict[Any, list[Any]] = {}
        # The quick way into the newest plan.
        self._entry: Callable | None = None
        # Loaded by the first step to be compiled, not by `import autograd`.
        from .scalars import ScalarSteps

        self._scalars = ScalarSteps(function, fallback, lambda: BEHIND)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_function"], name)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __repr__(self) -> str:
        return f"<compiled step {self._name()}>"

    def _name(self) -> str:
        return getattr(self._function, "__name__", type(self._function).__name__)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do the step, by a plan where there is one."""
        entry = self._entry
        if entry is not None and not kwargs:
            try:
                result = entry(args)
            except StaleError:
                result = MISSED
            if result is not MISSED:
                return result
        if self._why_eager is not None or modes.trace is not None:
            return self._function(*args, **kwargs)
        if self._scalars.takes((args, kwargs)):
            return self._scalars(args, kwargs)
        with self._lock:
            return self._look_up(args, kwargs)

    def _look_up(self, args: tuple, kwargs: dict) -> Any:
        tensors, mode = tensors_of((args, kwargs)), (modes.grad, get_default_dtype())
        key = (_signature((args, kwargs)), _repeated(tensors), *mode)
        self._entry = None
        for plan in self._plans.get(key, ()):
            if plan.recording.serves(tensors):
                try:
                    result = plan(arrays_of(tensors))
                except StaleError:
                    del self._plans[key], self._recordings[key]
                    break
                # The quick way takes different Tensors by place, and nothing else.
                if plan.ready and all(map(_is_plain, args)) and not (kwargs or key[1]):
                    self._entry = _entry(plan, mode)
                return _handed_back(result, plan.recording, tensors)
        return self._record(key, args, kwargs)

    def plan(self) -> View:
        """Return the newest plan to look at: print it, `draw` it, `profile` it."""
        plans, why_eager = self._all_plans(), self._why_eager or self._scalars.why_eager
        if why_eager is not None:
            raise RuntimeError(f"plan: there is none, for the step runs eagerly; {why_eager}")
        if not plans:
            raise RuntimeError("plan: nothing is compiled yet; call the step three times first")
        return plans[-1].view(self._function)

    def wait(self) -> None:
        """Wait until the kernels of all plans are compiled; until then steps run on NumPy."""
        for plan in self._all_plans():
            plan.wait()

    def _all_plans(self) -> list[Any]:
        made = [*self._plans.values(), *self._scalars.plans.values()]
        return [plan for plans in made for plan in plans]

    def _record(self, key: Any, args: tuple, kwargs: dict) -> Any:
        """Run the function while recording it; at the second recording make the plan."""
        holding = [one for one in self._recordings.get(key, ()) if one.holds()]
        if not holding and sum(map(len, self._recordings.values())) >= MOST_RECORDINGS:
            self._warn_of_many(self._recordings.get(key, ()))
            return _outside_graph(self._function(*args, **kwargs))
        with self._scalars.watch((args, kwargs)) as scalars:
            result, recording = trace(self._function, *args, lenient=self._fallback, **kwargs)
        if scalars.met:
            result = self._scalars.begin((args, kwargs), scalars, recording, result)
            self._why_eager = self._scalars.why_eager
            return result
        try:
            if recording.broken is not None:
                raise recording.broken
            self._compare(key, holding, recording)
        except TraceError as error:
            if not self._fallback:
                raise
            self._why_eager = str(error)
            warnings.warn(f"compile: the step runs eagerly; {error}", stacklevel=4)
            return result
        return _outside_graph(result)

    def _compare(self, key: Any, holding: list[Recording], recording: Recording) -> None:
        """Let a recording stand beside, or in the place of, the earlier one that it agrees with."""
        recordings = self._recordings.setdefault(key, [])
        plans = self._plans.setdefault(key, [])
        earlier = next((one for one in holding if comparable(one, recording)), None)
        if earlier is None:
            recordings.append(recording)
            return
        planned = any(plan.recording is earlier for plan in plans)
        if not planned:
            recordings[recordings.index(earlier)] = recording
        check_agreement(earlier, recording)
        common = common_arguments(earlier, recording)
        if planned:
            _unpin(earlier, common)
        else:
            recording.pinned = common
            plans.append(_plan(recording))
            plans[-1].lock = self._lock

    def _warn_of_many(self, alike: Sequence[Recording]) -> None:
        """Warn once; alike are the recordings of such a call, none of which holds any more."""
        if self._warned:
            return
        self._warned = True
        changed = alike[-1].premises.changed() if alike else ""
        if changed:
            what = f"states of what it uses, such as {changed}"
            cure = "change Tensors in place, as .add_(1) does, and other things less often"
        else:
            what = "combinations of shapes, dtypes, numbers and modes"
            cure = (
                "give batches one shape (drop_last=True), pass numbers that change as Tensors, or "
                "compile the function once for each use"
            )
        warnings.warn(
            f"compile: {self._name()} was recorded for {MOST_RECORDINGS} {what}, and runs eagerly "
            f"for any other; {cure}",
            stacklevel=5,
        )


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

    def view(self, function: Any) -> View:
        """Return the listing, picture and profile of this replay of a function."""
        from .report import view_of_replay

        return view_of_replay(self.recording, function)


def _plan(recording: Recording) -> Any:
    try:
        from .native import enabled
        from .running import Plan, UnsuitableError
    except ModuleNotFoundError as missing:
        go_on_without(missing)
        return Replayed(recording)
    if not enabled():
        return Replayed(recording)
    try:
        plan = Plan(recording)
    except UnsuitableError:
        return Replayed(recording)
    plan.prepare(BEHIND)
    return plan


def _is_plain(arg: Any) -> bool:
    return type(arg) is Tensor and arg.node is None and arg.is_contiguous()


def _entry(plan: Any, mode: tuple) -> Callable | None:
    """Return the quick way into a plan in this mode, made once."""
    way = *mode, *plan.recording.pinned
    if way not in plan.entries:
        plan.entries[way] = plan.entry(*mode)
    return plan.entries[way]


def _unpin(recording: Recording, common: dict) -> None:
    """Let other arguments stand in all places that are not in `common`."""
    recording.pinned = {place: one for place, one in recording.pinned.items() if place in common}


def _handed_back(result: Any, recording: Recording, tensors: list[Tensor]) -> Any:
    """Return the result of a plan, and give leaves among the arguments their gradients."""
    if not recording.argument_grads:
        return result
    result, grads = result
    for place, grad in zip(recording.argument_grads, grads, strict=True):
        tensors[place].grad = grad
    return result


def _outside_graph(result: Any) -> Any:
    """Return what a call that was recorded gives, as the calls of the plan will give it."""
    return rebuilt(result, lambda one: one if one.is_leaf else one.detach(), Tensor)


def _repeated(tensors: list[Tensor]) -> tuple | None:
    """Return at which place each Tensor came first, None if none comes twice."""
    ids = list(map(id, tensors))
    return None if len(set(ids)) == len(ids) else tuple(map(ids.index, ids))


def _signature(arguments: Any) -> Any:
    """Return what of the arguments decides about the plan: all but the values of Tensors."""
    kind = type(arguments)
    if isinstance(arguments, Tensor):
        array = arguments.array
        return array.shape, array.dtype, layout(array), _place_in_graph(arguments)
    if isinstance(arguments, tuple | list):
        return kind, *map(_signature, arguments)
    if isinstance(arguments, dict):
        return kind, *((name, _signature(value)) for name, value in arguments.items())
    try:
        hash(arguments)
    except TypeError:
        raise TraceError(
            f"compile: an argument of type {kind.__name__} can be neither an input nor a constant "
            "of the plan; pass a Tensor, a number, or a tuple, list or dict of them"
        ) from None
    return kind, arguments


def _place_in_graph(tensor: Tensor) -> Any:
    """Return whether a Tensor requires grad; of a leaf that does, the layout of its gradient."""
    if tensor.node is None or not tensor.is_leaf:
        return tensor.node is not None
    grad = getattr(tensor, "_grad", None)
    return "leaf" if grad is None else ("leaf", layout(grad.array))
