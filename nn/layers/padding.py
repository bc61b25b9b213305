"""Padding layers: numbers around the last axis (1d) or the last two (2d)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Tensor

from .. import functional
from .applied import Applied


def _by(mode: str) -> Callable:
    def padded(input: Tensor, padding: tuple[int, ...], value: float | None = None) -> Tensor:
        return functional.pad(input, padding, mode, value)

    return padded


class _Pad(Applied, shown="{padding}"):
    """What pads: padding is how much everywhere, or (left, right[, top, bottom]).

    Two numbers pad the last axis alone.
    """

    _axes: int
    padding: Any

    def prepare(self) -> None:
        """Have one number before and one after each axis that is padded."""
        sides = 2 * self._axes
        given = self.padding
        given = tuple(given) if isinstance(given, tuple | list) else (given,) * sides
        if len(given) > sides or len(given) % 2:
            few = " or ".join(str(one) for one in range(2, sides + 1, 2))
            raise ValueError(
                f"{type(self).__name__}: padding must be an int or {few} of them, got {given}"
            )
        self.padding = given


class _Pad1d(_Pad):
    _axes = 1


class _Pad2d(_Pad):
    _axes = 2


_SHOWN = "padding={padding}, value={value}"


class ConstantPad1d(_Pad1d, function=_by("constant"), shown=_SHOWN):
    """One number around: input (N, C, L) or (C, L)."""

    padding: Any
    value: float


class ConstantPad2d(_Pad2d, function=_by("constant"), shown=_SHOWN):
    """One number around: input (N, C, H, W) or (C, H, W)."""

    padding: Any
    value: float


class ZeroPad1d(_Pad1d, function=_by("constant")):
    """Zeros around: input (N, C, L) or (C, L)."""


class ZeroPad2d(_Pad2d, function=_by("constant")):
    """Zeros around: input (N, C, H, W) or (C, H, W)."""


class ReflectionPad1d(_Pad1d, function=_by("reflect")):
    """The input mirrored at its edges, without them."""


class ReflectionPad2d(_Pad2d, function=_by("reflect")):
    """The input mirrored at its edges, without them."""


class ReplicationPad1d(_Pad1d, function=_by("replicate")):
    """The edges repeated."""


class ReplicationPad2d(_Pad2d, function=_by("replicate")):
    """The edges repeated."""


class CircularPad1d(_Pad1d, function=_by("circular")):
    """What lies at the other end."""


class CircularPad2d(_Pad2d, function=_by("circular")):
    """What lies at the other end."""
