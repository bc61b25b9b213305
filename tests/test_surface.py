"""Every sample of the surface: PyTorch's values, dtypes and gradients, however computed."""

import builtins
import json
import re
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from side_by_side import Case, assert_same_compiled
from surface import FAMILIES
from surface.sampling import cotangent, outputs, run
from test_ops import DRAWS, TABLE, every_op

import autograd
import nn.torch as torch
from autograd import Tensor, grad
from autograd.plan import TraceError, compiling

FOLDER = Path(__file__).parent / "reference" / "surface"
STEP = 1e-5
TOLERANCE = {"float64": 1e-9, "float32": 2e-5, "float16": 2e-3}
SAMPLES = [(family, code) for family, codes in FAMILIES.items() for code in codes]
each = pytest.mark.parametrize(
    ("family", "code"), SAMPLES, ids=lambda one: str(one).replace("::", "")
)


@cache
def references(family):
    """Return PyTorch's answers to the samples of a family, and the numbers they are made of."""
    with np.load(FOLDER / f"{family}.npz") as arrays:
        numbers = {name: arrays[name] for name in arrays.files}
    return json.loads(numbers.pop("index").tobytes()), numbers


def reference(family, code):
    index, numbers = references(family)
    return index[code], numbers


def array_of(kept, numbers):
    dtype, shape, kind, start = kept
    flat = numbers[kind][start : start + int(np.prod(shape))]
    return flat.astype(dtype).reshape(shape)


class Leaves(list):
    """Makes the Tensors of a sample, and keeps its leaves; `given` ones come before drawn ones."""

    def __init__(self, dtype="float64", layout=np.copy, given=(), requires_grad=True):
        super().__init__()
        self.dtype, self.layout, self.given = dtype, layout, iter(given)
        self.requires_grad = requires_grad

    def __call__(self, array):
        if array.dtype.kind != "f":
            return autograd.from_numpy(np.asarray(self.layout(array)))
        one = next(self.given, None)
        if not isinstance(one, Tensor):
            array = array.astype(self.dtype) if one is None else one
            one = autograd.from_numpy(np.asarray(self.layout(array)))
            one.requires_grad_(self.requires_grad)
        self.append(one)
        return one


def answer(code, make):
    """Return what a sample returns, from the seed 0."""
    torch.manual_seed(0)
    return answer_unseeded(code, make)


def answer_unseeded(code, make):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return outputs(run(code, torch, make))


def pulled(code, found, leaves, create_graph=False):
    """Return the gradients of the leaves for the cotangents of a sample, and the cotangents."""
    ends = [
        (one, autograd.from_numpy(cotangent(code, place, one.shape).astype(one.dtype)))
        for place, one in enumerate(found)
        if isinstance(one, Tensor) and one.requires_grad
    ]
    ones, weights = [one for one, _ in ends], [one.requires_grad_(create_graph) for _, one in ends]
    if not ones or not leaves:
        return [], weights
    how = dict(create_graph=create_graph, allow_unused=True)
    return grad(ones, list(leaves), weights, **how), weights


def accepted(family):
    """Return the samples of a family that PyTorch takes."""
    return [code for code in FAMILIES[family] if "error" not in reference(family, code)[0]]


TAKEN = [(family, code) for family in FAMILIES for code in accepted(family)]
REFUSED = [one for one in SAMPLES if one not in set(TAKEN)]
# Python reads values, or shapes depend on them: no recording takes that.
READS_VALUES = re.compile(r"\b(bincount|unique|equal\()")
SMOOTH = [(family, code) for family, code in TAKEN if any(reference(family, code)[0]["gradients"])]
taken = pytest.mark.parametrize(("family", "code"), TAKEN)
smooth = pytest.mark.parametrize(("family", "code"), SMOOTH)


def some(samples):
    """Parametrize a test that takes long by every third sample in the ordinary run, else by all."""
    marks = [() if place % 3 == 0 else pytest.mark.nightly for place in range(len(samples))]
    found = [pytest.param(*one, marks=mark) for one, mark in zip(samples, marks, strict=True)]
    return pytest.mark.parametrize(("family", "code"), found)


def assert_close(got, expected, tolerance=0):
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape)
    tolerance = max(tolerance, TOLERANCE.get(str(expected.dtype), 0))
    np.testing.assert_allclose(got, expected, tolerance, tolerance)


@taken
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_value_and_dtype_are_pytorchs(family, code, dtype):
    kept, numbers = reference(family, code)
    found = answer(code, Leaves(dtype))
    assert len(found) == len(kept[dtype])
    for one, expected in zip(found, kept[dtype], strict=True):
        if expected[0] == "plain":
            assert one == expected[1] or str(one) == expected[1]
        else:
            assert_close(one.detach().array, array_of(expected, numbers))


@smooth
def test_gradient_is_pytorchs(family, code):
    kept, numbers = reference(family, code)
    leaves = Leaves()
    gradients, _ = pulled(code, answer(code, leaves), leaves)
    for one, expected in zip(gradients, kept["gradients"], strict=True):
        if expected is None:
            assert one is None or not one.array.any()
        else:
            expected = array_of(expected, numbers)
            assert_close(np.zeros_like(expected) if one is None else one.array, expected, 1e-8)


def along(arrays, directions, step):
    return [one + step * other for one, other in zip(arrays, directions, strict=True)]


def weighted(found, weights):
    floats = [one for one in found if isinstance(one, Tensor) and one.requires_grad]
    return sum((one.detach().array * w.detach().array).sum()
               for one, w in zip(floats, weights, strict=True))  # fmt: skip


