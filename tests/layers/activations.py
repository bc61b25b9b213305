"""Samples of activations and dropout: each with its defaults, and with every option."""

# fmt: off
PLAIN = [
    "ReLU()", "ReLU(inplace=False)", "ReLU6()", "LeakyReLU()", "LeakyReLU(0.2)", "PReLU()",
    "PReLU(4,init=0.1)", "RReLU()", "RReLU(0.2,0.4)", "ELU()", "ELU(alpha=0.5)", "CELU()",
    "CELU(0.5)", "SELU()", "GELU()", 'GELU("tanh")', 'GELU(approximate="tanh")', "SiLU()",
    "Mish()", "Hardswish()", "Hardsigmoid()", "Hardtanh()", "Hardtanh(-0.5,0.3)",
    "Hardshrink()", "Hardshrink(0.2)", "Softshrink()", "Softshrink(0.1)", "Tanhshrink()",
    "Threshold(0.1,20)", "Threshold(0.1,-2.5)", "Sigmoid()", "LogSigmoid()", "Tanh()",
    "Softsign()", "Softplus()", "Softplus(2,0.5)", "GLU()", "GLU(1)", "Softmax(dim=1)",
    "Softmax(2)", "Softmin(dim=-1)", "LogSoftmax(dim=0)", "Softmax2d()", "Dropout()",
    "Dropout(p=0.2)", "Dropout(1.0)", "Dropout(0.0)", "Dropout1d()", "Dropout1d(0.3)",
    "Dropout2d(0.4)", "AlphaDropout()", "AlphaDropout(0.2)", "FeatureAlphaDropout(0.6)",
]
INPLACE = [
    "ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "CELU", "SELU", "SiLU", "Mish", "Hardswish",
    "Hardsigmoid", "Hardtanh", "Dropout", "Dropout1d", "Dropout2d", "AlphaDropout",
    "FeatureAlphaDropout",
]
# fmt: on

SAMPLES = [
    *((f"nn.{make}", "layer(floats(2, 4, 6, low=-3.0, high=3.0))") for make in PLAIN),
    ("nn.Softmax2d()", "layer(floats(2, 3, 2, 2))"),
    ("nn.Dropout2d()", "layer(floats(2, 3, 2, 2))"),
    ("nn.FeatureAlphaDropout()", "layer(floats(2, 3, 2, 2))"),
    *(
        (
            f"nn.{name}(inplace=True)",
            "(lambda x: (layer(x), x))(floats(2, 4, 6, low=-3.0, high=3.0) * 1)",
        )
        for name in INPLACE
    ),
    ("nn.Threshold(0.1, 2, inplace=True)", "layer(floats(2, 3) * 1)"),
]
