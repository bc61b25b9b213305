"""Schedules that multiply the rate by a factor at each step."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from ..optimizer import Optimizer
from .schedule import LRScheduler, one_a_group

Factor = Callable[[int], float]


class LambdaLR(LRScheduler):
    """The first rate times lr_lambda(step): one function, or a list of one a group."""

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1
    ) -> None:
        self.lr_lambdas: list[Factor] = one_a_group("lr_lambda", optimizer, lr_lambda)
        super().__init__(optimizer, last_epoch)

    def rates(self) -> list[float]:
        """Return the rates at last_epoch."""
        pairs = zip(self.base_lrs, self.lr_lambdas, strict=True)
        return [base * function(self.last_epoch) for base, function in pairs]


class MultiplicativeLR(LRScheduler):
    """The rate times lr_lambda(step) at every step."""

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1
    ) -> None:
        self.lr_lambdas: list[Factor] = one_a_group("lr_lambda", optimizer, lr_lambda)
        super().__init__(optimizer, last_epoch)

    def rates(self) -> list[float]:
        """Return the rates at last_epoch."""
        rates = [group["lr"] for group in self.optimizer.param_groups]
        if self._is_initial:
            return rates
        pairs = zip(rates, self.lr_lambdas, strict=False)
        return [rate * function(self.last_epoch) for rate, function in pairs]


class StepLR(LRScheduler):
    """The rate times gamma every step_size steps."""

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: float) -> float:
        """Return the rate at last_epoch."""
        return lr if self.last_epoch == 0 or self.last_epoch % self.step_size else lr * self.gamma

    def lr_at(self, base: float) -> float:
        """Return base * gamma ** (last_epoch // step_size)."""
        return base * self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(LRScheduler):
    """The rate times gamma at each of the steps `milestones`."""

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones, self.gamma = Counter(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: float) -> float:
        """Return the rate at last_epoch."""
        times = self.milestones.get(self.last_epoch, 0)
        return lr * self.gamma**times if times else lr

    def lr_at(self, base: float) -> float:
        """Return base * gamma for each milestone up to last_epoch."""
        passed = sum(times for at, times in self.milestones.items() if at <= self.last_epoch)
        return base * self.gamma**passed


class ConstantLR(LRScheduler):
    """The first rate times factor for total_iters steps, then the first rate."""

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 <= factor <= 1:
            raise ValueError(
                f"Constant multiplicative factor expected to be between 0 and 1, got {factor}"
            )
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: float) -> float:
        """Return the rate at last_epoch."""
        if self.last_epoch == 0:
            return lr * self.factor
        return lr * (1.0 / self.factor) if self.last_epoch == self.total_iters else lr

    def lr_at(self, base: float) -> float:
        """Return base, times factor before total_iters."""
        return base * (self.factor + (self.last_epoch >= self.total_iters) * (1 - self.factor))


class LinearLR(LRScheduler):
    """The first rate times a factor that goes evenly from start_factor to end_factor."""

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(
                "Starting multiplicative factor expected to be greater than 0 and less or equal to "
                f"1, got {start_factor}"
            )
        if not 0 <= end_factor <= 1:
            raise ValueError(
                f"Ending multiplicative factor expected to be between 0 and 1, got {end_factor}"
            )
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: float) -> float:
        """Return the rate at last_epoch."""
        if self.last_epoch == 0:
            return lr * self.start_factor
        if self._is_initial or self.last_epoch > self.total_iters:
            return lr
        more = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * more
        return lr * (1.0 + more / before)

    def lr_at(self, base: float) -> float:
        """Return base times the factor at last_epoch."""
        share = min(self.total_iters, self.last_epoch) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * share)


class ExponentialLR(LRScheduler):
    """The rate times gamma at every step."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: float) -> float:
        """Return the rate at last_epoch."""
        return lr if self._is_initial else lr * self.gamma

    def lr_at(self, base: float) -> float:
        """Return base * gamma ** last_epoch."""
        return base * self.gamma**self.last_epoch


class PolynomialLR(LRScheduler):
    """The first rate times (1 - step / total_iters) ** power, 0 in the end."""

    def __init__(
        self,
        optimizer: Optimizer,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: float) -> float:
        """Return the rate at last_epoch."""
        if self._is_initial or self.last_epoch > self.total_iters:
            return lr
        left = 1.0 - self.last_epoch / self.total_iters
        before = 1.0 - (self.last_epoch - 1) / self.total_iters
        return lr * (left / before) ** self.power

    def lr_at(self, base: float) -> float:
        """Return base times the factor at last_epoch."""
        step = min(self.total_iters, self.last_epoch)
        return base * (1.0 - step / self.total_iters) ** self.power


class CosineAnnealingLR(LRScheduler):
    """eta_min + (first rate - eta_min) * (1 + cos(pi step / T_max)) / 2.

    Source: Loshchilov & Hutter 2016, equation 5, as a recurrence from the rate before.
    """

    def __init__(
        self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def rates(self) -> list[float]:
        """Return the rates at last_epoch."""
        rates = [group["lr"] for group in self.optimizer.param_groups]
        at, low = self.last_epoch, self.eta_min
        if self._is_initial:
            return rates
        if self._step_count == 1 and at > 0:
            return [self.lr_at(base) for base in self.base_lrs]
        if (at - 1 - self.T_max) % (2 * self.T_max) == 0:
            rise = 1 - math.cos(math.pi / self.T_max)
            pairs = zip(rates, self.base_lrs, strict=False)
            return [lr + (base - low) * rise / 2 for lr, base in pairs]
        now = 1 + math.cos(math.pi * at / self.T_max)
        before = 1 + math.cos(math.pi * (at - 1) / self.T_max)
        return [now / before * (lr - low) + low for lr in rates]

    def lr_at(self, base: float) -> float:
        """Return the rate by the formula."""
        height = 1 + math.cos(math.pi * self.last_epoch / self.T_max)
        return self.eta_min + (base - self.eta_min) * height / 2
