"""Samples of transformers, every option at least once."""

SOURCE, TARGET = "floats(5, 2, 8)", "floats(4, 2, 8)"
CAUSAL = "nn.Transformer.generate_square_subsequent_mask"
PADDING = "torch.tensor([[False] * 5, [False] * 3 + [True] * 2])"
ENCODER = "nn.TransformerEncoderLayer(8, 2, 16"
DECODER = "nn.TransformerDecoderLayer(8, 2, 16"

SAMPLES = [
    (ENCODER + ")", f"layer({SOURCE})"),
    (ENCODER + ", dropout=0.0, activation='gelu', layer_norm_eps=1e-3)", f"layer({SOURCE})"),
    (
        ENCODER + ", 0.3, activation=torch.tanh, norm_first=True, bias=False)",
        f"layer({SOURCE}, src_mask={CAUSAL}(5), is_causal=True)",
    ),
    (
        ENCODER + ", batch_first=True, activation=nn.GELU())",
        f"layer(floats(2, 5, 8), src_key_padding_mask={PADDING})",
    ),
    (DECODER + ")", f"layer({TARGET}, {SOURCE})"),
    (
        DECODER + ", activation='gelu', norm_first=True)",
        f"layer({TARGET}, {SOURCE}, tgt_mask={CAUSAL}(4), memory_key_padding_mask={PADDING})",
    ),
    (
        DECODER + ", 0.2, batch_first=True, bias=False)",
        f"layer(floats(2, 4, 8), floats(2, 5, 8), {CAUSAL}(4), tgt_is_causal=True)",
    ),
    (f"nn.TransformerEncoder({ENCODER}), 2)", f"layer({SOURCE})"),
    (
        f"nn.TransformerEncoder({ENCODER}), 3, norm=nn.LayerNorm(8))",
        f"layer({SOURCE}, mask={CAUSAL}(5), src_key_padding_mask=-10.0 * {PADDING})",
    ),
    (f"nn.TransformerDecoder({DECODER}), 2)", f"layer({TARGET}, {SOURCE})"),
    (
        f"nn.TransformerDecoder({DECODER}), 2, nn.LayerNorm(8))",
        f"layer({TARGET}, {SOURCE}, tgt_mask={CAUSAL}(4), tgt_is_causal=True)",
    ),
    ("nn.Transformer(8, 2, 2, 1, 16)", f"layer({SOURCE}, {TARGET})"),
    (
        "nn.Transformer(8, 4, 1, 2, 16, 0.2, 'gelu', batch_first=True, norm_first=True)",
        f"layer(floats(2, 5, 8), floats(2, 4, 8), tgt_mask={CAUSAL}(4), "
        f"src_key_padding_mask={PADDING}, memory_key_padding_mask={PADDING})",
    ),
    ("nn.Transformer(8, 2, 1, 1, 16, bias=False)", f"layer({SOURCE}, {TARGET})"),
]
