"""The graph: nodes, the thread's grad mode, and the order in which a backward pass visits nodes."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from .versions import clock


class Node:
    """One recorded operation, or a leaf.

    parents are the nodes of the operation's array arguments, None for a constant; a leaf has
    none. kept holds what the derivative rules name, in the order of `op.kept`, and is None once
    freed. number tells the order of creation. line is where the user called it, known in anomaly
    mode alone. watcher, set on leaves and by `retain_grad`, is a weak reference to the Tensor whose
    `grad` receives this node's cotangent. hooks are called with the cotangent, after_hooks with the
    leaf when its `grad` has it.
    """

    __slots__ = (
        "__weakref__",
        "after_hooks",
        "dtype",
        "hooks",
        "kept",
        "line",
        "number",
        "op",
        "parents",
        "shape",
        "watcher",
    )
    line: str
    op: Any
    parents: tuple
    kept: Any
    number: int
    shape: tuple
    dtype: Any
    watcher: Any
    hooks: dict
    after_hooks: dict

    def name(self) -> str:
        """Return the name PyTorch's users know: MulBackward0 for the node of `mul`."""
        if self.op is None:
            return "AccumulateGrad"
        return "".join(word.capitalize() for word in self.op.name.split("_")) + "Backward0"

    @property
    def next_functions(self) -> tuple:
        """Return a pair (node, 0) for every argument, as PyTorch does."""
        return tuple((parent, 0) for parent in self.parents)

    def __repr__(self) -> str:
        return f"<{self.name()}>"


def leaf(shape: tuple, dtype: Any, watcher: Any) -> Node:
    """Return the node of a leaf, whose cotangent goes to the Tensor that `watcher` refers to."""
    node = Node()
    node.op, node.parents, node.kept = None, (), ()
    node.number = clock()
    node.shape, node.dtype, node.watcher = shape, dtype, watcher
    return node


class Modes(threading.local):
    """What this thread does beside computing: record the graph, and trace instructions.

    trace records operations on the arrays of Tensors, scalars those on the numbers of Scalars.
    watch(op, args, statics, made) is called after every operation on Tensors.
    """

    grad = True
    inference = False
    anomaly = False
    checks_nan = True
    trace: Any = None
    scalars: Any = None
    watch: Any = None


modes = Modes()
# How many threads are in a mode other than the default; op calls ask `modes` only if any is.
exceptional = [0]
_lock = threading.Lock()


def count_exceptional(step: int) -> None:
    """Count one more (1) or one fewer (-1) thread in a mode other than the default."""
    with _lock:
        exceptional[0] += step


@contextmanager
def watching(watch: Callable) -> Iterator[None]:
    """Call watch(op, args, statics, made) after every operation on Tensors of this thread."""
    before, modes.watch = modes.watch, watch
    count_exceptional(1)
    try:
        yield
    finally:
        modes.watch = before
        count_exceptional(-1)


def is_grad_enabled() -> bool:
    """Return whether this thread records the graph."""
    return modes.grad


def is_inference_mode_enabled() -> bool:
    """Return whether this thread is inside `inference_mode`."""
    return modes.inference


class set_grad_enabled:
    """Record the graph in this thread or not: a call, a context manager or a decorator."""

    def __init__(self, mode: bool) -> None:
        self.before = modes.grad
        self.mode = bool(mode)
        _switch(self.mode)

    def __enter__(self) -> None:
        _switch(self.mode)

    def __exit__(self, *exception: object) -> None:
        _switch(self.before)

    def __call__(self, function: Callable) -> Callable:
        """Return `function` as it runs in this mode; the mode of the thread is as before."""
        _switch(self.before)
        return _inside(lambda: set_grad_enabled(self.mode), function)


def _switch(grad: bool) -> None:
    grad = grad and not modes.inference
    if grad != modes.grad:
        count_exceptional(-1 if grad else 1)
        modes.grad = grad


def _inside(context: Callable, function: Callable) -> Callable:
    if inspect.isgeneratorfunction(function):
        return _inside_generator(context, function)

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with context():
            return function(*args, **kwargs)

    return wrapper


def _inside_generator(context: Callable, function: Callable) -> Callable:
    """Return a generator that is in the mode while it runs, and not while its user does."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        generator, sent = function(*args, **kwargs), None
        while True:
            try:
                with context():
                    value = generator.send(sent)
            except StopIteration as end:
                return end.value
            sent = yield value

    return wrapper


class _GradMode:
    """A grad mode as a context manager or a decorator, with or without parentheses."""

    grad = False
    inference: bool | None = None
    before: list[tuple[bool, bool]]

    def __new__(cls, function: Any = None) -> Any:
        self = super().__new__(cls)
        self.before = []
        return self(function) if callable(function) else self

    def __enter__(self) -> None:
        self.before.append((modes.grad, modes.inference))
        if self.inference is not None:
            modes.inference = self.inference
        _switch(self.grad)

    def __exit__(self, *exception: object) -> None:
        grad, modes.inference = self.before.pop()
        _switch(grad)

    def __call__(self, function: Callable) -> Callable:
        """Return `function` as it runs in this mode."""
        return _inside(type(self), function)


class no_grad(_GradMode):
    """Do not record the graph: a context manager or a decorator, for this thread alone."""


class enable_grad(_GradMode):
    """Record the graph even inside `no_grad`, for this thread alone; not in `inference_mode`."""

    grad = True


class inference_mode(_GradMode):
    """Do not record the graph, nor let `enable_grad`; `inference_mode(False)` records again."""

    inference: bool | None = True

    def __new__(cls, mode: Any = True) -> Any:
        """Make the context for a mode, or decorate a function given in its place."""
        self = super().__new__(cls, mode)
        if mode is False:
            self.grad, self.inference = True, False
        return self

    def __call__(self, function: Callable) -> Callable:
        """Return a function that runs `function` in this mode."""
        return _inside(lambda: inference_mode(self.inference), function)


def reverse_order(roots: Iterable[Any], wanted: Iterable[Any] | None = None) -> list[Any]:
    """Return the nodes that `roots` were computed from, newest first.

    With `wanted`, only nodes on a path from a root to a wanted node.
    """
    seen = set(roots)
    stack = list(seen)
    while stack:
        for parent in stack.pop().parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                stack.append(parent)
    # A node is always newer than its parents, so newest first is a topological order.
    order = sorted(seen, key=attrgetter("number"), reverse=True)
    return order if wanted is None else _leading_to(set(wanted), order)


def _leading_to(wanted: set[Node], order: list[Node]) -> list[Node]:
    leading: set[Any] = set()
    for node in reversed(order):
        if node in wanted or not leading.isdisjoint(node.parents):
            leading.add(node)
    return [node for node in order if node in leading]
