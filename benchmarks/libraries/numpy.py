"""The cases written by hand with NumPy: forward, gradient and Adam without any library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from .problems import batch, operands, some, squares, weights


def _chain(a: ndarray, b: ndarray) -> tuple[ndarray, ndarray]:
    """Return the gradients of (a * b + a).tanh().sum()."""
    y = np.tanh(a * b + a)
    y.sum()
    d = 1 - y * y
    return d * (b + 1), d * a


LATENCY = {
    "a * b": lambda a, b: lambda: a * b,
    "a @ b": lambda a, b: lambda: a @ b,
    "a.exp()": lambda a, b: lambda: np.exp(a),
    "a.sum()": lambda a, b: lambda: a.sum(),
    "a.reshape(-1)": lambda a, b: lambda: a.reshape(-1),
    "a[3]": lambda a, b: lambda: a[3],
    "chain": lambda a, b: lambda: _chain(a, b),
}


def latency(case: str) -> tuple:
    """Return a small operation, which nothing records."""
    run = LATENCY[case](*squares())
    return run, lambda: some(run()[0] if case == "chain" else run())


def _sigmoid(x: ndarray) -> ndarray:
    return 1 / (1 + np.exp(-x))


def _softmax(x: ndarray) -> ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    e /= e.sum(-1, keepdims=True)
    return e


# The operation, and the cotangent of its last operand from g, the operands and the result y.
LARGE: dict[str, tuple] = {
    "exp": (np.exp, lambda g, x, y: g * y),
    "log": (np.log, lambda g, x, y: g / x),
    "tanh": (np.tanh, lambda g, x, y: g * (1 - y * y)),
    "sigmoid": (_sigmoid, lambda g, x, y: g * y * (1 - y)),
    "relu": (lambda x: np.maximum(x, 0), lambda g, x, y: g * (x > 0)),
    "add": (np.add, lambda g, a, b, y: (g.copy(), g.copy())[-1]),
    "mul": (np.multiply, lambda g, a, b, y: (g * b, g * a)[-1]),
    "softmax": (_softmax, lambda g, x, y: y * (g - (g * y).sum(-1, keepdims=True))),
}


def large(name: str, size: int, direction: str) -> tuple:
    """Return a large operation, forward or its derivative alone."""
    inputs, g = operands(name, size)
    forward, derivative = LARGE[name]
    y = forward(*inputs)
    run = (
        (lambda: forward(*inputs))
        if direction == "forward"
        else (lambda: derivative(g, *inputs, y))
    )
    return run, lambda: some(run())


def step(sizes: Sequence[int], count: int, loss: str) -> tuple:
    """Return a training step of a ReLU perceptron with Adam over one flat vector of parameters."""
    x, y = batch(sizes, count, loss)
    given = [one for pair in weights(sizes) for one in pair]
    p = np.concatenate([one.ravel() for one in given])
    g, m, v, scratch = (np.zeros_like(p) for _ in range(4))
    ends = np.cumsum([one.size for one in given])[:-1]
    shaped = [
        [part.reshape(one.shape) for part, one in zip(np.split(flat, ends), given, strict=True)]
        for flat in (p, g)
    ]
    layers = list(
        zip(shaped[0][::2], shaped[0][1::2], shaped[1][::2], shaped[1][1::2], strict=True)
    )
    steps = 0

    def run() -> float:
        nonlocal steps
        steps += 1
        inputs, a = [], x
        for w, b, _, _ in layers:
            if inputs:
                np.maximum(a, 0, out=a)
            inputs.append(a)
            a = a @ w
            a += b
        value, d = LOSSES[loss](a, y)
        for place in range(len(layers) - 1, -1, -1):
            w, _, gw, gb = layers[place]
            np.matmul(inputs[place].T, d, out=gw)
            d.sum(0, out=gb)
            if place:
                d = d @ w.T
                d *= inputs[place] > 0
        _adam(p, g, m, v, scratch, steps)
        return value

    return run, lambda: [run() for _ in range(3)]


def _adam(p: ndarray, g: ndarray, m: ndarray, v: ndarray, scratch: ndarray, step: int) -> None:
    """Update the parameters in place. Source: Kingma & Ba 2015, with lr 0.001."""
    m *= 0.9
    v *= 0.999
    np.multiply(g, 0.1, out=scratch)
    m += scratch
    np.multiply(g, g, out=scratch)
    scratch *= 0.001
    v += scratch
    np.sqrt(v, out=scratch)
    scratch /= (1 - 0.999**step) ** 0.5
    scratch += 1e-8
    np.divide(m, scratch, out=scratch)
    scratch *= 0.001 / (1 - 0.9**step)
    p -= scratch


def _cross_entropy(z: ndarray, y: ndarray) -> tuple[float, ndarray]:
    rows = np.arange(len(z))
    z -= z.max(1, keepdims=True)
    d = np.exp(z)
    total = d.sum(1, keepdims=True)
    value = float((np.log(total[:, 0]) - z[rows, y]).mean())
    d /= total
    d[rows, y] -= 1
    d /= len(z)
    return value, d


def _bce(z: ndarray, y: ndarray) -> tuple[float, ndarray]:
    value = float((np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean())
    return value, (_sigmoid(z) - y) / z.size


def _mse(z: ndarray, y: ndarray) -> tuple[float, ndarray]:
    z -= y
    value = float((z * z).mean())
    z *= 2 / z.size
    return value, z


LOSSES: dict[str, Any] = {"cross_entropy": _cross_entropy, "bce": _bce, "mse": _mse}
