"""JAX's cases, all under jit; a call ends when its result is there."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from .problems import batch, operands, some, weights

LARGE = {
    **{name: getattr(jnp, name) for name in ("exp", "log", "tanh", "add")},
    "mul": jnp.multiply,
    **{name: getattr(jax.nn, name) for name in ("sigmoid", "relu", "softmax")},
}


def large(name: str, size: int, direction: str) -> tuple:
    """Return a large operation, forward or its pullback alone."""
    arrays, cotangent = operands(name, size)
    inputs, g = list(map(jnp.asarray, arrays)), jnp.asarray(cotangent)
    if direction == "forward":
        forward = jax.jit(LARGE[name])
        run = lambda: forward(*inputs).block_until_ready()  # noqa: E731
    else:
        _, pullback = jax.vjp(LARGE[name], *inputs)
        apply = jax.jit(lambda pullback, g: pullback(g))
        run = lambda: jax.block_until_ready(apply(pullback, g))[-1]  # noqa: E731
    return run, lambda: some(run())


def compiled_step(sizes: Sequence[int], count: int, loss: str) -> tuple:
    """Return a training step, value_and_grad and optax.adam, with donated buffers."""
    jitted, parameters, state, x, y = _step(sizes, count, loss)
    held = [parameters, state]

    def run() -> Any:
        held[0], held[1], value = jitted(*held, x, y)
        return value.block_until_ready()

    return run, lambda: [float(run()) for _ in range(3)]


def cached_step(*net: Any) -> tuple:
    """Return the step, with JAX's own cache of compiled code on disk."""
    jax.config.update("jax_compilation_cache_dir", os.environ["GLASSGRAD_CACHE"] + "/jax")
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return compiled_step(*net)


def compile_seconds(layers: int, width: int, count: int) -> float:
    """Return the seconds that compiling a deep perceptron takes, tracing apart."""
    jitted, *arguments = _step([width] * (layers + 1), count, "mse")
    lowered = jitted.lower(*arguments)
    start = time.perf_counter()
    lowered.compile()
    return time.perf_counter() - start


def _step(sizes: Sequence[int], count: int, kind: str) -> tuple:
    """Return the jitted step and its arguments: parameters, state of Adam, inputs, targets."""
    optimizer = optax.adam(1e-3)

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        for weight, bias in parameters[:-1]:
            x = jax.nn.relu(x @ weight + bias)
        z = x @ parameters[-1][0] + parameters[-1][1]
        if kind == "cross_entropy":
            return optax.softmax_cross_entropy_with_integer_labels(z, y).mean()
        if kind == "bce":
            return optax.sigmoid_binary_cross_entropy(z, y).mean()
        return ((z - y) ** 2).mean()

    def step(parameters: Any, state: Any, x: Any, y: Any) -> Any:
        value, gradients = jax.value_and_grad(loss)(parameters, x, y)
        updates, state = optimizer.update(gradients, state)
        return optax.apply_updates(parameters, updates), state, value

    parameters = jax.tree.map(jnp.asarray, weights(sizes))
    x, y = batch(sizes, count, kind)
    jitted = jax.jit(step, donate_argnums=(0, 1))
    return jitted, parameters, optimizer.init(parameters), jnp.asarray(x), jnp.asarray(np.array(y))
