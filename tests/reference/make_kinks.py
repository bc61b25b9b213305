"""Make kinks.json, what PyTorch returns at ties, kinks and edges, for tests/test_kinks.py.

Run by hand where PyTorch is installed: `python tests/reference/make_kinks.py`. Made with
PyTorch 2.13. A case is code, and the values of x in it; added are the value, its dtype, and the
gradient of its sum with respect to x (float32), or the error.
"""

import json
import warnings
from pathlib import Path

import torch

NAN, INF = float("nan"), float("inf")
EDGES = [0.0, -0.0, 1.0, -1.0, INF, -INF, NAN]

ELEMENTWISE = [
    *((f"{name}(x)", EDGES) for name in ("relu", "leaky_relu", "sqrt", "square", "log", "exp")),
    *((f"{name}(x)", EDGES) for name in ("reciprocal", "sigmoid", "tanh", "sin", "cos", "neg")),
    ("log1p(x)", [-1.0, -2.0, 0.0, 1e-10, INF]),
    ("leaky_relu(x, 0.2)", [0.0, -3.0, 3.0]),
    ("abs(x)", [0.0, -0.0, -INF, -2.0]),
    ("softplus(x)", [0.0, 20.0, 20.5, 100.0, -80.0, -1000.0, NAN, INF, -INF]),
    ("softplus(x, 2, 3)", [1.0, 1.5, 1.6, -1.5]),
    ("exp(x)", [88.0, 89.0, 1000.0, -104.0]),
    ("tanh(x)", [1000.0, -1000.0, 9.0]),
    ("sigmoid(x)", [1000.0, -1000.0, 17.0]),
    ("1 / x", [0.0, -0.0, INF]),
    ("x / 0", [0.0, 1.0, -1.0]),
    ("x * 0", [INF, NAN]),
    ("x * x", [INF, 1e38]),
    ("x - x", [INF]),
    ("clamp(x, 0, 1)", [-1.0, 0.0, 0.5, 1.0, 2.0, NAN]),
    ("clamp(x, 0)", [-1.0, 0.0, 0.5, INF]),
    ("clamp(x, max=0)", [-1.0, 0.0, 0.5, -INF]),
    ("clamp(x, 3, 2)", [-1.0, 2.0, 2.5, 3.0, 4.0]),
    ("clamp(x, 0, nan)", [-1.0, 0.5]),
]
POWERS = [
    *((f"x ** {power}", [0.0, -0.0, 2.0, -3.0]) for power in (0, 1, 2, 3, -1, -2, 2.5)),
    ("x ** 0.5", [0.0, 2.0, -3.0]),
    ("x ** 0", [NAN, INF]),
    ("x ** tensor([0., 1., 2., -1.])", [0.0, 0.0, 0.0, 0.0]),
    ("x ** tensor([2., 3.])", [-1.0, -2.0]),
    ("0 ** x", [0.0, 2.0, -1.0]),
    ("2 ** x", [0.0, 2.0, -1.0, NAN, INF]),
    ("(-2) ** x", [0.0, 2.0, 0.5]),
    ("tensor([0., 0., 1.]) ** x", [0.0, 2.0, INF]),
]
TIES = [
    ("max(x)", [1.0, 3.0, 3.0, 3.0]),
    ("amax(x, 0)", [1.0, 3.0, 3.0, 3.0]),
    ("min(x)", [1.0, 1.0, 3.0]),
    ("amax(x.reshape(2, 3), (0, 1))", [2.0, 1.0, 2.0, 2.0, 0.0, 2.0]),
    ("max(x, 0).values", [1.0, 3.0, 3.0, 3.0]),
    ("max(x, 0).indices", [1.0, 3.0, 3.0, 3.0]),
    ("min(x, 0).values", [2.0, 1.0, 1.0]),
    ("max(x.reshape(2, 2), 1, keepdim=True).values", [1.0, 1.0, 0.0, 2.0]),
    ("argmax(x)", [1.0, NAN, 3.0, NAN]),
    ("max(x)", [1.0, NAN, 3.0, NAN]),
    ("max(x, 0).values", [1.0, NAN, 3.0, NAN]),
    ("maximum(x, tensor(1.))", [0.0, 1.0, 2.0, NAN]),
    ("minimum(x, tensor(1.))", [0.0, 1.0, 2.0, NAN]),
    ("maximum(x, tensor(nan))", [0.0, NAN]),
    ("maximum(x, x)", [0.0, 1.0]),
    ("where(x > 0, sqrt(x), tensor(0.))", [4.0, 0.0, -1.0]),
    ("where(x > 0, x, tensor(0.))", [4.0, 0.0, NAN]),
    ("x[[0, 0, 1]]", [1.0, 2.0]),
]
REDUCTIONS = [
    ("sum(x)", []),
    ("mean(x)", []),
    ("std(x)", [2.0, 2.0, 2.0]),
    ("var(x)", [2.0, 2.0]),
    ("std(x)", [2.0]),
    ("var(x)", [2.0]),
    ("std(x)", []),
    ("var(x, correction=0)", [1.0]),
    ("std(x, correction=0)", [1.0]),
    ("std(x, correction=2)", [1.0, 2.0]),
    ("var(x)", [1.0, INF]),
    ("max(x)", []),
    ("amax(x.reshape(1, 0), 1)", []),
    ("argmax(x)", []),
    ("all(x)", []),
    ("any(x)", []),
    ("softmax(x, 0)", [1000.0, 0.0, -1000.0]),
    ("softmax(x, 0)", [-INF, 0.0, 1.0]),
    ("softmax(x, 0)", [-INF, -INF]),
    ("softmax(x, 0)", [INF, 0.0]),
    ("softmax(x, 0)", []),
    ("log_softmax(x, 0)", [1000.0, 0.0, -1000.0]),
    ("log_softmax(x, 0)", [-INF, 0.0, 1.0]),
]
LOGITS = "binary_cross_entropy_with_logits"
LOSSES = [
    ("binary_cross_entropy(x, tensor([1.]))", [0.0]),
    ("binary_cross_entropy(x, tensor([0.]))", [1.0]),
    ("binary_cross_entropy(x, tensor([1., 0., 0.5, 0.5]))", [1.0, 0.0, 0.0, 1.0]),
    ("binary_cross_entropy(x, tensor([1.]))", [1.5]),
    ("binary_cross_entropy(x, tensor([1.]))", [NAN]),
    ("binary_cross_entropy(tensor([0., 1., 0.2]), x)", [1.0, 0.0, 0.5]),
    (
        f"{LOGITS}(x, tensor([1., 0., 1., 0.]), reduction='none')",
        [1000.0, 1000.0, -1000.0, -1000.0],
    ),
    (f"{LOGITS}(x, tensor([1., 0., 1., 0., 1.]), reduction='none')", [INF, INF, -INF, -INF, NAN]),
    (f"{LOGITS}(x, tensor([0.]))", [0.0]),
    ("mse_loss(x, tensor([1., 1.]))", [1.0, 2.0]),
    ("mse_loss(x, tensor([]))", []),
    ("mse_loss(x, tensor([1, 3]))", [1.0, 2.0]),
    ("cross_entropy(x.reshape(1, -1), tensor([0]))", [1000.0, 0.0, -1000.0]),
    ("cross_entropy(x.reshape(1, -1), tensor([2]))", [1000.0, 0.0, -1000.0]),
    ("cross_entropy(x.reshape(1, -1), tensor([0]))", [-INF, 1.0]),
    ("cross_entropy(x.reshape(2, -1), tensor([-100, 1]))", [1.0, 2.0, 3.0, 5.0]),
    ("cross_entropy(x.reshape(2, -1), tensor([0, 1]), ignore_index=1)", [1.0, 2.0, 3.0, 5.0]),
    ("cross_entropy(x.reshape(2, -1), tensor([-100, -100]))", [1.0, 2.0, 3.0, 5.0]),
    ("cross_entropy(x.reshape(2, -1), tensor([-100, 1]), reduction='none')", [1.0, 2.0, 3.0, 5.0]),
    ("cross_entropy(x.reshape(1, -1), tensor([2]))", [1.0, 2.0]),
    ("cross_entropy(x.reshape(1, -1), tensor([-1]))", [1.0, 2.0]),
    ("cross_entropy(x.reshape(1, -1), tensor([0, 1]))", [1.0, 2.0]),
    ("cross_entropy(x.reshape(1, -1), tensor([1.]))", [1.0, 2.0]),
]
QUOTIENTS = [
    ("tensor([7, -7]) // 2", None),
    ("tensor([7, -7]) % 3", None),
    ("tensor([7, -7]) // -2", None),
    ("tensor([7, -7]) % -3", None),
    ("7 // tensor([2, -2])", None),
    ("tensor([7., -7., 0., inf, nan]) // 2", None),
    ("tensor([7., -7., inf, nan]) % 3", None),
    ("tensor([7., -7., 0.]) // 0", None),
    ("tensor([7., -7., 0.]) % 0", None),
    ("tensor([7., -7.]) // inf", None),
    ("tensor([7., -7.]) % inf", None),
    ("tensor([7, 0]) // 0", None),
    ("tensor([7, 0]) % tensor([0])", None),
    ("tensor([1, 0]) / tensor(0)", None),
    ("x % 3", [7.0, -7.0, 0.0]),
    ("remainder(tensor([7., -7.]), x)", [2.0, 3.0]),
    ("heaviside(tensor([-1., 0., 2., nan]), tensor([0.5]))", None),
    ("heaviside(tensor([-1, 0, 2]), tensor([5]))", None),
    ("isnan(tensor([0., nan, inf]))", None),
]
DTYPES = [
    *(
        (f"sum(tensor([1, 1], dtype={dtype}))", None)
        for dtype in ("bool", "uint8", "int8", "float16")
    ),
    ("sum(tensor([100, 100], dtype=int8))", None),
    ("sum(tensor([True, True]), dtype=float32)", None),
    ("mean(tensor([1, 2]))", None),
    ("mean(tensor([True]))", None),
    ("mean(tensor([1, 2]), dtype=float32)", None),
    ("tensor([1, 2]) / 2", None),
    ("tensor([300.]).to(uint8)", None),
    ("tensor([0.5, nan, 0., -0.]).to(bool)", None),
    ("tensor([2.7, -2.7]).to(int64)", None),
    ("abs(tensor([-128], dtype=int8))", None),
    ("-tensor([1, 0], dtype=uint8)", None),
    ("cat([tensor([]), tensor([[1, 2]])])", None),
    ("cat([tensor([True]), tensor([2], dtype=uint8)])", None),
    ("cat([])", None),
    ("stack([tensor([1]), tensor([1.5])])", None),
    ("stack([])", None),
]
CASES = [*ELEMENTWISE, *POWERS, *TIES, *REDUCTIONS, *LOSSES, *QUOTIENTS, *DTYPES]
NAMES = {**vars(torch), **vars(torch.nn.functional), "nan": NAN, "inf": INF}


def answer(code, values):
    """Return what PyTorch makes of one case."""
    x = None if values is None else torch.tensor(values, dtype=torch.float32, requires_grad=True)
    try:
        y = eval(code, NAMES, {"x": x})
    except Exception as error:
        return {"error": type(error).__name__}
    found = {"value": y.tolist(), "dtype": str(y.dtype).removeprefix("torch.")}
    if y.requires_grad:
        found["gradient"] = torch.autograd.grad(y.sum(), x)[0].tolist()
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    cases = [{"code": code, "x": values, **answer(code, values)} for code, values in CASES]
    lines = ",\n".join(json.dumps(case) for case in cases)
    Path(__file__).with_name("kinks.json").write_text(f"[\n{lines}\n]\n")
