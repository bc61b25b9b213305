"""Layers: Modules that are their parameters, initial values and one call into `functional`."""

from .activations import LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Softplus, Tanh
from .dropout import Dropout
from .linear import Linear
from .shaping import Flatten, Identity
