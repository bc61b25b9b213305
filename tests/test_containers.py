"""Containers hold Modules in a row, and are lists of them."""

from collections import OrderedDict

import pytest

import autograd
import nn


class Scale(nn.Module):
    """A factor that is learnt, of an input."""

    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(autograd.tensor([2.0]))

    def forward(self, input):
        return input * self.factor


def test_sequential_passes_the_output_on():
    model = nn.Sequential(Scale(), nn.Identity(), Scale())
    assert model(autograd.ones(1)).tolist() == [4.0]


def test_sequential_takes_names():
    model = nn.Sequential(OrderedDict(first=nn.Identity(), second=Scale()))
    assert list(model.state_dict()) == ["second.factor"]
    assert model.second is model[1]
    assert list(model[1:]._modules) == ["second"]


@pytest.mark.parametrize("kind", [nn.Sequential, lambda *modules: nn.ModuleList(modules)])
def test_containers_are_lists(kind):
    a, b, c, d = parts = [nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.Identity()]
    model = kind(a, b)
    assert model.append(c).extend([d]) is model
    assert list(model) == parts
    assert len(model) == 4
    assert (model[0], model[-1]) == (a, d)
    assert list(model[1:3]) == [b, c]
    assert type(model[1:]) is type(model)
    model[0] = b
    assert model.insert(1, a).pop(0) is b
    del model[-1], model[1:]
    assert list(model) == [a]
    model += [d]
    assert list(model + kind(b)) == [a, d, b]
    assert list(model._modules) == ["0", "1"]


@pytest.mark.parametrize("index", [2, -3])
def test_a_position_out_of_range_is_named(index):
    with pytest.raises(IndexError, match=f"index {index} is out of range of 2 modules"):
        nn.Sequential(nn.ReLU(), nn.ReLU())[index]


def test_a_container_of_something_else_is_refused():
    with pytest.raises(TypeError, match="'function' object to module '0'"):
        nn.Sequential(lambda x: x)


def test_a_module_list_has_no_forward():
    with pytest.raises(NotImplementedError, match=r"\[ModuleList\]"):
        nn.ModuleList([nn.ReLU()])(1)
