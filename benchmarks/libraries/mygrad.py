"""MyGrad's cases."""

from __future__ import annotations

import mygrad

from .problems import some, squares

LATENCY = {
    "a * b": lambda a, b: lambda: a * b,
    "a @ b": lambda a, b: lambda: a @ b,
    "a.exp()": lambda a, b: lambda: mygrad.exp(a),
    "a.sum()": lambda a, b: lambda: a.sum(),
    "a.reshape(-1)": lambda a, b: lambda: a.reshape(-1),
    "a[3]": lambda a, b: lambda: a[3],
    "chain": lambda a, b: lambda: mygrad.tanh(a * b + a).sum().backward(),
}


def latency(case: str) -> tuple:
    """Return a small operation on recorded 32x32 operands."""
    a, b = map(mygrad.tensor, squares())
    run = LATENCY[case](a, b)

    def numbers() -> list[float]:
        made = run()
        return some(a.grad if made is None else made.data)

    return run, numbers
