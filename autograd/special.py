"""The namespace of torch.special: functions of probability, gamma and Bessel functions."""

from .ops.elementwise import log1p as log1p
from .ops.elementwise import sigmoid
from .ops.fused import log_softmax as log_softmax
from .ops.fused import softmax as softmax
from .ops.rounding import round_
from .ops.special import digamma as digamma
from .ops.special import entr as entr
from .ops.special import erf as erf
from .ops.special import erfc as erfc
from .ops.special import erfinv as erfinv
from .ops.special import gammaln as gammaln
from .ops.special import i0 as i0
from .ops.special import i1 as i1
from .ops.special import ndtr as ndtr
from .ops.special import polygamma as polygamma
from .ops.special import psi as psi
from .ops.transcendental import exp2 as exp2
from .ops.transcendental import expm1 as expm1
from .ops.transcendental import logit as logit
from .ops.transcendental import sinc as sinc
from .ops.transcendental import xlogy as xlogy

expit, round = sigmoid, round_

__all__ = [
    *("digamma", "entr", "erf", "erfc", "erfinv", "exp2", "expit", "expm1", "gammaln", "i0", "i1"),
    *("log1p", "log_softmax", "logit", "ndtr", "polygamma", "psi", "round", "sinc", "softmax"),
    "xlogy",
]
