"""Layers that only change the shape, or nothing."""

from __future__ import annotations

from typing import Any

from autograd import Tensor

from ..module import Module


class Identity(Module):
    """The input itself; takes any arguments, so that it can stand in for another layer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """Return the input."""
        return input


class Flatten(Module):
    """The axes from start_dim to end_dim made one: (N, C, H, W) becomes (N, C * H * W)."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        """Return the input with those axes made one."""
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """Return both axes."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
