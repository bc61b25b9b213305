"""Layers that normalise channels: of a batch, of a sample, or in groups."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor, no_grad
from autograd.user_code import warn_user

from .. import functional, init
from ..module import Module
from ..parameter import Parameter
from .applied import Applied
from .linear import check_sizes


class _Scaled(Module):
    """What ends with a scale and a shift for each channel: they start at 1 and 0."""

    weight: Parameter | None
    bias: Parameter | None

    def _scale(self, channels: int, affine: bool, bias: bool, how: dict[str, Any]) -> None:
        self.affine = affine
        for name, there in (("weight", affine), ("bias", affine and bias)):
            made = Parameter(autograd.empty(channels, **how)) if there else None
            self.register_parameter(name, made)

    def _scale_text(self) -> str:
        return f"affine={self.affine}, bias={self.bias is not None}"

    def reset_parameters(self) -> None:
        """Let the scale be 1 and the shift 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)


class _Running(_Scaled):
    """What can keep running statistics (num_features,), and how many batches they are of."""

    _options: tuple[str, ...] = ("momentum", "eps", "track_running_stats")
    _ranks: tuple[int, ...]
    # The second version counts batches: states that are older, or of no known version, lack that.
    _version = 2
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def _begin(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        how: dict[str, Any],
    ) -> None:
        check_sizes(type(self).__name__, num_features=num_features)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self._scale(num_features, affine, bias, how)
        self.track_running_stats = track_running_stats
        tracked = track_running_stats
        self.register_buffer(
            "running_mean", autograd.empty(num_features, **how) if tracked else None
        )
        self.register_buffer(
            "running_var", autograd.empty(num_features, **how) if tracked else None
        )
        self.register_buffer("num_batches_tracked", autograd.tensor(0) if tracked else None)
        self.reset_parameters()

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, local_metadata: dict[str, Any], *rest: Any
    ) -> None:
        if (local_metadata.get("version") or 1) < 2 and self.num_batches_tracked is not None:
            state_dict.setdefault(f"{prefix}num_batches_tracked", self.num_batches_tracked)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)

    def reset_running_stats(self) -> None:
        """Begin again with mean 0, variance 1, and no batch."""
        values = {"running_mean": 0, "running_var": 1, "num_batches_tracked": 0}
        for name, value in values.items():
            if (buffer := self._buffers[name]) is not None:
                buffer.fill_(value)

    def reset_parameters(self) -> None:
        """Let the scale be 1 and the shift 0, and begin the statistics again."""
        self.reset_running_stats()
        super().reset_parameters()

    def _check(self, input: Tensor) -> None:
        if input.ndim not in self._ranks:
            ranks = " or ".join(f"{rank}D" for rank in self._ranks)
            raise ValueError(
                f"{type(self).__name__}: expected {ranks} input (got {input.ndim}D input, shape "
                f"{tuple(input.shape)})"
            )

    def extra_repr(self) -> str:
        """Return the options."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"{self._scale_text()}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_Running):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        how = dict(device=device, dtype=dtype)
        self._begin(num_features, eps, momentum, affine, track_running_stats, bias, how)

    def forward(self, input: Tensor) -> Tensor:
        """Return input normalised: in training by the batch, which the statistics follow."""
        self._check(input)
        share: Any = self.momentum or 0.0
        tracks = self.training and self.track_running_stats
        if tracks and self.num_batches_tracked is not None:
            with no_grad():
                self.num_batches_tracked.add_(1)
                if self.momentum is None:
                    share = 1 / self.num_batches_tracked.double()
        mean, var = self.running_mean, self.running_var
        by_batch = self.training or (mean is None and var is None)
        follows = not self.training or self.track_running_stats
        return functional.batch_norm(
            input,
            mean if follows else None,
            var if follows else None,
            self.weight,
            self.bias,
            by_batch,
            share,
            self.eps,
        )


class BatchNorm1d(_BatchNorm):
    """Each channel of a batch with mean 0 and variance 1: input (N, C) or (N, C, L).

    In evaluation by running statistics, of which `momentum` is the share of the newest batch, or
    with None their mean over all batches. Source: Ioffe & Szegedy 2015.
    """

    _ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Each channel of a batch with mean 0 and variance 1, as in BatchNorm1d: input (N, C, H, W)."""

    _ranks = (4,)


class _InstanceNorm(_Running):
    _options = (*_Running._options, "num_features")

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        how = dict(device=device, dtype=dtype)
        self._begin(num_features, eps, momentum, affine, track_running_stats, bias, how)

    def forward(self, input: Tensor) -> Tensor:
        """Return input with each channel of each sample normalised by itself."""
        self._check(input)
        self._check_channels(input)
        batch = input.unsqueeze(0) if input.ndim == self._ranks[0] else input
        y = functional.instance_norm(
            batch,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return y if batch is input else y.squeeze(0)

    def _check_channels(self, input: Tensor) -> None:
        axis = input.ndim - self._ranks[0]
        if input.shape[axis] == self.num_features:
            return
        name, found = type(self).__name__, tuple(input.shape)
        if self.affine:
            raise ValueError(
                f"{name}: expected {self.num_features} channels at dim={axis}, num_features, but "
                f"got input {found}"
            )
        warn_user(
            f"{name}: input's size at dim={axis} does not match num_features, {self.num_features}, "
            f"in {found}; it is not used because affine=False"
        )


class InstanceNorm1d(_InstanceNorm):
    """Each channel of each sample with mean 0 and variance 1: input (N, C, L) or (C, L).

    Source: Ulyanov et al. 2016.
    """

    _ranks = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """Each channel of each sample with mean 0 and variance 1: input (N, C, H, W) or (C, H, W)."""

    _ranks = (3, 4)


class GroupNorm(_Scaled):
    """Groups of channels of each sample with mean 0 and variance 1: input (N, C, ...).

    Source: Wu & He 2018.
    """

    _options = ("num_groups", "eps")

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(
                "GroupNorm: num_channels must be divisible by num_groups, got "
                f"{num_channels} and {num_groups}"
            )
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self._scale(num_channels, affine, bias, dict(device=device, dtype=dtype))
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        """Return input normalised."""
        return functional.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Return the options."""
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, {self._scale_text()}"


class LocalResponseNorm(
    Applied,
    function=functional.local_response_norm,
    shown="{size}, alpha={alpha}, beta={beta}, k={k}",
):
    """Divided by the squares of `size` neighbouring channels. Source: Krizhevsky et al. 2012."""

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0
