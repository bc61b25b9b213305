"""Losses as Modules: the functions of `functional` with their options kept.

All of them take the reductions "mean" (the default), "sum" and "none"; those of a prediction and a
target raise where these are (N, 1) and (N,), which broadcast to (N, N).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from autograd import Tensor

from . import functional
from .layers.applied import Applied
from .layers.distances import PairwiseDistance


class _Loss(Applied, shown=""):
    """A loss of a prediction and a target."""

    reduction: str = "mean"

    def __new__(cls, *options: Any, **named: Any) -> Self:
        """Refuse the prediction and the target, which beginners give to the constructor."""
        if cls.__init__ is not _Loss.__init__:
            # A subclass's own constructor may take Tensors.
            return super().__new__(cls)
        first = len([name for name in cls._options[:1] if name in cls._held])
        if any(isinstance(option, Tensor) for option in options[first:2]):
            raise TypeError(
                f"nn.{cls.__name__}(...) takes options, not Tensors; call the loss: "
                f"nn.{cls.__name__}()(prediction, target)"
            )
        return super().__new__(cls)


class MSELoss(_Loss, function=functional.mse_loss):
    """Squared differences of prediction and target."""


class L1Loss(_Loss, function=functional.l1_loss):
    """Absolute differences of prediction and target."""


class SmoothL1Loss(_Loss, function=functional.smooth_l1_loss):
    """Squared differences below beta, over beta, else absolute ones. Source: Girshick 2015."""

    reduction: str = "mean"
    beta: float = 1.0


class HuberLoss(_Loss, function=functional.huber_loss):
    """Half the squared differences up to delta, else a line that continues them."""

    reduction: str = "mean"
    delta: float = 1.0

    def prepare(self) -> None:
        """Refuse what would make no line."""
        if self.delta <= 0:
            raise ValueError(f"HuberLoss: delta must be above 0, got {self.delta}")


class BCELoss(_Loss, function=functional.binary_cross_entropy, held=("weight",)):
    """Binary cross entropy of probabilities, such as a sigmoid's; logarithms end at -100."""

    weight: Tensor | None = None
    reduction: str = "mean"


class BCEWithLogitsLoss(
    _Loss, function=functional.binary_cross_entropy_with_logits, held=("weight", "pos_weight")
):
    """Binary cross entropy of the inputs of a sigmoid: exact where the sigmoid would saturate.

    weight multiplies the loss of each element, pos_weight that of positive targets.
    """

    weight: Tensor | None = None
    reduction: str = "mean"
    pos_weight: Tensor | None = None


class NLLLoss(_Loss, function=functional.nll_loss, held=("weight",)):
    """Minus the input at the label: what follows LogSoftmax. weight (C,) is one number a class."""

    weight: Tensor | None = None
    ignore_index: int = -100
    reduction: str = "mean"


class CrossEntropyLoss(_Loss, function=functional.cross_entropy, held=("weight",)):
    """-log softmax(input) at the label: takes logits, so the model ends without a softmax.

    Options as in `functional.cross_entropy`.
    """

    weight: Tensor | None = None
    ignore_index: int = -100
    reduction: str = "mean"
    label_smoothing: float = 0.0


class KLDivLoss(_Loss, function=functional.kl_div):
    """Kullback-Leibler divergence of log-probabilities from a target, as `functional.kl_div`."""

    reduction: str = "mean"
    log_target: bool = False


class PoissonNLLLoss(_Loss, function=functional.poisson_nll_loss):
    """-log likelihood of counts whose rate, or its logarithm, is the input."""

    log_input: bool = True
    full: bool = False
    eps: float = 1e-8
    reduction: str = "mean"

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        """Return the loss; the input has the name of the option, as in PyTorch."""
        return super().forward(log_input, target)


class GaussianNLLLoss(_Loss, function=functional.gaussian_nll_loss, kw_only=True):
    """-log likelihood of a normal target: called with mean, target and variance."""

    full: bool = False
    eps: float = 1e-6
    reduction: str = "mean"


class HingeEmbeddingLoss(_Loss, function=functional.hinge_embedding_loss):
    """The input where the target is 1, what it lacks to the margin where it is -1."""

    margin: float = 1.0
    reduction: str = "mean"


class SoftMarginLoss(_Loss, function=functional.soft_margin_loss):
    """log(1 + exp(-target * input)), for targets 1 and -1."""


class MultiMarginLoss(_Loss, function=functional.multi_margin_loss, held=("weight",)):
    """What the score of the label lacks to all others, by margin, to the power p: 1 or 2."""

    p: int = 1
    margin: float = 1.0
    weight: Tensor | None = None
    reduction: str = "mean"

    def prepare(self) -> None:
        """Refuse other powers, and weights that are not one number a class."""
        if self.p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: only p == 1 and p == 2 are supported, got {self.p}")
        if self.weight is not None and self.weight.ndim != 1:
            raise ValueError(
                f"MultiMarginLoss: weight must be (C,), got {tuple(self.weight.shape)}"
            )


class MultiLabelMarginLoss(_Loss, function=functional.multilabel_margin_loss):
    """What the scores of several labels lack to all others, by 1: labels end with -1."""


class MultiLabelSoftMarginLoss(
    _Loss, function=functional.multilabel_soft_margin_loss, held=("weight",)
):
    """Binary cross entropy of logits, averaged over the classes of each sample."""

    weight: Tensor | None = None
    reduction: str = "mean"


class MarginRankingLoss(_Loss, function=functional.margin_ranking_loss):
    """What the first input lacks to be larger by margin for target 1, smaller for -1."""

    margin: float = 0.0
    reduction: str = "mean"


class CosineEmbeddingLoss(_Loss, function=functional.cosine_embedding_loss):
    """1 - cosine of two inputs for target 1, what it is above margin for -1."""

    margin: float = 0.0
    reduction: str = "mean"


class TripletMarginLoss(_Loss, function=functional.triplet_margin_loss):
    """What the negative lacks to be farther from the anchor than the positive, by margin.

    Source: Balntas et al. 2016.
    """

    margin: float = 1.0
    p: float = 2.0
    eps: float = 1e-6
    swap: bool = False
    reduction: str = "mean"


class TripletMarginWithDistanceLoss(
    _Loss, function=functional.triplet_margin_with_distance_loss, kw_only=True
):
    """TripletMarginLoss by any distance function, PairwiseDistance() if None is given."""

    distance_function: Callable | None = None
    margin: float = 1.0
    swap: bool = False
    reduction: str = "mean"

    def prepare(self) -> None:
        """Take the usual distance where none is given."""
        self.distance_function = self.distance_function or PairwiseDistance()


class CTCLoss(_Loss, function=functional.ctc_loss):
    """-log probability that classes read in time spell the targets: see `functional.ctc_loss`."""

    blank: int = 0
    reduction: str = "mean"
    zero_infinity: bool = False
