"""Samples of elementwise functions."""

from .sampling import binary, numbers, unary

SAMPLES = [
    *unary("exp"),
    *unary("log", "positive"),
    *binary("add"),
    *numbers("mul({}, {})"),
    "maximum(real(2, 3), real(3))",
    "clamp(real(4), -0.5, 0.5)",
]
