"""Loss functions, under the names and arguments of torch.nn.functional.

The plain case of each is one fused operation; weights, label smoothing, class probabilities and
further axes are compositions. A prediction (N, 1) with a target (N,) raises in all of them: the
difference would broadcast to (N, N) and compare every prediction with every target, so that the
model learns the mean. PyTorch only warns of it, as these do of a target that fits the prediction's
shape when it is broadcast, as () does (3,).
"""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import Tensor, where
from autograd.ops import fused
from autograd.user_code import warn_user

from .functions.activations import hardtanh
from .mistakes import look_for_softmax


def mse_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", weight: Tensor | None = None
) -> Tensor:
    """Return the squared differences: their "mean", their "sum", or each of them for "none".

    A target that broadcasts to the input is warned of; one that makes more of it is a ValueError.
    weight has the shape of the losses; with it the mean is over its sum.
    """
    _check_tensors("mse_loss", input=input, target=target)
    input, target = _paired("mse_loss", input, target)
    if weight is None:
        return fused.mse_loss(input, target, reduction)
    return _weighted(fused.mse_loss(input, target, "none"), weight, reduction)


def l1_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", weight: Tensor | None = None
) -> Tensor:
    """Return the absolute differences, reduced as in `mse_loss`; the slope at 0 is 0."""
    _check_tensors("l1_loss", input=input, target=target)
    input, target = _paired("l1_loss", input, target)
    differences = (input - target).abs()
    if weight is None:
        return fused.reduced(differences, reduction)
    return _weighted(differences, weight, reduction)


def smooth_l1_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", beta: float = 1.0
) -> Tensor:
    """Return squares / (2 beta) of differences below beta, else what continues them in a line.

    Reduced as in `mse_loss`; beta 0 gives `l1_loss`.
    """
    _check_tensors("smooth_l1_loss", input=input, target=target)
    input, target = _paired("smooth_l1_loss", input, target)
    if beta < 0:
        raise RuntimeError(f"smooth_l1_loss does not support negative values for beta, got {beta}")
    if beta == 0:
        return l1_loss(input, target, reduction)
    return fused.reduced(_squares_then_lines(input - target, beta) / beta, reduction)


