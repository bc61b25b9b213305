"""Functions under the names and arguments of torch.nn.functional."""

from __future__ import annotations

import autograd
from autograd import Tensor
from autograd import bilinear as bilinear
from autograd.ops import fused

from .activation_functions import celu as celu
from .activation_functions import celu_ as celu_
from .activation_functions import elu as elu
from .activation_functions import elu_ as elu_
from .activation_functions import gelu as gelu
from .activation_functions import glu as glu
from .activation_functions import gumbel_softmax as gumbel_softmax
from .activation_functions import hardshrink as hardshrink
from .activation_functions import hardsigmoid as hardsigmoid
from .activation_functions import hardswish as hardswish
from .activation_functions import hardtanh as hardtanh
from .activation_functions import hardtanh_ as hardtanh_
from .activation_functions import leaky_relu as leaky_relu
from .activation_functions import leaky_relu_ as leaky_relu_
from .activation_functions import log_softmax as log_softmax
from .activation_functions import logsigmoid as logsigmoid
from .activation_functions import mish as mish
from .activation_functions import prelu as prelu
from .activation_functions import relu as relu
from .activation_functions import relu6 as relu6
from .activation_functions import relu_ as relu_
from .activation_functions import rrelu as rrelu
from .activation_functions import rrelu_ as rrelu_
from .activation_functions import selu as selu
from .activation_functions import selu_ as selu_
from .activation_functions import sigmoid as sigmoid
from .activation_functions import silu as silu
from .activation_functions import softmax as softmax
from .activation_functions import softmin as softmin
from .activation_functions import softplus as softplus
from .activation_functions import softshrink as softshrink
from .activation_functions import softsign as softsign
from .activation_functions import tanh as tanh
from .activation_functions import tanhshrink as tanhshrink
from .activation_functions import threshold as threshold
from .activation_functions import threshold_ as threshold_
from .loss_functions import binary_cross_entropy as binary_cross_entropy
from .loss_functions import binary_cross_entropy_with_logits as binary_cross_entropy_with_logits
from .loss_functions import cross_entropy as cross_entropy
from .loss_functions import l1_loss as l1_loss
from .loss_functions import mse_loss as mse_loss
from .loss_functions import nll_loss as nll_loss


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return input @ weight.T + bias: input (..., in), weight (out, in), bias (out,) or None.

    Raises RuntimeError if sizes or dtypes differ.
    """
    return autograd.linear(input, weight, bias)


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Return input with elements set to 0 with probability p and the others over (1 - p).

    Outside training, and for p = 0, the input itself; draws come from the default generator, one
    an element. Raises ValueError if p is no probability.
    """
    check_probability("dropout", p)
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0.0
    return input * (autograd.bernoulli(input, 1 - p) / (1 - p))


def check_probability(name: str, p: float) -> None:
    """Raise ValueError if p is outside 0 to 1."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name} probability has to be between 0 and 1, but got {p}")


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Return int64 zeros (..., num_classes) with a 1 at each label; by default largest + 1 classes.

    Raises RuntimeError for labels that are no integers, negative, or not below num_classes.
    """
    if tensor.dtype.kind not in "iu":
        raise RuntimeError(f"one_hot: labels must be integers, got {tensor.dtype}; use .long()")
    if not tensor.numel():
        if num_classes <= 0:
            raise RuntimeError("one_hot: cannot infer the number of classes from no labels")
        return autograd.zeros(*tensor.shape, num_classes, dtype=autograd.int64)
    classes = int(tensor.max()) + 1 if num_classes == -1 else num_classes
    labels = fused.checked_classes(tensor, classes)
    return (labels.unsqueeze(-1) == autograd.arange(classes)).long()
