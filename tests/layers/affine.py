"""Samples of affine layers, embeddings, and the identity."""

SAMPLES = [
    ("nn.Linear(4, 3)", "layer(floats(5, 4))"),
    ("nn.Linear(4, 3, bias=False)", "layer(floats(2, 5, 4))"),
    ("nn.Linear(4, 3)", "layer(floats(4))"),
    ("nn.Bilinear(3, 4, 2)", "layer(floats(5, 3), floats(5, 4))"),
    ("nn.Bilinear(3, 4, 2, bias=False)", "layer(floats(2, 5, 3), floats(2, 5, 4))"),
    ("nn.Identity(3, some=4)", "layer(floats(2, 3))"),
    ("nn.Embedding(7, 3)", "layer(labels(7, 2, 5))"),
    ("nn.Embedding(7, 20)", "layer(labels(7, 5))"),
    ("nn.Embedding(7, 3, padding_idx=2)", "layer(labels(7, 2, 5))"),
    ("nn.Embedding(7, 3, padding_idx=-1, scale_grad_by_freq=True)", "layer(labels(7, 9))"),
    ("nn.Embedding(7, 3, max_norm=1.0, norm_type=1.0, sparse=False)", "layer(labels(7, 4))"),
    ("nn.Embedding.from_pretrained(torch.arange(12.0).reshape(4, 3))", "layer(labels(4, 5))"),
    (
        "nn.Embedding.from_pretrained(torch.arange(12.0).reshape(4, 3), freeze=False)",
        "layer(labels(4, 5))",
    ),
]
