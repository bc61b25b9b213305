"""Schedules: PyTorch's rates and momenta, resumed too, and what compiled steps see of them."""

import json
import warnings
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from schedules import (
    CASES,
    JUMPS,
    PLATEAUS,
    RESUMED,
    SAVED_AT,
    advance,
    begun,
    figures,
    rates,
    walked,
)

import autograd
import nn
import nn.torch as torch
from autograd.plan import TraceError
from nn import optim
from nn.optim import lr_scheduler

REFERENCE = json.loads((Path(__file__).parent / "reference" / "schedules.json").read_text())


@pytest.mark.parametrize("resumed", [False, True])
@pytest.mark.parametrize(("optimizer", "text"), CASES + PLATEAUS)
def test_rates_and_momenta_are_pytorchs(optimizer, text, resumed):
    # A sequence within a sequence steps when it is made, and PyTorch warns of that too.
    warned = pytest.warns(UserWarning, match="Detected call of `lr_scheduler.step")
    with warned if text.count("SequentialLR") > 1 else nullcontext():
        found = walked(torch, optimizer, text, resumed)
    np.testing.assert_allclose(found, REFERENCE["walked"][text], rtol=1e-12)


@pytest.mark.parametrize(("text", "other"), RESUMED)
def test_a_schedule_goes_on_from_what_pytorch_saved(text, other):
    saved = REFERENCE["saved"][text]
    o, schedule = begun(torch, saved["optimizer"], other)
    assert set(schedule.state_dict()) == set(saved["schedule"])
    state = saved["schedule"]
    if "milestones" in state:
        # The keys of a dict are text in JSON.
        state = {**state, "milestones": {int(k): v for k, v in state["milestones"].items()}}
    o.load_state_dict({"state": {}, "param_groups": saved["groups"]})
    schedule.load_state_dict(state)
    found = []
    for figure in figures()[SAVED_AT:]:
        advance(o, schedule, figure)
        found.append(rates(o))
    expected = REFERENCE["walked"][text][SAVED_AT + 1 :]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


class Halved(lr_scheduler._LRScheduler):
    """A schedule as one writes it for PyTorch."""

    def get_lr(self):
        return [base / 2**self.last_epoch for base in self.base_lrs]

    def _get_closed_form_lr(self):
        return [7.0 for _ in self.base_lrs]


def test_schedules_of_ones_own_are_written_as_for_pytorch():
    o = optim.SGD([autograd.zeros(2, requires_grad=True)], lr=1.0)
    o.stepped = True
    schedule = Halved(o)
    schedule.step()
    schedule.step()
    assert schedule.get_last_lr() == [0.25]
    with pytest.warns(UserWarning, match="The epoch parameter"):
        schedule.step(5)
    assert schedule.get_last_lr() == [7.0]


def test_who_asks_for_the_next_rates_is_told_how_to_get_the_last():
    schedule = lr_scheduler.StepLR(optim.SGD([autograd.zeros(2, requires_grad=True)], lr=1.0), 2)
    with pytest.warns(UserWarning, match="please use `get_last_lr") as caught:
        schedule.get_lr()
    assert caught[0].filename == __file__


def test_a_group_that_is_added_later_takes_part_where_its_first_rate_does_not_count():
    o = optim.SGD([autograd.zeros(2, requires_grad=True)], lr=1.0)
    o.stepped = True
    decay = lr_scheduler.ExponentialLR(o, 0.5)
    plateau = lr_scheduler.ReduceLROnPlateau(o, patience=0, factor=0.5)
    restarts = lr_scheduler.CosineAnnealingWarmRestarts(o, 3)
    o.add_param_group({"params": [autograd.zeros(1, requires_grad=True)], "lr": 0.5})
    decay.step()
    assert decay.get_last_lr() == [0.5, 0.25]
    plateau.step(1.0)
    plateau.step(1.0)
    assert plateau.get_last_lr() == [0.25, 0.125]
    with pytest.raises(ValueError, match="has 1 rates, the optimizer 2 groups; after add_param"):
        restarts.step()


def test_least_rates_that_are_fewer_than_the_groups_are_refused():
    o = optim.SGD([autograd.zeros(2, requires_grad=True)], lr=1.0)
    plateau = lr_scheduler.ReduceLROnPlateau(o, patience=0, min_lr=[0.1])
    o.add_param_group({"params": [autograd.zeros(1, requires_grad=True)]})
    plateau.step(1.0)
    with pytest.raises(RuntimeError, match="has 1 min_lrs, the optimizer 2 groups"):
        plateau.step(1.0)


def test_a_plateau_is_told_the_step_with_a_warning():
    plateau = lr_scheduler.ReduceLROnPlateau(optim.SGD([autograd.zeros(2, requires_grad=True)]))
    with pytest.warns(UserWarning, match="The epoch parameter"):
        plateau.step(0.5, epoch=7)
    assert plateau.last_epoch == 7


