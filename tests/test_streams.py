"""The random streams draw what PyTorch drew into reference/streams.npz (see make_streams.py)."""

import copy
import hashlib
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from autograd import streams
from autograd.streams import Generator

HERE = Path(__file__).parent
with np.load(HERE / "reference" / "streams.npz") as archive:
    PYTORCH = dict(archive)

KAIMING = 1 / 20**0.5
NORMAL_SIZES = [1, 15, 16, 17, 31, 100, 1000]


def probabilities(dtype):
    return np.linspace(0, 1, 500).astype(dtype)


DRAWS = {
    "uniform": lambda g: g.uniform((30, 20)),
    "uniform double": lambda g: g.uniform(300, dtype=np.float64),
    "uniform kaiming": lambda g: g.uniform(1000, -KAIMING, KAIMING),
    "uniform far from 0": lambda g: g.uniform(1000, 1000, 1000.1),
    "uniform rounded to high": lambda g: g.uniform(100, 4096, 4096.001),
    "uniform of no width": lambda g: g.uniform(3, 2, 2),
    "uniform double kaiming": lambda g: g.uniform(300, -KAIMING, KAIMING, np.float64),
    "normal scaled": lambda g: g.normal(100, 0.3, 0.7),
    "normal scaled few": lambda g: g.normal(9, 0.3, 0.7),
    "normal double scaled": lambda g: g.normal(100, 0.3, 0.7, np.float64),
    "normal double scaled few": lambda g: g.normal(9, 0.3, 0.7, np.float64),
    "normal double by threes": lambda g: np.concatenate(
        [g.normal(3, dtype=np.float64) for _ in range(101)]
    ),
    "normal of no width": lambda g: g.normal(20, 5, 0),
    "bernoulli number": lambda g: g.bernoulli((50, 10), 0.3),
    "bernoulli number as bool": lambda g: g.bernoulli(100, 0.3, bool),
    "bernoulli array": lambda g: g.bernoulli(500, probabilities(np.float32)),
    "bernoulli double array": lambda g: g.bernoulli(500, probabilities(np.float64), np.float64),
    "bernoulli half array": lambda g: g.bernoulli(500, probabilities(np.float16), np.float16),
    "bernoulli broadcast array": lambda g: g.bernoulli((3, 500), probabilities(np.float32)),
    "integers": lambda g: g.integers(-5, 7, (10, 10)),
    "integers of one value": lambda g: g.integers(3, 4, 5),
    "integers below 2**28": lambda g: g.integers(0, 2**28 - 1, 50),
    "integers to 2**28": lambda g: g.integers(0, 2**28, 50),
    "integers to 2**32": lambda g: g.integers(0, 2**32, 50),
    "integers around 0": lambda g: g.integers(-(2**40), 2**50, 50),
    "integers of 64 bits": lambda g: g.integers(-(2**63), 2**63 - 1, 50),
    "integers as uint8": lambda g: g.integers(0, 256, 50, np.uint8),
    "integers as float": lambda g: g.integers(-9, 9, 50, np.float32),
    "permutation as int32": lambda g: g.permutation(100, np.int32),
    "random64": lambda g: np.array([g.random64() for _ in range(5)]),
}
DRAWS |= {f"normal {n}": lambda g, n=n: g.normal(n) for n in NORMAL_SIZES}
DRAWS |= {f"normal double {n}": lambda g, n=n: g.normal(n, dtype=np.float64) for n in NORMAL_SIZES}
DRAWS |= {f"permutation {n}": lambda g, n=n: g.permutation(n) for n in (0, 1, 2, 3, 10, 1000)}


def seeded(seed=42):
    return Generator().manual_seed(seed)


def assert_same_bits(ours, theirs):
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("name", [name for name in DRAWS if "normal double" not in name])
def test_draw_has_the_bits_of_pytorch(name):
    assert_same_bits(DRAWS[name](seeded()), PYTORCH[name])


@pytest.mark.parametrize("name", [name for name in DRAWS if "normal double" in name])
def test_double_normals_are_those_of_pytorch_to_2_ulp(name):
    # The logarithm and sine of another C library may differ in the last bit.
    np.testing.assert_array_max_ulp(DRAWS[name](seeded()), PYTORCH[name], maxulp=2)


@pytest.mark.parametrize("name", DRAWS)
def test_stream_stays_aligned_after_a_draw(name):
    generator = seeded()
    DRAWS[name](generator)
    assert_same_bits(generator.uniform(3), PYTORCH[f"after {name}"])


def test_mixed_draws_follow_one_stream():
    generator = seeded(7)
    parts = [DRAWS[name](generator) for _ in range(2) for name in PYTORCH if name in DRAWS]
    values = np.concatenate([part.ravel().astype(np.float64) for part in parts])[::7]
    np.testing.assert_array_max_ulp(values, PYTORCH["mixed"], maxulp=2)


