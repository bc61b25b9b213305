"""Samples of attention, embeddings and dropout."""

HEADS = "real(2, 3, 4, 5), real(2, 3, 6, 5), real(2, 3, 6, 2)"
PLACES = "tensor([1, 0, 2, 1])"
BAGS = (
    "tensor([0, 2, 1, 1, 2]), real(3, 2), tensor([0, 2])", "tensor([[0, 2], [1, 1]]), real(3, 2)",
    "tensor([0, 2, 1]), real(3, 2), tensor([0, 1, 1, 3])", "tensor([2]), real(3, 2), tensor([0])",
)  # fmt: skip
MODES = ("sum", "mean", "max")

INPUTS = "q, k, v = real(3, 2, 4), real(5, 2, 4), real(5, 2, 4); "
PROJECTED = "4, 2, 0.5 * real(12, 4), real(12), None, None, False, 0.0, real(4, 4), real(4)"


def heads(how="", given="q, k, v", projected=PROJECTED):
    """Return a sample of attention with heads."""
    return f"{INPUTS}F.multi_head_attention_forward({given}, {projected}{how})"


SAMPLES = [
    *(heads(how) for how in (
        "", ", need_weights=False", ", average_attn_weights=False",
        ", attn_mask=flags(3, 5) & False",
        ", attn_mask=real(3, 5)", ", attn_mask=real(4, 3, 5), need_weights=False",
        ", key_padding_mask=torch.arange(10).reshape(2, 5) % 3 == 2",
        ", key_padding_mask=torch.arange(10).reshape(2, 5) % 5 == 4, attn_mask=real(3, 5)",
        ", key_padding_mask=torch.arange(10).reshape(2, 5) % 5 == 4, need_weights=False")),
    heads(", attn_mask=torch.arange(5) > torch.arange(5).reshape(5, 1), is_causal=True, "
          "need_weights=False", "k, k, k"),
    heads("", "k, k, v"),
    heads("", "q[:, 0], k[:, 0], v[:, 0]"),
    heads(", need_weights=False", "q[:, 0], k[:, 0], v[:, 0]"),
    heads("", projected="4, 2, real(12, 4), None, real(1, 1, 4), real(1, 1, 4), True, 0.0, "
          "real(4, 4), None, attn_mask=real(3, 5)"),
    heads("", projected="4, 2, None, real(12), None, None, False, 0.0, real(4, 4), real(4), "
          "use_separate_proj_weight=True, q_proj_weight=real(4, 4), k_proj_weight=real(4, 4), "
          "v_proj_weight=real(4, 4)"),
    heads(", static_k=real(4, 6, 2), static_v=real(4, 6, 2)"),
    heads("", projected=PROJECTED.replace("0.0", "0.4")),
    heads(", False", projected=PROJECTED.replace("0.0", "0.4")),
    *(f"F.scaled_dot_product_attention({HEADS}{how})" for how in (
        "", ", is_causal=True", ", scale=0.3", ", dropout_p=0.0", ", is_causal=True, scale=2.0",
        ", attn_mask=torch.ones(4, 6).bool()", ", attn_mask=real(4, 6)", ", real(2, 1, 4, 6)",
        ", torch.arange(24).reshape(4, 6) % 3 > 0", ", torch.arange(24).reshape(4, 6) > 7",
        ", attn_mask=flags(2, 3, 4, 6)", ", None, 0.0, False, scale=0.5")),
    *("F.scaled_dot_product_attention(real(2, 3, 4, 5), real(2, 3, 6, 5), real(2, 3, 6, 5), "
      f"{mask}, is_causal=True)" for mask in (
        "flags(4, 6)", "flags(2, 1, 4, 6)",
        "torch.arange(24.).reshape(4, 6).to(real(1).dtype) / 9")),
    "F.scaled_dot_product_attention(real(4, 3), real(5, 3), real(5, 2))",
    "F.scaled_dot_product_attention(real(2, 4, 3), real(2, 5, 3), real(2, 5, 2), is_causal=True)",
    "F.scaled_dot_product_attention(real(1, 4, 3, 2), real(1, 2, 3, 2), real(1, 2, 3, 2), "
    "enable_gqa=True)",
    "F.scaled_dot_product_attention(real(1, 2, 3), real(1, 3, 3), real(1, 3, 2), "
    "torch.zeros(2, 3).bool())",
    "F.scaled_dot_product_attention(real(1, 2, 3), real(1, 3, 3), real(1, 3, 2), real(2, 3) - inf)",
    "F.scaled_dot_product_attention(real(0, 2, 3), real(0, 3, 3), real(0, 3, 2))",
    "q, k, v = real(2, 1, 3), real(2, 4, 3), real(2, 4, 2); "
    "F.scaled_dot_product_attention(q, k, v, dropout_p=0.5)",
    *(f"F.embedding({places}, real(3, 2))" for places in (
        PLACES, "tensor([[1, 1], [0, 2]])", "tensor(2)")),
    *(f"w = torch.arange(6.).reshape(3, 2).requires_grad_(); "
      f"y = F.embedding({places}, w{how}); "
      "(y.detach(), torch.autograd.grad((y * y).sum(), w)[0])" for places in (
        PLACES, "tensor([[1, 1], [0, 2]])", "tensor(2)")
      for how in (", padding_idx=1", ", -3", ", scale_grad_by_freq=True")),
    "F.embedding(tensor([1, 2]).int(), real(3, 2))",
    "F.embedding(torch.zeros(0, dtype=torch.int64), real(3, 2))",
    "F.embedding(torch.zeros(2, 0, dtype=torch.int64), real(3, 2))",
    f"w = torch.arange(6.).reshape(3, 2); (F.embedding({PLACES}[:2], w, None, 0.7), w)",
    f"w = torch.arange(6.).reshape(3, 2); (F.embedding({PLACES}, w, None, 0.7, 1.0), w)",
    f"w = torch.arange(6.).reshape(3, 2); (F.embedding({PLACES}, w, None, 3.5, inf), w)",
    *(f"F.embedding_bag({bags}, mode='{mode}')" for bags in BAGS for mode in MODES),
    *("w = torch.arange(6.).reshape(3, 2).requires_grad_(); "
      f"y = F.embedding_bag({bags}, mode='{mode}', padding_idx=2); "
      "(y.detach(), torch.autograd.grad((y * y).sum(), w)[0])"
      for bags in ("tensor([0, 2, 1, 1, 2]), w, tensor([0, 2])", "tensor([[0, 2], [1, 1]]), w")
      for mode in MODES),
    "F.embedding_bag(tensor([0, 2, 1]), real(3, 2), tensor([0, 1, 3]), include_last_offset=True)",
    "F.embedding_bag(tensor([0, 2, 1]), real(3, 2), tensor([0, 2]), mode='sum', "
    "per_sample_weights=real(3))",
    "F.embedding_bag(tensor([[0, 2], [1, 1]]), real(3, 2), mode='sum', "
    "per_sample_weights=real(2, 2))",
    "F.embedding_bag(tensor([[0, 2], [1, 3]]), real(4, 2), scale_grad_by_freq=True, mode='sum')",
    "F.embedding_bag(tensor([[0, 2], [1, 1]]), torch.arange(6.).reshape(3, 2), max_norm=1.0)",
    "F.one_hot(tensor([0, 2, 1]), 3)",
    "F.one_hot(tensor([[0], [1]]), 4)",
    "F.one_hot(tensor(1), num_classes=3)",
    *(f"F.{name}({one}{how})" for name, one in (
        ("dropout", "real(2, 3)"), ("dropout1d", "real(2, 3, 2)"), ("dropout1d", "real(3, 4)"),
        ("dropout2d", "real(2, 3, 2, 2)"), ("dropout2d", "real(2, 3, 2)"),
        ("dropout3d", "real(2, 3, 1, 2, 2)"), ("alpha_dropout", "real(2, 3)"),
        ("feature_alpha_dropout", "real(2, 3, 2)"), ("dropout", "real(0, 3)"))
      for how in ("", ", 0.3, True", ", p=0.8, training=False", ", 0.0", ", 1.0, True")),
    # Refused.
    heads("", projected=PROJECTED.replace("4, 2", "6, 2", 1)),
    heads("", projected=PROJECTED.replace("4, 2", "4, 3", 1)),
    heads("", "q, k, q"),
    heads("", "q, k[0], v"),
    heads(", attn_mask=whole(3, 5)"),
    heads(", attn_mask=real(3, 3, 5)"),
    heads(", is_causal=True"),
    "F.scaled_dot_product_attention(real(2, 3), real(4, 2), real(4, 5))",
    "F.scaled_dot_product_attention(real(2, 3), real(4, 3), real(3, 5))",
    "F.scaled_dot_product_attention(real(3), real(4, 3), real(4, 5))",
    "F.scaled_dot_product_attention(real(1, 2, 3), real(1, 4, 3), real(1, 4, 5), flags(3, 4))",
    "F.scaled_dot_product_attention(real(1, 2, 3), real(1, 4, 3), real(1, 4, 5), whole(2, 4))",
    f"F.scaled_dot_product_attention({HEADS}, flags(4, 6), is_causal=True)",
    "F.scaled_dot_product_attention(*[real(2, 3, 4)] * 3, flags(3, 3), is_causal=True)",
    "F.scaled_dot_product_attention(*[real(1, 2, 3, 4)] * 3, real(3, 3), is_causal=True)",
    "F.scaled_dot_product_attention(*[real(1, 2, 3, 4)] * 3, flags(1, 3, 3), is_causal=True)",
    "F.scaled_dot_product_attention(*[real(1, 2, 3, 4)] * 3, flags(3, 3), 0.5, True)",
    "F.scaled_dot_product_attention(*[real(1, 2, 3, 4)] * 3, dropout_p=1.5)",
    "F.scaled_dot_product_attention(*[real(1, 2, 3, 4)] * 3, dropout_p=-0.5)",
    "F.embedding(tensor([3]), real(3, 2))",
    "F.embedding(tensor([-1]), real(3, 2))",
    "F.embedding(real(2), real(3, 2))",
    "F.embedding(tensor([1]), real(3))",
    "F.embedding(tensor([1]), real(3, 2, 2))",
    "F.embedding(tensor([1]), real(3, 2), padding_idx=3)",
    "F.embedding_bag(tensor([0, 1]), real(3, 2))",
    "F.embedding_bag(tensor([[0, 1]]), real(3, 2), tensor([0]))",
    "F.embedding_bag(tensor([0, 1]), real(3, 2), tensor([1]))",
    "F.embedding_bag(tensor([0, 1]), real(3, 2), tensor([0, 3]))",
    "F.embedding_bag(tensor([[0, 1]]), real(3, 2), mode='min')",
    "F.embedding_bag(tensor([[0, 1]]), real(3, 2), per_sample_weights=real(1, 2))",
    "F.embedding_bag(tensor([[0, 1]]), real(3, 2), mode='sum', per_sample_weights=real(2))",
    "F.dropout1d(real(3))",
    "F.dropout(real(3), 1.5)",
    "F.dropout2d(real(2, 3, 2, 2), -0.1)",
    "F.alpha_dropout(real(3), 2.0)",
]  # fmt: skip
