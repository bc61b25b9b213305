"""Attention with several heads."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor

from .. import functional, init
from ..module import Module
from ..parameter import Parameter
from .linear import Linear


class NonDynamicallyQuantizableLinear(Linear):
    """Linear under the name that PyTorch shows for the output of attention."""


class MultiheadAttention(Module):
    """Each query looks at all keys, weighs their values, in heads of embed_dim / num_heads each.

    query (L, N, E), key (S, N, kdim), value (S, N, vdim), with batch_first (N, L, E) and so on, or
    all without N. in_proj_weight (3 E, E) projects all three, or q_, k_ and v_proj_weight each.
    bias_kv adds a learnt key and value, zero_attn a key and value of zeros. Source: Vaswani et al.
    2017. The masks are those of `functional.multi_head_attention_forward`.
    """

    _options = (
        *("embed_dim", "num_heads", "dropout", "batch_first"),
        *("add_zero_attn", "_qkv_same_embed_dim"),
    )

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "MultiheadAttention: embed_dim and num_heads must be greater than 0, got "
                f"{embed_dim} and {num_heads}"
            )
        if embed_dim % num_heads:
            raise AssertionError(
                "MultiheadAttention: embed_dim must be divisible by num_heads, got "
                f"{embed_dim} and {num_heads}"
            )
        self.embed_dim, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.head_dim = embed_dim // num_heads
        self.kdim, self.vdim = (embed_dim if one is None else one for one in (kdim, vdim))
        self.batch_first, self.add_zero_attn = batch_first, add_zero_attn
        how = dict(device=device, dtype=dtype)
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
        shapes: dict[str, tuple[int, ...]] = dict(in_proj_weight=(3 * embed_dim, embed_dim))
        if not self._qkv_same_embed_dim:
            inputs = zip("qkv", (embed_dim, self.kdim, self.vdim), strict=True)
            shapes = {f"{name}_proj_weight": (embed_dim, size) for name, size in inputs}
        if bias:
            shapes["in_proj_bias"] = (3 * embed_dim,)
        self._add(shapes, how)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, **how)
        if add_bias_kv:
            self._add(dict(bias_k=(1, 1, embed_dim), bias_v=(1, 1, embed_dim)), how)
        self._reset_parameters()

    def _add(self, shapes: dict[str, tuple[int, ...]], how: dict[str, Any]) -> None:
        for name, shape in shapes.items():
            self.register_parameter(name, Parameter(autograd.empty(shape, **how)))

    def _reset_parameters(self) -> None:
        for name, one in self.named_parameters(recurse=False):
            if name.endswith("weight"):
                init.xavier_uniform_(one)
            elif name == "in_proj_bias":
                init.zeros_(one)
            else:
                init.xavier_normal_(one)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Return outputs, shaped as query, and weights (N, L, S), None unless need_weights.

        Weights that are not averaged over heads are (N, heads, L, S).
        """
        turned = self.batch_first and query.ndim == 3
        if turned:
            query, key, value = (one.transpose(0, 1) for one in (query, key, value))
        own = self._parameters
        y, weights = functional.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            own.get("in_proj_weight"),
            own.get("in_proj_bias"),
            own.get("bias_k"),
            own.get("bias_v"),
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim,
            q_proj_weight=own.get("q_proj_weight"),
            k_proj_weight=own.get("k_proj_weight"),
            v_proj_weight=own.get("v_proj_weight"),
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return y.transpose(0, 1) if turned else y, weights
