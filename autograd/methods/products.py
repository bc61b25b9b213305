"""Products of matrices, and linear algebra."""

from __future__ import annotations

from ..ops import decompositions, linalg, products
from .elementwise import reflected


class ProductMethods:
    """Products."""

    __slots__ = ()

    __matmul__ = linalg.matmul
    __rmatmul__ = reflected(linalg.matmul)
    matmul = linalg.matmul
    mm = products.mm
    bmm = products.bmm
    mv = products.mv
    dot = products.dot
    vdot = products.vdot
    inner = products.inner
    outer = ger = products.outer
    kron = products.kron
    cross = products.cross
    addmm = products.addmm
    addmv = products.addmv
    addr = products.addr
    addbmm = products.addbmm
    baddbmm = products.baddbmm
    trace = products.trace
    det = decompositions.det
    inverse = decompositions.inv
