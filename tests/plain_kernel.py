"""Kernels run as plain Python, in a process of its own with NUMBA_DISABLE_JIT=1.

Only what touches memory at an address, and the tiles, which are no Python, have stand-ins here.
"""

import ctypes
import os
import pickle
import subprocess
import sys
from functools import partial

import numpy as np

from autograd.plan.vectors import VECTOR

TYPES = {
    "float32": ctypes.c_float,
    "float64": ctypes.c_double,
    "int64": ctypes.c_int64,
    "bool": ctypes.c_uint8,
}
SCRATCH = np.zeros(1 << 14, np.uint8)


def run_plain(jobs, folder):
    """Run the kernels of (body, words) pairs as plain Python; return what the arrays hold then."""
    (folder / "jobs").write_bytes(pickle.dumps(jobs))
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": paths}
    command = [sys.executable, "-W", "error", __file__, "jobs", "made"]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return pickle.loads((folder / "made").read_bytes())


def _stand_ins():
    def access(name, kind):
        size, dtype = ctypes.sizeof(kind), np.dtype("uint8" if name == "bool" else name).type

        def load(address, place):
            return dtype(kind.from_address(int(address + size * place)).value)

        def store(address, place, value):
            kind.from_address(int(address + size * place)).value = value

        return {
            f"load_{name}": load,
            f"get_{name}": load,
            f"store_{name}": store,
            f"put_{name}": store,
            f"largest_{name}": lambda n, x: np.max([load(x, i) for i in range(n)]),
            f"smallest_{name}": lambda n, x: np.min([load(x, i) for i in range(n)]),
            f"column_sums_{name}": partial(_column_sums, load, size),
        }

    made = {"np": np, "scratch": lambda: SCRATCH.ctypes.data}
    for name, kind in TYPES.items():
        made |= access(name, kind)
    return made


def _column_sums(load, size, n, x, stride, totals, columns):
    held = (ctypes.c_double * max(min(columns, VECTOR // size), 0)).from_address(int(totals))
    for column in range(len(held)):
        held[column] += sum(float(load(x, i * stride + column)) for i in range(n))


def _main():
    from autograd.kernels import mathematics

    names = {name: getattr(mathematics, name) for name in mathematics.__all__} | _stand_ins()
    with open(sys.argv[1], "rb") as file:
        jobs = pickle.load(file)
    for body, words in jobs:
        made = {}
        exec("def kernel(p):\n" + body, names, made)
        row = [one.ctypes.data if isinstance(one, np.ndarray) else one for one in words]
        with np.errstate(all="ignore"):
            made["kernel"](row)
    with open(sys.argv[2], "wb") as file:
        arrays = [[one for one in words if isinstance(one, np.ndarray)] for _, words in jobs]
        pickle.dump(arrays, file)


if __name__ == "__main__":
    _main()
