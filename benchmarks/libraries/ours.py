"""Glassgrad's cases."""

from __future__ import annotations

import time
from functools import partial

import autograd
import nn.torch
from autograd import Scalar

from . import problems, training, words

latency = partial(words.latency, nn.torch)
large = partial(words.large, nn.torch)
eager_step = partial(words.step, nn.torch)
compiled_step = partial(words.step, nn.torch, transform=autograd.compile)
epoch = partial(training.epoch, nn.torch)
figure = partial(training.figure, nn.torch)
LEAVES = {"tensor": partial(words.leaf, nn.torch), "scalar": partial(Scalar, 1.0)}


def chain(parts: int, kind: str, nodes: int) -> tuple:
    """Return chains of Tensors or Scalars."""
    return problems.chain(LEAVES[kind], parts, nodes)


def scalars(case: str) -> tuple:
    """Return a case over Scalars, compiled where it says so."""
    transform = autograd.compile if case.startswith("compiled") else lambda step: step
    return problems.SCALARS[case](Scalar, transform)


def eager_scalars(case: str) -> tuple:
    """Return a case over Scalars, eager."""
    return problems.SCALARS[case](Scalar, lambda step: step)


def compile_seconds(layers: int, width: int, count: int) -> float:
    """Return the seconds that compiling a deep perceptron takes, tracing apart."""
    run, numbers = compiled_step([width] * (layers + 1), count, "mse")
    start = time.perf_counter()
    run()
    traced = time.perf_counter()
    numbers()  # traces once more, compiles, and runs the plan
    return (time.perf_counter() - traced) - (traced - start)


def bigram_loss(name: str) -> float:
    """Return the loss of pairs of characters counted, whatever the case."""
    return training.bigram_loss()
