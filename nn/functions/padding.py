"""Padding, under the name of torch.nn.functional."""

from __future__ import annotations

from collections.abc import Sequence

from autograd import Tensor
from autograd.ops.resample import Reading, padded_with, read_at

MODES = ("constant", "reflect", "replicate", "circular")


def pad(
    input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Tensor:
    """Pad the last axes: pad is (before, after) of the last axis, then of the one before it, ...

    Negative numbers cut off. mode "constant" pads with value (0); "reflect" mirrors without the
    edge, "replicate" repeats the edge, "circular" goes on from the other end: these three pad all
    axes but the first, or but the first two.
    """
    pad = tuple(int(one) for one in pad)
    if len(pad) % 2:
        raise RuntimeError(f"pad: pad {pad} must have two numbers an axis, before and after")
    if len(pad) > 2 * input.ndim:
        raise RuntimeError(
            f"pad: pad {pad} names {len(pad) // 2} axes, but input {tuple(input.shape)} has "
            f"{input.ndim}"
        )
    if mode not in MODES:
        raise NotImplementedError(f"pad: unrecognised padding mode {mode!r}; use one of {MODES}")
    pairs = [*zip(pad[::2], pad[1::2], strict=True)][::-1]
    if mode == "constant":
        return _constant(input, pairs, 0 if value is None else value)
    _check(input, pairs, mode, value)
    y, axes = input, range(-len(pairs), 0)
    if mode == "circular":
        cut = [(min(before, 0), min(after, 0)) for before, after in pairs]
        y = _constant(input, cut, 0) if any(map(any, cut)) else input
        pairs = [(max(before, 0), max(after, 0)) for before, after in pairs]
    for axis, (before, after) in zip(axes, pairs, strict=True):
        if before or after:
            old = y.shape[axis]
            y = read_at(y, axis, Reading(mode, old, old + before + after, before))
    return input.clone() if y is input else y


def _constant(input: Tensor, pairs: list[tuple[int, int]], value: float) -> Tensor:
    widths = ((0, 0),) * (input.ndim - len(pairs)) + tuple(pairs)
    sizes = [size + sum(pair) for size, pair in zip(input.shape, widths, strict=True)]
    if min(sizes, default=0) < 0:
        raise RuntimeError(
            f"pad: padding {pairs} cuts more off than input {tuple(input.shape)} has"
        )
    return padded_with(input, widths, value)


def _check(input: Tensor, pairs: list, mode: str, value: float | None) -> None:
    if value:
        raise RuntimeError(f"pad: mode {mode!r} takes no value, got {value}")
    if input.ndim - len(pairs) not in (1, 2) or not 1 <= len(pairs) <= 3:
        raise NotImplementedError(
            f"pad: mode {mode!r} pads all axes but the first one or two, 3 at most; input "
            f"{tuple(input.shape)} with {len(pairs)} padded axes does not fit"
        )
    for axis, (before, after) in zip(range(-len(pairs), 0), pairs, strict=True):
        old = input.shape[axis]
        most = {"reflect": old - 1, "circular": old}.get(mode)
        if (most is not None and max(before, after) > most) or old + before + after <= 0:
            raise RuntimeError(
                f"pad: padding size should be less than the corresponding input dimension, but "
                f"got {before, after} at dimension {axis + input.ndim} of input "
                f"{tuple(input.shape)}"
            )
