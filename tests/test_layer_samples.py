"""Every sample of a layer or loss: PyTorch's initial state, results, gradients and repr."""

import copy
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from layers import FAMILIES
from layers.running import INPUTS, Inputs, answers, called, made
from side_by_side import Case, assert_same_compiled

import nn
import nn.torch as torch
from autograd.plan import compiling

FOLDER = Path(__file__).parent / "reference" / "layers"
SAMPLES = [(family, place) for family, samples in FAMILIES.items() for place in range(len(samples))]
TOLERANCE = {"float64": 1e-10, "float32": 1e-5}


def sample_name(one):
    return str(one)


each = pytest.mark.parametrize(("family", "place"), SAMPLES, ids=sample_name)


@cache
def references(family):
    """Return of every sample PyTorch's repr, and by dtype its arrays by name."""
    with np.load(FOLDER / f"{family}.npz") as stored:
        numbers = {dtype: stored[dtype] for dtype in TOLERANCE}
        index = json.loads(stored["index"].tobytes())
    starts = dict.fromkeys(TOLERANCE, 0)
    found = []
    for entry in index:
        kept = {"repr": entry["repr"]}
        for dtype in TOLERANCE:
            kept[dtype] = {}
            for name, kind, shape in entry[dtype]:
                size = int(np.prod(shape))
                flat = numbers[dtype][starts[dtype] : starts[dtype] + size]
                kept[dtype][name] = flat.astype(kind).reshape(shape)
                starts[dtype] += size
        found.append(kept)
    return found


@each
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_layer_starts_answers_and_pulls_back_as_pytorchs(family, place, dtype):
    text, found = answers(torch, *FAMILIES[family][place], dtype)
    kept = references(family)[place]
    assert text == kept["repr"]
    assert list(found) == list(kept[dtype])
    for name, expected in kept[dtype].items():
        got = found[name]
        assert (got.dtype, got.shape) == (expected.dtype, expected.shape), name
        # Normal variates differ by 1 or 2 ulp; what is uniform is exact.
        near = 1e-6 if name.startswith("state") else TOLERANCE[dtype]
        # PyTorch's slope of a hardsigmoid is a sixth as a float32, in float64 too.
        near = max(near, 1e-7) if "Hardsigmoid" in text else near
        scale = near * max(1, np.abs(expected[np.isfinite(expected)]).max(initial=0))
        np.testing.assert_allclose(got, expected, near, scale, err_msg=name)


class Given:
    """Hands out inputs that were drawn before, in their order."""

    def __init__(self, leaves):
        self._leaves = iter(leaves)

    def floats(self, *shape, **bounds):
        return next(self._leaves)

    labels = constant = floats


class Drawn(Inputs):
    """Draws inputs and keeps them all, labels too."""

    def __init__(self, dtype):
        super().__init__(torch, dtype)
        self.all = []

    def floats(self, *shape, **bounds):
        self.all.append(super().floats(*shape, **bounds))
        return self.all[-1]

    def labels(self, classes, *shape):
        self.all.append(super().labels(classes, *shape))
        return self.all[-1]

    def constant(self, *values):
        self.all.append(super().constant(*values))
        return self.all[-1]


def training(family, place, count):
    """Return the case of steps that train a layer on its sample's inputs, drawn anew each time."""
    make, call = FAMILIES[family][place]
    layer = made(torch, make).double()
    parameters = list(layer.parameters())
    optimizer = torch.optim.SGD(parameters, lr=1e-4, momentum=0.9) if parameters else None

    def batch():
        drawn = Drawn(torch.float64)
        called(torch, copy.deepcopy(layer), call, drawn)
        return tuple(drawn.all)

    def step(*given):
        results = called(torch, layer, call, Given(given))
        smooth = [one for one in results if one.requires_grad]
        if smooth:
            sum((one * one).sum() for one in smooth).backward()
        if optimizer:
            optimizer.step()
            optimizer.zero_grad()
        return tuple(results)

    torch.manual_seed(INPUTS)
    calls = [batch() for _ in range(count)]
    return Case(step, state=lambda: [*parameters, *layer.buffers()], calls=calls)


# Some samples are called as PyTorch warns of, or move frozen parameters.
@pytest.mark.filterwarnings("ignore:dropout2d", "ignore:kl_div", "ignore::autograd.LikelyMistake")
@each
def test_twenty_compiled_steps_of_a_layer_are_twenty_eager_ones(family, place, monkeypatch):
    monkeypatch.setattr(compiling, "_plan", compiling.Replayed)
    assert_same_compiled(lambda: training(family, place, 20), native=False)


# To compile a kernel takes most of a second: some in the ordinary run.
@pytest.mark.filterwarnings("ignore:dropout2d", "ignore:kl_div", "ignore::autograd.LikelyMistake")
@pytest.mark.parametrize(
    ("family", "place"),
    [
        pytest.param(*one, marks=() if number % 48 == 0 else pytest.mark.nightly)
        for number, one in enumerate(SAMPLES)
    ],
)
def test_layer_is_the_same_in_native_code(family, place):
    assert_same_compiled(lambda: training(family, place, 5))


def test_every_layer_has_a_sample():
    made_of = " ".join(make for samples in FAMILIES.values() for make, _ in samples)
    layers = {name for name in dir(nn) if is_layer(getattr(nn, name))}
    assert layers <= set(re.findall(r"nn\.(\w+)[(.]", made_of))


def is_layer(one):
    kind = isinstance(one, type) and issubclass(one, nn.Module)
    return kind and one.__module__.startswith(("nn.layers", "nn.losses"))
