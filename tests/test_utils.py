"""nn.utils: clipping, vectors and weight normalisation as PyTorch's, eager and compiled."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from side_by_side import Case, assert_same_compiled, batches, net

import autograd
import nn
from nn import optim, utils

REFERENCE = json.loads((Path(__file__).parent / "reference" / "utils.json").read_text())
GRADIENTS = [[[1.0, -2.0], [0.5, 3.0]], [4.0, -0.25, 0.0]]


@pytest.mark.parametrize("case", REFERENCE["inits"], ids=lambda case: case["name"])
def test_initial_values_are_pytorchs(case):
    autograd.manual_seed(0)
    function = getattr(nn.init, case["name"])
    made = function(autograd.empty(case["shape"], dtype=case["dtype"]), **case["options"])
    np.testing.assert_allclose(made.numpy(), case["values"], rtol=1e-6, atol=1e-6)
    assert autograd.rand(2).tolist() == case["then"]


@pytest.mark.parametrize("name", ["trunc_normal_", "orthogonal_"])
def test_initial_values_come_from_a_generator_of_ones_own(name):
    made = []
    for seed in (1, 2):
        autograd.manual_seed(seed)
        generator = autograd.Generator().manual_seed(4)
        made.append(getattr(nn.init, name)(autograd.empty(3, 5), generator=generator).tolist())
        expected = autograd.rand(2, generator=autograd.Generator().manual_seed(seed)).tolist()
        assert autograd.rand(2).tolist() == expected
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("name", "shape", "options", "words"),
    [
        ("orthogonal_", [4], {}, r"2 or more dimensions .* got \(4,\)"),
        ("dirac_", [4, 2], {}, "3, 4, or 5 dimensions"),
        ("dirac_", [4, 2, 3], {"groups": 3}, "divisible by groups, got 4 and 3"),
        ("sparse_", [4], {"sparsity": 0.1}, r"2 dimensions .* got \(4,\)"),
    ],
)
def test_initial_values_of_other_shapes_are_refused(name, shape, options, words):
    with pytest.raises(ValueError, match=words):
        getattr(nn.init, name)(autograd.empty(shape), **options)


def test_a_mean_far_outside_the_bounds_is_warned_of():
    with pytest.warns(UserWarning, match="more than 2 std"):
        nn.init.trunc_normal_(autograd.empty(3), mean=9.0)


def parameters():
    made = [nn.Parameter(autograd.zeros_like(autograd.tensor(one))) for one in GRADIENTS]
    for one, gradient in zip(made, GRADIENTS, strict=True):
        one.grad = autograd.tensor(gradient)
    return made


@pytest.mark.parametrize("case", REFERENCE["norms"], ids=lambda case: str(case["arguments"]))
def test_norms_are_clipped_as_pytorchs(case):
    given = parameters()
    norm = utils.clip_grad_norm_(iter(given), *case["arguments"])
    assert norm.shape == ()
    np.testing.assert_allclose(norm.item(), case["norm"], rtol=1e-6)
    for one, expected in zip(given, case["gradients"], strict=True):
        np.testing.assert_allclose(one.grad.numpy(), expected, rtol=1e-6)


def test_one_parameter_and_parameters_without_gradients_are_taken():
    one = parameters()[0]
    assert utils.clip_grad_norm_(one, 1.0).item() > 1
    one.grad = None
    assert utils.clip_grad_norm_([one], 1.0).item() == 0.0
    assert utils.clip_grad_norm_([], 1.0).item() == 0.0


def test_a_generator_that_is_used_up_is_warned_of():
    given = (one for one in parameters())
    utils.clip_grad_norm_(given, 1.0)
    with pytest.warns(UserWarning, match="empty generator") as caught:
        utils.clip_grad_norm_(given, 1.0)
    assert caught[0].filename == __file__


def test_a_norm_that_is_not_finite_raises_where_it_is_asked_for():
    given = parameters()
    given[1].grad[0] = float("inf")
    with pytest.raises(RuntimeError, match=r"order 2.0 for gradients .* is non-finite"):
        utils.clip_grad_norm_(given, 1.0, error_if_nonfinite=True)
    assert given[0].grad.tolist() == GRADIENTS[0]


def test_values_are_limited():
    given = parameters()
    utils.clip_grad_value_(given, 1)
    assert [one.grad.tolist() for one in given] == [[[1, -1], [0.5, 1]], [1, -0.25, 0]]


def test_parameters_go_into_one_vector_and_back():
    given = parameters()
    vector = autograd.arange(7.0)
    utils.vector_to_parameters(vector, given)
    assert given[0].tolist() == [[0, 1], [2, 3]]
    assert utils.parameters_to_vector(given).tolist() == vector.tolist()
    with pytest.raises(ValueError, match="vec has 6 elements, the parameters 7"):
        utils.vector_to_parameters(vector[:6], given)


@pytest.mark.parametrize("case", REFERENCE["normalised"], ids=lambda case: str(case["dim"]))
def test_weight_norm_trains_as_pytorchs(case):
    autograd.manual_seed(0)
    layer = utils.weight_norm(nn.Linear(3, 2), dim=case["dim"])
    assert list(layer.state_dict()) == case["keys"]
    optimizer = optim.SGD(layer.parameters(), lr=0.5)
    x, losses = autograd.rand(4, 3), []
    for _ in range(5):
        optimizer.zero_grad()
        loss = (layer(x) ** 2).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    np.testing.assert_allclose(losses, case["losses"], rtol=1e-5)


def test_weight_norm_is_taken_away_and_not_put_there_twice():
    layer = nn.Linear(3, 2)
    weight = layer.weight.detach().clone()
    utils.weight_norm(layer)
    with pytest.raises(RuntimeError, match="two weight_norm hooks"):
        utils.weight_norm(layer)
    utils.remove_weight_norm(layer)
    assert list(layer.state_dict()) == ["bias", "weight"]
    assert autograd.allclose(layer.weight, weight)
    with pytest.raises(ValueError, match="weight_norm of 'weight' not found"):
        utils.remove_weight_norm(layer)


def test_sequences_are_padded_on_either_side():
    rows = [autograd.ones(2, 3), autograd.ones(4, 3)]
    padded = utils.rnn.pad_sequence(rows, padding_value=-1)
    assert padded.shape == (4, 2, 3)
    assert padded[:, 0, 0].tolist() == [1, 1, -1, -1]
    left = utils.rnn.pad_sequence(rows, batch_first=True, padding_side="left")
    assert left[0, :, 0].tolist() == [0, 0, 1, 1]
    back = utils.rnn.unpad_sequence(padded, autograd.tensor([2, 4]))
    assert [one.tolist() for one in back] == [one.tolist() for one in rows]


def test_postponed_helpers_name_a_cure():
    with pytest.raises(NotImplementedError, match="weight_norm scales by lengths"):
        utils.spectral_norm(nn.Linear(2, 2))


@pytest.mark.parametrize(
    "name",
    ["pack_padded_sequence", "pad_packed_sequence", "pack_sequence", "unpack_sequence",
     "PackedSequence"],
)  # fmt: skip
def test_packed_sequences_are_postponed_and_the_error_names_a_cure(name):
    with pytest.raises(NotImplementedError, match=r"postponed; pad_sequence, .* or a mask"):
        getattr(utils.rnn, name)(autograd.ones(2, 2), [2])
    assert not isinstance(autograd.ones(2, 2), utils.rnn.PackedSequence)


def by_a_norm_that_is_found_first(parameters):
    parameters = list(parameters)
    norm = utils.get_total_norm([one.grad for one in parameters])
    utils.clip_grads_with_norm_(parameters, 0.3, norm)
    return norm


@pytest.mark.parametrize(
    "clip",
    [
        lambda p: utils.clip_grad_norm_(p, 0.3),
        lambda p: utils.clip_grad_norm_(p, 1e6),
        lambda p: utils.clip_grad_norm_(p, 0.3, 1),
        lambda p: utils.clip_grad_norm_(p, 0.3, 3.0),
        lambda p: utils.clip_grad_norm_(p, 0.3, float("inf")),
        lambda p: utils.clip_grad_norm_(p, 0.3, error_if_nonfinite=True),
        lambda p: utils.clip_grad_norm_(next(p), 0.1),
        lambda p: utils.clip_grad_value_(p, 0.05),
        by_a_norm_that_is_found_first,
    ],
)
def test_clipping_is_the_same_in_a_compiled_step(clip):
    def make():
        model = net()
        optimizer = optim.Adam(model.parameters(), lr=0.01)

        def step(x):
            optimizer.zero_grad()
            (model(x) ** 2).mean().backward()
            norm = clip(model.parameters())
            optimizer.step()
            return norm

        return Case(step, state=lambda: list(model.parameters()), calls=batches(20))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_same_compiled(make)


@pytest.mark.parametrize("dim", [0, 1, None])
def test_a_normalised_weight_is_the_same_in_a_compiled_step(dim):
    def make():
        model = net()
        utils.weight_norm(model[0], dim=dim)
        optimizer = optim.SGD(model.parameters(), lr=0.1)

        def step(x):
            optimizer.zero_grad()
            loss = (model(x) ** 2).mean()
            loss.backward()
            optimizer.step()
            return loss

        return Case(step, state=lambda: list(model.parameters()), calls=batches(20))

    assert_same_compiled(make)


def test_parameters_share_the_memory_of_the_vector_they_are_from():
    given, vector = parameters(), autograd.arange(7.0)
    utils.vector_to_parameters(vector, given)
    vector[0] = 9
    assert given[0][0, 0].item() == 9
