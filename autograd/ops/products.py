"""Products under PyTorch's names: of matrices and vectors, sums of them, and distances."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .diagonals import diagonal
from .elementwise import check_tensors
from .linalg import matmul
from .reduce import total
from .shape import normal_axis, permute, reshape, stack, unsqueeze
from .write import clone


def _check(name: str, ndim: int, **named: Any) -> None:
    """Raise RuntimeError unless each of the named Tensors has ndim axes."""
    check_tensors(name, **named)
    for argument, x in named.items():
        if x.ndim != ndim:
            kind = {1: "a vector", 2: "a matrix", 3: "a batch of matrices"}[ndim]
            raise RuntimeError(
                f"{name}: {argument} must be {kind}, {ndim}-d, got {tuple(x.shape)}; "
                "matmul takes other shapes"
            )


def _check_inner(name: str, left: int, right: int, a: Any, b: Any) -> None:
    if left != right:
        raise RuntimeError(
            f"{name}: inner sizes differ, {left} and {right}: {tuple(a.shape)} and "
            f"{tuple(b.shape)}; transpose one of them?"
        )


def mm(input: Any, mat2: Any) -> Any:
    """Return the product of two matrices, (n, m) and (m, p)."""
    _check("mm", 2, input=input, mat2=mat2)
    _check_inner("mm", input.shape[1], mat2.shape[0], input, mat2)
    return matmul(input, mat2)


def bmm(input: Any, mat2: Any) -> Any:
    """Return the products of two batches of matrices, (b, n, m) and (b, m, p)."""
    _check("bmm", 3, input=input, mat2=mat2)
    if input.shape[0] != mat2.shape[0]:
        raise RuntimeError(f"bmm: batches differ, {tuple(input.shape)} and {tuple(mat2.shape)}")
    _check_inner("bmm", input.shape[2], mat2.shape[1], input, mat2)
    return matmul(input, mat2)


def mv(input: Any, vec: Any) -> Any:
    """Return the product of a matrix (n, m) and a vector (m,)."""
    _check("mv", 2, input=input)
    _check("mv", 1, vec=vec)
    _check_inner("mv", input.shape[1], vec.shape[0], input, vec)
    return matmul(input, vec)


def dot(input: Any, tensor: Any) -> Any:
    """Return the sum of the products of two vectors of one length."""
    _check("dot", 1, input=input, tensor=tensor)
    _check_inner("dot", input.shape[0], tensor.shape[0], input, tensor)
    return matmul(input, tensor)


def vdot(input: Any, other: Any) -> Any:
    """Return `dot` of two vectors: of real ones it is the same."""
    return dot(input, other)


def inner(input: Any, other: Any) -> Any:
    """Return the products of input (..., n) and other (..., n), summed over their last axes."""
    if not input.ndim or not other.ndim:
        return input * other
    _check_inner("inner", input.shape[-1], other.shape[-1], input, other)
    return tensordot(input, other, ([input.ndim - 1], [other.ndim - 1]))


def outer(input: Any, vec2: Any) -> Any:
    """Return the matrix of all products of elements of two vectors."""
    _check("outer", 1, input=input, vec2=vec2)
    return unsqueeze(input, 1) * vec2


def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """Return the products of a and b summed over axes: the last of a and first of b, or two lists.

    dims is their number, or the axes of a and those of b.
    """
    if isinstance(dims, int):
        if dims < 0 or dims > min(a.ndim, b.ndim):
            raise RuntimeError(
                f"tensordot: dims {dims} is no number of axes that {tuple(a.shape)} and "
                f"{tuple(b.shape)} both have"
            )
        dims = [*range(a.ndim - dims, a.ndim)], [*range(dims)]
    left, right = (
        [normal_axis(int(one), x.ndim, "tensordot") for one in several]
        for several, x in zip(dims, (a, b), strict=True)
    )
    if len(left) != len(right):
        raise RuntimeError(f"tensordot: {len(left)} axes of a meet {len(right)} axes of b")
    for one, other in zip(left, right, strict=True):
        _check_inner("tensordot", a.shape[one], b.shape[other], a, b)
    kept = [axis for axis in range(a.ndim) if axis not in left]
    other_kept = [axis for axis in range(b.ndim) if axis not in right]
    shape = [a.shape[axis] for axis in kept], [b.shape[axis] for axis in other_kept]
    size = int(np.prod([a.shape[axis] for axis in left], dtype=int))
    rows, columns = (int(np.prod(sizes, dtype=int)) for sizes in shape)
    rows_of_a = reshape(permute(a, (*kept, *left)), (rows, size))
    y = matmul(rows_of_a, reshape(permute(b, (*right, *other_kept)), (size, columns)))
    return reshape(y, (*shape[0], *shape[1]))


def kron(input: Any, other: Any) -> Any:
    """Return the Kronecker product: other, times every element of input, side by side."""
    if not hasattr(input, "shape") or not hasattr(other, "shape"):
        raise TypeError(f"kron: input and other must be Tensors, got {input} and {other}")
    ndim = max(input.ndim, other.ndim)
    a, b = ((1,) * (ndim - x.ndim) + tuple(x.shape) for x in (input, other))
    parts = [tuple(n for pair in zip(*two, strict=True) for n in pair)
             for two in ((a, (1,) * ndim), ((1,) * ndim, b))]  # fmt: skip
    product = reshape(input, parts[0]) * reshape(other, parts[1])
    return reshape(product, tuple(one * two for one, two in zip(a, b, strict=True)))


def cross(input: Any, other: Any, dim: int | None = None) -> Any:
    """Return the cross products of vectors of 3 elements along `dim`, which broadcast.

    Without dim, along the first axis of size 3.
    """
    if dim is None:
        sized = [axis for axis, size in enumerate(input.shape) if size == 3]
        if not sized:
            raise RuntimeError(f"cross: no axis of {tuple(input.shape)} has size 3")
        dim = sized[0]
    if input.ndim != other.ndim or not input.shape[dim] == other.shape[dim] == 3:
        raise RuntimeError(
            f"cross: both must have as many axes, and size 3 in dim {dim}, got "
            f"{tuple(input.shape)} and {tuple(other.shape)}"
        )
    axis = normal_axis(dim, input.ndim, "cross")
    (a0, a1, a2), (b0, b1, b2) = (_parts(x, axis) for x in (input, other))
    parts = [a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0]
    return stack(parts, axis)


def _parts(x: Any, axis: int) -> list[Any]:
    before = (slice(None),) * axis
    return [x[(*before, place)] for place in range(3)]


def _sum_of(input: Any, product: Any, beta: float, alpha: float) -> Any:
    """Return beta * input + alpha * product; where beta is 0, input is not looked at."""
    product = product if alpha == 1 else product * alpha
    if beta == 0:
        return product
    return (input if beta == 1 else input * beta) + product


def addmm(input: Any, mat1: Any, mat2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return beta * input + alpha * mat1 @ mat2."""
    return _sum_of(input, mm(mat1, mat2), beta, alpha)