@pytest.mark.parametrize("text", REFERENCE["jumped"])
def test_a_step_to_an_epoch_goes_by_the_formula(text):
    o = optim.SGD([autograd.zeros(2, requires_grad=True)], lr=0.05, momentum=0.9)
    o.stepped = True
    schedule = eval(text, {"s": lr_scheduler, "o": o})
    found = []
    for epoch in JUMPS:
        with pytest.warns(UserWarning, match="The epoch parameter"):
            schedule.step(epoch)
        found.append(o.param_groups[0]["lr"])
    np.testing.assert_allclose(found, REFERENCE["jumped"][text], rtol=1e-12)


def test_warm_restarts_take_a_fraction_of_an_epoch():
    o = optim.SGD([autograd.zeros(2, requires_grad=True)], lr=1.0)
    schedule = lr_scheduler.CosineAnnealingWarmRestarts(o, 4)
    schedule.step(5.0)
    assert o.param_groups[0]["lr"] == pytest.approx((1 + np.cos(np.pi / 4)) / 2)
    with pytest.raises(ValueError, match="non-negative epoch, but got -1"):
        schedule.step(-1)


def test_a_step_before_the_optimizers_is_warned_of():
    o = optim.SGD([autograd.zeros(2, requires_grad=True)], lr=1.0)
    schedule = lr_scheduler.StepLR(o, 2)
    with pytest.warns(UserWarning, match="call them in the opposite order") as caught:
        schedule.step()
    assert caught[0].filename == __file__


class Descent(optim.Optimizer):
    """An optimizer with a step of its own, as one writes it for PyTorch."""

    @autograd.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for one in group["params"]:
                one.add_(one.grad, alpha=-group["lr"])


@pytest.mark.parametrize(
    "make", [lambda p: Descent([p], {"lr": 1.0}), lambda p: optim.LBFGS([p], lr=1.0)]
)
def test_an_optimizer_with_a_step_of_its_own_is_not_warned_of(make):
    p = autograd.zeros(2, requires_grad=True)
    p.grad = autograd.ones(2)
    optimizer = make(p)
    schedule = lr_scheduler.StepLR(optimizer, 2)
    for _ in range(2):
        optimizer.step(lambda: p.sum())
        schedule.step()
    assert schedule.get_last_lr() == [0.1]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda s, o: s.StepLR(3, 2), TypeError, "int is not an Optimizer"),
        (lambda s, o: s.StepLR(o, 2, last_epoch=3), KeyError, "initial_lr"),
        (lambda s, o: s.LambdaLR(o, [abs, abs]), ValueError, "expected 1 values for lr_lambda"),
        (lambda s, o: s.ConstantLR(o, 1.5), ValueError, "between 0 and 1, got 1.5"),
        (lambda s, o: s.LinearLR(o, 0.0), ValueError, "greater than 0 .* got 0.0"),
        (lambda s, o: s.LinearLR(o, 0.5, 1.5), ValueError, "between 0 and 1, got 1.5"),
        (lambda s, o: s.CosineAnnealingWarmRestarts(o, 0), ValueError, "T_0, but got 0"),
        (lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, 0.5), ValueError, "T_mult >= 1"),
        (
            lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, eta_min="0"),
            ValueError,
            "float or int eta_min, but got '0'",
        ),
        (lambda s, o: s.CyclicLR(o, 0.1, 1.0, mode="up"), ValueError, "mode is invalid .*'up'"),
        (lambda s, o: s.CyclicLR(o, 0.1, [1.0, 2.0]), ValueError, "2"),
        (lambda s, o: s.OneCycleLR(o, 0.1), ValueError, "either total_steps OR"),
        (lambda s, o: s.OneCycleLR(o, 0.1, 0), ValueError, "positive integer total_steps"),
        (lambda s, o: s.OneCycleLR(o, 0.1, epochs=2), ValueError, "either total_steps OR"),
        (lambda s, o: s.OneCycleLR(o, 0.1, 9, pct_start=2.0), ValueError, "pct_start, but got 2"),
        (lambda s, o: s.OneCycleLR(o, 0.1, 9, anneal_strategy="x"), ValueError, "instead got x"),
        (lambda s, o: s.ReduceLROnPlateau(o, factor=1.0), ValueError, "Factor should be < 1.0"),
        (lambda s, o: s.ReduceLROnPlateau(o, "least"), ValueError, "mode least is unknown"),
        (lambda s, o: s.SequentialLR(o, [], []), ValueError, "at least one scheduler"),
        (lambda s, o: s.SequentialLR(o, [s.StepLR(o, 1)], [3]), ValueError, "1 schedulers and 1"),
        (
            lambda s, o: s.ChainedScheduler([s.ReduceLROnPlateau(o)]),
            ValueError,
            "does not support `ReduceLROnPlateau`",
        ),
        (
            lambda s, o: s.ChainedScheduler([s.StepLR(o, 1)], optim.SGD([autograd.zeros(1)])),
            ValueError,
            "belong to the same optimizer",
        ),
        (lambda s, o: s.LRScheduler(o), NotImplementedError, "has no next_lr"),
    ],
)
def test_misuses_are_named(make, error, words):
    o = optim.SGD([autograd.zeros(2, requires_grad=True)], lr=1.0)
    with pytest.raises(error, match=words):
        make(lr_scheduler, o)