def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Return half the squares of differences up to delta, else what continues them in a line.

    Reduced as in `mse_loss`, but with weight the mean is over the number of losses, as PyTorch's.
    """
    _check_tensors("huber_loss", input=input, target=target)
    input, target = _paired("huber_loss", input, target)
    if delta <= 0:
        raise RuntimeError(f"huber_loss does not support non-positive values for delta: {delta}")
    losses = _squares_then_lines(input - target, delta)
    if weight is not None:
        losses = _weighted(losses, weight, "none")
    return fused.reduced(losses, reduction)


def _squares_then_lines(differences: Tensor, bound: float) -> Tensor:
    """Return half the squares up to the bound, and beyond it lines that continue them."""
    inside = hardtanh(differences, -bound, bound)
    return inside * (differences - 0.5 * inside)


def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """Return -(target log(input) + (1 - target) log(1 - input)); logarithms end at -100.

    input are probabilities, target floats of one shape and dtype; weight broadcasts to that shape.
    Raises ValueError for other shapes, RuntimeError for other dtypes or values outside 0 to 1.
    """
    _check_tensors("binary_cross_entropy", input=input, target=target)
    if weight is None:
        return fused.binary_cross_entropy(input, target, reduction)
    losses = fused.binary_cross_entropy(input, target, "none")
    return fused.reduced(losses * weight.expand(losses.shape), reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Return `binary_cross_entropy` of sigmoid(input), exact for large inputs of either sign.

    pos_weight, broadcast to the inputs, multiplies the loss of positive targets.
    """
    _check_tensors("binary_cross_entropy_with_logits", input=input, target=target)
    if weight is None and pos_weight is None:
        return fused.binary_cross_entropy_with_logits(input, target, reduction)
    _check_shapes("binary_cross_entropy_with_logits", input, target)
    factor = 1 if pos_weight is None else 1 + (pos_weight.expand(input.shape) - 1) * target
    # softplus(-x) is -log(sigmoid(x)); above 40 it is its argument to the last bit of a float64.
    losses = (1 - target) * input + factor * autograd.softplus(-input, 1, 40)
    if weight is not None:
        losses = losses * weight.expand(losses.shape)
    return fused.reduced(losses, reduction)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return -log softmax(input) at the target: input (N, C, ...) or (C,) are logits.

    target are labels (N, ...) or (), integers from 0 to C - 1, or probabilities, floats shaped
    like input. weight (C,) multiplies the loss of each class, and with labels the mean is over
    the weights of the labels. Labels equal to ignore_index count for nothing. label_smoothing
    moves that share of each target evenly to all classes.
    Raises IndexError for a label out of range, ValueError for labels of another number of samples,
    RuntimeError for ones of other axes.
    """
    _check_tensors("cross_entropy", input=input, target=target)
    _check_ignored("cross_entropy", ignore_index)
    look_for_softmax(input)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if target.array.shape == input.array.shape and target.is_floating_point():
        if ignore_index >= 0:
            raise RuntimeError(
                "cross_entropy: ignore_index is not supported for floating point target; give the "
                "rows to ignore a weight of 0 in a loss with reduction='none'"
            )
        return _soft_cross_entropy(input, target, weight, reduction, label_smoothing)
    if input.ndim == 2 and weight is None and not label_smoothing:
        _check_labels("cross_entropy", input, target)
        return fused.cross_entropy(input, target, ignore_index, reduction)
    log_p = autograd.log_softmax(input, _class_axis(input))
    return _label_loss(
        "cross_entropy", log_p, target, weight, ignore_index, reduction, label_smoothing
    )


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """Return -input at the labels: input (N, C, ...) or (C,) are logarithms of probabilities.

    target, weight and ignore_index as in `cross_entropy`, which is this of log_softmax.
    """
    _check_tensors("nll_loss", input=input, target=target)
    _check_ignored("nll_loss", ignore_index)
    return _label_loss("nll_loss", input, target, weight, ignore_index, reduction, 0)


def _label_loss(
    name: str,
    log_p: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    smoothing: float,
) -> Tensor:
    _check_labels(name, log_p, target)
    axis = _class_axis(log_p)
    classes = log_p.shape[axis]
    weight = autograd.ones(classes, dtype=log_p.dtype) if weight is None else weight
    spread = _along_classes(weight, log_p)
    counts = fused.counted(target, classes, ignore_index)
    labels = where(counts, target, 0)
    weights = where(counts, weight[labels], 0)
    losses = -log_p.gather(axis, labels.unsqueeze(axis)).squeeze(axis) * weights
    if smoothing:
        even = -(log_p * spread).sum(axis)
        losses = (1 - smoothing) * losses + smoothing / classes * even
    # Selected, not multiplied by 0: an ignored loss may be infinite.
    losses = where(counts, losses, 0)
    return losses.sum() / weights.sum() if reduction == "mean" else fused.reduced(losses, reduction)


def _soft_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None, reduction: str, smoothing: float
) -> Tensor:
    axis = _class_axis(input)
    classes = input.shape[axis]
    if smoothing:
        target = target * (1 - smoothing) + smoothing / classes
    losses = -(autograd.log_softmax(input, axis) * target)
    if weight is not None:
        losses = losses * _along_classes(weight, input)
    return fused.reduced(losses.sum(axis), reduction)


def _class_axis(input: Tensor) -> int:
    if not input.ndim:
        raise ValueError("cross entropy: input must be (C,) or (N, C, ...), got a single number")
    return 0 if input.ndim == 1 else 1


def _along_classes(weight: Tensor, input: Tensor) -> Tensor:
    """Return weight (C,) shaped to broadcast along the classes of input."""
    classes = input.shape[_class_axis(input)]
    if tuple(weight.shape) != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes, "
            f"but got weight tensor of shape: {list(weight.shape)}"
        )
    return weight.reshape(classes, *(1,) * (input.ndim - 2))


def _check_labels(name: str, input: Tensor, target: Tensor) -> None:
    axis, shape = _class_axis(input), input.array.shape
    expected = shape[:axis] + shape[axis + 1 :]
    if target.array.shape != expected:
        cure = "one integer a prediction, or floats shaped like input"
        if target.shape == input.shape:
            cure = f"target.argmax({axis}) for one-hot labels, target.float() for probabilities"
        elif target.numel() == autograd.Size(expected).numel():
            cure = f"target.reshape({expected})"
        # As in PyTorch: a ValueError where the number of samples is another one.
        error = RuntimeError if target.array.shape[:axis] == expected[:axis] != () else ValueError
        raise error(
            f"{name}: input {tuple(input.shape)} takes labels {expected}, got "
            f"{tuple(target.shape)}; use {cure}"
        )
    if target.dtype.kind not in "iu":
        raise RuntimeError(f"{name}: labels must be integers, got {target.dtype}; use .long()")


def _check_ignored(name: str, ignore_index: Any) -> None:
    if ignore_index is None or isinstance(ignore_index, bool):
        raise TypeError(
            f"{name}: ignore_index must be an int, got {ignore_index}; size_average and reduce are "
            "not taken, give ignore_index and reduction by name"
        )


def _check_shapes(name: str, input: Tensor, target: Tensor) -> None:
    if input.shape != target.shape:
        raise fused.misfit(name, tuple(input.shape), tuple(target.shape))


def _paired(name: str, input: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return input and target in one shape; warn of another one, as PyTorch does.

    Raises ValueError where both have to be broadcast, or a smaller input to the target.
    """
    shape, other = input.array.shape, target.array.shape
    if shape == other:
        return input, target
    common = fused.common_shape(shape, other)
    if common is None or math.prod(common) > math.prod(shape):
        raise fused.misfit(name, shape, other)
    warn_user(
        f"Using a target size ({target.shape}) that is different to the input size "
        f"({input.shape}). This will likely lead to incorrect results due to broadcasting. Please "
        "ensure they have the same size."
    )
    return input.expand(common), target.expand(common)


def _weighted(losses: Tensor, weight: Tensor, reduction: str) -> Tensor:
    if weight.shape != losses.shape:
        raise ValueError(
            f"Weights and input must have the same size, got {tuple(weight.shape)} and "
            f"{tuple(losses.shape)}; use weight.expand{tuple(losses.shape)}"
        )
    losses = losses * weight
    return losses.sum() / weight.sum() if reduction == "mean" else fused.reduced(losses, reduction)


def _check_tensors(name: str, **given: Any) -> None:
    for argument, value in given.items():
        if not isinstance(value, Tensor):
            raise TypeError(
                f"{name}: {argument} must be a Tensor, got {type(value).__name__}; write "
                f"torch.tensor({argument})"
            )
