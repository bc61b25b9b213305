"""What the arguments of a step hold: Tensors, their gradients, the arrays that a replay takes."""

from __future__ import annotations

from typing import Any

from numpy import ndarray

from ..tensors import Tensor


def tensors_of(arguments: Any) -> list[Tensor]:
    """Return the Tensors among the arguments of a step, nested ones too, in order."""
    if isinstance(arguments, Tensor):
        return [arguments]
    if isinstance(arguments, dict):
        arguments = list(arguments.values())
    if isinstance(arguments, list | tuple):
        return [tensor for one in arguments for tensor in tensors_of(one)]
    return []


def gradients_of(tensors: list[Tensor]) -> list[Tensor]:
    """Return the gradients of those leaves among Tensors that have one."""
    leaves = (one for one in tensors if one.node is not None and one.is_leaf)
    grads: Any = (getattr(one, "_grad", None) for one in leaves)
    return [grad for grad in grads if grad is not None]


def arrays_of(arguments: Any) -> list[ndarray]:
    """Return the arrays that a replay takes: of the arguments, then of the gradients they have."""
    tensors = tensors_of(arguments)
    return [tensor.array for tensor in tensors + gradients_of(tensors)]
