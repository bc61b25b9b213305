"""Linear algebra under the names of torch.linalg: matrices are the last two axes."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from .ops.decompositions import LinAlgError as LinAlgError
from .ops.decompositions import (
    cholesky_factor,
    complement,
    eigh_packed,
    exp_of,
    logabsdet,
    pseudoinverse,
    qr_packed,
    rank_of,
    sign_of_det,
    solved,
    split_up,
    svd_packed,
    svd_shapes,
    turned,
)
from .ops.decompositions import det as _det
from .ops.decompositions import inv as _inv
from .ops.diagonals import diagonal as _diagonal
from .ops.elementwise import abs_, to_dtype, where
from .ops.linalg import matmul
from .ops.norms import length
from .ops.products import cross as _cross
from .ops.products import multi_dot as multi_dot
from .ops.reduce import amax, amin, axes, total
from .ops.shape import cat, expand, permute, reshape, squeeze, unsqueeze
from .ops.write import apart


class Slogdet(NamedTuple):
    """Sign and logarithm of the absolute value of determinants."""

    sign: Any
    logabsdet: Any


class Eigh(NamedTuple):
    """Eigenvalues, ascending, and eigenvectors, in columns."""

    eigenvalues: Any
    eigenvectors: Any


class SVD(NamedTuple):
    """Left singular vectors, singular values, descending, and right singular vectors, in rows."""

    U: Any
    S: Any
    Vh: Any


class QR(NamedTuple):
    """Orthogonal and upper triangular factors."""

    Q: Any
    R: Any


class Lstsq(NamedTuple):
    """Least squares solution, summed squared residuals, ranks, singular values (empty)."""

    solution: Any
    residuals: Any
    rank: Any
    singular_values: Any


def inv(A: Any) -> Any:
    """Return the inverses of square matrices; raises LinAlgError if one is singular."""
    return _inv(A)


def det(A: Any) -> Any:
    """Return the determinants of square matrices; the slope needs an inverse."""
    return _det(A)


def solve(A: Any, B: Any, *, left: bool = True) -> Any:
    """Return X with A X = B, or X A = B unless `left`; B may be a vector for every matrix.

    Raises LinAlgError if a matrix is singular, RuntimeError if the shapes do not fit.
    """
    vector = B.ndim == 1 or tuple(B.shape) == tuple(A.shape[:-1])
    if A.ndim < 2 or A.shape[-1] != A.shape[-2] or (B.shape[-1 if vector or not left else -2]
                                                    != A.shape[-1]):  # fmt: skip
        raise RuntimeError(
            f"linalg.solve: A {tuple(A.shape)} must be square, and B {tuple(B.shape)} as long"
        )
    if vector:
        return squeeze(solved(A, unsqueeze(B, -1)), -1)
    return solved(A, B) if left else turned(solved(turned(A), turned(B)))


def slogdet(A: Any) -> Slogdet:
    """Return sign and logarithm of the absolute value of the determinants of square matrices."""
    return Slogdet(sign_of_det(A), logabsdet(A))


def logdet(A: Any) -> Any:
    """Return the logarithms of determinants: nan of negative ones, -inf of singular matrices."""
    sign, size = slogdet(A)
    return where(sign < 0, math.nan, size)


def cholesky(A: Any, *, upper: bool = False) -> Any:
    """Return L, lower triangular, with L L.mT = A; with `upper` its transpose.

    Raises LinAlgError unless A is symmetric (half of it is read) and positive definite.
    """
    return turned(cholesky_factor(turned(A))) if upper else cholesky_factor(A)


def eigh(A: Any, UPLO: str = "L") -> Eigh:
    """Return eigenvalues and eigenvectors of symmetric matrices, of which one half is read."""
    n = A.shape[-1] if A.ndim else 0
    return Eigh(*split_up(eigh_packed(A, UPLO.upper() == "U"), (n,), (n, n)))


def eigvalsh(A: Any, UPLO: str = "L") -> Any:
    """Return the eigenvalues of symmetric matrices, ascending."""
    return eigh(A, UPLO).eigenvalues


def _complex(name: str) -> Any:
    def function(A: Any) -> Any:
        raise NotImplementedError(
            f"linalg.{name}: eigenvalues of general matrices are complex, and complex dtypes are "
            "postponed; eigh and eigvalsh take symmetric matrices"
        )

    function.__name__ = function.__qualname__ = name
    function.__doc__ = "Raise NotImplementedError: complex dtypes are postponed."
    return function


eig, eigvals = _complex("eig"), _complex("eigvals")


def svd(A: Any, full_matrices: bool = True, *, driver: str | None = None) -> SVD:
    """Return U, S, Vh with A = U diag(S) Vh; square U and Vh if `full_matrices`.

    The columns that make them square get no gradient: PyTorch has none either. driver is ignored.
    """
    shapes = svd_shapes(*A.shape[-2:]) if A.ndim > 1 else ()
    packed = svd_packed(A)
    u, s, vh = split_up(packed, *shapes)
    if full_matrices and A.shape[-2] > A.shape[-1]:
        u = cat([u, complement(u)], -1)
    if full_matrices and A.shape[-2] < A.shape[-1]:
        vh = cat([vh, turned(complement(turned(vh)))], -2)
    return SVD(u, s, vh)


def svdvals(A: Any, *, driver: str | None = None) -> Any:
    """Return the singular values, descending."""
    return svd(A, full_matrices=False).S


def qr(A: Any, mode: str = "reduced") -> QR:
    """Return Q and R with A = Q R: "reduced", "complete", or only R for mode "r"."""
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(f"linalg.qr: mode {mode!r} is unknown; use reduced, complete or r")
    m, n = A.shape[-2:]
    k = min(m, n)
    q, r = split_up(qr_packed(A[..., :k]), (m, k), (k, k))
    if n > m:
        r = cat([r, matmul(turned(q), A[..., k:])], -1)
    if mode == "complete" and m > n:
        q = cat([q, complement(q)], -1)
        r = cat([r, expand(r[..., :1, :] * 0, (*r.shape[:-2], m - n, n))], -2)
    return QR(reshape(q, (-1,))[:0] if mode == "r" else q, r)


def pinv(
    A: Any, *, atol: float | None = None, rtol: float | None = None, hermitian: bool = False
) -> Any:
    """Return the Moore-Penrose inverses; singular values below rtol of the largest count as 0."""
    return pseudoinverse(A, _rtol(A, rtol, atol), hermitian)


def _rtol(A: Any, rtol: float | None, atol: float | None) -> float:
    if rtol is not None:
        return rtol
    return 0.0 if atol else max(A.shape[-2:], default=0) * float(np.finfo(A.dtype).eps)


def matrix_rank(
    A: Any, *, atol: float | None = None, rtol: float | None = None, hermitian: bool = False
) -> Any:
    """Return how many singular values are above atol and rtol times the largest."""
    return rank_of(A, _rtol(A, rtol, atol), atol or 0.0, hermitian)


def lstsq(A: Any, B: Any, rcond: float | None = None, *, driver: str | None = None) -> Lstsq:
    """Return the X that makes A X - B smallest, A (..., m, n), B (..., m, k).

    Residuals are there if m > n and the ranks are full, else empty; driver is ignored.
    """
    if A.shape[-2] != B.shape[-2]:
        raise RuntimeError(
            f"linalg.lstsq: A {tuple(A.shape)} and B {tuple(B.shape)} must have as many rows"
        )
    solution = matmul(pinv(A, rtol=rcond), B)
    rank = matrix_rank(A, rtol=rcond)
    rest = matmul(A, solution) - B
    tall = A.shape[-2] > A.shape[-1]
    residuals = total(rest * rest, -2) if tall else reshape(rest, (-1,))[:0]
    return Lstsq(solution, residuals, rank, reshape(solution, (-1,))[:0])


def matrix_power(A: Any, n: int) -> Any:
    """Return A multiplied n times by itself; of a negative n the inverse's power."""
    if A.ndim < 2 or A.shape[-1] != A.shape[-2]:
        raise RuntimeError(f"linalg.matrix_power: A must be square, got {tuple(A.shape)}")
    if n < 0:
        return matrix_power(inv(A), -n)
    y, square = None, A
    while n:
        if n & 1:
            y = square if y is None else matmul(y, square)
        n >>= 1
        square = matmul(square, square) if n else square
    return A * 0 + np.eye(A.shape[-1], dtype=A.dtype) if y is None else apart(y, A)


