"""Layers that leave elements out while a model trains."""

from __future__ import annotations

from autograd import Tensor
from autograd.live import depends_on

from .. import functional
from ..module import Module


class Dropout(Module):
    """In training, 0 with probability p, and what is left over (1 - p); in evaluation, nothing.

    Raises ValueError if p is no probability. Source: Hinton et al. 2012; scaling in training.
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        functional.check_probability("dropout", p)
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return input with elements left out."""
        depends_on(self, "p", self.p)
        return functional.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Return probability and inplace."""
        return f"p={self.p}, inplace={self.inplace}"
