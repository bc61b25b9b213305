"""Arguments of functions whose windows slide: sizes an axis, and where the windows lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Tensor
from autograd.ops.windows import Windows

Sizes = int | Sequence[int]


def per_axis(name: str, argument: str, value: Any, axes: int) -> tuple[int, ...]:
    """Return an integer, or a sequence of one or `axes` of them, as one integer an axis.

    Raises RuntimeError for a sequence of another length.
    """
    if hasattr(value, "__index__"):
        return (value.__index__(),) * axes
    made = tuple(one.__index__() for one in value)
    if len(made) not in (1, axes):
        raise RuntimeError(
            f"{name}: expected {argument} to be a single integer value or a list of {axes} values, "
            f"but got {argument}={list(made)}"
        )
    return made * axes if len(made) == 1 else made


def check_least(name: str, least: int, **given: tuple[int, ...]) -> None:
    """Raise RuntimeError if a number of an argument is below `least`."""
    for argument, values in given.items():
        if min(values, default=least) < least:
            raise RuntimeError(
                f"{name}: {argument} must be at least {least} along each axis, got {values}"
            )


def check_axes(name: str, input: Tensor, axes: int) -> None:
    """Raise RuntimeError unless input is (C, *sizes) or (N, C, *sizes) with `axes` sizes."""
    if input.ndim not in (axes + 1, axes + 2):
        sizes = ", ".join(["L"] if axes == 1 else ["D", "H", "W"][-axes:])
        raise RuntimeError(
            f"{name}: expected {axes + 1}D (unbatched) or {axes + 2}D (batched) input, that is "
            f"(C, {sizes}) or (N, C, {sizes}), but got input of shape {tuple(input.shape)}; "
            f"add the channels with input.unsqueeze({0 if input.ndim == axes else 1})"
        )


def windows_over(
    name: str,
    sizes: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    ceil_mode: bool = False,
) -> Windows:
    """Return the windows that fit into sizes with `padding` on both sides.

    With ceil_mode also a last one that begins inside and ends outside. Raises RuntimeError where
    none fits.
    """
    counts = []
    for size, width, step, pad, spread in zip(
        sizes, kernel, stride, padding, dilation, strict=True
    ):
        room = size + 2 * pad - spread * (width - 1) - 1
        count = (room + (step - 1 if ceil_mode else 0)) // step + 1
        counts.append(count - (ceil_mode and (count - 1) * step >= size + pad))
    if min(counts) < 1:
        raise RuntimeError(
            f"{name}: output size {tuple(counts)} is too small: kernel {kernel} with dilation "
            f"{dilation} can't be greater than the input {tuple(sizes)} with padding {padding}; "
            "use a smaller kernel or more padding"
        )
    return Windows(tuple(sizes), kernel, stride, padding, dilation, tuple(counts))
