"""Optimizers: PyTorch's trajectories, groups, state and the misuse they refuse."""

import json
from pathlib import Path

import numpy as np
import pytest

import autograd
from nn import optim

REFERENCE = json.loads((Path(__file__).parent / "reference" / "optim.json").read_text())


def gradient_of_problem(p):
    (p.sin().sum() + (p * p).sum() / 4).backward()


def parameter(dtype="float32"):
    return autograd.tensor(REFERENCE["start"], dtype=dtype, requires_grad=True)


@pytest.mark.parametrize("row", REFERENCE["rows"], ids=lambda row: f"{row['name']}-{row['dtype']}")
def test_twelve_steps_follow_pytorch(row):
    p = parameter(row["dtype"])
    optimizer = getattr(optim, row["name"])([p], **row["options"])
    tolerance = 1e-6 if row["dtype"] == "float32" else 1e-13
    for expected in row["places"]:
        optimizer.zero_grad()
        gradient_of_problem(p)
        optimizer.step()
        np.testing.assert_allclose(p.detach().numpy(), expected, rtol=tolerance, atol=tolerance)


def test_groups_have_hyperparameters_of_their_own():
    p, q = parameter(), parameter()
    optimizer = optim.SGD([{"params": [p], "lr": 0.5}, {"params": q}], lr=0.1)
    for one in (p, q):
        one.sum().backward()
    optimizer.step()
    np.testing.assert_allclose(p.detach().numpy() + 0.5, REFERENCE["start"], rtol=1e-6)
    np.testing.assert_allclose(q.detach().numpy() + 0.1, REFERENCE["start"], rtol=1e-6)


def test_learning_rate_of_a_group_can_be_changed_between_steps():
    p = autograd.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([p], lr=0.5)
    for lr, expected in ((0.5, 0.5), (0.25, 0.25)):
        optimizer.param_groups[0]["lr"] = lr
        optimizer.zero_grad()
        p.sum().backward()
        optimizer.step()
        assert p.item() == expected


def test_parameter_without_gradient_stays_where_it_is():
    p = parameter()
    optim.Adam([p]).step()
    assert p.tolist() == autograd.tensor(REFERENCE["start"]).tolist()


def test_closure_is_called_with_the_graph_recorded_and_its_loss_returned():
    p = autograd.tensor([2.0], requires_grad=True)
    optimizer = optim.SGD([p], lr=0.25)

    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with autograd.no_grad():
        assert optimizer.step(closure).item() == 4.0
    assert p.item() == 1.0


def test_zero_grad_forgets_gradients_or_zeroes_them():
    p = parameter()
    optimizer = optim.SGD([p])
    p.sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert p.grad.tolist() == [[0.0] * 3] * 2
    optimizer.zero_grad()
    assert p.grad is None


@pytest.mark.parametrize("name", ["Adam", "AdamW", "SGD"])
def test_training_continues_from_a_state_dict_as_if_never_stopped(name):
    options = {"lr": 0.05, **({"momentum": 0.9} if name == "SGD" else {})}
    p, q = parameter(), parameter()
    first = getattr(optim, name)([p], **options)
    for _ in range(3):
        first.zero_grad()
        gradient_of_problem(p)
        first.step()
    with autograd.no_grad():
        q.copy_(p)
    second = getattr(optim, name)([q], lr=1.0, **({"momentum": 0.9} if name == "SGD" else {}))
    second.load_state_dict(first.state_dict())
    for one, optimizer in ((p, first), (q, second)):
        optimizer.zero_grad()
        gradient_of_problem(one)
        optimizer.step()
    assert p.tolist() == q.tolist()


def test_loaded_state_has_memory_of_its_own():
    p, q = parameter(), parameter()
    first, second = optim.Adam([p]), optim.Adam([q])
    gradient_of_problem(p)
    first.step()
    second.load_state_dict(first.state_dict())
    before = second.state[q]["exp_avg"].tolist()
    first.step()
    assert second.state[q]["exp_avg"].tolist() == before


def test_state_dict_has_pytorchs_form():
    p = parameter()
    optimizer = optim.Adam([p], lr=0.1)
    gradient_of_problem(p)
    optimizer.step()
    saved = optimizer.state_dict()
    assert list(saved["state"][0]) == ["step", "exp_avg", "exp_avg_sq"]
    assert saved["state"][0]["step"].item() == 1.0
    assert saved["param_groups"][0]["params"] == [0]
    assert set(saved["param_groups"][0]) == {
        "lr", "betas", "eps", "weight_decay", "amsgrad", "maximize", "foreach", "capturable",
        "differentiable", "fused", "decoupled_weight_decay", "params",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda p: optim.SGD([]), ValueError, "empty parameter list"),
        (lambda p: optim.SGD(p), TypeError, "should be an iterable"),
        (lambda p: optim.SGD([1.0]), TypeError, "can only optimize Tensors, but got float"),
        (lambda p: optim.SGD([p * 2]), ValueError, "non-leaf"),
        (lambda p: optim.SGD([p, p]), ValueError, "more than one"),
        (lambda p: optim.SGD([p], lr=-0.1), ValueError, "Invalid learning rate: -0.1"),
        (lambda p: optim.Adam([p], lr=float("nan")), ValueError, "Invalid learning rate: nan"),
        (lambda p: optim.SGD([p], momentum=-1), ValueError, "Invalid momentum value: -1"),
        (lambda p: optim.SGD([p], nesterov=True), ValueError, "Nesterov momentum requires"),
        (lambda p: optim.Adam([p], betas=(0.9, 1.0)), ValueError, "at index 1: 1.0"),
        (lambda p: optim.Adam([p], eps=-1.0), ValueError, "Invalid epsilon value: -1.0"),
        (lambda p: optim.AdamW([p], weight_decay=-1), ValueError, "Invalid weight_decay"),
    ],
)
def test_misuse_is_refused_by_name(make, error, words):
    with pytest.raises(error, match=words):
        make(parameter())


def test_state_of_other_groups_is_refused():
    p, q = parameter(), parameter()
    with pytest.raises(ValueError, match="groups of other sizes"):
        optim.SGD([p]).load_state_dict(optim.SGD([p, q]).state_dict())
