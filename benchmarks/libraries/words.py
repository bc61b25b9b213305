"""The cases in PyTorch's words: `library` is torch or our nn.torch, word for word the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .problems import batch, first_values, operands, some, squares, weights

LATENCY = {
    "a * b": lambda a, b: lambda: a * b,
    "a @ b": lambda a, b: lambda: a @ b,
    "a.exp()": lambda a, b: lambda: a.exp(),
    "a.sum()": lambda a, b: lambda: a.sum(),
    "a.reshape(-1)": lambda a, b: lambda: a.reshape(-1),
    "a[3]": lambda a, b: lambda: a[3],
    "chain": lambda a, b: lambda: (a * b + a).tanh().sum().backward(),
}
LOSSES = {"cross_entropy": "CrossEntropyLoss", "bce": "BCELoss", "mse": "MSELoss"}


def latency(library: Any, case: str) -> tuple:
    """Return a small operation on recorded 32x32 operands."""
    a, b = (library.from_numpy(one).requires_grad_() for one in squares())
    run = LATENCY[case](a, b)

    def numbers() -> list[float]:
        made = run()
        return some((a.grad if made is None else made).detach().numpy())

    return run, numbers


def large(library: Any, name: str, size: int, direction: str) -> tuple:
    """Return a large operation, recorded, forward or backward alone."""
    arrays, cotangent = operands(name, size)
    inputs = [library.from_numpy(one).requires_grad_() for one in arrays]
    keywords = {"dim": -1} if name == "softmax" else {}
    function = getattr(library, name)
    if direction == "forward":
        run = lambda: function(*inputs, **keywords)  # noqa: E731
        return run, lambda: some(run().detach().numpy())
    y, g = function(*inputs, **keywords), library.from_numpy(cotangent)

    def backward() -> Any:
        for x in inputs:
            x.grad = None
        y.backward(g, retain_graph=True)
        return inputs[-1].grad

    return backward, lambda: some(backward().numpy())


def step(
    library: Any, sizes: Sequence[int], count: int, loss: str, transform: Callable = lambda f: f
) -> tuple:
    """Return a training step of a ReLU perceptron with Adam; `transform` is applied to it."""
    layers: list[Any] = []
    for inputs, outputs in pairwise(sizes):
        layers += [library.nn.Linear(inputs, outputs), library.nn.ReLU()]
    last = [library.nn.Sigmoid()] if loss == "bce" else []
    model = library.nn.Sequential(*layers[:-1], *last)
    arrays = [one for weight, bias in weights(sizes) for one in (weight.T.copy(), bias)]
    state = zip(model.state_dict(), map(library.from_numpy, arrays), strict=True)
    model.load_state_dict(dict(state))
    criterion = getattr(library.nn, LOSSES[loss])()
    optimizer = library.optim.Adam(model.parameters(), lr=1e-3)
    x, y = map(library.from_numpy, batch(sizes, count, loss))

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    change = transform(step)
    return lambda: change(x, y), lambda: first_values(change, lambda: change(x, y).item())


def leaf(library: Any) -> Any:
    """Return a leaf of one element."""
    return library.from_numpy(np.ones((), np.float32)).requires_grad_()
