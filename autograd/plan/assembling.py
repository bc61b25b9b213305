"""Assembling: from items to rows of a program, kernel addresses and operands, and its memory."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from .. import crossover
from ..calls import forward
from ..ops import fused, index, linalg
from . import along, blas, copies, folds, losses, places, reductions, sources
from .clustering import clustered
from .fusion import Value, contiguous, loop_of
from .lowering import Item, Lowered
from .native import text_of
from .pieces import moved, words_of
from .pruning import kept_slots, pruned
from .recording import Recording, Source, check_made
from .storage import aligned, lives_of, places_of, stored_roots

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


class Room(NamedTuple):
    """Memory that a kernel may use while it runs, for `size` elements."""

    size: int
    dtype: Any


class Program:
    """Rows of 64-bit words, each a kernel's address and its operands, and what Python does between.

    parts alternate: (first, count) of rows to run natively, or a function to call. patches tell
    for the root of an input which words hold addresses in its memory, with the offset in bytes.
    kernels are the texts of the kernels of the rows.
    """

    def __init__(self, recording: Recording) -> None:
        self.lowered = Lowered(recording)
        recording = self.recording = self.lowered.recording
        # Numbers lie side by side, so that one call puts them all there.
        self.numbers = aligned(len(recording.inputs), np.float64)
        self.number_sources: list[Source] = []
        self.equal = [[recording.inputs[slot] for slot in slots] for slots in self.lowered.equal]
        self.memory = [self._given(slot) for _, _, slot in self.lowered.roots]
        # Where a kernel, which cannot raise, leaves which check tells what is wrong: 1 is the
        # first, up to `first` are those before the first instruction.
        self.error = aligned(1, np.int64)
        self.error[0] = 0
        self.checks: list[Callable] = []
        self.words: list[int] = []
        self.starts: list[int] = []
        # Of each row, how many from it on are pieces of one work.
        self.together: list[int] = []
        self.kernels: list[str] = []
        self.patches: dict[int, list[tuple[int, int]]] = {}
        self.parts: list[Any] = []
        # Words that take the address of memory that any kernel may use while it runs; its size.
        # Whether any row calls BLAS.
        self.blas = False
        self.rooms: list[int] = []
        self.room_size = 0
        items = pruned(self.lowered)
        self.kept = {self.lowered.values[slot].root for slot in kept_slots(recording)}
        self.items = clustered(items)
        self.written = {root for item in self.items for root in item.writes}
        self.stored = stored_roots(self.items, self.kept)
        self._place()
        # By item: the numbers of its rows, and the functions that Python calls for it.
        self.shares: list[list[Any]] = [[] for _ in self.items]
        # Places that are inputs, and stay as they are, are checked before the first instruction.
        for item, share in zip(self.items, self.shares, strict=True):
            self._note(share, partial(places.check, self, item, given=True))
        self.first = len(self.checks)
        for item, stored, share in zip(self.items, self.stored, self.shares, strict=True):
            self._note(share, partial(self._assemble, item, stored))
        self.room = aligned(self.room_size, np.uint8)
        for word in self.rooms:
            self.words[word] = self.room.ctypes.data

    def _given(self, slot: int) -> ndarray | None:
        """Return the memory of a number that is an input; other memory follows."""
        source = self.recording.inputs.get(slot)
        if source is None or source.kind != "number":
            return None
        self.number_sources.append(source)
        place = len(self.number_sources)
        return self.numbers[place - 1 : place]

    def _place(self) -> None:
        """Give memory to what is computed: of its own if it is left, else a part of one block."""
        roots = self.lowered.roots
        computed = {root for made in self.stored for root in made if not self.is_input(root)}
        for root in computed & self.kept:
            self.memory[root] = aligned(*roots[root][:2])
        sizes = {root: roots[root][0] * roots[root][1].itemsize for root in computed - self.kept}
        offsets, total = places_of(sizes, lives_of(self.items, self.stored))
        self.block = aligned(total, np.uint8)
        for root, offset in offsets.items():
            part = self.block[offset : offset + sizes[root]]
            self.memory[root] = part.view(roots[root][1])

    def is_input(self, root: int) -> bool:
        """Return whether a root is the memory of an input."""
        return self.lowered.roots[root][2] in self.recording.inputs

    def is_given(self, root: int) -> bool:
        """Return whether a root holds all through the program what an input held before it."""
        return self.is_input(root) and root not in self.written

    def array_of(self, value: Value) -> ndarray:
        """Return the view of its root's memory that a value is."""
        memory = self.memory[value.root]
        assert memory is not None
        size = memory.itemsize
        steps = tuple(step * size for step in value.strides)
        return np.ndarray(value.shape, value.dtype, memory, value.place * size, steps)

    def row(self, body: str, words: list[Any], fastmath: str = "{'contract'}") -> None:
        """Add a row for the kernel of this body; Values and Rooms among the words are addresses."""
        self.rows(body, [words], fastmath)

    def rows(self, body: str, pieces: list[list[Any]], fastmath: str = "{'contract'}") -> None:
        """Add a row a piece for the kernel of this body; the pieces may run at once."""
        for place, words in enumerate(pieces):
            self._add_row(text_of(body, fastmath), words)
            self.together.append(len(pieces) - place)
        if self.parts and isinstance(self.parts[-1], tuple):
            first, count = self.parts[-1]
            self.parts[-1] = (first, count + len(pieces))
        else:
            self.parts.append((len(self.starts) - len(pieces), len(pieces)))

    def _add_row(self, text: str, words: list[Any]) -> None:
        self.starts.append(len(self.words))
        # The address follows when the kernels are compiled.
        self.kernels.append(text)
        self.words.append(0)
        for word in words:
            if isinstance(word, Value):
                self._address(word)
            elif isinstance(word, Room):
                self.rooms.append(len(self.words))
                self.room_size = max(self.room_size, word.size * word.dtype.itemsize)
                self.words.append(0)
            else:
                self.words.append(word)

    def refusal(self, check: Callable[[], None]) -> list[int]:
        """Return the last words of a row that may refuse its input, for which `check` raises."""
        self.checks.append(check)
        return [self.error.ctypes.data, len(self.checks)]

    def _note(self, share: list[Any], work: Callable[[], None]) -> None:
        """Note in the share of an item which rows and functions `work` adds."""
        rows, parts = len(self.starts), len(self.parts)
        work()
        share += range(rows, len(self.starts))
        share += filter(callable, self.parts[parts:])

    def runs_by(self, place: int) -> str:
        """Return what runs item number `place`: native code, BLAS or NumPy."""
        share = self.shares[place]
        if any(getattr(one, "func", None) is _by_numpy for one in share):
            return "BLAS"
        if any(callable(one) for one in share):
            return "NumPy"
        products = {text_of(blas.product(name)) for name in blas.NAMES}
        return "BLAS" if any(self.kernels[row] in products for row in share) else "native"

    def pieces(self, place: int) -> int:
        """Return into how many rows, which may run at once, item number `place` was cut."""
        rows = [one for one in self.shares[place] if not callable(one)]
        return max((self.together[row] for row in rows), default=1)

    def _address(self, value: Value) -> None:
        memory, offset = self.memory[value.root], value.place * value.dtype.itemsize
        if memory is None:
            self.patches.setdefault(value.root, []).append((len(self.words), offset))
        self.words.append(0 if memory is None else memory.ctypes.data + offset)

    def _assemble(self, item: Item, stored: set[int]) -> None:
        if item.steps:
            self._loop(item, stored)
            return
        assert item.instruction is not None
        lower = KERNELS.get(item.instruction.op)
        if lower is None or not lower(self, item):
            self._call(item)

    def _loop(self, item: Item, roots: set[int]) -> None:
        """Add the row of a cluster that stores to these roots."""
        final = {step.out: place for place, step in enumerate(item.steps)}
        stored = {place for out, place in final.items() if out.root in roots}
        loop = loop_of(list(item.steps), stored)
        # Divisions by a number of the optimizer's take a third of its loop.
        fastmath = "{'contract', 'arcp'}" if item.writes else "{'contract'}"
        self.rows(loop.body, words_of(loop, item.steps), fastmath)

    def _call(self, item: Item) -> None:
        """Let NumPy run an instruction that has no kernel, between native rows."""
        instruction = item.instruction
        assert instruction is not None

        def call() -> None:
            args = tuple(
                self.array_of(one) if isinstance(one, Value) else one for one in item.operands
            )
            args = tuple(
                one.item() if isinstance(value, Value) and value.weak else one
                for one, value in zip(args, item.operands, strict=True)
            )
            made = forward(instruction.op, args, instruction.statics)
            made = made if instruction.op.residuals else (made,)
            for value, result in zip(item.makes, made, strict=True):
                check_made(instruction.op, result, value.shape)
                np.copyto(self.array_of(value), result)

        self.parts.append(call)


