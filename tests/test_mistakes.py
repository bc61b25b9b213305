"""Likely mistakes: one warning each, once, that names the cure and can be switched off."""

import warnings

import pytest

import autograd
import nn
from nn import functional, optim


def str_or_name(one):
    return getattr(one, "__name__", "")


def softmax_before_loss():
    x = autograd.rand(3, 4, requires_grad=True)
    functional.cross_entropy(x.softmax(1), autograd.tensor([0, 1, 2]))


def constant_batch():
    nn.BatchNorm1d(3)(autograd.ones(5, 3))


def step_without_backward():
    layer = nn.Linear(2, 1)
    optim.Adam(layer.parameters()).step()


def modules_in_a_list():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(2, 2)
            self.rest = [nn.Linear(2, 2)]

    list(Net().parameters())


def modules_in_a_dict():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(2, 2)
            self.rest = {"a": nn.Linear(2, 2)}

    list(nn.Sequential(Net()).parameters())


def loss_of_nan():
    x = autograd.tensor([float("nan"), 1.0], requires_grad=True)
    x.sum().backward()


MISTAKES = {
    softmax_before_loss: "leave the softmax out of the model",
    constant_batch: "every channel of the batch is constant",
    step_without_backward: r"call loss.backward\(\) before step\(\)",
    modules_in_a_list: r"Net.rest is a list of Modules.*use nn.ModuleList",
    modules_in_a_dict: r"Net.rest is a dict of Modules.*use nn.ModuleDict",
    loss_of_nan: r"the loss is nan.*detect_anomaly",
}


@pytest.mark.parametrize(("make", "words"), MISTAKES.items(), ids=str_or_name)
def test_a_likely_mistake_is_warned_of_once_at_the_users_line(make, words):
    with pytest.warns(autograd.LikelyMistake, match=words) as caught:
        make()
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make()


@pytest.mark.parametrize("make", MISTAKES)
def test_warnings_of_mistakes_can_be_switched_off(make):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", autograd.LikelyMistake)
        make()


def test_a_list_of_modules_that_are_registered_too_is_no_mistake():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(2, 2)]
            self.body = nn.Sequential(*self.layers)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(Net().parameters())) == 2


def test_a_list_of_modules_that_the_model_has_registered_elsewhere_is_no_mistake():
    class Part(nn.Module):
        def __init__(self, layers):
            super().__init__()
            self.layers = layers

    model = nn.Sequential(nn.Linear(2, 2), nn.Identity())
    model.append(Part([model[0], [model[1]]]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(model.parameters())) == 2


@pytest.mark.parametrize(
    "hold", [lambda known, new: [known, new], lambda known, new: [[known], {"a": (new,)}]]
)
def test_one_hidden_module_among_registered_or_nested_ones_is_warned_of(hold):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(2, 2)
            self.layers = hold(self.first, nn.Linear(2, 2))

    with pytest.warns(autograd.LikelyMistake, match=r"Net.layers is a list of Modules"):
        list(Net().parameters())


def test_a_batch_with_one_channel_that_varies_is_no_mistake():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nn.BatchNorm1d(2)(autograd.tensor([[1.0, 1.0], [1.0, 2.0]]))


def test_a_log_softmax_and_a_varied_batch_are_no_mistakes():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = autograd.rand(3, 4, requires_grad=True)
        functional.cross_entropy(x.log_softmax(1), autograd.tensor([0, 1, 2])).backward()
        nn.BatchNorm1d(4)(x)


def test_an_error_tells_the_path_of_its_layer():
    model = nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.ReLU(), nn.Linear(84, 10)))
    words = r"layer '1\.1' \(Linear\(in_features=84.*\)\): linear: input \(32, 4\) has 4 features"
    with pytest.raises(RuntimeError, match=words):
        model(autograd.rand(32, 3))
    with pytest.raises(RuntimeError, match=r"^layer Linear\(in_features=3"):
        model[0](autograd.rand(2))


def test_an_error_of_the_users_own_tells_the_path_too_and_other_classes_stay_as_they_are():
    class Odd(nn.Module):
        def forward(self, kind):
            raise kind("something")

    model = nn.ModuleDict({"odd": Odd()})
    model.forward = lambda kind: model["odd"](kind)
    with pytest.raises(ValueError, match=r"^layer 'odd' \(Odd\(\)\): something$"):
        model(ValueError)
    with pytest.raises(KeyError, match=r"^'something'$"):
        model(KeyError)


def test_an_error_raised_again_tells_the_path_of_each_time_alone():
    class Odd(nn.Module):
        error = RuntimeError("something")

        def forward(self, x):
            raise self.error

    model = nn.Sequential(nn.Identity(), nn.Sequential(Odd()))
    for _ in range(3):
        with pytest.raises(RuntimeError, match=r"^layer '1\.0' \(Odd\(\)\): something$"):
            model(1)
    with pytest.raises(RuntimeError, match=r"^layer Odd\(\): something$"):
        model[1][0](1)
