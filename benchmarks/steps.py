"""One training step (forward, backward, Adam) beside PyTorch and JAX: python -m benchmarks.steps.

Needs torch, jax and optax in the environment; every peer gets the same net, data and loss.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import jax
import numpy as np
import optax
import torch

import autograd
import nn.torch

from .timing import compare, machine


class Case(NamedTuple):
    """A multi-layer perceptron with ReLU between the layers, and its batch."""

    sizes: tuple[int, ...]
    batch: int
    loss: str

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Return inputs and targets, the same for everyone."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal((self.batch, self.sizes[0])).astype(np.float32)
        if self.loss == "cross_entropy":
            return x, rng.integers(0, self.sizes[-1], self.batch)
        if self.loss == "bce":
            return x, rng.integers(0, 2, (self.batch, self.sizes[-1])).astype(np.float32)
        return x, rng.standard_normal((self.batch, self.sizes[-1])).astype(np.float32)


CASES = {
    "iris": Case((4, 8, 3), 120, "cross_entropy"),
    "chapter, batch 32": Case((20, 32, 1), 32, "bce"),
    "chapter, batch 800": Case((20, 32, 1), 800, "bce"),
    "mnist-mlp": Case((784, 256, 128, 10), 128, "cross_entropy"),
    "wide-mlp": Case((1024, 4096, 1024), 512, "mse"),
}


def modules(case: Case, library: Any) -> Any:
    """Return the net in `nn`, ours or PyTorch's."""
    layers: list[Any] = []
    for inputs, outputs in pairwise(case.sizes):
        layers += [library.Linear(inputs, outputs), library.ReLU()]
    last = [library.Sigmoid()] if case.loss == "bce" else []
    return library.Sequential(*layers[:-1], *last)


def loss_of(case: Case, library: Any) -> Any:
    """Return the loss in `nn`, ours or PyTorch's."""
    kinds = {"cross_entropy": "CrossEntropyLoss", "bce": "BCELoss", "mse": "MSELoss"}
    return getattr(library, kinds[case.loss])()


def module_step(case: Case, library: Any, compiled: bool = False) -> Callable:
    """Return a step in PyTorch's words: with `torch`, or with our own `nn.torch`."""
    model, criterion = modules(case, library.nn), loss_of(case, library.nn)
    optimizer = library.optim.Adam(model.parameters(), lr=1e-3)
    x, y = map(library.from_numpy, case.data())

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    run = autograd.compile(step) if compiled else step
    return lambda: run(x, y)


def jax_step(case: Case) -> Callable:
    """Return a jitted step of value_and_grad and optax.adam, with donated buffers."""
    rng = np.random.default_rng(1)
    parameters = [
        (rng.standard_normal((i, o)).astype(np.float32) / i**0.5, np.zeros(o, np.float32))
        for i, o in pairwise(case.sizes)
    ]
    optimizer = optax.adam(1e-3)

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        for weight, bias in parameters[:-1]:
            x = jax.nn.relu(x @ weight + bias)
        z = x @ parameters[-1][0] + parameters[-1][1]
        if case.loss == "cross_entropy":
            return optax.softmax_cross_entropy_with_integer_labels(z, y).mean()
        if case.loss == "bce":
            return optax.sigmoid_binary_cross_entropy(z, y).mean()
        return ((z - y) ** 2).mean()

    def step(parameters: Any, state: Any, x: Any, y: Any) -> Any:
        value, gradients = jax.value_and_grad(loss)(parameters, x, y)
        updates, state = optimizer.update(gradients, state)
        return optax.apply_updates(parameters, updates), state, value

    jitted = jax.jit(step, donate_argnums=(0, 1))
    parameters = jax.tree.map(jax.numpy.asarray, parameters)
    held = [parameters, optimizer.init(parameters)]
    x, y = map(jax.numpy.asarray, case.data())

    def run() -> None:
        held[0], held[1], value = jitted(*held, x, y)
        value.block_until_ready()

    return run


def main() -> None:
    """Print a row a case and peer: microseconds, and the median ratio peer / ours compiled."""
    wanted = sys.argv[1:] or list(CASES)
    print(machine("numpy", "numba", "torch", "jax"))
    print(f"{'case':<20} {'peer':<14} {'ours us':>9} {'peer us':>9} {'peer/ours':>9}  quartiles")
    for name in wanted:
        case = CASES[name]
        compiled = module_step(case, nn.torch, compiled=True)
        peers = {
            "our eager": module_step(case, nn.torch),
            "torch eager": module_step(case, torch),
            "jax jit": jax_step(case),
        }
        for step in (compiled, *peers.values()):
            for _ in range(4):
                step()
        for peer, step in peers.items():
            result = compare(compiled, step, rounds=11)
            low, high = 1 / result.high, 1 / result.low
            print(
                f"{name:<20} {peer:<14} {result.ours * 1e6:9.1f} {result.peer * 1e6:9.1f} "
                f"{1 / result.ratio:9.2f}  {low:.2f}-{high:.2f}"
            )


if __name__ == "__main__":
    main()
