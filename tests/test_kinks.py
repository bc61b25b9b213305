"""At ties, kinks and edges: PyTorch's answers (reference/kinks.json, see make_kinks.py)."""

import builtins
import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from op_table import TABLE

import autograd
from autograd import Scalar, grad, tensor
from autograd.ops import fused
from autograd.ops.elementwise import cast

pytestmark = pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")

CASES = json.loads((Path(__file__).parent / "reference" / "kinks.json").read_text())
NAN, INF = float("nan"), float("inf")
NAMES = {**vars(fused), **vars(autograd), "nan": NAN, "inf": INF}
# What we do not copy, on purpose: code, x, our gradient.
DIFFERENT = [
    pytest.param("var(x, correction=2)", [1.0, 2.0], [NAN, NAN], id="0/0 is nan; PyTorch says inf"),
    pytest.param("x ** 0.5", [-0.0], [INF], id="C's pow of -0.0 is inf; PyTorch's rsqrt is -inf"),
    pytest.param("x // 2", [7.0], [0.0], id="flat; PyTorch has no derivative"),
    pytest.param("heaviside(x, tensor(0.5))", [0.0, 2.0], [0.0, 0.0], id="flat; PyTorch has none"),
]


def run(code, values):
    x = None if values is None else tensor(values, dtype=autograd.float32, requires_grad=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "var\\(\\), std\\(\\): degrees of freedom", UserWarning)
        return x, eval(code, NAMES, {"x": x})


def slope(code, values):
    x, y = run(code, values)
    return grad(y.sum(), x)[0].tolist()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['code']} at {case['x']}")
def test_is_pytorchs(case):
    if "error" in case:
        with pytest.raises(getattr(builtins, case["error"])):
            run(case["code"], case["x"])
        return
    x, y = run(case["code"], case["x"])
    np.testing.assert_allclose(np.asarray(y.tolist()), np.asarray(case["value"]), 1e-6)
    assert str(y.dtype) == case["dtype"]
    assert y.requires_grad == ("gradient" in case)
    if y.requires_grad:
        for create_graph in (False, True):
            (found,) = grad(y.sum(), x, retain_graph=True, create_graph=create_graph)
            np.testing.assert_allclose(found.tolist(), case["gradient"], 1e-6, 1e-7)


@pytest.mark.parametrize(("code", "values", "gradient"), DIFFERENT)
def test_difference_from_pytorch(code, values, gradient):
    np.testing.assert_array_equal(slope(code, values), gradient)


@pytest.mark.parametrize(
    ("code", "at", "gradient"),
    [
        ("relu(x)", [0.0], [0.0]),
        ("leaky_relu(x)", [0.0], [0.01]),
        ("abs(x)", [0.0, NAN], [0.0, 0.0]),
        ("sqrt(x)", [0.0], [INF]),
        ("max(x)", [3.0, 1.0, 3.0, 3.0], [1 / 3, 0.0, 1 / 3, 1 / 3]),
        ("amax(x)", [3.0, 1.0, 3.0], [0.5, 0.0, 0.5]),
        ("max(x, 0).values", [1.0, 3.0, 3.0], [0.0, 1.0, 0.0]),
        ("maximum(x, tensor(1.))", [1.0], [0.5]),
        ("clamp(x, 0, 1)", [0.0, 1.0, 1.5], [1.0, 1.0, 0.0]),
        ("where(x > 0, sqrt(x), tensor(0.))", [-1.0], [NAN]),
        ("binary_cross_entropy(x, tensor([1.]))", [0.0], [-1e12]),
        ("std(x)", [2.0, 2.0], [0.0, 0.0]),
        ("x ** 0", [0.0], [0.0]),
        ("x[[0, 0, 1]]", [1.0, 2.0], [2.0, 1.0]),
    ],
)
def test_slope_at_kink(code, at, gradient):
    np.testing.assert_allclose(slope(code, at), gradient, 1e-6)


