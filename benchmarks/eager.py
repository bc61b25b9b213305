"""Eager operations beside PyTorch on one thread: python -m benchmarks.eager, where torch is."""

from __future__ import annotations

import torch

import autograd

from .timing import compare, machine

SHAPE = (32, 32)


def _recorded_mul(library: object) -> object:
    a, b = (library.randn(*SHAPE, requires_grad=True) for _ in range(2))  # type: ignore[attr-defined]
    return lambda: a * b


def _chain(library: object) -> object:
    a, b = (library.randn(*SHAPE, requires_grad=True) for _ in range(2))  # type: ignore[attr-defined]
    return lambda: (a * b + a).tanh().sum().backward()


CASES = {
    "a * b, recorded": (_recorded_mul, 0.6),
    "(a * b + a).tanh().sum().backward()": (_chain, 0.5),
}


def main() -> None:
    """Print the table: microseconds a call, the median ratio, its quartiles and the goal."""
    torch.set_num_threads(1)
    print(machine("numpy", "torch"))
    print(f"{'float32 32x32':<38}  ours us  torch us  ratio  quartiles    goal")
    for name, (make, goal) in CASES.items():
        result = compare(make(autograd), make(torch))  # type: ignore[arg-type]
        print(
            f"{name:<38} {result.ours * 1e6:8.2f} {result.peer * 1e6:9.2f} {result.ratio:6.3f}  "
            f"{result.low:.3f}-{result.high:.3f} {goal:5}"
        )


if __name__ == "__main__":
    main()
