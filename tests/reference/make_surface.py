"""Make surface/*.npz, what PyTorch returns for every sample of tests/surface, and its gradients.

Run by hand where PyTorch is installed: `python tests/reference/make_surface.py [family ...]`. Made
with PyTorch 2.13. Of each sample are kept, for float64 and float32 inputs, what it returns, and for
float64 the gradients of the leaves; or the class of the error. A file holds all numbers of a kind
one after the other, and as JSON what they are.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from surface import FAMILIES  # noqa: E402
from surface.sampling import cotangent, outputs, run  # noqa: E402


class Numbers:
    """All numbers of a family, by kind, and where each array of them lies."""

    def __init__(self):
        self.kinds = {"float64": [], "float32": [], "int64": []}
        self.sizes = dict.fromkeys(self.kinds, 0)

    def add(self, array):
        """Keep an array; return its dtype, its shape, and where it begins."""
        dtype = str(array.dtype)
        kind = dtype if dtype in self.kinds else "float32" if array.dtype.kind == "f" else "int64"
        start = self.sizes[kind]
        self.kinds[kind].append(array.astype(kind).ravel())
        self.sizes[kind] += array.size
        return [dtype, list(array.shape), kind, start]


def reference(code, numbers):
    made = {}
    for name in ("float64", "float32"):
        leaves = []

        def make(array, name=name, leaves=leaves):
            floats = array.dtype.kind == "f"
            one = torch.from_numpy(array.astype(name) if floats else array)
            if floats:
                leaves.append(one.requires_grad_())
            return one

        torch.manual_seed(0)
        try:
            found = outputs(run(code, torch, make))
            if name == "float64":
                made["gradients"] = gradients(code, found, leaves, numbers)
        except Exception as error:
            return {"error": next(name for name in map(class_name, type(error).__mro__) if name)}
        made[name] = [
            numbers.add(one.numpy(force=True)) if isinstance(one, torch.Tensor) else ["plain", one]
            for one in found
        ]
    return made


def gradients(code, found, leaves, numbers):
    ends = [
        (one, torch.from_numpy(cotangent(code, place, one.shape)).to(one.dtype))
        for place, one in enumerate(found)
        if isinstance(one, torch.Tensor) and one.requires_grad
    ]
    if not ends or not leaves:
        return []
    found = torch.autograd.grad(
        [one for one, _ in ends], leaves, [one for _, one in ends], allow_unused=True
    )
    return [None if one is None else numbers.add(one.numpy(force=True)) for one in found]


def class_name(kind):
    """Return the name of a class of Python's own."""
    return kind.__name__ if kind.__module__ == "builtins" else None


def main():
    warnings.simplefilter("ignore")
    for family in sys.argv[1:] or FAMILIES:
        numbers = Numbers()
        index = {code: reference(code, numbers) for code in FAMILIES[family]}
        refused = [code for code, one in index.items() if "error" in one]
        print(f"{family}: {len(index)} samples, PyTorch refuses {len(refused)}")
        for code in refused:
            print(f"    {index[code]['error']}: {code}")
        arrays = {kind: np.concatenate([np.zeros(0, kind), *kept])
                  for kind, kept in numbers.kinds.items()}  # fmt: skip
        text = np.frombuffer(json.dumps(index, default=str).encode(), np.uint8)
        np.savez_compressed(HERE / "surface" / f"{family}.npz", index=text, **arrays)


if __name__ == "__main__":
    main()
