"""Activation layers: functions of each element, and softmax over an axis."""

from __future__ import annotations

from autograd import Tensor

from .. import functional
from ..module import Module


class ReLU(Module):
    """max(x, 0), element by element; its slope at 0 is 0."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return max(input, 0)."""
        return functional.relu(input, self.inplace)

    def extra_repr(self) -> str:
        """Return inplace, if it is on."""
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """x where it is positive, else negative_slope * x."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return input with its negative elements times negative_slope."""
        return functional.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        """Return the slope, and inplace if it is on."""
        return f"negative_slope={self.negative_slope}" + (", inplace=True" if self.inplace else "")


class Sigmoid(Module):
    """1 / (1 + exp(-x)), element by element: between 0 and 1."""

    def forward(self, input: Tensor) -> Tensor:
        """Return 1 / (1 + exp(-input))."""
        return functional.sigmoid(input)


class Tanh(Module):
    """Hyperbolic tangent, element by element: between -1 and 1."""

    def forward(self, input: Tensor) -> Tensor:
        """Return tanh(input)."""
        return functional.tanh(input)


class Softplus(Module):
    """log(1 + exp(beta * x)) / beta, a smooth ReLU; x itself where beta * x is above threshold."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        """Return log(1 + exp(beta * input)) / beta."""
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """Return both numbers."""
        return f"beta={self.beta}, threshold={self.threshold}"


class Softmax(Module):
    """exp(x) over its sum along axis `dim`: positive and adding up to 1.

    Not in front of CrossEntropyLoss, which takes the inputs of a softmax.
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Return softmax(input) along dim."""
        return functional.softmax(input, self.dim)

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """The logarithm of softmax along axis `dim`, exact where softmax itself would round to 0."""

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Return log(softmax(input)) along dim."""
        return functional.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"
