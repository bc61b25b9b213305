"""Initial values of parameters, written into a Tensor in place.

fan_in and fan_out are the inputs and outputs of one unit: of a weight (out, in, ...), in and out
times the size of the further axes. `generator` is where numbers are drawn from, by default the
default generator. Every function returns the Tensor.
"""

from __future__ import annotations

import math

import autograd
from autograd import Generator, Tensor, no_grad, where
from autograd.user_code import warn_user

GAINS = {
    "sigmoid": 1.0,
    "tanh": 5.0 / 3,
    "relu": math.sqrt(2.0),
    "selu": 3.0 / 4,
    "linear": 1.0,
    **{f"conv{n}d": 1.0 for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": 1.0 for n in (1, 2, 3)},
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return the factor on the standard deviation that makes up for what follows the weights.

    param is the slope of "leaky_relu" below 0, by default 0.01.
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, int | float):
            raise ValueError(f"negative_slope {slope} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity not in GAINS:
        names = ", ".join([*GAINS, "leaky_relu"])
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}; use one of {names}")
    return GAINS[nonlinearity]


@no_grad()
def uniform_(
    tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Draw from the uniform distribution on [a, b)."""
    return tensor.uniform_(a, b, generator=generator)


@no_grad()
def normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Draw from the normal distribution."""
    return tensor.normal_(mean, std, generator=generator)


@no_grad()
def constant_(tensor: Tensor, val: float) -> Tensor:
    """Write one number everywhere."""
    return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Write 1 everywhere."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Write 0 everywhere."""
    return constant_(tensor, 0.0)


@no_grad()
def eye_(tensor: Tensor) -> Tensor:
    """Make a matrix pass on as many inputs unchanged as it can: ones on the diagonal."""
    if tensor.ndim != 2:
        raise ValueError(
            f"Only tensors with 2 dimensions are supported, got shape {tuple(tensor.shape)}"
        )
    return tensor.copy_(autograd.eye(*tensor.shape, dtype=tensor.dtype))


def xavier_uniform_(
    tensor: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Draw uniformly with standard deviation gain * sqrt(2 / (fan_in + fan_out)).

    Source: Glorot & Bengio 2010, equation 16.
    """
    bound = math.sqrt(3.0) * _xavier_std(tensor, gain)
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Draw normally with standard deviation gain * sqrt(2 / (fan_in + fan_out)).

    Source: Glorot & Bengio 2010. For sqrt(1 / fan_in), often called Xavier too, `lecun_normal_`.
    """
    return normal_(tensor, 0.0, _xavier_std(tensor, gain), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Draw uniformly with standard deviation calculate_gain(nonlinearity, a) / sqrt(fan).

    mode "fan_in" keeps the variance of the forward pass, "fan_out" that of the backward pass.
    Source: He et al. 2015, section 2.2.
    """
    bound = math.sqrt(3.0) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Draw normally with standard deviation calculate_gain(nonlinearity, a) / sqrt(fan).

    mode as in `kaiming_uniform_`. "He initialization" for ReLU, std sqrt(2 / fan_in), is the
    default a of 0. Source: He et al. 2015, section 2.2.
    """
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


def lecun_normal_(tensor: Tensor, generator: Generator | None = None) -> Tensor:
    """Draw normally with standard deviation sqrt(1 / fan_in). Not in PyTorch.

    This is what many texts (and Caffe) call Xavier initialization: randn(...) * sqrt(1 / n_in).
    Glorot's own, `xavier_normal_`, is sqrt(2 / (fan_in + fan_out)), the same only where both fans
    are equal. Source: LeCun et al. 1998, "Efficient BackProp", section 4.6.
    """
    return normal_(tensor, 0.0, _kaiming_std(tensor, 0, "fan_in", "linear"), generator)


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    # PyTorch's private name, which scripts with layers of their own call.
    if tensor.ndim < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions, got "
            f"shape {tuple(tensor.shape)}; for a bias use uniform_ or zeros_"
        )
    outputs, inputs, *field = tensor.shape
    return inputs * math.prod(field), outputs * math.prod(field)


def _fan(tensor: Tensor, mode: str) -> int:
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return fan_in if mode.lower() == "fan_in" else fan_out


def _xavier_std(tensor: Tensor, gain: float) -> float:
    return gain * math.sqrt(2.0 / sum(_calculate_fan_in_and_fan_out(tensor)))


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if not tensor.numel():
        warn_user("Initializing zero-element tensors is a no-op")
        return 0.0
    return calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode))


@no_grad()
def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Draw normally, but between a and b alone: what falls outside is drawn again.

    Where most would, uniformly between a and b, each kept as often as the density there says.
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warn_user(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of "
            "values may be incorrect"
        )
    low, high = (math.erf((end - mean) / std / math.sqrt(2)) / 2 for end in (a, b))
    if high - low > 0.3:
        tensor.normal_(mean, std, generator=generator)
        while (outside := (tensor < a) | (tensor > b)).any():
            values = autograd.empty_like(tensor).normal_(mean, std, generator=generator)
            tensor.copy_(where(outside, values, tensor))
        return tensor
    nearest = max(a, min(mean, b))

    def refused(values: Tensor) -> Tensor:
        density = ((values - mean) / std) ** 2 * -0.5 + 0.5 * ((nearest - mean) / std) ** 2
        return autograd.empty_like(values).uniform_(generator=generator).log() > density

    pending = refused(tensor.uniform_(a, b, generator=generator))
    while pending.any():
        values = autograd.empty_like(tensor).uniform_(a, b, generator=generator)
        tensor.copy_(where(pending, values, tensor))
        pending = pending & refused(values)
    return tensor


@no_grad()
def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Let rows, or columns if there are more rows, be orthogonal, of length gain.

    Axes after the first are taken for one. Source: Saxe et al. 2013.
    """
    if tensor.ndim < 2:
        raise ValueError(
            f"Only tensors with 2 or more dimensions are supported, got {tuple(tensor.shape)}"
        )
    if not tensor.numel():
        return tensor
    rows = len(tensor)
    drawn = autograd.empty(rows, tensor.numel() // rows, dtype=tensor.dtype)
    drawn.normal_(generator=generator)
    wide = rows < drawn.shape[1]
    q, r = autograd.linalg.qr(drawn.T if wide else drawn)
    q = q * r.diagonal().sign()
    return tensor.copy_((q.T if wide else q).reshape(tensor.shape)).mul_(gain)


@no_grad()
def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Make a convolution pass on as many channels unchanged as it can, in each group."""
    if tensor.ndim not in (3, 4, 5):
        raise ValueError(
            f"Only tensors with 3, 4, or 5 dimensions are supported, got {tuple(tensor.shape)}"
        )
    outputs, inputs, *field = tensor.shape
    if outputs % groups:
        raise ValueError(f"dim 0 must be divisible by groups, got {outputs} and {groups}")
    middle = [size // 2 for size in field]
    tensor.zero_()
    for group in range(groups):
        for channel in range(min(outputs // groups, inputs)):
            tensor[(group * (outputs // groups) + channel, channel, *middle)] = 1
    return tensor


@no_grad()
def sparse_(
    tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None
) -> Tensor:
    """Draw a matrix normally, with a share `sparsity` of each column 0. Source: Martens 2010."""
    if tensor.ndim != 2:
        raise ValueError(f"Only tensors with 2 dimensions are supported, got {tuple(tensor.shape)}")
    rows, columns = tensor.shape
    zeros = math.ceil(sparsity * rows)
    tensor.normal_(0, std, generator=generator)
    for column in range(columns):
        chosen = autograd.randperm(rows)[:zeros]
        tensor[chosen, column] = 0
    return tensor
