"""Optimizers: how parameters move along their gradients."""

from ..planned import of_optim as __getattr__
from . import lr_scheduler, swa_utils
from .adam import Adam, AdamW
from .adam_kin import Adamax, NAdam, RAdam
from .averaging import ASGD
from .lbfgs import LBFGS
from .optimizer import Optimizer
from .rms import Adadelta, Adagrad, RMSprop
from .sgd import SGD
from .signs import Lion, Rprop
