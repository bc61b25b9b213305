"""Samples of losses."""

REDUCTIONS = ("", ", reduction='sum'", ", reduction='none'", ", reduction='mean'")


def reduced(call, *options):
    """Return samples of a loss with every reduction, and with each of the options."""
    calls = [f"F.{call}{how})" for how in REDUCTIONS]
    return (
        calls
        + [f"F.{call}, {option}, reduction='none')" for option in options]
        + [f"F.{call}, {option})" for option in options]
    )


def pairs(name, target, *options):
    """Return samples of a loss of real inputs and targets of the same shapes."""
    shapes = ("2, 3", "3", "", "2, 1, 2")
    made = [f"F.{name}(real({one}), {target.format(one)})" for one in shapes]
    made.append(f"F.{name}(real(0, 3), {target.format('0, 3')}, reduction='sum')")
    return made + reduced(f"{name}(real(2, 3), {target.format('2, 3')}", *options)


WEIGHTS = "(torch.arange(1., 4.) / 2).to(real(1).dtype)"
SIGNS = "(2 * (torch.arange(6).reshape(2, 3) % 2) - 1)"
CTC = "F.log_softmax(real(5, 2, 4), -1)"
LABELS = "tensor([1, 0])"

EDGES = "x = tensor([0., 1., -1., 0.25, 2., -4., inf, -inf], requires_grad=True)"


def edges(loss: str, *options: str) -> list[str]:
    """Return samples of a loss at its kinks and beyond: values, first and second slopes."""
    call = f"F.{loss}(x, torch.zeros(8), reduction='none'"
    slopes = [f"torch.autograd.grad({call}{one}).sum(), x, create_graph=True)" for one in options]
    return [f"{EDGES}; g, = {one}; (g.detach(), torch.autograd.grad(g.sum(), x))" for one in slopes]


