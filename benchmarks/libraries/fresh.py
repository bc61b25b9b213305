"""Measures of a whole process, each called once in a fresh one, of any library's cases."""

from __future__ import annotations

import gc
import os
import time
from importlib import import_module
from pathlib import Path
from typing import Any


def import_seconds(*names: str) -> float:
    """Return the seconds that importing takes, where NumPy is there already."""
    import numpy  # noqa: F401

    start = time.perf_counter()
    for name in names:
        import_module(name)
    return time.perf_counter() - start


def steps(maker: str, cold: bool, number: int, *arguments: Any) -> None:
    """Do so many steps and end; cold begins with an empty cache of kernels.

    Returns nothing: the caller measures the time from the start of this process.
    """
    if cold:
        _empty_cache()
    run, _ = call(maker, *arguments)
    for _ in range(number - 1):
        run()
    float(run())


def compile_seconds(library: str, *arguments: Any) -> float:
    """Return the library's seconds of compiling, with an empty cache of kernels."""
    _empty_cache()
    return call(f"{library}.compile_seconds", *arguments)


def megabytes(imports: list[str], *case: Any) -> float:
    """Return the peak of memory above what there was after the imports, in MB.

    imports are made beside the library's own; case is as for `all_megabytes`.
    """
    for name in (f"{__package__}.{case[0].partition('.')[0]}", *imports):
        import_module(name)
    gc.collect()
    before = _resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # sets the peak to what there is now
    return all_megabytes(*case) - before


def all_megabytes(maker: str, calls: int, *arguments: Any) -> float:
    """Return the peak of the process's resident memory in MB (1e6 bytes) after a case has run.

    Linux alone tells; FileNotFoundError elsewhere.
    """
    run, numbers = call(maker, *arguments)
    numbers()
    for _ in range(calls):
        run()
    return _resident("VmHWM")


def call(path: str, *arguments: Any) -> Any:
    """Return what `module.function`, of this folder, gives for the arguments."""
    module, _, function = path.partition(".")
    return getattr(import_module(f"{__package__}.{module}"), function)(*arguments)


def _empty_cache() -> None:
    """Make an empty folder the cache of kernels, where the caller names a place for it."""
    if place := os.environ.get("GLASSGRAD_EMPTY"):
        os.environ["GLASSGRAD_CACHE"] = f"{place}/{os.getpid()}"


def _resident(field: str) -> float:
    """Return a field of the process's status in MB; Linux gives KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 0.001024 * next(int(line.split()[1]) for line in lines if line.startswith(field + ":"))
