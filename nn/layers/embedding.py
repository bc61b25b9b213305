"""Embedding: a row of numbers for each integer."""

from __future__ import annotations

from typing import Any, Self

import autograd
from autograd import Tensor

from .. import functional, init
from ..module import Module
from ..parameter import Parameter

# What the repr shows when it is not usual.
USUAL = dict(padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False)


class Embedding(Module):
    """Rows of weight (num_embeddings, embedding_dim), drawn normally: input (...) of integers.

    Row padding_idx starts at 0 and gets no gradient; max_norm and what follows as in
    `functional.embedding`. sparse is accepted: gradients are dense here.
    """

    _options = tuple(USUAL)

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise AssertionError(
                    f"Embedding: padding_idx {padding_idx} must be one of the {num_embeddings} rows"
                )
            padding_idx %= num_embeddings
        self.padding_idx, self.max_norm, self.norm_type = padding_idx, max_norm, norm_type
        self.scale_grad_by_freq, self.sparse = scale_grad_by_freq, sparse
        shape = (num_embeddings, embedding_dim)
        if _weight is None:
            weight = autograd.empty(shape, device=device, dtype=dtype)
        elif tuple(_weight.shape) != shape:
            raise AssertionError(f"Embedding: _weight must be {shape}, got {tuple(_weight.shape)}")
        else:
            weight = _weight
        self.weight = Parameter(weight, requires_grad=not _freeze)
        if _weight is None:
            self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all rows anew, but that of padding, which is 0."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx].fill_(0)

    @classmethod
    def from_pretrained(cls, embeddings: Tensor, freeze: bool = True, **options: Any) -> Self:
        """Return an Embedding of given rows (rows, size), which are not learnt unless asked for."""
        if embeddings.ndim != 2:
            raise AssertionError(
                f"Embedding: expected 2-D rows, got shape {tuple(embeddings.shape)}"
            )
        rows, size = embeddings.shape
        return cls(rows, size, _weight=embeddings, _freeze=freeze, **options)

    def forward(self, input: Tensor) -> Tensor:
        """Return the rows that input names: (..., embedding_dim)."""
        return functional.embedding(
            input,
            self.weight,
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.sparse,
        )

    def extra_repr(self) -> str:
        """Return the sizes, and what is not usual."""
        parts = [f"{self.num_embeddings}, {self.embedding_dim}"]
        for name, usual in USUAL.items():
            value = getattr(self, name)
            if value != usual:
                parts.append(f"{name}={value}")
        return ", ".join(parts)
