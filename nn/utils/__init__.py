"""Helpers of training: clipping gradients, parameters as one vector, weight normalisation."""

from ..planned import of_nn_utils as __getattr__
from . import rnn as rnn
from .clipping import clip_grad_norm_ as clip_grad_norm_
from .clipping import clip_grad_value_ as clip_grad_value_
from .clipping import clip_grads_with_norm_ as clip_grads_with_norm_
from .clipping import get_total_norm as get_total_norm
from .vectors import parameters_to_vector as parameters_to_vector
from .vectors import vector_to_parameters as vector_to_parameters
from .weights import remove_weight_norm as remove_weight_norm
from .weights import spectral_norm as spectral_norm
from .weights import weight_norm as weight_norm