def _product(program: Program, item: Item) -> bool:
    """Lower matmul and linear of float matrices; large ones to BLAS, by NumPy."""
    assert item.instruction is not None
    a, b, *rest = item.operands
    out = item.makes[0]
    if not isinstance(a, Value) or not isinstance(b, Value) or out.dtype not in FLOATS:
        return False
    if item.instruction.op is linalg.linear.op:
        b = _turned(b)
    bias = rest[0] if rest else None
    a, out = _rows(a), _rows(out)
    if len(a.shape) != 2 or len(b.shape) != 2 or (bias is not None and bias.strides != (1,)):
        return False
    m, k = a.shape
    n = b.shape[1]
    if m * n * k >= crossover.BLAS:
        _large_product(program, a, b, bias, out)
        return True
    name = str(out.dtype)
    if n == 1 and a.strides[1] == 1 and b.strides[0] == 1:
        words = [m, k, a, a.strides[0], b, bias or 0, out]
        program.row(sources.products_of_rows(name, k), words, "{'contract', 'reassoc'}")
        return True
    flipped = bias is None and a.strides[0] == 1 and _tiles(n, m, name) < 0.8 * _tiles(m, n, name)
    if flipped:
        m, n, a, b = n, m, _turned(b), _turned(a)
    packed = b.strides[1] != 1 and n > 1
    room = Room(m * n if flipped else k * n, out.dtype) if flipped or packed else 0
    words = [m, n, k, a, *a.strides, b, *b.strides, bias or 0, out, room]
    wide = n * sources.SIZES[name] > sources.VECTOR
    program.row(sources.product(name, packed, flipped, wide), words)
    return True


