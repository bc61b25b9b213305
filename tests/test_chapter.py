"""The numbers of the chapter, Parts 2 to 5, with Tensors, and with Scalars where one is enough."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import Scalar
from autograd.ops.fused import (
    binary_cross_entropy,
    cross_entropy,
    mse_loss,
)


def double(values, requires_grad=False):
    return ag.tensor(values, dtype=ag.float64, requires_grad=requires_grad)


def zero_d(value):
    return double(value, requires_grad=True)


carriers = pytest.mark.parametrize("make", [Scalar, zero_d], ids=["Scalar", "Tensor"])


def number(gradient):
    return gradient if isinstance(gradient, float) else gradient.item()


def slope(function, x):
    function(x).backward()
    return number(x.grad)


# Part 2: the neuron


@carriers
def test_worked_neuron_sums_to_2_35(make):
    inputs, weights = (8, 75, 80), [make(w) for w in (0.4, 0.01, 0.005)]
    z = sum(w * x for w, x in zip(weights, inputs, strict=True)) + make(-2)
    assert z.item() == pytest.approx(2.35, abs=1e-15)


def test_worked_neuron_is_a_dot_product_plus_bias():
    z = double([0.4, 0.01, 0.005]) @ double([8, 75, 80]) + double(-2.0)
    assert z.item() == pytest.approx(2.35, abs=1e-15)


@carriers
def test_step_activation_of_the_worked_neuron_is_1(make):
    assert ag.heaviside(make(2.35), 0.0).item() == 1
    assert ag.heaviside(make(-2.35), 0.0).item() == 0
    assert ag.heaviside(make(0.0), 0.0).item() == 0


@carriers
@pytest.mark.parametrize("z", [-2.35, 0.0, 2.35])
def test_step_activation_has_zero_gradient_everywhere(make, z):
    assert slope(lambda x: ag.heaviside(x, 0.0), make(z)) == 0


@carriers
def test_nothing_is_learnt_through_a_step(make):
    w, b = make(0.4), make(-2.0)
    ((ag.heaviside(w * 8 + b, 0.0) - 0.5) ** 2).backward()
    assert (number(w.grad), number(b.grad)) == (0, 0)


# Part 3: activations


@carriers
@pytest.mark.parametrize(
    ("activation", "z", "value", "gradient"),
    [
        (ag.sigmoid, 0.0, 0.5, 0.25),
        (ag.sigmoid, 5.0, 0.9933071, 0.9933071 * 0.0066929),
        (ag.sigmoid, -5.0, 0.0066929, 0.9933071 * 0.0066929),
        (ag.tanh, 0.0, 0.0, 1.0),
        (ag.tanh, 2.0, 0.9640276, 1 - 0.9640276**2),
        (ag.tanh, -2.0, -0.9640276, 1 - 0.9640276**2),
        (ag.relu, 5.0, 5.0, 1.0),
        (ag.relu, -3.0, 0.0, 0.0),
        (ag.relu, 0.0, 0.0, 0.0),
        (ag.leaky_relu, 5.0, 5.0, 1.0),
        (ag.leaky_relu, -3.0, -0.03, 0.01),
        (ag.leaky_relu, 0.0, 0.0, 0.01),
    ],
)
def test_activation_has_the_chapters_value_and_slope(make, activation, z, value, gradient):
    x = make(z)
    assert activation(x).item() == pytest.approx(value, abs=5e-8)
    assert slope(activation, x) == pytest.approx(gradient, abs=2e-7)


@carriers
@pytest.mark.parametrize(
    ("z", "sigmoid", "tanh"), [(-1000.0, 0.0, -1.0), (-89.0, 2.2273636e-39, -1.0), (1000.0, 1, 1)]
)
def test_activations_are_silent_and_exact_far_out(make, z, sigmoid, tanh):
    assert ag.sigmoid(make(z)).item() == pytest.approx(sigmoid, rel=1e-6)
    assert ag.tanh(make(z)).item() == tanh
    assert slope(ag.sigmoid, make(z)) == pytest.approx(0, abs=1e-38)
    assert slope(ag.tanh, make(z)) == 0


@pytest.mark.parametrize("dtype", [ag.float32, ag.float64])
@pytest.mark.parametrize("activation", [ag.sigmoid, ag.tanh, ag.relu, ag.leaky_relu])
def test_activations_of_arrays_are_silent_at_1000(activation, dtype):
    z = ag.tensor([-1000.0, 0.0, 1000.0], dtype=dtype, requires_grad=True)
    y = activation(z)
    y.sum().backward()
    assert np.isfinite(y.tolist()).all()
    assert np.isfinite(z.grad.tolist()).all()


@pytest.mark.parametrize(("activation", "steepest"), [(ag.sigmoid, 0.25), (ag.tanh, 1.0)])
def test_slope_is_greatest_at_zero(activation, steepest):
    z = double(np.linspace(-6, 6, 121), requires_grad=True)
    activation(z).sum().backward()
    assert z.grad.argmax().item() == 60
    assert z.grad.max().item() == pytest.approx(steepest)


def test_sigmoid_stays_between_0_and_1_and_tanh_around_zero():
    z = double(np.linspace(-6, 6, 121))
    assert 0 < ag.sigmoid(z).min().item() < ag.sigmoid(z).max().item() < 1
    assert ag.tanh(z).sum().item() == pytest.approx(0, abs=1e-12)


SOFTMAX = [0.65900114, 0.24243297, 0.09856589]


def test_softmax_of_the_chapters_scores():
    p = ag.softmax(double([2, 1, 0.1]), 0)
    assert p.tolist() == pytest.approx(SOFTMAX, abs=5e-9)
    assert p.sum().item() == pytest.approx(1.0)


def test_softmax_of_scalars_agrees():
    powers = [Scalar(z).exp() for z in (2, 1, 0.1)]
    assert [(one / sum(powers)).data for one in powers] == pytest.approx(SOFTMAX, abs=5e-9)


def test_softmax_of_huge_scores_is_silent():
    scores = ag.tensor([2000.0, 1000.0, -1000.0])
    assert ag.softmax(scores, 0).tolist() == [1, 0, 0]


def test_linear_layers_without_activation_collapse_to_one():
    g = np.random.default_rng(11)
    W1, b1, W2, b2, x = map(double, map(g.normal, [0] * 5, [1] * 5, [(4, 3), 4, (2, 4), 2, (5, 3)]))
    stacked = ag.linear(ag.linear(x, W1, b1), W2, b2)
    collapsed = ag.linear(x, W2 @ W1, W2 @ b1 + b2)
    np.testing.assert_allclose(stacked.numpy(), collapsed.numpy(), rtol=1e-12)


def test_relu_between_linear_layers_does_not_collapse():
    W1, W2, x = double([[1.0], [-1.0]]), double([[1.0, 1.0]]), double([[-2.0], [0.0], [2.0]])
    bent = ag.linear(ag.relu(ag.linear(x, W1)), W2)
    assert bent.reshape(-1).tolist() == [2, 0, 2]
    assert ag.linear(x, W2 @ W1).reshape(-1).tolist() == [0, 0, 0]


# Part 4: the network and its matrix form


def random_weights(seed, scale):
    """Draw the chapter's 3-4-1 weights as it does, from NumPy's global stream."""
    draw = np.random.RandomState(seed)
    return draw.randn(3, 4) * scale, draw.randn(4, 1) * scale


def forward(X, W1, b1, W2, b2):
    return ag.sigmoid(ag.relu(X @ W1 + b1) @ W2 + b2)


def test_network_neuron_by_neuron_is_the_matrix_form():
    W, V = random_weights(42, 0.1)
    x, b, b_out = [1, 2, 3], [0.1, -0.2, 0.3, -0.4], 0.05
    hidden = [
        sum((Scalar(W[i, j]) * x[i] for i in range(3)), Scalar(b[j])).relu() for j in range(4)
    ]
    by_neuron = sum((h * V[j, 0] for j, h in enumerate(hidden)), Scalar(b_out)).sigmoid()
    by_matrix = forward(double([x]), double(W), double(b), double(V), double(b_out))
    assert by_neuron.data == pytest.approx(by_matrix.item(), rel=1e-14)


def test_network_3_4_1_has_21_parameters():
    shapes = [(3, 4), (4,), (4, 1), (1,)]
    assert sum(ag.zeros(shape).numel() for shape in shapes) == 3 * 4 + 4 + 4 * 1 + 1 == 21


def test_column_layout_row_layout_and_linear_agree():
    W, x = double(np.arange(12).reshape(4, 3)), double([1, 2, 3])
    column = (W @ x.reshape(3, 1)).reshape(4)
    row = x.reshape(1, 3) @ W.T
    assert column.tolist() == row[0].tolist() == ag.linear(x, W).tolist() == [8, 26, 44, 62]


@pytest.mark.parametrize(("seed", "prediction"), [(42, 0.482371), (0, 0.518795)])
def test_forward_pass_predicts(seed, prediction):
    W1, W2 = map(double, random_weights(seed, 0.1))
    p = forward(double([[1, 2, 3]]), W1, ag.zeros(4).double(), W2, ag.zeros(1).double())
    assert p.shape == (1, 1)
    assert p.item() == pytest.approx(prediction, abs=5e-7)


def test_forward_pass_stays_near_a_half_over_2000_seeds():
    drawn = [random_weights(seed, 0.1) for seed in range(2000)]
    W1, W2 = (double(np.stack(weights)) for weights in zip(*drawn, strict=True))
    p = forward(double([[1, 2, 3]]), W1, double(0.0), W2, double(0.0))
    assert p.shape == (2000, 1, 1)
    assert round(p.min().item(), 3) == 0.418
    assert round(p.max().item(), 3) == 0.573


# Part 5: losses

ACTUAL, PREDICTED = [3, -0.5, 2, 7], [2.5, 0, 2, 8]


def test_mse_of_the_chapter_is_0_375():
    assert mse_loss(double(PREDICTED), double(ACTUAL)).item() == 0.375
    assert ((double(PREDICTED) - double(ACTUAL)) ** 2).mean().item() == 0.375


def test_mse_of_scalars_is_0_375():
    squares = [(Scalar(p) - y) ** 2 for p, y in zip(PREDICTED, ACTUAL, strict=True)]
    assert (sum(squares) / 4).data == 0.375


GOOD, BAD = ([0.9, 0.1, 0.8, 0.7], 0.19763488), ([0.1, 0.9, 0.2, 0.3], 1.85464523)


@pytest.mark.parametrize(("p", "loss"), [GOOD, BAD], ids=["good", "bad"])
def test_binary_cross_entropy_of_the_chapter(p, loss):
    y = [1, 0, 1, 1]
    fused = binary_cross_entropy(double(p), double(y))
    scalars = [-(Scalar(q) if t else 1 - Scalar(q)).log() for q, t in zip(p, y, strict=True)]
    assert fused.item() == pytest.approx(loss, abs=5e-9)
    assert (sum(scalars) / 4).data == pytest.approx(loss, abs=5e-9)


@pytest.mark.parametrize("dtype", [ag.float32, ag.float64])
@pytest.mark.parametrize(("p", "y", "gradient"), [(0.0, 1.0, -1e12), (1.0, 0.0, 1e12)])
def test_binary_cross_entropy_of_certain_error_is_100(p, y, gradient, dtype):
    prediction = ag.tensor([p], dtype=dtype, requires_grad=True)
    loss = binary_cross_entropy(prediction, ag.tensor([y], dtype=dtype))
    loss.backward()
    assert loss.item() == 100
    assert prediction.grad.item() == pytest.approx(gradient)


def test_categorical_cross_entropy_of_one_hot_is_that_of_class_indices():
    logits, one_hot = double([[2, 1, 0.1], [0.3, 0.2, 3]]), double([[1, 0, 0], [0, 1, 0]])
    probabilities = ag.softmax(logits, 1)
    chapter = -(one_hot * probabilities.log()).sum(1).mean()
    ours = cross_entropy(logits, ag.tensor([0, 1]))
    assert ours.item() == pytest.approx(chapter.item(), rel=1e-14)
    assert ours.item() == pytest.approx((-math.log(SOFTMAX[0]) + 2.92046) / 2, abs=1e-5)


# Part 5: gradient descent and backpropagation


def test_rule_of_gradient_descent_on_a_scalar():
    w = Scalar(2.0)
    (w * 0.5).backward()
    w.data -= 0.1 * w.grad
    assert w.data == 1.95


def test_rule_of_gradient_descent_on_a_tensor():
    w = zero_d(2.0)
    (w * 0.5).backward()
    with ag.no_grad():
        w -= 0.1 * w.grad
    assert w.item() == 1.95
    assert w.requires_grad


def tiny_net(w, v):
    """Return z, h, out and loss of the chapter's net: input 2, ReLU, target 5."""
    z = w * 2
    h = z.relu()
    out = h * v
    return z, h, out, (out - 5) ** 2


