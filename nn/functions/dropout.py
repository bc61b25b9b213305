"""Dropout: elements, or whole channels, left out at random; `inplace` as in activations."""

from __future__ import annotations

import math
from collections.abc import Callable

import autograd
from autograd import Tensor
from autograd.user_code import warn_user

from .activations import applied


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Return input with elements set to 0 with probability p and the others over (1 - p).

    Outside training, and for p = 0, the input itself; draws come from the default generator, one
    an element. Raises ValueError if p is no probability, RuntimeError for an input of integers.
    """
    return _in_training(_without_elements, "dropout_", input, p, training, inplace)


def _in_training(
    function: Callable, name: str, input: Tensor, p: float, training: bool, inplace: bool
) -> Tensor:
    """Return function(input, p), the input itself where nothing is left out."""
    check_probability("dropout", p)
    if not training or p == 0 or not input.numel():
        return input
    if not input.is_floating_point():
        raise RuntimeError(
            f"dropout: the result is of floats, which {input.dtype} cannot hold; use input.float()"
        )
    return applied(function, name, input, inplace, p)


def _without_elements(input: Tensor, p: float) -> Tensor:
    if p == 1:
        return input * 0.0
    return input * (autograd.bernoulli(input, 1 - p) / (1 - p))


def check_probability(name: str, p: float) -> None:
    """Raise ValueError if p is outside 0 to 1."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name} probability has to be between 0 and 1, but got {p}")


def dropout1d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Return input (N, C, L) or (C, L) with whole channels set to 0, the others over (1 - p)."""
    check_probability("dropout", p)
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: expected (N, C, L) or (C, L), got shape {tuple(input.shape)}; use dropout"
        )
    function = _without_channels if input.ndim == 3 else _without_channels_of_one
    return _in_training(function, "feature_dropout_", input, p, training, inplace)


def dropout2d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Return input (N, C, H, W) with whole channels set to 0, the others over (1 - p).

    Three axes are taken for (N, C, L), with a warning, as in PyTorch.
    """
    check_probability("dropout", p)
    if input.ndim not in (3, 4):
        _warn_of_axes("dropout2d", input, "use dropout for elements")
    elif input.ndim == 3:
        _warn_of_axes("dropout2d", input, "it is taken for (N, C, L); use dropout1d")
    return _in_training(_without_channels, "feature_dropout_", input, p, training, inplace)


def dropout3d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Return input (N, C, D, H, W) with whole channels set to 0, the others over (1 - p)."""
    check_probability("dropout", p)
    if input.ndim not in (4, 5):
        _warn_of_axes("dropout3d", input, "use dropout for elements")
    function = _without_channels_of_one if input.ndim == 4 else _without_channels
    return _in_training(function, "feature_dropout_", input, p, training, inplace)


def _warn_of_axes(name: str, input: Tensor, cure: str) -> None:
    warn_user(f"{name}: received a {input.ndim}-D input: {cure}")


def _channels(name: str, input: Tensor) -> tuple[int, ...]:
    if input.ndim < 2:
        raise RuntimeError(
            f"{name}: requires at least 2 dimensions, (N, C, ...), got {tuple(input.shape)}"
        )
    return (*input.shape[:2], *(1,) * (input.ndim - 2))


def _without_channels_of_one(input: Tensor, p: float) -> Tensor:
    return _without_channels(input.unsqueeze(0), p).squeeze(0)


def _without_channels(input: Tensor, p: float) -> Tensor:
    if p == 1:
        return input * 0.0
    shape = _channels("feature dropout", input)
    kept = autograd.bernoulli(autograd.empty(shape, dtype=input.dtype), 1 - p)
    return input * (kept / (1 - p))


def alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Return input with elements set to what selu tends to, so that mean and variance stay.

    Source: Klambauer et al. 2017.
    """
    return _in_training(_towards_saturation, "alpha_dropout_", input, p, training, inplace)


def feature_alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Return `alpha_dropout` of whole channels of input (N, C, ...)."""
    name = "feature_alpha_dropout_"
    return _in_training(_channels_towards_saturation, name, input, p, training, inplace)


# Minus what selu(-inf) is: scale times alpha.
SATURATION = 1.7580993408473766


def _towards_saturation(input: Tensor, p: float) -> Tensor:
    return _saturated(input, tuple(input.shape), p)


def _channels_towards_saturation(input: Tensor, p: float) -> Tensor:
    return _saturated(input, _channels("feature_alpha_dropout", input), p)


def _saturated(input: Tensor, shape: tuple[int, ...], p: float) -> Tensor:
    """Return input with what one number of `shape` leaves out set to what selu tends to."""
    if p == 1:
        return input * 0.0
    scale = 1 / math.sqrt((SATURATION**2 * p + 1) * (1 - p))
    kept = autograd.bernoulli(autograd.empty(shape, dtype=input.dtype), 1 - p)
    shift = (kept - 1) * (SATURATION * scale) + SATURATION * scale * p
    return input * (kept * scale) + shift
