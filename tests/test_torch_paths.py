"""A script moves by its import lines: PyTorch's paths exist, and hold one set of classes."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
import nn.torch as torch

TESTS = Path(__file__).parent


def test_the_chapters_script_prints_pytorchs_lines(capsys):
    runpy.run_path(str(TESTS / "scripts" / "part9.py"))
    printed = [re.findall(r"\d+(?:\.\d+)?", line) for line in capsys.readouterr().out.splitlines()]
    with np.load(TESTS / "reference" / "chapter_part9.npz") as arrays:
        rows = arrays["history"]
    expected = [[f"{row[0]:.0f}", *(f"{value:.4f}" for value in row[1:])] for row in rows]
    assert printed == expected


def test_the_chapters_script_ends_where_its_notes_say(capsys):
    runpy.run_path(str(TESTS / "scripts" / "part9.py"))
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "Epoch 100: train loss 0.0912, test loss 0.5301, test accuracy 0.8100"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Tensor", autograd.Tensor),
        ("tensor", autograd.tensor),
        ("float32", autograd.float32),
        ("default_generator", autograd.default_generator),
        ("nn.Linear", nn.Linear),
        ("nn.Parameter", nn.Parameter),
        ("nn.functional.relu", nn.functional.relu),
        ("nn.init.xavier_normal_", nn.init.xavier_normal_),
        ("optim.Adam", nn.optim.Adam),
        ("optim.lr_scheduler.StepLR", nn.optim.lr_scheduler.StepLR),
        ("optim.swa_utils.SWALR", nn.optim.swa_utils.SWALR),
        ("nn.utils.clip_grad_norm_", nn.utils.clip_grad_norm_),
        ("nn.utils.rnn.pad_sequence", nn.utils.rnn.pad_sequence),
        ("utils.data.DataLoader", nn.data.DataLoader),
        ("utils.data.TensorDataset", nn.data.TensorDataset),
        ("autograd.grad", autograd.grad),
        ("autograd.backward", autograd.backward),
        ("autograd.no_grad", autograd.no_grad),
        ("cuda.is_available", autograd.cuda.is_available),
        ("backends.cudnn", autograd.backends.cudnn),
    ],
)
def test_a_path_leads_to_what_it_names(path, expected):
    found = torch
    for name in path.split("."):
        found = getattr(found, name)
    assert found is expected


IMPORTS = """
import nn.torch as torch
import nn.torch.nn
import nn.torch.nn as layers
import nn.torch.nn.functional as F
import nn.torch.nn.init as init
import nn.torch.optim as optim
import nn.torch.utils.data as data
import nn.torch.cuda
from nn.torch import nn, optim as optim_too, no_grad
from nn.torch.autograd import grad
from nn.torch.nn import Module, Parameter
from nn.torch.optim import Adam
from nn.torch.optim.lr_scheduler import StepLR, _LRScheduler
from nn.torch.optim.swa_utils import AveragedModel
from nn.torch.nn.utils.rnn import pad_sequence
from nn.torch.nn.utils import clip_grad_norm_
from nn.torch.utils.data import DataLoader, TensorDataset, random_split
import autograd, nn as plain
assert nn is layers is plain and Module is plain.Module and F is plain.functional
assert init is plain.init and Adam is plain.optim.Adam and optim is optim_too is plain.optim
assert DataLoader is plain.data.DataLoader and data is plain.data and grad is autograd.grad
assert StepLR is plain.optim.lr_scheduler.StepLR and pad_sequence is plain.utils.rnn.pad_sequence
"""


def test_every_form_of_import_gives_the_same_classes():
    subprocess.run([sys.executable, "-c", IMPORTS], check=True, cwd=TESTS.parent)


def test_a_path_may_come_first():
    code = "from nn.torch.utils.data import Subset; import nn; assert Subset is nn.data.Subset"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=TESTS.parent)


def test_a_script_that_imports_torch_alone_trains():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(1, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x = torch.tensor([[0.0], [1.0], [2.0]])
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(x, 3 * x - 1), batch_size=2, shuffle=True
    )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device)
    for _ in range(200):
        for inputs, targets in loader:
            optimizer.zero_grad()
            output = model(inputs.to(device, non_blocking=True))
            torch.nn.functional.mse_loss(output, targets.to(device)).backward()
            optimizer.step()
    weight, bias = (parameter.item() for parameter in model.parameters())
    assert (weight, bias) == pytest.approx((3, -1), abs=1e-3)


@pytest.mark.parametrize(
    "path",
    ["autograd.functional.jacobian", "func.grad", "func.vmap"],
)
def test_the_place_of_something_missing_says_so_when_used(path):
    found = torch
    for name in path.split("."):
        found = getattr(found, name)
    assert repr(found) == f"<place of torch.{path}, which does not exist yet>"
    with pytest.raises(NotImplementedError, match=f"torch.{path} does not exist here yet"):
        found(lambda x: x)


def test_a_function_with_a_derivative_of_its_own_cannot_be_defined_yet():
    with pytest.raises(NotImplementedError, match=r"torch\.autograd\.Function"):

        class Double(torch.autograd.Function):
            pass


def test_a_name_pytorch_does_not_have_is_missing_here_too():
    with pytest.raises(AttributeError, match=r"torch\.tensr does not exist here"):
        torch.tensr  # noqa: B018
    assert not hasattr(torch.nn, "Lineer")


def test_dir_lists_both_levels():
    assert {"tensor", "nn", "optim", "utils", "autograd", "func"} <= set(dir(torch))


def test_a_version_can_be_read():
    assert int(torch.__version__.split(".")[0]) >= 2


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("save", "pickle.dump"),
        ("load", "pickle.load"),
        ("fft", "numpy.fft"),
        ("nn.EmbeddingBag", "functional.embedding_bag"),
        ("nn.SyncBatchNorm", "BatchNorm1d or BatchNorm2d"),
        ("nn.RNNBase", "RNN, LSTM or GRU"),
        ("nn.AdaptiveLogSoftmaxWithLoss", "CrossEntropyLoss"),
        ("nn.FractionalMaxPool2d", "MaxPool2d"),
        ("nn.DataParallel", "the model itself"),
        ("nn.CrossMapLRN2d", "LocalResponseNorm"),
        ("nn.UninitializedParameter", "Parameter with its sizes"),
        ("nn.RNNCellBase", "RNNCell, LSTMCell or GRUCell"),
        ("nn.utils.parametrizations", "nn.utils.weight_norm"),
        ("optim.Adafactor", "Adam"),
        ("utils.tensorboard", "print"),
    ],
)
def test_a_planned_name_is_missing_and_the_error_says_what_there_is(path, nearest):
    *places, name = path.split(".")
    found = torch
    for place in places:
        found = getattr(found, place)
    assert not hasattr(found, name)
    words = f"torch.{path} is not part of glassgrad yet; the nearest there is: .*{nearest}"
    with pytest.raises(AttributeError, match=words):
        getattr(found, name)


def test_constants():
    assert (torch.pi, torch.e, torch.inf) == (np.pi, np.e, np.inf)
    assert np.isnan(torch.nan)


def test_memory_formats_can_be_named():
    model = torch.nn.Conv2d(1, 2, 3)
    assert model.to("cpu", memory_format=torch.channels_last) is model


def trained_by_script(compile):
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 3))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.01)
    model = compile(model)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = model(autograd.ones(6, 4)).square().sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    with autograd.no_grad():
        losses += [model(autograd.ones(6, 4)).sum().item() for _ in range(4)]
    return losses, [name for name, _ in model.named_parameters()]


def test_a_compiled_model_trains_as_in_pytorch():
    with pytest.warns(
        UserWarning, match="Sequential returns Tensors of the graph, .* eagerly"
    ) as w:
        found = trained_by_script(torch.compile)
    assert (len(w), w[0].filename) == (1, __file__)
    losses, names = trained_by_script(lambda model: model)
    assert found[1] == names
    np.testing.assert_allclose(found[0], losses, 1e-6)


def test_a_compiled_function_that_returns_no_graph_is_a_plan():
    weight = autograd.ones(3, requires_grad=True)

    @torch.compile(mode="max-autotune", fullgraph=True)
    def step(x):
        loss = (weight * x).square().sum()
        loss.backward()
        weight.data.sub_(0.01 * weight.grad)
        weight.grad = None
        return loss.detach()

    losses = [step(autograd.ones(3)).item() for _ in range(5)]
    np.testing.assert_allclose(losses, 3 * 0.98 ** (2 * np.arange(5)), 1e-6)
    assert "instructions" in str(step._compiled.plan())
    assert torch.compile(step, disable=True) is step


class Doubling:
    @torch.compile
    def forward(self, x):
        return {"y": [2 * x]}


def test_a_compiled_method_and_a_step_that_reads_values_run():
    assert Doubling().forward(autograd.ones(2))["y"][0].tolist() == [2, 2]
    reads = torch.compile(lambda x: x.sum().item())
    reads(autograd.ones(2))
    with pytest.warns(UserWarning, match="runs eagerly"):
        assert reads(autograd.ones(2)) == 2