def digest(values):
    return hashlib.sha256(values.tobytes()).digest()


@pytest.mark.parametrize("n", [60_000, 65_536, 100_000])
def test_long_permutation_is_that_of_pytorch(n):
    theirs = PYTORCH[f"digest of permutation {n}"].tobytes()
    assert digest(seeded().permutation(n)) == theirs


def test_many_normals_have_the_bits_of_pytorch():
    assert digest(seeded().normal(200_000)) == PYTORCH["digest of normals"].tobytes()


SEEDS = [0, 1, 42, 2**32 - 1, 2**32, 2**32 + 5, 2**64 - 1, -1, -7, -(2**63)]


@pytest.mark.parametrize("seed", SEEDS)
def test_seed_starts_the_stream_of_pytorch(seed):
    assert_same_bits(seeded(seed).uniform(4), PYTORCH[f"seed {seed}"])


def test_numpy_integer_is_a_seed():
    assert_same_bits(seeded(np.int32(42)).uniform(3), seeded(42).uniform(3))


def test_unseeded_generator_starts_at_the_default_seed():
    assert Generator().initial_seed() == 67280421310721
    assert_same_bits(Generator().uniform(4), PYTORCH["unseeded"])


@pytest.mark.parametrize(("seed", "kept"), [(2**40, 2**40), (-1, 2**64 - 1)])
def test_initial_seed_is_the_seed_modulo_2_to_64(seed, kept):
    assert seeded(seed).initial_seed() == kept


def test_seeding_forgets_the_second_of_a_pair():
    generator = seeded()
    first = generator.normal(1)
    assert_same_bits(generator.manual_seed(42).normal(1), first)


def test_seed_differs_every_time_and_is_kept():
    generator = Generator()
    seeds = {generator.seed() for _ in range(5)}
    assert len(seeds) == 5
    assert generator.initial_seed() in seeds


def test_pytorch_state_continues_here_amid_a_pair_of_normals():
    generator = Generator()
    generator.set_state(PYTORCH["state amid a pair"])
    assert generator.initial_seed() == 42
    assert_same_bits(generator.normal(4), PYTORCH["after state"])


def test_state_has_the_bytes_of_pytorch():
    generator = seeded()
    assert_same_bits(generator.get_state().numpy(), PYTORCH["state new"])
    generator.normal(3)
    assert_same_bits(generator.get_state().numpy(), PYTORCH["state amid a pair"])


@pytest.mark.parametrize("used", [0, 1, 623, 624, 625])
def test_state_continues_wherever_it_was_taken(used):
    generator, other = seeded(), Generator()
    generator.uniform(used)
    other.set_state(generator.get_state())
    assert_same_bits(other.uniform(700), generator.uniform(700))


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))]
)
def test_copy_continues_the_stream_on_its_own(copied):
    generator = seeded()
    generator.normal(3)
    other = copied(generator)
    assert_same_bits(other.normal(40), generator.normal(40))
    generator.uniform(1)
    assert other.uniform(1) != generator.uniform(1)


def all_bits(generator):
    return b"".join(draw(generator).tobytes() for draw in DRAWS.values())


def test_threads_with_own_generators_draw_what_serial_runs_draw():
    with ThreadPoolExecutor(8) as pool:
        threaded = list(pool.map(all_bits, [seeded(k) for k in range(8)]))
    assert threaded == [all_bits(seeded(k)) for k in range(8)]


def test_threads_sharing_a_generator_share_out_one_stream():
    shared, alone = seeded(), seeded()
    with ThreadPoolExecutor(8) as pool:
        threaded = list(pool.map(lambda _: shared.normal(1001).tobytes(), range(40)))
    assert sorted(threaded) == sorted(alone.normal(1001).tobytes() for _ in range(40))


@pytest.mark.parametrize(
    "draw",
    [
        lambda shape: seeded().uniform(shape),
        lambda shape: seeded().uniform(shape, -1, 1, np.float64),
        lambda shape: seeded().normal(shape),
        lambda shape: seeded().bernoulli(shape, 0.5),
        lambda shape: seeded().integers(0, 9, shape),
    ],
)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (3, 2), [4]])
def test_draw_is_an_array_of_the_shape(draw, shape):
    values = draw(shape)
    assert isinstance(values, np.ndarray)
    assert values.shape == tuple(shape)
    assert values.flags.owndata or values.base.flags.owndata


def test_uniform_stays_below_high():
    assert seeded().uniform(1000, 4096, 4096.001).max() < np.float32(4096.001)


