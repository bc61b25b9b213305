"""Native loops that Python calls: through the rows of a program, at an array, and the crew's.

Each is written for numba, and compiled like a kernel: see `native.Entry`. They take words.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from .crew import (
    BUSY,
    LEFT,
    LOCK,
    LOOKS,
    MUTEX,
    OPEN,
    PROGRAM,
    SIGNAL,
    SLEEPING,
    STARTS,
    STOP,
    THREADS,
    UNLOCK,
    WAIT,
    WAKE,
    YIELD,
)
from .intrinsics import load_int64, store_int64
from .launching import BIAS, FACTOR, OTHER, PRODUCT, RESULT, ROOM, TUPLE_ITEMS, WIDTH
from .pieces import LINE, MOST, PIECE
from .pointing import ALIGNED, AXES, DATA, DTYPE, FLAGS, LAYOUT, LENGTHS, LOW

_word = ir.IntType(64)


@intrinsic
def call_row(typing: Any, address: Any, row: Any) -> Any:
    """Call the kernel at `address` with the address of its row."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        words = _word.as_pointer()
        kernel = ir.FunctionType(ir.VoidType(), [words]).as_pointer()
        builder.call(builder.inttoptr(args[0], kernel), [builder.inttoptr(args[1], words)])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def _call_c(typing: Any, address: Any, first: Any, second: Any) -> Any:
    """Call a function of C that takes one or two pointers."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [_word, _word]).as_pointer()
        builder.call(builder.inttoptr(args[0], kind), args[1:])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), generate


def _atomic(operation: str) -> Any:
    """Return an atomic change of the word number `place` from `address` on; it returns the old."""

    def change(typing: Any, address: Any, place: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            pointer = builder.gep(builder.inttoptr(args[0], _word.as_pointer()), [args[1]])
            return builder.atomic_rmw(operation, pointer, args[2], "seq_cst")

        return types.int64(types.int64, types.int64, types.int64), generate

    change.__name__ = f"atomic_{operation}"
    return intrinsic(change)


add_to, exchange = _atomic("add"), _atomic("xchg")


@intrinsic
def look(typing: Any, address: Any, place: Any) -> Any:
    """Return the word number `place` from `address` on, as another thread may have left it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = builder.gep(builder.inttoptr(args[0], _word.as_pointer()), [args[1]])
        return builder.load_atomic(pointer, "seq_cst", 8)

    return types.int64(types.int64, types.int64), generate


@njit
def work(crew: int) -> None:
    """Do rows of the job until none is left to begin."""
    while True:
        row = add_to(crew, LEFT, -1) - 1
        if row < 0:
            return
        start = look(crew, PROGRAM) + 8 * look(look(crew, STARTS), row)
        call_row(look(start, 0), start + 8)
        add_to(crew, OPEN, -1)


@njit
def wake(crew: int) -> None:
    """Let all threads of the crew look for a job, or for the end."""
    _call_c(look(crew, LOCK), crew + 8 * MUTEX, 0)
    _call_c(look(crew, WAKE), crew + 8 * SIGNAL, 0)
    _call_c(look(crew, UNLOCK), crew + 8 * MUTEX, 0)


@njit
def share(crew: int, program: int, starts: int, count: int) -> None:
    """Run so many rows of a program, in any order, with the crew unless that is busy.

    starts is the address of the rows' offsets in the program.
    """
    # To wake a thread takes longer than many a single row.
    if count < 2 or look(crew, THREADS) < 2 or exchange(crew, BUSY, 1) != 0:
        for i in range(count):
            start = program + 8 * look(starts, i)
            call_row(look(start, 0), start + 8)
        return
    exchange(crew, PROGRAM, program)
    exchange(crew, STARTS, starts)
    exchange(crew, OPEN, count)
    exchange(crew, LEFT, count)
    if look(crew, SLEEPING) != 0:
        wake(crew)
    work(crew)
    looks = 0
    while look(crew, OPEN) > 0:
        looks += 1
        if looks > LOOKS:
            # Another program may have the processor on which a thread does the last row.
            _call_c(look(crew, YIELD), 0, 0)
    exchange(crew, BUSY, 0)


@njit
def sleep(crew: int) -> None:
    """Sleep until there is a job, or the end."""
    _call_c(look(crew, LOCK), crew + 8 * MUTEX, 0)
    add_to(crew, SLEEPING, 1)
    while look(crew, LEFT) <= 0 and look(crew, STOP) == 0:
        _call_c(look(crew, WAIT), crew + 8 * SIGNAL, crew + 8 * MUTEX)
    add_to(crew, SLEEPING, -1)
    _call_c(look(crew, UNLOCK), crew + 8 * MUTEX, 0)


@njit
def serve(crew: int) -> None:
    """Be a thread of the crew until it is to stop."""
    looks = 0
    while look(crew, STOP) == 0:
        if look(crew, LEFT) > 0:
            work(crew)
            looks = 0
        elif looks < LOOKS:
            looks += 1
        else:
            sleep(crew)


@njit
def run(part: int) -> int:
    """Run the rows of one part of a program; return the error word.

    part is the address of six words: the addresses of the program and of the offsets of the rows in
    it, how many rows there are, the address of the error word, at which it stops, that of a number
    for each row, how many from it on may run at once, and that of the crew which shares those.
    """
    program, starts, error = load_int64(part, 0), load_int64(part, 1), load_int64(part, 3)
    together, crew = load_int64(part, 4), load_int64(part, 5)
    i, count = 0, load_int64(part, 2)
    while i < count and load_int64(error, 0) == 0:
        size = load_int64(together, i)
        if size == 1:
            row = program + 8 * load_int64(starts, i)
            call_row(load_int64(row, 0), row + 8)
        else:
            share(crew, program, starts + 8 * i, size)
        i += size
    return load_int64(error, 0)


