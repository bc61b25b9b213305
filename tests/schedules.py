"""Schedules, in code that PyTorch runs too: `o` is an optimizer of two groups."""

CASES = [
    ("SGD", "s.LambdaLR(o, lambda t: 0.95**t)"),
    ("SGD", "s.LambdaLR(o, [lambda t: 1 / (1 + t), lambda t: 0.5**t])"),
    ("SGD", "s.MultiplicativeLR(o, lambda t: 0.9)"),
    ("SGD", "s.StepLR(o, 7)"),
    ("SGD", "s.StepLR(o, step_size=3, gamma=0.7)"),
    ("SGD", "s.MultiStepLR(o, [4, 9, 9, 20])"),
    ("SGD", "s.MultiStepLR(o, milestones=[5, 10], gamma=0.5)"),
    ("SGD", "s.ConstantLR(o)"),
    ("SGD", "s.ConstantLR(o, factor=0.2, total_iters=9)"),
    ("SGD", "s.LinearLR(o)"),
    ("SGD", "s.LinearLR(o, start_factor=0.8, end_factor=0.1, total_iters=30)"),
    ("SGD", "s.ExponentialLR(o, 0.93)"),
    ("SGD", "s.PolynomialLR(o)"),
    ("SGD", "s.PolynomialLR(o, total_iters=40, power=1.7)"),
    ("SGD", "s.CosineAnnealingLR(o, 20)"),
    ("SGD", "s.CosineAnnealingLR(o, T_max=13, eta_min=1e-3)"),
    ("SGD", "s.CosineAnnealingWarmRestarts(o, 8)"),
    ("SGD", "s.CosineAnnealingWarmRestarts(o, T_0=5, T_mult=2, eta_min=1e-3)"),
    ("SGD", "s.CyclicLR(o, 0.01, 0.1, step_size_up=6)"),
    ("SGD", "s.CyclicLR(o, [0.01, 0.02], [0.1, 0.3], 6, 9, 'triangular2', max_momentum=0.8)"),
    ("Adam", "s.CyclicLR(o, 0.01, 0.1, 6, mode='exp_range', gamma=0.98, base_momentum=0.5)"),
    ("Adam", "s.CyclicLR(o, 0.01, 0.1, 6, scale_fn=lambda x: 1 / x, cycle_momentum=False)"),
    ("Adam", "s.CyclicLR(o, 0.1, 1.0, 4, scale_fn=lambda x: 0.9**x, scale_mode='iterations')"),
    ("Adam", "s.OneCycleLR(o, 0.1, total_steps=60)"),
    ("SGD", "s.OneCycleLR(o, [0.1, 0.2], epochs=6, steps_per_epoch=10, anneal_strategy='linear')"),
    ("Adam", "s.OneCycleLR(o, 0.1, 60, pct_start=0.2, div_factor=10.0, final_div_factor=50.0)"),
    ("SGD", "s.OneCycleLR(o, 0.1, 60, three_phase=True, base_momentum=0.7, max_momentum=0.9)"),
    ("SGD", "s.OneCycleLR(o, 0.1, total_steps=60, cycle_momentum=False)"),
    ("SGD", "w.SWALR(o, 0.01)"),
    ("Adam", "w.SWALR(o, [0.2, 0.01], anneal_epochs=25, anneal_strategy='linear')"),
    ("SGD", "w.SWALR(o, swa_lr=0.1, anneal_epochs=0)"),
    ("SGD", "s.SequentialLR(o, [s.StepLR(o, 3), w.SWALR(o, 0.01, 5)], [12])"),
    ("SGD", "s.SequentialLR(o, [s.ConstantLR(o, 0.1, 100), s.ExponentialLR(o, 0.9)], [10])"),
    (
        "SGD",
        "s.SequentialLR(o, [s.LinearLR(o), s.CosineAnnealingLR(o, 10), s.StepLR(o, 3)], [5, 20])",
    ),
    ("SGD", "s.SequentialLR(o, [s.ConstantLR(o, 0.25, 3), s.ExponentialLR(o, 0.9)], [0])"),
    (
        "SGD",
        "s.SequentialLR(o, [s.SequentialLR(o, [s.ConstantLR(o, 0.5, 2), s.ExponentialLR(o, 0.9)],"
        " [3]), s.StepLR(o, 2)], [6])",
    ),
    ("SGD", "s.ChainedScheduler([s.ConstantLR(o, 0.1, 8), s.ExponentialLR(o, 0.9)])"),
    ("SGD", "s.ChainedScheduler([s.StepLR(o, 5), s.LinearLR(o, total_iters=9)], optimizer=o)"),
]
PLATEAUS = [
    ("SGD", "s.ReduceLROnPlateau(o, patience=3)"),
    ("SGD", "s.ReduceLROnPlateau(o, 'max', 0.5, 2, 0.1, 'abs', 3, min_lr=[1e-3, 0.02])"),
    ("SGD", "s.ReduceLROnPlateau(o, factor=0.3, patience=1, threshold=0.3, cooldown=2)"),
    ("SGD", "s.ReduceLROnPlateau(o, mode='max', patience=0, min_lr=1e-3, eps=1e-2)"),
]
# A schedule that goes on from what PyTorch saved of a case, though it was made otherwise.
RESUMED = [
    ("s.StepLR(o, 7)", "s.StepLR(o, 2)"),
    ("s.LambdaLR(o, lambda t: 0.95**t)", "s.LambdaLR(o, lambda t: 0.95**t)"),
    ("s.MultiStepLR(o, [4, 9, 9, 20])", "s.MultiStepLR(o, [1])"),
    ("s.LinearLR(o, start_factor=0.8, end_factor=0.1, total_iters=30)", "s.LinearLR(o)"),
    ("s.CosineAnnealingLR(o, T_max=13, eta_min=1e-3)", "s.CosineAnnealingLR(o, 5)"),
    (
        "s.CosineAnnealingWarmRestarts(o, T_0=5, T_mult=2, eta_min=1e-3)",
        "s.CosineAnnealingWarmRestarts(o, 3)",
    ),
    (
        "s.CyclicLR(o, [0.01, 0.02], [0.1, 0.3], 6, 9, 'triangular2', max_momentum=0.8)",
        "s.CyclicLR(o, 0.1, 1.0, 5)",
    ),
    (
        "s.CyclicLR(o, 0.01, 0.1, 6, mode='exp_range', gamma=0.98, base_momentum=0.5)",
        "s.CyclicLR(o, 0.1, 1.0, 5)",
    ),
    (
        "w.SWALR(o, [0.2, 0.01], anneal_epochs=25, anneal_strategy='linear')",
        "w.SWALR(o, 0.5)",
    ),
    (
        "s.OneCycleLR(o, 0.1, 60, three_phase=True, base_momentum=0.7, max_momentum=0.9)",
        "s.OneCycleLR(o, 0.3, 20)",
    ),
    (
        "s.SequentialLR(o, [s.LinearLR(o), s.CosineAnnealingLR(o, 10), s.StepLR(o, 3)], [5, 20])",
        "s.SequentialLR(o, [s.LinearLR(o), s.CosineAnnealingLR(o, 9), s.StepLR(o, 1)], [1, 2])",
    ),
    (
        "s.ChainedScheduler([s.ConstantLR(o, 0.1, 8), s.ExponentialLR(o, 0.9)])",
        "s.ChainedScheduler([s.ConstantLR(o), s.ExponentialLR(o, 0.5)])",
    ),
    (
        "s.ReduceLROnPlateau(o, 'max', 0.5, 2, 0.1, 'abs', 3, min_lr=[1e-3, 0.02])",
        "s.ReduceLROnPlateau(o, patience=20)",
    ),
]
# How many steps were taken before.
SAVED_AT = 22
# Steps at which step(epoch) jumps, of schedules that have a formula.
JUMPS = [3, 0, 11, 6]
STEPS = 55