@carriers
def test_tiny_net_forward(make):
    assert [one.item() for one in tiny_net(make(3.0), make(0.5))] == [6, 6, 3, 4]


@carriers
def test_tiny_net_gradients_along_the_chain(make):
    w, v = make(3.0), make(0.5)
    z, h, out, loss = tiny_net(w, v)
    gradients = ag.grad(loss, [out, v, h, z, w])
    assert [number(one) for one in gradients] == [-4, -24, -2, -2, -4]


@carriers
def test_tiny_net_by_hand_by_autograd_and_by_finite_differences(make):
    w, v, step = 3.0, 0.5, 1e-6
    by_hand = [2 * (v * 2 * w - 5) * v * 2, 2 * (v * 2 * w - 5) * 2 * w]
    leaves = [make(w), make(v)]
    tiny_net(*leaves)[-1].backward()

    def loss(w, v):
        return (max(2 * w, 0) * v - 5) ** 2

    differences = [
        (loss(w + step, v) - loss(w - step, v)) / (2 * step),
        (loss(w, v + step) - loss(w, v - step)) / (2 * step),
    ]
    assert [number(leaf.grad) for leaf in leaves] == by_hand == [-4, -24]
    assert differences == pytest.approx(by_hand, rel=1e-8)


def descend(make, lr, steps):
    """Return the loss before each step of gradient descent on the tiny net, and w and v."""
    w, v, losses, weights = make(3.0), make(0.5), [], []
    for _ in range(steps):
        loss = tiny_net(w, v)[-1]
        losses.append(loss.item())
        for parameter, gradient in zip((w, v), ag.grad(loss, [w, v]), strict=True):
            parameter.data = parameter.data - lr * gradient
        weights.append((w.item(), v.item()))
    return losses, weights


