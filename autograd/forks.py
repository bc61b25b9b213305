"""Locks that a forked process finds free, whatever other threads did when it was forked."""

from __future__ import annotations

import os
import threading
from typing import Any


def lock_over_forks() -> Any:
    """Return a lock, for a module to keep: a thread that forks waits for it first.

    Its thread may take it again, so that even one that has it may fork.
    """
    lock = threading.RLock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
        )
    return lock
