"""Make layers/*.npz, what PyTorch's layers start with, return and pull back in tests/layers.

Run by hand where PyTorch is installed: `python tests/reference/make_layers.py [family ...]`. Made
with PyTorch 2.13. A file holds for each dtype all numbers one after the other, and as JSON the
repr of every layer and the names, dtypes and shapes of its arrays.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from layers import FAMILIES  # noqa: E402
from layers.running import answers  # noqa: E402

DTYPES = ("float32", "float64")


def main():
    for family in sys.argv[1:] or FAMILIES:
        index, flat = [], {dtype: [] for dtype in DTYPES}
        for make, call in FAMILIES[family]:
            try:
                both = {dtype: answers(torch, make, call, dtype) for dtype in DTYPES}
            except Exception as error:
                raise ValueError(f"{make} {call}") from error
            entry = {"repr": both["float64"][0]}
            for dtype, (_, arrays) in both.items():
                entry[dtype] = [[name, str(a.dtype), a.shape] for name, a in arrays.items()]
                flat[dtype] += [a.astype(dtype).ravel() for a in arrays.values()]
            index.append(entry)
        numbers = {dtype: np.concatenate([np.zeros(0, dtype), *flat[dtype]]) for dtype in DTYPES}
        text = np.frombuffer(json.dumps(index).encode(), np.uint8)
        np.savez_compressed(HERE / "layers" / f"{family}.npz", index=text, **numbers)
        print(f"{family}: {len(index)} samples")


if __name__ == "__main__":
    main()
