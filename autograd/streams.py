"""Random numbers equal to those of PyTorch's CPU generator, drawn with NumPy alone.

Every draw takes the outputs of one MT19937 engine in PyTorch's order and does the arithmetic of
PyTorch's AVX2 build on them, rounding for rounding, whatever processor this runs on. The limits:
normals in float64, or fewer than 16, take logarithm and sine from the C library, as PyTorch does;
and PyTorch on Intel processors takes `bernoulli_(float)` and dropout from MKL, which is not here.
Source: headers of PyTorch 2.13, ATen/core/DistributionsHelper.h and TransformationHelper.h,
ATen/native/cpu/DistributionTemplates.h and avx_mathfun.h.
"""

from __future__ import annotations

import math
import operator
import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from .box_muller import box_muller, fused, stretched
from .devices import cpu

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    Shape = int | Iterable[int]

DEFAULT_SEED = 67280421310721
_SIGNIFICAND_BITS = {np.dtype(np.float32): 24, np.dtype(np.float64): 53}

# From here on PyTorch draws 64 bits a step and shuffles in another order, which is not written.
_PERMUTATION_LIMIT = (2**32 - 1) // 20

# PyTorch's CPUGeneratorImplState, so that a state saved by either loads in the other. `left` is 1
# where the engine must refill its 624 words first; NumPy counts the words used: 625 - left.
_STATE = np.dtype(
    {
        "names": ["seed", "left", "seeded", "next", "words", "second", "has_second"],
        "formats": ["u8", "i4", "i4", "u8", ("u8", 624), "f8", "i4"],
        "offsets": [0, 8, 12, 16, 24, 5024, 5040],
        "itemsize": 5056,
    }
)


