"""What compiled steps say where numba is not installed."""

from __future__ import annotations

import functools
import warnings


def go_on_without(missing: ModuleNotFoundError) -> None:
    """Warn, once, that steps are replayed with NumPy; raise what lacks another module."""
    if missing.name not in ("numba", "llvmlite"):
        raise missing
    _warn(missing.name)


@functools.cache
def _warn(name: str) -> None:
    warnings.warn(
        f"compile: {name} is not installed, so steps are replayed with NumPy, without native "
        "kernels; pip install numba",
        stacklevel=2,
    )