def matrix_exp(A: Any) -> Any:
    """Return the exponentials of square matrices."""
    return exp_of(A)


def vector_norm(
    x: Any, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """Return the norm of order `ord`, a number, over `dim` (default: all axes)."""
    return length(x if dtype is None else to_dtype(x, dtype), ord, dim, keepdim)


def matrix_norm(
    A: Any, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """Return the norms of matrices in two axes: fro, nuc, or 1, -1, 2, -2, inf, -inf."""
    if A.ndim < 2:
        raise RuntimeError(f"linalg.matrix_norm: A must have at least 2 axes, got {tuple(A.shape)}")
    A = A if dtype is None else to_dtype(A, dtype)
    rows, columns = axes(tuple(dim), A.ndim, "linalg.matrix_norm")
    if ord == "fro":
        return length(A, 2, (rows, columns), keepdim)
    if ord == "nuc" or ord in (2, -2):
        rest = tuple(one for one in range(A.ndim) if one not in (rows, columns))
        values = svdvals(permute(A, (*rest, rows, columns)))
        y = total(values, -1) if ord == "nuc" else (amax if ord > 0 else amin)(values, -1)
        return _kept(y, A, (rows, columns)) if keepdim else y
    if ord not in (1, -1, math.inf, -math.inf):
        raise RuntimeError(
            f"linalg.matrix_norm: Order {ord} not supported; use fro, nuc, 1, -1, 2, -2, inf, -inf"
        )
    first, second = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = total(abs_(A), first, True)
    y = (amax if ord > 0 else amin)(sums, second, True)
    return y if keepdim else squeeze(y, (rows, columns))


def _kept(y: Any, A: Any, dims: tuple[int, int]) -> Any:
    return reshape(y, tuple(1 if one in dims else size for one, size in enumerate(A.shape)))


def norm(
    input: Any, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """Return vector_norm, or matrix_norm where `ord` is a name or `dim` names two axes."""
    pair = isinstance(dim, list | tuple) and len(dim) == 2
    if ord is None or not (isinstance(ord, str) or pair or (dim is None and input.ndim == 2)):
        return vector_norm(input, 2 if ord is None else ord, dim, keepdim, dtype=dtype)
    if dim is None:
        if input.ndim != 2:
            raise RuntimeError(
                f"linalg.norm: ord {ord!r} needs a matrix, got {tuple(input.shape)}; name two axes"
            )
        dim = (0, 1)
    return matrix_norm(input, ord, dim, keepdim, dtype=dtype)


def cond(A: Any, p: Any = None) -> Any:
    """Return the condition numbers in the norm p: largest over smallest singular value for None."""
    if p is None or p in (2, -2):
        values = svdvals(A)
        first, last = values[..., 0], values[..., -1]
        return last / first if p == -2 else first / last
    return matrix_norm(A, p) * matrix_norm(inv(A), p)


def cross(input: Any, other: Any, *, dim: int = -1) -> Any:
    """Return the cross products of vectors of 3 elements along `dim`."""
    return _cross(input, other, dim)


def diagonal(A: Any, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """Return the view of the diagonals of matrices."""
    return _diagonal(A, offset, dim1, dim2)


def vecdot(x: Any, y: Any, *, dim: int = -1) -> Any:
    """Return the sums of products along `dim`."""
    return total(x * y, dim)
