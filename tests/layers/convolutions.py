"""Samples of convolutions and their transposes, every option at least once."""

SAMPLES = [
    ("nn.Conv1d(3, 4, 3)", "layer(floats(2, 3, 8))"),
    ("nn.Conv1d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2)", "layer(floats(2, 4, 9))"),
    ("nn.Conv1d(3, 4, (2,), bias=False)", "layer(floats(3, 8))"),
    ("nn.Conv1d(3, 4, 4, padding='same')", "layer(floats(2, 3, 8))"),
    ("nn.Conv1d(3, 4, 4, padding='valid', padding_mode='circular')", "layer(floats(2, 3, 8))"),
    ("nn.Conv1d(3, 4, 3, padding=2, padding_mode='reflect')", "layer(floats(2, 3, 8))"),
    ("nn.Conv1d(3, 4, 4, padding='same', padding_mode='circular')", "layer(floats(2, 3, 8))"),
    ("nn.Conv2d(3, 4, 3)", "layer(floats(2, 3, 6, 7))"),
    ("nn.Conv2d(3, 4, (3, 2), padding=(2, 1), bias=False)", "layer(floats(3, 6, 7))"),
    ("nn.Conv2d(4, 6, 3, stride=(2, 1), dilation=(1, 2), groups=2)", "layer(floats(2, 4, 6, 7))"),
    ("nn.Conv2d(4, 4, 3, padding='same', groups=4)", "layer(floats(2, 4, 6, 7))"),
    ("nn.Conv2d(1, 2, 3, padding=1, padding_mode='replicate')", "layer(floats(2, 1, 4, 5))"),
    ("nn.Conv2d(1, 2, 3, padding=(1, 2), padding_mode='reflect')", "layer(floats(2, 1, 4, 5))"),
    ("nn.Conv2d(1, 2, 3, padding=1, padding_mode='circular')", "layer(floats(2, 1, 4, 5))"),
    ("nn.ConvTranspose1d(3, 4, 3)", "layer(floats(2, 3, 5))"),
    (
        "nn.ConvTranspose1d(4, 6, 3, stride=3, padding=1, output_padding=1, groups=2, dilation=2)",
        "layer(floats(2, 4, 5))",
    ),
    ("nn.ConvTranspose1d(3, 4, 3, stride=2, bias=False)", "layer(floats(2, 3, 5), [12])"),
    ("nn.ConvTranspose2d(3, 4, 3)", "layer(floats(2, 3, 4, 5))"),
    (
        "nn.ConvTranspose2d(4, 2, (3, 2), stride=2, padding=(1, 0), output_padding=(1, 0), "
        "groups=2, dilation=(1, 2))",
        "layer(floats(2, 4, 4, 5))",
    ),
    (
        "nn.ConvTranspose2d(3, 4, 3, stride=2, bias=False)",
        "layer(floats(2, 3, 4, 5), output_size=(2, 4, 10, 11))",
    ),
]
