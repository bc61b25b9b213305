"""Containers hold Modules in a row, and are lists of them."""

import operator
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


def test_module_dict_holds_modules_by_name():
    modules = nn.ModuleDict({"a": nn.Linear(1, 2)})
    modules["b"] = nn.ReLU()
    modules.update([("c", nn.Tanh())])
    assert (list(modules), len(modules), "b" in modules) == (["a", "b", "c"], 3, True)
    assert [*modules.keys()] == [name for name, _ in modules.items()]
    assert list(modules.state_dict()) == ["a.weight", "a.bias"]
    assert repr(modules.pop("c")) == "Tanh()"
    del modules["b"]
    text = "ModuleDict(\n  (a): Linear(in_features=1, out_features=2, bias=True)\n)"
    assert repr(modules) == text
    modules.clear()
    assert list(modules.values()) == []
    with pytest.raises(KeyError, match="missing"):
        modules["missing"]
    with pytest.raises(TypeError, match=r"write nn.ReLU\(\)"):
        modules["a"] = nn.functional.relu


def test_parameter_list_makes_parameters_of_tensors():
    values = nn.ParameterList([nn.Parameter(autograd.ones(2, 3)), autograd.ones(1), 3])
    assert list(values.state_dict()) == ["0", "1"]
    assert isinstance(values[1], nn.Parameter)
    assert (values[-1], len(values), len(values[:2])) == (3, 3, 2)
    assert repr(values) == (
        "ParameterList(\n    (0): Parameter containing: [torch.float32 of size 2x3]\n"
        "    (1): Parameter containing: [torch.float32 of size 1]\n    (2): Object of type: int\n)"
    )
    values += [autograd.zeros(2)]
    values[2] = autograd.zeros(4)
    assert [tuple(one.shape) for one in values] == [(2, 3), (1,), (4,), (2,)]
    assert len(list(values.parameters())) == 4
    with pytest.raises(IndexError, match="index 4 is out of range of 4 values"):
        values[4]
    with pytest.raises(TypeError, match="use append for one"):
        values.extend(autograd.ones(2))
    with pytest.raises(RuntimeError, match="should not be called"):
        values()


def test_parameter_dict_makes_parameters_of_tensors():
    values = nn.ParameterDict({"a": autograd.ones(2), "b": "x"})
    assert (list(values.state_dict()), values["b"], "a" in values) == (["a"], "x", True)
    assert repr(values) == (
        "ParameterDict(\n    (a): Parameter containing: [torch.float32 of size 2]\n"
        "    (b): Object of type: str\n)"
    )
    assert values.setdefault("c", autograd.zeros(1)) is values["c"]
    assert (values.get("d"), values.popitem()[0], values.pop("b")) == (None, "c", "x")
    assert next(iter(values.copy().items()))[0] == "a"
    assert ([*values.keys()], len([*values.values()])) == (["a"], 1)
    values.clear()
    assert len(values) == 0
    with pytest.raises(KeyError, match="a"):
        values["a"]


def test_a_dict_of_parameters_sorts_the_names_of_a_plain_dict_alone():
    values = {"b": 1, "a": 2}
    assert list(nn.ParameterDict(values)) == ["a", "b"]
    for kept in (OrderedDict(values), values.items(), nn.ParameterDict(values.items())):
        assert list(nn.ParameterDict(kept)) == ["b", "a"]
    assert list(nn.ParameterDict(values.items()).copy()) == ["b", "a"]


def test_dicts_of_parameters_are_joined_reversed_and_made_of_names():
    values = nn.ParameterDict({"a": 1, "b": 2})
    assert dict((values | {"c": 3, "b": 4}).items()) == {"a": 1, "b": 4, "c": 3}
    assert {"c": 3, "b": 4} | values == {"c": 3, "b": 2, "a": 1}
    assert list(reversed(values)) == ["b", "a"]
    assert dict(values.fromkeys(["x", "c"], 5).items()) == {"x": 5, "c": 5}
    same = values
    values |= {"d": 6}
    assert same is values
    assert list(values) == ["a", "b", "d"]


def test_a_chain_is_repeated_by_a_factor():
    a, b = nn.ReLU(), nn.Tanh()
    model = nn.Sequential(a, b)
    assert list(model * 2) == list(2 * model) == [a, b, a, b]
    model *= 3
    assert list(model) == [a, b] * 3
    assert list(model._modules) == [str(place) for place in range(6)]
    with pytest.raises(ValueError, match="must be positive, got 0"):
        model * 0
    with pytest.raises(TypeError, match="takes an int, got float"):
        model * 1.5


def test_a_list_is_not_added_to_a_chain():
    with pytest.raises(ValueError, match="only another Sequential can be added, but list is given"):
        operator.add(nn.Sequential(nn.ReLU()), [nn.ReLU()])


@pytest.mark.parametrize("index", [10, -2])
def test_a_module_is_not_inserted_out_of_range(index):
    model = nn.Sequential(nn.ReLU())
    with pytest.raises(IndexError, match=f"index {index} is out of range of 1 modules; use append"):
        model.insert(index, nn.ReLU())
    assert len(model.insert(1, nn.ReLU())) == 2
