"""Losses and their gradients are PyTorch's for every option; shapes that would broadcast raise."""

import copy
import json
import math
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from nn import functional

CASES = json.loads((Path(__file__).parent / "reference" / "nn.json").read_text())["losses"]
TOLERANCE = {"float32": 2e-6, "float64": 1e-13}


def case_name(case):
    options = ", ".join(f"{name}={value}" for name, value in case["options"].items())
    return f"{case['function']}{np.shape(case['input'])}, {options}, {case['dtype']}"


def as_given(value, dtype):
    """Return the Tensor of a list, anything else as it is."""
    return autograd.tensor(value, dtype=dtype) if isinstance(value, list) else value


def inputs(case):
    """Return input, target and options of a case."""
    x = autograd.tensor(case["input"], dtype=case["dtype"], requires_grad=True)
    target = autograd.tensor(case["target"])
    target = target.to(x.dtype) if target.is_floating_point() else target
    options = {name: as_given(value, case["dtype"]) for name, value in case["options"].items()}
    return x, target, options


@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_loss_and_gradient_are_pytorchs(case):
    x, target, options = inputs(case)
    loss = getattr(functional, case["function"])(x, target, **options)
    loss.backward(autograd.tensor(case["cotangent"], dtype=case["dtype"]))
    close = {"rtol": TOLERANCE[case["dtype"]], "atol": TOLERANCE[case["dtype"]]}
    assert (loss.dtype, loss.shape) == (x.dtype, np.shape(case["loss"]))
    np.testing.assert_allclose(loss.detach().numpy(), case["loss"], **close)
    np.testing.assert_allclose(x.grad.numpy(), case["grad"], **close)


MODULES = {
    "mse_loss": nn.MSELoss,
    "l1_loss": nn.L1Loss,
    "binary_cross_entropy": nn.BCELoss,
    "binary_cross_entropy_with_logits": nn.BCEWithLogitsLoss,
    "nll_loss": nn.NLLLoss,
    "cross_entropy": nn.CrossEntropyLoss,
}


@pytest.mark.parametrize("case", CASES[::7], ids=case_name)
def test_a_loss_module_is_its_function(case):
    x, target, options = inputs(case)
    if case["function"] in ("mse_loss", "l1_loss"):
        options.pop("weight", None)
    expected = getattr(functional, case["function"])(x, target, **options)
    made = MODULES[case["function"]](**options)(x, target)
    np.testing.assert_array_equal(made.detach().numpy(), expected.detach().numpy())


@pytest.mark.parametrize("module", [*MODULES.values()])
def test_a_loss_module_reads_as_pytorchs(module):
    assert repr(module()) == f"{module.__name__}()"


def test_weights_are_buffers():
    weight, positive = autograd.ones(3), autograd.ones(3)
    criterion = nn.BCEWithLogitsLoss(weight, pos_weight=positive)
    assert list(criterion.state_dict()) == ["weight", "pos_weight"]
    assert list(nn.CrossEntropyLoss().state_dict()) == []


PAIRWISE = ["mse_loss", "l1_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"]


@pytest.mark.parametrize("weight", [None, autograd.ones(4, 1)])
@pytest.mark.parametrize("function", PAIRWISE)
def test_predictions_in_a_column_and_targets_in_a_row_raise(function, weight):
    predictions, targets = autograd.full((4, 1), 0.5), autograd.ones(4)
    with pytest.raises(ValueError, match=r"\(4, 1\) and target \(4,\).*target.reshape\(4, 1\)"):
        getattr(functional, function)(predictions, targets, weight=weight)


SMALLER = ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"]
WARNED = "ignore:Using a target size"


