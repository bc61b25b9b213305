"""A scalar-and-tensor automatic-differentiation engine on NumPy, with PyTorch's names."""

from . import backends, cuda, large, linalg, products, return_types, special
from .anomaly import detect_anomaly, is_anomaly_enabled, set_detect_anomaly
from .checking import gradcheck, gradgradcheck
from .conversions import Size, broadcast_shapes
from .creation import (
    BoolTensor,
    DoubleTensor,
    FloatTensor,
    IntTensor,
    LongTensor,
    as_tensor,
    asarray,
    empty,
    empty_like,
    empty_strided,
    eye,
    from_dlpack,
    from_numpy,
    full,
    full_like,
    is_tensor,
    ones,
    ones_like,
    scalar_tensor,
    tensor,
    typename,
    zeros,
    zeros_like,
)
from .determinism import are_deterministic_algorithms_enabled, use_deterministic_algorithms
from .devices import device, get_default_device, set_default_device
from .drawing import draw, draw_network
from .drawn import (
    get_rng_state,
    initial_seed,
    manual_seed,
    normal,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
    seed,
    set_rng_state,
)
from .dtypes import (
    bool,
    double,
    float,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    int,
    int8,
    int16,
    int32,
    int64,
    long,
    promote_types,
    result_type,
    set_default_dtype,
    short,
    uint8,
)
from .gradients import backward, grad
from .graph import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .inplace import celu_, relu_, rrelu_, selu_, threshold_
from .limits import can_cast, finfo, iinfo
from .linalg import cholesky, logdet, matrix_exp, matrix_power, pinv, qr, slogdet
from .namesake import warn_of_namesake
from .operation import elementwise, op
from .ops.activations import celu, hardshrink, prelu, rrelu, selu, threshold
from .ops.arithmetic import (
    absolute,
    add,
    addcdiv,
    addcmul,
    clamp,
    clamp_max,
    clamp_min,
    clip,
    copysign,
    deg2rad,
    div,
    divide,
    float_power,
    fmax,
    fmin,
    hypot,
    ldexp,
    lerp,
    multiply,
    nan_to_num,
    negative,
    positive,
    rad2deg,
    rsqrt,
    signbit,
    sub,
    subtract,
    true_divide,
)
from .ops.axes import (
    adjoint,
    broadcast_to,
    expand_copy,
    moveaxis,
    movedim,
    numel,
    ravel,
    select,
    swapaxes,
    swapdims,
    unflatten,
)
from .ops.comparing import (
    allclose,
    bitwise_left_shift,
    bitwise_right_shift,
    equal,
    greater,
    greater_equal,
    is_complex,
    is_floating_point,
    isclose,
    isfinite,
    isinf,
    isneginf,
    isposinf,
    less,
    less_equal,
    not_equal,
)
from .ops.cumulative import (
    cummax,
    cummin,
    cumprod,
    cumsum,
    cumulative_trapezoid,
    diff,
    logcumsumexp,
    prod,
    trapezoid,
)
from .ops.cumulative import trapezoid as trapz
from .ops.decompositions import det
from .ops.decompositions import inv as inverse
from .ops.diagonals import diag, diag_embed, diagflat, diagonal, tril, triu
from .ops.distinct import unique, unique_consecutive
from .ops.einsum import einsum
from .ops.elementwise import (
    abs_ as abs,
)
from .ops.elementwise import (
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    cos,
    eq,
    exp,
    floor_divide,
    ge,
    gt,
    heaviside,
    isnan,
    le,
    leaky_relu,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    masked_fill,
    maximum,
    minimum,
    mul,
    ne,
    neg,
    reciprocal,
    relu,
    remainder,
    sigmoid,
    sign,
    sin,
    softplus,
    sqrt,
    square,
    tanh,
)
from .ops.elementwise import pow_ as pow
from .ops.elementwise import sign as sgn
from .ops.fused import log_softmax_ as log_softmax
from .ops.fused import softmax_ as softmax
from .ops.histograms import bincount, bucketize, histc, histogram, searchsorted
from .ops.index import gather
from .ops.joining import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    block_diag,
    broadcast_tensors,
    cartesian_prod,
    column_stack,
    combinations,
    concat,
    concatenate,
    dstack,
    hstack,
    meshgrid,
    row_stack,
    vstack,
)
from .ops.linalg import linear, matmul
from .ops.masking import argwhere, masked_scatter, masked_select, nonzero, where
from .ops.norms import dist, norm, renorm
from .ops.placing import (
    index_add,
    index_copy,
    index_fill,
    index_put,
    index_select,
    take,
)
from .ops.placing import put_ as put
from .ops.products import (
    addbmm,
    addmm,
    addmv,
    addr,
    baddbmm,
    bilinear,
    bmm,
    cdist,
    chain_matmul,
    cross,
    dot,
    inner,
    kron,
    mm,
    mv,
    outer,
    tensordot,
    trace,
    vdot,
)
from .ops.quantiles import median, mode, nanmedian, nanquantile, quantile
from .ops.random import bernoulli, multinomial, poisson
from .ops.reduce import (
    amax,
    amin,
    aminmax,
    argmax,
    argmin,
    count_nonzero,
    logsumexp,
    mean,
    nanmean,
    nansum,
)
from .ops.reduce import every as all
from .ops.reduce import max_ as max
from .ops.reduce import min_ as min
from .ops.reduce import some as any
from .ops.reduce import sum_ as sum
from .ops.repeating import (
    flip,
    fliplr,
    flipud,
    repeat_interleave,
    roll,
    rot90,
    tile,
)
from .ops.rounding import ceil, fix, floor, fmod, frac, trunc
from .ops.rounding import round_ as round
from .ops.scattering import scatter, scatter_add, scatter_reduce, take_along_dim
from .ops.shape import (
    cat,
    expand,
    flatten,
    narrow,
    permute,
    reshape,
    squeeze,
    stack,
    t,
    transpose,
    unsqueeze,
)
from .ops.sorting import argsort, kthvalue, msort, sort, topk
from .ops.special import digamma, erf, erfc, erfinv, i0, lgamma, polygamma
from .ops.splitting import (
    chunk,
    dsplit,
    hsplit,
    split,
    split_with_sizes,
    tensor_split,
    unbind,
    vsplit,
)
from .ops.spreads import corrcoef, cov, std, std_mean, var, var_mean
from .ops.strided import as_strided
from .ops.transcendental import (
    acos,
    acosh,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cosh,
    exp2,
    expm1,
    log2,
    log10,
    logaddexp,
    logaddexp2,
    logit,
    sinc,
    sinh,
    tan,
    xlogy,
)
from .ops.write import clone
from .plan.compiling import compile
from .printing import set_printoptions
from .ranges import (
    arange,
    linspace,
    logspace,
    tril_indices,
    triu_indices,
    vander,
)
from .scalars import Scalar
from .streams import Generator, default_generator
from .tensors import Tensor
from .threads import get_num_threads, set_num_threads
from .user_code import LikelyMistake

__version__ = "0.1.0"

warn_of_namesake()
del warn_of_namesake
