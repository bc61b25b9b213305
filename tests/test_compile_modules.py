"""A compiled step notices what is changed in Modules: parts, also of those that are not called."""

import copy
import warnings

import numpy as np
import pytest
from layers import FAMILIES
from layers.running import Inputs, called, made

import autograd
import nn
import nn.torch as torch
from autograd import compile
from nn import functional as F


class Uses(nn.Module):
    """Calls a function of itself and the input."""

    def __init__(self, function, **parts):
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x):
        return self.function(self, x)


def threshold():
    return nn.Threshold(0.5, -1.0)


def chained(x, layers):
    for layer in layers:
        x = layer(x)
    return x


def used_list():
    return Uses(lambda self, x: chained(x, self.l), l=nn.ModuleList([nn.Identity()]))


def used_dict():
    layers = nn.ModuleDict({"a": nn.Identity(), "b": threshold()})
    return Uses(lambda self, x: chained(x, self.d.values()), d=layers)


def used_encoder():
    layer = nn.TransformerEncoderLayer(4, 2, 3, 0.0).double()
    return nn.TransformerEncoder(layer, 2)


def buffered():
    owner = nn.Module()
    owner.register_buffer("b", autograd.ones(4))
    return owner


# A Module that is called, and a change of what it is made of.
CHANGES = {
    "item of a list": (
        lambda: Uses(lambda self, x: self.l[0](x), l=nn.ModuleList([nn.Identity()])),
        lambda model: model.l.__setitem__(0, threshold()),
    ),
    "insertion": (used_list, lambda model: model.l.insert(0, threshold())),
    "removal of all": (
        lambda: Uses(lambda self, x: chained(x, self.l), l=nn.ModuleList([threshold()])),
        lambda model: model.l.pop(),
    ),
    "length": (
        lambda: Uses(lambda self, x: x * len(self.l), l=nn.ModuleList([nn.Identity()])),
        lambda model: model.l.append(nn.Identity()),
    ),
    "item of a dict": (used_dict, lambda model: model.d.update({"a": nn.Tanh()})),
    "removal from a dict": (used_dict, lambda model: model.d.pop("b")),
    "order": (
        lambda: nn.Sequential({"a": threshold(), "b": nn.Tanh()}),
        lambda model: model.add_module("a", model._modules.pop("a")),
    ),
    "item of a list of parameters": (
        lambda: Uses(lambda self, x: x * self.p[0], p=nn.ParameterList([autograd.ones(4)])),
        lambda model: model.p.__setitem__(0, autograd.full((4,), 3.0)),
    ),
    "layer of an encoder": (used_encoder, lambda model: model.layers.__delitem__(1)),
    "weight of a layer that is not called": (
        lambda: Uses(lambda self, x: F.linear(x, self.e.weight), e=nn.Linear(4, 4).double()),
        lambda model: setattr(model.e, "weight", nn.Parameter(autograd.ones(4, 4).double())),
    ),
    "buffer of a layer that is not called": (
        lambda: Uses(lambda self, x: x * self.e.b, e=buffered()),
        lambda model: setattr(model.e, "b", autograd.full((4,), 3.0)),
    ),
    "part set to None": (
        lambda: Uses(lambda self, x: x if self.e is None else self.e(x), e=threshold()),
        lambda model: setattr(model, "e", None),
    ),
    "part of a layer that is not called set to None": (
        lambda: Uses(lambda self, x: x if self.e.b is None else x * 2, e=buffered()),
        lambda model: setattr(model.e, "b", None),
    ),
    "part deleted": (
        lambda: Uses(lambda self, x: self.e(x) if hasattr(self, "e") else x, e=threshold()),
        lambda model: delattr(model, "e"),
    ),
}


def assert_change_is_noticed(model, function, change):
    step = compile(function)
    x = autograd.from_numpy(np.random.default_rng(0).standard_normal((3, 4)))
    with autograd.no_grad():
        for _ in range(4):
            step(x)
        step.wait()
        before = step(x).numpy()
        change(model)
        expected = function(x).numpy()
        assert not np.allclose(before, expected)
        for _ in range(4):
            np.testing.assert_allclose(step(x).numpy(), expected, 1e-12)


@pytest.mark.parametrize("name", CHANGES)
def test_change_of_what_a_called_module_is_made_of_is_noticed(name):
    make, change = CHANGES[name]
    model = make()
    assert_change_is_noticed(model, model, change)


# What a function reads of a Module that it does not call.
READ = {
    "parameter": (
        lambda: nn.Linear(4, 4).double(),
        lambda model: lambda x: F.linear(x, model.weight),
        lambda model: setattr(model, "weight", nn.Parameter(autograd.ones(4, 4).double())),
    ),
    "parameter, to None": (
        lambda: nn.Linear(4, 4).double(),
        lambda model: lambda x: x if model.bias is None else x + model.bias,
        lambda model: setattr(model, "bias", None),
    ),
    "all parameters": (
        lambda: nn.Linear(4, 4).double(),
        lambda model: lambda x: x + sum(one.sum() for one in model.parameters()),
        lambda model: setattr(model, "bias", nn.Parameter(autograd.ones(4).double())),
    ),
    "children": (
        lambda: nn.Sequential(nn.Identity()),
        lambda model: lambda x: chained(x, model.children()),
        lambda model: model.append(threshold()),
    ),
    "items of a list": (
        lambda: nn.ModuleList([nn.Identity(), nn.Tanh()]),
        lambda model: lambda x: chained(x, model),
        lambda model: model.pop(),
    ),
    "item of a list": (
        lambda: nn.ModuleList([nn.Identity()]),
        lambda model: lambda x: model[0](x),
        lambda model: model.__setitem__(0, threshold()),
    ),
    "item of a dict": (
        lambda: nn.ModuleDict({"a": nn.Identity()}),
        lambda model: lambda x: model["a"](x),
        lambda model: model.__setitem__("a", threshold()),
    ),
    "name in a dict": (
        lambda: nn.ModuleDict({"a": threshold()}),
        lambda model: lambda x: model["a"](x) if "a" in model else x,
        lambda model: model.clear(),
    ),
    "names of a dict": (
        lambda: nn.ModuleDict({"a": threshold()}),
        lambda model: lambda x: x * len(list(model.keys())),
        lambda model: model.clear(),
    ),
}


