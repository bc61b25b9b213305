"""The chapter's training loop (Part 6): its losses, its dead units, and its fused gradient."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

import autograd as ag
from autograd.ops.fused import binary_cross_entropy_with_logits

X = np.array([[1.0, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6]])
Y = np.array([[0.0], [0.0], [1.0], [1.0]])
PRINTED = [0.6934, 0.5650, 0.2817, 0.1545, 0.0923, 0.0612, 0.0442, 0.0341, 0.0278, 0.0242]
FINAL = [0.0313, 0.0390, 0.9872, 1.0000]


@dataclass
class Run:
    """One training: the loss of every epoch, and what the forward pass of the last one gave."""

    losses: list
    predictions: np.ndarray
    hidden: np.ndarray
    first_gradients: tuple


def chapter_weights(seed):
    draw = np.random.RandomState(seed)
    return draw.randn(3, 4) * 0.01, np.zeros(4), draw.randn(4, 1) * 0.01, np.zeros(1)


def he_weights(seed):
    draw = np.random.RandomState(seed)
    first, second = draw.randn(3, 4) * math.sqrt(2 / 3), draw.randn(4, 1) * math.sqrt(2 / 4)
    return first, np.zeros(4), second, np.zeros(1)


def train_by_hand(lr=0.1, epochs=1000):
    """Run the chapter's loop in NumPy, its gradients written out as it does."""
    W1, b1, W2, b2 = chapter_weights(42)
    losses, first = [], None
    for _ in range(epochs):
        hidden = np.maximum(0, X @ W1 + b1)
        p = 1 / (1 + np.exp(-(hidden @ W2 + b2)))
        losses.append(-np.mean(Y * np.log(p + 1e-8) + (1 - Y) * np.log(1 - p + 1e-8)))
        dZ2 = (p - Y) / len(X)
        dZ1 = (dZ2 @ W2.T) * (hidden > 0)
        gradients = X.T @ dZ1, dZ1.sum(0), hidden.T @ dZ2, dZ2.sum(0)
        first = first or gradients
        W1, b1, W2, b2 = (w - lr * g for w, g in zip((W1, b1, W2, b2), gradients, strict=True))
    return Run(losses, p, hidden, first)


def train(weights, lr=0.1, epochs=1000, inputs=X):
    """Run the same loop on Tensors; weights and lr may have a leading axis, one model a row."""
    parameters = [ag.tensor(w, requires_grad=True) for w in weights]
    x, y, lr, losses, first = ag.tensor(inputs), ag.tensor(Y), ag.tensor(lr), [], None
    for _ in range(epochs):
        hidden, p = network(x, *parameters)
        each = y * (p + 1e-8).log() + (1 - y) * (1 - p + 1e-8).log()
        loss = -each.mean((-2, -1))
        gradients = ag.grad(loss.sum(), parameters)
        losses.append(loss.numpy(force=True))
        first = first or [gradient.numpy() for gradient in gradients]
        with ag.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter -= lr * gradient
    return Run(losses, p.numpy(force=True), hidden.numpy(force=True), first)


def network(x, W1, b1, W2, b2):
    hidden = ag.relu(x @ W1 + b1)
    return hidden, ag.sigmoid(hidden @ W2 + b2)


def stacked(weights, seeds):
    """Return the weights of many models as four arrays, one model a row."""
    columns = zip(*map(weights, seeds), strict=True)
    W1, b1, W2, b2 = (np.stack(column) for column in columns)
    return W1, b1[:, None], W2, b2[:, None]


@pytest.fixture(scope="module")
def by_hand():
    return train_by_hand()


@pytest.fixture(scope="module")
def ours():
    return train(chapter_weights(42))


@pytest.fixture(params=["by_hand", "ours"])
def run(request):
    return request.getfixturevalue(request.param)


def test_initial_loss_is_ln_2(run):
    assert run.losses[0] == pytest.approx(0.693367, abs=5e-7)
    assert run.losses[0] == pytest.approx(math.log(2), abs=3e-4)