def _rows(one: Value) -> Value:
    """Return a value as a matrix, all axes but the last made one, where it lies row after row."""
    if len(one.shape) < 3 or not contiguous(one):
        return one
    columns = one.shape[-1]
    return one._replace(shape=(math.prod(one.shape[:-1]), columns), strides=(columns, 1))


def _turned(one: Value) -> Value:
    return one._replace(shape=one.shape[::-1], strides=one.strides[::-1])


def _tiles(rows: int, columns: int, dtype: str) -> int:
    """Return how many vectors a product of these rows and columns is made of."""
    return rows * -(-columns * sources.SIZES[dtype] // sources.VECTOR)


def _large_product(program: Program, a: Value, b: Value, bias: Value | None, out: Value) -> None:
    """Lower a product to BLAS: to as many calls as there are threads, or to one of NumPy's."""
    function = blas.address(out.dtype)
    turned = [blas.turned(one.shape, one.strides) for one in (a, b)]
    if function is None or None in turned:
        program.parts.append(partial(_by_numpy, program, a, b, bias, out))
        return
    program.blas = True
    (m, n), k = out.shape, a.shape[1]
    leading = [max(one.strides) for one in (a, b)]
    rows = [
        [function, *turned, *sizes, k, moved(a, i), leading[0], moved(b, j, 1), leading[1],
         out._replace(place=out.place + i * n + j), n, moved(bias, j) if bias else 0]
        for i, j, *sizes in blas.shares(m, n)
    ]  # fmt: skip
    program.rows(blas.product(str(out.dtype)), rows)


def _by_numpy(program: Program, a: Value, b: Value, bias: Value | None, out: Value) -> None:
    made = program.array_of(out)
    np.matmul(program.array_of(a), program.array_of(b), out=made)
    if bias is not None:
        made += program.array_of(bias)


def _cross_entropy(program: Program, item: Item) -> bool:
    assert item.instruction is not None
    x, labels = item.operands
    ignore, reduction = item.instruction.statics
    if x.dtype not in FLOATS or labels.dtype != np.int64 or not contiguous(x):
        return False
    if not contiguous(labels) or not x.shape[1]:
        return False
    places.check(program, item, given=False)
    room = Room(2 * x.shape[0], x.dtype)
    body = losses.cross_entropy(str(x.dtype), reduction, x.shape[1])
    words = [*x.shape, ignore, x, labels, *item.makes, room]
    program.row(body, words, "{'contract', 'reassoc'}")
    return True


def _check_probabilities(program: Program, item: Item) -> bool:
    x = item.operands[0]

    def check() -> None:
        fused.probabilities.op.forward(program.array_of(x))

    if x.dtype in FLOATS and contiguous(x):
        body = sources.check_probabilities(str(x.dtype))
        program.row(body, [math.prod(x.shape), x, *program.refusal(check)])
    else:
        program.parts.append(check)
    return True


def _one_hot(program: Program, item: Item) -> bool:
    labels, out = item.operands[0], item.makes[0]
    if labels.dtype != np.int64 or not contiguous(labels) or out.dtype not in FLOATS:
        return False
    rows, classes = math.prod(labels.shape), out.shape[-1]
    program.row(sources.one_hot(str(out.dtype)), [rows, classes, labels, out])
    return True


KERNELS: dict[Any, Callable[[Program, Item], bool]] = {
    linalg.matmul.op: _product,
    linalg.linear.op: _product,
    fused.cross_entropy.op: _cross_entropy,
    fused.probabilities.op: _check_probabilities,
    index.one_hot.op: _one_hot,
    fused.softmax.op: along.softmax,
    fused.log_softmax.op: along.softmax,
    **copies.COPIES,
    **places.PLACES,
    **dict.fromkeys([*folds.STEPS, *folds.PLACES], reductions.reduction),
}
