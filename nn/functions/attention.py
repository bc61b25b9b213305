"""Attention, under the names of torch.nn.functional."""

from __future__ import annotations

import math

import autograd
from autograd import Tensor, where

from .dropout import dropout


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Return softmax(query @ key.T * scale + mask) @ value, with scale 1 / sqrt(E) by default.

    query (..., L, E), key (..., S, E), value (..., S, Ev). attn_mask, which broadcasts to
    (..., L, S), is True where to look, or is added; is_causal lets place i look at 0 to i. Both
    apply where PyTorch takes both: 4 axes, E = Ev, no dropout, a mask of 2 or 4 axes that is not
    learnt. Rows that may look nowhere give zeros. enable_gqa repeats the heads (axis -3) of key and
    value. dropout_p applies always: pass 0 in evaluation.
    """
    _check_attention(query, key, value, attn_mask)
    if not 0 <= dropout_p <= 1:
        raise RuntimeError(
            "scaled_dot_product_attention: dropout probability has to be between 0 and 1, but got "
            f"{dropout_p}"
        )
    if is_causal and attn_mask is not None:
        _check_both_masks(query, key, value, attn_mask, dropout_p)
    if enable_gqa:
        key, value = _repeated(key, query.shape[-3]), _repeated(value, query.shape[-3])
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = (query * factor) @ key.transpose(-2, -1)
    if is_causal:
        scores = where(_causal(query.shape[-2], key.shape[-2]), scores, -math.inf)
    if attn_mask is None:
        weights = autograd.softmax(scores, -1)
    else:
        weights = _masked_softmax(scores, attn_mask)
    return dropout(weights, dropout_p) @ value


def _check_attention(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None) -> None:
    shapes = f"query {tuple(query.shape)}, key {tuple(key.shape)}, value {tuple(value.shape)}"
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise RuntimeError(
            f"scaled_dot_product_attention: expected at least 2 axes, (length, size), got {shapes}"
        )
    if query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        raise RuntimeError(
            "scaled_dot_product_attention: query (..., L, E), key (..., S, E) and value "
            f"(..., S, Ev) do not fit: {shapes}"
        )
    if not query.dtype == key.dtype == value.dtype:
        raise RuntimeError(
            "scaled_dot_product_attention: expected query, key, and value to have the same dtype, "
            f"got {query.dtype}, {key.dtype} and {value.dtype}"
        )
    if attn_mask is not None and attn_mask.dtype.kind not in "bf":
        raise RuntimeError(
            f"scaled_dot_product_attention: attn_mask must be of booleans or floats, got "
            f"{attn_mask.dtype}; use .bool()"
        )


def _check_both_masks(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor, dropout_p: float
) -> None:
    heads = query.ndim == key.ndim == value.ndim == 4 and query.shape[-1] == value.shape[-1]
    if not heads or dropout_p or mask.ndim not in (2, 4) or mask.requires_grad:
        raise RuntimeError(
            "scaled_dot_product_attention: explicit attn_mask should not be set when "
            f"is_causal=True, with query {tuple(query.shape)}, value {tuple(value.shape)} and "
            f"attn_mask {tuple(mask.shape)}; give one mask, attn_mask with .tril()"
        )


def _repeated(heads: Tensor, count: int) -> Tensor:
    *before, own, length, size = heads.shape
    if count % own:
        raise RuntimeError(
            f"scaled_dot_product_attention: enable_gqa needs a number of query heads, {count}, "
            f"that is divisible by the {own} heads of key and value"
        )
    wide = heads.unsqueeze(-3).expand(*before, own, count // own, length, size)
    return wide.reshape(*before, count, length, size)


def _causal(rows: int, columns: int) -> Tensor:
    return autograd.arange(rows).unsqueeze(1) >= autograd.arange(columns)


def _masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """Return the softmax of masked scores, zeros in rows of -inf alone."""
    scores = where(mask, scores, -math.inf) if mask.dtype.kind == "b" else scores + mask
    nowhere = (scores == -math.inf).all(-1, True)
    return where(nowhere, 0, autograd.softmax(where(nowhere, 0, scores), -1))
