"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable

import autograd
from autograd import Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """Return all elements of the parameters, one after the other: (number,)."""
    return autograd.cat([one.reshape(-1) for one in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Put successive parts of a vector into the parameters, whose memory they become.

    Raises ValueError if it has another number of elements.
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vec: expected a Tensor, got {type(vec).__name__}")
    parameters = list(parameters)
    total = sum(one.numel() for one in parameters)
    if vec.numel() != total:
        raise ValueError(
            f"vector_to_parameters: vec has {vec.numel()} elements, the parameters {total}"
        )
    start = 0
    for one in parameters:
        stop = start + one.numel()
        one.data = vec[start:stop].view(one.shape).data
        start = stop
