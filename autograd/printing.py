"""How a Tensor prints: as PyTorch prints it, character for character."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from . import dtypes

PREFIX = "tensor("
INDENT = len(PREFIX)


class _Options(NamedTuple):
    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": _Options(),
    "short": _Options(precision=2, edgeitems=2),
    "full": _Options(threshold=math.inf),
}
# Replaced as a whole, never changed, so that a Tensor prints by one set of options.
_options = _PROFILES["default"]
_setting = threading.Lock()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how Tensors print, in every thread; what is None stays as it was, save sci_mode.

    precision (4) is the number of digits after the point. A Tensor of more than threshold (1000)
    elements is summarised by the edgeitems (3) first and last of each axis. Lines break at
    linewidth (80) columns, summarised or not. sci_mode True or False forces or forbids scientific
    notation; None, which every call without it restores, leaves that to the values. profile
    "default", "short" (precision 2, edgeitems 2) or "full" (no threshold) sets the first four
    before the other arguments do.
    """
    global _options
    if profile is not None and profile not in _PROFILES:
        raise ValueError(f"set_printoptions: no profile {profile!r}; use one of {[*_PROFILES]}")
    given = dict(precision=precision, threshold=threshold, edgeitems=edgeitems, linewidth=linewidth)
    wanted: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with _setting:
        start = _options if profile is None else _PROFILES[profile]
        _options = start._replace(**wanted, sci_mode=sci_mode)


def tensor_text(tensor: Any) -> str:
    """Return the repr of a Tensor: its values, then what they leave open, such as the dtype.

    A value being traced has no elements yet: its text names the shape and dtype alone.
    Source: PyTorch 2.13, torch/_tensor_str.py.
    """
    array, options = tensor.array, _options
    if not isinstance(array, ndarray):
        return _traced_text(array)
    values = _values_text(array, options)
    return _with_suffixes(PREFIX + values, _suffixes(tensor, options), options.linewidth) + ")"


def _traced_text(traced: Any) -> str:
    """Name what is known: a traced number has no dtype."""
    text = f"{PREFIX}<traced>, shape={tuple(traced.shape)}"
    dtype = getattr(traced, "dtype", None)
    return f"{text})" if dtype is None else f"{text}, dtype={_dtype_text(dtype)})"


def _values_text(array: ndarray, options: _Options) -> str:
    if not array.size:
        return "[]"
    edge = options.edgeitems if array.size > options.threshold else array.size
    if not edge and array.ndim:
        return "[...]"
    cells, width = _cells(_corners(array, edge), options)
    columns = options.linewidth - (INDENT + array.ndim - 1)
    return _nested(cells, array.shape, edge, max(1, math.floor(columns / (width + 2))))


def _corners(array: ndarray, edge: int) -> ndarray:
    """Return the first and last `edge` elements of every axis longer than both together."""
    cut = [np.r_[:edge, n - edge : n] if n > 2 * edge else np.arange(n) for n in array.shape]
    return array[np.ix_(*cut)] if array.ndim else array


def _cells(array: ndarray, options: _Options) -> tuple[list[str], int]:
    """Return the elements as text aligned to the right, and the width of the columns."""
    values = array.ravel()
    if array.dtype.kind == "f":
        ordinary = np.isfinite(values) & (values != 0)
        text = _float_format(values[ordinary].astype(np.float64), options)
    else:
        ordinary, text = np.ones(values.shape, np.bool_), str
    cells = [text(value) for value in values.tolist()]
    # Like PyTorch, let 0, inf and nan overhang a column that the other elements leave narrower.
    width = max(compress(map(len, cells), ordinary.tolist()), default=1)
    return [cell.rjust(width) for cell in cells], width


def _float_format(ordinary: ndarray, options: _Options) -> Callable[[float], str]:
    """Choose the notation that suits the finite elements other than 0."""
    if not ordinary.size:
        return _whole
    if _scientific(np.abs(ordinary), options):
        return f"{{:.{options.precision}e}}".format
    if (ordinary == np.ceil(ordinary)).all():
        return _whole
    return f"{{:.{options.precision}f}}".format


def _scientific(magnitudes: ndarray, options: _Options) -> bool:
    if options.sci_mode is not None:
        return options.sci_mode
    low, high = float(magnitudes.min()), float(magnitudes.max())
    return high / low > 1e3 or high > 1e8 or low < 1e-4


def _whole(value: float) -> str:
    return f"{value:.0f}." if math.isfinite(value) else str(value)


def _nested(cells: list[str], shape: tuple[int, ...], edge: int, per_line: int) -> str:
    """Join the texts of the elements to lines and brackets, from the last axis to the first."""
    for axis in reversed(range(len(shape))):
        last = axis == len(shape) - 1
        cut = shape[axis] > 2 * edge
        groups = _chunks(cells, 2 * edge if cut else shape[axis])
        if cut:
            dots = " ..." if last else "..."
            groups = [[*group[:edge], dots, *group[edge:]] for group in groups]
        if last:
            groups = [[", ".join(line) for line in _chunks(group, per_line)] for group in groups]
        newlines = "\n" * max(1, len(shape) - axis - 1)
        between = f",{newlines}{' ' * (INDENT + axis + 1)}"
        cells = [f"[{between.join(group)}]" for group in groups]
    return cells[0]


def _chunks(items: list[str], size: int) -> list[list[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _suffixes(tensor: Any, options: _Options) -> list[str]:
    array, default = tensor.array, dtypes.get_default_dtype()
    suffixes = []
    shape_unclear = not options.edgeitems if array.size else array.ndim != 1
    if shape_unclear:
        suffixes.append(f"size={array.shape}")
    # Only elements can show that they are integers or booleans.
    obvious = (default, dtypes.int64, dtypes.bool) if array.size else (default,)
    if array.dtype not in obvious:
        suffixes.append(f"dtype={_dtype_text(array.dtype)}")
    if tensor.grad_fn is not None:
        suffixes.append(f"grad_fn=<{tensor.grad_fn.name()}>")
    elif tensor.requires_grad:
        suffixes.append("requires_grad=True")
    return suffixes


def _dtype_text(dtype: Any) -> str:
    return f"torch.{dtype}"


def _with_suffixes(text: str, suffixes: list[str], linewidth: int) -> str:
    """Append the suffixes, each on a new line where the last line has no room for it."""
    # 1 or 2 more than the line has, as PyTorch counts it before it breaks.
    length = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if length + len(suffix) + 2 > linewidth:
            text += f",\n{' ' * INDENT}{suffix}"
            length = INDENT + len(suffix)
        else:
            text += f", {suffix}"
            length += len(suffix) + 2
    return text
