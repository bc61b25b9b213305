"""Large memory that is freed stays in the process, to be used again."""

from __future__ import annotations

import os
import sys

# glibc's names of what `mallopt` sets, and the bytes above which memory still goes back.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT = 1 << 30
# Who sets one of these for glibc is left alone.
OWN = {"MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"}
_asked = [False]
_elements = [0]


def keep_freed_after(limit: int, size: int) -> None:
    """Count elements that an operation takes memory for in a call; keep it after `limit`."""
    if not _asked[0]:
        _elements[0] += size
        if _elements[0] >= limit:
            keep_freed()


def keep_freed() -> None:
    """Let glibc's malloc keep up to 1 GiB of freed memory for this process.

    By default it maps fresh pages for every large array, and hands them back with it: touching
    them for the first time takes longer than most operations on them. Once asked for it stays so.
    Elsewhere than on Linux nothing is done.
    """
    if _asked[0] or sys.platform != "linux" or OWN & os.environ.keys():
        return
    _asked[0] = True
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, KEPT)
        mallopt(M_TRIM_THRESHOLD, KEPT)