@pytest.mark.filterwarnings(WARNED)
@pytest.mark.parametrize(
    ("shape", "target"), [((2, 3), ()), ((2, 3), (3,)), ((2, 3), (2, 1)), ((3,), (1, 3))]
)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("function", SMALLER)
def test_a_target_is_broadcast_to_the_input(function, reduction, shape, target):
    x, y, expected_x, expected_y = (
        autograd.linspace(low, 3, math.prod(size)).reshape(size).requires_grad_()
        for low, size in ((-1, shape), (0.5, target), (-1, shape), (0.5, target))
    )
    function = getattr(functional, function)
    pair = autograd.broadcast_tensors(expected_x, expected_y)
    expected = function(*pair, reduction=reduction)
    expected.sum().backward()

    def step():
        x.grad = y.grad = None
        loss = function(x, y, reduction=reduction)
        loss.sum().backward()
        return loss

    compiled = autograd.compile(step)
    for run in (step, compiled, compiled, compiled):
        np.testing.assert_allclose(run().detach().numpy(), expected.detach().numpy(), rtol=1e-6)
        np.testing.assert_allclose(x.grad.numpy(), expected_x.grad.numpy(), rtol=1e-6)
        np.testing.assert_allclose(y.grad.numpy(), expected_y.grad.numpy(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("function", SMALLER)
def test_a_target_that_is_broadcast_is_warned_of(function):
    words = r"target size \(.*\[\]\)\) that is different to the input size \(.*\[3\]\)\)"
    with pytest.warns(UserWarning, match=words):
        getattr(functional, function)(autograd.ones(3), autograd.tensor(0.0))


@pytest.mark.parametrize(
    ("function", "shape", "target", "words"),
    [
        ("mse_loss", (3, 1), (3,), r"to \(3, 3\) they would compare .* target.reshape\(3, 1\)"),
        ("l1_loss", (), (3,), r"to \(3,\) they .* several targets. Use one target a prediction"),
        ("huber_loss", (3,), (2,), r"shape and do not broadcast. Use one target a prediction"),
        ("binary_cross_entropy", (3,), (), r"does not broadcast a target. Use target.expand\(3,\)"),
    ],
)
def test_a_target_that_does_not_fit_is_refused_for_the_true_reason(function, shape, target, words):
    with pytest.raises(ValueError, match=words):
        getattr(functional, function)(autograd.full(shape, 0.5), autograd.full(target, 0.5))


@pytest.mark.parametrize("function", ["nll_loss", "cross_entropy"])
@pytest.mark.parametrize(
    ("shape", "labels", "error", "cure"),
    [
        ((4, 3), (4, 1), RuntimeError, r"takes labels \(4,\), got \(4, 1\); use target.reshape"),
        ((4, 3), (2,), ValueError, r"takes labels \(4,\), got \(2,\); use one integer a"),
        ((4, 3), (4, 3), RuntimeError, r"target.argmax\(1\) for one-hot labels"),
        ((4, 3, 2), (4,), RuntimeError, r"takes labels \(4, 2\), got \(4,\)"),
        ((3,), (1,), ValueError, r"takes labels \(\), got \(1,\)"),
    ],
)
def test_labels_of_another_shape_raise(function, shape, labels, error, cure):
    with pytest.raises(error, match=cure):
        getattr(functional, function)(
            autograd.zeros(*shape), autograd.zeros(*labels, dtype=autograd.int64)
        )


@pytest.mark.parametrize("weight", [None, autograd.ones(3)])
@pytest.mark.parametrize("label", [3, -1])
@pytest.mark.parametrize("function", ["nll_loss", "cross_entropy"])
def test_a_label_out_of_range_is_named_with_the_class_count(function, label, weight):
    labels = autograd.tensor([0, label])
    with pytest.raises(IndexError, match=f"Target {label} is out of bounds: with 3 classes"):
        getattr(functional, function)(autograd.zeros(2, 3), labels, weight=weight)


def test_labels_must_be_integers():
    with pytest.raises(RuntimeError, match=r"labels must be integers, got float32; use .long\(\)"):
        functional.cross_entropy(autograd.zeros(2, 3), autograd.zeros(2))


@pytest.mark.parametrize("dtype", ["uint8", "int32"])
def test_labels_may_be_short_integers(dtype):
    x = autograd.tensor([[1.0, 2.0], [0.0, 3.0]])
    short = functional.cross_entropy(x, autograd.tensor([1, 0], dtype=dtype))
    assert short.item() == functional.cross_entropy(x, autograd.tensor([1, 0])).item()


def test_negative_labels_of_one_byte_are_no_classes():
    x = autograd.zeros(2, 300)
    with pytest.raises(IndexError, match="Target -1 is out of bounds: with 300 classes"):
        functional.cross_entropy(x, autograd.tensor([0, -1], dtype=autograd.int8))
    ignored = functional.cross_entropy(x, autograd.tensor([0, -100], dtype=autograd.int8))
    assert ignored.item() == pytest.approx(math.log(300))


def test_one_weight_a_class_is_needed():
    with pytest.raises(RuntimeError, match=r"all 3 classes or no classes.*\[2\]"):
        functional.nll_loss(autograd.zeros(1, 3), autograd.tensor([0]), weight=autograd.ones(2))


def test_weights_of_another_shape_than_the_losses_raise():
    with pytest.raises(ValueError, match="same size"):
        functional.mse_loss(autograd.ones(3), autograd.ones(3), weight=autograd.ones(1))


def test_only_labels_can_be_ignored():
    with pytest.raises(RuntimeError, match="ignore_index is not supported"):
        functional.cross_entropy(autograd.zeros(1, 2), autograd.ones(1, 2), ignore_index=0)


@pytest.mark.parametrize("smoothing", [-0.1, 1.1])
def test_label_smoothing_is_a_share(smoothing):
    with pytest.raises(RuntimeError, match=r"between 0\.0 and 1\.0"):
        functional.cross_entropy(
            autograd.zeros(1, 2), autograd.tensor([0]), label_smoothing=smoothing
        )


@pytest.mark.parametrize("function", ["l1_loss", "mse_loss"])
def test_an_unknown_reduction_is_refused(function):
    with pytest.raises(ValueError, match="average is not a valid value for reduction"):
        getattr(functional, function)(autograd.ones(1), autograd.ones(1), reduction="average")


def test_probabilities_outside_0_to_1_are_refused():
    with pytest.raises(RuntimeError, match=r"between 0 and 1, got 1\.5 to 1\.5"):
        functional.binary_cross_entropy(autograd.full((1,), 1.5), autograd.ones(1))


def test_no_label_that_counts_makes_a_mean_of_nan():
    ignored = autograd.tensor([-100, -100])
    weight = autograd.ones(3)
    assert autograd.isnan(functional.cross_entropy(autograd.zeros(2, 3), ignored)).item()
    assert autograd.isnan(functional.nll_loss(autograd.zeros(2, 3), ignored, weight)).item()


def test_sigmoid_and_bce_in_one_is_the_long_chain():
    # Chapter, Part 6: the gradient of both together is (A2 - y) / m.
    z = autograd.tensor([[0.3], [-2.0], [1.5]], dtype=autograd.float64, requires_grad=True)
    y = autograd.tensor([[1.0], [0.0], [1.0]], dtype=autograd.float64)
    functional.binary_cross_entropy_with_logits(z, y).backward()
    short, z.grad = z.grad, None
    functional.binary_cross_entropy(autograd.sigmoid(z), y).backward()
    np.testing.assert_allclose(short.numpy(), z.grad.numpy(), rtol=1e-14)
    expected = (autograd.sigmoid(z.detach()) - y) / 3
    np.testing.assert_allclose(short.numpy(), expected.numpy(), rtol=1e-14)


@pytest.mark.parametrize("function", MODULES)
def test_what_is_no_tensor_is_refused_by_name(function):
    x = autograd.full((1, 2), 0.5)
    words = rf"{function}: target must be a Tensor, got list; write torch.tensor\(target\)"
    with pytest.raises(TypeError, match=words):
        MODULES[function]()(x, [0])
    with pytest.raises(TypeError, match=f"{function}: input must be a Tensor, got float"):
        getattr(functional, function)(1.0, x)


@pytest.mark.parametrize("module", MODULES.values())
def test_prediction_and_target_given_to_the_constructor_are_refused(module):
    x = autograd.full((1, 2), 0.5)
    words = rf"call the loss: nn.{module.__name__}\(\)\(prediction, target\)"
    with pytest.raises(TypeError, match=words):
        module(x, x)


def test_a_subclass_of_a_loss_may_be_made_of_tensors():
    class Weighted(nn.MSELoss):
        def __init__(self, weight):
            super().__init__(reduction="none")
            self.weight = weight

        def forward(self, input, target):
            return (self.weight * super().forward(input, target)).mean()

    criterion = Weighted(autograd.tensor([1.0, 3.0]))
    assert criterion(autograd.ones(2), autograd.zeros(2)).item() == 2.0


def test_a_loss_can_be_copied():
    criterion = copy.deepcopy(nn.CrossEntropyLoss(autograd.ones(2)))
    assert criterion.weight.tolist() == [1.0, 1.0]


def test_the_input_of_counts_has_the_name_of_their_option():
    x, target = autograd.tensor([0.5, 1.0]), autograd.tensor([1.0, 2.0])
    criterion = nn.PoissonNLLLoss(log_input=False)
    assert criterion(log_input=x, target=target).item() == criterion(x, target).item()


@pytest.mark.parametrize("function", [functional.cross_entropy, functional.nll_loss])
def test_arguments_that_pytorch_gave_up_are_named(function):
    x, target = autograd.zeros(2, 3), autograd.tensor([0, 2])
    with pytest.raises(TypeError, match="got None; size_average and reduce are not taken"):
        function(x, target, None, None, 2)
    with pytest.raises(ValueError, match=r"False is not a valid value.*size_average and reduce"):
        functional.mse_loss(x, x, False)