def figures():
    """Return what a plateau is looked for in."""
    return [1 / (1 + t) + 0.1 * ((t * 7) % 5) for t in range(STEPS)]


def begun(torch, optimizer, text):
    """Return an optimizer of two groups, whose gradients are there, and a schedule."""
    parameters = [torch.zeros(2, requires_grad=True) for _ in range(2)]
    groups = [{"params": parameters[:1]}, {"params": parameters[1:], "lr": 0.3}]
    options = {"momentum": 0.9} if optimizer == "SGD" else {}
    o = getattr(torch.optim, optimizer)(groups, lr=0.05, **options)
    for one in parameters:
        one.grad = torch.ones(2)
    names = {"s": torch.optim.lr_scheduler, "w": torch.optim.swa_utils, "o": o}
    return o, eval(text, names)


def walked(torch, optimizer, text, resumed=False):
    """Return rates and momenta of both groups after each step of a schedule."""
    o, schedule = begun(torch, optimizer, text)
    found = [rates(o)]
    for figure in figures():
        if resumed:
            states = o.state_dict(), schedule.state_dict()
            o, schedule = begun(torch, optimizer, text)
            o.load_state_dict(states[0])
            schedule.load_state_dict(states[1])
        advance(o, schedule, figure)
        assert schedule.get_last_lr() == [group["lr"] for group in o.param_groups]
        found.append(rates(o))
    return found


def advance(optimizer, schedule, figure):
    """Step both, by a figure if that is what the schedule looks at."""
    optimizer.step()
    schedule.step(*([figure] if hasattr(schedule, "patience") else []))


def rates(optimizer):
    """Return rate and momentum of each group."""
    return [
        [group["lr"], group["betas"][0] if "betas" in group else group["momentum"]]
        for group in optimizer.param_groups
    ]
