"""Recurrent layers: derivatives of both orders, errors, and what PyTorch's users call."""

import numpy as np
import pytest

import autograd
import nn
from autograd import crossover, memory
from autograd.plan import trace


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_derivatives_of_both_orders_are_the_finite_differences(kind):
    autograd.manual_seed(0)
    layer = getattr(nn, kind)(2, 3, bidirectional=True).double()
    x = autograd.rand(3, 2, 2, dtype=autograd.float64, requires_grad=True)
    assert autograd.gradcheck(lambda x, *_: layer(x)[0], (x, *layer.parameters()))
    assert autograd.gradgradcheck(lambda x: layer(x)[0], (x,))


def test_a_projected_state_has_second_derivatives_too():
    autograd.manual_seed(0)
    layer = nn.LSTM(2, 3, proj_size=2).double()
    x = autograd.rand(3, 2, 2, dtype=autograd.float64, requires_grad=True)
    assert autograd.gradgradcheck(lambda x: layer(x)[1][0], (x,))


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_recording_does_not_grow_with_the_sequence(kind):
    def step(x):
        layer = getattr(nn, kind)(2, 3)
        layer(x)[0].square().sum().backward()

    lengths = [len(trace(step, autograd.rand(steps, 2, 2))[1].instructions) for steps in (3, 30)]
    assert lengths[0] == lengths[1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.RNN(2, 3, nonlinearity="relu"),
        lambda: nn.RNN(2, 3),
        lambda: nn.LSTM(2, 3),
        lambda: nn.LSTM(2, 3, proj_size=2),
        lambda: nn.GRU(2, 3),
    ],
)
def test_gradients_of_the_whole_are_those_of_the_steps(make):
    autograd.manual_seed(0)
    layer = make().double()
    x = autograd.randn(5, 4, 2, dtype=autograd.float64, requires_grad=True)
    leaves = [x, *layer.parameters()]
    whole = autograd.grad(layer(x)[0].square().sum(), leaves)
    # A gradient that has a graph itself goes through the steps one by one.
    steps = autograd.grad(layer(x)[0].square().sum(), leaves, create_graph=True)
    for one, other in zip(whole, steps, strict=True):
        np.testing.assert_allclose(one.numpy(), other.detach().numpy(), 1e-12, 1e-12)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_no_samples_give_no_outputs(kind):
    y, _ = getattr(nn, kind)(2, 3)(autograd.zeros(4, 0, 2))
    y.sum().backward()
    assert y.shape == (4, 0, 3)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (
            lambda: nn.LSTM(2, 3)(autograd.ones(4, 2, 5)),
            RuntimeError,
            r"Expected 2, got \(4, 2, 5\)",
        ),
        (
            lambda: nn.LSTM(2, 3)(autograd.ones(4)),
            ValueError,
            r"\(L, N, 2\) or \(L, 2\), got \(4,\)",
        ),
        (
            lambda: nn.GRU(2, 3)(autograd.ones(4, 2, 2), autograd.ones(2, 2, 3)),
            RuntimeError,
            r"expected hx of size \(1, 2, 3\), got \(2, 2, 3\)",
        ),
        (
            lambda: nn.LSTM(2, 3)(autograd.ones(4, 2, 2), autograd.ones(1, 2, 3)),
            RuntimeError,
            "expected hx to be 2 Tensors, got 1",
        ),
        (lambda: nn.LSTM(2, 3)([autograd.ones(2, 2)]), NotImplementedError, "pad_sequence"),
        (
            lambda: nn.LSTM(2, 3)(autograd.ones(0, 2, 2)),
            RuntimeError,
            r"at least one step, got \(0, 2, 2\)",
        ),
        (
            lambda: nn.LSTM(2, 3)(autograd.ones(4, 2, 2).double()),
            ValueError,
            r"weights are float32; convert the input with input.to\(torch.float32\), or",
        ),
        (
            lambda: nn.GRU(2, 3)(autograd.ones(4, 2, 2), autograd.ones(1, 2, 3).double()),
            RuntimeError,
            r"hx is float64 but input is float32; convert it with hx.to\(torch.float32\)",
        ),
        (
            lambda: nn.GRU(2, 3, batch_first=True)(autograd.ones(2, 4, 2), autograd.ones(2, 1, 3)),
            RuntimeError,
            r"expected hx of size \(1, 2, 3\), got \(2, 1, 3\); transpose its first axes",
        ),
        (
            lambda: nn.LSTM(2, 3)(autograd.ones(4, 2, 2), (autograd.ones(1, 2, 3),) * 3),
            RuntimeError,
            r"2 Tensors, got 3; give \(h, c\)",
        ),
        (
            lambda: nn.LSTMCell(2, 3)(autograd.ones(2, 2), autograd.ones(2, 3)),
            RuntimeError,
            r"2 Tensors, got 1; give \(h, c\)",
        ),
        (lambda: nn.LSTM(2, 0), ValueError, "hidden_size must be greater than zero, got 0"),
        (lambda: nn.GRU(0, 3), ValueError, "input_size must be greater than zero, got 0"),
        (lambda: nn.LSTM(2, 3.0), TypeError, "hidden_size should be of type int, got 3.0"),
        (lambda: nn.LSTM(2, 3, 2, 0.5), TypeError, "bias should be of type bool, got 0.5"),
        (lambda: nn.GRU(2, 3, 2, dropout=1.5), ValueError, "dropout probability .* got 1.5"),
        (lambda: nn.GRU(2, 3, 2, dropout=True), ValueError, "should be a probability, got True"),
        (lambda: nn.LSTM(2, 3, proj_size=3), ValueError, "smaller than hidden_size, got 3 and 3"),
        (lambda: nn.RNN(2, 3, nonlinearity="elu"), ValueError, "select from 'tanh' or 'relu'"),
        (lambda: nn.RNNCell(2, 3, nonlinearity="elu"), RuntimeError, "unknown nonlinearity"),
        (lambda: nn.GRUCell(2, 3)(autograd.ones(2, 2, 2)), ValueError, "1D or 2D, got 3D"),
        (lambda: nn.GRUCell(2, 3)(autograd.ones(2, 5)), RuntimeError, r"got \(2, 5\), expected 2"),
        (
            lambda: nn.GRUCell(2, 3)(autograd.ones(2, 2), autograd.ones(2, 4)),
            RuntimeError,
            r"expected hx of size \(2, 3\), got \(2, 4\)",
        ),
    ],
)
def test_misuses_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_dropout_in_one_layer_is_warned_of():
    with pytest.warns(UserWarning, match="num_layers greater than 1") as caught:
        nn.LSTM(2, 3, dropout=0.5)
    assert caught[0].filename == __file__


