"""Schedules that go up and down, momentum the other way, or begin again."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from ..optimizer import Optimizer
from .schedule import LRScheduler, check_optimizer, one_a_group


class CosineAnnealingWarmRestarts(LRScheduler):
    """Cosine annealing over T_0 steps, then again from the first rate, each time T_mult as long.

    step(epoch) takes a fraction of an epoch too. Source: Loshchilov & Hutter 2016.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        if T_0 <= 0 or not isinstance(T_0, int):
            raise ValueError(f"Expected positive integer T_0, but got {T_0}")
        if T_mult < 1 or not isinstance(T_mult, int):
            raise ValueError(f"Expected integer T_mult >= 1, but got {T_mult}")
        if not isinstance(eta_min, float | int):
            raise ValueError(f"Expected float or int eta_min, but got {eta_min!r}")
        self.T_0 = self.T_i = T_0
        self.T_mult, self.eta_min = T_mult, eta_min
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def rates(self) -> list[float]:
        """Return the rates at the place within a cycle."""
        height = 1 + math.cos(math.pi * self.T_cur / self.T_i)
        return [self.eta_min + (base - self.eta_min) * height / 2 for base in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Go on by one step, or to the step `epoch`, which may lie between two."""
        if epoch is None and self.last_epoch < 0:
            epoch = 0
        if epoch is None:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        elif epoch < 0:
            raise ValueError(f"Expected non-negative epoch, but got {epoch}")
        else:
            self._begin_cycle(epoch)
        self.last_epoch = math.floor(epoch)
        self._put(self.get_lr)

    def _begin_cycle(self, epoch: float) -> None:
        cycle = 0
        if epoch >= self.T_0 and self.T_mult > 1:
            cycle = int(math.log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
        if self.T_mult == 1:
            self.T_i, self.T_cur = self.T_0, epoch % self.T_0
        else:
            begin = self.T_0 * (self.T_mult**cycle - 1) / (self.T_mult - 1)
            self.T_i, self.T_cur = self.T_0 * self.T_mult**cycle, epoch - begin


class _Cycled(LRScheduler):
    """A schedule that may move momentum against the rate: "momentum" or the first of "betas"."""

    cycle_momentum: bool

    def _begin_momentum(
        self, base: Any, most: Any, last_epoch: int
    ) -> tuple[list[float], list[float]]:
        """Put the highest momentum into all groups; return the lowest and highest of each."""
        self.use_beta1 = "betas" in self.optimizer.defaults
        if not self.use_beta1 and "momentum" not in self.optimizer.defaults:
            raise ValueError(
                f"{type(self).__name__}: optimizer must support momentum or beta1 with "
                "`cycle_momentum` option enabled"
            )
        lowest = one_a_group("base_momentum", self.optimizer, base)
        highest = one_a_group("max_momentum", self.optimizer, most)
        if last_epoch == -1:
            pairs = zip(lowest, highest, strict=True)
            for group, (low, high) in zip(self.optimizer.param_groups, pairs, strict=True):
                self._put_momentum(group, high)
                group.update(max_momentum=high, base_momentum=low)
        return lowest, highest

    def _put_momentum(self, group: dict[str, Any], value: float) -> None:
        if self.use_beta1:
            group["betas"] = (value, *group["betas"][1:])
        else:
            group["momentum"] = value


class CyclicLR(_Cycled):
    """From base_lr up to max_lr in step_size_up steps, down again in step_size_down, and so on.

    mode "triangular2" halves the height at each cycle, "exp_range" multiplies it by gamma at each
    step; scale_fn gives any factor of the cycle or, scale_mode "iterations", of the step.
    Source: Smith 2017.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        if scale_fn is None and mode not in SCALES:
            raise ValueError(
                f"CyclicLR: mode is invalid and scale_fn is None: {mode!r}; use one of {[*SCALES]}"
            )
        self.optimizer, self.mode, self.gamma = optimizer, mode, gamma
        base_lrs = one_a_group("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for rate, group in zip(base_lrs, optimizer.param_groups, strict=True):
                group["lr"] = rate
        self.max_lrs = one_a_group("max_lr", optimizer, max_lr)
        down = step_size_up if step_size_down is None else step_size_down
        self.total_size = float(step_size_up) + float(down)
        self.step_ratio = step_size_up / self.total_size
        self._scale_fn_custom = scale_fn
        by_step = scale_mode == "iterations" if scale_fn else mode == "exp_range"
        self.scale_mode = "iterations" if by_step else "cycle"
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            momenta = self._begin_momentum(base_momentum, max_momentum, last_epoch)
            self.base_momentums, self.max_momentums = momenta
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """Return the factor on the height at a cycle, from 1 on, or a step."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        return SCALES[self.mode](x, self.gamma)

    def rates(self) -> list[float]:
        """Return the rates at last_epoch, and set momentum."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        up = x <= self.step_ratio
        height = x / self.step_ratio if up else (x - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            momenta = zip(self.base_momentums, self.max_momentums, strict=True)
            for group, (low, high) in zip(self.optimizer.param_groups, momenta, strict=True):
                self._put_momentum(group, high - (high - low) * height * scale)
        rates = zip(self.base_lrs, self.max_lrs, strict=True)
        return [low + (high - low) * height * scale for low, high in rates]


SCALES: dict[str, Callable[[float, float], float]] = {
    "triangular": lambda cycle, gamma: 1.0,
    "triangular2": lambda cycle, gamma: 1 / 2.0 ** (cycle - 1),
    "exp_range": lambda step, gamma: gamma**step,
}


class OneCycleLR(_Cycled):
    """From max_lr / div_factor up to max_lr, then down to that over final_div_factor.

    pct_start is the share of all steps on the way up; three_phase goes down as fast first, and to
    the end then. total_steps, or epochs * steps_per_epoch, is how many steps there are.
    Source: Smith & Topin 2018.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 10000.0,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        self.total_steps = _total(total_steps, epochs, steps_per_epoch)
        if not isinstance(pct_start, float) or not 0 <= pct_start <= 1:
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ANNEALING:
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        self._anneal_func_type = anneal_strategy
        self._schedule_phases = _phases(pct_start * self.total_steps, self.total_steps, three_phase)
        if last_epoch == -1:
            most = one_a_group("max_lr", optimizer, max_lr)
            for group, rate in zip(optimizer.param_groups, most, strict=True):
                group.update(initial_lr=rate / div_factor, max_lr=rate)
                group["min_lr"] = group["initial_lr"] / final_div_factor
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._begin_momentum(base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def rates(self) -> list[float]:
        """Return the rates at last_epoch, and set momentum."""
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(
                f"Tried to step {step} times. The specified number of total steps is "
                f"{self.total_steps}"
            )
        ends = [phase["end_step"] for phase in self._schedule_phases]
        place = bisect_left(ends[:-1], step)
        begin = ends[place - 1] if place else 0.0
        share = (step - begin) / (ends[place] - begin)
        phase, rates = self._schedule_phases[place], []
        for group in self.optimizer.param_groups:
            rates.append(self._between(group, phase["start_lr"], phase["end_lr"], share))
            if self.cycle_momentum:
                names = phase["start_momentum"], phase["end_momentum"]
                self._put_momentum(group, self._between(group, *names, share))
        return rates

    def _between(self, group: dict[str, Any], start: str, end: str, share: float) -> float:
        return ANNEALING[self._anneal_func_type](group[start], group[end], share)


def _phases(top: float, total: int, three_phase: bool) -> list[dict[str, Any]]:
    """Return where each phase ends, and what it leads from and to: names in a group."""
    rates, momenta = ["initial_lr", "max_lr", "min_lr"], ["max", "base", "max"]
    ends = [top - 1, total - 1]
    if three_phase:
        ends.insert(1, 2 * top - 2)
        rates.insert(2, "initial_lr")
        momenta.append("max")
    return [
        {
            "end_step": end,
            "start_lr": rates[place],
            "end_lr": rates[place + 1],
            "start_momentum": f"{momenta[place]}_momentum",
            "end_momentum": f"{momenta[place + 1]}_momentum",
        }
        for place, end in enumerate(ends)
    ]


def _total(total: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    given = dict(total_steps=total)
    if total is None:
        given = dict(epochs=epochs, steps_per_epoch=steps_per_epoch)
    if None in given.values():
        raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
    for name, value in given.items():
        if not isinstance(value, int) or value <= 0:
            raise ValueError(f"Expected positive integer {name}, but got {value}")
    return math.prod(value for value in given.values() if value is not None)


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1)


def _line(start: float, end: float, share: float) -> float:
    return (end - start) * share + start


ANNEALING = {"cos": _cosine, "linear": _line}
