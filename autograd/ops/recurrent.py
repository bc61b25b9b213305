"""Recurrent nets over a whole sequence: one operation, however long the sequence is.

What a step is computed from is packed into one vector: inputs already multiplied by their weight,
the first state, and the weights of the state. So there is one rule, which goes back through time
once. Second derivatives go through the steps, a few operations each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

import numpy as np

from .. import crossover
from ..generating import SHARED
from ..memory import keep_freed_after
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

    step(pre, state, *weights) returns the next state, of Tensors. forward(pre, first, *weights)
    returns all states and gates, of arrays; pulled(cotangent, states, first, gates, weights) goes
    back: it returns the gradients of pre, of what comes of the states by their weight (None if it
    is that of pre), of the first state, and of the projection if there is one.
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
    keep_freed_after(crossover.BEGIN, x.size)
    with SHARED["few_threads"](sizes.samples * sizes.units * KINDS[kind].gates * sizes.cell):
        return KINDS[kind].forward(*_parts(x, kind, sizes))


@op()
def recurrence_pull(
    cotangent: Any, x: Any, states: Any, gates: Any, /, kind: str, sizes: Sizes
) -> Any:
    """Return the gradient of what is packed for the cotangent of all states."""
    _, first, *weights = _parts(x, kind, sizes)
    gradient = np.empty_like(x)
    of_pre, of_first, of_weight, *of_further = _parts(gradient, kind, sizes)
    with SHARED["few_threads"](sizes.samples * of_weight.size):
        of_pre[...], of_product, of_first[...], of_projection = KINDS[kind].pulled(
            cotangent, states, first, gates, weights
        )
    earlier = np.empty((sizes.steps, sizes.samples, sizes.units), x.dtype)
    earlier[:1], earlier[1:] = first[:, : sizes.units], states[:-1, :, : sizes.units]
    rows = (of_pre if of_product is None else of_product).reshape(-1, len(of_weight))
    np.matmul(rows.T, earlier.reshape(len(rows), sizes.units), of_weight)
    if kind == "gru":
        of_further[0][...] = rows.sum(0)
    if of_projection is not None:
        of_further[-1][...] = of_projection
    return gradient


def _thirds(x: Any) -> list[Any]:
    size = x.shape[-1] // 3
    return [x[:, :size], x[:, size : 2 * size], x[:, 2 * size :]]


def _quarters(x: Any) -> list[Any]:
    size = x.shape[-1] // 4
    return [x[:, k * size : (k + 1) * size] for k in range(4)]


def _tanh_step(pre: Any, h: Any, weight: Any) -> Any:
    return tanh(pre + linear(h, weight))


def _relu_step(pre: Any, h: Any, weight: Any) -> Any:
    return leaky_relu(pre + linear(h, weight), 0.0)


def _plain(function: Callable, pre: Any, h: Any, weight: Any) -> tuple:
    y, turned = np.empty(pre.shape, pre.dtype), np.ascontiguousarray(weight.T)
    for t in range(len(pre)):
        np.matmul(h, turned, y[t])
        y[t] += pre[t]
        h = function(y[t], y[t])
    return y, y[:0]


def _plain_pulled(
    slope: Callable, cotangent: Any, y: Any, first: Any, gates: Any, weights: list
) -> tuple:
    slopes, of_pre = slope(y), np.empty_like(y)
    flowing = np.zeros_like(first)
    for t in reversed(range(len(y))):
        flowing += cotangent[t]
        np.multiply(flowing, slopes[t], of_pre[t])
        np.matmul(of_pre[t], weights[0], flowing)
    return of_pre, None, flowing, None


def _lstm_step(pre: Any, state: Any, weight: Any, projection: Any = None) -> Any:
    units = weight.shape[1]
    i, f, g, o = _quarters(pre + linear(state[:, :units], weight))
    c = sigmoid(f) * state[:, units:] + sigmoid(i) * tanh(g)
    h = sigmoid(o) * tanh(c)
    return cat([h if projection is None else linear(h, projection), c], 1)


def _lstm_forward(pre: Any, state: Any, weight: Any, projection: Any = None) -> tuple:
    steps, samples, wide = pre.shape
    cell, units = wide // 4, weight.shape[1]
    # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2; g, the third gate, stays a tanh.
    column: Any = np.repeat(np.array([0.5, 0.5, 1, 0.5], pre.dtype), cell)[:, None]
    factor = np.repeat(column, samples, 1)
    summand = 1 - factor
    # Samples are the last axis, so that each gate is one block of memory.
    states = np.empty((steps + 1, units + cell, samples), pre.dtype)
    states[0] = state.T
    gates = np.empty((steps, wide, samples), pre.dtype)
    np.multiply(pre.transpose(0, 2, 1), factor, gates)
    # Halving is exact: what is halved here needs no pass in each step.
    halved, product = weight * column, np.empty_like(factor)
    spare = np.empty((cell, samples), pre.dtype)
    for t in range(steps):
        gate, before, after = gates[t], states[t], states[t + 1]
        gate += np.matmul(halved, before[:units], product)
        np.tanh(gate, gate)
        gate *= factor
        gate += summand
        i, f, g, o = gate.reshape(4, cell, samples)
        c = np.multiply(f, before[units:], after[units:])
        c += np.multiply(i, g, spare)
        np.tanh(c, spare)
        if projection is None:
            np.multiply(o, spare, after[:units])
        else:
            np.matmul(projection, np.multiply(o, spare, spare), after[:units])
    return np.ascontiguousarray(states[1:].transpose(0, 2, 1)), gates


def _lstm_pulled(cotangent: Any, y: Any, first: Any, gates: Any, weights: list) -> tuple:
    weight, *projection = weights
    steps, wide, samples = gates.shape
    cell, units = wide // 4, weight.shape[1]
    i, f, g, o = gates.reshape(steps, 4, cell, samples).transpose(1, 0, 2, 3)
    cells = np.empty((steps + 1, cell, samples), y.dtype)
    cells[0], cells[1:] = first[:, units:].T, y[..., units:].transpose(0, 2, 1)
    t_c = np.tanh(cells[1:])
    # What the gradient of c is multiplied by for each gate, that of h for the last one and for c.
    slopes = np.empty((steps, 4, cell, samples), y.dtype)
    for k, (factor, gate) in enumerate([(g, i), (cells[:-1], f), (t_c, o)]):
        slope = slopes[:, (0, 1, 3)[k]]
        np.subtract(1, gate, slope)
        slope *= gate
        slope *= factor
    slope = slopes[:, 2]
    np.subtract(1, np.multiply(g, g, slope), slope)
    slope *= i
    into_c = t_c * t_c
    np.subtract(1, into_c, into_c)
    into_c *= o
    flowing = np.ascontiguousarray(cotangent.transpose(0, 2, 1))
    of_h, of_c = np.zeros((units, samples), y.dtype), np.zeros((cell, samples), y.dtype)
    spare = np.empty_like(of_c)
    turned = [np.ascontiguousarray(one.T) for one in weights]
    for t in reversed(range(steps)):
        # The slopes of this step become the gradient of its gates.
        slope, of_step = slopes[t], flowing[t]
        of_step[:units] += of_h
        of_c += of_step[units:]
        inner = turned[1] @ of_step[:units] if projection else of_step[:units]
        of_c += np.multiply(inner, into_c[t], spare)
        slope[:3] *= of_c
        slope[3] *= inner
        of_c *= f[t]
        np.matmul(turned[0], slope.reshape(wide, samples), of_h)
    of_projection = None
    if projection:
        heights = np.multiply(o, t_c, t_c)
        of_projection = np.tensordot(flowing[:, :units], heights, ([0, 2], [0, 2]))
    of_gates = slopes.reshape(steps, wide, samples).transpose(0, 2, 1)
    return of_gates, None, np.concatenate([of_h, of_c]).T, of_projection


def _gru_step(pre: Any, h: Any, weight: Any, bias: Any) -> Any:
    (r, z, n), (of_r, of_z, of_n) = _thirds(pre), _thirds(linear(h, weight, bias))
    z, n = sigmoid(z + of_z), tanh(n + sigmoid(r + of_r) * of_n)
    return n + z * (h - n)


def _gru_forward(pre: Any, h: Any, weight: Any, bias: Any) -> tuple:
    steps, samples, wide = pre.shape
    cell = wide // 3
    y = np.empty((steps, samples, cell), pre.dtype)
    turned = np.ascontiguousarray(weight.T)
    # Of every step r, z, n, and what comes of the state for n.
    gates = np.empty((steps, samples, 4 * cell), pre.dtype)
    for t in range(steps):
        gate = gates[t]
        product = h @ turned
        product += bias
        sigmoids, n, of_n = gate[:, : 2 * cell], gate[:, 2 * cell : 3 * cell], gate[:, 3 * cell :]
        np.add(pre[t, :, : 2 * cell], product[:, : 2 * cell], sigmoids)
        sigmoids *= 0.5
        np.tanh(sigmoids, sigmoids)
        sigmoids *= 0.5
        sigmoids += 0.5
        of_n[...] = product[:, 2 * cell :]
        np.multiply(gate[:, :cell], of_n, n)
        n += pre[t, :, 2 * cell :]
        np.tanh(n, n)
        np.subtract(h, n, y[t])
        y[t] *= gate[:, cell : 2 * cell]
        y[t] += n
        h = y[t]
    return y, gates


def _gru_pulled(cotangent: Any, y: Any, first: Any, gates: Any, weights: list) -> tuple:
    steps, samples, cell = y.shape
    r, z, n, of_state = (gates[..., k * cell : (k + 1) * cell] for k in range(4))
    before = np.concatenate([first[None], y])[:steps]
    into_n = (1 - z) * (1 - n * n)
    # What the gradient of the state is multiplied by for the product's r, z, n, and for pre's n.
    parts = [into_n * of_state * r * (1 - r), (before - n) * z * (1 - z), into_n * r]
    slopes = np.stack(parts, 2)
    of_product = np.empty((steps, samples, 3 * cell), y.dtype)
    split = of_product.reshape(steps, samples, 3, cell)
    flowing, states = np.zeros_like(first), np.empty_like(y)
    for t in reversed(range(steps)):
        flowing += cotangent[t]
        states[t] = flowing
        np.multiply(flowing[:, None], slopes[t], split[t])
        flowing *= z[t]
        flowing += of_product[t] @ weights[0]
    of_pre = of_product.copy()
    np.multiply(states, into_n, of_pre[..., 2 * cell :])
    return of_pre, of_product, flowing, None


KINDS: dict[str, Kind] = {
    "tanh": Kind(
        1, _tanh_step, partial(_plain, np.tanh), partial(_plain_pulled, lambda y: 1 - y * y)
    ),
    "relu": Kind(
        1,
        _relu_step,
        partial(_plain, lambda x, out: np.maximum(x, 0, out=out)),
        partial(_plain_pulled, lambda y: (y > 0).astype(y.dtype)),
    ),
    "lstm": Kind(4, _lstm_step, _lstm_forward, _lstm_pulled),
    "gru": Kind(3, _gru_step, _gru_forward, _gru_pulled),
}
