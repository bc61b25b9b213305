"""PyTorch's cases."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial

import torch

from . import problems, training, words


def large(name: str, size: int, direction: str) -> tuple:
    """Return a large operation, on the better number of threads."""
    return _on_best_threads(words.large(torch, name, size, direction))


def eager_step(*net: object) -> tuple:
    """Return an eager training step, on the better number of threads."""
    return _on_best_threads(words.step(torch, *net))  # type: ignore[arg-type]


def compiled_step(*net: object) -> tuple:
    """Return a training step by torch.compile, on the better number of threads.

    As PyTorch advises, forward and loss are compiled with their backward, and Adam with them.
    """
    return _on_best_threads(words.step(torch, *net, transform=torch.compile))  # type: ignore[arg-type]


def epoch(name: str) -> tuple:
    """Return an epoch of a training."""
    return training.epoch(torch, name)


def figure(name: str) -> float:
    """Return what a training comes to in the end."""
    return training.figure(torch, name)


def latency(case: str) -> tuple:
    """Return a small operation, on one thread."""
    torch.set_num_threads(1)
    return words.latency(torch, case)


def chain(parts: int, kind: str, nodes: int) -> tuple:
    """Return chains of tensors."""
    return problems.chain(partial(words.leaf, torch), parts, nodes)


def _on_best_threads(case: tuple) -> tuple:
    """Return the case with PyTorch left at one thread or all, whichever runs it sooner.

    numbers are taken first: the trials go on training.
    """
    run, numbers = case
    first = numbers()
    times = {}
    for threads in {1, os.cpu_count() or 1}:
        torch.set_num_threads(threads)
        times[threads] = _best_time(run)
    torch.set_num_threads(min(times, key=lambda threads: times[threads]))
    return run, lambda: first


def _best_time(run: Callable) -> float:
    """Return the least seconds a call in up to a tenth of a second, after two calls not counted."""
    run(), run()
    end = time.perf_counter() + 0.1
    best = float("inf")
    while best == float("inf") or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best
