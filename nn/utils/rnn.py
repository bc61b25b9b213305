"""Sequences of several lengths as one Tensor, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import autograd
from autograd import Tensor


def pad_sequence(
    sequences: Sequence[Tensor],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Return sequences (length, ...) as one Tensor (longest, N, ...), or (N, longest, ...).

    What is missing is padding_value, at the end or, padding_side "left", at the beginning.
    """
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"pad_sequence: padding_side must be left or right, got {padding_side}")
    sequences = list(sequences)
    if not sequences:
        raise RuntimeError("pad_sequence: received an empty list of sequences")
    longest = max(len(one) for one in sequences)
    rows = []
    for one in sequences:
        padding = one.new_full((longest - len(one), *one.shape[1:]), padding_value)
        rows.append(autograd.cat([one, padding] if padding_side == "right" else [padding, one]))
    return autograd.stack(rows, 0 if batch_first else 1)


def unpad_sequence(
    padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False
) -> list[Tensor]:
    """Return the sequences that `pad_sequence` made one Tensor of; lengths (N,) are theirs."""
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[: int(length)] for row, length in zip(rows, lengths, strict=True)]


class PackedSequence:
    """Nothing is one: the name is there for what asks whether it was given one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _postponed()


def _postponed(*args: Any, **kwargs: Any) -> NoReturn:
    raise NotImplementedError(
        "packed sequences are postponed; pad_sequence, and leave out of the loss what is padding: "
        "ignore_index, or a mask"
    )


pack_padded_sequence = pad_packed_sequence = pack_sequence = unpack_sequence = _postponed
