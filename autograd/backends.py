"""Switches of back ends that a script may set or ask for: all are off and none has an effect."""

from __future__ import annotations

from types import SimpleNamespace

cudnn = SimpleNamespace(benchmark=False, deterministic=False, enabled=False)
mps = SimpleNamespace(is_available=lambda: False, is_built=lambda: False)
