"""Samples of affine layers."""

SAMPLES = [
    ("nn.Linear(4, 3)", "layer(floats(5, 4))"),
    ("nn.Linear(4, 3, bias=False)", "layer(floats(2, 5, 4))"),
    ("nn.Linear(4, 3)", "layer(floats(4))"),
    ("nn.Identity(3, some=4)", "layer(floats(2, 3))"),
]
