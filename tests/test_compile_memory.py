"""Memory, random streams and results of steps: compiled they are what they are eagerly."""

import tracemalloc
from collections import OrderedDict

import pytest
from side_by_side import Case, assert_same_compiled, batches, entered, leaf, net
from test_compile_steps import Training

import autograd
import nn
from autograd import Generator
from autograd.plan import running
from nn import optim

CASES = {}
case = entered(CASES)


# Memory that the step finds, or makes anew


@case
def buffer_changed_in_place():
    buffer = autograd.zeros(4, dtype=autograd.float64)
    return Case(lambda x: buffer.mul_(0.5).add_(x.sum(0)), lambda: [buffer])


@case
def memory_first_touched_through_data():
    w = leaf(1, 2, 3, 4)

    def step(x):
        w.data.add_(x.sum(0))
        return w.data.sum()

    return Case(step, lambda: [w])


@case
def memory_first_touched_through_a_view_of_detach():
    w = leaf(1, 2, 3, 4)

    def step(x):
        w.detach()[1:3].add_(x.sum())
        w.grad = None
        (w * x).sum().backward()
        w.data -= 0.1 * w.grad
        return w.detach()

    return Case(step, lambda: [w, w.grad])


@case
def data_assigned_in_the_step():
    w = leaf(1, 2, 3, 4)

    def step(x):
        w.data = x.sum(0)
        return w * 2

    return Case(step, lambda: [w])


@case
def memory_seen_before_other_data_are_assigned():
    w = leaf(1, 2, 3, 4)

    def step(x):
        before = w.data.mul_(0.5)
        w.data = w.data * 0.9 + x.sum(0)
        return before, w

    return Case(step, lambda: [w])


@case
def data_of_an_argument_assigned():
    w, calls = leaf(1, 2, 3, 4), [one[0] for one in batches()]

    def step(x):
        w.data = x
        return w.sum()

    return Case(step, lambda: [w, *calls], calls=calls)


@case
def running_mean_of_the_parameters():
    training = Training(optim.SGD)
    means = [one.detach().clone() for one in training.model.parameters()]

    def step(x):
        training.step(x)
        for mean, parameter in zip(means, training.model.parameters(), strict=True):
            mean.mul_(0.9).add_(parameter.detach() * 0.1)

    return Case(step, lambda: [*training.state(), *means])


@case
def scratch_that_is_added_to():
    def step(x):
        sums = autograd.zeros(4, dtype=autograd.float64)
        sums += x.sum(0)
        sums.add_(autograd.full((4,), 0.5))
        return sums

    return Case(step)


@case
def scratch_written_by_places():
    def step(x):
        y = autograd.zeros(6, 4, dtype=autograd.float64)
        y[0] = x[0]
        y[1:3] = x[1:3] * 2
        y[[4, 5]] = x[:2]
        y[x > 1] = 3.0
        y.t()[1].add_(x.sum())
        return y, y.sum(0)

    return Case(step)


@case
def one_of_two_equal_values_is_written():
    def step(x):
        a, b = x * 2, x * 2
        a.add_(1)
        return a, b.sum(0)

    return Case(step)


@case
def reshaped_copy_and_reshaped_view_are_written():
    def step(x):
        turned = x.t() * 2
        copied, seen = turned.reshape(-1), turned.t().reshape(-1)
        copied.add_(1)
        return turned, copied, seen.sum()

    return Case(step)


@case
def view_that_only_the_layout_of_eager_allows():
    return Case(lambda x: (x.t() * 2).t().view(-1) + 1)


# Randomness


@case
def dropouts_whose_probability_changes():
    model = nn.Sequential(nn.Dropout(0.3), net(), nn.Dropout(0.6))

    def before(call, step):
        model[0].p = [0.3, 0.3, 0.3, 0.8, 0.8, 0.0, 1.0, 0.3][call]

    return Case(model, before=before)


@case
def dropouts_in_training_and_in_evaluation():
    model = nn.Sequential(nn.Dropout(0.3), net(), nn.Dropout(0.6), nn.Dropout(0.2))
    return Case(model, before=lambda call, step: model.train(call not in (3, 4, 6)) and None)


@case
def dropout_in_a_step_of_training():
    training = Training()
    training.model.insert(1, nn.Dropout(0.4))
    return training.case()


@case
def seeds_set_between_the_calls():
    model = nn.Sequential(net(), nn.Dropout(0.5))

    def before(call, step):
        if call in (2, 5):
            autograd.manual_seed(call)

    return Case(model, before=before)


@case
def draws_of_every_kind():
    def step(x):
        return [
            autograd.rand(3), autograd.randn(20), autograd.randn(3, dtype=autograd.float64),
            autograd.randint(-5, 9, (4,)), autograd.randperm(6), autograd.randn_like(x),
            autograd.bernoulli(x, 0.3), autograd.empty(4).normal_(1, 2),
            autograd.zeros(3).uniform_(-1, 1), autograd.ones(5).bernoulli_(0.5),
        ]  # fmt: skip

    return Case(step)


@case
def generator_of_its_own():
    generator = Generator().manual_seed(4)

    def step(x):
        return x * autograd.rand(4, generator=generator) + autograd.randn(3, generator=generator)[0]

    return Case(step, lambda: [generator.get_state()])


# What a step takes and gives


@case
def results_of_every_kind():
    def step(x):
        names = OrderedDict(first=x[0], second=[x.sum(), (None, "name", 2.5, True)])
        return names, x.max(0), x, x > 0, {}

    return Case(step)


@case
def no_result():
    return Case(lambda x: None)


@pytest.mark.parametrize("name", CASES)
def test_memory_and_results_are_the_same_compiled(name):
    assert_same_compiled(CASES[name])


def test_a_replay_keeps_no_more_than_it_still_needs(monkeypatch):
    monkeypatch.setattr(running.Plan, "prepare", lambda self, behind: None)

    @autograd.compile
    def step(x):
        for _ in range(20):
            x = x.exp().log()
        return x

    x = autograd.ones(100_000)
    step(x)
    step(x)
    tracemalloc.start()
    step(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 2 * 400_000 <= peak < 4 * 400_000
