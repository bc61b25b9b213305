"""From which size on work takes another way: one table, measured on two cores with AVX-512.

`python -m benchmarks large` and `latency` show both sides of each.
"""

from __future__ import annotations

from typing import Any

# Multiply-adds from which a product of matrices is worth a call of BLAS: below, our own tiles.
BLAS = 1_500_000
# Multiply-adds from which BLAS would use threads of its own, which wait for one another.
THREADED = 1 << 18
# Multiply-adds of eager products after which the crew is begun for them, and after which used.
PRODUCTS_BEGIN, PRODUCTS_SWITCH = 1 << 30, 1 << 33
# Multiply-adds of a convolution from which its samples are worth several threads.
SPREAD = 1 << 22
# Elements that a compiled step reads or makes, 16 multiply-adds as one, above which it lets other
# threads run meanwhile: some 50 microseconds.
BRIEF = 600_000
# Elements up to which a repeated number fills an array: as quick as a view, and read faster.
FILLED = 4096
# Bytes that make a piece of a loop for one thread: less takes about as long as waking another.
PIECE = 1 << 19
# Elements from which an eager operation is a native loop instead of NumPy's passes, once the loop
# is there: what takes NumPy several passes gains the most. LEAST is that of all derivative rules.
LEAST, ARITHMETIC = 1 << 13, 1 << 14
LOOPS = dict.fromkeys(("exp", "log", "tanh"), LEAST)
LOOPS |= dict.fromkeys(("log1p", "sigmoid", "softplus"), 1 << 12)
LOOPS["clone"] = 1 << 17
WHOLE = {"softmax": 1 << 12, "log_softmax": 1 << 12}
# How often a kind of eager work is done, at the least, before native code is begun for it.
TIMES = 2
# Elements of one kind of eager work after which its loop is begun, and after which it is used.
BEGIN, SWITCH = 1 << 23, 1 << 26


def native_from(op: Any) -> int | None:
    """Return the number of elements from which an operation is worth native code, None if never."""
    if op.expression is None:
        return WHOLE.get(op.name)
    return LOOPS.get(op.name, ARITHMETIC)
