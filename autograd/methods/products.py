"""Products of matrices, and linear algebra."""

from __future__ import annotations

from ..ops import linalg
from .elementwise import reflected


class ProductMethods:
    """Products."""

    __slots__ = ()

    __matmul__ = linalg.matmul
    __rmatmul__ = reflected(linalg.matmul)
    matmul = linalg.matmul
