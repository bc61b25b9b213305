"""Samples of padding, interpolation, exchanged pixels, and images read at grids."""

SIZES = (
    "size=7",
    "size=2",
    "scale_factor=2",
    "scale_factor=1.6",
    "scale_factor=0.7",
    "5",
    "size=1",
)
IMAGE_SIZES = (
    "size=(5, 7)", "size=2", "scale_factor=2", "scale_factor=(1.5, 0.6)", "size=(3, 4)",
    "scale_factor=1.7, recompute_scale_factor=True", "size=(1, 9)", "size=[4, 4]",
)  # fmt: skip
PADS = {
    "constant": ("(1, 2)", "(1, 0, 2, 3)", "(0, 0)", "(-1, 2)", "(-1, -1)", "[0, 1, -1, 1]"),
    "reflect": ("(1, 2)", "(2, 0)", "(-1, 1)", "(-1, -1)"),
    "replicate": ("(1, 2)", "(5, 0)", "(-1, 1)", "(-1, -1)"),
    "circular": ("(1, 2)", "(3, 0)", "(-1, 1)", "(-1, -1)"),
}
POINTS = "0.9 * real(2, 2, 3, 2)"

SAMPLES = [
    *(f"F.pad({one}, {pad})" for one in ("real(2, 3)", "real(2, 2, 3)")
      for pad in PADS["constant"]),
    "F.pad(real(3), (1, 2))",
    "F.pad(real(3), (1, 2), value=5)",
    "F.pad(real(3), (1, 2), 'constant', 1.5)",
    "F.pad(tensor([[1., 2.], [3., 4.]]), (1, 1), value=-inf)",
    "F.pad(real(1, 2, 1, 2), (1, 0, 0, 1, 1, 1, 2, 0))",
    "F.pad(real(0, 3), (1, 1))",
    "F.pad(tensor([[1., inf], [3., nan]]), (1, 1, 0, 0), value=nan)",
    "F.pad(whole(2, 3), (1, 1), value=7)",
    "F.pad(whole(2, 3), (1, 0))",
    "F.pad(flags(2, 3), (1, 0))",
    "F.pad(real(2, 3), (-2, -1))",
    "F.pad(real(2, 3), ())",
    *(f"F.pad({one}, {pad}, mode='{mode}')" for mode in ("reflect", "replicate", "circular")
      for one in ("real(2, 3)", "real(2, 2, 3)") for pad in PADS[mode]),
    *(f"F.pad({one}, {pad}, '{mode}')" for mode in ("reflect", "replicate", "circular")
      for one in ("real(2, 3, 4)", "real(2, 2, 3, 4)")
      for pad in ("(1, 2, 2, 1)", "(0, 3, 1, -1)")),
    *(f"F.pad(real(1, 2, 3, 2, 2), (1, 0, 1, 1, 2, 1), '{mode}')"
      for mode in ("reflect", "replicate", "circular")),
    *(f"F.interpolate(real(1, 2, 4), {size}, mode='{mode}')" for size in SIZES
      for mode in ("nearest", "nearest-exact", "linear", "area")),
    *(f"F.interpolate(real(1, 2, 4), {size}, mode='linear', align_corners=True)" for size in SIZES),
    *(f"F.interpolate(real(1, 2, 3, 4), {size}, mode='{mode}')" for size in IMAGE_SIZES
      for mode in ("nearest", "nearest-exact", "bilinear", "bicubic", "area")),
    *(f"F.interpolate(real(1, 2, 3, 4), {size}, mode='{mode}', align_corners=True)"
      for size in IMAGE_SIZES for mode in ("bilinear", "bicubic")),
    "F.interpolate(real(1, 2, 4), 7)",
    "F.interpolate(real(1, 1, 2, 3, 2), size=(3, 2, 4), mode='trilinear')",
    "F.interpolate(real(1, 1, 2, 3, 2), scale_factor=2, mode='trilinear', align_corners=True)",
    "F.interpolate(real(1, 1, 2, 3, 2), scale_factor=2)",
    "F.interpolate(real(1, 2, 4), scale_factor=[1.5], recompute_scale_factor=False)",
    "F.interpolate(tensor([[[1., inf, 2., nan, 4., 5.]]]), scale_factor=2)",
    "F.upsample(real(1, 2, 3, 4), scale_factor=2)",
    "F.upsample(real(1, 2, 3, 4), (4, 5), mode='bilinear', align_corners=False)",
    "F.upsample_nearest(real(1, 2, 3, 4), scale_factor=2)",
    "F.upsample_bilinear(real(1, 2, 3, 4), (4, 5))",
    "F.pixel_shuffle(real(2, 8, 2, 3), 2)",
    "F.pixel_shuffle(real(9, 2, 1), 3)",
    "F.pixel_shuffle(whole(2, 1, 4, 2, 3), upscale_factor=2)",
    "F.pixel_shuffle(real(2, 3, 2, 3), 1)",
    "F.pixel_unshuffle(real(2, 2, 4, 6), 2)",
    "F.pixel_unshuffle(real(2, 3, 6), downscale_factor=3)",
    "F.pixel_unshuffle(F.pixel_shuffle(real(1, 4, 2, 3), 2), 2)",
    "F.channel_shuffle(real(2, 6, 3), 2)",
    "F.channel_shuffle(real(1, 6, 2, 2), groups=3)",
    "F.channel_shuffle(whole(1, 4, 2), 1)",
    *(f"F.grid_sample(real(2, 3, 3, 4), {POINTS}, mode='{mode}', padding_mode='{outside}', "
      f"align_corners={align})" for mode in ("bilinear", "nearest")
      for outside in ("zeros", "border", "reflection") for align in (True, False)),
    "F.grid_sample(real(1, 2, 3, 4), real(1, 2, 1, 2))",
    "F.grid_sample(real(1, 2, 3, 4), real(1, 5, 2, 2), mode='nearest')",
    "x, grid = torch.ones(1, 2, 3, 4), torch.zeros(1, 5, 2, 2, requires_grad=True); "
    "torch.autograd.grad(F.grid_sample(x, grid, mode='nearest').sum(), grid)",
    "F.grid_sample(real(1, 2, 3, 4), 2 * real(1, 2, 3, 2), 'bilinear', 'reflection', False)",
    "F.grid_sample(real(1, 2, 1, 4), real(1, 2, 3, 2), 'bilinear', 'reflection', True)",
    "F.grid_sample(real(1, 2, 3, 4), tensor([[[[-1., 1.], [0., 0.5]]]]).to(real(1).dtype))",
    *(f"F.affine_grid(real(2, 2, 3), (2, 1, {size}), align_corners={align})"
      for size in ("3, 4", "1, 2", "2, 1") for align in (True, False)),
    "F.affine_grid(real(1, 2, 3), [1, 3, 2, 3])",
    "F.grid_sample(real(1, 2, 3, 4), F.affine_grid(0.3 * real(1, 2, 3), (1, 2, 3, 4)))",
    "F.interpolate(real(1, 2, 3, 4), 5, mode='bilinear') ** 2",
    "F.pad(real(1, 2, 3, 4), (2, 1), 'reflect') ** 2",
    "F.pad(real(2, 3), (2, -1)) ** 2",
    # Refused.
    "F.pad(real(3), (1, 1), 'reflect')",
    "F.pad(real(2, 3), (3, 1), 'reflect')",
    "F.pad(real(2, 3), (4, 1), 'circular')",
    "F.pad(real(2, 3), (1, 1, 1))",
    "F.pad(real(2, 3), (1, 1, 1, 1, 1, 1))",
    "F.pad(real(2, 3), (1, 1), 'mirror')",
    "F.pad(real(2, 3), (-2, -2))",
    "F.pad(real(2, 3), (1, 1), 'reflect', value=1)",
    "F.pad(real(2, 3), (1, 1, 1, 1), 'replicate')",
    "F.interpolate(real(1, 2, 4))",
    "F.interpolate(real(1, 2, 4), size=3, scale_factor=2)",
    "F.interpolate(real(1, 2, 4), size=3, mode='bilinear')",
    "F.interpolate(real(1, 2, 4, 4), size=3, mode='linear')",
    "F.interpolate(real(1, 2, 4), size=3, mode='cubic')",
    "F.interpolate(real(1, 2, 4), size=3, align_corners=True)",
    "F.interpolate(real(1, 2, 4), size=(3, 4))",
    "F.interpolate(real(2, 4), size=3)",
    "F.interpolate(real(1, 2, 4), size=0)",
    "F.pixel_shuffle(real(1, 3, 2, 2), 2)",
    "F.pixel_shuffle(real(3, 2), 1)",
    "F.pixel_unshuffle(real(1, 3, 3, 2), 2)",
    "F.channel_shuffle(real(1, 3, 3), 2)",
    "F.channel_shuffle(real(1, 4), 2)",
    "F.grid_sample(real(1, 2, 3, 4), real(2, 2, 3, 2))",
    "F.grid_sample(real(1, 2, 3, 4), real(1, 2, 3, 3))",
    "F.grid_sample(real(1, 2, 3, 4), real(1, 2, 3, 2), mode='cubic')",
    "F.grid_sample(real(1, 2, 3, 4), real(1, 2, 3, 2), padding_mode='wrap')",
    "F.affine_grid(real(2, 2, 3), (1, 1, 3, 4))",
]  # fmt: skip
