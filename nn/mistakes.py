"""Likely mistakes in models and training, warned of once: see `autograd.LikelyMistake`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from numpy import ndarray

from autograd import Tensor
from autograd.ops.fused import softmax
from autograd.user_code import warn_once

if TYPE_CHECKING:
    from .module import Module


def look_for_softmax(input: Tensor) -> None:
    """Warn if what a cross entropy takes for logits is what a softmax returned."""
    if input.node is not None and input.node.op is softmax.op:
        warn_once(
            "softmax",
            "cross_entropy: the input comes from a softmax, but logits are expected, and softmax "
            "is applied to them here: training will be slow; leave the softmax out of the model",
        )


def look_for_constant(name: str, moments: Tensor) -> None:
    """Warn if every channel of a batch, of which these are means and variances, is constant."""
    array = moments.array
    if isinstance(array, ndarray) and array.size and not array[1].any():
        warn_once(
            ("constant", name),
            f"{name}: every channel of the batch is constant, so that the output is zero whatever "
            "the input; is the input scaled or cut to nothing?",
        )


def look_for_lists(module: Module, root: Module) -> None:
    """Warn of attributes that hold Modules where `root` does not find them: lists and the like."""
    for name, value in vars(module).items():
        if type(value) in (list, tuple) or (type(value) is dict and name[0] != "_"):
            held = {id(one) for one in _held(value)}
            if held and not held <= {id(one) for one in root.modules()}:
                kind = type(module).__name__
                cure = "ModuleDict" if type(value) is dict else "ModuleList"
                warn_once(
                    ("list", kind, name),
                    f"{kind}.{name} is a {type(value).__name__} of Modules, whose parameters are "
                    f"not found: they are neither trained nor saved; use nn.{cure}",
                )


def _held(value: Any, depth: int = 3) -> Iterator[Any]:
    """Yield the Modules in lists, tuples and dicts, and in such as these hold."""
    inside = value.values() if type(value) is dict else value
    for one in inside:
        if type(one) in (list, tuple, dict):
            yield from _held(one, depth - 1) if depth else ()
        elif _is_module(one):
            yield one


def _is_module(one: object) -> bool:
    return hasattr(one, "_parameters") and hasattr(one, "named_parameters")


def look_for_no_gradient(optimizer: str) -> None:
    """Warn that a step of an optimizer found no gradient at all."""
    warn_once(
        ("step", optimizer),
        f"{optimizer}.step: no parameter has a gradient, so nothing moves; call loss.backward() "
        "before step(), and zero_grad() before backward(), not between them",
    )
