"""Samples of layers that pad, reshape, resize or compare."""

ROWS, IMAGES = "layer(floats(2, 3, 6))", "layer(floats(2, 4, 4, 6))"

SAMPLES = [
    ("nn.Flatten()", IMAGES),
    ("nn.Flatten(0, 2)", IMAGES),
    ("nn.Unflatten(1, (2, 2))", IMAGES),
    ("nn.Unflatten(-1, (3, -1))", IMAGES),
    ("nn.PixelShuffle(2)", IMAGES),
    ("nn.PixelUnshuffle(2)", IMAGES),
    ("nn.ChannelShuffle(2)", IMAGES),
    ("nn.Upsample(scale_factor=2)", IMAGES),
    ("nn.Upsample(scale_factor=(2, 1.5), mode='bilinear')", IMAGES),
    ("nn.Upsample(size=(5, 7), mode='bilinear', align_corners=True)", IMAGES),
    ("nn.Upsample(9, mode='bicubic', align_corners=False)", IMAGES),
    ("nn.Upsample(scale_factor=1.7, mode='linear', recompute_scale_factor=True)", ROWS),
    ("nn.Upsample(size=5, mode='nearest-exact')", ROWS),
    ("nn.UpsamplingNearest2d(scale_factor=2)", IMAGES),
    ("nn.UpsamplingBilinear2d(size=(6, 5))", IMAGES),
    ("nn.Unfold(2)", IMAGES),
    ("nn.Unfold((2, 3), dilation=1, padding=1, stride=2)", IMAGES),
    ("nn.Fold((4, 5), 2)", "layer(floats(2, 8, 12))"),
    ("nn.Fold((4, 6), (2, 2), dilation=2, padding=1, stride=2)", "layer(floats(2, 8, 6))"),
    *(
        (f"nn.{mode}Pad{axes}d({padding})", "layer(floats(2, 3, " + sizes + "))")
        for mode in ("Zero", "Reflection", "Replication", "Circular")
        for axes, padding, sizes in (
            (1, "2", "5"),
            (1, "(1, 2)", "5"),
            (2, "1", "4, 5"),
            (2, "(1, 2, 0, 3)", "4, 5"),
        )
    ),
    ("nn.ConstantPad1d((2, 1), 3.5)", ROWS),
    ("nn.ConstantPad1d(2, value=-1)", ROWS),
    ("nn.ConstantPad2d(1, 0.5)", IMAGES),
    ("nn.ConstantPad2d((1, -1, 2, 0), 0.5)", IMAGES),
    ("nn.CosineSimilarity()", "layer(floats(3, 4, 2), floats(3, 4, 2))"),
    ("nn.CosineSimilarity(dim=0, eps=1e-3)", "layer(floats(3, 4), floats(3, 4))"),
    ("nn.PairwiseDistance()", "layer(floats(3, 4), floats(3, 4))"),
    ("nn.PairwiseDistance(p=1, eps=1e-3, keepdim=True)", "layer(floats(3, 4), floats(3, 4))"),
]
