"""Layers start with PyTorch's numbers, draw PyTorch's masks, and compute what they say."""

import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from nn import functional

REFERENCE = json.loads((Path(__file__).parent / "reference" / "nn.json").read_text())


@pytest.mark.parametrize("case", REFERENCE["linears"])
def test_initial_values_are_pytorchs_and_so_is_the_stream_after_them(case):
    autograd.manual_seed(case["seed"])
    layers = [nn.Linear(a, b, **case["options"]) for a, b in pairwise(case["sizes"])]
    values = [p.tolist() for layer in layers for p in layer.parameters()]
    assert values == case["values"]
    assert autograd.rand(()).item() == case["after"]


def test_linear_is_a_product_with_the_transposed_weight_plus_bias():
    layer = nn.Linear(3, 2)
    layer.load_state_dict(
        {
            "weight": autograd.tensor([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]]),
            "bias": autograd.tensor([10.0, 20.0]),
        }
    )
    assert layer(autograd.tensor([1.0, 1.0, 2.0])).tolist() == [19.0, 21.0]
    assert layer(autograd.ones(2, 1, 3)).shape == (2, 1, 2)


def test_linear_without_bias_has_one_parameter():
    layer = nn.Linear(3, 2, bias=False, device="cpu")
    assert layer.bias is None
    assert [name for name, _ in layer.named_parameters()] == ["weight"]
    assert repr(layer) == "Linear(in_features=3, out_features=2, bias=False)"


def test_linear_of_no_features_starts_with_a_bias_of_zero():
    with pytest.warns(UserWarning, match="no-op"):
        layer = nn.Linear(0, 2)
    assert layer.bias.tolist() == [0.0, 0.0]


def test_features_that_do_not_fit_are_named():
    with pytest.raises(RuntimeError, match=r"\(1, 4\) has 4 features, weight \(2, 3\) takes 3"):
        nn.Linear(3, 2)(autograd.ones(1, 4))


@pytest.mark.parametrize("case", REFERENCE["dropouts"])
def test_dropout_is_pytorchs_and_so_is_the_stream_after_it(case):
    autograd.manual_seed(7)
    x = autograd.tensor(case["values"], dtype=case["dtype"]).requires_grad_()
    layer = nn.Dropout(case["p"]).train(case["training"])
    y = layer(x)
    y.sum().backward()
    assert (y.tolist(), x.grad.tolist()) == (case["output"], case["grad"])
    assert autograd.rand(()).item() == case["after"]


def test_dropout_in_evaluation_is_its_input():
    x = autograd.ones(2)
    assert nn.Dropout(0.5).eval()(x) is x
    assert functional.dropout(x, 0.0) is x


@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_a_share_to_drop_outside_0_to_1_is_refused(p):
    with pytest.raises(ValueError, match=f"between 0 and 1, but got {p}"):
        nn.Dropout(p)
    with pytest.raises(ValueError, match=f"between 0 and 1, but got {p}"):
        functional.dropout(autograd.ones(1), p)


X = [-1.0, 0.0, 2.0]
ACTIVATIONS = [
    (nn.ReLU(), "ReLU()", [0.0, 0.0, 2.0]),
    (nn.ReLU(inplace=True), "ReLU(inplace=True)", [0.0, 0.0, 2.0]),
    (nn.LeakyReLU(), "LeakyReLU(negative_slope=0.01)", [-0.01, 0.0, 2.0]),
    (nn.LeakyReLU(0.2, True), "LeakyReLU(negative_slope=0.2, inplace=True)", [-0.2, 0.0, 2.0]),
    (nn.Sigmoid(), "Sigmoid()", [1 / (1 + math.exp(-x)) for x in X]),
    (nn.Tanh(), "Tanh()", [math.tanh(x) for x in X]),
    (nn.Softplus(), "Softplus(beta=1.0, threshold=20.0)", [math.log1p(math.exp(x)) for x in X]),
    (
        nn.Softplus(2, 3),
        "Softplus(beta=2, threshold=3)",
        [math.log1p(math.exp(-2)) / 2, math.log(2) / 2, 2.0],
    ),
    (nn.Identity(1, option=2), "Identity()", X),
]


@pytest.mark.parametrize(("layer", "text", "expected"), ACTIVATIONS)
def test_activations(layer, text, expected):
    x = autograd.tensor(X, dtype=autograd.float64)
    y = layer(x)
    np.testing.assert_allclose(y.numpy(), expected, rtol=1e-15)
    inplace = getattr(layer, "inplace", False)
    assert (y is x) == (inplace or isinstance(layer, nn.Identity))
    assert x.tolist() == (y.tolist() if inplace else X)
    assert repr(layer) == text


