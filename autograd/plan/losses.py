"""The body of the kernel of the cross entropy of logits and labels, pass by pass."""

from __future__ import annotations

from .sources import FEW, largest_of_row
from .sums import WIDE, indented, summed


def cross_entropy(dtype: str, reduction: str, classes: int) -> str:
    """Return the body of the fused loss: n, classes, ignore, x, labels, loss, p, number, room.

    In passes over rows and passes over all elements, which LLVM turns into vector code; few
    classes are a constant of the code. room takes 2 n elements: the largest of a row, then the
    logarithm of its sum, and its scale.
    """
    head = f"""
    n = p[0]; m = {classes if classes <= FEW else "p[1]"}; ignore = p[2]; x = p[3]
    labels = p[4]; loss = p[5]; probability = p[6]; counted = p[7]; room = p[8]"""
    passes = [_exponentials(dtype, classes), _sums_of_rows(dtype, classes)]
    return head + "".join([*passes, _values(dtype, reduction), _probabilities(dtype)])


def _exponentials(dtype: str, classes: int) -> str:
    """Return the passes that put exp(x - largest of the row) where the probabilities will be."""
    return f"""
    for i in range(n):
        {indented(largest_of_row(dtype, classes), 8)}
        put_{dtype}(room, i, largest)
    for i in range(n):
        for j in range(m):
            z = get_{dtype}(x, i * m + j) - load_{dtype}(room, i)
            put_{dtype}(probability, i * m + j, z)
    for q in range(n * m):
        store_{dtype}(probability, q, exp(np.{dtype}(load_{dtype}(probability, q))))"""


def _sums_of_rows(dtype: str, classes: int) -> str:
    """Return the passes that put the logarithm of the sum of a row, and its scale, into room."""
    z = f"z = load_{dtype}(probability, i * m + j)"
    return f"""
    for i in range(n):
        {indented(summed(dtype, "j", "m", classes, [z]), 8)}
        store_{dtype}(room, n + i, s)
    for i in range(n):
        s = load_{dtype}(room, n + i)
        store_{dtype}(room, i, load_{dtype}(room, i) + log(np.{dtype}(s)))
        store_{dtype}(room, n + i, np.{dtype}(1) / s)"""


def _values(dtype: str, reduction: str) -> str:
    """Return the pass that makes the loss, and counts; a label that is ignored has scale 0."""
    each = f"store_{dtype}(loss, i, value)" if reduction == "none" else "total += value"
    end = {
        "none": "",
        "sum": f"store_{dtype}(loss, 0, np.{dtype}(total))",
        "mean": f"store_{dtype}(loss, 0, np.{dtype}(total / number))",
    }[reduction]
    return f"""
    total = {WIDE}(0); number = 0
    for i in range(n):
        label = load_int64(labels, i)
        value = np.{dtype}(0)
        if label != ignore:
            value = load_{dtype}(room, i) - load_{dtype}(x, i * m + label)
            number += 1
        else:
            store_{dtype}(room, n + i, np.{dtype}(0))
        {each}
    store_{dtype}(counted, 0, np.{dtype}(number))
    {end}"""


def _probabilities(dtype: str) -> str:
    """Return the pass that scales the exponentials."""
    return f"""
    for i in range(n):
        scale = load_{dtype}(room, n + i)
        for j in range(m):
            q = i * m + j
            store_{dtype}(probability, q, load_{dtype}(probability, q) * scale)
"""
