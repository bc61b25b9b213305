"""Losses of scores and distances that have to keep a margin, under torch.nn.functional's names."""

from __future__ import annotations

from collections.abc import Callable

import autograd
from autograd import Tensor, relu, where
from autograd.ops import fused
from autograd.ops.index import gathered
from autograd.ops.labels import listed, marked

from .distances import pairwise_distance
from .pairs import check_pairs


def hinge_embedding_loss(
    input: Tensor, target: Tensor, margin: float = 1.0, reduction: str = "mean"
) -> Tensor:
    """Return input where target is 1, and what it lacks to the margin where target is -1."""
    check_pairs("hinge_embedding_loss", input=input, target=target)
    lacking = where(target != 1, (margin - input).clamp(min=0), 0)
    return fused.reduced(lacking + where(target != -1, input, 0), reduction)


def margin_ranking_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, reduction: str = "mean"
) -> Tensor:
    """Return what input1 lacks to be the larger by margin for target 1, the smaller for -1."""
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss: all Tensors should have as many axes, but got input1 "
            f"{tuple(input1.shape)}, input2 {tuple(input2.shape)} and target {tuple(target.shape)}"
        )
    return fused.reduced((-target * (input1 - input2) + margin).clamp(min=0), reduction)


def soft_margin_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """Return log(1 + exp(-target * input)), for targets 1 and -1."""
    check_pairs("soft_margin_loss", input=input, target=target)
    return fused.reduced(autograd.softplus(-target * input, 1, 40), reduction)


def cosine_embedding_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, reduction: str = "mean"
) -> Tensor:
    """Return 1 - cosine of the inputs for target 1, what it is above margin for target -1.

    input1 and input2 (N, size) with target (N,), or (size,) with ().
    """
    if target.ndim > 1 or not input1.ndim == input2.ndim == target.ndim + 1:
        raise RuntimeError(
            "cosine_embedding_loss: expected inputs (N, size) with target (N,), or (size,) with "
            f"(), got {tuple(input1.shape)}, {tuple(input2.shape)} and {tuple(target.shape)}"
        )
    tiny = 1e-12
    squares = ((input1 * input1).sum(-1) + tiny) * ((input2 * input2).sum(-1) + tiny)
    cosine = (input1 * input2).sum(-1) / autograd.sqrt(squares)
    losses = where(target == 1, 1 - cosine, 0)
    return fused.reduced(losses + where(target == -1, (cosine - margin).clamp(min=0), 0), reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """Return what the negative lacks to be farther from the anchor than the positive, by margin.

    Distances are `pairwise_distance`; swap takes the nearer of anchor and positive to the negative.
    """

    def distance(one: Tensor, other: Tensor) -> Tensor:
        return pairwise_distance(one, other, p, eps)

    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=distance,
        margin=margin,
        swap=swap,
        reduction=reduction,
    )


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """Return `triplet_margin_loss` for any function of two Tensors as the distance."""
    if margin <= 0:
        raise ValueError(f"triplet_margin_loss: margin must be greater than 0, got {margin}")
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "triplet_margin_loss: anchor, positive and negative should have as many axes, but got "
            f"{tuple(anchor.shape)}, {tuple(positive.shape)} and {tuple(negative.shape)}"
        )
    distance = distance_function or pairwise_distance
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = autograd.minimum(far, distance(positive, negative))
    return fused.reduced((margin + near - far).clamp(min=0), reduction)


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return what the score of the label lacks to be larger by margin than each other, over C.

    input (N, C) or (C,), target (N,) or () of labels; p is 1, or 2 for squares; weight (C,)
    multiplies the losses of each label.
    """
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: only p == 1 and p == 2 supported, got {p}")
    _check_labels("multi_margin_loss", input, target, target.numel() != input.numel() // max(
        input.shape[-1] if input.ndim else 1, 1))  # fmt: skip
    scores, labels = input.reshape(-1, input.shape[-1]), target.reshape(-1, 1)
    lacking = relu(margin - gathered(scores, labels, 1) + scores)
    lacking = lacking if p == 1 else lacking * lacking
    if weight is not None:
        lacking = lacking * weight[labels]
    others = autograd.arange(scores.shape[1]) != labels
    losses = where(others, lacking, 0).sum(1) / scores.shape[1]
    return fused.reduced(losses.reshape(target.shape), reduction)


def multilabel_margin_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """Return what scores of labels lack to be larger by 1 than those of no labels, over C.

    input (N, C) or (C,); target, of that shape, lists labels, until the first -1.
    """
    _check_labels("multilabel_margin_loss", input, target, input.shape != target.shape)
    counts = listed(target)
    labels = where(counts, target, 0)
    scores = gathered(input, labels, input.ndim - 1)
    lacking = relu(1 - scores.unsqueeze(-1) + input.unsqueeze(-2))
    pairs = counts.unsqueeze(-1) & ~marked(labels, counts).unsqueeze(-2)
    losses = where(pairs, lacking, 0).sum((-2, -1)) / input.shape[-1]
    return fused.reduced(losses, reduction)


def _check_labels(name: str, input: Tensor, target: Tensor, wrong: bool) -> None:
    if wrong or input.ndim not in (1, 2) or 0 in input.shape:
        raise RuntimeError(
            f"{name}: inconsistent target {tuple(target.shape)} for input {tuple(input.shape)}; "
            "input is (N, C) or (C,)"
        )
    if target.dtype.kind != "i":
        raise RuntimeError(f"{name}: labels must be integers, got {target.dtype}; use .long()")


def multilabel_soft_margin_loss(
    input: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """Return the mean over classes, the last axis, of the binary cross entropies of sigmoid(input).

    target are floats from 0 to 1; weight multiplies the losses of each class.
    """
    check_pairs("multilabel_soft_margin_loss", input=input, target=target)
    # softplus(-x) is -log(sigmoid(x)); above 40 it is its argument to the last bit of a float64.
    losses = target * autograd.softplus(-input, 1, 40)
    losses = losses + (1 - target) * autograd.softplus(input, 1, 40)
    losses = losses if weight is None else losses * weight
    return fused.reduced(losses.sum(-1) / input.shape[-1], reduction)
