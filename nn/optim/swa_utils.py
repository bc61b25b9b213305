"""Averages of a model over its training, and the rate at which such averages are taken."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import autograd
from autograd import Tensor, no_grad

from ..layers.channel_norms import _BatchNorm
from ..module import Module
from .lr_scheduler.schedule import LRScheduler, check_optimizer, one_a_group
from .optimizer import Optimizer

# What averages: (average so far, newest, how many it is of) -> average; or lists, changed in place.
Average = Callable[[Tensor, Tensor, Tensor], Tensor]
Averages = Callable[[list[Tensor], list[Tensor], Tensor], None]


def get_swa_avg_fn() -> Average:
    """Return the function of one average that counts all values alike."""
    return no_grad()(lambda average, newest, n: average + (newest - average) / (n + 1))


def get_swa_multi_avg_fn() -> Averages:
    """Return the function of a list of averages that counts all values alike."""
    return _following(lambda n: 1 / (n + 1), get_swa_avg_fn())


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """Return the function of one average in which each value counts decay times as the next."""
    _check_decay(decay)
    return no_grad()(lambda average, newest, n: decay * average + (1 - decay) * newest)


def get_ema_multi_avg_fn(decay: float = 0.999) -> Averages:
    """Return the function of a list of averages, in each of which values fade by decay."""
    return _following(lambda n: 1 - decay, get_ema_avg_fn(decay))


def _check_decay(decay: float) -> None:
    if not 0 <= decay <= 1:
        raise ValueError(
            f"Invalid decay value {decay} provided. Please provide a value in [0,1] range."
        )


def _following(share: Callable[[int], float], whole: Average) -> Averages:
    """Return what lets averages go `share` of the way to the newest; whole is for integers."""

    @no_grad()
    def follow(averages: list[Tensor], newest: list[Tensor], n: Tensor) -> None:
        for one, other in zip(averages, newest, strict=True):
            if one.is_floating_point():
                one.copy_(autograd.lerp(one, other, share(int(n))))
            else:
                one.copy_(whole(one, other, n))

    return follow


class AveragedModel(Module):
    """A copy of a model, `module`, whose parameters are averages over `update_parameters`.

    avg_fn or multi_avg_fn says which, by default the mean. Buffers are those of the model, or with
    use_buffers averages too. n_averaged () is how many models there were.
    Source: Izmailov et al. 2018; Polyak & Juditsky 1992 for means that fade.
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: Averages | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module.to(device)
        self.register_buffer("n_averaged", autograd.tensor(0))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the averaged model makes of the arguments."""
        return self.module(*args, **kwargs)

    @no_grad()
    def update_parameters(self, model: Module) -> None:
        """Take the model, as it is now, into the averages; the first one as it is."""
        own, newest = self._averaged(self.module), self._averaged(model)
        if not self.n_averaged:
            _copy(own, newest)
        elif self.avg_fn is not None:
            pairs = zip(own, newest, strict=True)
            _copy(own, [self.avg_fn(*pair, self.n_averaged) for pair in pairs])
        else:
            self._average_by_dtype(own, newest)
        if not self.use_buffers:
            _copy(list(self.module.buffers()), list(model.buffers()))
        self.n_averaged.add_(1)

    def _averaged(self, model: Module) -> list[Tensor]:
        buffers = list(model.buffers()) if self.use_buffers else []
        return [one.detach() for one in (*model.parameters(), *buffers)]

    def _average_by_dtype(self, own: list[Tensor], newest: list[Tensor]) -> None:
        average = self.multi_avg_fn or get_swa_multi_avg_fn()
        pairs = list(zip(own, newest, strict=True))
        for dtype in dict.fromkeys(one.dtype for one in own):
            ours = [pair for pair in pairs if pair[0].dtype == dtype]
            average([one for one, _ in ours], [one for _, one in ours], self.n_averaged)


def _copy(targets: list[Tensor], values: list[Tensor]) -> None:
    for target, value in zip(targets, values, strict=True):
        target.copy_(value)


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Let the running statistics of batch normalisation be those of all batches of a loader.

    A batch is the input of the model, or a tuple or list whose first is.
    """
    layers = [one for one in model.modules() if isinstance(one, _BatchNorm)]
    if not layers:
        return
    training, momenta = model.training, [one.momentum for one in layers]
    for one in layers:
        one.reset_running_stats()
        one.momentum = None
    model.train()
    for batch in loader:
        input = batch[0] if isinstance(batch, list | tuple) else batch
        model(input if device is None else input.to(device))
    for one, momentum in zip(layers, momenta, strict=True):
        one.momentum = momentum
    model.train(training)


class SWALR(LRScheduler):
    """From the rate that there is to swa_lr in anneal_epochs steps, where it stays.

    With t the share of the way, the rate is swa_lr * a + rate * (1 - a), a = (1 - cos(pi t)) / 2
    or, anneal_strategy "linear", t. swa_lr may be a list of one a group.
    Source: Izmailov et al. 2018, as a recurrence from the rate before.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        for rate, group in zip(
            one_a_group("swa_lr", optimizer, swa_lr), optimizer.param_groups, strict=True
        ):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy, self.anneal_epochs = anneal_strategy, anneal_epochs
        super().__init__(optimizer, last_epoch)

    def rates(self) -> list[float]:
        """Return the rates after one more step."""
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._way(step - 1), self._way(step)
        return [
            group["swa_lr"] * now + _start(group["lr"], group["swa_lr"], before) * (1 - now)
            for group in self.optimizer.param_groups
        ]

    def _way(self, step: int) -> float:
        """Return which part of the way to swa_lr is gone at a step."""
        share = max(0, min(1, step / max(1, self.anneal_epochs)))
        return share if self._anneal_strategy == "linear" else (1 - math.cos(math.pi * share)) / 2


def _start(rate: float, end: float, way: float) -> float:
    """Return where a rate began that has gone part of the way to its end."""
    return end if way == 1 else (rate - way * end) / (1 - way)