def test_weights_are_listed_by_layer_and_direction():
    layer = nn.GRU(2, 3, 2, bidirectional=True)
    layer.flatten_parameters()
    assert [len(one) for one in layer.all_weights] == [4] * 4
    assert layer.all_weights[3][0] is layer.weight_ih_l1_reverse


def test_freed_memory_is_kept_after_a_number_of_elements(monkeypatch):
    asked = []
    monkeypatch.setattr(memory, "_asked", [False])
    monkeypatch.setattr(memory, "_elements", [0])
    monkeypatch.setattr(memory, "keep_freed", lambda: asked.append(True))
    layer, x = nn.LSTM(2, 3), autograd.ones(4, 2, 2)
    layer(x)
    few = list(asked)
    monkeypatch.setattr(crossover, "BEGIN", 100)
    layer(x)
    assert (few, asked) == ([], [True])


def test_the_mode_of_a_recurrence_is_pytorchs():
    layers = [nn.LSTM(1, 1), nn.GRU(1, 1), nn.RNN(1, 1), nn.RNN(1, 1, nonlinearity="relu")]
    assert [layer.mode for layer in layers] == ["LSTM", "GRU", "RNN_TANH", "RNN_RELU"]


@pytest.mark.parametrize("kind", [nn.GRU, nn.RNN])
def test_only_an_lstm_projects(kind):
    with pytest.raises(ValueError, match=f"{kind.__name__}: proj_size is only supported by LSTM"):
        kind(2, 3, proj_size=2)
