"""A warning where HIPS autograd, which has the same import name, is installed beside this."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable


def warn_of_namesake(paths: Iterable[str] | None = None) -> None:
    """Warn once if a folder of `paths` (default: sys.path) holds the distribution `autograd`.

    A look at the folders takes microseconds; asking importlib.metadata takes 67 ms.
    """
    for path in sys.path if paths is None else paths:
        if any(name.startswith("autograd-") for name in _installed(path)):
            warnings.warn(
                f"HIPS autograd is installed in {path} too; both are imported as `autograd`, and "
                "either may hide the other. Give each a virtual environment of its own, or "
                "`pip uninstall autograd` and reinstall glassgrad",
                stacklevel=2,
            )
            return


def _installed(path: str) -> list[str]:
    if not os.path.isdir(path):
        return []
    return [name for name in os.listdir(path) if name.endswith((".dist-info", ".egg-info"))]
