"""The process of one candidate: it answers requests, a line of JSON each, until its input ends.

A request is a list, the name of one of REQUESTS and its arguments; the answer is
{"value": ...} or {"error": text}.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from .libraries.fresh import call

WARM = 1.0
_held: dict[str, Any] = {}


def main(root: str, peer: str) -> None:
    """Answer what comes on standard input. A peer's process does not find our packages."""
    if peer != "ours":
        sys.path.remove(root)
    # A library that prints must not speak between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = {"value": REQUESTS[name](*arguments)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")


def make(function: str, arguments: list) -> list[float]:
    """Make a case and keep it; return the numbers that it computes."""
    _held.clear()
    gc.collect()
    run, numbers = call(function, *arguments)
    first = numbers()
    _held.update(run=run, loops=1)
    return first


def calibrate(target: float) -> None:
    """Choose how often a turn repeats the case: as often as takes `target` seconds.

    First it runs for WARM seconds: libraries that go on compile beside the program, or tune.
    """
    end = time.perf_counter() + WARM
    while time.perf_counter() < end:
        _held["run"]()
    # What lives on is not looked through again by every collection.
    gc.collect()
    gc.freeze()
    while _held["loops"] * turn() < target:
        _held["loops"] *= 2


def turn() -> float:
    """Return the seconds a call, with the collector of garbage off."""
    run, loops = _held["run"], _held["loops"]
    gc.collect()
    gc.disable()
    try:
        if loops > 1:
            run()  # the caches were another process's
        start = time.perf_counter()
        for _ in range(loops):
            run()
        return (time.perf_counter() - start) / loops
    finally:
        gc.enable()


REQUESTS: dict[str, Callable] = {"make": make, "calibrate": calibrate, "turn": turn, "call": call}
