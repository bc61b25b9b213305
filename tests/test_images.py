"""A small network on images trains compiled as eagerly, and what errors of such layers say."""

import numpy as np
import pytest
from side_by_side import Case, assert_same_compiled

import autograd
import nn.functional as F
from autograd import no_grad

SHAPES = ((4, 1, 3, 3), (4,), (4,), (4,), (3, 4, 2, 2), (3, 12), (3,))


def training(dtype):
    rng = np.random.default_rng(0)
    made = [0.3 * rng.standard_normal(shape).astype(dtype) for shape in SHAPES]
    weights = [autograd.from_numpy(one).requires_grad_() for one in made]
    running = [autograd.zeros(4, dtype=weights[0].dtype), autograd.ones(4, dtype=weights[0].dtype)]
    images = [autograd.from_numpy(rng.standard_normal((5, 1, 8, 8)).astype(dtype))
              for _ in range(5)]  # fmt: skip
    labels = autograd.tensor([0, 1, 2, 1, 0])

    def step(image):
        kernel, bias, scale, shift, second, matrix, last = weights
        x = F.conv2d(image, kernel, bias, padding=1)
        x = F.batch_norm(x, *running, scale, shift, training=True)
        x = F.max_pool2d(F.relu(x), 2)
        x = F.adaptive_avg_pool2d(F.conv2d(x, second), 2).flatten(1)
        loss = F.cross_entropy(F.linear(x, matrix, last), labels)
        for one in weights:
            one.grad = None
        loss.backward()
        with no_grad():
            for one in weights:
                one -= 0.1 * one.grad
        return loss

    return Case(step, lambda: [*weights, *running], calls=images)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_network_on_images_trains_compiled_as_eagerly(dtype):
    assert_same_compiled(lambda: training(dtype))


def test_loss_on_images_falls():
    case = training(np.float32)
    losses = [case.step(case.calls[0]).item() for _ in range(30)]
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("stride", [1, 2])
def test_convolution_of_many_images_is_that_of_each(stride):
    # More than are made into columns at a time.
    x, weight = autograd.randn(40, 8, 33, 33), autograd.randn(5, 8, 3, 3)
    together = F.conv2d(x, weight, stride=stride)
    alone = autograd.stack([F.conv2d(one, weight, stride=stride) for one in x])
    np.testing.assert_allclose(together.numpy(), alone.numpy(), 1e-4, 1e-4)


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: F.conv2d(autograd.ones(2, 3, 4, 4), autograd.ones(5, 2, 3, 3)),
         ["conv2d", "(2, 3, 4, 4)", "(5, 2, 3, 3)", "(5, 3, ...)"]),
        (lambda: F.conv2d(autograd.ones(4, 4), autograd.ones(5, 2, 3, 3)),
         ["conv2d", "(4, 4)", "unsqueeze(0)"]),
        (lambda: F.max_pool2d(autograd.ones(1, 1, 2, 2), 3),
         ["max_pool2d", "(3, 3)", "(2, 2)", "smaller kernel"]),
        (lambda: F.layer_norm(autograd.ones(2, 3), (4,)),
         ["layer_norm", "[4]", "(2, 3)"]),
        (lambda: F.batch_norm(autograd.ones(1, 3), None, None, training=True),
         ["batch_norm", "(1, 3)", "larger batch"]),
        (lambda: F.embedding(autograd.tensor([2, 7]), autograd.ones(5, 3)),
         ["embedding", "index 7", "5 rows", "0 to 4"]),
        (lambda: F.soft_margin_loss(autograd.ones(4, 1), autograd.ones(4)),
         ["soft_margin_loss", "(4, 1)", "(4,)", "target.reshape(4, 1)"]),
        (lambda: F.conv3d(autograd.ones(1, 1, 2, 2, 2), autograd.ones(1, 1, 1, 1, 1)),
         ["conv3d", "postponed"]),
    ],
)  # fmt: skip
def test_error_names_function_shapes_and_cure(call, parts):
    with pytest.raises((RuntimeError, ValueError, IndexError)) as caught:
        call()
    assert [part for part in parts if part not in str(caught.value)] == []


@pytest.mark.parametrize("loss", [F.smooth_l1_loss, F.huber_loss, F.hinge_embedding_loss,
                                  F.soft_margin_loss, F.poisson_nll_loss, F.kl_div])  # fmt: skip
def test_loss_of_a_column_and_a_row_is_refused(loss):
    with pytest.raises(ValueError, match="reshape"):
        loss(autograd.ones(4, 1), autograd.ones(4))