SAMPLES = [
    *edges("smooth_l1_loss", "", ", beta=0.5"),
    *edges("huber_loss", "", ", delta=2.0"),
    *pairs("mse_loss", "real({})", "weight=positive(2, 3)"),
    *pairs("l1_loss", "real({})", "weight=positive(2, 3)"),
    *pairs("smooth_l1_loss", "real({})", "beta=0.5", "beta=0", "beta=3.0"),
    *pairs("huber_loss", "real({})", "delta=0.5", "delta=3.0", "weight=positive(2, 3)"),
    "F.smooth_l1_loss(tensor([0., 1., -1., 3.]), tensor([0., 2., 1., 3.5]), reduction='none')",
    "F.huber_loss(tensor([0., 1., -1., 3.]), tensor([0., 2., 1., 3.5]), reduction='none')",
    *pairs("kl_div", "inside({})", "log_target=True"),
    "F.kl_div(real(2, 3), inside(2, 3), reduction='batchmean')",
    "F.kl_div(real(2, 3), inside(3), reduction='none')",
    "F.kl_div(real(2), tensor([0., 1.]).to(real(1).dtype), reduction='none')",
    *pairs("poisson_nll_loss", "positive({})", "log_input=True", "full=True"),
    *reduced("poisson_nll_loss(positive(2, 3), whole(2, 3)", "log_input=False", "full=True",
             "log_input=False, full=True, eps=0.1"),
    *reduced("gaussian_nll_loss(real(2, 3), real(2, 3), positive(2, 3)", "full=True", "eps=0.2"),
    "F.gaussian_nll_loss(real(2, 3), real(2, 3), positive(2), full=True)",
    "F.gaussian_nll_loss(real(2, 3), real(2, 3), positive(2, 1), reduction='none')",
    "F.gaussian_nll_loss(real(2, 3), real(2, 3), 0.5)",
    *reduced(f"hinge_embedding_loss(real(2, 3), {SIGNS}", "margin=0.5", "margin=3.0"),
    *reduced(f"margin_ranking_loss(real(2, 3), real(2, 3), {SIGNS}", "margin=0.5", "margin=-0.1"),
    *reduced(f"soft_margin_loss(real(2, 3), {SIGNS}"),
    *reduced("cosine_embedding_loss(real(2, 3), real(2, 3), tensor([1, -1])", "margin=0.2",
             "margin=-0.5"),
    "F.cosine_embedding_loss(real(3), real(3), tensor(-1))",
    "F.cosine_embedding_loss(real(3), real(3), tensor(1), reduction='none')",
    *reduced("triplet_margin_loss(real(2, 3), real(2, 3), real(2, 3)", "margin=3.0", "p=1",
             "swap=True", "p=3, eps=0.1", "margin=5.0, swap=True"),
    "F.triplet_margin_loss(real(3), real(3), real(3))",
    "F.triplet_margin_with_distance_loss(real(2, 3), real(2, 3), real(2, 3))",
    "F.triplet_margin_with_distance_loss(real(2, 3), real(2, 3), real(2, 3), margin=4.0, "
    "swap=True, distance_function=lambda a, b: (a - b).abs().sum(-1))",
    *reduced("multi_margin_loss(real(2, 3), tensor([0, 2])", "p=2", "margin=0.5",
             f"weight={WEIGHTS}", "p=2, margin=2.0"),
    "F.multi_margin_loss(real(3), tensor(1))",
    "F.multi_margin_loss(real(3), tensor([1]), reduction='none')",
    *reduced("multilabel_margin_loss(real(2, 4), tensor([[1, 3, -1, 0], [2, -1, 1, 1]])"),
    "F.multilabel_margin_loss(real(4), tensor([3, 0, -1, 1]))",
    "F.multilabel_margin_loss(real(2, 3), tensor([[-1, 0, 1], [0, 1, 2]]), reduction='none')",
    *reduced("multilabel_soft_margin_loss(real(2, 3), inside(2, 3)", "weight=positive(3)"),
    "F.multilabel_soft_margin_loss(real(3), inside(3))",
    *reduced(f"cross_entropy(real(2, 3), {LABELS}", f"weight={WEIGHTS}",
             "ignore_index=1", "label_smoothing=0.2", "ignore_index=0, label_smoothing=0.5",
             f"weight={WEIGHTS}, label_smoothing=0.1"),
    *reduced("cross_entropy(real(2, 3), inside(2, 3)", "label_smoothing=0.2"),
    "F.cross_entropy(real(2, 3, 2), tensor([[0, 2], [1, 1]]))",
    "F.cross_entropy(real(2, 3, 2), tensor([[0, 2], [-100, 1]]), reduction='none')",
    "F.cross_entropy(real(2, 3, 2, 2), torch.ones(2, 2, 2).long(), label_smoothing=0.1)",
    "F.cross_entropy(real(2, 3, 2), inside(2, 3, 2))",
    "F.cross_entropy(real(3), tensor(1))",
    "F.cross_entropy(real(3), inside(3))",
    "F.cross_entropy(1000 * real(2, 3), tensor([0, 1]))",
    "F.cross_entropy(real(2, 3), tensor([-100, -100]), reduction='sum')",
    *reduced(f"nll_loss(real(2, 3), {LABELS}", "ignore_index=1",
             f"weight={WEIGHTS}"),
    "F.nll_loss(real(2, 3, 2), tensor([[0, 2], [1, 1]]))",
    "F.nll_loss(real(3), tensor(1))",
    *reduced("binary_cross_entropy(inside(2, 3), inside(2, 3)", f"weight={WEIGHTS}"),
    "F.binary_cross_entropy(tensor([0., 1., 0., 1.]), tensor([0., 1., 1., 0.]), reduction='none')",
    *reduced("binary_cross_entropy_with_logits(real(2, 3), inside(2, 3)", f"weight={WEIGHTS}",
             f"pos_weight={WEIGHTS}", f"weight={WEIGHTS}, pos_weight={WEIGHTS}"),
    "F.binary_cross_entropy_with_logits(tensor([-800., 800., 0.]), tensor([0., 0., 1.]))",
    *reduced(f"ctc_loss({CTC}, tensor([[1, 2], [3, 3]]), tensor([5, 4]), tensor([2, 2])",
             "zero_infinity=True"),
    f"F.ctc_loss({CTC}, tensor([[1, 2, 1], [3, 0, 1]]), (5, 5), (3, 1), reduction='none')",
    f"F.ctc_loss({CTC}, tensor([[1, 2], [2, 0]]), (5, 4), (2, 0), blank=3, reduction='none')",
    f"F.ctc_loss({CTC}, tensor([[1, 1], [2, 1]]), (2, 2), (2, 2), reduction='none', "
    "zero_infinity=True)",
    f"F.ctc_loss({CTC}, tensor([1, 2, 3]), [5, 4], [2, 1], reduction='sum')",
    "F.ctc_loss(F.log_softmax(real(4, 3), -1), tensor([1, 2]), (4,), (2,))",
    # Refused.
    "F.smooth_l1_loss(real(2, 3), real(2, 3), beta=-1)",
    "F.huber_loss(real(2, 3), real(2, 3), delta=0)",
    "F.kl_div(real(2, 3), real(2, 3), reduction='most')",
    "F.kl_div(real(2, 3), real(2, 2))",
    "F.mse_loss(real(2, 3), real(2, 3), reduction='max')",
    "F.margin_ranking_loss(real(2, 3), real(2, 3), real(3))",
    "F.cosine_embedding_loss(real(2, 3), real(2, 3), real(3))",
    "F.cosine_embedding_loss(real(2, 3), real(2, 3), real(2, 3))",
    "F.triplet_margin_loss(real(2, 3), real(2, 3), real(3))",
    "F.triplet_margin_loss(real(2, 3), real(2, 3), real(2, 3), margin=0)",
    "F.multi_margin_loss(real(2, 3), tensor([0, 3]))",
    "F.multi_margin_loss(real(2, 3), tensor([0, 1, 1]))",
    "F.multi_margin_loss(real(2, 3), tensor([0, 1]), p=3)",
    "F.multilabel_margin_loss(real(2, 3), tensor([0, 1]))",
    "F.multilabel_margin_loss(real(3), tensor([0, 3, -1]))",
    "F.gaussian_nll_loss(real(2, 3), real(2, 3), positive(3))",
    "F.gaussian_nll_loss(real(2, 3), real(2, 3), -positive(2, 3))",
    "F.poisson_nll_loss(real(2, 3), real(2, 3), reduction='all')",
    "F.cross_entropy(real(2, 3), tensor([0, 3]))",
    "F.cross_entropy(real(2, 3), tensor([0, 1, 1]))",
    "F.cross_entropy(real(2, 3), tensor([0, 1]), label_smoothing=1.5)",
    "F.nll_loss(real(2, 3), tensor([0, 3]))",
    "F.nll_loss(real(2, 3), tensor([0]))",
    "F.binary_cross_entropy(real(2, 3), inside(2, 3))",
    "F.binary_cross_entropy(inside(2, 3), inside(3))",
    "F.binary_cross_entropy_with_logits(real(2, 3), inside(3))",
    f"F.ctc_loss({CTC}, tensor([[1, 2], [3, 3]]), (5, 6), (2, 2))",
    f"F.ctc_loss({CTC}, tensor([[1, 2], [3, 3]]), (5,), (2, 2))",
    f"F.ctc_loss({CTC}, tensor([[1, 2], [3, 3]]), (5, 5), (2, 2), blank=4)",
]  # fmt: skip
