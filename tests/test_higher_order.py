"""Gradients of gradients: by hand, by finite differences, and through the fused losses."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import grad
from autograd.ops import fused


def double(values, requires_grad=True):
    return ag.tensor(values, dtype=ag.float64, requires_grad=requires_grad)


def test_derivatives_of_x_to_the_4():
    x = double(2.0)
    derivative, values = x**4, []
    for _ in range(4):
        (derivative,) = grad(derivative, x, create_graph=True)
        values.append(derivative.item())
    assert values == [32, 48, 48, 24]


def test_fifth_derivative_of_x_to_the_4_does_not_depend_on_x():
    x = double(2.0)
    derivative = x**4
    for _ in range(5):
        (derivative,) = grad(derivative, x, create_graph=True)
    assert derivative.item() == 0


def test_derivatives_of_sine_go_round():
    x = double(0.7)
    derivative, values = x.sin(), []
    for _ in range(4):
        (derivative,) = grad(derivative, x, create_graph=True)
        values.append(derivative.item())
    s, c = math.sin(0.7), math.cos(0.7)
    assert values == pytest.approx([c, -s, -c, s], rel=1e-14)


def test_hessian_of_a_quadratic_form_is_its_matrix():
    A = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, -1.0], [0.0, -1.0, 5.0]])
    x = double([0.3, -0.7, 1.1])
    (first,) = grad(x @ double(A, False) @ x / 2, x, create_graph=True)
    rows = [grad(first[i], x, retain_graph=True)[0].tolist() for i in range(3)]
    np.testing.assert_allclose(rows, A, rtol=1e-14)


def wavy(x, w):
    return (ag.tanh(w @ x) * ag.exp(-x[:2])).sum() + (x**3).mean()


def gradient_at(point, w):
    x = double(point)
    return grad(wavy(x, w), x)[0].numpy()


def test_hessian_vector_product_is_the_difference_of_gradients():
    random = np.random.default_rng(7)
    point, v, w = random.normal(size=3), random.normal(size=3), double(random.normal(size=(2, 3)))
    x = double(point)
    (first,) = grad(wavy(x, w), x, create_graph=True)
    (product,) = grad(first, x, grad_outputs=double(v, False))
    step = 1e-6
    low, high = gradient_at(point - step * v, w), gradient_at(point + step * v, w)
    np.testing.assert_allclose(product.numpy(), (high - low) / (2 * step), rtol=1e-7)


def test_gradient_penalty_reaches_the_weights():
    x, w = double([0.5, -0.25]), double([2.0, 3.0])
    (g,) = grad((w * x * x).sum(), x, create_graph=True)
    (g * g).sum().backward()
    # g = 2 w x, so the penalty 4 w w x x has the slopes 8 w x x and 8 w w x.
    assert w.grad.tolist() == [8 * 2 * 0.25, 8 * 3 * 0.0625]
    assert x.grad.tolist() == [8 * 4 * 0.5, 8 * 9 * -0.25]


def test_gradient_and_second_gradient_can_be_summed_in_one_loss():
    x = double(3.0)
    y = x**3
    (g,) = grad(y, x, create_graph=True)
    (y + g).backward()
    assert x.grad.item() == 27 + 18


# Fused losses: their own rule, and their twin in primitive operations

N, C = 4, 3


def logits(seed=3):
    return np.random.default_rng(seed).normal(size=(N, C))


LOSSES = {
    "cross_entropy": (fused.cross_entropy, ag.tensor([2, 0, 1, 2]), lambda x: x),
    "cross_entropy ignoring": (
        lambda x, t: fused.cross_entropy(x, t, 0, "sum"),
        ag.tensor([2, 0, 1, 2]),
        lambda x: x,
    ),
    "mse_loss": (fused.mse_loss, double(logits(4), False), lambda x: x),
    "binary_cross_entropy_with_logits": (
        fused.binary_cross_entropy_with_logits,
        double(np.random.default_rng(5).uniform(size=(N, C)), False),
        lambda x: x,
    ),
    "binary_cross_entropy": (
        fused.binary_cross_entropy,
        double(np.random.default_rng(5).uniform(size=(N, C)), False),
        lambda x: 1 / (1 + np.exp(-x)),
    ),
}
losses = pytest.mark.parametrize(("loss", "target", "domain"), LOSSES.values(), ids=LOSSES)


@losses
def test_first_gradient_recorded_is_the_one_not_recorded(loss, target, domain):
    x = double(domain(logits()))
    (plain,) = grad(loss(x, target), x)
    (recorded,) = grad(loss(x, target), x, create_graph=True)
    np.testing.assert_allclose(recorded.numpy(force=True), plain.numpy(), rtol=1e-14)


@losses
def test_second_gradient_is_the_difference_of_first_ones(loss, target, domain):
    point, v, step = domain(logits()), logits(9), 1e-6

    def gradient(values):
        x = double(values)
        return grad(loss(x, target), x)[0].numpy()

    x = double(point)
    (first,) = grad(loss(x, target), x, create_graph=True)
    (product,) = grad(first, x, grad_outputs=double(v, False))
    expected = (gradient(point + step * v) - gradient(point - step * v)) / (2 * step)
    np.testing.assert_allclose(product.numpy(), expected, rtol=1e-6, atol=1e-9)


def test_second_gradient_of_cross_entropy_is_the_softmax_covariance():
    x = double([[2.0, 1.0, 0.1]])
    (first,) = grad(fused.cross_entropy(x, ag.tensor([1])), x, create_graph=True)
    rows = [grad(first[0, i], x, retain_graph=True)[0][0].tolist() for i in range(3)]
    p = np.exp([2.0, 1.0, 0.1]) / np.exp([2.0, 1.0, 0.1]).sum()
    np.testing.assert_allclose(rows, np.diag(p) - np.outer(p, p), rtol=1e-13)


def test_third_gradient_of_cross_entropy():
    x = double([[0.4, -0.4]])
    derivative = fused.cross_entropy(x, ag.tensor([0]))
    for _ in range(3):
        (gradient,) = grad(derivative, x, create_graph=True)
        derivative = gradient[0, 0]
    # -log s(a - b) has the derivatives s - 1, s (1 - s) and s (1 - s) (1 - 2 s) by a.
    s = 1 / (1 + math.exp(-0.8))
    assert derivative.item() == pytest.approx(s * (1 - s) * (1 - 2 * s), rel=1e-12)


@pytest.mark.parametrize("function", [ag.softmax, ag.log_softmax])
def test_softmax_and_its_logarithm_have_second_gradients(function):
    point, v, step = logits(), logits(9), 1e-6

    def gradient(x):
        return grad((function(x, 1) * double(logits(4), False)).sum(), x, create_graph=True)[0]

    x = double(point)
    (product,) = grad(gradient(x), x, grad_outputs=double(v, False))
    high, low = gradient(double(point + step * v)), gradient(double(point - step * v))
    expected = (high - low).numpy(force=True) / (2 * step)
    np.testing.assert_allclose(product.numpy(), expected, rtol=1e-6, atol=1e-9)