@carriers
def test_first_step_at_lr_0_1_gives_the_chapters_weights(make):
    assert descend(make, 0.1, 1)[1] == [(3.4, 2.9000000000000004)]


@carriers
def test_lr_0_1_overshoots_and_kills_the_relu(make):
    losses, weights = descend(make, 0.1, 30)
    assert losses[:2] == pytest.approx([4, 216.678], abs=5e-4)
    assert weights[1] == pytest.approx((-13.6752, -17.1192), abs=5e-5)
    assert set(losses[2:]) == {25.0}
    assert set(weights[1:]) == {weights[1]}


@carriers
def test_lr_0_01_descends(make):
    losses, _ = descend(make, 0.01, 30)
    assert losses[:3] == pytest.approx([4, 0.2508, 0.0114], abs=5e-5)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 1e-20


@carriers
def test_lr_0_02_oscillates_then_converges(make):
    losses, weights = descend(make, 0.02, 60)
    outputs = [2 * w * v for w, v in weights]
    assert outputs[0] > 5 > outputs[1]
    assert losses[-1] < 1e-6


@carriers
def test_lr_0_03_bounces_but_converges_within_30_steps(make):
    losses, _ = descend(make, 0.03, 31)
    assert losses[:4] == pytest.approx([4, 6.83, 13.5, 10.5], abs=0.05)
    assert losses[-1] < 0.01
