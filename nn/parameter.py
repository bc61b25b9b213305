"""Parameter: a Tensor that a Module counts among what it learns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Tensor


class Parameter(Tensor):
    """A leaf Tensor that becomes a parameter of the Module it is assigned to.

    It shares the memory of `data`, a Tensor (default: an empty one), and requires a gradient
    unless told otherwise. What operations make of it are plain Tensors.
    """

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        super().__init__()
        if data is not None:
            if not isinstance(data, Tensor):
                raise TypeError(
                    f"Parameter: data must be a Tensor, got {type(data).__name__}; "
                    "write Parameter(autograd.tensor(data))"
                )
            self.data = data.detach()
        self.requires_grad_(requires_grad)

    def __deepcopy__(self, memo: dict) -> Parameter:
        # As in PyTorch, a copy starts without the gradient of the original.
        made = memo[id(self)] = type(self)(self.detach().clone(), self.requires_grad)
        return made

    def __reduce__(self) -> Any:
        return (*super().__reduce__(), self.__dict__ or None)

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


class Buffer(Tensor):
    """A Tensor that becomes a buffer of the Module it is assigned to.

    It shares the memory of `data`; the state holds it if it is persistent.
    """

    def __init__(self, data: Tensor | None = None, *, persistent: bool = True) -> None:
        super().__init__()
        if data is not None:
            self.data = data.detach()
        self.persistent = persistent


def forget_gradients(parameters: Iterable[Tensor], set_to_none: bool) -> None:
    """Set the gradients of `parameters` to None, or to zeros."""
    for parameter in parameters:
        if set_to_none or parameter.grad is None:
            parameter.grad = None
        else:
            parameter.grad.detach_().zero_()