def test_momentum_is_needed_where_it_is_cycled():
    o = optim.Adagrad([autograd.zeros(2, requires_grad=True)])
    with pytest.raises(ValueError, match="must support momentum or beta1"):
        lr_scheduler.OneCycleLR(o, 0.1, 10)


def test_one_cycle_ends():
    o = optim.SGD([autograd.zeros(2, requires_grad=True)], momentum=0.9)
    schedule = lr_scheduler.OneCycleLR(o, 0.1, 2)
    o.stepped = True
    schedule.step()
    schedule.step()
    with pytest.raises(ValueError, match="Tried to step 3 times"):
        schedule.step()


class Decay:
    def __init__(self, share):
        self.share = share

    def __call__(self, step):
        return self.share**step


def test_objects_that_give_factors_are_saved_and_functions_are_not():
    o = optim.SGD([autograd.zeros(2, requires_grad=True)], lr=1.0)
    saved = lr_scheduler.LambdaLR(o, Decay(0.5)).state_dict()
    assert saved["lr_lambdas"] == [{"share": 0.5}]
    schedule = lr_scheduler.LambdaLR(o, Decay(0.9))
    schedule.load_state_dict(saved)
    assert schedule.lr_lambdas[0].share == 0.5
    assert lr_scheduler.LambdaLR(o, lambda t: 1.0).state_dict()["lr_lambdas"] == [None]


@pytest.mark.parametrize(
    "make",
    [
        lambda o: lr_scheduler.OneCycleLR(o, 0.1, 30),
        lambda o: lr_scheduler.CosineAnnealingLR(o, 10),
        lambda o: lr_scheduler.StepLR(o, 3),
    ],
)
@pytest.mark.parametrize("kind", [optim.Adam, lambda p, lr: optim.SGD(p, lr, momentum=0.9)])
def test_a_compiled_step_sees_rates_and_momenta_without_another_recording(make, kind):
    def trained(wrap):
        autograd.manual_seed(0)
        model = nn.Linear(3, 2)
        optimizer = kind(model.parameters(), lr=0.05)
        schedule = make(optimizer)
        x = autograd.rand(4, 3)

        def step():
            optimizer.zero_grad()
            (model(x) ** 2).sum().backward()
            optimizer.step()

        step = wrap(step)
        for _ in range(20):
            step()
            schedule.step()
        return step, model.weight.detach().numpy()

    _, expected = trained(lambda step: step)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step, found = trained(autograd.compile)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert len(step._plans) == 1


WITHIN_STEPS = {
    "StepLR": lambda s, o: s.StepLR(o, 1),
    "CosineAnnealingWarmRestarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2),
    "ReduceLROnPlateau": lambda s, o: s.ReduceLROnPlateau(o),
    "SequentialLR": lambda s, o: s.SequentialLR(o, [s.StepLR(o, 1), s.StepLR(o, 2)], [3]),
    "ChainedScheduler": lambda s, o: s.ChainedScheduler([s.StepLR(o, 1)]),
    "SWALR": lambda s, o: optim.swa_utils.SWALR(o, 0.1),
    "Halved": lambda s, o: Halved(o),
}


@pytest.mark.parametrize("name", WITHIN_STEPS)
def test_a_schedule_within_a_compiled_step_is_refused(name):
    parameter = nn.Parameter(autograd.ones(2))
    optimizer = optim.SGD([parameter], lr=0.5)
    schedule = WITHIN_STEPS[name](lr_scheduler, optimizer)
    known = schedule.state_dict()

    def step(x):
        (parameter * x).sum().backward()
        optimizer.step()
        schedule.step(*[1.0] * (name == "ReduceLROnPlateau"))

    with pytest.raises(TraceError, match=rf"test_schedules.*{name}\.step\(\).*after the step"):
        autograd.compile(step)(autograd.ones(2))
    assert (optimizer.param_groups[0]["lr"], schedule.state_dict()) == (0.5, known)


def test_a_schedule_within_a_step_that_may_fall_back_runs_eagerly():
    parameter = nn.Parameter(autograd.ones(2))
    optimizer = optim.SGD([parameter], lr=1.0)
    schedule = lr_scheduler.ExponentialLR(optimizer, 0.5)

    def step(x):
        optimizer.zero_grad()
        (parameter * x).sum().backward()
        optimizer.step()
        schedule.step()

    step = autograd.compile(step, fallback=True)
    with pytest.warns(UserWarning, match="runs eagerly"):
        step(autograd.ones(2))
    for _ in range(3):
        step(autograd.ones(2))
    assert optimizer.param_groups[0]["lr"] == 1 / 16
    np.testing.assert_allclose(parameter.detach().numpy(), 1 - 1.875)


def test_a_cosine_that_is_set_to_a_step_goes_by_the_formula():
    o = optim.SGD([autograd.zeros(1, requires_grad=True)], lr=1.0)
    schedule = lr_scheduler.CosineAnnealingLR(o, 8)
    schedule.load_state_dict({"_step_count": 0, "last_epoch": 3})
    schedule.step()
    assert schedule.get_last_lr() == [pytest.approx(0.5)]
