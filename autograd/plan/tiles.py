"""The inner tile of a product for numba: some rows times some vectors of columns, in registers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .vectors import ROWS, VECTOR

WORD, SHORT, BIT = ir.IntType(64), ir.IntType(32), ir.IntType(1)


def tile(element: ir.Type, size: int, rows: int, vectors: int) -> Any:
    """Return tile(k, a, row, step, b, stride, bias, c, width, columns) for one type of element.

    Of `rows` rows of C, `width` elements apart, it computes the first `columns` elements, at most
    `vectors` vectors: the sums over k of A's elements, `row` apart from row to row and `step` from
    term to term, times the rows of B, `stride` apart, on top of the bias unless its address is 0.
    All distances count elements; a, b, bias and c are addresses.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        k, a, row, step, b, stride, bias, c, width, columns = args
        code = _Code(builder, element, size)
        line = _Line(code, columns, vectors)
        given = builder.icmp_signed("!=", bias, WORD(0))
        # From a page that is not there even no element at all is slow to load.
        starts = line.load(builder.select(given, bias, b), given)
        # A sum waits for its last: few side by side are made of several chains each.
        chains = max(1, 8 // (rows * vectors))
        sums = [
            [[code.held(None if chain else start) for start in starts] for _ in range(rows)]
            for chain in range(chains)
        ]
        rows_of_a = [code.apart(code.at(a, builder.mul(row, WORD(one)))) for one in range(rows)]

        def add(place: Any, chain: int) -> None:
            row_of_b = line.load(code.at(b, builder.mul(place, stride)))
            term = builder.mul(place, step)
            for row_of_a, held in zip(rows_of_a, sums[chain], strict=True):
                x = code.spread(code.at(row_of_a, term))
                for one, y in zip(held, row_of_b, strict=True):
                    product = builder.fmul(x, y, flags=("contract",))
                    sum_ = builder.fadd(builder.load(one), product, flags=("contract",))
                    builder.store(sum_, one)

        code.in_turns(k, chains, add)
        for place, chains_of_row in enumerate(zip(*sums, strict=True)):
            totals = [code.total(held) for held in zip(*chains_of_row, strict=True)]
            line.store(totals, code.at(c, builder.mul(width, WORD(place))))
        return context.get_dummy_value()

    def typed(typing: Any, k: Any, a: Any, row: Any, step: Any, b: Any, stride: Any, bias: Any,
              c: Any, width: Any, columns: Any) -> Any:  # fmt: skip
        return types.void(*[types.int64] * 10), generate

    typed.__name__ = f"tile_{element}_{rows}_{vectors}"
    return intrinsic(typed)


def column_sums(element: ir.Type, size: int, chains: int = 4) -> Any:
    """Return sums(n, x, stride, totals, columns): adds n rows of x to float64 totals.

    At most a vector of columns, of which every lane has a total; `chains` sums run side by side,
    since each waits for its last.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        n, x, stride, totals, columns = args
        code = _Code(builder, element, size)
        line = _Line(code, columns, 1)
        sums = [code.held() for _ in range(chains)]

        def add(row: Any, chain: int) -> None:
            (values,) = line.load(code.at(x, builder.mul(row, stride)))
            builder.store(builder.fadd(builder.load(sums[chain]), values), sums[chain])

        code.in_turns(n, chains, add)
        code.add_wide(code.total(sums), totals)
        return context.get_dummy_value()

    def typed(typing: Any, n: Any, x: Any, stride: Any, totals: Any, columns: Any) -> Any:
        return types.void(*[types.int64] * 5), generate

    typed.__name__ = f"column_sums_{element}"
    return intrinsic(typed)


def largest(element: ir.Type, size: int) -> Any:
    """Return largest(n, x): the largest of n elements at the address x, -inf of none; nan wins."""
    return _extreme(element, size, "largest", ">", "-inf", "maximum")


def smallest(element: ir.Type, size: int) -> Any:
    """Return smallest(n, x): the smallest of n elements at the address x, inf of none; nan wins."""
    return _extreme(element, size, "smallest", "<", "inf", "minimum")


def _extreme(element: ir.Type, size: int, name: str, beyond: str, none: str, how: str) -> Any:
    """Return what LLVM makes no vector code of, as elements may be nan: an extreme of them."""
    lanes = VECTOR // size

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        n, x = args
        code = _Code(builder, element, size)
        held = code.held(ir.Constant(code.vector, [float(none)] * lanes))
        with cgutils.for_range_slice(builder, WORD(0), n, WORD(lanes), WORD) as (place, _):
            mask = code.first(builder.sub(n, place))
            line, most = code.load(code.at(x, place), mask), builder.load(held)
            better = builder.fcmp_ordered(beyond, line, most)
            better = builder.or_(better, builder.fcmp_unordered("uno", line, line))
            builder.store(builder.select(builder.and_(mask, better), line, most), held)
        reduce = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(element, [code.vector]),
            f"llvm.vector.reduce.f{how}.{code.name.removesuffix('.p0')}",
        )
        return builder.call(reduce, [builder.load(held)])

    def typed(typing: Any, n: Any, x: Any) -> Any:
        return KINDS[size](types.int64, types.int64), generate

    typed.__name__ = f"{name}_{element}"
    return intrinsic(typed)


class _Line:
    """Vectors beside one another in memory, of which the first `columns` elements count."""

    def __init__(self, code: _Code, columns: Any, vectors: int) -> None:
        self._code = code
        self._firsts = [WORD(code.vector.count * one) for one in range(vectors)]
        self._masks = [code.first(code.builder.sub(columns, first)) for first in self._firsts]

    def load(self, address: Any, given: Any = None) -> list[Any]:
        """Return the vectors at an address; zeros unless `given`."""
        masks = self._masks
        if given is not None:
            none = ir.Constant(self._code.mask, None)
            masks = [self._code.builder.select(given, mask, none) for mask in masks]
        return [
            self._code.load(self._code.at(address, first), mask)
            for first, mask in zip(self._firsts, masks, strict=True)
        ]

    def store(self, values: list[Any], address: Any) -> None:
        for value, first, mask in zip(values, self._firsts, self._masks, strict=True):
            self._code.store(value, self._code.at(address, first), mask)


class _Code:
    """Instructions on masked vectors in memory, as LLVM spells them."""

    def __init__(self, builder: Any, element: ir.Type, size: int) -> None:
        self.builder, self.element, self.size = builder, element, size
        self.vector = ir.VectorType(element, VECTOR // size)
        self.zero = ir.Constant(self.vector, [0.0] * self.vector.count)
        self.name = f"v{self.vector.count}{'f32' if size == 4 else 'f64'}.p0"
        self.mask = ir.VectorType(BIT, self.vector.count)

    def held(self, start: Any = None) -> Any:
        """Return the place of a vector that changes, which begins with zeros unless told."""
        return cgutils.alloca_once_value(self.builder, self.zero if start is None else start)

    def in_turns(self, count: Any, chains: int, add: Callable[[Any, int], None]) -> None:
        """Write add(place, chain) for all places below `count`, by turns of the chains.

        chains is a power of 2; what is left over goes to the first.
        """
        builder = self.builder
        whole = builder.and_(count, WORD(-chains))
        with cgutils.for_range_slice(builder, WORD(0), whole, WORD(chains), WORD) as (place, _):
            for chain in range(chains):
                add(builder.add(place, WORD(chain)), chain)
        if chains > 1:
            with cgutils.for_range_slice(builder, whole, count, WORD(1), WORD) as (place, _):
                add(place, 0)

    def total(self, held: Sequence[Any]) -> Any:
        """Return the sum of vectors that changed."""
        return functools.reduce(self.builder.fadd, map(self.builder.load, held))

    def add_wide(self, value: Any, address: Any) -> None:
        """Add a vector to as many numbers of float64 at an address."""
        wide = ir.VectorType(ir.DoubleType(), self.vector.count)
        if self.vector != wide:
            value = self.builder.fpext(value, wide)
        pointer = self.builder.inttoptr(address, wide.as_pointer())
        total = self.builder.fadd(self.builder.load(pointer, align=8), value)
        self.builder.store(total, pointer, align=8)

    def at(self, address: Any, place: Any) -> Any:
        return self.builder.add(address, self.builder.mul(place, WORD(self.size)))

    def first(self, count: Any) -> Any:
        """Return the mask of the first `count` lanes."""
        # Of 32 bits, so that the lanes of float32 are as many as those of one vector.
        count = self.builder.trunc(count, SHORT)
        counts = self._repeated(count, ir.VectorType(SHORT, self.vector.count))
        lanes = ir.Constant(counts.type, list(range(self.vector.count)))
        return self.builder.icmp_signed("<", lanes, counts)

    def apart(self, address: Any) -> Any:
        """Return an address of which LLVM does not know how far it is from any other.

        It would step from one to the next in every round, each waiting for the last.
        """
        kind = ir.FunctionType(WORD, [WORD])
        return self.builder.asm(kind, "", "=r,0", [address], side_effect=False)

    def spread(self, address: Any) -> Any:
        """Return a vector of the element at an address."""
        value = self.builder.load(self.builder.inttoptr(address, self.element.as_pointer()))
        return self._repeated(value, self.vector)

    def _repeated(self, value: Any, vector: ir.VectorType) -> Any:
        one = self.builder.insert_element(
            ir.Constant(vector, ir.Undefined), value, ir.IntType(32)(0)
        )
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
        return self.builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), lanes)

    def load(self, address: Any, mask: Any) -> Any:
        pointer = self.builder.inttoptr(address, self.vector.as_pointer())
        kind = ir.FunctionType(self.vector, [pointer.type, ir.IntType(32), self.mask, self.vector])
        function = cgutils.get_or_insert_function(
            self.builder.module, kind, f"llvm.masked.load.{self.name}"
        )
        return self.builder.call(function, [pointer, ir.IntType(32)(self.size), mask, self.zero])

    def store(self, value: Any, address: Any, mask: Any) -> None:
        pointer = self.builder.inttoptr(address, self.vector.as_pointer())
        kind = ir.FunctionType(
            ir.VoidType(), [self.vector, pointer.type, ir.IntType(32), self.mask]
        )
        function = cgutils.get_or_insert_function(
            self.builder.module, kind, f"llvm.masked.store.{self.name}"
        )
        self.builder.call(function, [value, pointer, ir.IntType(32)(self.size), mask])


KINDS = {4: types.float32, 8: types.float64}
ELEMENTS = {"float32": (ir.FloatType(), 4), "float64": (ir.DoubleType(), 8)}
TILES = {
    f"tile_{name}_{rows}_{vectors}": tile(*element, rows, vectors)
    for name, element in ELEMENTS.items()
    for vectors in ROWS
    for rows in ROWS[vectors]
} | {
    f"{make.__name__}_{name}": make(*element)
    for name, element in ELEMENTS.items()
    for make in (column_sums, largest, smallest)
}