class Generator:
    """A random stream: one seed and the same calls in the same order give PyTorch's numbers.

    Draws return new arrays in row-major order. Threads may share a generator (each draw is whole),
    but only a generator of its own gives a thread numbers that repeat. Copying, deep or shallow,
    and pickling continue the stream from where it stands.
    """

    # How get_state shows the bytes: as a Tensor, once there are Tensors.
    shown: Any = staticmethod(lambda state: state)
    _engine: np.random.MT19937 | None
    _second_normal: float | None

    def __init__(self, device: object = "cpu") -> None:
        if str(device) != "cpu":
            raise RuntimeError(f"Generator: there is no device {str(device)!r}; use 'cpu'")
        self._lock = threading.Lock()
        self.manual_seed(DEFAULT_SEED)

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream of a seed between -2**63 and 2**64 - 1; its low 32 bits choose it."""
        if not hasattr(seed, "__index__"):
            raise RuntimeError(f"manual_seed: {seed!r} is not an integer; convert it with int()")
        seed = operator.index(seed)
        if not -(2**63) <= seed < 2**64:
            raise ValueError(f"manual_seed: {seed} does not fit 64 bits; use seed % 2**64")
        with self._lock:
            self._restart(seed % 2**64)
        return self

    def seed(self) -> int:
        """Start from 64 bits of the operating system's randomness, and return them."""
        return self.manual_seed(int.from_bytes(os.urandom(8), "little")).initial_seed()

    def initial_seed(self) -> int:
        """Return the seed last set, modulo 2**64."""
        return self._seed

    @property
    def device(self) -> Any:
        """The CPU, where all draws are made."""
        return cpu

    def get_state(self) -> Any:
        """Return the whole state as a Tensor of 5056 bytes, laid out as PyTorch lays it out."""
        return self.shown(self.state_bytes())

    def state_bytes(self) -> np.ndarray:
        """Return the whole state as an array of 5056 bytes (uint8)."""
        state: Any = np.zeros(1, _STATE)
        with self._lock:
            engine: Any = self._started().state["state"]
            state["seed"], state["seeded"], state["words"] = self._seed, 1, engine["key"]
            state["left"], state["next"] = 625 - engine["pos"], engine["pos"] % 624
            state["has_second"] = self._second_normal is not None
            state["second"] = self._second_normal or 0.0
        return state.view(np.uint8)

    def set_state(self, new_state: Any) -> None:
        """Continue from a state that `get_state` returned, here or in PyTorch, or its bytes."""
        fields = _checked_state(getattr(new_state, "array", new_state))
        words = {"key": fields["words"].astype(np.uint32), "pos": 625 - int(fields["left"])}
        engine_state: Any = {"bit_generator": "MT19937", "state": words}
        with self._lock:
            self._restart(int(fields["seed"]))
            self._started().state = engine_state
            if fields["has_second"]:
                self._second_normal = float(fields["second"])

    def __getstate__(self) -> dict[str, np.ndarray]:
        return {"state": self.state_bytes()}

    def __setstate__(self, attributes: dict[str, np.ndarray]) -> None:
        self._lock = threading.Lock()
        self.set_state(attributes["state"])

    def uniform(
        self, shape: Shape, low: float = 0.0, high: float = 1.0, dtype: DTypeLike = np.float32
    ) -> np.ndarray:
        """Draw numbers from low up to, not including, high, in float32 or float64.

        As `rand` and `uniform_` do.
        """
        sizes, kind = _checked_sizes(shape), _checked_floating("uniform", dtype)
        _check_interval(low, high, kind)
        with self._lock:
            values = self._uniform(math.prod(sizes), kind)
        if (low, high) != (0, 1):
            values = stretched(values, low, high)
        return values.reshape(sizes)

    def normal(
        self, shape: Shape, mean: float = 0.0, std: float = 1.0, dtype: DTypeLike = np.float32
    ) -> np.ndarray:
        """Draw normal numbers as `randn` and `normal_` do, in float32 or float64."""
        sizes, kind = _checked_sizes(shape), _checked_floating("normal", dtype)
        if not std >= 0:
            raise RuntimeError(f"normal: std={std} is negative; pass 0 or more")
        count = math.prod(sizes)
        with self._lock:
            if count < 16:
                values = np.array([self._next_normal() for _ in range(count)], np.float64)
            else:
                values = self._block_normals(count, kind)
        return fused(values, std, mean).astype(kind, copy=False).reshape(sizes)

    def bernoulli(
        self, shape: Shape, p: float | np.ndarray, dtype: DTypeLike = np.float32
    ) -> np.ndarray:
        """Draw 1 with probability p and 0 otherwise.

        A number p draws as `bernoulli_` and dropout do; an array p, broadcast to the shape, as
        `torch.bernoulli` does, with 53 random bits an element for float64 and 24 otherwise.
        """
        sizes = _checked_sizes(shape)
        _check_probabilities(p, sizes)
        short = isinstance(p, np.ndarray) and p.dtype != np.float64
        with self._lock:
            values = self._uniform(math.prod(sizes), np.dtype(np.float32 if short else np.float64))
        return np.asarray(values.reshape(sizes) < p).astype(dtype)

    def integers(
        self, low: int, high: int, shape: Shape, dtype: DTypeLike = np.int64
    ) -> np.ndarray:
        """Draw integers from low to high - 1 as `randint` does."""
        sizes, kind = _checked_sizes(shape), np.dtype(dtype)
        low, high = operator.index(low), operator.index(high)
        _check_range(low, high, kind)
        draw = self._words if high - low < 2**28 else self._words_64
        with self._lock:
            values = draw(math.prod(sizes)) % np.uint64(high - low)
        values += np.uint64(low % 2**64)  # wraps around to low where low is negative
        return values.view(np.int64).astype(kind).reshape(sizes)

    def permutation(self, n: int, dtype: DTypeLike = np.int64) -> np.ndarray:
        """Shuffle the integers from 0 to n - 1 as `randperm` does."""
        n = operator.index(n)
        if not 0 <= n < _PERMUTATION_LIMIT:
            raise RuntimeError(f"randperm: n={n}; pass 0 to {_PERMUTATION_LIMIT - 1}")
        _check_fits("permutation: n", n, np.dtype(dtype))
        steps = np.arange(max(n - 1, 0))
        with self._lock:
            ahead = self._words(len(steps)).view(np.int64) % (n - steps)
        order = list(range(n))
        for here, there in enumerate((steps + ahead).tolist()):
            order[here], order[there] = order[there], order[here]
        return np.array(order, dtype)

    def normals_one_by_one(self, count: int) -> np.ndarray:
        """Draw standard normal numbers in float64, each as `normal` does of a single one."""
        with self._lock:
            return np.array([self._next_normal() for _ in range(count)], np.float64)

    def raw(self, count: int, bits: int) -> np.ndarray:
        """Draw whole outputs of the engine, of 32 or 64 bits, as uint64."""
        with self._lock:
            return self._words(count) if bits == 32 else self._words_64(count)

    def random64(self) -> int:
        """Draw 64 bits and return the low 63, as DataLoader and its samplers do for a seed."""
        with self._lock:
            return int(self._words_64(1)[0]) % 2**63

    # From here on, the caller holds the lock.

    def _restart(self, seed: int) -> None:
        self._seed, self._engine, self._second_normal = seed, None, None

    def _started(self) -> np.random.MT19937:
        if self._engine is None:
            # Using numpy.random imports it, which takes 25 ms; so that waits for a draw.
            self._engine = np.random.MT19937()
            np.random.RandomState(self._engine).seed(self._seed % 2**32)
        return self._engine

    def _words(self, count: int) -> np.ndarray:
        return self._started().random_raw(count)

    def _words_64(self, count: int) -> np.ndarray:
        pairs = self._words(2 * count)
        words = pairs[::2]
        words <<= np.uint64(32)
        words |= pairs[1::2]
        return words

    def _uniform(self, count: int, kind: np.dtype) -> np.ndarray:
        bits = _SIGNIFICAND_BITS[kind]
        words = self._words(count) if bits <= 32 else self._words_64(count)
        values = (words & np.uint64(2**bits - 1)).view(np.int64).astype(kind)
        values *= kind.type(2.0**-bits)
        return values

    def _next_normal(self) -> float:
        """Return one of a Box-Muller pair; the other waits for the next call."""
        if self._second_normal is not None:
            normal, self._second_normal = self._second_normal, None
            return normal
        turn, level = self._uniform(2, np.dtype(np.float64)).tolist()
        radius = math.sqrt(-2.0 * math.log1p(-level))
        self._second_normal = radius * math.sin(2.0 * math.pi * turn)
        return radius * math.cos(2.0 * math.pi * turn)

    def _block_normals(self, count: int, kind: np.dtype) -> np.ndarray:
        """Transform blocks of 16; where the last is short, 16 new values end the array."""
        values = self._uniform(count, kind)
        blocks = values[: count // 16 * 16].reshape(-1, 16)
        for start in range(0, len(blocks), 4096):  # 256 kB stay in the cache: 2.5 times as fast
            box_muller(blocks[start : start + 4096])
        if count % 16:
            values[-16:] = self._uniform(16, kind)
            box_muller(values[-16:].reshape(1, 16))
        return values


default_generator = Generator()
default_generator.seed()


def manual_seed(seed: int) -> Generator:
    """Seed the default generator (with `int(seed)`, as PyTorch does) and return it."""
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Start the default generator from the operating system's randomness; return its seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """Return the default generator's seed."""
    return default_generator.initial_seed()


def _checked_sizes(shape: Shape) -> tuple[int, ...]:
    sizes = tuple(shape) if isinstance(shape, Iterable) else (operator.index(shape),)
    for size in sizes:
        if size < 0:
            raise RuntimeError(f"shape {sizes} has the negative size {size}; pass 0 or more")
    return sizes


def _checked_floating(draw: str, dtype: DTypeLike) -> np.dtype:
    kind = np.dtype(dtype)
    if kind not in _SIGNIFICAND_BITS:
        raise NotImplementedError(f"{draw}: no draws in {kind}; use float32 or float64 and convert")
    return kind


def _check_interval(low: float, high: float, kind: np.dtype) -> None:
    if low > high:
        raise RuntimeError(f"uniform: low={low} is above high={high}; swap them?")
    limit = float(np.finfo(kind).max)
    if not (-limit <= low and high <= limit and high - low <= limit):
        raise RuntimeError(f"uniform: {kind} cannot hold low={low}, high={high}; narrow them")


def _check_probabilities(p: float | np.ndarray, sizes: tuple[int, ...]) -> None:
    extremes: tuple[Any, ...] = (p,)
    if isinstance(p, np.ndarray):
        _check_probability_array(p, sizes)
        extremes = (p.min(initial=0), p.max(initial=0))
    for value in extremes:
        if not 0 <= value <= 1:
            raise RuntimeError(f"bernoulli: p={value} is outside [0, 1]; pass a probability")


def _check_probability_array(p: np.ndarray, sizes: tuple[int, ...]) -> None:
    if p.dtype.kind != "f":
        raise NotImplementedError(f"bernoulli: p is {p.dtype}; pass floats, p.astype(np.float32)")
    try:
        np.broadcast_to(p, sizes)
    except ValueError as error:
        raise RuntimeError(f"bernoulli: p {p.shape} does not broadcast to {sizes}") from error


def _check_range(low: int, high: int, kind: np.dtype) -> None:
    if low >= high:
        raise RuntimeError(f"randint: low={low} is not below high={high}; high is exclusive")
    if low < -(2**63) or high >= 2**63:
        raise ValueError(f"integers: low={low}, high={high} do not fit int64; narrow the range")
    _check_fits("integers: low", low, kind)
    _check_fits("integers: high - 1", high - 1, kind)


def _check_fits(name: str, value: int, kind: np.dtype) -> None:
    with np.errstate(over="ignore"):
        fits = np.int64(value).astype(kind).item() == value
    if not fits:
        raise RuntimeError(f"{name} = {value} does not fit {kind}; choose a wider dtype")


def _checked_state(state: np.ndarray) -> np.void:
    if not isinstance(state, np.ndarray) or state.dtype != np.uint8:
        raise TypeError("set_state: pass the uint8 array that get_state() returned")
    if state.size != _STATE.itemsize:
        raise RuntimeError(f"set_state: {state.size} bytes, not the {_STATE.itemsize} of a state")
    fields = np.ascontiguousarray(state).reshape(-1).view(_STATE)[0]
    if not (fields["seeded"] and 1 <= fields["left"] <= 624):
        raise RuntimeError("set_state: no MT19937 state; pass what get_state() returned, unchanged")
    return fields
