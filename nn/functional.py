"""Functions under the names and arguments of torch.nn.functional."""

from __future__ import annotations

from .functions.activations import leaky_relu as leaky_relu
from .functions.activations import linear as linear
from .functions.activations import log_softmax as log_softmax
from .functions.activations import relu as relu
from .functions.activations import sigmoid as sigmoid
from .functions.activations import softmax as softmax
from .functions.activations import softplus as softplus
from .functions.activations import tanh as tanh
from .functions.convolution import conv1d as conv1d
from .functions.convolution import conv2d as conv2d
from .functions.convolution import conv3d as conv3d
from .functions.convolution import conv_transpose1d as conv_transpose1d
from .functions.convolution import conv_transpose2d as conv_transpose2d
from .functions.convolution import conv_transpose3d as conv_transpose3d
from .functions.convolution import fold as fold
from .functions.convolution import unfold as unfold
from .functions.dropout import check_probability as check_probability
from .functions.dropout import dropout as dropout
from .functions.embedding import one_hot as one_hot
from .functions.pooling import adaptive_avg_pool1d as adaptive_avg_pool1d
from .functions.pooling import adaptive_avg_pool2d as adaptive_avg_pool2d
from .functions.pooling import adaptive_max_pool1d as adaptive_max_pool1d
from .functions.pooling import adaptive_max_pool2d as adaptive_max_pool2d
from .functions.pooling import avg_pool1d as avg_pool1d
from .functions.pooling import avg_pool2d as avg_pool2d
from .functions.pooling import lp_pool1d as lp_pool1d
from .functions.pooling import lp_pool2d as lp_pool2d
from .functions.pooling import max_pool1d as max_pool1d
from .functions.pooling import max_pool2d as max_pool2d
from .functions.pooling import max_unpool1d as max_unpool1d
from .functions.pooling import max_unpool2d as max_unpool2d
from .loss_functions import binary_cross_entropy as binary_cross_entropy
from .loss_functions import binary_cross_entropy_with_logits as binary_cross_entropy_with_logits
from .loss_functions import cross_entropy as cross_entropy
from .loss_functions import l1_loss as l1_loss
from .loss_functions import mse_loss as mse_loss
from .loss_functions import nll_loss as nll_loss
