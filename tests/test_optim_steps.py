"""Steps of optimizers: of subclasses that are written for PyTorch, and the hooks around them."""

import copy
from inspect import signature

import numpy as np
import pytest

import autograd
from nn import optim


class Momentum(optim.Optimizer):
    """An optimizer as PyTorch's users write it: its state is made at the first step."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, {"lr": lr})

    @autograd.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if len(state) == 0:
                    state["count"], state["last"] = 0, None
                    state["mean"] = autograd.zeros_like(p)
                state["count"] += 1
                state["mean"].mul_(0.5).add_(p.grad)
                p.add_(state["mean"], alpha=-group["lr"])


def parameter():
    return autograd.tensor([1.0, -2.0, 3.0], requires_grad=True)


def train(p, optimizer, count=1):
    for _ in range(count):
        optimizer.zero_grad()
        (p * p).sum().backward()
        optimizer.step()
    return p.tolist()


def test_a_step_of_a_subclass_begins_the_state_itself():
    p, x, m = parameter(), np.array([1.0, -2.0, 3.0]), 0.0
    for _ in range(3):
        m = 0.5 * m + 2 * x
        x = x - 0.1 * m
    np.testing.assert_allclose(train(p, Momentum([p]), 3), x, rtol=1e-6)


def test_the_state_of_a_subclass_goes_on_when_it_is_loaded():
    p = parameter()
    first = Momentum([p])
    train(p, first, 2)
    q = p.detach().clone().requires_grad_()
    second = Momentum([q])
    second.load_state_dict(first.state_dict())
    assert train(q, second) == train(p, first)
    assert len(second.state[parameter()]) == 0


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}, {"momentum": 0.9, "dampening": 0.5}])
def test_a_state_that_was_only_asked_for_is_as_none(options):
    p, q = parameter(), parameter()
    first, second = optim.SGD([p], 0.1, **options), optim.SGD([q], 0.1, **options)
    assert second.state[q] == {}
    assert second.state_dict()["state"] == {}
    assert train(q, second, 3) == train(p, first, 3)


@pytest.mark.parametrize("kind", [optim.SGD, Momentum])
def test_hooks_are_called_around_a_step(kind):
    p = parameter()
    optimizer, calls = kind([p]), []
    optimizer.register_step_pre_hook(
        lambda *given: calls.append(("before", given, p.tolist())) and None
    )
    after = optimizer.register_step_post_hook(lambda *given: calls.append(("after", given)))
    start = p.tolist()
    train(p, optimizer)
    given = (optimizer, (optimizer,), {})
    assert calls == [("before", given, start), ("after", given)]
    after.remove()
    train(p, optimizer)
    assert len(calls) == 3


def test_a_hook_before_a_step_may_replace_its_arguments():
    p = parameter()
    optimizer = optim.SGD([p])
    optimizer.register_step_pre_hook(lambda one, args, kwargs: ((*args, lambda: 7.0), kwargs))
    p.sum().backward()
    assert optimizer.step() == 7.0
    optimizer.register_step_pre_hook(lambda one, args, kwargs: 3)
    with pytest.raises(RuntimeError, match=r"SGD.step: a hook before it must return None .* got 3"):
        optimizer.step()
    with pytest.raises(TypeError, match="a hook must be a function, got int"):
        optimizer.register_step_post_hook(1)


def test_a_step_within_that_of_a_subclass_calls_no_hooks_again():
    class Twice(optim.SGD):
        def step(self, closure=None):
            super().step()
            return super().step(closure)

    p, calls = parameter(), []
    optimizer = Twice([p], lr=0.25)
    optimizer.register_step_post_hook(lambda *given: calls.append(1))
    assert train(p, optimizer) == [0.0, 0.0, 0.0]
    assert calls == [1]


@pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")
def test_a_copied_optimizer_has_hooks_of_its_own():
    p, calls = parameter(), []
    optimizer = optim.SGD([p])
    handle = optimizer.register_step_post_hook(lambda *given: calls.append(1))
    other = copy.deepcopy(optimizer)
    handle.remove()
    other.step()
    optimizer.step()
    assert calls == [1]


def test_a_compiled_step_notices_a_hook():
    p = parameter()
    optimizer = optim.SGD([p], lr=0.25)

    @autograd.compile
    def step():
        optimizer.zero_grad()
        (p * p).sum().backward()
        optimizer.step()

    for _ in range(3):
        step()
    assert p.tolist() == [0.125, -0.25, 0.375]
    with optimizer.register_step_post_hook(lambda one, args, kwargs: p.detach().mul_(2)):
        for _ in range(2):
            step()
    assert p.tolist() == [0.125, -0.25, 0.375]
    step()
    assert p.tolist() == [0.0625, -0.125, 0.1875]


class Sharpness(optim.Optimizer):
    """Sharpness-aware minimisation as it is written for PyTorch: around another optimizer."""

    def __init__(self, params, base, rho=2.0, **options):
        super().__init__(params, {"rho": rho, **options})
        self.base = base(self.param_groups, **options)
        self.param_groups = self.base.param_groups
        self.defaults.update(self.base.defaults)

    @autograd.no_grad()
    def climb(self):
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["old"] = p.data.clone()
                p.add_(p.grad, alpha=group["rho"])

    @autograd.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p.data = self.state[p]["old"]
        self.base.step()


def test_an_optimizer_around_another_shares_its_groups():
    p = parameter()
    optimizer = Sharpness([p], optim.SGD, lr=0.1)
    (p * p).sum().backward()
    optimizer.climb()
    optimizer.zero_grad()
    (p * p).sum().backward()
    optimizer.step()
    # The gradient 2p is that at p + 2 * 2p.
    np.testing.assert_allclose(p.tolist(), [0.0, 0.0, 0.0], atol=1e-6)


def test_a_group_keeps_what_is_the_users_own():
    p, q = parameter(), parameter()
    groups = [{"params": [p], "lr_scale": 0.5}, {"params": [q], "lr_scale": 1.0}]
    optimizer = optim.SGD(groups, lr=0.1)
    assert [group["lr_scale"] for group in optimizer.param_groups] == [0.5, 1.0]
    assert [group["lr_scale"] for group in optimizer.state_dict()["param_groups"]] == [0.5, 1.0]


KINDS = [
    kind
    for kind in vars(optim).values()
    if isinstance(kind, type) and issubclass(kind, optim.Optimizer) and kind is not optim.Optimizer
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_optimizer_takes_the_groups_of_any_other(kind):
    for other in KINDS:
        groups = kind(other([parameter()], lr=0.5).param_groups).param_groups
        assert groups[0]["lr"] == 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_is_a_hyperparameter_as_it_was_given(kind):
    options = {name: one.default for name, one in signature(kind).parameters.items()}
    given = {name: True for name in ("fused", "foreach", "capturable") if name in options}
    group = kind([parameter()], **given).param_groups[0]
    options.pop("options", None)
    known = {name: value for name, value in options.items() if name not in ("params", "max_eval")}
    assert {name: group[name] for name in known} == known | given


def test_the_list_of_groups_stays_and_a_compiled_step_notices_another():
    p, q = parameter(), parameter()
    optimizer = optim.SGD([p], lr=0.25)
    groups = optimizer.param_groups

    @autograd.compile
    def step():
        optimizer.zero_grad()
        (p * p + q * q).sum().backward()
        optimizer.step()

    for _ in range(3):
        step()
    assert q.tolist() == [1.0, -2.0, 3.0]
    optimizer.add_param_group({"params": [q]})
    assert groups is optimizer.param_groups
    assert len(groups) == 2
    for _ in range(3):
        step()
    # Beside p it has gathered the gradients of the steps before.
    assert q.tolist() != [1.0, -2.0, 3.0]
    before = q.tolist()
    step()
    assert q.tolist() == [x / 2 for x in before]


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}, {"momentum": 0.9, "dampening": 0.5}])
def test_a_momentum_of_pytorchs_that_has_not_begun_is_loaded(options):
    p, q = parameter(), parameter()
    first, second = optim.SGD([p], 0.1, **options), optim.SGD([q], 0.1, **options)
    groups = first.state_dict()["param_groups"]
    second.load_state_dict({"state": {0: {"momentum_buffer": None}}, "param_groups": groups})
    assert train(q, second, 3) == train(p, first, 3)


def test_parameters_that_get_another_array_between_steps_move_in_it():
    p, q = parameter(), parameter()
    optimizer = optim.SGD([p, q], lr=0.5)
    p.grad = q.grad = autograd.ones(3)
    optimizer.step()
    p.data = autograd.zeros(3)
    optimizer.step()
    assert p.tolist() == [-0.5, -0.5, -0.5]


def test_counts_that_differ_between_steps_part_parameters():
    p, q = parameter(), parameter()
    optimizer = optim.Adam([p, q], lr=0.5)
    p.grad = q.grad = autograd.ones(3)
    optimizer.step()
    optimizer.state[q]["step"] = 7.0
    optimizer.step()
    assert [optimizer.state[one]["step"] for one in (p, q)] == [2.0, 8.0]
