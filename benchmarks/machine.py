"""What the figures were measured on: processor, versions, threads, and how busy it was."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path

from .environments import OURS, PEERS, versions

BUSY = 0.25
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def machine(pythons: Mapping[str, Path]) -> str:
    """Return a line on the processor, Python and the versions of all that takes part."""
    found: dict[str, str] = {}
    for peer, python in pythons.items():
        names = [name.partition("==")[0] for name in PEERS.get(peer, OURS)]
        found |= dict(zip(names, versions(python, names) or [], strict=False))
    libraries = ", ".join(f"{name} {version}" for name, version in found.items())
    limits = [f"{name}={os.environ[name]}" for name in THREADS if name in os.environ]
    threads = " ".join(limits) or "all threads unless a table says otherwise"
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {libraries}; {threads}"
    )


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{platform.machine()} {names[0]}" if names else platform.machine()


def others(seconds: float = 0.5) -> float:
    """Return how many cores other programs use now, while this one waits.

    From Linux's /proc/stat; elsewhere the load of the last minute, this program's own included.
    """
    if not Path("/proc/stat").exists():
        return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    before = _busy()
    time.sleep(seconds)
    return (_busy() - before) / seconds


def load(cores: float) -> str:
    """Return a line on the load, which says so when it spoils figures."""
    advice = ": busy, so figures are rough; wait and run again" if cores > BUSY else ""
    return f"other programs use {cores:.2f} cores{advice}"


def _busy() -> float:
    """Return the seconds that all cores together were busy since the machine started."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    user, nice, system, _, _, irq, softirq, steal, *_ = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
