"""A Parameter is a leaf Tensor that keeps its type where it is copied, and only there."""

import copy
import pickle

import pytest

import autograd
import nn


def test_a_parameter_is_a_leaf_that_shares_the_memory_of_its_data():
    data = autograd.zeros(2)
    parameter = nn.Parameter(data)
    data[0] = 5.0
    assert parameter.tolist() == [5.0, 0.0]
    assert (parameter.is_leaf, parameter.requires_grad, data.requires_grad) == (True, True, False)


def test_a_parameter_may_be_frozen_or_empty():
    assert not nn.Parameter(autograd.tensor([1, 2]), requires_grad=False).requires_grad
    assert nn.Parameter().shape == (0,)


def test_a_result_of_a_parameter_is_a_plain_tensor():
    assert type(nn.Parameter(autograd.ones(1)) * 2) is autograd.Tensor


def test_a_parameter_reads_as_pytorchs():
    expected = "Parameter containing:\ntensor([1., 2.], requires_grad=True)"
    assert repr(nn.Parameter(autograd.tensor([1.0, 2.0]))) == expected


@pytest.mark.parametrize("again", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_a_copied_parameter_is_one_with_memory_of_its_own(again):
    parameter = nn.Parameter(autograd.ones(2))
    made = again(parameter)
    made.data[0] = 7.0
    assert type(made) is nn.Parameter
    assert made.requires_grad
    assert parameter.tolist() == [1.0, 1.0]


def test_a_pickled_parameter_keeps_its_attributes():
    parameter = nn.Parameter(autograd.ones(1))
    parameter.name = "gain"
    assert pickle.loads(pickle.dumps(parameter)).name == "gain"


def test_a_parameter_of_a_list_is_refused():
    with pytest.raises(TypeError, match="must be a Tensor, got list"):
        nn.Parameter([1.0])


def test_a_parameter_of_integers_that_requires_grad_is_refused():
    with pytest.raises(RuntimeError, match="floating point"):
        nn.Parameter(autograd.tensor([1]))
