"""Scalars beside micrograd: python -m benchmarks.scalars, with micrograd installed."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any

from micrograd.engine import Value  # type: ignore[import-not-found]

from autograd import Scalar

from .timing import compare, machine

LAYERS = (2, 16, 16, 1)


def moons(count: int = 100) -> tuple[list, list]:
    """Return `count` points of two noisy half circles, and their labels -1 and 1."""
    rng = random.Random(1)
    points, labels = [], []
    for place in range(count):
        angle, side = math.pi * (place // 2) / (count / 2 - 1), place % 2
        x, y = math.cos(angle), math.sin(angle)
        point = (1 - x, 0.5 - y) if side else (x, y)
        points.append([one + rng.gauss(0, 0.1) for one in point])
        labels.append(2 * side - 1)
    return points, labels


def network(number: Any) -> list[list[tuple[list, Any]]]:
    """Return layers of neurons, each (weights, bias), of the carrier `number`."""
    rng = random.Random(1337)
    return [
        [([number(rng.uniform(-1, 1)) for _ in range(inputs)], number(0.0)) for _ in range(outputs)]
        for inputs, outputs in pairwise(LAYERS)
    ]


def score(layers: list, point: list) -> Any:
    """Return the network's output at a point: ReLU layers, then a linear neuron."""
    for place, layer in enumerate(layers):
        outputs = []
        for weights, bias in layer:
            total = bias
            for weight, x in zip(weights, point, strict=True):
                total = total + weight * x
            outputs.append(total.relu() if place < len(layers) - 1 else total)
        point = outputs
    return point[0]


def demo_step(number: Any) -> Any:
    """Return one step of micrograd's demo: hinge loss and L2, forward, backward, update."""
    points, labels = moons()
    layers = network(number)
    parameters = [p for layer in layers for weights, bias in layer for p in (*weights, bias)]

    def step() -> float:
        losses = [
            (1 + -label * score(layers, list(map(number, point)))).relu()
            for point, label in zip(points, labels, strict=True)
        ]
        data_loss = sum(losses) * (1.0 / len(losses))
        loss = data_loss + 1e-4 * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data -= 0.1 * p.grad
        return loss.data

    return step


def _mul(number: Any) -> Any:
    v, w = number(2.0), number(-3.0)
    return lambda: v * w


def main() -> None:
    """Print the table: times, the median ratio, its quartiles and the goal."""
    ours, theirs = demo_step(Scalar), demo_step(Value)
    losses = [(ours(), theirs()) for _ in range(2)]
    assert all(abs(mine - peer) < 1e-9 for mine, peer in losses), losses
    print(machine("micrograd"))
    print(f"{'case':<38} {'ours':>10} {'micrograd':>10} {'ratio':>6}  quartiles   goal")
    cases = {"v * w": (_mul(Scalar), _mul(Value), 21), "demo step": (ours, theirs, 5)}
    for name, (mine, peer, rounds) in cases.items():
        result = compare(mine, peer, rounds)
        print(
            f"{name:<38} {result.ours * 1e6:8.2f}us {result.peer * 1e6:8.2f}us "
            f"{result.ratio:6.3f}  {result.low:.3f}-{result.high:.3f}   0.8"
        )


if __name__ == "__main__":
    main()
