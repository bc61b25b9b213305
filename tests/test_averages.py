"""Averages of a model over its training are PyTorch's."""

import json
from pathlib import Path

import numpy as np
import pytest
from averages import AVERAGES, STEPS, averaged

import autograd
import nn
import nn.torch as torch
from nn import optim
from nn.optim import swa_utils

REFERENCE = json.loads((Path(__file__).parent / "reference" / "averages.json").read_text())


@pytest.mark.parametrize("name", AVERAGES)
def test_averages_over_training_are_pytorchs(name):
    found, expected = averaged(torch, name), REFERENCE[name]
    assert list(found["state"]) == list(expected["state"])
    assert found["state"]["n_averaged"] == STEPS
    for key, value in expected["state"].items():
        np.testing.assert_allclose(found["state"][key], value, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["made"], expected["made"], rtol=1e-5, atol=1e-6)


def test_the_mean_of_three_models_is_their_mean():
    model = nn.Linear(1, 1, bias=False)
    average = swa_utils.AveragedModel(model)
    for value in (1.0, 2.0, 6.0):
        nn.init.constant_(model.weight, value)
        average.update_parameters(model)
    assert average.module.weight.item() == pytest.approx(3.0)
    assert average(autograd.ones(1, 1)).item() == pytest.approx(3.0)
    assert model.weight.item() == 6.0


def test_a_state_that_is_loaded_goes_on():
    model = nn.Linear(1, 1)
    one, other = (swa_utils.AveragedModel(model) for _ in range(2))
    one.update_parameters(model)
    other.load_state_dict(one.state_dict())
    nn.init.constant_(model.weight, 5.0)
    for average in (one, other):
        average.update_parameters(model)
    assert one.n_averaged.item() == other.n_averaged.item() == 2
    assert one.module.weight.item() == other.module.weight.item()


def test_an_average_follows_a_model_that_a_compiled_step_trains():
    def trained(wrap):
        autograd.manual_seed(0)
        model = nn.Linear(3, 2)
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        schedule = swa_utils.SWALR(optimizer, 0.01, 5)
        average = swa_utils.AveragedModel(model, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(0.9))
        x = autograd.rand(4, 3)

        def step():
            optimizer.zero_grad()
            (model(x) ** 2).sum().backward()
            optimizer.step()

        step = wrap(step)
        for _ in range(20):
            step()
            schedule.step()
            average.update_parameters(model)
        return average.module.weight.detach().numpy()

    np.testing.assert_allclose(trained(autograd.compile), trained(lambda step: step), rtol=1e-5)


def test_statistics_are_found_anew_and_momenta_stay():
    model = nn.Sequential(nn.BatchNorm1d(2, momentum=0.3)).eval()
    data = autograd.tensor([[1.0, 2.0], [3.0, 6.0]])
    swa_utils.update_bn([data, data], model)
    assert model[0].running_mean.tolist() == [2.0, 4.0]
    assert model[0].momentum == 0.3
    assert not model.training


def test_without_batch_normalisation_no_batch_is_looked_at():
    swa_utils.update_bn(iter(lambda: pytest.fail("a batch was taken"), None), nn.Linear(2, 2))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda w, o: w.get_ema_avg_fn(1.5), ValueError, "Invalid decay value 1.5"),
        (lambda w, o: w.get_ema_multi_avg_fn(-1), ValueError, "Invalid decay value -1"),
        (
            lambda w, o: w.AveragedModel(nn.Linear(1, 1), avg_fn=max, multi_avg_fn=max),
            AssertionError,
            "Only one of avg_fn and multi_avg_fn",
        ),
        (lambda w, o: w.SWALR(o, 0.1, anneal_strategy="x"), ValueError, "instead got x"),
        (lambda w, o: w.SWALR(o, 0.1, anneal_epochs=-1), ValueError, "or greater than 0, got -1"),
        (lambda w, o: w.SWALR(o, [0.1, 0.2]), ValueError, "expected 1 values for swa_lr"),
        (lambda w, o: w.SWALR(3, 0.1), TypeError, "int is not an Optimizer"),
    ],
)
def test_misuses_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make(swa_utils, optim.SGD([autograd.zeros(2, requires_grad=True)], lr=1.0))
