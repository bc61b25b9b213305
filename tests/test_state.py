"""The state of a Module is saved and loaded by path, whole or not at all."""

import copy
import json
import pickle
from collections import OrderedDict
from pathlib import Path

import pytest

import autograd
import nn

NET = json.loads((Path(__file__).parent / "reference" / "nn.json").read_text())["net"]


class Scale(nn.Module):
    """A factor that is learnt."""

    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(autograd.tensor([2.0]))


@pytest.fixture
def tied():
    """Two layers of one weight."""
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2, bias=False))
    model[1].weight = model[0].weight
    return model


def test_a_state_shares_memory_and_is_outside_the_graph():
    model = Scale()
    state = model.state_dict(prefix="net.")
    assert type(state) is OrderedDict
    assert not state["net.factor"].requires_grad
    state["net.factor"][0] = 9.0
    assert model.factor.tolist() == [9.0]
    assert model.state_dict(keep_vars=True)["factor"] is model.factor


def test_a_state_can_be_collected_in_a_dict_of_ones_own():
    state = {"epoch": 3}
    assert Scale().state_dict(destination=state, prefix="m.") is state
    assert list(state) == ["epoch", "m.factor"]


def test_a_loaded_state_is_copied_and_converted():
    model, weight = (
        nn.Linear(2, 1, bias=False),
        autograd.tensor([[1.0, 2.0]], dtype=autograd.float64),
    )
    kept = model.weight
    result = model.load_state_dict({"weight": weight})
    weight[0, 0] = 5.0
    assert model.weight is kept
    assert (kept.tolist(), kept.dtype) == ([[1.0, 2.0]], autograd.float32)
    assert repr(result) == "<All keys matched successfully>"


def test_keys_that_do_not_fit_are_listed_as_pytorch_lists_them_and_nothing_changes():
    model = nn.Sequential(nn.Linear(2, 3))
    before = model[0].weight.tolist()
    state = {
        "0.weight": autograd.ones(2, 2),
        "0.gain": autograd.ones(1),
        "0.shift": autograd.ones(1),
    }
    with pytest.raises(RuntimeError) as error:
        model.load_state_dict(state)
    assert str(error.value) == NET["mismatch"]
    assert model[0].weight.tolist() == before


def test_one_misshapen_key_keeps_the_others_from_loading():
    model = nn.Linear(2, 3)
    before = model.weight.tolist()
    with pytest.raises(RuntimeError, match="size mismatch for bias"):
        model.load_state_dict(
            {"weight": autograd.ones(3, 2), "bias": autograd.ones(1)}, strict=False
        )
    assert model.weight.tolist() == before


def test_without_strict_other_keys_are_returned():
    model = nn.Linear(1, 1)
    result = model.load_state_dict({"bias": autograd.ones(1), "x": 1}, strict=False)
    assert (result.missing_keys, result.unexpected_keys) == (["weight"], ["x"])
    assert repr(result) == "_IncompatibleKeys(missing_keys=['weight'], unexpected_keys=['x'])"
    assert model.bias.tolist() == [1.0]


def test_values_that_are_no_tensors_are_refused():
    with pytest.raises(RuntimeError, match=r'named "weight", expected a Tensor .*float'):
        nn.Linear(1, 1, bias=False).load_state_dict({"weight": 1.0})
    with pytest.raises(TypeError, match="dict-like"):
        nn.Linear(1, 1).load_state_dict(3)


def test_assigning_takes_the_tensors_themselves():
    model = Scale().requires_grad_(False)
    factor, parameter = autograd.ones(1), nn.Parameter(autograd.ones(1))
    model.load_state_dict({"factor": factor}, assign=True)
    factor[0] = 4.0
    assert model.factor.tolist() == [4.0]
    assert type(model.factor) is nn.Parameter
    model.load_state_dict({"factor": parameter}, assign=True)
    assert model.factor is parameter
    assert not parameter.requires_grad


@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copied_model_is_whole_and_on_its_own(again, tied):
    made = again(tied)
    assert repr(made) == repr(tied)
    assert made[0].weight is made[1].weight
    before = tied[0].weight.tolist()
    made.load_state_dict({name: value * 0 for name, value in made.state_dict().items()})
    assert tied[0].weight.tolist() == before


class Counting(nn.Linear):
    """A layer that saves how often it ran."""

    runs = 0

    def get_extra_state(self):
        return {"runs": self.runs}

    def set_extra_state(self, state):
        self.runs = state["runs"]


