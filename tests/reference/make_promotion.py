"""Make promotion.json, the dtypes PyTorch computes in, for tests/test_promotion.py.

Run by hand where PyTorch is installed: `python tests/reference/make_promotion.py`. Made with
PyTorch 2.13. `pairs` holds, for a function and its left operand, the dtype of the result (or the
error) for every right operand; `singles` the same for functions of one Tensor of each dtype;
`cases` the value and dtype, or the error, of code.
"""

import json
import warnings
from pathlib import Path

import torch

DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]
NUMBERS = {"True": True, "1": 1, "1.0": 1.0}
PAIRS = [
    *("add(a, b)", "sub(a, b)", "mul(a, b)", "div(a, b)", "pow(a, b)", "a // b", "a % b"),
    *("maximum(a, b)", "minimum(a, b)", "where(tensor([True, False]), a, b)", "a < b", "a == b"),
    *("a & b", "a | b", "a ^ b", "a << b", "a >> b", "result_type(a, b)"),
    *("add(a, b, alpha=2)", "sub(a, b, alpha=2)", "div(a, b, rounding_mode='trunc')"),
    *("div(a, b, rounding_mode='floor')", "fmod(a, b)", "fmax(a, b)", "fmin(a, b)"),
    *("clamp_min(a, b)", "clamp_max(a, b)", "clamp(a, b, b)", "float_power(a, b)"),
    *("copysign(a, b)", "hypot(a, b)", "logaddexp(a, b)", "logaddexp2(a, b)", "xlogy(a, b)"),
    *("ldexp(a, b)", "atan2(a, b)", "lerp(a, b, 0.5)", "addcmul(a, b, b)", "addcdiv(a, b, b)"),
    *("isclose(a, b)", "logical_and(a, b)", "logical_xor(a, b)", "equal(a, b)"),
    *("bitwise_and(a, b)", "bitwise_left_shift(a, b)", "bitwise_right_shift(a, b)", "prelu(a, b)"),
]
FUNCTIONS = """
neg abs sign square reciprocal exp log log1p sqrt sin cos tanh sigmoid relu leaky_relu softplus
isnan sum mean var std amax amin argmax argmin all any max min
floor ceil trunc frac round sgn positive signbit rsqrt nan_to_num deg2rad rad2deg exp2 expm1 log2
log10 tan asin acos atan sinh cosh asinh acosh atanh sinc logit erf erfc erfinv lgamma digamma i0
isinf isfinite isposinf isneginf logical_not bitwise_not selu celu
"""
SINGLES = [
    *(f"{name}(x)" for name in FUNCTIONS.split()),
    *("~x", "softmax(x, 0)", "log_softmax(x, 0)", "clamp(x, 0, 1)", "clamp(x, 0.5)", "x.float()"),
    *("sum(x, dtype=float32)", "mean(x, dtype=float64)", "cat([x, x])", "stack([x, x])", "x[0]"),
    *("polygamma(1, x)", "clamp(x, 0)", "clamp(x, max=1.5)", "clamp_min(x, 0)", "clip(x, 0, 0.5)"),
    *("x.type()", "typename(x)", "is_floating_point(x)", "is_complex(x)"),
    *("x.clone()", "x.reshape(1, -1)", "matmul(x, x)", "max(x, 0).values", "max(x, 0).indices"),
]
CASES = [
    *(f"tensor([1, 2], dtype=uint8) {sign} 300" for sign in ("+", "-", "*", "//", "%", "/", "|")),
    "tensor([1, 2], dtype=uint8) & 300",
    *(f"300 {sign} tensor([1, 7], dtype=uint8)" for sign in ("+", "-", "*", "//", "**", "^")),
    *(f"tensor([1, 2], dtype=uint8) {sign} -1" for sign in ("+", "-", "*", "|", "**")),
    "tensor([100], dtype=uint8) // 256",
    "tensor([1, 2], dtype=int8) * 200",
    "tensor([1, 2], dtype=int8) + 2**40",
    "tensor([1, 2], dtype=int8) + tensor(300)",
    "tensor([1, 2], dtype=uint8) + tensor(-1)",
    "tensor([1, 2]) + 2**63",
    "tensor([1, 2]) + 2**64",
    "tensor([120], dtype=int8) + tensor([100], dtype=int8)",
    "tensor([2, 3], dtype=uint8) ** 10",
    "tensor([2, 3], dtype=int8) ** 300",
    "(-1) ** tensor([1, 2], dtype=uint8)",
    "tensor([1, 2]) ** -1",
    "tensor([1, 2]) ** -1.0",
    "tensor([1, 2, -1, -1, 0]) ** tensor([-1, -1, -3, -2, -2])",
    "2 ** tensor([-1, 2])",
    "tensor([-1, 2, 3], dtype=int8) ** tensor([-1, -2, 3], dtype=int8)",
    "tensor([0]) ** tensor([0])",
    "tensor([True, False]) ** 2",
    "tensor([1.5, 2.5], dtype=float16) * tensor(2.0, dtype=float64)",
    "tensor([3]) // tensor([0.])",
    "tensor([3]) + tensor([0.5], dtype=float16)",
    "tensor([2**24 + 1]) + tensor([0.])",
    "tensor([2**24 + 1]) == tensor([2.**24])",
    "tensor([1]) < 1.5",
    "tensor([True]) < tensor([0.5])",
    "where(tensor([True, False]), 1, 2)",
    "where(tensor([True, False]), 1, 2.5)",
    "where(tensor([True, False]), True, False)",
    "where(tensor([True, False]), tensor([1, 2], dtype=uint8), -1)",
    "tensor([1., 2.]) + tensor([1., 2., 3.])",
    "ones(3) * ones(2, 2)",
    "matmul(ones(2, 3), ones(2, 3))",
    "matmul(ones(2, 3), ones(3, dtype=float64))",
    "matmul(tensor(1.), ones(1))",
    "matmul(ones(2, 1, 3), ones(3, 3, 4))",
    "tensor([1, 2]) + 'a'",
    "tensor([1, 2]) + None",
    "tensor([1, 2]) + [1, 2]",
    "tensor([1.]) == None",
    "clamp(tensor([1.]))",
    "clamp(tensor([1.]), 'a')",
    "tensor([1., 2.]).narrow(0, -1, 1)",
    "tensor([1., 2.]).narrow(0, 1, 2)",
    "tensor([1., 2.]).narrow(1, 0, 1)",
    "gather(tensor([[1, 2, 3], [4, 5, 6]]), 1, tensor([[0, 2], [1, 1]]))",
    "gather(tensor([[1, 2, 3]]), 0, tensor([[0, 0]]))",
    "gather(tensor([1, 2, 3]), 0, tensor([3]))",
    "gather(tensor([1, 2, 3]), 0, tensor([-1]))",
    "gather(tensor([1, 2, 3]), 0, tensor([0.]))",
    "gather(tensor([[1, 2, 3]]), 0, tensor([0]))",
    "gather(tensor([[1, 2, 3]]), 2, tensor([[0]]))",
    "tensor([1., 2.]).expand(2, -1)",
    "tensor([1., 2.]).expand(-1, 2)",
    "tensor([1., 2.]).expand(3)",
    "tensor([[1., 2.]]).permute(0, 0)",
    "tensor([[1., 2.]]).transpose(0, 2)",
    "tensor([1., 2.]).reshape(3)",
    "tensor([1., 2.]).unsqueeze(2)",
    "sum(tensor([1., 2.]), 1)",
    "sum(tensor([1., 2.]), (0, 0))",
    "sum(tensor([[1., 2.]]), ())",
    "sum(tensor(5.), -1)",
    "softmax(tensor([1.]), 1)",
    "allclose(tensor([1., 2.]), tensor([1., 2. + 1e-7]))",
    "allclose(tensor([1., 2.]), tensor([1., 2.1]))",
    "allclose(tensor([1., 2.]), tensor([1., 2.1]), rtol=0.1)",
    "allclose(tensor([1., 2.]), tensor([1., 2.1]), 0.0, 0.2)",
    "allclose(tensor([nan, inf]), tensor([nan, inf]))",
    "allclose(tensor([nan, inf]), tensor([nan, inf]), equal_nan=True)",
    "allclose(tensor([1, 2]), tensor([1, 2]))",
    "allclose(tensor([1]), tensor([1.]))",
    "allclose(ones(2, 3), ones(3))",
    "allclose(ones(2), ones(3))",
    "allclose(ones(0), ones(1))",
    "tensor([1., 2.]).allclose(tensor([1., 2.]))",
    "equal(tensor([1, 2]), tensor([1, 2]))",
    "equal(tensor([1, 2]), tensor([1, 3]))",
    "equal(tensor([1, 2]), tensor([1., 2.]))",
    "equal(tensor([1, 2]), tensor([[1, 2]]))",
    "equal(tensor([nan]), tensor([nan]))",
    "equal(ones(0), ones(0))",
    "equal(tensor([1]), 1)",
    "tensor([1.]).equal(tensor([1.]))",
    "(-1) << tensor([1, 2])",
    "tensor([1, 200], dtype=uint8) << 1",
    "tensor([-7, 7]) >> 1",
    "tensor([-7, 7], dtype=int8) >> 3",
    "div(tensor([-7, 7], dtype=int8), 2, rounding_mode='trunc')",
    "div(tensor([200], dtype=uint8), 7, rounding_mode='trunc')",
    "div(tensor([2**62 + 1]), -1, rounding_mode='trunc')",
    "fmod(tensor([-7, 7], dtype=int8), 3)",
    "round(tensor([5, 15]))",
    "nan_to_num(tensor([inf, -inf, nan], dtype=float16))",
    *(f"{name}(ones(2), ones(3))" for name in ("fmax", "hypot", "atan2", "clamp_min", "isclose")),
    "lerp(ones(2), ones(3), 0.5)",
    "addcmul(ones(2), ones(3), ones(3))",
    "clamp(ones(2), ones(3), ones(2))",
    "addcmul(tensor([1]), tensor([2]), tensor([3]), value=2.7)",
    "erf(tensor([0.5], dtype=float16))",
    "gelu(tensor([0.5], dtype=float16))",
    "sinc(tensor([0.0, 0.5], dtype=float16))",
    "lerp(tensor([1.], dtype=float16), tensor([2.], dtype=float16), 0.25)",
]
NAMES = {**vars(torch), **vars(torch.nn.functional)}


