"""Linear algebra of square and other matrices (..., m, n): NumPy's forward, derivatives by rule.

The rules are those of Giles (2008), An extended collection of matrix derivative results, and
Townsend (2016), Differentiating the singular value decomposition. What has several results packs
them into one array, so that one rule sees the cotangents of all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..operation import op
from .diagonals import tril, triu
from .elementwise import where
from .linalg import matmul
from .shape import cat, reshape, transpose, unsqueeze


class LinAlgError(RuntimeError):
    """A matrix that has no inverse, or whose decomposition does not converge."""


def turned(x: Any) -> Any:
    """Return the transposes of matrices."""
    return transpose(x, -2, -1)


def _checked(name: str, x: Any, square: bool = True) -> None:
    if x.ndim < 2:
        raise RuntimeError(
            f"linalg.{name}: The input tensor A must have at least 2 dimensions, got "
            f"{tuple(x.shape)}"
        )
    if square and x.shape[-1] != x.shape[-2]:
        raise RuntimeError(
            f"linalg.{name}: A must be batches of square matrices, but they are "
            f"{x.shape[-2]} by {x.shape[-1]}, of shape {tuple(x.shape)}; lstsq and pinv take others"
        )
    if x.dtype.kind != "f":
        raise RuntimeError(
            f"linalg.{name}: Expected a floating point tensor as input, got {x.dtype}; use "
            "A.float()"
        )


def _found(name: str, why: str, function: Callable, *args: Any) -> Any:
    """Return what NumPy finds, in the dtype of the first argument; LinAlgError if it cannot."""
    dtype = args[0].dtype
    try:
        made = function(*[one.astype(np.float32) if dtype == np.float16 else one for one in args])
    except np.linalg.LinAlgError:
        raise LinAlgError(f"linalg.{name}: {why}; shape {tuple(args[0].shape)}") from None
    return made


SINGULAR = "The diagonal element of a factor is zero, the inversion could not be completed because "
SINGULAR += "the input matrix is singular; pinv takes such ones"


@op(x=lambda g, y: -matmul(matmul(turned(y), g), turned(y)))
def inv(x: Any, /) -> Any:
    """Return the inverses of square matrices; raises LinAlgError if one is singular."""
    _checked("inv", x)
    return _found("inv", SINGULAR, np.linalg.inv, x)


@op(
    name="solve",
    broadcasts=True,
    a=lambda g, a, y: -matmul(solved(turned(a), g), turned(y)),
    b=lambda g, a: solved(turned(a), g),
)
def solved(a: Any, b: Any) -> Any:
    """Return the matrices y with a @ y = b."""
    return _found("solve", SINGULAR, np.linalg.solve, a, b)


@op(x=lambda g, x, y: unsqueeze(unsqueeze(g * y, -1), -1) * turned(inv(x)))
def det(x: Any, /) -> Any:
    """Return the determinants of square matrices; the slope needs an inverse."""
    _checked("det", x)
    return np.asarray(np.linalg.det(x), x.dtype)


@op(x=lambda g, x: unsqueeze(unsqueeze(g, -1), -1) * turned(inv(x)))
def logabsdet(x: Any, /) -> Any:
    """Return the logarithms of the determinants' absolute values, -inf of singular matrices."""
    _checked("slogdet", x)
    return np.asarray(np.linalg.slogdet(x)[1], x.dtype)


@op()
def sign_of_det(x: Any, /) -> Any:
    """Return the signs of the determinants."""
    _checked("slogdet", x)
    return np.asarray(np.linalg.slogdet(x)[0], x.dtype)


def _halved_diagonal(x: Any) -> Any:
    """Return lower triangles with half of their diagonals."""
    return (tril(x) + tril(x, -1)) / 2


def _cholesky_rule(g: Any, y: Any) -> Any:
    inverse = inv(y)
    inside = matmul(matmul(turned(inverse), _halved_diagonal(matmul(turned(y), g))), inverse)
    return (inside + turned(inside)) / 2


@op(x=_cholesky_rule)
def cholesky_factor(x: Any, /) -> Any:
    """Return the lower triangles L with L @ L.mT = x, of which the lower half is read."""
    _checked("cholesky", x)
    why = "The factorization could not be completed because the input is not positive-definite"
    return _found("cholesky", why, np.linalg.cholesky, x)


def split_up(packed: Any, *shapes: tuple[int, ...]) -> list[Any]:
    """Return the arrays of these last axes that lie one after the other in the last axis."""
    parts, start = [], 0
    for shape in shapes:
        size = math.prod(shape)
        part = packed[..., start : start + size]
        parts.append(reshape(part, (*packed.shape[:-1], *shape)))
        start += size
    return parts


def _packed(batch: tuple[int, ...], *parts: Any) -> Any:
    return np.concatenate([part.reshape(*batch, -1) for part in parts], -1)


def _over_differences(x: Any, values: Any) -> Any:
    """Return x_ij / (values_j - values_i), 0 on the diagonal."""
    differences = unsqueeze(values, -2) - unsqueeze(values, -1)
    eye: Any = np.eye(values.shape[-1], dtype=bool)
    return where(eye, 0, x / where(eye, 1, differences))


