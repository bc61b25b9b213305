"""Rows of a table by their numbers, and sums of rows by number: each other's transposes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import op


@op(weight=lambda g, index, shapes: rows_summed(g, index, shapes[0][0]))
def rows_at(weight: Any, index: Any, /) -> Any:
    """Return the rows of weight (rows, size) that index (...) names: (..., size).

    Raises IndexError for a number that is no row.
    """
    rows = weight.shape[0]
    if index.size and not 0 <= index.min() <= index.max() < rows:
        wrong = index[(index < 0) | (index >= rows)].flat[0]
        raise IndexError(
            f"embedding: index {wrong} is out of range for a table of {rows} rows; indices are 0 "
            f"to {rows - 1}, so make the table larger or map the index"
        )
    return weight.take(index, 0)


@op(x=lambda g, index: rows_or_zeros(g, index))
def rows_summed(x: Any, index: Any, /, rows: int) -> Any:
    """Return (rows, size): of each row the sum of those of x (..., size) that index names so.

    Numbers outside 0 to rows - 1 count for nothing.
    """
    size = x.shape[-1]
    x, index = x.reshape(-1, size), index.reshape(-1)
    y = np.zeros((rows, size), x.dtype)
    # Rows of one number together are summed at once, where np.add.at goes one by one.
    order = np.argsort(index, kind="stable")
    found, starts = np.unique(index[order], return_index=True)
    if found.size:
        sums = np.add.reduceat(x[order], starts, 0)
        kept = (found >= 0) & (found < rows)
        y[found[kept]] = sums[kept]
    return y


@op(x=lambda g, index, shapes: rows_summed(g, index, shapes[0][0]))
def rows_or_zeros(x: Any, index: Any, /) -> Any:
    """Return the rows of x that index names, zeros for a number that is no row."""
    inside = (index >= 0) & (index < x.shape[0])
    y = np.zeros((*index.shape, x.shape[1]), x.dtype)
    y[inside] = x[index[inside]]
    return y


@op()
def frequencies(index: Any, /, rows: int) -> Any:
    """Return how often each element of index stands in it; of numbers that are no rows 1."""
    inside = (index >= 0) & (index < rows)
    counts = np.bincount(index[inside].reshape(-1), minlength=rows)
    return np.where(inside, counts[np.where(inside, index, 0)], 1)


@op()
def shortened(weight: Any, index: Any, /, longest: float, p: float) -> Any:
    """Return weight with the rows that index names scaled to a p-norm of `longest` if above it."""
    rows = np.unique(index)
    y = weight.copy()
    found = y[rows]
    if p == np.inf:
        norms = np.abs(found).max(1, initial=0)
    else:
        norms = (np.abs(found) ** p).sum(1) ** (1 / p)
    scale = np.where(norms > longest, longest / (norms + 1e-7), 1)
    y[rows] = found * scale[:, None].astype(y.dtype)
    return y


@op()
def bag_numbers(index: Any, offsets: Any, /) -> Any:
    """Return of each element of index (count,) in which bag it is: bag i begins at offsets[i].

    Raises RuntimeError unless the first begins at 0 and none beyond the end.
    """
    if offsets.size and (offsets[0] != 0 or offsets.max() > index.size):
        raise RuntimeError(
            f"embedding_bag: offsets[0] has to be 0, and none greater than the {index.size} "
            f"indices, but got {offsets.tolist()}"
        )
    return np.searchsorted(offsets, np.arange(index.size), side="right") - 1


@op()
def largest_of_bags(x: Any, bags: Any, /, count: int) -> Any:
    """Return (count, size): of each bag the row of x that is largest, x.shape[0] for an empty one.

    x (rows, size); bags (rows,) are in order, -1 for a row that counts for nothing.
    """
    y = np.full((count, x.shape[1]), x.shape[0], np.int64)
    rows = np.flatnonzero(bags >= 0)
    found, starts = np.unique(bags[rows], return_index=True)
    for bag, part in zip(found, np.split(rows, starts[1:]), strict=True):
        y[bag] = part[x[part].argmax(0)]
    return y
