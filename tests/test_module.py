"""Modules know their parts, save and load them, and read as PyTorch's."""

import json
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn

NET = json.loads((Path(__file__).parent / "reference" / "nn.json").read_text())["net"]


class Net(nn.Module):
    """The model of the same name in reference/make_nn.py."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(4, 3), nn.ReLU(inplace=True), nn.Dropout(0.2), nn.LeakyReLU(0.1)
        )
        self.heads = nn.ModuleList([nn.Linear(3, 2), nn.Linear(3, 2), nn.Identity()])
        self.shape = nn.Flatten(0)
        self.soft = nn.Sequential(nn.Softmax(dim=1), nn.LogSoftmax(-1), nn.Softplus(), nn.Tanh())
        self.criterion = nn.CrossEntropyLoss(autograd.ones(2))
        self.register_buffer("mean", autograd.zeros(2))
        self.register_buffer("scratch", autograd.zeros(2), persistent=False)
        self.scale = nn.Parameter(autograd.ones(2))


class Scale(nn.Module):
    """A factor that is learnt, of an input."""

    def __init__(self):
        super(Scale, self).__init__()  # noqa: UP008 - the chapter writes it so
        self.factor = nn.Parameter(autograd.tensor([2.0]))

    def forward(self, input, plus=0):
        return input * self.factor + plus


@pytest.fixture
def tied():
    """Two layers of one weight."""
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2, bias=False))
    model[1].weight = model[0].weight
    return model


def test_a_call_runs_forward_with_its_arguments():
    assert Scale()(autograd.ones(2), plus=1).tolist() == [3.0, 3.0]


def test_a_missing_forward_is_named():
    with pytest.raises(NotImplementedError, match=r'\[Module\] is missing the required "forward"'):
        nn.Module()(1)


@pytest.mark.parametrize(
    ("value", "what"),
    [(nn.Parameter(autograd.ones(1)), "parameter"), (nn.Identity(), "module")],
)
def test_assignment_before_init_raises(value, what):
    class Hasty(nn.Module):
        def __init__(self):
            self.part = value

    with pytest.raises(
        AttributeError, match=rf"cannot assign {what} before Module.__init__\(\) call"
    ):
        Hasty()


def test_reading_before_init_names_the_cure():
    class Lazy(nn.Module):
        def __init__(self):
            self.size = 3

    with pytest.raises(AttributeError, match=r"no attribute '_parameters'; call super\(\)"):
        list(Lazy().parameters())


def test_a_plain_tensor_does_not_replace_a_parameter():
    with pytest.raises(TypeError, match=r"'Tensor' as parameter 'factor' \(nn.Parameter or None"):
        Scale().factor = autograd.ones(1)


def test_a_number_does_not_replace_a_module():
    with pytest.raises(TypeError, match=r"'int' as module 'body' \(nn.Module or None"):
        Net().body = 3


def test_a_number_does_not_replace_a_buffer():
    with pytest.raises(TypeError, match=r"'int' as buffer 'mean' \(Tensor or None"):
        Net().mean = 3


def test_none_takes_the_place_of_a_parameter_and_leaves_the_state():
    model = Scale()
    model.factor = None
    assert model.factor is None
    assert (list(model.parameters()), list(model.state_dict())) == ([], [])


def test_a_tensor_replaces_a_buffer_and_is_no_buffer_elsewhere():
    model = Net()
    model.mean = autograd.ones(2)
    model.other = autograd.ones(2)
    assert dict(model.named_buffers())["mean"].tolist() == [1.0, 1.0]
    assert "other" not in dict(model.named_buffers())


def test_a_name_is_in_one_register_at_a_time():
    model = Net()
    model.mean = nn.Parameter(autograd.ones(2))
    model.note = 1
    model.note = nn.Identity()
    assert "mean" in dict(model.named_parameters())
    assert "mean" not in dict(model.named_buffers())
    assert "note" not in vars(model)


def test_a_deleted_attribute_is_gone():
    model = Scale()
    del model.factor
    assert list(model.parameters()) == []
    with pytest.raises(AttributeError, match="'Scale' object has no attribute 'factor'"):
        del model.factor


@pytest.mark.parametrize(
    ("register", "name", "error"),
    [
        ("register_parameter", "a.b", KeyError),
        ("register_module", "", KeyError),
        ("add_module", "forward", KeyError),
        ("register_buffer", "body", KeyError),
        ("register_buffer", 3, TypeError),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(register, name, error):
    with pytest.raises(error):
        getattr(Net(), register)(name, None)


@pytest.mark.parametrize(
    ("register", "wanted"),
    [
        ("register_parameter", "nn.Parameter"),
        ("add_module", "nn.Module"),
        ("register_buffer", "Tensor"),
    ],
)
def test_a_value_of_another_kind_is_refused(register, wanted):
    with pytest.raises(TypeError, match=rf"'int' object to \w+ 'x' \({wanted} or None required"):
        getattr(nn.Module(), register)("x", 3)


def test_dir_names_the_parts():
    assert {"body", "scale", "mean", "parameters"} <= set(dir(Net()))


def test_names_and_order_are_pytorchs():
    model = Net()
    assert list(model.state_dict()) == NET["state"]
    assert [name for name, _ in model.named_parameters()] == NET["parameters"]
    assert [name for name, _ in model.named_modules()] == NET["modules"]
    assert len(list(model.modules())) == len(NET["modules"])
    assert [name for name, _ in model.named_children()] == [
        *["body", "heads", "shape", "soft", "criterion"]
    ]
    assert len(list(model.children())) == len(NET["children"])


def test_repr_is_pytorchs():
    assert repr(Net()) == NET["repr"]


def test_an_extra_repr_of_several_lines_is_indented():
    class Wide(nn.Module):
        def extra_repr(self):
            return "a=1\nb=2"

    assert repr(Wide()) == "Wide(\n  a=1\n  b=2\n)"


def test_members_of_this_module_alone():
    model = Net()
    assert [name for name, _ in model.named_parameters(recurse=False)] == ["scale"]
    assert [name for name, _ in model.named_buffers(recurse=False)] == ["mean", "scratch"]
    assert [name for name, _ in model.named_parameters("net", recurse=False)] == ["net.scale"]
    assert len(list(model.buffers())) == 3


def test_a_shared_parameter_counts_once_and_is_saved_twice(tied):
    assert [name for name, _ in tied.named_parameters()] == ["0.weight", "0.bias"]
    assert len(list(tied.named_parameters(remove_duplicate=False))) == 3
    assert list(tied.state_dict()) == ["0.weight", "0.bias", "1.weight"]


def test_a_shared_module_counts_once():
    layer = nn.Linear(2, 2)
    model = nn.Sequential(layer, layer)
    assert [name for name, _ in model.named_modules()] == ["", "0"]
    assert [name for name, _ in model.named_children()] == ["0"]
    assert len(list(model.modules(remove_duplicate=False))) == 3


def test_parts_are_found_by_path():
    model = Net()
    assert model.get_submodule("body.0") is model.body[0]
    assert model.get_submodule("") is model
    assert model.get_parameter("body.0.weight") is model.body[0].weight
    assert model.get_buffer("criterion.weight") is model.criterion.weight


@pytest.mark.parametrize(
    ("get", "path", "message"),
    [
        ("get_submodule", "body.9", "Sequential has no attribute `9`"),
        ("get_submodule", "body.0.weight", "`weight` is not an nn.Module"),
        ("get_parameter", "body.0.gain", "Linear has no attribute `gain`"),
        ("get_parameter", "mean", "`mean` is not a parameter"),
        ("get_buffer", "scale", "`scale` is not a buffer"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ends(get, path, message):
    with pytest.raises(AttributeError, match=message):
        getattr(Net(), get)(path)


def test_train_and_eval_reach_every_module():
    model = Net()
    assert model.eval() is model
    assert not any(module.training for module in model.modules())
    assert all(module.training for module in model.train().modules())
    with pytest.raises(ValueError, match="expected to be boolean, got 1"):
        model.train(1)


def test_train_calls_that_of_every_module():
    class Frozen(nn.Linear):
        def train(self, mode=True):
            return super().train(False)

    model = nn.Sequential(nn.Sequential(Frozen(2, 2)), nn.Dropout()).train()
    assert [one.training for one in model.modules()] == [True, True, False, True]


def test_zero_grad_forgets_or_zeroes():
    model = Scale()
    model(autograd.ones(1)).sum().backward()
    model.zero_grad(set_to_none=False)
    assert model.factor.grad.tolist() == [0.0]
    model.zero_grad()
    assert model.factor.grad is None


def test_frozen_parameters_get_no_gradient():
    model = Scale()
    assert model.requires_grad_(False) is model
    assert not model(autograd.ones(1)).requires_grad


def test_apply_visits_the_inner_modules_first():
    seen = []
    model = nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.ReLU()))
    assert model.apply(lambda module: seen.append(type(module).__name__)) is model
    assert seen == ["Linear", "ReLU", "Sequential", "Sequential"]


def test_conversion_keeps_parameters_and_converts_gradients_and_float_buffers():
    model = Scale()
    model.register_buffer("mean", autograd.zeros(1))
    model.register_buffer("steps", autograd.zeros(1, dtype=autograd.int64))
    factor = model.factor
    model(autograd.ones(1)).sum().backward()
    assert model.to(autograd.float64) is model
    assert model.factor is factor
    assert (factor.dtype, factor.grad.dtype, factor.requires_grad) == ("float64", "float64", True)
    assert (model.mean.dtype, model.steps.dtype) == ("float64", "int64")
    assert model(autograd.ones(1, dtype=autograd.float64)).dtype == "float64"


@pytest.mark.parametrize(
    ("convert", "dtype"),
    [
        (lambda model: model.double(), "float64"),
        (lambda model: model.half(), "float16"),
        (lambda model: model.double().float(), "float32"),
        (lambda model: model.to(autograd.zeros(1, dtype=autograd.float64)), "float64"),
        (lambda model: model.to(device="cpu", dtype=autograd.float64), "float64"),
        (lambda model: model.to("cpu", autograd.float16, non_blocking=True), "float16"),
        (lambda model: model.to(autograd.device("cpu")), "float32"),
        (lambda model: model.cpu(), "float32"),
    ],
)
def test_conversions(convert, dtype):
    assert convert(Scale()).factor.dtype == dtype


@pytest.mark.parametrize(
    "move", [lambda m: m.cuda(), lambda m: m.to("cuda:0"), lambda m: m.to(device="mps")]
)
def test_a_device_that_is_not_there_is_named(move):
    with pytest.raises(RuntimeError, match=r"device '(cuda|cuda:0|mps)' is not available"):
        move(Scale())


def test_a_model_of_integers_is_refused():
    with pytest.raises(TypeError, match=r"only accepts floating point dtypes.*int64"):
        Scale().to(autograd.int64)


def test_an_input_of_another_dtype_names_both_and_the_cure():
    with pytest.raises(RuntimeError, match=r"float64 but weight is float32; .*x\.float\(\)"):
        nn.Linear(2, 1)(autograd.from_numpy(np.ones((1, 2))))


@pytest.mark.parametrize(
    ("move", "error", "words"),
    [
        (lambda m: m.to(dtyp=autograd.float32), TypeError, r"to\(\) got an unexpected.*'dtyp'"),
        (lambda m: m.to(0), RuntimeError, "device '0' is not available"),
        (lambda m: m.to("float64"), TypeError, r"name of a dtype; write .to\(torch.float64\)"),
        (lambda m: m.to(dtype="torch.float64"), TypeError, r"write .to\(torch.float64\)"),
        (lambda m: m.to(autograd.int64), TypeError, "floating point dtypes.*int64"),
    ],
)
def test_moving_to_what_is_no_float_dtype_or_device_is_refused_by_name(move, error, words):
    with pytest.raises(error, match=words):
        move(nn.Linear(1, 1))


def test_a_module_moves_to_a_device_and_dtype_at_once():
    assert nn.Linear(1, 1).to("cpu", autograd.float64, True).weight.dtype == "float64"
    assert nn.Linear(1, 1).to(dtype=autograd.float64, device="cpu").weight.dtype == "float64"


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [
        (nn.functional.relu, r"'function' object.*write nn.ReLU\(\)"),
        (nn.functional.leaky_relu, r"write nn.LeakyReLU\(\)"),
        (nn.ReLU, r"make one: nn.ReLU\(...\)"),
        ([nn.ReLU()], r"spread it: Sequential\(\*modules\)"),
    ],
)
def test_what_is_no_module_in_a_chain_is_refused_with_the_cure(wrong, cure):
    with pytest.raises(TypeError, match=cure):
        nn.Sequential(nn.Linear(1, 1), wrong)
    with pytest.raises(TypeError, match=cure):
        nn.Sequential({"first": wrong})


def test_a_buffer_is_registered_by_being_assigned():
    class Counted(nn.Module):
        def __init__(self):
            super().__init__()
            self.kept = nn.Buffer(autograd.ones(2))
            self.passing = nn.Buffer(autograd.zeros(1), persistent=False)

    module = Counted().type(autograd.float64).share_memory()
    assert list(module.state_dict()) == ["kept"]
    assert [name for name, _ in module.named_buffers()] == ["kept", "passing"]
    assert module.kept.dtype == autograd.float64
    assert list(module.parameters()) == []
