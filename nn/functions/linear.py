"""Linear and bilinear maps, under the names and arguments of torch.nn.functional."""

from __future__ import annotations

import autograd
from autograd import Tensor
from autograd import bilinear as bilinear


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return input @ weight.T + bias: input (..., in), weight (out, in), bias (out,) or None.

    A weight (in,), without bias, gives (...). Raises RuntimeError if sizes or dtypes differ.
    """
    if weight.ndim == 1 and bias is None:
        return autograd.linear(input, weight.unsqueeze(0)).squeeze(-1)
    return autograd.linear(input, weight, bias)
