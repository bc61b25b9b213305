"""Running the instructions of a plan over Scalars with NumPy."""

from __future__ import annotations

from itertools import repeat

import numpy as np

from ...calls import forward
from .levels import Group, Layout


def by_numpy(layout: Layout) -> bool:
    """Run the instructions with NumPy; return whether Python would have raised nothing."""
    return all(group_by_numpy(layout, group) for group in layout.groups)


def group_by_numpy(layout: Layout, group: Group) -> bool:
    """Run one instruction with NumPy; return whether Python would have raised nothing."""
    values, (number, _, start, size, row) = layout.values, group
    code = layout.codes[number]
    kind = np.int64 if code.on_integers else np.float64
    operands = layout.operands[number][row : row + size]
    columns = [values[places].astype(kind) for places in operands.T]
    if code.op.statics:
        args: list = [column.tolist() for column in columns]
        for k in code.none:
            args.insert(k, repeat(None))
        made = list(map(code.op.on_floats, *args))
    else:
        made = forward(code.op, tuple(columns), ())
    values[start : start + size] = made
    return not code.checked or bool(np.isfinite(made).all())
