"""What functions with several results return: named tuples under PyTorch's names, printed alike."""

from __future__ import annotations

from collections import namedtuple
from typing import Any


def _text(self: Any) -> str:
    parts = ",\n".join(f"{name}={value!r}" for name, value in self._asdict().items())
    return f"torch.return_types.{type(self).__name__}(\n{parts})"


def _named(name: str, *fields: str) -> Any:
    # A class statement could not have the names of built-in functions as its own.
    made: Any = namedtuple(name, fields, module=__name__)  # type: ignore[misc]
    made.__repr__ = _text  # type: ignore[method-assign]
    made.__doc__ = f"What `{name}` returns: {' and '.join(fields)}."
    return made


aminmax = _named("aminmax", "min", "max")
cummax = _named("cummax", "values", "indices")
cummin = _named("cummin", "values", "indices")
histogram = _named("histogram", "hist", "bin_edges")
kthvalue = _named("kthvalue", "values", "indices")
max = _named("max", "values", "indices")
median = _named("median", "values", "indices")
min = _named("min", "values", "indices")
mode = _named("mode", "values", "indices")
nanmedian = _named("nanmedian", "values", "indices")
sort = _named("sort", "values", "indices")
topk = _named("topk", "values", "indices")