def test_softmax_and_its_logarithm_along_an_axis():
    x = autograd.tensor([[0.0, 1.0], [0.0, 3.0]], dtype=autograd.float64)
    odds = np.exp(x.numpy())
    np.testing.assert_allclose(nn.Softmax(dim=0)(x).numpy(), odds / odds.sum(0), rtol=1e-15)
    expected = np.log(odds / odds.sum(1, keepdims=True))
    np.testing.assert_allclose(nn.LogSoftmax(-1)(x).numpy(), expected, rtol=1e-14)
    assert repr(nn.LogSoftmax(-1)) == "LogSoftmax(dim=-1)"


@pytest.mark.parametrize("function", [functional.softmax, functional.log_softmax])
@pytest.mark.parametrize(("shape", "axis"), [((2,), 0), ((2, 3), 1), ((2, 3, 4), 0)])
def test_softmax_without_an_axis_warns_and_takes_pytorchs(function, shape, axis):
    x = autograd.arange(math.prod(shape)).float().reshape(shape)
    with pytest.warns(UserWarning, match=f"Implicit dimension choice for {function.__name__}"):
        made = function(x)
    assert made.tolist() == function(x, dim=axis).tolist()


@pytest.mark.parametrize("function", [functional.softmax, functional.log_softmax])
def test_softmax_in_another_dtype(function):
    assert function(autograd.ones(2), 0, dtype=autograd.float64).dtype == "float64"


def test_functions_take_pytorchs_argument_names():
    x = autograd.ones(2)
    assert functional.relu(input=x).tolist() == [1.0, 1.0]
    assert functional.leaky_relu(input=-x, negative_slope=0.5).tolist() == [-0.5, -0.5]
    assert functional.linear(input=x, weight=autograd.ones(1, 2), bias=None).tolist() == [2.0]
    assert functional.tanh(input=x * 0).tolist() == [0.0, 0.0]
    assert functional.sigmoid(input=x * 0).tolist() == [0.5, 0.5]
    assert functional.softplus(input=x * 30, beta=1, threshold=20).tolist() == [30.0, 30.0]


def test_flatten_joins_axes():
    x = autograd.zeros(2, 3, 4)
    assert nn.Flatten()(x).shape == (2, 12)
    assert nn.Flatten(0, 1)(x).shape == (6, 4)
    assert repr(nn.Flatten()) == "Flatten(start_dim=1, end_dim=-1)"


def test_one_hot():
    labels = autograd.tensor([[0, 2]])
    assert functional.one_hot(labels).tolist() == [[[1, 0, 0], [0, 0, 1]]]
    assert functional.one_hot(labels, 4).shape == (1, 2, 4)
    assert functional.one_hot(labels).dtype == "int64"
    assert functional.one_hot(autograd.zeros(0, dtype=autograd.int64), 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("labels", "classes", "message"),
    [
        ([0, 2], 2, "label 2 is no class; with 2 classes labels are 0 to 1"),
        ([0, -2], -1, "label -2 is no class"),
        ([0.0], -1, r"must be integers, got float32; use .long\(\)"),
    ],
)
def test_one_hot_refuses_what_is_no_class(labels, classes, message):
    with pytest.raises(RuntimeError, match=message):
        functional.one_hot(autograd.tensor(labels), classes)


def test_one_hot_of_nothing_needs_the_number_of_classes():
    with pytest.raises(RuntimeError, match="no labels"):
        functional.one_hot(autograd.zeros(0, dtype=autograd.int64))


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((2.5, 2), r"in_features must be an int, got 2.5 \(float\)"),
        (("4", 2), r"in_features must be an int, got '4' \(str\)"),
        ((2, None), "out_features must be an int, got None"),
    ],
)
def test_sizes_of_a_linear_must_be_integers(sizes, words):
    with pytest.raises(TypeError, match=words):
        nn.Linear(*sizes)


def test_sizes_of_a_linear_may_be_numpy_integers():
    assert nn.Linear(np.int64(3), 2).weight.shape == (2, 3)


