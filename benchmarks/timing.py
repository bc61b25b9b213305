"""Fair timing: candidates take turns, repeated inner loops, the median of the ratios counts."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple


class Comparison(NamedTuple):
    """Seconds a call of ours and of the peer (medians), and the ratio ours / peer with spread."""

    ours: float
    peer: float
    ratio: float
    low: float
    high: float


def compare(ours: Callable, peer: Callable, rounds: int = 21, target: float = 0.02) -> Comparison:
    """Time two functions in turns, each round at least `target` seconds a candidate.

    ratio is the median over rounds of ours / peer, low and high the quartiles.
    """
    loops = [_loops(function, target) for function in (ours, peer)]
    times = [(_once(ours, loops[0]), _once(peer, loops[1])) for _ in range(rounds)]
    ratios = sorted(mine / theirs for mine, theirs in times)
    return Comparison(
        statistics.median(mine for mine, _ in times),
        statistics.median(theirs for _, theirs in times),
        statistics.median(ratios),
        ratios[len(ratios) // 4],
        ratios[-1 - len(ratios) // 4],
    )


def _loops(function: Callable, target: float) -> int:
    loops = 1
    while _once(function, loops) * loops < target:
        loops *= 2
    return loops


def _once(function: Callable, loops: int) -> float:
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in range(loops):
            function()
        return (time.perf_counter() - start) / loops
    finally:
        gc.enable()


def machine(*packages: str) -> str:
    """Return one line on the machine, the versions and the load."""
    known = [f"{name} {_version(name)}" for name in packages]
    load = os.getloadavg()[0]
    busy = f", load {load:.1f}" + (" (busy: wait, and run again)" if load > 1.5 else "")
    python = f"Python {sys.version.split()[0]}"
    return f"{platform.machine()}, {os.cpu_count()} cores{busy}, {python}, {', '.join(known)}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
