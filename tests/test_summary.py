"""The summary of a model: shapes, parameters and multiply-adds counted by hand."""

import pytest

import autograd
import nn


def net():
    features = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.MaxPool2d(2))
    return nn.Sequential(features, nn.Flatten(), nn.Dropout(), nn.Linear(128, 10))


def test_rows_tell_path_class_output_parameters_and_work():
    found = nn.summary(net(), autograd.rand(5, 1, 8, 8))
    rows = {row.path: row[1:] for row in found.rows}
    assert rows["0.0"] == ("Conv2d", ((5, 8, 8, 8),), 80, 5 * 8 * 8 * 8 * 9)
    assert rows["0.2"] == ("MaxPool2d", ((5, 8, 4, 4),), 0, 0)
    assert rows["3"] == ("Linear", ((5, 10),), 1290, 5 * 128 * 10)
    assert rows[""] == ("Sequential", ((5, 10),), 1386, 5 * 8 * 64 * 9 + 5 * 1280)
    assert (found.trainable, found.frozen) == (1386, 0)
    # 1386 parameters, two statistics of 8 channels, a count.
    assert found.state_bytes == 4 * (1386 + 16) + 8


def test_the_text_is_a_tree():
    lines = str(nn.summary(net(), autograd.rand(5, 1, 8, 8))).splitlines()
    assert lines[0].split() == ["layer", "output", "parameters", "multiply-adds"]
    assert lines[3].split() == ["0:", "Sequential", "(5,", "8,", "4,", "4)", "96", "23,040"]
    assert lines[3].startswith("  0: Sequential ")
    assert lines[4].startswith("    0: Conv2d ")
    assert lines[-1].startswith("1,386 parameters are trained, 0 are not")


def test_nothing_of_the_model_changes():
    model = net()
    model[3].weight.requires_grad_(False)
    before = {key: one.tolist() for key, one in model.state_dict().items()}
    found = nn.summary(model, autograd.rand(5, 1, 8, 8))
    assert (found.trainable, found.frozen) == (106, 1280)
    assert {key: one.tolist() for key, one in model.state_dict().items()} == before
    assert model.training
    assert not model[0]._hooks


def test_products_count_whoever_makes_them():
    class Attention(nn.Module):
        def forward(self, x, *, y):
            return {"scores": (x @ y.transpose(1, 2), None)}

    found = nn.summary(Attention(), autograd.rand(2, 3, 4), y=autograd.rand(2, 5, 4))
    assert found.rows == [("", "Attention", ((2, 3, 5),), 0, 2 * 3 * 5 * 4)]


def test_an_error_in_forward_leaves_no_hooks():
    model = net()
    with pytest.raises(RuntimeError, match=r"layer '0\.0' \(Conv2d"):
        nn.summary(model, autograd.rand(5, 2, 8, 8))
    assert model.training
    assert not any(module._hooks for module in model.modules())


def work(model, *inputs):
    return [row.multiply_adds for row in nn.summary(model, *inputs).rows]


def test_work_counts_where_no_gradient_is_asked_for():
    model, x = nn.Sequential(nn.Linear(3, 4), nn.ReLU()).requires_grad_(False), autograd.ones(2, 3)
    assert work(model, x) == [24, 24, 0]
    with autograd.no_grad():
        assert work(model.requires_grad_(), x) == [24, 24, 0]


def test_work_counts_that_leads_to_no_output():
    class Apart(nn.Linear):
        def forward(self, given):
            super().forward(given["x"])
            return super().forward(given["x"]).detach() * 0, 1

    assert work(Apart(3, 4), {"x": autograd.ones(2, 3)}) == [48]


def test_a_recurrence_counts_inputs_and_states():
    # 5 steps of 2 samples: 4 gates of 4 units, of 3 inputs and 4 states.
    assert work(nn.LSTM(3, 4), autograd.ones(5, 2, 3)) == [10 * 16 * (3 + 4)]


def test_a_layer_may_write_into_the_inputs_which_stay_as_they_are():
    x = autograd.tensor([-1.0, 1.0])
    assert nn.summary(nn.Sequential(nn.ReLU(inplace=True)), x).rows[0].output == ((2,),)
    assert x.tolist() == [-1.0, 1.0]