def addmv(input: Any, mat: Any, vec: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return beta * input + alpha * mat @ vec."""
    return _sum_of(input, mv(mat, vec), beta, alpha)


def addr(input: Any, vec1: Any, vec2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return beta * input + alpha * the outer product of two vectors."""
    return _sum_of(input, outer(vec1, vec2), beta, alpha)


def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return beta * input + alpha * batch1 @ batch2, for batches of matrices."""
    return _sum_of(input, bmm(batch1, batch2), beta, alpha)


def addbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return beta * input + alpha * the sum of batch1 @ batch2 over the batch."""
    return _sum_of(input, total(bmm(batch1, batch2), 0), beta, alpha)


def multi_dot(tensors: Sequence[Any]) -> Any:
    """Return the product of matrices in the order that costs least; the ends may be vectors."""
    if len(tensors) < 2:
        raise RuntimeError(f"multi_dot: expects at least 2 Tensors, got {len(tensors)}")
    first, *middle, last = tensors
    left = unsqueeze(first, 0) if first.ndim == 1 else first
    right = unsqueeze(last, 1) if last.ndim == 1 else last
    chain = [left, *middle, right]
    _check("multi_dot", 2, **{f"tensor {place}": one for place, one in enumerate(chain)})
    for one, two in pairwise(chain):
        _check_inner("multi_dot", one.shape[1], two.shape[0], one, two)
    y = _in_order(chain, 0, len(chain) - 1, _splits([one.shape[0] for one in chain],
                                                    chain[-1].shape[1]))  # fmt: skip
    kept = (*first.shape[:-1], *last.shape[1:])
    return reshape(y, kept)


def _splits(rows: list[int], columns: int) -> dict[tuple[int, int], int]:
    """Return where to part each stretch of the chain (Cormen et al., matrix-chain order)."""
    sizes, count = [*rows, columns], len(rows)
    cost = {(one, one): 0 for one in range(count)}
    parted = {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            cost[i, j], parted[i, j] = min(
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                for k in range(i, j)
            )
    return parted


def _in_order(chain: list[Any], i: int, j: int, parted: dict) -> Any:
    if i == j:
        return chain[i]
    k = parted[i, j]
    return matmul(_in_order(chain, i, k, parted), _in_order(chain, k + 1, j, parted))


def chain_matmul(*matrices: Any) -> Any:
    """Return the product of matrices in the order that costs least."""
    return clone(matrices[0]) if len(matrices) == 1 else multi_dot(matrices)


def trace(input: Any) -> Any:
    """Return the sum of the diagonal of a matrix."""
    _check("trace", 2, input=input)
    return total(diagonal(input))


def cdist(
    x1: Any, x2: Any, p: float = 2.0,
    compute_mode: str = "use_mm_for_euclid_dist_if_necessary",
) -> Any:  # fmt: skip
    """Return the p-norms of all differences of rows: (..., n, k) of x1 (..., n, m), x2 (..., k, m).

    The slope where two rows are equal is 0; compute_mode changes nothing.
    """
    for name, x in (("x1", x1), ("x2", x2)):
        if x.ndim < 2:
            raise RuntimeError(f"cdist: {name} must have at least 2 axes, got {tuple(x.shape)}")
    _check_inner("cdist", x1.shape[-1], x2.shape[-1], x1, x2)
    return row_norms(unsqueeze(x1, -2) - unsqueeze(x2, -3), p)


def row_norms(x: Any, p: float) -> Any:
    """Return the p-norms of the last axis; their slope at 0 is 0."""
    from .norms import length

    return length(x, p, -1)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """Return y_k = input1 weight_k input2 + bias_k.

    input1 (..., n), input2 (..., m), weight (k, n, m), bias (k,) or None; gives (..., k).
    """
    if input1.shape[-1] != weight.shape[1] or input2.shape[-1] != weight.shape[2]:
        raise RuntimeError(
            f"bilinear: inputs {tuple(input1.shape)} and {tuple(input2.shape)} do not fit weight "
            f"{tuple(weight.shape)}; make it (out, {input1.shape[-1]}, {input2.shape[-1]})"
        )
    each = tensordot(input1, weight, ([input1.ndim - 1], [1]))
    y = total(each * unsqueeze(input2, -2), -1)
    return y if bias is None else y + bias
