"""Optimizers: how parameters move along their gradients."""

from ..planned import of_optim as __getattr__
from .adam import Adam, AdamW
from .optimizer import Optimizer
from .sgd import SGD
