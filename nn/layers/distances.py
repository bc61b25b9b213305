"""Layers that compare two inputs of one shape."""

from __future__ import annotations

from .. import functional
from .applied import Applied


class CosineSimilarity(Applied, function=functional.cosine_similarity, shown=""):
    """The cosine of the angle between vectors along axis `dim`, of lengths at least eps."""

    dim: int = 1
    eps: float = 1e-8


class PairwiseDistance(Applied, function=functional.pairwise_distance, shown=""):
    """The p-norm of the differences, plus eps, along the last axis."""

    p: float = 2.0
    eps: float = 1e-6
    keepdim: bool = False
