"""Lists of labels, as booleans."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import op


@op()
def listed(x: Any, /) -> Any:
    """Return which labels of the lists along the last axis count: those before the first -1.

    Raises RuntimeError for a label that is none of as many classes as a list is long.
    """
    if x.size and not -1 <= x.min() <= x.max() < x.shape[-1]:
        raise RuntimeError(
            f"multilabel_margin_loss: argument target is out of range: {x.min()} to {x.max()}, "
            f"with {x.shape[-1]} classes labels are 0 to {x.shape[-1] - 1}, or -1 for the end"
        )
    return np.logical_and.accumulate(x >= 0, axis=-1)


@op()
def marked(x: Any, counts: Any, /) -> Any:
    """Return which classes are among the labels x that count, lists along the last axis."""
    y = np.zeros(x.shape, np.int64)
    rows = y.reshape(-1, x.shape[-1])
    np.add.at(
        rows, (np.arange(len(rows))[:, None], x.reshape(rows.shape)), counts.reshape(rows.shape)
    )
    return rows.reshape(x.shape) > 0
