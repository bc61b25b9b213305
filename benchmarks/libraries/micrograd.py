"""micrograd's cases."""

from __future__ import annotations

from micrograd.engine import Value

from .problems import SCALARS


def scalars(case: str) -> tuple:
    """Return a case over Values, which are never compiled."""
    return SCALARS[case](Value, lambda step: step)
