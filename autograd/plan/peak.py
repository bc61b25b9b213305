"""What one thread of this machine can do: the arithmetic of a large product, and copying."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from typing import NamedTuple

# BLAS reads at its start how many threads it may use: so a process of its own measures.
LIMITS = ("OPENBLAS", "MKL", "OMP", "BLIS")
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in LIMITS} | {"VECLIB_MAXIMUM_THREADS": "1"}
MEASURE = """
import json, time
import numpy as np

def fastest(work, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)

n, rates = 768, {}
for name in ("float32", "float64"):
    a, b, c = (np.ones((n, n), name) for _ in range(3))
    rates[name] = 2 * n**3 / fastest(lambda: np.matmul(a, b, out=c), 12)
source, target = (np.ones(1 << 24, np.float32) for _ in range(2))
rates["copy"] = 2 * source.nbytes / fastest(lambda: np.copyto(target, source), 12)
print(json.dumps(rates))
"""


class Peak(NamedTuple):
    """Operations on numbers a second in float32 and float64, bytes read and written a second."""

    float32: float
    float64: float
    copy: float

    def share_of_arithmetic(self, rate: float, dtype: str) -> float:
        """Return which part of what the thread can do so many operations a second are."""
        return rate / (self.float32 if dtype == "float32" else self.float64)


@functools.cache
def peak() -> Peak:
    """Measure the machine, once a process: about a second, in another process of one thread."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"profile: the machine could not be measured: {done.stderr.strip()}")
    return Peak(**json.loads(done.stdout))
