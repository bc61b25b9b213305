"""`torch.compile` of scripts that move: gradients flow through what it returns, unlike here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any

import autograd
from autograd import Tensor
from autograd.user_code import warn_user


def compile(
    model: Callable | None = None,
    *,
    fullgraph: bool = False,
    dynamic: bool | None = None,
    backend: Any = "inductor",
    mode: str | None = None,
    options: Any = None,
    disable: bool = False,
) -> Any:
    """Return a Module or function as PyTorch's `torch.compile` does; also a decorator.

    What returns Tensors of the graph, such as a Module in training, runs eagerly, with a warning.
    What returns none is compiled, with fallback: inference under no_grad(), or a step of training
    that returns `loss.detach()`. Options other than disable change nothing. See `autograd.compile`.
    """
    if model is None:
        return functools.partial(compile, disable=disable)
    return model if disable else ScriptCompiled(model)


class ScriptCompiled:
    """What `torch.compile` returns; attributes that it has not itself are the function's."""

    def __init__(self, function: Callable) -> None:
        self._function = function
        self._compiled = autograd.compile(function, fallback=True)
        # Whether calls return Tensors of the graph, None before the first that may.
        self._in_graph: bool | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_function"], name)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, compiled unless gradients are to flow through what it returns."""
        if self._in_graph is False or not autograd.is_grad_enabled():
            return self._compiled(*args, **kwargs)
        result = self._function(*args, **kwargs)
        if self._in_graph is None:
            self._in_graph = _is_in_graph(result)
            if self._in_graph:
                name = getattr(self._function, "__name__", type(self._function).__name__)
                warn_user(
                    f"torch.compile: {name} returns Tensors of the graph, so it runs eagerly; for "
                    "speed compile the whole step, with forward, backward() and optimizer.step(), "
                    "and return loss.detach()"
                )
        return result


def _is_in_graph(result: Any) -> bool:
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, tuple | list):
        return any(map(_is_in_graph, result))
    return isinstance(result, Tensor) and result.grad_fn is not None
