"""The inner tile of a product for numba: some rows times some vectors of columns, in registers."""

from __future__ import annotations

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
    lanes = VECTOR // size
    vector = ir.VectorType(element, lanes)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        k, a, row, step, b, stride, bias, c, width, columns = args
        code = _Code(builder, element, size, vector)
        firsts = [WORD(lanes * one) for one in range(vectors)]
        masks = [code.first(builder.sub(columns, first)) for first in firsts]
        given = builder.icmp_signed("!=", bias, WORD(0))
        # From a page that is not there even no element at all is slow to load.
        bias = builder.select(given, bias, b)
        none = ir.Constant(masks[0].type, None)
        starts = [
            code.load(code.at(bias, first), builder.select(given, mask, none))
            for first, mask in zip(firsts, masks, strict=True)
        ]
        zero = ir.Constant(vector, [0.0] * lanes)
        # A sum waits for its last: few side by side are made of several chains each.
        chains = max(1, 8 // (rows * vectors))
        sums = [
            [
                [cgutils.alloca_once_value(builder, zero if chain else start) for start in starts]
                for _ in range(rows)
            ]
            for chain in range(chains)
        ]
        rows_of_a = [code.apart(code.at(a, builder.mul(row, WORD(one)))) for one in range(rows)]

        def add(place: Any, held: list) -> None:
            line = code.at(b, builder.mul(place, stride))
            lines = [
                code.load(code.at(line, first), mask)
                for first, mask in zip(firsts, masks, strict=True)
            ]
            term = builder.mul(place, step)
            for row_of_a, held_of_row in zip(rows_of_a, held, strict=True):
                x = code.spread(code.at(row_of_a, term))
                for one, line in zip(held_of_row, lines, strict=True):
                    product = builder.fmul(x, line, flags=("contract",))
                    sum_ = builder.fadd(builder.load(one), product, flags=("contract",))
                    builder.store(sum_, one)

        whole = builder.and_(k, WORD(-chains))
        with cgutils.for_range_slice(builder, WORD(0), whole, WORD(chains), WORD) as (place, _):
            for chain, held in enumerate(sums):
                add(builder.add(place, WORD(chain)), held)
        if chains > 1:
            with cgutils.for_range_slice(builder, whole, k, WORD(1), WORD) as (place, _):
                add(place, sums[0])
        for place in range(rows):
            where = code.at(c, builder.mul(width, WORD(place)))
            for one, (first, mask) in enumerate(zip(firsts, masks, strict=True)):
                total = builder.load(sums[0][place][one])
                for held in sums[1:]:
                    total = builder.fadd(total, builder.load(held[place][one]))
                code.store(total, code.at(where, first), mask)
        return context.get_dummy_value()

    def typed(typing: Any, k: Any, a: Any, row: Any, step: Any, b: Any, stride: Any, bias: Any,
              c: Any, width: Any, columns: Any) -> Any:  # fmt: skip
        return types.void(*[types.int64] * 10), generate

    typed.__name__ = f"tile_{element}_{rows}_{vectors}"
    return intrinsic(typed)


def column_sums(element: ir.Type, size: int, rows: int = 4) -> Any:
    """Return sums(n, x, stride, y, columns): y gets the first columns of x summed over n rows.

    At most a vector of columns; `rows` sums run side by side, since each waits for its last.
    """
    lanes = VECTOR // size
    vector = ir.VectorType(element, lanes)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        n, x, stride, y, columns = args
        code = _Code(builder, element, size, vector)
        mask = code.first(columns)
        zero = ir.Constant(vector, [0.0] * lanes)
        sums = [cgutils.alloca_once_value(builder, zero) for _ in range(rows)]

        def add(held: Any, row: Any) -> None:
            line = code.load(code.at(x, builder.mul(row, stride)), mask)
            builder.store(builder.fadd(builder.load(held), line), held)

        whole = builder.mul(builder.sdiv(n, WORD(rows)), WORD(rows))
        with cgutils.for_range_slice(builder, WORD(0), whole, WORD(rows), WORD) as (row, _):
            for place, held in enumerate(sums):
                add(held, builder.add(row, WORD(place)))
        with cgutils.for_range_slice(builder, whole, n, WORD(1), WORD) as (row, _):
            add(sums[0], row)
        total = builder.load(sums[0])
        for held in sums[1:]:
            total = builder.fadd(total, builder.load(held))
        code.store(total, y, mask)
        return context.get_dummy_value()

    def typed(typing: Any, n: Any, x: Any, stride: Any, y: Any, columns: Any) -> Any:
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
    vector = ir.VectorType(element, lanes)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        n, x = args
        code = _Code(builder, element, size, vector)
        start = ir.Constant(vector, [float(none)] * lanes)
        held = cgutils.alloca_once_value(builder, start)
        with cgutils.for_range_slice(builder, WORD(0), n, WORD(lanes), WORD) as (place, _):
            mask = code.first(builder.sub(n, place))
            line, most = code.load(code.at(x, place), mask), builder.load(held)
            better = builder.fcmp_ordered(beyond, line, most)
            better = builder.or_(better, builder.fcmp_unordered("uno", line, line))
            builder.store(builder.select(builder.and_(mask, better), line, most), held)
        reduce = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(element, [vector]),
            f"llvm.vector.reduce.f{how}.{code.name.removesuffix('.p0')}",
        )
        return builder.call(reduce, [builder.load(held)])

    def typed(typing: Any, n: Any, x: Any) -> Any:
        return KINDS[size](types.int64, types.int64), generate

    typed.__name__ = f"{name}_{element}"
    return intrinsic(typed)


class _Code:
    """Instructions on masked vectors in memory, as LLVM spells them."""

    def __init__(self, builder: Any, element: ir.Type, size: int, vector: ir.VectorType) -> None:
        self.builder, self.element, self.vector = builder, element, vector
        self.size = size
        self.name = f"v{vector.count}{'f32' if size == 4 else 'f64'}.p0"
        self.mask = ir.VectorType(BIT, vector.count)

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
        zero = ir.Constant(self.vector, [0.0] * self.vector.count)
        return self.builder.call(function, [pointer, ir.IntType(32)(self.size), mask, zero])

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
