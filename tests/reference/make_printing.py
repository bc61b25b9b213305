"""Make printing.json, what PyTorch prints in the cases of tests/test_printing.py.

Run by hand where PyTorch is installed: `python tests/reference/make_printing.py`. Made with
PyTorch 2.13. A case holds values (nested lists), their dtype, a shape where the values are
repeated to fill one, what differs from a plain Tensor, and the expected text.
"""

import json
from pathlib import Path

import numpy as np
import torch

NAN, INF = float("nan"), float("inf")
FLOATS = ("float32", "float64", "float16")
INTEGERS = ("uint8", "int8", "int16", "int32", "int64")

FLOAT_VALUES = {
    "scalar": 1.5,
    "scalar whole": -3.0,
    "scalar tiny": 6.1e-5,
    "scalar nan": NAN,
    "scalar negative zero": -0.0,
    "one": [1.0],
    "fractions": [0.1, -0.25, 3.14159],
    "whole": [1.0, -20.0, 300.0],
    "whole, wide range": [1.0, 20.0, 3000.0],
    "ratio of 1000": [1.0, 1000.0],
    "ratio above 1000": [0.5, 1000.0],
    "smallest before sci": [1.01e-4, 0.05],
    "largest": [65504.0, 60000.5],
    "signed zeros": [0.0, -0.0],
    "zeros beside fractions": [0.0, -0.0, 0.5, -12.25],
    "zeros beside whole": [-0.0, 0.0, 2.0],
    "zeros in sci": [0.0, 1e-3, 1e3],
    "only non-finite": [NAN, INF, -INF],
    "whole and non-finite": [1.0, NAN, INF, -INF],
    "fractions and non-finite": [0.5, NAN, INF, -INF],
    "sci and non-finite": [0.001, 500.0, NAN, -INF],
    "rounded up to whole": [0.99999, 1.5],
    "matrix": [[1.5, -2.25], [0.0, 100.125], [3.0, NAN]],
    "matrix of one row": [[1.0, 2.0, 3.0]],
    "matrix of one column": [[0.25], [0.5]],
    "cube": [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, -8.0]]],
}
DOUBLE_VALUES = {
    "above 1e8": [100000001.0],
    "at 1e8": [100000000.0],
    "below 1e-4": [9.9999e-5],
    "exponent of three digits": [1e-300, 1e300, -5e-324],
    "ratio overflows": [1e308, 1e-308],
    "many digits": [0.123456789, 12345.678],
}
SHAPES = [(0,), (0, 3), (2, 0, 4), (13,), (40,), (3, 17), (2, 1, 3), (2, 3, 1, 2), (1, 1, 1, 1)]
SUMMARISED = [(1001,), (6, 200), (7, 150), (200, 6), (30, 40), (12, 11, 10), (7, 2, 9, 8)]
LINES = [6, 7, 8, 9, 10, 11, 12]
OPTIONS = [
    {"precision": 2},
    {"precision": 0},
    {"precision": 9, "linewidth": 60},
    {"threshold": 5},
    {"threshold": 5, "edgeitems": 1},
    {"threshold": 5, "edgeitems": 0},
    {"edgeitems": 0},
    {"edgeitems": 0, "threshold": 0},
    {"threshold": 0, "edgeitems": 4},
    {"linewidth": 30},
    {"linewidth": 1},
    {"linewidth": 200},
    {"profile": "short"},
    {"profile": "short", "threshold": 4},
    {"profile": "full"},
    {"profile": "full", "precision": 1},
    {"profile": "default", "sci_mode": True},
    {"sci_mode": True, "precision": 1},
    {"sci_mode": False},
]
OPERATIONS = {
    "MulBackward0": lambda t: t * 1,
    "SumBackward0": lambda t: t.sum(),
    "LogSoftmaxBackward0": lambda t: t.log_softmax(-1),
}


def case(values, dtype="float32", **how):
    """Return the case of a Tensor of `values`, made as `how` says, and its text."""
    torch.set_default_dtype(getattr(torch, how.get("default", "float32")))
    torch.set_printoptions(**{"profile": "default", **how.get("options", {})})
    array = np.array(values, dtype)
    tensor = torch.from_numpy(np.resize(array, how.get("shape", array.shape)))
    if how.get("requires_grad") or "grad_fn" in how:
        tensor.requires_grad_()
    if "grad_fn" in how:
        tensor = OPERATIONS[how["grad_fn"]](tensor)
        values = tensor.tolist()
    return {"values": values, "dtype": dtype, **how, "text": repr(tensor)}


