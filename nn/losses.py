"""Losses as Modules: the functions of `loss_functions` with their options kept.

All of them take the reductions "mean" (the default), "sum" and "none", and raise where the
prediction is (N, 1) and the target (N,), which PyTorch would broadcast to (N, N).
"""

from __future__ import annotations

from typing import Any, Self

from autograd import Tensor

from . import functional
from .module import Module


class _Loss(Module):
    """A loss of a prediction and a target."""

    # How many of the first options are Tensors.
    _weights = 0

    def __new__(cls, *options: Any, **named: Any) -> Self:
        """Refuse the prediction and the target, which beginners give to the constructor."""
        if any(isinstance(option, Tensor) for option in options[cls._weights : 2]):
            raise TypeError(
                f"nn.{cls.__name__}(...) takes options, not Tensors; call the loss: "
                f"nn.{cls.__name__}()(prediction, target)"
            )
        return super().__new__(cls)

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = reduction


class _WeightedLoss(_Loss):
    """A loss with a buffer `weight`, None for no weights."""

    _weights = 1
    weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)


class MSELoss(_Loss):
    """Squared differences of prediction and target."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss; input and target have one shape."""
        return functional.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """Absolute differences of prediction and target."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss; input and target have one shape."""
        return functional.l1_loss(input, target, reduction=self.reduction)


class BCELoss(_WeightedLoss):
    """Binary cross entropy of probabilities, such as a sigmoid's; logarithms end at -100."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss; input between 0 and 1 and target, floats, have one shape."""
        return functional.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """Binary cross entropy of the inputs of a sigmoid: exact where the sigmoid would saturate.

    weight multiplies the loss of each element, pos_weight that of positive targets.
    """

    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(weight, reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss; input and target, floats, have one shape."""
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, self.reduction, self.pos_weight
        )


class NLLLoss(_WeightedLoss):
    """Minus the input at the label: what follows LogSoftmax. weight (C,) is one number a class."""

    def __init__(
        self, weight: Tensor | None = None, ignore_index: int = -100, reduction: str = "mean"
    ) -> None:
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of input (N, C, ...) at the labels target (N, ...)."""
        return functional.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class CrossEntropyLoss(_WeightedLoss):
    """-log softmax(input) at the label: takes logits, so the model ends without a softmax.

    Options as in `functional.cross_entropy`.
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of input (N, C, ...) at labels (N, ...) or probabilities (N, C, ...)."""
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            self.ignore_index,
            self.reduction,
            self.label_smoothing,
        )
