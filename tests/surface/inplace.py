"""Samples of changes in place: of the Tensor itself, of a view, of what views show."""

# What functions make of these without a change in any value.
UNCHANGED = (
    *(f"F.interpolate(x, scale_factor=1, mode='{mode}')" for mode in ("nearest", "linear", "area")),
    "F.adaptive_avg_pool1d(x, 3)", "F.pad(x, (0, 0), mode='reflect')",
    "F.pad(x, (0, 0), mode='circular')", "F.pixel_shuffle(x, 1)", "F.pixel_unshuffle(x, 1)",
    "F.channel_shuffle(x, 1)", "F.channel_shuffle(x, 2)", "F.unfold(x, 1)", "F.unfold(x, (2, 1))",
    "diff(x, n=0)", "linalg.matrix_power(x[0, :, :2], 1)", "chain_matmul(x[0])",
)  # fmt: skip

SAMPLES = [
    *(f"x = zeros(1, 2, 3); {one}.add_(1); x" for one in UNCHANGED),
    "x = real(2, 3) * 1; x.mul_(real(3)); x",
    "x = real(2, 3) * 1; x.add_(real(2, 3)).sub_(0.5).div_(positive(3)); x",
    "x = positive(3) * 1; x.pow_(2.5); x.exp()",
    "x = real(3) * 1; x.clamp_(-0.5, 0.5); x",
    "x = real(3) * 1; y = x * x; z = x + 1; z.mul_(y); (x, z)",
    "x = real(3).exp(); y = x + 1; y.zero_(); (x, y)",
    "x = real(2, 3) * 1; x.fill_(2.0); x * real(3)",
    "x = real(2, 3) * 1; x.fill_(real()); x * real(3)",
    "x = zeros(2, 3, dtype=float64); x.copy_(real(3)); x",
    "x = real(2, 3) * 1; x.copy_(real(2, 1)); x",
    "x = real(2, 3) * 1; x.zero_(); x + real(3)",
    # Through views.
    "x = real(2, 3) * 1; v = x[0]; v.mul_(real(3)); (x, v)",
    "x = real(2, 3) * 1; v = x.t(); v[1].add_(real(2)); (x, v)",
    "x = real(2, 3) * 1; v = x.view(3, 2); w = x[1:]; v.mul_(2); (x, v, w)",
    "x = real(2, 3) * 1; v = x.reshape(6)[::2]; v.copy_(real(3)); (x, v)",
    "x = real(2, 3) * 1; v = x[1]; x.mul_(3); v * real(3)",
    "x = real(4) * 1; v = x[1:]; w = v[1:]; w.mul_(real(2)); v.add_(1); (x, v, w)",
    "x = real(2, 3, 2) * 1; v = x.permute(2, 0, 1); v[0, 1].mul_(real(3)); x",
    "x = real(2, 3) * 1; x.transpose(0, 1).narrow(0, 1, 2).mul_(2); x",
    "x = real(2, 3) * 1; x.unsqueeze(0).squeeze(0).flatten().mul_(real(6)); x",
    "x = real(3) * 1; x[1].mul_(real()); x",
    "x = zeros(2, 2, dtype=float64); x[0].add_(real(2)); x",
    # Assignment.
    "x = zeros(2, 3, dtype=float64); x[0] = real(3); x",
    "x = zeros(2, 3, dtype=float64); x[:, 1] = real(); x",
    "x = real(2, 3) * 1; x[1, 2] = real(); x",
    "x = real(2, 3) * 1; x[:, 1:] = real(2, 1); x",
    "x = real(2, 3) * 1; x[0] = 5; x",
    "x = real(2, 3) * 1; x[..., 0] = real(2); x * x",
    "x = real(4) * 1; x[tensor([2, 0])] = real(2); x",
    "x = real(3, 2) * 1; x[tensor([2, 0])] = real(2); x",
    "x = real(3, 2) * 1; x[:, tensor([1])] = real(3, 1); x",
    "x = real(2, 3, 2) * 1; x[1, tensor([2, 0])] = real(2, 2); x",
    "x = real(2, 3) * 1; x[tensor([True, False])] = real(3); x",
    "x = real(3) * 1; x[tensor([True, False, True])] = 0; x",
    "x = real(3) * 1; x[tensor([True, False, True])] = real(2); x",
    "x = real(2, 3) * 1; x[x > 0] = 0; x",
    "x = real(2, 3) * 1; x[0][1] = real(); x",
    "x = real(2, 3) * 1; x.t()[1] = real(2); x",
    # Augmented assignment.
    "x = real(2, 3) * 1; y = x; x += real(3); (x, y)",
    "x = real(2, 3) * 1; x[0] += real(3); x",
    "x = real(2, 3) * 1; x[:, 1] *= real(2); x",
    "x = real(4) * 1; x[tensor([0, 2])] += real(2); x",
    "x = positive(2, 3) * 1; x /= positive(3); x -= 1; x **= 2; x",
    # The first and second uses of one value.
    "x = real(3) * 1; a = x.sum(); x.mul_(2); b = (x * x).sum(); (a, b)",
    "x = real(3); y = x.clone(); y[0] = y[1] + y[2]; y[1] = y[0] * x[1]; y",
    # Integers wrap in smaller ones; floats and what is no boolean need a dtype that holds them.
    *(
        f"x = torch.ones(2, dtype=torch.{dtype}); {change}; x"
        for dtype in ("uint8", "int8", "bool")
        for change in (
            "x += tensor([1, 300])",
            "x *= 300",
            "x.bitwise_or_(tensor([1, 1024]))",
            "x += tensor([1., 2.])",
            "x.eq_(tensor([1, 0]))",
            "x.floor_divide_(tensor([1, 2]))",
        )
    ),
    "x = torch.ones(2, dtype=torch.uint8); x += tensor([-1, -2], dtype=torch.int8); x",
    # What is refused.
    "real(3).add_(1)",
    "real(3)[0].mul_(2)",
    "x = real(3); x[0] = 1; x",
    "x = real(3); x += 1; x",
    "x = whole(3); x.add_(0.5)",
    "x = whole(3); x.div_(2)",
    "x = real(3) * 1; x.add_(real(2, 3))",
    "x = real(1) * 1; x.expand(3).add_(1)",
]