def noise(size, scale=1.0):
    """Return a list of `size` normal numbers of few digits, the same in every run."""
    return np.random.default_rng(size).normal(0, scale, size).round(3).tolist()


def by_values():
    """Yield the cases of the tables of values, in every dtype that can hold them."""
    for name, values in FLOAT_VALUES.items():
        for dtype in FLOATS:
            yield f"{name}, {dtype}", case(values, dtype)
    for name, values in DOUBLE_VALUES.items():
        yield f"{name}, float64", case(values, "float64")
    for dtype in INTEGERS:
        info = np.iinfo(dtype)
        yield f"extremes, {dtype}", case([0, 1, int(info.min), int(info.max)], dtype)
        yield f"integer scalar, {dtype}", case(7, dtype)
    yield "booleans", case([[True, False], [False, False]], "bool")
    yield "only True", case([True, True], "bool")
    yield "boolean scalar", case(False, "bool")


def by_shape():
    """Yield the cases of line breaks, brackets and summaries."""
    for shape in SHAPES:
        for dtype in ("float32", "float64", "int64", "bool", "uint8"):
            values = noise(7) if dtype[0] == "f" else [0, 1, 0, 0, 1, 1, 0]
            values = values if 0 not in shape else []
            yield f"{shape}, {dtype}", case(values, dtype, shape=shape)
    for shape in SUMMARISED:
        yield f"summary {shape}, float32", case(noise(13, 5), shape=shape)
        yield f"summary {shape}, int32", case(list(range(-3, 8)), "int32", shape=shape)
    wide = [0.0] * 500 + [1e-9]
    yield "a summary regards what it shows", case(wide, shape=(1500,))
    yield "a thousand elements", case(list(range(10)), "uint8", shape=(1000,))


def by_circumstance():
    """Yield the cases of gradients, default dtypes and options."""
    for size in LINES:
        values, name = noise(size, 3), f"{size} elements"
        yield f"{name}, requires_grad", case(values, requires_grad=True)
        yield f"{name}, float64, requires_grad", case(values, "float64", requires_grad=True)
    for grad_fn in OPERATIONS:
        for size in (3, 8, 9):
            yield f"{size} elements, {grad_fn}", case(noise(size), grad_fn=grad_fn)
        yield f"matrix, {grad_fn}", case([noise(4), noise(4)], "float64", grad_fn=grad_fn)
    yield "empty, requires_grad", case([], shape=(0, 3), requires_grad=True)
    for dtype in (*FLOATS, "int64", "int32"):
        for default in ("float64", "float16"):
            yield f"{dtype}, default {default}", case([1, 2], dtype, default=default)
            yield f"empty {dtype}, default {default}", case([], dtype, default=default)
    for options in OPTIONS:
        matrix, name = [noise(5), noise(5)], json.dumps(options)
        yield f"{name}, vector", case(noise(12, 100), options=options)
        yield f"{name}, matrix", case(matrix, "float64", options=options)
        yield f"{name}, whole", case([1.0, 2.0, NAN], options=options)
        yield f"{name}, integers", case(list(range(5)), "int64", shape=(2, 9), options=options)
        yield f"{name}, scalar", case(0.125, options=options)
    for width in range(20, 75, 3):
        how = {"shape": (0, 3), "requires_grad": True, "options": {"linewidth": width}}
        yield f"three suffixes in {width} columns", case([], "float64", **how)


def main():
    """Write printing.json beside this file, one case a line."""
    cases = [*by_values(), *by_shape(), *by_circumstance()]
    rows = [f"{json.dumps(name)}: {json.dumps(made)}" for name, made in cases]
    assert len(dict(cases)) == len(cases), "two cases have one name"
    text = "{\n" + ",\n".join(rows) + "\n}\n"
    Path(__file__).with_name("printing.json").write_text(text)


if __name__ == "__main__":
    main()
