"""Native code for plans of Scalars: one kernel for each kind of operation, from its expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from ..building import addresses_of
from ..crew import CREW
from ..native import C_LIBRARY, run, text_of
from .levels import Layout
from .recording import Code


def texts_of(layout: Layout) -> list[str]:
    """Return the source texts of all that must be compiled."""
    return [*_texts(layout), run.text]


def _texts(layout: Layout) -> list[str]:
    """Return the source text of the kernel of every code, which rounds as Python does."""
    return [text_of(kernel_body(code), "False", C_LIBRARY) for code in layout.codes]


class NativeRows:
    """The native rows of a layout, six words each, and what they point at: kept alive with them."""

    def __init__(self, layout: Layout) -> None:
        texts = _texts(layout)
        addresses = addresses_of(texts)
        self.error: ndarray = np.zeros(1, np.int64)
        self._values = layout.values
        values, word = layout.values.ctypes.data, self.error.ctypes.data
        self._pairs = [_paired(operands) for operands in layout.operands]
        kernels = [
            (addresses[text], pair.ctypes.data, 8 * pair.shape[1])
            for text, pair in zip(texts, self._pairs, strict=True)
        ]
        rows = []
        for code, _, start, size, row in layout.groups:
            address, operands, width = kernels[code]
            rows.append((address, size, values, values + 8 * start, operands + width * row, word))
        self.words: ndarray = np.array(rows, np.int64).ravel()
        self.starts: ndarray = np.arange(0, len(self.words), 6)
        # None of them is cut into pieces.
        self.alone: ndarray = np.ones(len(rows), np.int64)


def native(layout: Layout) -> Callable[[], bool]:
    """Return what runs the instructions, and tells whether Python would have raised nothing."""
    rows = NativeRows(layout)
    error = rows.error
    tables = [one.ctypes.data for one in (rows.words, rows.starts, error, rows.alone)]
    count = len(rows.starts)
    part: ndarray = np.array([*tables[:2], count, *tables[2:], CREW.address], np.int64)
    rows_of = run.load()

    def compute(address: int = part.ctypes.data, kept: Any = (part, rows)) -> bool:
        error[0] = 0
        return rows_of(address) == 0

    return compute


def _paired(operands: ndarray) -> ndarray:
    """Return places two to a word, which is half the memory to read."""
    operands = np.pad(operands, ((0, 0), (0, operands.shape[1] % 2)))
    return np.ascontiguousarray(operands[:, ::2] | operands[:, 1::2] << 32)


def kernel_body(code: Code) -> str:
    """Return the body of the kernel that computes operations of one code.

    Its row: their number; the addresses of all values, of the first result, of the places of the
    operands, two to a word, and of the error word. Its own names end in an underscore.
    """
    names = code.op.arrays + code.op.statics
    given = [name for k, name in enumerate(names) if k not in code.none]
    words = (len(given) + 1) // 2
    kind = "np.int64" if code.on_integers else ""
    halves = ("& 0xFFFFFFFF", ">> 32")
    lines = [
        *(f"word{k}_ = load_int64(places_, i_ * {words} + {k})" for k in range(words)),
        *(f"{names[k]} = None" for k in code.none),
        *(
            f"{name} = {kind}(load_float64(values_, word{k // 2}_ {halves[k % 2]}))"
            for k, name in enumerate(given)
        ),
        f"y_ = np.float64({code.op.expression})",
        "if not y_ - y_ == 0.0: store_int64(error_, 0, 1)" if code.checked else "",
        "store_float64(results_, i_, y_)",
    ]
    head = "n_ = p[0]; values_ = p[1]; results_ = p[2]; places_ = p[3]; error_ = p[4]"
    loop = "".join(f"        {line}\n" for line in lines)
    return f"    {head}\n    for i_ in range(n_):\n{loop}"
