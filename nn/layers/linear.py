"""Affine layers, and the initial values of theirs and of convolutions."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import autograd
from autograd import Tensor

from .. import functional, init
from ..module import Module
from ..parameter import Parameter


def reset_affine(weight: Tensor, bias: Tensor | None) -> None:
    """Draw weight (out, in, ...), then bias, uniformly on +-1 / sqrt(fan_in)."""
    # A slope of sqrt(5) makes the bound of kaiming_uniform_ 1 / sqrt(fan_in).
    init.kaiming_uniform_(weight, a=math.sqrt(5))
    if bias is not None:
        fan_in, _ = init._calculate_fan_in_and_fan_out(weight)
        bound = 1 / math.sqrt(fan_in) if fan_in else 0
        init.uniform_(bias, -bound, bound)


class Linear(Module):
    """input @ weight.T + bias: input (..., in_features), output (..., out_features).

    weight (out_features, in_features) and bias (out_features,) start uniform on
    +-1 / sqrt(in_features), drawn in this order from the default generator.
    """

    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        check_sizes("Linear", in_features=in_features, out_features=out_features)
        self.in_features = in_features
        self.out_features = out_features
        how = dict(device=device, dtype=dtype)
        self.weight = Parameter(autograd.empty((out_features, in_features), **how))
        self.register_parameter(
            "bias", Parameter(autograd.empty(out_features, **how)) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        reset_affine(self.weight, self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Return input @ weight.T + bias."""
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes, and whether there is a bias."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Bilinear(Module):
    """x1 @ weight[k] @ x2 + bias[k] for every output k: inputs (..., in1) and (..., in2).

    weight (out, in1, in2) and bias (out,) start uniform on +-1 / sqrt(in1).
    """

    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        sizes = dict(
            in1_features=in1_features, in2_features=in2_features, out_features=out_features
        )
        check_sizes("Bilinear", **sizes)
        if in1_features <= 0:
            raise ValueError(f"Bilinear: in1_features must be > 0, but got {in1_features}")
        self.__dict__.update(sizes)
        how = dict(device=device, dtype=dtype)
        self.weight = Parameter(autograd.empty((out_features, in1_features, in2_features), **how))
        self.register_parameter(
            "bias", Parameter(autograd.empty(out_features, **how)) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        bound = 1 / math.sqrt(self.weight.shape[1])
        for parameter in self.parameters(recurse=False):
            init.uniform_(parameter, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """Return the bilinear form of both inputs."""
        return functional.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes, and whether there is a bias."""
        outputs, in1, in2 = self.weight.shape
        return (
            f"in1_features={in1}, in2_features={in2}, out_features={outputs}, "
            f"bias={self.bias is not None}"
        )


def check_sizes(name: str, **sizes: Any) -> None:
    """Raise TypeError that names the size which is no integer."""
    for size, value in sizes.items():
        if not isinstance(value, Integral):
            raise TypeError(
                f"{name}: {size} must be an int, got {value!r} ({type(value).__name__})"
            )