def _eigh_rule(g: Any, y: Any) -> Any:
    n = math.isqrt(y.shape[-1])
    (values, vectors), (dvalues, dvectors) = (split_up(one, (n,), (n, n)) for one in (y, g))
    turn = _over_differences(matmul(turned(vectors), dvectors), values)
    inside = turn + np.eye(n, dtype=bool) * unsqueeze(dvalues, -1)
    return matmul(matmul(vectors, inside), turned(vectors))


@op(x=_eigh_rule)
def eigh_packed(x: Any, /, upper: bool) -> Any:
    """Return eigenvalues, ascending, and then eigenvectors of symmetric matrices, packed."""
    _checked("eigh", x)
    found = _found("eigh", "It did not converge", np.linalg.eigh, x, "U" if upper else "L")
    return _packed(x.shape[:-2], *found)


def svd_shapes(m: int, n: int) -> tuple[tuple[int, ...], ...]:
    """Return the shapes of U, S and Vh of an m by n matrix, reduced."""
    k = min(m, n)
    return (m, k), (k,), (k, n)


def _svd_rule(g: Any, y: Any, shapes: tuple) -> Any:
    m, n = shapes[0][-2:]
    u, s, vh = split_up(y, *svd_shapes(m, n))
    du, ds, dvh = split_up(g, *svd_shapes(m, n))
    v, dv = turned(vh), turned(dvh)
    squares, row, column = s * s, unsqueeze(s, -2), unsqueeze(s, -1)
    left, right = matmul(turned(u), du), matmul(vh, dv)
    inside = _over_differences(left - turned(left), squares) * row
    inside = inside + column * _over_differences(right - turned(right), squares)
    inside = inside + np.eye(s.shape[-1], dtype=bool) * unsqueeze(ds, -1)
    x = matmul(matmul(u, inside), vh)
    if m > n:
        x = x + matmul((du - matmul(u, left)) / row, vh)
    if n > m:
        x = x + matmul(u, turned((dv - matmul(v, right)) / row))
    return x


@op(x=_svd_rule)
def svd_packed(x: Any, /) -> Any:
    """Return U, S and Vh of matrices, reduced and packed: U diag(S) Vh is x, S descends."""
    _checked("svd", x, square=False)
    return _packed(x.shape[:-2], *_found("svd", "It did not converge", _thin_svd, x))


def _thin_svd(x: Any) -> Any:
    return np.linalg.svd(x, full_matrices=False)


def _qr_rule(g: Any, y: Any, shapes: tuple) -> Any:
    m, n = shapes[0][-2:]
    (q, r), (dq, dr) = (split_up(one, (m, n), (n, n)) for one in (y, g))
    inside = triu(matmul(dr, turned(r)) - matmul(turned(q), dq))
    symmetric = inside + turned(triu(inside, 1))
    return turned(solved(r, turned(matmul(q, symmetric) + dq)))


@op(x=_qr_rule)
def qr_packed(x: Any, /) -> Any:
    """Return Q and R of matrices with no fewer rows than columns, reduced and packed."""
    return _packed(x.shape[:-2], *np.linalg.qr(x))


@op()
def complement(x: Any, /) -> Any:
    """Return columns that make the orthonormal columns of x a square matrix; they are flat."""
    return np.linalg.qr(x, "complete")[0][..., x.shape[-1] :]


def _pinv_rule(g: Any, x: Any, y: Any) -> Any:
    if x.shape[-2] <= x.shape[-1]:
        k = matmul(turned(g), y)
        kh = matmul(k, turned(y))
        first = kh - matmul(matmul(x, y), kh)
        rest = matmul(matmul(turned(y), y), turned(g) - matmul(k, x))
        return first + rest - turned(matmul(y, k))
    k = matmul(y, turned(g))
    hk = matmul(turned(y), k)
    first = matmul(matmul(turned(g) - matmul(x, k), y), turned(y))
    return first + hk - matmul(matmul(hk, y), x) - turned(matmul(k, y))


@op(x=_pinv_rule)
def pseudoinverse(x: Any, /, rcond: float, hermitian: bool) -> Any:
    """Return the Moore-Penrose inverses; singular values below rcond of the largest count as 0."""
    _checked("pinv", x, square=hermitian)
    return np.linalg.pinv(x, rcond, hermitian)


@op()
def rank_of(x: Any, /, rcond: float, atol: float, hermitian: bool) -> Any:
    """Return how many singular values of matrices are above both bounds."""
    _checked("matrix_rank", x, square=hermitian)
    s = np.abs(np.linalg.eigvalsh(x)) if hermitian else np.linalg.svd(x, compute_uv=False)
    bound = np.maximum(atol, rcond * s.max(-1, keepdims=True, initial=0))
    return np.asarray((s > bound).sum(-1), np.int64)


def _exp_rule(g: Any, x: Any) -> Any:
    # The derivative stands in the exponential of a block matrix (Al-Mohy & Higham 2009).
    n = x.shape[-1]
    a = turned(x)
    upper = cat([a, g], -1)
    lower = cat([a * 0, a], -1)
    return exp_of(cat([upper, lower], -2))[..., :n, n:]


@op(name="matrix_exp", x=_exp_rule)
def exp_of(x: Any, /) -> Any:
    """Return the exponentials of square matrices."""
    from scipy.linalg import expm

    _checked("matrix_exp", x)
    return np.asarray(expm(x), x.dtype) if x.size else x.copy()
