"""Where in the user's code a call comes from, for errors."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Hashable
from typing import Any

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_OURS = (_PACKAGE + os.sep, os.path.join(os.path.dirname(_PACKAGE), "nn") + os.sep, "<autograd")


def user_line() -> str:
    """Return file and line of the innermost caller outside this project's packages, for errors."""
    path, line = user_place()
    return f"{os.path.basename(path)}:{line}"


def user_place() -> tuple[str, int]:
    """Return path and line of the innermost caller outside this project's packages."""
    frame: Any = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


class LikelyMistake(UserWarning):
    """Something that PyTorch does in silence, and that is hardly ever meant.

    Warned of once for each place. `warnings.simplefilter("ignore", autograd.LikelyMistake)`
    switches all such warnings off.
    """


_warned: set[Hashable] = set()


def warn_once(key: Hashable, message: str) -> None:
    """Warn of a likely mistake, unless it was warned of under the same key before."""
    if key not in _warned:
        _warned.add(key)
        warn_user(message, LikelyMistake)


def warn_user(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn of the line in the user's code that a call comes from."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
