"""A scalar-and-tensor automatic-differentiation engine on NumPy, with PyTorch's names."""

from . import backends, cuda, large, products
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
from .limits import can_cast, finfo, iinfo
from .namesake import warn_of_namesake
from .operation import elementwise, op
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
from .ops.diagonals import diag, diag_embed, diagflat, diagonal, tril, triu
from .ops.elementwise import (
    abs_ as abs,
)
from .ops.elementwise import (
    add,
    clamp,
    cos,
    div,
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
    sub,
    tanh,
)
from .ops.elementwise import pow_ as pow
from .ops.fused import log_softmax, softmax
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
from .ops.placing import (
    index_add,
    index_copy,
    index_fill,
    index_put,
    index_select,
    take,
)
from .ops.placing import put_ as put
from .ops.random import bernoulli, multinomial, poisson
from .ops.reduce import all_ as all
from .ops.reduce import amax, amin, argmax, argmin, mean, std, var
from .ops.reduce import any_ as any
from .ops.reduce import max_ as max
from .ops.reduce import min_ as min
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
from .ops.strided import as_strided
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

warn_of_namesake()
del warn_of_namesake