@njit
def point(table: int, spans: int, array: int) -> int:
    """Write the address of an array's data into the words of a table; return whether it suits.

    It suits if it has the table's dtype and shape, lies row after row, and shows none of the
    memory in `spans`. array is the address of the header, the `id` of the array.
    """
    axes = load_int64(array, AXES) & LOW
    if axes != load_int64(table, 0) or load_int64(array, DTYPE) != load_int64(table, 1):
        return 0
    if load_int64(array, FLAGS) & LAYOUT != LAYOUT:
        return 0
    size, lengths = load_int64(table, 2), load_int64(array, LENGTHS)
    for axis in range(axes):
        if load_int64(lengths, axis) != load_int64(table, 3 + axis):
            return 0
        size *= load_int64(lengths, axis)
    data = load_int64(array, DATA)
    for one in range(load_int64(spans, 0)):
        if data < load_int64(spans, 2 + 2 * one) and load_int64(spans, 1 + 2 * one) < data + size:
            return 0
    patches = table + 8 * (3 + axes)
    for one in range(load_int64(patches, 0)):
        word = load_int64(patches, 1 + 2 * one)
        store_int64(word, 0, data + load_int64(patches, 2 + 2 * one))
    return 1


@intrinsic
def _reserve(typing: Any) -> Any:
    """Return the address of memory of the caller's own, for rows and their places."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        with builder.goto_entry_block():
            room = builder.alloca(_word, ROOM)
        return builder.ptrtoint(room, _word)

    return types.int64(), generate


@njit
def size_of(array: int) -> int:
    """Return how many elements an array has, given the address of its header."""
    size, lengths = 1, load_int64(array, LENGTHS)
    for axis in range(load_int64(array, AXES) & LOW):
        size *= load_int64(lengths, axis)
    return size


@njit
def launch(crew: int, table: int, arrays: int) -> int:
    """Run a kernel over the parts of arrays, with the crew if they are large; return if they suit.

    A part is an element, or a row of so many. They suit if they have the dtypes of the table, one
    number of parts, and lie row after row. arrays is the address of a tuple, its id. table is that
    of: the kernel's address, the bytes that a part moves, the number of operands, the place in the
    tuple of an array that tells the number of parts, the elements of its part, then of each operand
    its place there, the elements of its part (0 of a number), the address and bytes of its dtype.
    """
    count = load_int64(table, 2)
    size = size_of(load_int64(arrays, TUPLE_ITEMS + load_int64(table, 3))) // load_int64(table, 4)
    for k in range(count):
        array = load_int64(arrays, TUPLE_ITEMS + load_int64(table, 5 + 4 * k))
        if load_int64(array, DTYPE) != load_int64(table, 7 + 4 * k):
            return 0
        if load_int64(array, FLAGS) & LAYOUT != LAYOUT:
            return 0
        part = load_int64(table, 6 + 4 * k)
        if part != 0 and size_of(array) != size * part:
            return 0
    pieces = max(1, min(size * load_int64(table, 1) // PIECE, MOST))
    length = (size // (pieces * LINE) + 1) * LINE if pieces > 1 else size
    rows = _reserve()
    starts = rows + 8 * MOST * WIDTH
    pieces, begin = 0, 0
    while begin < size:
        row = rows + 8 * WIDTH * pieces
        store_int64(starts, pieces, WIDTH * pieces)
        store_int64(row, 0, load_int64(table, 0))
        store_int64(row, 1, min(length, size - begin))
        for k in range(count):
            array = load_int64(arrays, TUPLE_ITEMS + load_int64(table, 5 + 4 * k))
            stride, bytes_ = load_int64(table, 6 + 4 * k), load_int64(table, 8 + 4 * k)
            store_int64(row, 2 + 2 * k, load_int64(array, DATA) + begin * stride * bytes_)
            store_int64(row, 3 + 2 * k, stride)
        pieces += 1
        begin += length
    share(crew, rows, starts, pieces)
    return 1


@njit
def multiply(crew: int, table: int, arrays: int) -> int:
    """Multiply matrices, in parts with the crew; return if the arrays suit.

    arrays is the address of a tuple of both factors, the product and, maybe, a bias, which suit if
    they are aligned, the bias if it lies without gaps too. table is that of: the number of parts,
    whether there is a bias, and the rows of the parts, in which offsets stand for addresses.
    """
    first, second = load_int64(arrays, TUPLE_ITEMS), load_int64(arrays, TUPLE_ITEMS + 1)
    third, fourth = load_int64(arrays, TUPLE_ITEMS + 2), 0
    if load_int64(first, FLAGS) & load_int64(second, FLAGS) & ALIGNED == 0:
        return 0
    if load_int64(table, 1) != 0:
        bias = load_int64(arrays, TUPLE_ITEMS + 3)
        if load_int64(bias, FLAGS) & LAYOUT != LAYOUT:
            return 0
        fourth = load_int64(bias, DATA)
    rows = _reserve()
    starts = rows + 8 * MOST * WIDTH
    count = load_int64(table, 0)
    for i in range(count):
        row = rows + 8 * PRODUCT * i
        store_int64(starts, i, PRODUCT * i)
        for k in range(PRODUCT):
            store_int64(row, k, load_int64(table, 2 + PRODUCT * i + k))
        store_int64(row, FACTOR, load_int64(row, FACTOR) + load_int64(first, DATA))
        store_int64(row, OTHER, load_int64(row, OTHER) + load_int64(second, DATA))
        store_int64(row, RESULT, load_int64(row, RESULT) + load_int64(third, DATA))
        store_int64(row, BIAS, load_int64(row, BIAS) + fourth if fourth != 0 else 0)
    share(crew, rows, starts, count)
    return 1
