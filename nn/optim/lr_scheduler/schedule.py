"""The base of schedules: when they step, what they set, and their state."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

from autograd.live import refuse_in_trace
from autograd.user_code import warn_user

from ..optimizer import Optimizer


def _outside_steps(step: Callable) -> Callable:
    """Return the step of a schedule, which a compiled step refuses: no later call would do it."""

    @wraps(step)
    def outside(self: LRScheduler, *args: Any, **kwargs: Any) -> Any:
        refuse_in_trace(
            f"{type(self).__name__}.step() in a compiled step would be left out from its third "
            "call on; call it after the step, whose plan reads the rate anew each time"
        )
        return step(self, *args, **kwargs)

    return outside


class LRScheduler:
    """Sets the learning rate of every group at each `step`, and once when it is made.

    A subclass gives `next_lr(lr)`, the rate after one more step, or `rates()` for all groups at
    once; and `lr_at(base)`, the rate at `last_epoch` without the ones before, if there is such a
    formula. Subclasses written for PyTorch give `get_lr` and `_get_closed_form_lr` instead. base is
    the group's rate when the schedule began, which stays there as "initial_lr"; last_epoch is the
    number of steps so far, or where to go on from, with a saved optimizer.
    """

    # Not part of the state: what belongs to the program.
    _unsaved: tuple[str, ...] = ("optimizer",)
    _is_initial = False
    # PyTorch's name: its state_dict has it, and its subclasses ask for it.
    _get_lr_called_within_step = False

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        for place, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{place}] when resuming "
                    "an optimizer; load its state_dict first, or begin with last_epoch=-1"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._initial_step()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "step" in vars(cls):
            cls.step = _outside_steps(cls.step)  # type: ignore[method-assign]

    def _initial_step(self) -> None:
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    @_outside_steps
    def step(self, epoch: int | None = None) -> None:
        """Go on by one step, or to the step `epoch`."""
        if self._step_count == 1 and not self.optimizer.stepped:
            warn_user(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`: the first value "
                "of the learning rate schedule is skipped; call them in the opposite order"
            )
        self._step_count += 1
        if epoch is not None:
            warn_of_epoch()
        self._go(epoch)

    def _go(self, epoch: int | None) -> None:
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        self._put(self.get_lr if epoch is None else self._by_formula)

    def _by_formula(self) -> list[float]:
        if hasattr(self, "_get_closed_form_lr"):
            return self._get_closed_form_lr()
        if hasattr(self, "lr_at"):
            return [self.lr_at(base) for base in self.base_lrs]
        return self.get_lr()

    def _put(self, found: Callable[[], list[float]]) -> None:
        self._get_lr_called_within_step = True
        try:
            rates = found()
        finally:
            self._get_lr_called_within_step = False
        groups = self.optimizer.param_groups
        if len(rates) != len(groups):
            raise ValueError(
                f"{type(self).__name__} has {len(rates)} rates, the optimizer {len(groups)} groups;"
                " after add_param_group make the schedule anew"
            )
        for group, rate in zip(groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = rates

    def get_lr(self) -> list[float]:
        """Return the rates of all groups at last_epoch: for `step`, users ask `get_last_lr`."""
        if not self._get_lr_called_within_step:
            warn_user(
                "To get the last learning rate computed by the scheduler, please use "
                "`get_last_lr()`."
            )
        return self.rates()

    def rates(self) -> list[float]:
        """Return the rates of all groups at last_epoch, from those one step before."""
        return [self.next_lr(group["lr"]) for group in self.optimizer.param_groups]

    def next_lr(self, lr: float) -> float:
        """Return the rate at last_epoch of a group whose rate one step before was lr."""
        raise NotImplementedError(f"{type(self).__name__} has no next_lr")

    def get_last_lr(self) -> list[float]:
        """Return the rates that were set last, one a group."""
        return self._last_lr

    def state_dict(self) -> dict[str, Any]:
        """Return what the schedule knows, but not its optimizer; of functions their attributes."""
        return {
            name: _saved(value)
            for name, value in self.__dict__.items()
            if name not in self._unsaved
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what a `state_dict` of such a schedule holds."""
        for name, value in state_dict.items():
            own = self.__dict__.get(name)
            for mine, saved in _functions(own, value):
                vars(mine).update(saved)
            if not _holds_functions(own):
                self.__dict__[name] = value


# The name from before PyTorch 2.0, which scripts with schedules of their own import.
_LRScheduler = LRScheduler


def warn_of_epoch() -> None:
    """Warn that step(epoch) is on its way out, as in PyTorch."""
    warn_user(
        "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where "
        "possible. Please use `scheduler.step()` to step the scheduler."
    )


def check_optimizer(optimizer: Any) -> None:
    """Raise TypeError if this is no optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")


def one_a_group(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """Return a list of values, one for each group; raise ValueError for another number of them."""
    count = len(optimizer.param_groups)
    if not isinstance(value, list | tuple):
        return [value] * count
    if len(value) != count:
        raise ValueError(f"expected {count} values for {name}, one a group, got {len(value)}")
    return list(value)


def _holds_functions(value: Any) -> bool:
    return callable(value) or (isinstance(value, list) and any(map(callable, value)))


def _saved(value: Any) -> Any:
    """Return a value as it is saved: of objects that are called their attributes, else None."""
    if isinstance(value, list) and any(map(callable, value)):
        return [_saved(one) for one in value]
    if callable(value):
        return None if isinstance(value, FunctionType) else dict(vars(value))
    return value


def _functions(own: Any, saved: Any) -> list[tuple[Any, dict]]:
    """Return pairs of objects that are called and what was saved of them."""
    own, saved = (one if isinstance(one, list) else [one] for one in (own, saved))
    return [(f, one) for f, one in zip(own, saved, strict=False) if callable(f) and one]
