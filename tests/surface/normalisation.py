"""Samples of normalising functions, and of lengths and distances."""

BATCHES = ("real(4, 3)", "real(3, 2, 4)", "real(2, 3, 2, 3)", "real(2, 2, 1, 2, 3)")
RUNNING = "m = torch.tensor([0.5, -1.]); v = torch.tensor([2., 0.3]); "
NORMS = ("1", "2", "3", "inf", "0.5")


def known(channels):
    """Return what makes positive statistics, in the dtype of x."""
    return f"torch.linspace(0.5, 2, {channels}, dtype=x.dtype)"


SAMPLES = [
    *(f"F.layer_norm({one}, {shape}{how})" for one, shape in (
        ("real(2, 3)", "(3,)"), ("real(2, 3)", "[2, 3]"), ("real(2, 3, 4)", "(4,)"),
        ("real(2, 3, 4)", "(3, 4)"), ("real(3)", "(3,)"), ("real(0, 3)", "(3,)"))
      for how in ("", ", eps=0.1", ", None, None, 1e-3")),
    "F.layer_norm(real(2, 3), (3,), real(3))",
    "F.layer_norm(real(2, 3), (3,), real(3), real(3))",
    "F.layer_norm(real(2, 3), (3,), bias=real(3))",
    "F.layer_norm(real(2, 2, 3), (2, 3), real(2, 3), real(2, 3), 0.01)",
    "F.layer_norm(tensor([[1., 1., 1.], [1., nan, 2.]]), (3,))",
    "F.layer_norm(tensor([[1e6, 1e6 + 1, 1e6 + 2]]), (3,))",
    "F.layer_norm(real(3, 2).transpose(0, 1), (3,), real(3))",
    *(f"F.rms_norm({one}, {shape}{how})" for one, shape in (
        ("real(2, 3)", "(3,)"), ("real(2, 3)", "[2, 3]"), ("real(2, 3, 4)", "(3, 4)"),
        ("real(0, 3)", "(3,)")) for how in ("", ", eps=0.1", ", None, 1e-3")),
    "F.rms_norm(real(2, 3), (3,), real(3))",
    "F.rms_norm(real(2, 2, 3), (2, 3), real(2, 3), 0.1)",
    *(f"F.batch_norm({one}, None, None, training=True)" for one in BATCHES),
    "F.batch_norm(real(4, 3), None, None, real(3), training=True)",
    "F.batch_norm(real(4, 3), None, None, real(3), real(3), True, eps=0.1)",
    *(f"F.batch_norm({one}, None, None, real({c}), real({c}), True, 0.1, 1e-3)"
      for one, c in zip(BATCHES, (3, 2, 3, 2), strict=True)),
    *(f"{RUNNING}y = F.batch_norm({one}, m, v, training=True{how}); (y.sum(), m, v)"
      for one in ("torch.arange(6.).reshape(3, 2)", "torch.arange(12.).reshape(2, 2, 3)")
      for how in ("", ", momentum=0.5", ", momentum=1.0", ", momentum=0.0, eps=0.1")),
    *(f"x = {one}; F.batch_norm(x, {known(c)}.clone(), {known(c)}.clone(), training=True)"
      for one, c in zip(BATCHES, (3, 2, 3, 2), strict=True)),
    *(f"x = {one}; F.batch_norm(x, {known(c)}, {known(c)}, real({c}), real({c}))"
      for one, c in zip(BATCHES, (3, 2, 3, 2), strict=True)),
    f"x = real(1, 3); F.batch_norm(x, {known(3)}, {known(3)})",
    f"x = real(1, 3); F.batch_norm(x, {known(3)}, {known(3)}, real(3), eps=0.1)",
    f"x = real(0, 3); F.batch_norm(x, {known(3)}, {known(3)})",
    "F.batch_norm(tensor([[1., 2.], [1., 3.]]), None, None, training=True)",
    *(f"F.instance_norm({one})" for one in BATCHES[1:]),
    "F.instance_norm(real(2, 3, 4), weight=real(3), bias=real(3), eps=0.1)",
    f"{RUNNING}y = F.instance_norm(torch.arange(12.).reshape(2, 2, 3), m, v); (y, m, v)",
    f"{RUNNING}y = F.instance_norm(torch.arange(16.).reshape(2, 2, 2, 2), m, v, momentum=0.3); "
    "(y, m, v)",
    f"x = real(2, 3, 4); F.instance_norm(x, {known(3)}, {known(3)}, use_input_stats=False)",
    f"x = real(2, 3, 4); F.instance_norm(x, {known(3)}, {known(3)}, real(3), real(3), False)",
    *(f"F.group_norm({one}, {groups})" for one, groups in (
        ("real(2, 4)", 2), ("real(2, 4)", 1), ("real(2, 4, 3)", 2), ("real(2, 4, 3)", 4),
        ("real(2, 6, 2, 2)", 3), ("real(2, 6, 2, 2)", 1), ("real(2, 2, 1, 2, 3)", 2))),
    "F.group_norm(real(2, 4, 3), 2, real(4), real(4))",
    "F.group_norm(real(2, 4, 3), num_groups=2, weight=real(4), eps=0.1)",
    "F.group_norm(real(2, 4, 2, 2), 2, real(4), real(4), 0.01)",
    *(f"F.local_response_norm({one}, {size})" for one in ("real(2, 5, 3)", "real(2, 4, 2, 3)")
      for size in (1, 2, 3, 5)),
    "F.local_response_norm(real(2, 5, 3), 3, 0.5, 0.5, 2.0)",
    "F.local_response_norm(real(2, 5, 3), size=2, alpha=1.0, beta=2.0, k=0.5)",
    *(f"F.normalize({one}{how})" for one in ("real(2, 3)", "real(2, 3, 2)") for how in (
        "", ", dim=0", ", dim=-1", ", p=1", ", p=3", ", p=inf", ", 1.0, 0", ", eps=5.0",
        ", dim=(0, 1)")),
    "F.normalize(real(3), dim=0)",
    "F.normalize(real(0, 3))",
    "F.normalize(tensor([[3., 4.], [0., 5.]]))",
    "F.normalize(torch.zeros(2, 3))",
    *(f"F.cosine_similarity({pair}{how})" for pair in (
        "real(2, 3), real(2, 3)", "real(2, 3), real(1, 3)", "real(2, 3, 2), real(2, 3, 2)")
      for how in ("", ", dim=0", ", dim=-1", ", 1, 1e-3")),
    "F.cosine_similarity(real(3), real(3), dim=0)",
    "F.cosine_similarity(real(2, 3), real(3))",
    "F.cosine_similarity(real(3), real(3), 0)",
    *(f"F.pairwise_distance({pair}{how})" for pair in (
        "real(2, 3), real(2, 3)", "real(2, 3), real(3)", "real(2, 1, 3), real(4, 3)")
      for how in ("", ", keepdim=True", ", 2.0, 0.1", ", 1, 0, True",
                  *(f", p={p}" for p in NORMS))),
    "F.pairwise_distance(real(3), real(3))",
    *(f"F.pdist(real(4, 3){how})" for how in ("", *(f", p={p}" for p in ("1.0", "3.0", "inf")))),
    "F.pdist(real(2, 3))",
    "F.bilinear(real(2, 3), real(2, 4), real(5, 3, 4), real(5))",
    "F.bilinear(real(2, 2, 3), real(2, 2, 4), real(1, 3, 4))",
    # Refused.
    "F.pdist(real(3))",
    "F.bilinear(real(2, 3), real(2, 4), real(5, 4, 3), real(5))",
    "F.bilinear(real(2, 3), real(3, 4), real(5, 3, 4), real(5))",
    "F.layer_norm(real(2, 3), (2,))",
    "F.layer_norm(real(2, 3), ())",
    "F.layer_norm(real(2, 3), 3)",
    "F.layer_norm(real(2, 3), (3,), real(2))",
    "F.layer_norm(real(2, 3), (3,), real(3), real(1, 3))",
    "F.layer_norm(whole(2, 3), (3,))",
    "F.rms_norm(real(2, 3), (2,))",
    "F.batch_norm(real(1, 3), None, None, training=True)",
    "F.batch_norm(real(2, 3), None, None)",
    "F.batch_norm(real(3), None, None, training=True)",
    "F.batch_norm(real(2, 3), positive(2), positive(3))",
    "F.batch_norm(real(2, 3), None, None, real(2), training=True)",
    "F.instance_norm(real(2, 3, 1))",
    "F.instance_norm(real(2, 3))",
    "F.instance_norm(real(2, 3, 4), use_input_stats=False)",
    "F.group_norm(real(2, 3), 2)",
    "F.group_norm(real(3), 3)",
    "F.group_norm(real(1, 4), 4)",
    "F.group_norm(real(2, 4, 3), 2, real(3))",
    "F.local_response_norm(real(2, 3), 2)",
    "F.normalize(real(3))",
    "F.normalize(real(2, 3), dim=2)",
    "F.cosine_similarity(real(2, 3), real(2))",
    "F.cosine_similarity(real(2, 3), real(2, 3), dim=2)",
    "F.pairwise_distance(real(2, 3), real(2, 4))",
]  # fmt: skip