def test_extra_state_is_saved_and_loaded_with_the_tensors():
    model, other = nn.Sequential(Counting(1, 1)), nn.Sequential(Counting(1, 1))
    model[0].runs = 3
    assert list(model.state_dict()) == ["0.weight", "0.bias", "0._extra_state"]
    other.load_state_dict(model.state_dict())
    assert other[0].runs == 3
    without = nn.Sequential(nn.Linear(1, 1))
    with pytest.raises(RuntimeError, match=r'Missing key.*: "0._extra_state"'):
        other.load_state_dict(without.state_dict())
    with pytest.raises(RuntimeError, match=r'Unexpected key.*: "0._extra_state"'):
        without.load_state_dict(model.state_dict())


class Renamed(nn.Linear):
    """A layer whose weight was once called `kernel`, and whose bias is saved negated."""

    _version = 2

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "bias"] = -destination[prefix + "bias"]

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, *rest):
        if local_metadata.get("version", 1) < 2:
            state_dict[prefix + "weight"] = state_dict.pop(prefix + "kernel")
        state_dict[prefix + "bias"] = -state_dict[prefix + "bias"]
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)
        self.widest = self.weight.max().item()


def test_a_class_renames_keys_of_older_states_and_reads_what_it_loaded():
    model, old = nn.Sequential(Renamed(2, 1)), {"0.kernel": autograd.tensor([[1.0, 7.0]])}
    model.load_state_dict({**old, "0.bias": autograd.ones(1)})
    assert (model[0].bias.tolist(), model[0].widest) == ([-1.0], 7.0)
    assert list(old) == ["0.kernel"]
    state = model.state_dict()
    assert state["0.bias"].tolist() == [1.0]
    assert repr(model.load_state_dict(state)) == "<All keys matched successfully>"


def test_a_load_that_fails_late_leaves_nothing_changed():
    model = nn.Sequential(Counting(1, 1), Renamed(1, 1))
    model[0].runs, kept = 3, [(one, one.tolist()) for one in model.parameters()]
    state = {key: one if "extra" in key else one + 1 for key, one in model.state_dict().items()}
    state["0._extra_state"] = {"runs": 9}
    with pytest.raises(KeyError, match=r"1\.kernel"):
        model.load_state_dict(state, assign=True)
    state["1.kernel"] = autograd.ones(2, 2)
    with pytest.raises(RuntimeError, match=r"size mismatch for 1\.weight"):
        model.load_state_dict(state)
    assert model[0].runs == 3
    for one, (before, values) in zip(model.parameters(), kept, strict=True):
        assert one is before
        assert one.tolist() == values


def test_a_child_may_save_its_state_otherwise():
    class Silent(nn.Linear):
        def state_dict(self, *, destination, prefix, keep_vars):
            destination[prefix + "all"] = "it"

    assert nn.Sequential(Silent(1, 1)).state_dict() == {"0.all": "it"}


def test_a_class_converts_what_it_holds_besides_its_state():
    class Table(nn.Linear):
        def _apply(self, fn, recurse=True):
            super()._apply(fn, recurse)
            self.table = fn(self.__dict__.get("table", autograd.ones(1)))
            return self

    assert nn.Sequential(Table(1, 1)).double()[0].table.dtype == autograd.float64


def test_hooks_change_a_state_saved_and_a_state_loaded():
    model, seen = nn.Sequential(nn.Linear(1, 1, bias=False)), []
    handles = [
        model[0].register_state_dict_post_hook(
            lambda module, state, prefix, about: state.update({prefix + "w": state.pop("0.weight")})
        ),
        model[0].register_load_state_dict_pre_hook(
            lambda module, state, prefix, *_: state.update({prefix + "weight": state.pop("0.w")})
        ),
        model.register_load_state_dict_post_hook(
            lambda module, keys: seen.append(module[0].weight.item()) or keys.missing_keys.clear()
        ),
    ]
    state = model.state_dict()
    assert list(state) == ["0.w"]
    model.load_state_dict({"0.w": autograd.tensor([[5.0]])})
    assert seen == [5.0]
    handles[1].remove()
    model.load_state_dict({})
    handles[2].remove()
    with pytest.raises(RuntimeError, match="Missing"):
        model.load_state_dict({})


def test_a_batch_norm_takes_an_older_state_without_a_count():
    model = nn.Sequential(nn.BatchNorm1d(2))
    state = model.state_dict()
    del state["0.num_batches_tracked"]
    with pytest.raises(RuntimeError, match=r"Missing.*num_batches_tracked"):
        model.load_state_dict(state)
    assert not any(model.load_state_dict(dict(state)))


def test_a_value_of_one_axis_is_loaded_into_one_of_none():
    model = nn.Module()
    model.a = nn.Parameter(autograd.tensor(1.0))
    assert model.load_state_dict({"a": autograd.tensor([5.0])}) == ([], [])
    assert (model.a.shape, model.a.item()) == ((), 5)