@pytest.mark.parametrize("name", READ)
def test_change_of_what_a_function_reads_of_a_module_is_noticed(name):
    make, function, change = READ[name]
    model = make()
    assert_change_is_noticed(model, function(model), change)


# A layer, and options of it to be set.
OPTIONS = {
    "BatchNorm.momentum": ("nn.BatchNorm1d(4)", dict(momentum=0.5)),
    "BatchNorm.momentum to none": ("nn.BatchNorm1d(4)", dict(momentum=None)),
    "BatchNorm.eps": ("nn.BatchNorm1d(4)", dict(eps=1.0)),
    "BatchNorm.track_running_stats": ("nn.BatchNorm1d(4)", dict(track_running_stats=False)),
    "InstanceNorm.eps": ("nn.InstanceNorm1d(2)", dict(eps=1.0)),
    "LayerNorm.eps": ("nn.LayerNorm(4)", dict(eps=1.0)),
    "RMSNorm.eps": ("nn.RMSNorm(4)", dict(eps=1.0)),
    "GroupNorm.num_groups": ("nn.GroupNorm(1, 4)", dict(num_groups=2)),
    "MultiheadAttention.dropout": ("nn.MultiheadAttention(4, 2)", dict(dropout=0.5)),
    "LSTM.dropout": ("nn.LSTM(4, 3, 2)", dict(dropout=0.5)),
    "Conv.stride": ("nn.Conv1d(2, 3, 2, padding=1)", dict(stride=(2,))),
    "Conv.padding_mode": ("nn.Conv1d(2, 3, 2, padding=1)", dict(padding_mode="circular")),
    "ConvTranspose.stride": ("nn.ConvTranspose1d(2, 3, 2)", dict(stride=(2,))),
    "Embedding.max_norm": ("nn.Embedding(5, 4)", dict(max_norm=0.1)),
    "Dropout.p": ("nn.Dropout(0.5)", dict(p=0.2)),
    "TransformerEncoderLayer.norm_first": (
        "nn.TransformerEncoderLayer(4, 2, 3, 0.0)",
        dict(norm_first=True),
    ),
    "TransformerEncoderLayer.activation": (
        "nn.TransformerEncoderLayer(4, 2, 3, 0.0)",
        dict(activation=F.gelu),
    ),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_change_of_an_option_of_a_layer_is_noticed(name):
    make, options = OPTIONS[name]
    autograd.manual_seed(0)
    layer = eval(make, {"nn": nn}).double()
    other = copy.deepcopy(layer)
    x = autograd.randn(6, 2, 4).double()
    if "Batch" in name or "Group" in name:
        x = x[:, 0]
    x = autograd.randint(0, 5, (3,)) if "Embedding" in name else x
    given = (x, x, x) if "Multihead" in name else (x,)
    step = compile(layer)
    for call in range(8):
        if call == 4:
            for one in (layer, other):
                for option, value in options.items():
                    setattr(one, option, value)
        autograd.manual_seed(call)
        found = step(*given)
        autograd.manual_seed(call)
        expected = other(*given)
        for one, two in zip(flat(found), flat(expected), strict=True):
            np.testing.assert_allclose(one.detach().numpy(), two.detach().numpy(), 1e-9, 1e-12)
    for one, two in zip(layer.buffers(), other.buffers(), strict=True):
        np.testing.assert_allclose(one.numpy(), two.numpy(), 1e-9)


def flat(result):
    """Return the Tensors of a result."""
    if isinstance(result, autograd.Tensor):
        return [result]
    return [tensor for one in result or () for tensor in flat(one)]


@pytest.mark.parametrize("family", FAMILIES)
def test_attributes_that_a_layer_reads_are_its_options(family, monkeypatch):
    look = nn.Module.__getattribute__
    read = set()

    def noted(module, name):
        if name in look(module, "__dict__") and name not in KNOWN_TO_EVERY_MODULE:
            read.add((type(module), name))
        return look(module, name)

    for make, call in FAMILIES[family]:
        layer, inputs = made(torch, make), Inputs(torch, torch.float32)
        with monkeypatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            patch.setattr(nn.Module, "__getattribute__", noted)
            called(torch, layer, call, inputs)
    assert not {f"{kind.__name__}.{name}" for kind, name in read if name not in kind._options}


KNOWN_TO_EVERY_MODULE = {"training", "_hooks", "_parameters", "_modules", "_buffers", "__dict__"}


class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("n", autograd.zeros(()))

    def forward(self, x):
        self.n = self.n + 1
        return x * self.n


@pytest.mark.parametrize("by_call", [True, False])
def test_what_is_another_one_at_every_call_is_named_when_recordings_come_to_an_end(by_call):
    model, x = Counts(), autograd.ones(3)
    step = compile(model if by_call else model.forward)
    with pytest.warns(UserWarning, match=r"8 states of.*Counts\.n, and runs.*in place") as caught:
        found = [step(x)[0].item() for _ in range(12)]
    assert found == list(range(1, 13))
    assert len(caught) == 1
