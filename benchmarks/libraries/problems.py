"""Data, weights and nets that are the same for every library, made with NumPy alone."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy import ndarray

CLASSES = 100
BINARY = ("add", "mul")


def batch(sizes: Sequence[int], count: int, loss: str) -> tuple[ndarray, ndarray]:
    """Return float32 inputs (count, sizes[0]) and the targets that the loss asks for."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((count, sizes[0]), np.float32)
    if loss == "cross_entropy":
        return x, rng.integers(0, sizes[-1], count)
    if loss == "bce":
        return x, rng.integers(0, 2, (count, sizes[-1])).astype(np.float32)
    return x, rng.standard_normal((count, sizes[-1]), np.float32)


def weights(sizes: Sequence[int]) -> list[tuple[ndarray, ndarray]]:
    """Return a float32 weight (inputs, outputs) and bias for every layer of a perceptron."""
    rng = np.random.default_rng(1)
    return [
        (
            rng.standard_normal((inputs, outputs), np.float32) / np.float32(inputs**0.5),
            np.zeros(outputs, np.float32),
        )
        for inputs, outputs in pairwise(sizes)
    ]


def squares() -> tuple[ndarray, ndarray]:
    """Return two float32 arrays, 32x32, with elements between -1 and 1."""
    rng = np.random.default_rng(2)
    return tuple(rng.uniform(-1, 1, (32, 32)).astype(np.float32) for _ in range(2))  # type: ignore[return-value]


def operands(name: str, size: int) -> tuple[list[ndarray], ndarray]:
    """Return the float32 operands of a large operation and the cotangent of its result.

    size elements each; softmax gets rows of 100, log gets positive numbers.
    """
    rng = np.random.default_rng(3)
    shape = (size // CLASSES, CLASSES) if name == "softmax" else (size,)
    drawn = [rng.standard_normal(9973).astype(np.float32) for _ in range(3)]
    *inputs, cotangent = (np.resize(one, shape) for one in drawn)
    if name == "log":
        inputs[0] = np.abs(inputs[0]) + np.float32(0.1)
    return inputs[: 2 if name in BINARY else 1], cotangent


def some(array: Any) -> list[float]:
    """Return some elements of an array, spread over it, as floats."""
    flat = np.asarray(array).reshape(-1)
    return [float(one) for one in flat[:: max(1, flat.size // 8)]]


def first_values(step: Any, value: Callable) -> list[float]:
    """Return the values of three steps; a step that is being compiled has ended that by the last.

    Ours waits for kernels that are compiled beside the program; other libraries compile at once.
    """
    values = [value(), value()]
    getattr(step, "wait", list)()
    return [*values, value()]


def moons(count: int = 100) -> tuple[list[list[float]], list[int]]:
    """Return points of two noisy half circles, and their labels -1 and 1: micrograd's demo."""
    rng = random.Random(1)
    points, labels = [], []
    for place in range(count):
        angle, side = math.pi * (place // 2) / (count / 2 - 1), place % 2
        x, y = math.cos(angle), math.sin(angle)
        point = (1 - x, 0.5 - y) if side else (x, y)
        points.append([one + rng.gauss(0, 0.1) for one in point])
        labels.append(2 * side - 1)
    return points, labels


def product(number: Callable, transform: Callable) -> tuple:
    """Return the product of two numbers."""
    v, w = number(2.0), number(-3.0)
    return lambda: v * w, lambda: [(v * w).data]


def demo_step(number: Callable, transform: Callable) -> tuple:
    """Return a step of micrograd's demo: 2-16-16-1, hinge loss and L2, forward, backward, update.

    `number` makes a carrier of a float; `transform` is applied to the step.
    """
    points, labels = moons()
    layers = _neurons(number, (2, 16, 16, 1))
    parameters = [p for layer in layers for weights, bias in layer for p in (*weights, bias)]

    def step() -> Any:
        losses = [
            (1 + -label * _score(layers, list(map(number, point)))).relu()
            for point, label in zip(points, labels, strict=True)
        ]
        data_loss = sum(losses) * (1.0 / len(losses))
        loss = data_loss + 1e-4 * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data -= 0.1 * p.grad
        return loss

    run = transform(step)
    return run, lambda: first_values(run, lambda: float(run().data))


SCALARS = {"product": product, "demo": demo_step, "compiled demo": demo_step}


def chain(make: Callable, parts: int, nodes: int) -> tuple:
    """Return the making, the backward and the end of `parts` chains of `nodes` nodes in all."""

    def once() -> float:
        x = y = make()
        for _ in range(nodes // parts):
            y = y * 1.0
        y.backward()
        return float(x.grad)

    def run() -> None:
        for _ in range(parts):
            once()

    return run, lambda: [once()]


def _neurons(number: Callable, sizes: Sequence[int]) -> list:
    rng = random.Random(1337)
    return [
        [([number(rng.uniform(-1, 1)) for _ in range(inputs)], number(0.0)) for _ in range(outputs)]
        for inputs, outputs in pairwise(sizes)
    ]


def _score(layers: list, point: list) -> Any:
    for place, layer in enumerate(layers):
        outputs = []
        for ws, bias in layer:
            total = bias
            for weight, x in zip(ws, point, strict=True):
                total = total + weight * x
            outputs.append(total.relu() if place < len(layers) - 1 else total)
        point = outputs
    return point[0]