def test_sign_of_nan_is_zero():
    assert tensor([NAN, -2.0, 0.0, INF]).sign().tolist() == [0, -1, 0, 1]


def test_place_in_a_tensor_of_no_axes_has_none():
    assert tuple(tensor(1.0).argmax(0, keepdim=True).shape) == ()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(1,), (7,), (60, 50)])
def test_selection_beside_zero_keeps_every_bit(shape, dtype):
    rng = np.random.default_rng(0)
    x = np.asarray(rng.choice([-0.0, 1.5, -INF, NAN], shape), dtype)
    kept = np.asarray(rng.random(shape) < 0.5)
    for condition, *pair in ((kept, x, 0), (kept, 0, x), (kept.T, x.T, 0), (kept[:0], 0, x[:0])):
        y = np.asarray(autograd.where(condition, *pair))
        assert y.tobytes() == np.where(condition, *pair).tobytes()


def test_binary_cross_entropy_of_impossible_event_is_100():
    assert fused.binary_cross_entropy(tensor([0.0]), tensor([1.0])).item() == 100


@pytest.mark.parametrize("values", [[2.0], []])
@pytest.mark.parametrize("name", ["var", "std"])
def test_spread_of_too_few_values_warns_and_is_nan(name, values):
    with pytest.warns(UserWarning, match=f"degrees of freedom is <= 0: {len(values)} values"):
        assert np.isnan(getattr(tensor(values), name)().item())


@pytest.mark.parametrize(
    ("call", "slope"),
    [
        (lambda x: x.relu(), 0.0),
        (lambda x: abs(x), 0.0),
        (lambda x: x.sqrt(), INF),
        (lambda x: x.maximum(0), 0.5),
        (lambda x: x.clamp(0, 1), 1.0),
        (lambda x: 1 / x, -INF),
        (lambda x: x**0, 0.0),
        (lambda x: autograd.leaky_relu(x), 0.01),
    ],
)
def test_scalar_slope_at_zero(call, slope):
    x = Scalar(0.0)
    call(x).backward()
    assert x.grad == slope


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (lambda x: x.exp(), INF),
        (lambda x: (-x).exp(), 0.0),
        (lambda x: (x * 0).log(), -INF),
        (lambda x: (-x).log(), NAN),
        (lambda x: x / 0, INF),
        (lambda x: x ** (x * x), INF),
        (lambda x: (-x) ** 0.5, NAN),
        (lambda x: x // 0, INF),
        (lambda x: x % 0, NAN),
        (lambda x: (x * INF).sin(), NAN),
    ],
)
def test_scalar_does_not_raise_where_python_does(call, value):
    np.testing.assert_array_equal(call(Scalar(1000.0)).data, value)


EXTREMES = [0.0, INF, -1.0, NAN, -INF, 1e38, -1e38, 1e-40, -0.0, 1.0]


def extreme(arg, low):
    """Return a float array filled with the hardest values, from `low` on to 1 if it is not None."""
    if not isinstance(arg, np.ndarray) or arg.dtype.kind != "f":
        return arg
    values = EXTREMES if low is None else [low, 1.0, 1e-40]
    return autograd.from_numpy(np.resize(values, arg.shape).astype(np.float32))


COMPUTING = [row for row in TABLE if row.function is not cast]


@pytest.mark.parametrize("row", COMPUTING, ids=lambda row: row.name)
def test_extreme_values_give_no_warning(row):
    for sample in row.samples:
        bounded = row.name == "probabilities" or "entropy" in row.name
        args = [extreme(arg, 0.0 if bounded else None) for arg in sample.args]
        floats = [arg.requires_grad_() for arg in args if isinstance(arg, autograd.Tensor)]
        if floats:
            row.function(*map(lifted, args), **sample.statics)
            y = row.function(*args, **sample.statics)
            if y.requires_grad:
                for create_graph in (True, False):
                    grad(y, floats, autograd.ones_like(y), create_graph=create_graph)


def lifted(arg):
    return arg.array.copy() if isinstance(arg, autograd.Tensor) else arg