def test_ten_printed_losses(run):
    assert [round(float(loss), 4) for loss in run.losses[::100]] == PRINTED


def test_loss_of_the_last_epoch(run):
    assert run.losses[999] == pytest.approx(0.021117, abs=5e-7)


def test_final_predictions(run):
    assert run.predictions.ravel().round(4).tolist() == FINAL


def test_first_gradients_of_the_output_layer(run):
    _, _, dW2, db2 = run.first_gradients
    np.testing.assert_allclose(dW2.ravel(), [0, -0.000855, -0.008837, -0.009141], atol=5e-7)
    np.testing.assert_allclose(db2, -0.000341, atol=5e-7)


def test_first_gradients_are_those_by_hand(ours, by_hand):
    for gradient, expected in zip(ours.first_gradients, by_hand.first_gradients, strict=True):
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-12)


def test_all_thousand_losses_are_those_by_hand(ours, by_hand):
    np.testing.assert_allclose(ours.losses, by_hand.losses, rtol=1e-6)


def test_hidden_unit_0_is_dead_from_the_start():
    hidden, _ = network(*map(ag.tensor, (X, *chapter_weights(42))))
    assert (hidden > 0).any(0).tolist() == [False, True, True, True]


def test_one_hidden_unit_of_four_is_alive_at_the_end(run):
    assert (run.hidden > 0).any(0).sum() == 1


@pytest.mark.parametrize("lr", [0.5, 1.0])
def test_large_learning_rate_kills_every_unit(lr):
    run = train(chapter_weights(42), lr)
    assert not (run.hidden > 0).any()
    assert run.predictions.ravel() == pytest.approx([0.5] * 4, abs=1e-3)
    assert run.losses[-1] == pytest.approx(0.693147, abs=5e-7)


def test_small_learning_rate_gets_only_to_0_559():
    assert train(chapter_weights(42), 0.01).losses[-1] == pytest.approx(0.559, abs=5e-4)


def test_six_seeds_of_fifty_get_stuck():
    losses = train(stacked(chapter_weights, range(50))).losses[-1]
    assert losses.shape == (50,)
    assert (losses > 0.6).sum() == 6


def test_no_seed_gets_stuck_with_he_initialisation_and_standardised_inputs():
    standardised = (X - X.mean(0)) / X.std(0)
    losses = train(stacked(he_weights, range(50)), inputs=standardised).losses[-1]
    assert (losses > 0.6).sum() == 0


def test_fused_gradient_is_p_minus_y_over_m():
    z = np.array([[-2.0], [-0.5], [0.25], [3.0]])
    logits = ag.tensor(z, requires_grad=True)
    binary_cross_entropy_with_logits(logits, ag.tensor(Y)).backward()
    np.testing.assert_allclose(logits.grad.numpy(), (1 / (1 + np.exp(-z)) - Y) / 4, rtol=1e-14)


def test_fused_gradient_equals_the_long_chain():
    z = np.array([[-2.0], [-0.5], [0.25], [3.0]])
    fused, chain = ag.tensor(z, requires_grad=True), ag.tensor(z, requires_grad=True)
    y = ag.tensor(Y)
    binary_cross_entropy_with_logits(fused, y).backward()
    p = 1 / (1 + (-chain).exp())
    (-(y * p.log() + (1 - y) * (1 - p).log()).mean()).backward()
    np.testing.assert_allclose(fused.grad.numpy(), chain.grad.numpy(), rtol=1e-13)


def test_fused_gradient_survives_where_the_long_chain_does_not():
    logits = ag.tensor([1000.0, -1000.0], requires_grad=True)
    loss = binary_cross_entropy_with_logits(logits, ag.tensor([0.0, 1.0]))
    loss.backward()
    assert loss.item() == 1000
    assert logits.grad.tolist() == [0.5, -0.5]
