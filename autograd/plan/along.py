"""Lowering of what runs along an axis: softmax and its logarithm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..ops import fused
from . import sources
from .fusion import contiguous
from .lowering import Item
from .pieces import pieces_of

if TYPE_CHECKING:
    from .assembling import Program

# What a softmax of so many bytes takes as long as, in bytes that are only moved.
SLOWER = 8


def softmax(program: Program, item: Item) -> bool:
    """Lower a softmax, or its logarithm, of contiguous rows."""
    assert item.instruction is not None
    x, out = item.operands[0], item.makes[0]
    if x.dtype not in (np.float32, np.float64) or not contiguous(x):
        return False
    columns = x.shape[-1] if x.shape else 1
    log = item.instruction.op is fused.log_softmax.op
    body = sources.softmax(str(x.dtype), columns, log)
    bytes_ = math.prod(x.shape) * x.dtype.itemsize * SLOWER
    rows = [
        [stop - start, x._replace(place=x.place + start * columns), columns,
         out._replace(place=out.place + start * columns), columns]
        for start, stop in pieces_of(math.prod(x.shape[:-1]), bytes_)
    ]  # fmt: skip
    # A row without elements has no block.
    if columns:
        program.rows(body, rows, "{'contract', 'reassoc'}")
    return True
