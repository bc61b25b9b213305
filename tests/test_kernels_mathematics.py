"""exp, log and their kin in kernels: errors in ulp, special values, plain Python."""

import os
import subprocess
import sys

import numpy as np
import pytest
from test_plan_kernels import run

LONG = np.longdouble
# What the docstrings state, in units in the last place.
BOUNDS = {"exp": 1.1, "log": 1, "log1p": 2, "tanh": 3, "sigmoid": 3, "softplus": 3}
# Where long doubles are no wider than doubles, the reference is an ulp off itself.
SLACK = {np.float32: 0, np.float64: 0 if np.finfo(LONG).eps < 2.0**-60 else 1}
TYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
FUNCTIONS = pytest.mark.parametrize("name", BOUNDS)


def computed(name, x):
    """Return a function of x, as a kernel computes it."""
    dtype, y = x.dtype.name, np.empty_like(x)
    body = f"""
    n0 = p[0]; a0 = p[1]; a1 = p[2]
    for i0 in range(n0):
        x0 = load_{dtype}(a0, i0)
        store_{dtype}(a1, i0, np.{dtype}({name}(x0)))
"""
    run(body, [x.size, x, y])
    return y


def exact(name, x):
    """Return a function of x in the widest floats there are."""
    x = x.astype(LONG)
    small = np.exp(-abs(x))
    made = {
        "sigmoid": lambda: np.where(x < 0, small, 1) / (1 + small),
        "softplus": lambda: np.maximum(x, 0) + np.log1p(small),
    }
    return made[name]() if name in made else getattr(np, name)(x)


def sample(name, dtype, size=100_000):
    """Return values of all magnitudes and signs, and more of them where the function bends."""
    kind, rng = np.finfo(dtype), np.random.default_rng(0)
    lowest = float(np.log2(LONG(kind.smallest_subnormal)))
    magnitudes = np.exp2(rng.uniform(lowest, kind.maxexp, size).astype(LONG)).astype(dtype)
    edges = [kind.smallest_subnormal, kind.tiny, kind.eps, 1, kind.max]
    near = rng.uniform(-1, 3, size) if name == "log1p" else rng.normal(0, 1, size)
    reach = float(np.log(LONG(kind.max))) + 40
    parts = [magnitudes, edges, near, rng.uniform(0.5, 2, size), rng.uniform(-reach, reach, size)]
    x = np.concatenate([np.asarray(part, dtype) for part in parts])
    return x[np.isfinite(x)] if name == "log" else np.concatenate([x, -x])


def ulps(y, expected):
    """Return the distance in units in the last place; of denormal results, of the smallest."""
    kind = np.finfo(y.dtype)
    nearest = expected.astype(y.dtype)
    unit = np.spacing(np.maximum(np.minimum(abs(nearest), kind.max), kind.tiny)).astype(LONG)
    # Beyond the largest number infinity stands for the next one.
    held = np.where(np.isinf(y), np.copysign(LONG(2) ** kind.maxexp, y), y.astype(LONG))
    bounded = np.clip(expected, -(LONG(2) ** kind.maxexp), LONG(2) ** kind.maxexp)
    return abs(held - bounded) / unit


@TYPES
@FUNCTIONS
def test_error_is_within_the_bound_that_the_docstring_states(name, dtype):
    with np.errstate(all="ignore"):
        x = sample(name, dtype)
        y, expected = computed(name, x), exact(name, x)
        known = ~np.isnan(expected) & np.isfinite(x)
        np.testing.assert_array_equal(np.isnan(y), np.isnan(expected))
        error = ulps(y[known], expected[known])
    worst = np.argmax(error)
    assert error[worst] <= BOUNDS[name] + SLACK[dtype], (x[known][worst], error[worst])


INF, NAN = np.inf, np.nan
SPECIAL = {
    "exp": {0.0: 1, INF: INF, -INF: 0, NAN: NAN, 1e3: INF, -1e3: 0},
    "log": {0.0: -INF, INF: INF, -INF: NAN, NAN: NAN, 1.0: 0, -1.0: NAN, -1e-45: NAN},
    "log1p": {0.0: 0, INF: INF, -INF: NAN, NAN: NAN, -1.0: -INF, -1.5: NAN, 1e-40: 1e-40},
    "tanh": {0.0: 0, INF: 1, -INF: -1, NAN: NAN, 1e3: 1, -1e3: -1, 1e-40: 1e-40},
    "sigmoid": {0.0: 0.5, INF: 1, -INF: 0, NAN: NAN, 1e3: 1, -1e3: 0},
    "softplus": {INF: INF, -INF: 0, NAN: NAN, 1e3: 1e3, -1e3: 0},
}


@TYPES
@FUNCTIONS
def test_infinities_nan_zeros_and_denormals_are_exact(name, dtype):
    x, expected = (np.array(list(one), dtype) for one in (SPECIAL[name], SPECIAL[name].values()))
    np.testing.assert_array_equal(computed(name, x), expected)


@TYPES
@pytest.mark.parametrize("name", ["tanh", "log1p"])
def test_zero_keeps_its_sign(name, dtype):
    y = computed(name, np.array([0.0, -0.0], dtype))
    assert np.signbit(y).tolist() == [False, True]


PLAIN = """
import sys
import numpy as np
from autograd.kernels import mathematics
given = dict(np.load(sys.argv[1]))
with np.errstate(all="ignore"):
    made = {key: np.array([getattr(mathematics, key.split()[0])(one) for one in x])
            for key, x in given.items()}
np.savez(sys.argv[2], **made)
"""


def test_plain_python_is_within_the_same_bounds(tmp_path):
    given = {
        f"{name} {dtype.__name__}": np.concatenate(
            [sample(name, dtype, 50), np.array(list(SPECIAL[name]), dtype)]
        )
        for name in BOUNDS
        for dtype in (np.float32, np.float64)
    }
    np.savez(tmp_path / "given.npz", **given)
    command = [sys.executable, "-W", "error", "-c", PLAIN, "given.npz", "made.npz"]
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": paths}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    made = np.load(tmp_path / "made.npz")
    assert set(made) == set(given)
    for key, x in given.items():
        name = key.split()[0]
        with np.errstate(all="ignore"):
            expected = exact(name, x)
            assert made[key].dtype == x.dtype
            np.testing.assert_array_equal(np.isnan(made[key]), np.isnan(expected))
            finite = np.isfinite(expected)
            assert (
                ulps(made[key][finite], expected[finite]).max()
                <= BOUNDS[name] + SLACK[x.dtype.type]
            )
