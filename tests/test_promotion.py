"""Results have PyTorch's dtypes (reference/promotion.json, see make_promotion.py)."""

import builtins
import json
import warnings
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd.ops import fused
from nn import functional

PYTORCH = json.loads((Path(__file__).parent / "reference" / "promotion.json").read_text())
NAMES = {**vars(fused), **vars(autograd), "gelu": functional.gelu, "nan": np.nan, "inf": np.inf}
DTYPES = PYTORCH["operands"][:9]
NUMBERS = {"True": True, "1": 1, "1.0": 1.0}
# What we accept although PyTorch does not: Python numbers, bool less an integer, bool powers;
# bool where an integer would do, and integers (as the default float) where only a float will do.
ACCEPTED = {
    *("maximum(a, b)", "minimum(a, b)", "sub(a, b)", "pow(a, b)", "sub(a, b, alpha=2)"),
    *("fmod(a, b)", "fmax(a, b)", "fmin(a, b)", "clamp_min(a, b)", "clamp_max(a, b)"),
    *("clamp(a, b, b)", "copysign(a, b)", "hypot(a, b)", "logaddexp(a, b)", "logaddexp2(a, b)"),
    *("ldexp(a, b)", "atan2(a, b)", "addcmul(a, b, b)", "logical_and(a, b)", "logical_xor(a, b)"),
    *("relu(x)", "softmax(x, 0)", "log_softmax(x, 0)"),
    *("var(x)", "std(x)", "argmax(x)", "argmin(x)", "matmul(x, x)"),
}


def operand(name):
    if name in NUMBERS:
        return NUMBERS[name]
    dtype, _, zero_d = name.partition(" ")
    return autograd.ones(() if zero_d else 2, dtype=getattr(autograd, dtype))


def attempt(code, **values):
    """Return the dtype of the result of code, or the error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = eval(code, NAMES, values)
    except (RuntimeError, TypeError, IndexError, ValueError, OverflowError) as error:
        return error
    return str(getattr(result, "dtype", result)).removeprefix("torch.")


def is_pytorchs(code, expected, result):
    """Tell whether a result or error is PyTorch's; a NotImplementedError is a RuntimeError."""
    if not expected.endswith("Error"):
        return result == expected
    return code in ACCEPTED or isinstance(result, getattr(builtins, expected))


@pytest.mark.parametrize(("code", "left", "row"), PYTORCH["pairs"])
def test_dtype_of_two_operands(code, left, row):
    wrong = []
    for right, expected in zip(PYTORCH["operands"], row.split(), strict=True):
        if expected != "-":
            result = attempt(code, a=operand(left), b=operand(right))
            if not is_pytorchs(code, expected, result):
                wrong.append((right, expected, result))
    assert wrong == []


@pytest.mark.parametrize(("code", "row"), PYTORCH["singles"])
def test_dtype_of_one_operand(code, row):
    wrong = []
    for dtype, expected in zip(DTYPES, row.split(), strict=True):
        result = attempt(code, x=operand(dtype))
        if not is_pytorchs(code, expected, result):
            wrong.append((dtype, expected, result))
    assert wrong == []


