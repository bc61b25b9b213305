"""Optimizers: how parameters move along their gradients."""

from .adam import Adam, AdamW
from .optimizer import Optimizer
from .sgd import SGD
