"""Samples of attention and of layers that normalise features, every option at least once."""

SELF = "layer(*[floats(5, 2, 8)] * 3)"
OTHER = "layer(floats(4, 2, 8), floats(5, 2, 8), floats(5, 2, 8)"
MASK = "torch.ones(4, 5, dtype=torch.bool).triu(2)"
PADDING = "torch.tensor([[False] * 5, [False] * 3 + [True] * 2])"

SAMPLES = [
    ("nn.LayerNorm(4)", "layer(floats(3, 4))"),
    ("nn.LayerNorm((3, 4), eps=1e-3)", "layer(floats(2, 3, 4))"),
    ("nn.LayerNorm([4], elementwise_affine=False)", "layer(floats(2, 3, 4))"),
    ("nn.LayerNorm(4, bias=False)", "layer(floats(2, 3, 4))"),
    ("nn.RMSNorm(4)", "layer(floats(3, 4))"),
    ("nn.RMSNorm((3, 4), eps=1e-3)", "layer(floats(2, 3, 4))"),
    ("nn.RMSNorm([4], elementwise_affine=False)", "layer(floats(2, 3, 4))"),
    ("nn.MultiheadAttention(8, 2)", SELF),
    ("nn.MultiheadAttention(8, 4, dropout=0.3, bias=False)", SELF),
    ("nn.MultiheadAttention(8, 2, batch_first=True)", "layer(*[floats(2, 5, 8)] * 3)"),
    ("nn.MultiheadAttention(8, 2)", "layer(*[floats(5, 8)] * 3)"),
    ("nn.MultiheadAttention(8, 2, add_bias_kv=True, add_zero_attn=True)", OTHER + ")"),
    (
        "nn.MultiheadAttention(8, 2, kdim=3, vdim=6)",
        "layer(floats(4, 2, 8), floats(5, 2, 3), floats(5, 2, 6))",
    ),
    ("nn.MultiheadAttention(8, 2)", OTHER + f", attn_mask={MASK})"),
    ("nn.MultiheadAttention(8, 2)", OTHER + f", key_padding_mask={PADDING})"),
    (
        "nn.MultiheadAttention(8, 2, add_zero_attn=True)",
        OTHER + f", {PADDING}, False, attn_mask={MASK})",
    ),
    ("nn.MultiheadAttention(8, 2)", OTHER + ", attn_mask=floats(4, 4, 5))"),
    ("nn.MultiheadAttention(8, 2)", OTHER + ", average_attn_weights=False)"),
    (
        "nn.MultiheadAttention(8, 2, dropout=0.5)",
        "layer(*[floats(5, 2, 8)] * 3, need_weights=False, is_causal=True, "
        "attn_mask=nn.Transformer.generate_square_subsequent_mask(5))",
    ),
]
