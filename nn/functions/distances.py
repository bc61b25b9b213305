"""Lengths of vectors and distances between them, under the names of torch.nn.functional."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor


def normalize(
    input: Tensor, p: float = 2.0, dim: Any = 1, eps: float = 1e-12, out: None = None
) -> Tensor:
    """Divide by the p-norm over `dim`, or by eps where that is smaller."""
    if out is not None:
        raise NotImplementedError("normalize: out= is not supported; assign the result")
    return input / autograd.linalg.vector_norm(input, p, dim, True).clamp(min=eps)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """Return the cosine of the angles between x1 and x2, which broadcast, along `dim`.

    Lengths below eps count as eps.
    """
    if x1.dtype.kind != "f" or x2.dtype.kind != "f":
        raise RuntimeError(
            f"cosine_similarity: expected common dtype to be floating point, got {x1.dtype} and "
            f"{x2.dtype}; use .float()"
        )
    shape = autograd.Size(_broadcast(tuple(x1.shape), tuple(x2.shape)))
    x1, x2 = x1.expand(shape), x2.expand(shape)
    return (_direction(x1, dim, eps) * _direction(x2, dim, eps)).sum(dim)


def _broadcast(one: tuple, other: tuple) -> tuple[int, ...]:
    longer = max(len(one), len(other))
    pairs = zip((1,) * (longer - len(one)) + one, (1,) * (longer - len(other)) + other, strict=True)
    return tuple(b if a == 1 else a for a, b in pairs)


def _direction(x: Tensor, dim: int, eps: float) -> Tensor:
    size = autograd.linalg.vector_norm(x, 2, dim, True)
    # The bound is no part of the slope, as in PyTorch.
    return x / (size + (size.detach().clamp(min=eps) - size.detach()))


def pairwise_distance(
    x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """Return the p-norm of x1 - x2 + eps over the last axis; x1 and x2 broadcast."""
    return autograd.linalg.vector_norm(x1 - x2 + eps, p, -1, keepdim)


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """Return the p-norms of the differences of all pairs of rows of input (rows, size)."""
    if input.ndim != 2:
        raise RuntimeError(f"pdist: expected a 2-D input, (rows, size), got {tuple(input.shape)}")
    rows = range(input.shape[0])
    pairs = [(one, other) for one in rows for other in rows if one < other]
    if not pairs:
        return input.sum(1)[:0]
    first, second = zip(*pairs, strict=True)
    return autograd.linalg.vector_norm(input[list(first)] - input[list(second)], p, 1)
