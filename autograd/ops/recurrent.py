"""Recurrent nets over a whole sequence: one operation, however long the sequence is.

What a step is computed from is packed into one vector: inputs already multiplied by their weight,
the first state, and the weights of the state. So there is one rule, which goes back through time
once. Second derivatives go through the steps, a few operations each.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..operation import op
from .elementwise import leaky_relu, sigmoid, tanh
from .linalg import linear
from .shape import cat, reshape, stack


class Sizes(NamedTuple):
    """Steps, samples, units of the state h, and units of a gate: more where h is projected."""

    steps: int
    samples: int
    units: int
    cell: int


class Kind(NamedTuple):
    """A recurrence: how many gates a step has, and what is done with them.

    step(pre, state, *weights) returns the next state, of Tensors; forward does that for arrays and
    returns the gates too. pulled(g, state, before, gates, weights) goes back: it returns the
    gradients of pre, of what comes of the state by its weight, of the state otherwise, and of the
    projection if there is one.
    """

    gates: int
    step: Callable
    forward: Callable
    pulled: Callable


def shapes(kind: str, sizes: Sizes) -> list[tuple[int, ...]]:
    """Return the shapes of what is packed: inputs, first state, weights of the state.

    The state of an LSTM is h and c side by side. A GRU has a bias for the state apart, since a gate
    multiplies it; the last weight of an LSTM whose h is projected is the projection.
    """
    steps, samples, units, cell = sizes
    wide = KINDS[kind].gates * cell
    width = units + cell if kind == "lstm" else units
    found = [(steps, samples, wide), (samples, width), (wide, units)]
    if kind == "gru":
        found.append((wide,))
    if units != cell:
        found.append((units, cell))
    return found


def _parts(x: Any, kind: str, sizes: Sizes) -> list[Any]:
    parts = shapes(kind, sizes)
    ends = [0]
    for part in parts:
        ends.append(ends[-1] + prod(part))
    return [reshape(x[a:b], part) for part, (a, b) in zip(parts, pairwise(ends), strict=True)]


def _unrolled(x: Any, kind: str, sizes: Sizes) -> Any:
    pre, state, *weights = _parts(x, kind, sizes)
    states = []
    for t in range(sizes.steps):
        state = KINDS[kind].step(pre[t], state, *weights)
        states.append(state)
    return stack(states, 0)


@op(
    composed=_unrolled,
    residuals=("gates",),
    x=lambda g, x, y, gates, kind, sizes: recurrence_pull(g, x, y, gates, kind, sizes),
)
def recurrence(x: Any, /, kind: str, sizes: Sizes) -> tuple[Any, Any]:
    """Return the states (steps, samples, width) after every step of what `shapes` says is packed.

    kind is "tanh" or "relu" (Elman 1990), "lstm" (Hochreiter & Schmidhuber 1997, with the forget
    gate of Gers et al. 2000; gates i, f, g, o) or "gru" (Cho et al. 2014; gates r, z, n, where r
    multiplies what comes of the state). The residual holds the gates.
    """
    pre, state, *weights = _parts(x, kind, sizes)
    y = np.empty((sizes.steps, *state.shape), x.dtype)
    gates = []
    for t in range(sizes.steps):
        y[t], gate = KINDS[kind].forward(pre[t], state, *weights)
        gates.append(gate)
        state = y[t]
    return y, np.array(gates, x.dtype)


@op()
def recurrence_pull(
    cotangent: Any, x: Any, states: Any, gates: Any, /, kind: str, sizes: Sizes
) -> Any:
    """Return the gradient of what is packed for the cotangent of all states."""
    _, first, weight, *further = _parts(x, kind, sizes)
    gradient = np.zeros_like(x)
    of_pre, of_first, of_weight, *of_further = _parts(gradient, kind, sizes)
    of_product = np.empty_like(of_pre) if kind == "gru" else of_pre
    for t in reversed(range(sizes.steps)):
        before = states[t - 1] if t else first
        of_pre[t], of_product[t], flowing, of_projection = KINDS[kind].pulled(
            of_first + cotangent[t], states[t], before, gates[t], further
        )
        flowing[:, : sizes.units] += of_product[t] @ weight
        of_first[...] = flowing
        if of_projection is not None:
            of_further[-1] += of_projection
    earlier = np.concatenate([first[None], states])[: sizes.steps, :, : sizes.units]
    rows = of_product.reshape(-1, len(weight))
    of_weight[...] = rows.T @ earlier.reshape(len(rows), sizes.units)
    if kind == "gru":
        of_further[0][...] = rows.sum(0)
    return gradient


def _thirds(x: Any) -> list[Any]:
    size = x.shape[-1] // 3
    return [x[:, :size], x[:, size : 2 * size], x[:, 2 * size :]]


def _quarters(x: Any) -> list[Any]:
    size = x.shape[-1] // 4
    return [x[:, k * size : (k + 1) * size] for k in range(4)]


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _tanh_step(pre: Any, h: Any, weight: Any) -> Any:
    return tanh(pre + linear(h, weight))


def _tanh_forward(pre: Any, h: Any, weight: Any) -> tuple:
    return np.tanh(pre + h @ weight.T), ()


def _tanh_pulled(g: Any, h: Any, before: Any, gates: Any, further: Any) -> tuple:
    of_sum = g * (1 - h * h)
    return of_sum, of_sum, np.zeros_like(g), None


def _relu_step(pre: Any, h: Any, weight: Any) -> Any:
    return leaky_relu(pre + linear(h, weight), 0.0)


def _relu_forward(pre: Any, h: Any, weight: Any) -> tuple:
    return np.maximum(pre + h @ weight.T, 0), ()


def _relu_pulled(g: Any, h: Any, before: Any, gates: Any, further: Any) -> tuple:
    of_sum = np.where(h > 0, g, 0)
    return of_sum, of_sum, np.zeros_like(g), None


def _lstm_step(pre: Any, state: Any, weight: Any, projection: Any = None) -> Any:
    units = weight.shape[1]
    i, f, g, o = _quarters(pre + linear(state[:, :units], weight))
    c = sigmoid(f) * state[:, units:] + sigmoid(i) * tanh(g)
    h = sigmoid(o) * tanh(c)
    return cat([h if projection is None else linear(h, projection), c], 1)


def _lstm_forward(pre: Any, state: Any, weight: Any, projection: Any = None) -> tuple:
    units = weight.shape[1]
    gates = pre + state[:, :units] @ weight.T
    cell = gates.shape[1] // 4
    candidate = np.tanh(gates[:, 2 * cell : 3 * cell])
    gates = _sigmoid(gates)
    gates[:, 2 * cell : 3 * cell] = candidate
    i, f, g, o = _quarters(gates)
    c = f * state[:, units:] + i * g
    h = o * np.tanh(c)
    return np.concatenate([h if projection is None else h @ projection.T, c], 1), gates


def _lstm_pulled(given: Any, state: Any, before: Any, gates: Any, further: Any) -> tuple:
    units = state.shape[1] - gates.shape[1] // 4
    i, f, g, o = _quarters(gates)
    of_h, of_c = given[:, :units], given[:, units:]
    t = np.tanh(state[:, units:])
    of_projection = None
    if further:
        of_projection = of_h.T @ (o * t)
        of_h = of_h @ further[-1]
    of_c = of_c + of_h * o * (1 - t * t)
    of_gates = [
        of_c * g * i * (1 - i),
        of_c * before[:, units:] * f * (1 - f),
        of_c * i * (1 - g * g),
        of_h * t * o * (1 - o),
    ]
    of_pre = np.concatenate(of_gates, 1)
    flowing = np.zeros_like(given)
    flowing[:, units:] = of_c * f
    return of_pre, of_pre, flowing, of_projection


def _gru_step(pre: Any, h: Any, weight: Any, bias: Any) -> Any:
    (r, z, n), (of_r, of_z, of_n) = _thirds(pre), _thirds(linear(h, weight, bias))
    z, n = sigmoid(z + of_z), tanh(n + sigmoid(r + of_r) * of_n)
    return n + z * (h - n)


def _gru_forward(pre: Any, h: Any, weight: Any, bias: Any) -> tuple:
    (r, z, n), (of_r, of_z, of_n) = _thirds(pre), _thirds(h @ weight.T + bias)
    r, z = _sigmoid(r + of_r), _sigmoid(z + of_z)
    n = np.tanh(n + r * of_n)
    return n + z * (h - n), np.stack([r, z, n, of_n])


def _gru_pulled(given: Any, h: Any, before: Any, gates: Any, further: Any) -> tuple:
    r, z, n, of_state = gates
    of_n = given * (1 - z) * (1 - n * n)
    of_z = given * (before - n) * z * (1 - z)
    of_r = of_n * of_state * r * (1 - r)
    of_pre = np.concatenate([of_r, of_z, of_n], 1)
    return of_pre, np.concatenate([of_r, of_z, of_n * r], 1), given * z, None


KINDS: dict[str, Kind] = {
    "tanh": Kind(1, _tanh_step, _tanh_forward, _tanh_pulled),
    "relu": Kind(1, _relu_step, _relu_forward, _relu_pulled),
    "lstm": Kind(4, _lstm_step, _lstm_forward, _lstm_pulled),
    "gru": Kind(3, _gru_step, _gru_forward, _gru_pulled),
}