@pytest.mark.parametrize("case", PYTORCH["cases"], ids=lambda case: case["code"])
def test_value_or_error(case):
    if "error" in case:
        with pytest.raises(getattr(builtins, case["error"])):
            eval(case["code"], NAMES)
        return
    y = eval(case["code"], NAMES)
    if "dtype" in case:
        assert str(y.dtype) == case["dtype"]
        y = y.tolist()
    np.testing.assert_allclose(y, case["value"], 1e-6)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda x: ~x.float(), TypeError, "integers and booleans, got float32"),
        (lambda x: -x, RuntimeError, "logical_not"),
        (lambda x: x - x, RuntimeError, "logical_xor"),
        (lambda x: x.masked_fill(x.long(), 1), RuntimeError, "booleans, got int64; use .bool()"),
        (lambda x: x.masked_fill(x, x.long()), RuntimeError, r"no axes, got shape \(2,\)"),
        (lambda x: x.long().masked_fill(x, 2.5), RuntimeError, "2.5 .* int64 .* .float()"),
        (lambda x: x.long().masked_fill(x, float("nan")), RuntimeError, "nan .* int64"),
        (lambda x: x.half().masked_fill(x, 1e9), RuntimeError, "1000000000.0 .* float16"),
        (lambda x: x.float().reshape(1, 2).permute(0), RuntimeError, "permute: dims .0. must"),
        (lambda x: x.float().reshape(1, 2).permute(0, 1, 2), RuntimeError, "permute: dims"),
        (lambda x: x[:0].max(), RuntimeError, "^max: shape"),
        (lambda x: x[:0].min(0), IndexError, "^min: shape"),
    ],
)
def test_error_has_pytorchs_type_and_names_the_cure(call, error, says):
    with pytest.raises(error, match=says):
        call(autograd.ones(2, dtype=autograd.bool))


@pytest.mark.parametrize("dtype", DTYPES)
def test_masked_fill_keeps_the_dtype(dtype):
    x = autograd.ones(2, dtype=getattr(autograd, dtype))
    mask = autograd.tensor([True, False])
    for value in (0, False, 0.0, autograd.tensor(0.0)):
        y = x.masked_fill(mask, value)
        assert (y.dtype, y.tolist()) == (x.dtype, [0, 1])
    assert autograd.ones(2).masked_fill(mask, float("-inf")).tolist() == [-np.inf, 1]


def test_logical_not_is_true_where_x_is_zero():
    assert autograd.tensor([0, 2]).logical_not().tolist() == [True, False]
    assert autograd.tensor([0.0, 0.5]).logical_not().tolist() == [True, False]


FLOATS = ("float16", "float32", "float64")


@pytest.mark.parametrize("first", FLOATS)
@pytest.mark.parametrize("second", FLOATS)
def test_second_derivative_passes_through_conversions(first, second):
    x = autograd.tensor([2.0, -3.0], dtype=getattr(autograd, first), requires_grad=True)
    y = (x.to(getattr(autograd, second)) ** 3).sum()
    (slope,) = autograd.grad(y, x, create_graph=True)
    (bend,) = autograd.grad(slope.sum(), x, create_graph=True)
    (third,) = autograd.grad(bend.sum(), x)
    assert {one.dtype for one in (slope, bend, third)} == {x.dtype}
    assert (bend.tolist(), third.tolist()) == ([12, -18], [6, 6])


@pytest.mark.parametrize("first", DTYPES)
@pytest.mark.parametrize("second", DTYPES)
def test_promote_types_is_result_type_of_arrays(first, second):
    met = autograd.promote_types(first, second)
    assert met == autograd.promote_types(second, first)
    assert met == autograd.result_type(operand(first), operand(second))
    assert met == autograd.result_type(operand(f"{first} 0-d"), operand(f"{second} 0-d"))


def test_default_dtype_is_what_integers_become():
    before = autograd.get_default_dtype()
    try:
        autograd.set_default_dtype(autograd.float64)
        assert (autograd.tensor([1, 2]) / 2).dtype == autograd.float64
        assert (autograd.tensor([1, 2]) + 0.5).dtype == autograd.float64
        assert autograd.tensor([1, 2]).exp().dtype == autograd.float64
        assert (autograd.tensor([1, 2], dtype=autograd.float32) + 0.5).dtype == autograd.float32
    finally:
        autograd.set_default_dtype(before)


@pytest.mark.parametrize("number", [300, -1, 2**40])
def test_comparison_with_number_beyond_dtype_is_exact(number):
    """PyTorch wraps the number, so that 44 == 300 among uint8; we compare what is written."""
    x = autograd.tensor([44, 255], dtype=autograd.uint8)
    assert (x == number).tolist() == [False, False]
    assert (x < number).tolist() == [number > 255] * 2
    assert (x >= number).tolist() == [number < 0] * 2
