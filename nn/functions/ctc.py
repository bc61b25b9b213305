"""Connectionist temporal classification: the likelihood of labels at unknown times."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import Tensor, where
from autograd.ops import fused
from autograd.ops.index import gathered

from .padding import pad


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """Return -log of the probability that the classes read in time spell the targets.

    log_probs (T, N, C), logarithms of probabilities, or (T, C); targets (N, S) of labels, or those
    of all samples one after the other; the lengths, (N,) or (), say how much of each counts.
    `blank` is the class between labels. "mean" divides by target lengths first. zero_infinity makes
    losses that are infinite, where no reading is long enough, 0 without a gradient.
    Source: Graves et al. 2006.
    """
    single = log_probs.ndim == 2
    if log_probs.ndim not in (2, 3):
        raise RuntimeError(f"ctc_loss: log_probs must be (T, N, C), got {tuple(log_probs.shape)}")
    log_probs = log_probs.unsqueeze(1) if single else log_probs
    _, samples, classes = log_probs.shape
    if not 0 <= blank < classes:
        raise RuntimeError(f"ctc_loss: blank must be in label range, 0 to {classes - 1}: {blank}")
    times = _checked_lengths(_lengths(input_lengths, samples, "input_lengths"), log_probs.shape[0])
    lengths = _lengths(target_lengths, samples, "target_lengths")
    labels = targets.long() if targets.ndim == 2 else _rows(targets, target_lengths)
    losses = -_read(log_probs, _checked_lengths(lengths, labels.shape[1]), labels, times, blank)
    if zero_infinity:
        losses = where(losses == math.inf, 0, losses)
    if reduction == "mean":
        return (losses / lengths.clamp(min=1).to(losses.dtype)).mean()
    return fused.reduced(losses.squeeze(0) if single else losses, reduction)


def _lengths(given: Any, samples: int, name: str) -> Tensor:
    lengths = given if isinstance(given, Tensor) else autograd.tensor(given)
    lengths = lengths.reshape(-1).long()
    if lengths.shape[0] != samples:
        raise RuntimeError(
            f"ctc_loss: {name} must be of the batch size {samples}, got {lengths.shape[0]} lengths"
        )
    return lengths


@autograd.op(name="ctc_lengths")
def _checked_lengths(x: Any, /, most: int) -> Any:
    """Return lengths as they are; raise RuntimeError for one above `most` or below 0."""
    if x.size and not 0 <= x.min() <= x.max() <= most:
        raise RuntimeError(
            f"ctc_loss: expected lengths from 0 to {most}, but got {x.min()} to {x.max()}"
        )
    return x


def _rows(targets: Tensor, lengths: Any) -> Tensor:
    """Return the labels of all samples, one after the other, as (N, S)."""
    sizes = lengths.reshape(-1).tolist() if isinstance(lengths, Tensor) else [*lengths]
    width = max(sizes, default=0)
    starts = autograd.tensor([sum(sizes[:row]) for row in range(len(sizes))])
    places = starts.unsqueeze(1) + autograd.arange(width)
    if not targets.shape[0]:
        return autograd.zeros(len(sizes), width, dtype=autograd.int64)
    return targets.long()[places.clamp(max=targets.shape[0] - 1)]


def _read(log_probs: Tensor, lengths: Tensor, labels: Tensor, times: Tensor, blank: int) -> Tensor:
    """Return the logarithm of the probability of each sample, by the forward recursion."""
    samples, width = labels.shape
    blanks = autograd.full((samples, width), blank, dtype=autograd.int64)
    spelled = autograd.stack([blanks, labels], 2).reshape(samples, 2 * width)
    spelled = pad(spelled, (0, 1), value=blank)
    # Labels may follow one another without a blank if they differ.
    differs = pad((labels[:, 1:] != labels[:, :-1]).long(), (1, 0)) if width else labels
    skips = autograd.stack([differs * 0, differs], 2).reshape(samples, 2 * width)
    skips = pad(skips, (0, 1)) == 1
    steps = log_probs.shape[0]
    index = spelled.unsqueeze(0).expand(steps, samples, 2 * width + 1)
    scores = gathered(log_probs, where(index < log_probs.shape[2], index, 0), 2)
    place = autograd.arange(2 * width + 1)
    state = where(place < 2, scores[0], -math.inf)
    for step in range(1, steps):
        state = where((step < times).unsqueeze(1), _advanced(state, skips) + scores[step], state)
    ends = (place == 2 * lengths.unsqueeze(1)) | (place == 2 * lengths.unsqueeze(1) - 1)
    return _log_sum(where(ends, state, -math.inf), 1)


def _advanced(state: Tensor, skips: Tensor) -> Tensor:
    """Return the logarithms of the sums over what leads to each place: it, the last, a skip."""
    size = state.shape[1]
    one = pad(state, (1, 0), value=-math.inf)[:, :size]
    two = where(skips, pad(state, (2, 0), value=-math.inf)[:, :size], -math.inf)
    return _log_sum(autograd.stack([state, one, two]), 0)


def _log_sum(logs: Tensor, dim: int) -> Tensor:
    """Return log(sum(exp(logs))) over dim; of -inf alone it is -inf, without a gradient."""
    largest = autograd.amax(logs.detach(), dim, True)
    never = largest == -math.inf
    sums = autograd.exp(logs - where(never, 0, largest)).sum(dim, True)
    sums = autograd.log(where(never, 1, sums)) + where(never, 0, largest)
    return where(never, -math.inf, sums).squeeze(dim)
