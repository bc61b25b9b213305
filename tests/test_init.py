"""Initial values are PyTorch's, number for number, and refuse what has no fans."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import autograd
from nn import init

REFERENCE = json.loads((Path(__file__).parent / "reference" / "nn.json").read_text())
BY_FANS = [
    init.xavier_uniform_,
    init.xavier_normal_,
    init.kaiming_uniform_,
    init.kaiming_normal_,
    init.lecun_normal_,
]


def case_name(case):
    options = ", ".join(f"{name}={value}" for name, value in case["options"].items())
    return f"{case['function']}({options}) {case['dtype']}"


@pytest.mark.parametrize("case", REFERENCE["inits"], ids=case_name)
def test_draws_are_pytorchs(case):
    autograd.manual_seed(3)
    tensor = autograd.empty(*case["shape"], dtype=case["dtype"])
    made = getattr(init, case["function"])(tensor, **case["options"])
    assert made is tensor
    if "normal" in case["function"]:  # logarithm and sine may differ in the last bit
        np.testing.assert_allclose(tensor.numpy(), case["values"], rtol=1e-6)
    else:
        assert tensor.tolist() == case["values"]


@pytest.mark.parametrize(("nonlinearity", "param", "gain"), REFERENCE["gains"])
def test_gains_are_pytorchs(nonlinearity, param, gain):
    assert init.calculate_gain(nonlinearity, param) == pytest.approx(gain, rel=1e-15)


def test_an_unknown_nonlinearity_is_refused_by_name():
    with pytest.raises(ValueError, match=r"Unsupported nonlinearity gelu.*relu"):
        init.calculate_gain("gelu")


def test_a_slope_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="negative_slope True"):
        init.calculate_gain("leaky_relu", True)


def test_a_generator_of_ones_own_leaves_the_default_stream_alone():
    autograd.manual_seed(0)
    expected = autograd.rand(())
    autograd.manual_seed(0)
    drawn = [
        init.uniform_(autograd.empty(3), generator=autograd.Generator().manual_seed(4)).tolist()
        for _ in range(2)
    ]
    assert drawn[0] == drawn[1]
    assert autograd.rand(()).item() == expected.item()


def test_lecun_normal_is_what_the_chapter_calls_xavier():
    # Chapter, Part 8: N(0, 1) * sqrt(1 / n_in); for 20 -> 32 its deviation is 0.2236.
    generator = autograd.Generator().manual_seed(0)
    weight = init.lecun_normal_(autograd.empty(3200, 20), generator=generator)
    assert weight.std().item() == pytest.approx(0.2236, rel=0.01)
    generator.manual_seed(0)
    normal = autograd.randn(3200, 20, generator=generator)
    np.testing.assert_allclose(weight.numpy(), normal.numpy() / math.sqrt(20), rtol=1e-6)


def test_constants():
    assert init.constant_(autograd.empty(2), 7).tolist() == [7.0, 7.0]
    assert init.ones_(autograd.empty(1, 2)).tolist() == [[1.0, 1.0]]
    assert init.zeros_(autograd.empty(2)).tolist() == [0.0, 0.0]
    assert init.eye_(autograd.empty(2, 3)).tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


def test_a_parameter_is_filled_without_a_graph():
    weight = autograd.zeros(2, 3, requires_grad=True)
    assert init.ones_(weight).is_leaf
    assert weight.requires_grad


@pytest.mark.parametrize("function", BY_FANS)
def test_fans_need_two_axes(function):
    with pytest.raises(ValueError, match=r"fewer than 2 dimensions, got shape \(3,\)"):
        function(autograd.empty(3))


def test_a_diagonal_needs_a_matrix():
    with pytest.raises(ValueError, match="2 dimensions"):
        init.eye_(autograd.empty(2, 2, 2))


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="Mode fan_avg not supported"):
        init.kaiming_normal_(autograd.empty(2, 3), mode="fan_avg")


def test_no_elements_are_nothing_to_do_and_warn():
    with pytest.warns(UserWarning, match="no-op"):
        init.kaiming_uniform_(autograd.empty(2, 0))
