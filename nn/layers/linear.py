"""Affine layers."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import autograd
from autograd import Tensor

from .. import functional, init
from ..module import Module
from ..parameter import Parameter


class Linear(Module):
    """input @ weight.T + bias: input (..., in_features), output (..., out_features).

    weight (out_features, in_features) and bias (out_features,) start uniform on
    +-1 / sqrt(in_features), drawn in this order from the default generator.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        _check_size("in_features", in_features)
        _check_size("out_features", out_features)
        self.in_features = in_features
        self.out_features = out_features
        sizes = (out_features, in_features)
        self.weight = Parameter(autograd.empty(sizes, device=device, dtype=dtype))
        self.bias: Parameter | None
        self.register_parameter("bias", None)
        if bias:
            self.bias = Parameter(autograd.empty(out_features, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        # A slope of sqrt(5) makes the bound of kaiming_uniform_ 1 / sqrt(fan_in).
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        """Return input @ weight.T + bias."""
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes, and whether there is a bias."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


def _check_size(name: str, size: Any) -> None:
    if not isinstance(size, Integral):
        raise TypeError(f"Linear: {name} must be an int, got {size!r} ({type(size).__name__})")