@pytest.mark.parametrize("p", [0, 1, np.float32(0), np.zeros(100, np.float32), np.ones(100)])
def test_sure_events_are_sure(p):
    assert (seeded().bernoulli(100, p) == p).all()


def test_permutation_holds_each_number_once():
    assert sorted(seeded().permutation(1000).tolist()) == list(range(1000))


def test_default_generator_follows_the_functions():
    assert streams.manual_seed(42) is streams.default_generator
    assert streams.initial_seed() == 42
    assert_same_bits(streams.default_generator.uniform((30, 20)), PYTORCH["uniform"])
    assert streams.seed() == streams.initial_seed() != 42


def test_default_generator_takes_what_int_takes_as_a_seed():
    assert streams.manual_seed(3.0).initial_seed() == 3


def test_import_leaves_numpy_random_alone():
    script = (
        "import sys, numpy; before = 'numpy.random' in sys.modules; import autograd.streams;"
        "sys.exit(('numpy.random' in sys.modules) != before)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=HERE.parent).returncode == 0


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: Generator("cuda"), RuntimeError, "'cuda'; use 'cpu'"),
        (lambda: seeded(2**64), ValueError, "18446744073709551616 does not fit 64 bits"),
        (lambda: seeded(-(2**63) - 1), ValueError, "does not fit 64 bits"),
        (lambda: seeded(1.5), RuntimeError, r"1.5 is not an integer; convert it with int\(\)"),
        (lambda: seeded().uniform((2, -3)), RuntimeError, r"\(2, -3\) has the negative size -3"),
        (lambda: seeded().integers(0, 2, -1), RuntimeError, "negative size -1"),
        (lambda: seeded().uniform(3, 1, 0), RuntimeError, "low=1 is above high=0; swap them"),
        (lambda: seeded().uniform(3, 0, np.inf), RuntimeError, "high=inf; narrow them"),
        (lambda: seeded().uniform(3, np.nan, 1), RuntimeError, "low=nan"),
        (lambda: seeded().uniform(3, -3e38, 3e38), RuntimeError, "float32 cannot hold"),
        (lambda: seeded().uniform(3, dtype=int), NotImplementedError, "int64; use float32 or"),
        (lambda: seeded().normal(3, std=-1), RuntimeError, "std=-1 is negative; pass 0 or more"),
        (lambda: seeded().normal(3, std=np.nan), RuntimeError, "std=nan"),
        (lambda: seeded().normal(3, dtype=np.float16), NotImplementedError, "no draws in float16"),
        (lambda: seeded().bernoulli(3, 1.5), RuntimeError, r"p=1.5 is outside \[0, 1\]"),
        (lambda: seeded().bernoulli(3, np.nan), RuntimeError, "p=nan"),
        (lambda: seeded().bernoulli(2, np.array([0.5, -0.5])), RuntimeError, "p=-0.5"),
        (lambda: seeded().bernoulli(2, np.array([0.5, np.nan])), RuntimeError, "p=nan"),
        (lambda: seeded().bernoulli(2, np.array([1, 0])), NotImplementedError, "pass floats"),
        (lambda: seeded().bernoulli(2, np.ones(3)), RuntimeError, r"\(3,\) does not broadcast"),
        (lambda: seeded().integers(3, 3, 2), RuntimeError, "low=3 is not below high=3"),
        (lambda: seeded().integers(0, 2**63, 2), ValueError, "do not fit int64"),
        (lambda: seeded().integers(0, 300, 2, np.uint8), RuntimeError, "high - 1 = 299 does not"),
        (lambda: seeded().integers(0, 3, 2, bool), RuntimeError, "2 does not fit bool"),
        (lambda: seeded().integers(0.5, 3, 2), TypeError, "float"),
        (lambda: seeded().permutation(-1), RuntimeError, "n=-1"),
        (lambda: seeded().permutation(300, np.uint8), RuntimeError, "300 does not fit uint8"),
        (lambda: seeded().permutation(70_000, np.float16), RuntimeError, "does not fit float16"),
        (lambda: seeded().set_state(np.zeros(5056)), TypeError, "uint8"),
        (
            lambda: seeded().set_state(np.zeros(10, np.uint8)),
            RuntimeError,
            "10 bytes, not the 5056",
        ),
        (lambda: seeded().set_state(np.zeros(5056, np.uint8)), RuntimeError, "no MT19937 state"),
    ],
)
def test_error_names_the_value(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_refused_draw_leaves_the_stream_alone():
    generator = seeded()
    with pytest.raises(RuntimeError, match="p=2"):
        generator.bernoulli(2, np.array([0.5, 2]))
    assert_same_bits(generator.uniform((30, 20)), PYTORCH["uniform"])
