"""Attention with several heads, under the name of torch.nn.functional."""

from __future__ import annotations

import math

import autograd
from autograd import Tensor, where

from .attention import scaled_dot_product_attention
from .dropout import dropout
from .linear import linear
from .padding import pad


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Return attention by heads, projected, and its weights: (L, N, E), and (N, L, S) or None.

    query (L, N, E), key and value (S, N, E), or all without N. in_proj_weight (3 E, E) projects
    all three, unless there are separate ones. key_padding_mask (N, S) is True where not to look,
    attn_mask (L, S) or (N * heads, L, S) too; floats are added. Weights are averaged over heads,
    or (N, heads, L, S). is_causal is a hint that attn_mask is causal.
    """
    single = _is_single(query, key, value, key_padding_mask, attn_mask)
    if single:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    _check_sizes(query, key, value, embed_dim_to_check, num_heads, use_separate_proj_weight)
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "multi_head_attention_forward: need attn_mask if specifying the is_causal hint; give "
            "generate_square_subsequent_mask"
        )
    causal = is_causal and key_padding_mask is None and not need_weights
    if causal:
        mask = None
    else:
        seen = len(key) if static_k is None else static_k.shape[1]
        _check_masks(attn_mask, key_padding_mask, query, seen, num_heads)
        mask = _merged(attn_mask, key_padding_mask, query, num_heads)
    if use_separate_proj_weight:
        weights = [q_proj_weight, k_proj_weight, v_proj_weight]
    else:
        weights = _thirds(in_proj_weight)
    q, k, v = _projected(query, key, value, weights, _thirds(in_proj_bias))
    if bias_k is not None and bias_v is not None:
        k, v, mask = _one_more(k, bias_k, 0), _one_more(v, bias_v, 0), _looking_further(mask)
    q = _by_head(q, num_heads)
    k = _by_head(k, num_heads) if static_k is None else _given(static_k, num_heads)
    v = _by_head(v, num_heads) if static_v is None else _given(static_v, num_heads)
    if add_zero_attn:
        k, v, mask = _zero_more(k), _zero_more(v), _looking_further(mask)
    dropout_p = dropout_p if training else 0.0
    if need_weights:
        y, scores = _attended(q, k, v, mask, dropout_p)
        scores = scores.mean(1) if average_attn_weights else scores
    else:
        y, scores = scaled_dot_product_attention(q, k, v, mask, dropout_p, causal), None
    y = linear(y.permute(2, 0, 1, 3).reshape(query.shape), out_proj_weight, out_proj_bias)
    if single:
        return y.squeeze(1), None if scores is None else scores.squeeze(0)
    return y, scores


def _is_single(
    query: Tensor, key: Tensor, value: Tensor, padding: Tensor | None, mask: Tensor | None
) -> bool:
    """Return whether there is no batch; AssertionError where the numbers of axes do not fit."""
    axes = [one.ndim for one in (query, key, value)]
    fits = axes in ([2, 2, 2], [3, 3, 3]) and (padding is None or padding.ndim == axes[0] - 1)
    if not fits or (mask is not None and mask.ndim not in (2, 3)):
        shapes = [None if one is None else tuple(one.shape) for one in (padding, mask)]
        raise AssertionError(
            "multi_head_attention_forward: expected query (L, N, E), key and value (S, N, E), or "
            "all without N, key_padding_mask (N, S) and attn_mask (L, S) or (N * heads, L, S); got "
            f"{tuple(query.shape)}, {tuple(key.shape)}, {tuple(value.shape)}, {shapes[0]} and "
            f"{shapes[1]}"
        )
    return axes[0] == 2


def _check_sizes(
    query: Tensor, key: Tensor, value: Tensor, size: int, heads: int, separate: bool
) -> None:
    name = "multi_head_attention_forward"
    if query.shape[-1] != size:
        raise AssertionError(
            f"{name}: was expecting embedding dimension of {size}, but got {query.shape[-1]}"
        )
    if size % heads:
        raise AssertionError(f"{name}: embed_dim {size} is not divisible by num_heads {heads}")
    axes = 2 if separate else 3
    if key.shape[:axes] != value.shape[:axes]:
        raise AssertionError(
            f"{name}: key {tuple(key.shape)} does not match value {tuple(value.shape)}"
        )


def _check_masks(
    mask: Tensor | None, padding: Tensor | None, query: Tensor, seen: int, heads: int
) -> None:
    """Raise AssertionError or RuntimeError where the shape of a mask is not the one needed."""
    length, count = query.shape[:2]
    name = "multi_head_attention_forward: the shape of"
    if padding is not None and tuple(padding.shape) != (count, seen):
        raise AssertionError(
            f"{name} key_padding_mask is {tuple(padding.shape)}, but should be {(count, seen)}, "
            "(N, S)"
        )
    if mask is None:
        return
    needed = (length, seen) if mask.ndim == 2 else (count * heads, length, seen)
    if tuple(mask.shape) != needed:
        letters = "(L, S)" if mask.ndim == 2 else "(N * heads, L, S)"
        raise RuntimeError(
            f"{name} the {mask.ndim}D attn_mask is {tuple(mask.shape)}, but should be {needed}, "
            f"{letters}"
        )


def _merged(
    mask: Tensor | None, padding: Tensor | None, query: Tensor, heads: int
) -> Tensor | None:
    """Return both masks as one of floats, which is added to scores (N, heads, L, S)."""
    mask, padding = _added("attn_mask", mask, query), _added("key_padding_mask", padding, query)
    count = query.shape[1]
    if mask is not None and mask.ndim == 3:
        mask = mask.reshape(count, heads, *mask.shape[1:])
    if padding is None:
        return mask
    padding = padding.reshape(count, 1, 1, padding.shape[1])
    return padding if mask is None else mask + padding


def _added(name: str, mask: Tensor | None, query: Tensor) -> Tensor | None:
    """Return a mask as floats: -inf where it is True."""
    if mask is None or mask.dtype.kind == "f":
        return mask
    if mask.dtype.kind != "b":
        raise AssertionError(f"only bool and floating types of {name} are supported: {mask.dtype}")
    return where(mask, -math.inf, autograd.zeros(mask.shape, dtype=query.dtype))


def _thirds(packed: Tensor | None) -> list[Tensor | None]:
    if packed is None:
        return [None, None, None]
    size = packed.shape[0] // 3
    return [packed[place * size : (place + 1) * size] for place in range(3)]


def _projected(
    query: Tensor, key: Tensor, value: Tensor, weights: list, biases: list
) -> list[Tensor]:
    if None in [None if one is None else 0 for one in weights]:
        raise AssertionError(
            "multi_head_attention_forward: in_proj_weight is None; or with "
            "use_separate_proj_weight q_proj_weight, k_proj_weight or v_proj_weight is"
        )
    given = zip((query, key, value), weights, biases, strict=True)
    return [linear(one, weight, bias) for one, weight, bias in given]


def _one_more(x: Tensor, last: Tensor, axis: int) -> Tensor:
    return autograd.cat([x, last.expand(1, *x.shape[1:])], axis)


def _zero_more(x: Tensor) -> Tensor:
    return pad(x, (0, 0, 0, 1))


def _looking_further(mask: Tensor | None) -> Tensor | None:
    """Return a mask that lets one more place be looked at."""
    return None if mask is None else pad(mask, (0, 1))


def _by_head(x: Tensor, heads: int) -> Tensor:
    """Return x (length, N, E) as (N, heads, length, E / heads)."""
    length, count, size = x.shape
    return x.reshape(length, count, heads, size // heads).permute(1, 2, 0, 3)


def _given(x: Tensor, heads: int) -> Tensor:
    """Return a static key or value (N * heads, S, E / heads) as (N, heads, S, E / heads)."""
    return x.reshape(x.shape[0] // heads, heads, *x.shape[1:])


def _attended(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, dropout_p: float
) -> tuple[Tensor, Tensor]:
    scores = (q * math.sqrt(1 / q.shape[-1])) @ k.transpose(-2, -1)
    weights = autograd.softmax(scores if mask is None else scores + mask, -1)
    weights = dropout(weights, dropout_p)
    return weights @ v, weights