@some(SMOOTH)
def test_gradients_of_first_and_second_order_are_the_finite_differences(family, code):
    leaves = Leaves()
    found = answer(code, leaves)
    first, weights = pulled(code, found, leaves, create_graph=True)
    random = np.random.default_rng(1)
    arrays = [one.detach().array.copy() for one in leaves]
    directions = [random.standard_normal(one.shape) for one in arrays]

    def difference(function):
        above, below = (function(along(arrays, directions, step)) for step in (STEP, -STEP))
        return (above - below) / (2 * STEP)

    def value(given):
        return weighted(answer(code, Leaves(given=given)), weights)

    def slope(gradients):
        pairs = zip(gradients, directions, strict=True)
        return sum((one.detach().array * other).sum() for one, other in pairs if one is not None)

    np.testing.assert_allclose(slope(first), difference(value), 1e-6, 1e-6)
    curved = [one for one in first if one is not None and one.requires_grad]
    if not curved:
        return
    chosen = [autograd.from_numpy(random.standard_normal(one.shape)) for one in curved]
    second = grad(curved, list(leaves), chosen, allow_unused=True)

    def first_slope(given):
        again = Leaves(given=given)
        made, _ = pulled(code, answer(code, again), again, create_graph=True)
        made = [one for one in made if one is not None and one.requires_grad]
        return sum(
            (one.detach().array * w.array).sum() for one, w in zip(made, chosen, strict=True)
        )

    np.testing.assert_allclose(slope(second), difference(first_slope), 1e-5, 1e-5)


def turned_round(array):
    """Return the same array with negative strides."""
    back = (..., *[slice(None, None, -1)] * array.ndim)
    return array[back].copy()[back]


def spread_out(array):
    """Return the same array as every other element of a larger one."""
    large = np.full([2 * size for size in array.shape], 9).astype(array.dtype)
    view = large[(..., *[slice(None, None, 2)] * array.ndim)]
    view[...] = array
    return view


@some(TAKEN)
@pytest.mark.parametrize(
    "layout", [turned_round, pytest.param(spread_out, marks=pytest.mark.nightly)]
)
def test_layout_does_not_matter(family, code, layout):
    if ".view(" in code or "stride" in code or "contiguous" in code:
        # What a view is allowed to do depends on the layout.
        layout = np.copy
    one, other = Leaves(), Leaves(layout=layout)
    expected, found = answer(code, one), answer(code, other)
    pairs = [*zip(expected, found, strict=True)]
    pairs += zip(pulled(code, expected, one)[0], pulled(code, found, other)[0], strict=True)
    for left, right in pairs:
        if isinstance(left, Tensor):
            assert_close(right.detach().array, left.detach().array)


@pytest.mark.parametrize(("family", "code"), REFUSED)
def test_what_pytorch_refuses_raises_its_error(family, code):
    expected = getattr(builtins, reference(family, code)[0]["error"])
    leaves = Leaves()
    with pytest.raises(expected):
        pulled(code, answer(code, leaves), leaves)


def step_of(code, dtype="float64"):
    """Return the case of a compiled step that computes a sample, and goes back through it."""
    drawn = Leaves(dtype)
    found = answer(code, drawn)
    smooth = any(isinstance(one, Tensor) and one.requires_grad for one in found)
    arrays = [one.detach().array for one in drawn]

    def step(*given):
        made = answer_unseeded(code, Leaves(given=given))
        ends = [one for one in made if isinstance(one, Tensor) and one.requires_grad]
        if ends:
            sum(one.sum() for one in ends).backward()
        return tuple(one for one in made if isinstance(one, Tensor))

    def call():
        made = [autograd.from_numpy(array.copy()) for array in arrays]
        return tuple(one.requires_grad_(smooth) for one in made)

    return Case(step, calls=[call() for _ in range(3)])


# A compiled step takes no values out of the graph, and draws its own constants only once.
@pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")
@some(TAKEN)
def test_sample_is_the_same_replayed(family, code, monkeypatch):
    monkeypatch.setattr(compiling, "_plan", compiling.Replayed)
    if READS_VALUES.search(code):
        case = step_of(code)
        with pytest.raises(TraceError, match="is read while the step is recorded"):
            autograd.compile(case.step)(*case.calls[0])
    else:
        assert_same_compiled(lambda: step_of(code), native=False)


def firsts():
    """Return of every function the first sample that has a gradient."""
    seen = {}
    for family, code in SMOOTH:
        names = tuple(re.findall(r"([\w.]+)\(", code))
        seen.setdefault(names[:1], (family, code))
    return [*seen.values()]


# To compile a kernel takes most of a second: of the functions some in the ordinary run.
@pytest.mark.parametrize(
    ("family", "code"),
    [
        pytest.param(*one, marks=() if place % 24 == 0 else pytest.mark.nightly)
        for place, one in enumerate(firsts())
    ],
)
def test_sample_is_the_same_compiled(family, code):
    assert_same_compiled(lambda: step_of(code, "float32"))


def test_every_op_has_a_row_or_is_reached_by_a_sample(monkeypatch):
    monkeypatch.setattr(compiling, "_plan", compiling.Replayed)
    shaped = {op for op in every_op() if READS_VALUES.match(op.name)}
    missing = every_op() - {row.op for row in TABLE} - shaped
    # Reached by layers alone: tests/layers has samples of them.
    missing -= {op for op in missing if op.name in ("recurrence", "recurrence_pull")}
    for _, code in TAKEN:
        if READS_VALUES.search(code):
            continue
        if {op.name for op in missing} <= DRAWS:
            return
        case = step_of(code)
        step = autograd.compile(case.step)
        for args in case.calls[:2]:
            step(*args)
        recordings = [one.recording for plans in step._plans.values() for one in plans]
        missing -= {one.op for recording in recordings for one in recording.instructions}
    assert {op.name for op in missing} <= DRAWS
