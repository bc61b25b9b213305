"""Samples of pooling layers, every option at least once."""

ROWS, IMAGES = "floats(2, 3, 12)", "floats(2, 3, 8, 9)"

SAMPLES = [
    *(
        (f"nn.{make}", f"layer({ROWS})")
        for make in (
            "MaxPool1d(3)",
            "MaxPool1d(3, 2, padding=1, dilation=2)",
            "MaxPool1d(5, stride=3, ceil_mode=True)",
            "MaxPool1d(3, return_indices=True)",
            "AvgPool1d(3)",
            "AvgPool1d(3, 2, padding=1)",
            "AvgPool1d(5, stride=2, padding=2, ceil_mode=True, count_include_pad=False)",
            "LPPool1d(2, 3)",
            "LPPool1d(3, 4, stride=2, ceil_mode=True)",
            "AdaptiveAvgPool1d(5)",
            "AdaptiveMaxPool1d(5)",
            "AdaptiveMaxPool1d(7, return_indices=True)",
        )
    ),
    *(
        (f"nn.{make}", f"layer({IMAGES})")
        for make in (
            "MaxPool2d(2)",
            "MaxPool2d((3, 2), (2, 1), padding=1, dilation=(1, 2))",
            "MaxPool2d(3, stride=2, ceil_mode=True)",
            "MaxPool2d(3, return_indices=True)",
            "AvgPool2d(2)",
            "AvgPool2d((3, 2), (2, 1), padding=1, count_include_pad=False)",
            "AvgPool2d(3, stride=2, ceil_mode=True, divisor_override=4)",
            "LPPool2d(2, (2, 3))",
            "LPPool2d(1, 4, stride=2, ceil_mode=True)",
            "AdaptiveAvgPool2d(5)",
            "AdaptiveAvgPool2d((3, None))",
            "AdaptiveMaxPool2d((1, 4))",
            "AdaptiveMaxPool2d(4, return_indices=True)",
        )
    ),
    ("nn.MaxUnpool1d(2)", "layer(floats(1, 1, 3), torch.tensor([[[1, 2, 5]]]))"),
    (
        "nn.MaxUnpool1d(3, stride=2, padding=1)",
        "layer(floats(1, 1, 3), torch.tensor([[[1, 2, 4]]]), output_size=[6])",
    ),
    ("nn.MaxUnpool2d(2)", "layer(floats(1, 2, 2), torch.tensor([[[1, 3], [8, 14]]]))"),
    (
        "nn.MaxUnpool2d(2, stride=(2, 1), padding=0)",
        "layer(floats(1, 2, 2), torch.tensor([[[0, 3], [7, 11]]]))",
    ),
    ("nn.MaxPool2d(2)", "layer(floats(3, 6, 6))"),
]
