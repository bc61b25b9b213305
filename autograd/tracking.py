"""What a Tensor tells and does as a place in the graph: leaf or not, its gradient, its hooks."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable
from typing import Any, Self

from .graph import Node, leaf, modes
from .hooks import RemovableHandle, check_hook, entered, hooks_of
from .views import stand_alone


class TrackingMethods:
    """What a Tensor has by being watched by the graph."""

    __slots__ = ()
    array: Any
    node: Any
    _kin: Any
    shape: Any
    dtype: Any
    _grad: Any

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to or through this Tensor; settable on leaves."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        self.requires_grad_(wanted)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for the gradient of this leaf, or no longer; returns the Tensor itself."""
        if modes.trace is not None:
            modes.trace.found_graph(self)
        if not requires_grad:
            if not self.is_leaf:
                raise RuntimeError(
                    "you can only change requires_grad flags of leaf variables; detach() gives a "
                    "Tensor outside the graph"
                )
            self.node = None
        elif self.node is None:
            if self.array.dtype.kind != "f":
                raise RuntimeError(
                    "only Tensors of floating point dtype can require gradients, got "
                    f"{self.array.dtype}; convert with .float()"
                )
            stand_alone(self)
            self.node = leaf(self.array.shape, self.array.dtype, weakref.ref(self))
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made this Tensor."""
        return self.node is None or self.node.op is None

    @property
    def grad_fn(self) -> Node | None:
        """The node of the operation that made this Tensor, None for a leaf."""
        return None if self.is_leaf else self.node

    @property
    def grad(self) -> Any:
        """The gradient that `backward` has summed up here so far; None before the first.

        A Tensor that operations made gets none unless `retain_grad` asked for it.
        """
        grad = getattr(self, "_grad", None)
        if modes.trace is not None:
            modes.trace.found_gradient(self, grad)
        if grad is None and not self.is_leaf and not self.retains_grad:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. It "
                "stays None unless you call .retain_grad() on it before backward()",
                stacklevel=2,
            )
        return grad

    @grad.setter
    def grad(self, grad: Any) -> None:
        if grad is not None and getattr(grad, "_level", 0) != 2:
            raise TypeError(f"grad: expected a Tensor or None, got {type(grad).__name__}")
        if grad is not None and (grad.shape != self.shape or grad.dtype != self.dtype):
            raise RuntimeError(
                f"grad: assigned grad is {tuple(grad.shape)} of {grad.dtype}, but the Tensor is "
                f"{tuple(self.shape)} of {self.dtype}"
            )
        if modes.trace is not None:
            modes.trace.set_gradient(self)
        self._grad = grad

    def retain_grad(self) -> None:
        """Let `backward` leave the gradient of this non-leaf in `grad` too."""
        if self.node is None:
            raise RuntimeError("can't retain_grad on a Tensor that has requires_grad=False")
        self.node.watcher = weakref.ref(self)

    @property
    def retains_grad(self) -> bool:
        """Whether `retain_grad` was called on this non-leaf."""
        return not self.is_leaf and hasattr(self.node, "watcher")

    def register_hook(self, hook: Callable) -> RemovableHandle:
        """Call hook(gradient) whenever the gradient of this is computed; returns its handle.

        What it returns, unless None, takes the gradient's place. Hooks run in the order in which
        they were registered.
        """
        if self.node is None:
            raise RuntimeError("cannot register a hook on a Tensor that doesn't require gradient")
        check_hook(hook)
        return entered(hooks_of(self.node, "hooks"), hook)

    def register_post_accumulate_grad_hook(self, hook: Callable) -> RemovableHandle:
        """Call hook(leaf) whenever `backward` has added to the gradient of this leaf."""
        if self.node is None:
            raise RuntimeError("cannot register a hook on a Tensor that doesn't require gradient")
        check_hook(hook)
        if not self.is_leaf:
            raise RuntimeError(
                "post accumulate grad hooks cannot be registered on non-leaf Tensors"
            )
        return entered(hooks_of(self.node, "after_hooks"), hook)