@pytest.mark.parametrize(
    "name", ["dropout", "dropout1d", "dropout2d", "alpha_dropout", "feature_alpha_dropout"]
)
@pytest.mark.parametrize("p", [0.0, 0.5, 1.0])
@pytest.mark.filterwarnings("ignore:dropout2d")
def test_dropout_in_place_puts_what_it_returns_into_its_input(name, p):
    function, x = getattr(nn.functional, name), autograd.ones(2, 3, 4)
    autograd.manual_seed(0)
    expected = function(x, p, True)
    autograd.manual_seed(0)
    assert function(x, p, True, inplace=True) is x
    assert x.tolist() == expected.tolist()


def test_dropout_in_place_refuses_a_leaf_where_it_would_change_it():
    leaf = autograd.ones(3, requires_grad=True)
    assert nn.functional.dropout(leaf, training=False, inplace=True) is leaf
    with pytest.raises(RuntimeError, match="a leaf Variable"):
        nn.Dropout(inplace=True)(leaf)


@pytest.mark.parametrize(
    "layer",
    [nn.BatchNorm1d(3), nn.BatchNorm1d(3).eval(), nn.InstanceNorm1d(3, affine=True),
     nn.GroupNorm(3, 3), nn.LayerNorm(4), nn.RMSNorm(4)],
    ids=repr,
)  # fmt: skip
def test_a_float16_input_is_normalised_by_a_float32_layer_in_float32(layer):
    half = autograd.linspace(-3, 5, 24).reshape(2, 3, 4).half()
    y = layer(half)
    assert y.dtype == autograd.float16
    assert y.tolist() == layer(half.float()).half().tolist()


def test_batch_norm_neither_counts_nor_follows_once_it_no_longer_tracks():
    layer = nn.BatchNorm1d(2)
    layer.track_running_stats = False
    layer(autograd.tensor([[1.0, 2.0], [3.0, 5.0]]))
    assert (layer.num_batches_tracked.item(), layer.running_mean.tolist()) == (0, [0.0, 0.0])


def test_a_weight_of_one_axis_gives_one_number_a_sample():
    x, weight = autograd.arange(6.0).reshape(2, 3), autograd.tensor([1.0, 0.0, -1.0])
    assert functional.linear(x, weight).tolist() == [-2.0, -2.0]
    assert functional.linear(x[0], weight).shape == ()
    with pytest.raises(RuntimeError, match=r"weight \(3,\) and bias \(1,\); make them"):
        functional.linear(x, weight, autograd.ones(1))


def test_two_numbers_pad_the_last_axis_alone():
    layer = nn.ZeroPad2d((1, 2))
    assert layer(autograd.ones(1, 1, 2, 2)).tolist() == [[[[0, 1, 1, 0, 0]] * 2]]
    assert repr(layer) == "ZeroPad2d((1, 2))"
    with pytest.raises(ValueError, match=r"an int or 2 or 4 of them, got \(1, 2, 3\)"):
        nn.ZeroPad2d((1, 2, 3))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: nn.ConvTranspose2d(2, 2, 3, padding="same"), ValueError, "padding.*got 'same'"),
        (lambda: nn.Hardtanh(2.0, 1.0), AssertionError, "must be below max_val, got 2.0 and 1.0"),
        (lambda: nn.BatchNorm2d("3"), TypeError, "num_features must be an int, got '3'"),
    ],
)
def test_options_that_do_not_fit_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize(
    ("layer", "shape", "axis"),
    [
        (nn.InstanceNorm2d, (1, 4, 2, 2), 1),
        (nn.InstanceNorm2d, (4, 2, 2), 0),
        (nn.InstanceNorm1d, (1, 4, 2), 1),
    ],
)
def test_channels_of_an_instance_norm_that_do_not_fit_are_named(layer, shape, axis):
    x = autograd.arange(16.0)[: math.prod(shape)].reshape(shape)
    with pytest.warns(UserWarning, match=f"size at dim={axis} does not match num_features, 3"):
        assert layer(3)(x).shape == shape
    with pytest.raises(ValueError, match=f"expected 3 channels at dim={axis}"):
        layer(3, affine=True)(x)


@pytest.mark.parametrize("name", ["dropout", "alpha_dropout", "feature_alpha_dropout"])
def test_integers_are_not_dropped(name):
    x = autograd.ones(2, 2, dtype=autograd.int64)
    with pytest.raises(RuntimeError, match=r"int64 cannot hold; use input\.float"):
        getattr(functional, name)(x, 0.5, True)
    assert getattr(functional, name)(x, 0.5, False) is x
