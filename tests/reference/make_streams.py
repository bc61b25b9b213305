"""Make streams.npz, what PyTorch draws in the cases of tests/test_streams.py.

Run by hand where PyTorch is installed: `python tests/reference/make_streams.py`. Made with
PyTorch 2.13 on x86 with AVX2, not by Intel (there dropout's stream is MKL's).
"""

import hashlib
from pathlib import Path

import numpy as np
import torch

SEEDS = [0, 1, 42, 2**32 - 1, 2**32, 2**32 + 5, 2**64 - 1, -1, -7, -(2**63)]
NORMAL_SIZES = [1, 15, 16, 17, 31, 100, 1000]
PERMUTATION_SIZES = [0, 1, 2, 3, 10, 1000]
LONG_PERMUTATION_SIZES = [60_000, 65_536, 100_000]
KAIMING = 1 / 20**0.5


def filled(size, dtype=torch.float32):
    """Return an empty tensor, to be filled in place."""
    return torch.empty(size, dtype=dtype)


def probabilities(dtype):
    """Return the probabilities of the tests: 0 to 1 in 500 equal steps."""
    return torch.from_numpy(np.linspace(0, 1, 500)).to(dtype)


# Each draws from the generator it gets; the names are those of the rows in test_streams.py.
DRAWS = {
    "uniform": lambda g: torch.rand(30, 20, generator=g),
    "uniform double": lambda g: torch.rand(300, generator=g, dtype=torch.float64),
    "uniform kaiming": lambda g: filled(1000).uniform_(-KAIMING, KAIMING, generator=g),
    "uniform far from 0": lambda g: filled(1000).uniform_(1000, 1000.1, generator=g),
    "uniform rounded to high": lambda g: filled(100).uniform_(4096, 4096.001, generator=g),
    "uniform of no width": lambda g: filled(3).uniform_(2, 2, generator=g),
    "uniform double kaiming": lambda g: filled(300, torch.float64).uniform_(
        -KAIMING, KAIMING, generator=g
    ),
    "normal scaled": lambda g: filled(100).normal_(0.3, 0.7, generator=g),
    "normal scaled few": lambda g: filled(9).normal_(0.3, 0.7, generator=g),
    "normal double scaled": lambda g: filled(100, torch.float64).normal_(0.3, 0.7, generator=g),
    "normal double scaled few": lambda g: filled(9, torch.float64).normal_(0.3, 0.7, generator=g),
    "normal double by threes": lambda g: torch.cat(
        [torch.randn(3, generator=g, dtype=torch.float64) for _ in range(101)]
    ),
    "normal of no width": lambda g: filled(20).normal_(5, 0, generator=g),
    "bernoulli number": lambda g: filled((50, 10)).bernoulli_(0.3, generator=g),
    "bernoulli number as bool": lambda g: filled(100, torch.bool).bernoulli_(0.3, generator=g),
    "bernoulli array": lambda g: torch.bernoulli(probabilities(torch.float32), generator=g),
    "bernoulli double array": lambda g: torch.bernoulli(probabilities(torch.float64), generator=g),
    "bernoulli half array": lambda g: torch.bernoulli(probabilities(torch.float16), generator=g),
    "bernoulli broadcast array": lambda g: filled((3, 500)).bernoulli_(
        probabilities(torch.float32), generator=g
    ),
    "integers": lambda g: torch.randint(-5, 7, (10, 10), generator=g),
    "integers of one value": lambda g: torch.randint(3, 4, (5,), generator=g),
    "integers below 2**28": lambda g: torch.randint(0, 2**28 - 1, (50,), generator=g),
    "integers to 2**28": lambda g: torch.randint(0, 2**28, (50,), generator=g),
    "integers to 2**32": lambda g: torch.randint(0, 2**32, (50,), generator=g),
    "integers around 0": lambda g: torch.randint(-(2**40), 2**50, (50,), generator=g),
    "integers of 64 bits": lambda g: torch.randint(-(2**63), 2**63 - 1, (50,), generator=g),
    "integers as uint8": lambda g: torch.randint(0, 256, (50,), generator=g, dtype=torch.uint8),
    "integers as float": lambda g: torch.randint(-9, 9, (50,), generator=g, dtype=torch.float32),
    "permutation as int32": lambda g: torch.randperm(100, generator=g, dtype=torch.int32),
    "random64": lambda g: torch.stack(
        [filled((), torch.int64).random_(generator=g) for _ in range(5)]
    ),
}
DRAWS |= {f"normal {n}": lambda g, n=n: torch.randn(n, generator=g) for n in NORMAL_SIZES}
DRAWS |= {
    f"normal double {n}": lambda g, n=n: torch.randn(n, generator=g, dtype=torch.float64)
    for n in NORMAL_SIZES
}
DRAWS |= {
    f"permutation {n}": lambda g, n=n: torch.randperm(n, generator=g) for n in PERMUTATION_SIZES
}


def seeded(seed=42):
    """Return a new generator at the start of the stream of a seed."""
    return torch.Generator().manual_seed(seed)


def draws():
    """Return each draw from seed 42, and the three uniform numbers that follow it."""
    for name, draw in DRAWS.items():
        generator = seeded()
        yield name, draw(generator)
        yield f"after {name}", torch.rand(3, generator=generator)


def seeds():
    """Return the start of each seed's stream."""
    yield "unseeded", torch.rand(4, generator=torch.Generator())
    for seed in SEEDS:
        yield f"seed {seed}", torch.rand(4, generator=seeded(seed))


def mixed():
    """Return one stream through all draws in turn, twice, so that a pair of normals is split."""
    generator = seeded(7)
    parts = [draw(generator) for _ in range(2) for draw in DRAWS.values()]
    yield "mixed", torch.cat([part.double().reshape(-1) for part in parts])[::7]


def digest(values):
    """Return the SHA-256 digest of a draw too long to store."""
    return np.frombuffer(hashlib.sha256(values.numpy().tobytes()).digest(), np.uint8)


def digests():
    """Return digests of long draws."""
    yield "digest of normals", digest(torch.randn(200_000, generator=seeded()))
    for n in LONG_PERMUTATION_SIZES:
        yield f"digest of permutation {n}", digest(torch.randperm(n, generator=seeded()))


def states():
    """Return a new generator's state, one in the middle of a pair of normals, and what follows."""
    generator = seeded()
    yield "state new", generator.get_state()
    torch.randn(3, generator=generator)
    yield "state amid a pair", generator.get_state()
    yield "after state", torch.randn(4, generator=generator)


if __name__ == "__main__":
    rows = [*draws(), *seeds(), *mixed(), *digests(), *states()]
    arrays = {name: np.asarray(row) for name, row in rows}
    np.savez_compressed(Path(__file__).with_name("streams.npz"), **arrays)
