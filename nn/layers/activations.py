"""Activation layers: functions of each element, and softmax over an axis."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor

from .. import functional
from ..module import Module
from ..parameter import Parameter
from .applied import Applied


class ReLU(Applied, function=functional.relu):
    """max(x, 0); its slope at 0 is 0."""

    inplace: bool = False


class ReLU6(Applied, function=functional.relu6):
    """x limited to 0 and 6."""

    inplace: bool = False


class LeakyReLU(Applied, function=functional.leaky_relu):
    """x where it is positive, else negative_slope * x."""

    negative_slope: float = 0.01
    inplace: bool = False


class PReLU(Module):
    """x where it is positive, else weight * x: the slope is learnt, one or one for each channel.

    weight (num_parameters,) starts at init. Source: He et al. 2015.
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(
            autograd.full((num_parameters,), float(init), device=device, dtype=dtype)
        )

    def reset_parameters(self) -> None:
        """Write the first slope anew."""
        self.weight.data.fill_(self.init)

    def forward(self, input: Tensor) -> Tensor:
        """Return input, its negative elements times the slopes."""
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """Return the number of slopes."""
        return f"num_parameters={self.num_parameters}"


class RReLU(Applied, function=functional.rrelu, trains=True):
    """A leaky ReLU whose slope is drawn between lower and upper in training, else their mean.

    Source: Xu et al. 2015.
    """

    lower: float = 1 / 8
    upper: float = 1 / 3
    inplace: bool = False


class ELU(Applied, function=functional.elu):
    """x where it is positive, else alpha * (exp(x) - 1). Source: Clevert et al. 2015."""

    alpha: float = 1.0
    inplace: bool = False


class CELU(Applied, function=functional.celu):
    """x where it is positive, else alpha * (exp(x / alpha) - 1). Source: Barron 2017."""

    alpha: float = 1.0
    inplace: bool = False


class SELU(Applied, function=functional.selu):
    """A scaled ELU that keeps mean 0 and variance 1. Source: Klambauer et al. 2017."""

    inplace: bool = False


class GELU(Applied, function=functional.gelu):
    """x times the normal distribution function at x; approximate "tanh" is its usual stand-in.

    Source: Hendrycks & Gimpel 2016.
    """

    approximate: str = "none"


class SiLU(Applied, function=functional.silu):
    """x * sigmoid(x), also called swish. Source: Elfwing et al. 2017."""

    inplace: bool = False


class Mish(Applied, function=functional.mish):
    """x * tanh(softplus(x)). Source: Misra 2019."""

    inplace: bool = False


class Hardswish(Applied, function=functional.hardswish, shown=""):
    """x * hardsigmoid(x). Source: Howard et al. 2019."""

    inplace: bool = False


class Hardsigmoid(Applied, function=functional.hardsigmoid, shown=""):
    """x / 6 + 1 / 2, limited to 0 and 1."""

    inplace: bool = False


class Hardtanh(Applied, function=functional.hardtanh):
    """x limited to min_val and max_val."""

    min_val: float = -1.0
    max_val: float = 1.0
    inplace: bool = False

    def prepare(self) -> None:
        """Refuse an empty range."""
        if self.min_val >= self.max_val:
            raise AssertionError(
                f"Hardtanh: min_val must be below max_val, got {self.min_val} and {self.max_val}"
            )


class Hardshrink(Applied, function=functional.hardshrink, shown="{lambd}"):
    """x where |x| is above lambd, else 0."""

    lambd: float = 0.5


class Softshrink(Applied, function=functional.softshrink, shown="{lambd}"):
    """x moved towards 0 by lambd, where that does not cross it."""

    lambd: float = 0.5


class Tanhshrink(Applied, function=functional.tanhshrink):
    """x - tanh(x)."""


class Threshold(Applied, function=functional.threshold):
    """x where it is above threshold, else value."""

    threshold: float
    value: float
    inplace: bool = False


class Sigmoid(Applied, function=functional.sigmoid):
    """1 / (1 + exp(-x)): between 0 and 1."""


class LogSigmoid(Applied, function=functional.logsigmoid):
    """The logarithm of the sigmoid, exact where the sigmoid itself would round to 0."""


class Tanh(Applied, function=functional.tanh):
    """Hyperbolic tangent: between -1 and 1."""


class Softsign(Applied, function=functional.softsign):
    """x / (1 + |x|)."""


class Softplus(Applied, function=functional.softplus):
    """log(1 + exp(beta * x)) / beta, a smooth ReLU; x itself where beta * x is above threshold."""

    beta: float = 1.0
    threshold: float = 20.0


class GLU(Applied, function=functional.glu):
    """One half of the input along axis `dim` times the sigmoid of the other half.

    Source: Dauphin et al. 2016.
    """

    dim: int = -1


class Softmax(Applied, function=functional.softmax):
    """exp(x) over its sum along axis `dim`: positive and adding up to 1.

    Not in front of CrossEntropyLoss, which takes the inputs of a softmax.
    """

    dim: int | None = None


class Softmin(Applied, function=functional.softmin):
    """The softmax of -x along axis `dim`."""

    dim: int | None = None


class LogSoftmax(Applied, function=functional.log_softmax):
    """The logarithm of softmax along axis `dim`, exact where softmax itself would round to 0."""

    dim: int | None = None


class Softmax2d(Module):
    """Softmax over the channels at every place: input (N, C, H, W) or (C, H, W)."""

    def forward(self, input: Tensor) -> Tensor:
        """Return softmax(input) along the channels."""
        if input.ndim not in (3, 4):
            raise ValueError(
                f"Softmax2d: expected input (N, C, H, W) or (C, H, W), got {tuple(input.shape)}"
            )
        return functional.softmax(input, -3)
