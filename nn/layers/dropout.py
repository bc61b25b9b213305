"""Layers that leave elements or channels out while a model trains."""

from __future__ import annotations

from typing import Any

from autograd import Tensor

from .. import functional
from .applied import Applied


class _Dropout(Applied, shown="p={p}, inplace={inplace}"):
    """What is left out with probability p in training; raises ValueError if p is none."""

    p: float = 0.5
    inplace: bool = False

    def prepare(self) -> None:
        """Refuse what is no probability."""
        functional.check_probability("dropout", self.p)


class Dropout(_Dropout, function=functional.dropout, trains=True):
    """In training, 0 with probability p, and what is left over (1 - p); in evaluation, nothing.

    Raises ValueError if p is no probability. Source: Hinton et al. 2012; scaling in training.
    """


class Dropout1d(_Dropout, function=functional.dropout1d, trains=True):
    """Dropout of whole channels: input (N, C, L) or (C, L). Source: Tompson et al. 2014."""


class Dropout2d(_Dropout, function=functional.dropout2d, trains=True):
    """Dropout of whole channels: input (N, C, H, W) or (N, C, L). Source: Tompson et al. 2014."""


# PyTorch's layers of these two have an option inplace, and leave their input as it is.
def _alpha_dropout(input: Tensor, inplace: bool, **how: Any) -> Tensor:
    return functional.alpha_dropout(input, **how)


def _feature_alpha_dropout(input: Tensor, inplace: bool, **how: Any) -> Tensor:
    return functional.feature_alpha_dropout(input, **how)


class AlphaDropout(_Dropout, function=_alpha_dropout, trains=True):
    """Dropout for SELU: towards its lowest value, so that mean and variance stay.

    Source: Klambauer et al. 2017.
    """


class FeatureAlphaDropout(_Dropout, function=_feature_alpha_dropout, trains=True):
    """AlphaDropout of whole channels: input (N, C, ...)."""