def operands():
    """Return every operand by name: Tensors of two elements, of none but one (0-d), numbers."""
    with_axes = {dtype: torch.ones(2, dtype=getattr(torch, dtype)) for dtype in DTYPES}
    zero_d = {f"{dtype} 0-d": torch.ones((), dtype=getattr(torch, dtype)) for dtype in DTYPES}
    return {**with_axes, **zero_d, **NUMBERS}


def attempt(code, **values):
    """Return the result of code, or the name of the error's type."""
    try:
        return eval(code, NAMES, values)
    except Exception as error:
        return type(error).__name__


def dtype_of(result):
    """Return the name of a result's dtype; an error's name, or a dtype, as it is."""
    return str(getattr(result, "dtype", result)).removeprefix("torch.")


def row(code, name, a):
    """Return the dtypes for all right operands; a dash for two numbers."""
    return " ".join(
        "-" if {name, other} <= set(NUMBERS) else dtype_of(attempt(code, a=a, b=b))
        for other, b in operands().items()
    )


def case(code):
    """Return value and dtype, or the error."""
    result = attempt(code)
    if isinstance(result, str | bool):
        return {"code": code, "error" if isinstance(result, str) else "value": result}
    return {"code": code, "value": result.tolist(), "dtype": dtype_of(result)}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    singles = [
        [code, " ".join(dtype_of(attempt(code, x=operands()[dtype])) for dtype in DTYPES)]
        for code in SINGLES
    ]
    found = {
        "operands": list(operands()),
        "pairs": [
            [code, left, row(code, left, a)] for code in PAIRS for left, a in operands().items()
        ],
        "singles": singles,
        "cases": [case(code) for code in CASES],
    }
    parts = (
        f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, values)) + "\n]"
        for name, values in found.items()
    )
    Path(__file__).with_name("promotion.json").write_text("{" + ",\n".join(parts) + "}\n")
