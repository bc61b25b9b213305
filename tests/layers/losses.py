"""Samples of losses: each reduction of each, and every option."""

PAIR = "layer(floats(3, 4), floats(3, 4))"
SHARES = "layer(floats(3, 4, low=0.1, high=0.9), floats(3, 4, low=0.0, high=1.0).detach())"
CLASSES = "layer(floats(5, 4), labels(4, 5))"
LOGS = "layer(torch.log_softmax(floats(5, 4), 1), labels(4, 5))"
SIGNS = "2.0 * labels(2, 5) - 1"
WEIGHT = "torch.tensor([0.5, 2.0, 1.0, 0.25])"
POSITIVE = "torch.tensor([2.0, 0.5, 1.0, 3.0])"
KL = "layer(torch.log_softmax(floats(3, 4), 1), floats(3, 4, low=0.1, high=1.0).detach())"
MANY = "layer(floats(2, 4), torch.tensor([[2, 0, -1, 1], [3, -1, 0, 1]]))"
TIMES = (
    "layer(torch.log_softmax(floats(6, 2, 4), 2), torch.tensor([[1, 2, 2], [3, 1, 1]]), "
    "torch.tensor([6, 5]), torch.tensor([3, 2]))"
)


def reduced(name, call, *options):
    """Return the samples of a loss: every reduction, then its options with their reductions."""
    makes = [f"nn.{name}()", *(f"nn.{name}(reduction='{one}')" for one in ("sum", "none"))]
    return [(make, call) for make in [*makes, *(f"nn.{name}({one})" for one in options)]]


SAMPLES = [
    *reduced("MSELoss", PAIR),
    *reduced("L1Loss", PAIR),
    *reduced("SmoothL1Loss", PAIR, "beta=0.3", "reduction='sum', beta=0.0"),
    *reduced("HuberLoss", PAIR, "delta=0.3", "'none', 2.0"),
    *reduced("BCELoss", SHARES, f"{WEIGHT}", f"weight={WEIGHT}, reduction='sum'"),
    *reduced(
        "BCEWithLogitsLoss",
        SHARES,
        f"weight={WEIGHT}",
        f"pos_weight={POSITIVE}",
        f"{WEIGHT}, reduction='none', pos_weight={POSITIVE}",
    ),
    *reduced(
        "NLLLoss", LOGS, f"{WEIGHT}", "ignore_index=1", f"{WEIGHT}, ignore_index=2, reduction='sum'"
    ),
    *reduced(
        "CrossEntropyLoss",
        CLASSES,
        f"{WEIGHT}",
        "ignore_index=1",
        "label_smoothing=0.2",
        f"{WEIGHT}, ignore_index=3, label_smoothing=0.1",
        f"{WEIGHT}, ignore_index=3, reduction='none', label_smoothing=0.1",
    ),
    *reduced("CrossEntropyLoss", "layer(floats(2, 4, 3), labels(4, 2, 3))", f"weight={WEIGHT}"),
    *reduced(
        "CrossEntropyLoss",
        "layer(floats(5, 4), torch.softmax(floats(5, 4), 1).detach())",
        "label_smoothing=0.3",
        f"weight={WEIGHT}",
    ),
    *reduced("KLDivLoss", KL, "reduction='batchmean'", "log_target=True"),
    *reduced(
        "PoissonNLLLoss",
        "layer(floats(3, 4, low=0.5, high=2.0), 1.0 * labels(5, 3, 4))",
        "log_input=False, eps=1e-3",
        "full=True",
    ),
    *reduced(
        "GaussianNLLLoss",
        "layer(floats(3, 4), floats(3, 4), floats(3, 4, low=0.1, high=1.0))",
        "full=True",
        "eps=0.5",
    ),
    *reduced("HingeEmbeddingLoss", f"layer(floats(5), {SIGNS})", "margin=0.3"),
    *reduced("SoftMarginLoss", f"layer(floats(5), {SIGNS})"),
    *reduced("MultiMarginLoss", CLASSES, "p=2", "margin=0.5", f"weight={WEIGHT}, reduction='sum'"),
    *reduced("MultiLabelMarginLoss", MANY),
    *reduced("MultiLabelSoftMarginLoss", "layer(floats(3, 4), 1.0 * labels(2, 3, 4))", f"{WEIGHT}"),
    *reduced("MarginRankingLoss", f"layer(floats(5), floats(5), {SIGNS})", "margin=0.4"),
    *reduced("CosineEmbeddingLoss", f"layer(floats(5, 3), floats(5, 3), {SIGNS})", "margin=0.2"),
    *reduced(
        "TripletMarginLoss",
        "layer(floats(5, 3), floats(5, 3), floats(5, 3))",
        "margin=0.5, p=1.0, eps=1e-3",
        "swap=True",
    ),
    *reduced(
        "TripletMarginWithDistanceLoss",
        "layer(floats(5, 3), floats(5, 3), floats(5, 3))",
        "distance_function=lambda x, y: (x - y).abs().sum(-1), margin=0.5, swap=True",
    ),
    *reduced("CTCLoss", TIMES, "blank=3, zero_infinity=True"),
]
