"""Make optim.json: 12 steps of each optimizer on one small problem, in PyTorch.

For some also the state dict after 3 steps, from which another optimizer continues.

Run by hand where torch is installed: python tests/reference/make_optim.py
"""

import json
from pathlib import Path

import torch

CASES = [
    ["SGD", {"lr": 0.1}],
    ["SGD", {"lr": 0.1, "momentum": 0.9}],
    ["SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}],
    ["SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}],
    ["SGD", {"lr": 0.05, "maximize": True}],
    ["Adam", {"lr": 0.05}],
    ["Adam", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-3, "weight_decay": 0.1}],
    ["Adam", {"lr": 0.05, "amsgrad": True}],
    ["AdamW", {"lr": 0.05}],
    ["AdamW", {"lr": 0.05, "weight_decay": 0.2, "amsgrad": True, "maximize": True}],
]
# Every option of the others, 50 steps long; those that are kept.
LONG = [
    ["RMSprop", {}],
    ["RMSprop", {"lr": 0.02, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1, "momentum": 0.5}],
    ["RMSprop", {"centered": True, "maximize": True}],
    ["RMSprop", {"lr": 0.05, "centered": True, "momentum": 0.9}],
    ["Adagrad", {"lr": 0.1}],
    ["Adagrad", {"lr": 0.5, "lr_decay": 0.1, "weight_decay": 0.1, "eps": 1e-3}],
    ["Adagrad", {"lr": 0.2, "initial_accumulator_value": 0.5, "maximize": True}],
    ["Adadelta", {}],
    ["Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 1e-3, "weight_decay": 0.1, "maximize": True}],
    ["Adamax", {"lr": 0.05}],
    ["Adamax", {"lr": 0.05, "betas": [0.8, 0.9], "eps": 1e-3, "weight_decay": 0.1}],
    ["Adamax", {"lr": 0.05, "maximize": True}],
    ["NAdam", {"lr": 0.05}],
    ["NAdam", {"lr": 0.01, "betas": [0.8, 0.9], "eps": 1e-3, "momentum_decay": 0.1}],
    ["NAdam", {"lr": 0.05, "weight_decay": 0.1, "maximize": True}],
    ["NAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}],
    ["RAdam", {"lr": 0.05}],
    ["RAdam", {"lr": 0.05, "betas": [0.8, 0.9], "eps": 1e-3, "weight_decay": 0.1}],
    ["RAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}],
    ["Rprop", {}],
    ["Rprop", {"lr": 0.1, "etas": [0.4, 1.5], "step_sizes": [1e-3, 0.5], "maximize": True}],
    ["ASGD", {"lr": 0.1}],
    ["ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 10, "weight_decay": 0.1}],
    ["ASGD", {"lr": 0.1, "maximize": True}],
]
NEWTON = [
    {"lr": 0.5, "max_iter": 4},
    {"line_search_fn": "strong_wolfe", "max_iter": 5},
    {"line_search_fn": "strong_wolfe", "max_iter": 8, "history_size": 3, "lr": 0.1},
    {"lr": 0.1, "max_iter": 6, "max_eval": 4, "tolerance_grad": 1e-3, "tolerance_change": 1e-3},
]
KEPT = [0, 1, 2, 4, 9, 19, 34, 49]
START = [[0.5, -1.25, 2.0], [-0.75, 0.1, 3.0]]


CONTINUED = [
    ["SGD", {"lr": 0.1}],
    ["SGD", {"lr": 0.1, "momentum": 0.9}],
    ["SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}],
    ["Adam", {"lr": 0.05, "amsgrad": True}],
    ["AdamW", {"lr": 0.05, "weight_decay": 0.2}],
]
# A hyperparameter that is switched on after 3 steps.
SWITCHED = [
    ["SGD", {"lr": 0.1}, {"momentum": 0.9}],
    ["SGD", {"lr": 0.1}, {"momentum": 0.9, "dampening": 0.3}],
    ["SGD", {"lr": 0.1, "momentum": 0.9}, {"dampening": 0.3}],
    ["SGD", {"lr": 0.1, "momentum": 0.9}, {"nesterov": True}],
    ["SGD", {"lr": 0.1, "momentum": 0.9}, {"momentum": 0}],
]


def step(p: torch.Tensor, optimizer: torch.optim.Optimizer) -> list:
    """Return the parameter after a step on sum(sin(p)) + sum(p * p) / 4."""
    optimizer.zero_grad()
    (p.sin().sum() + (p * p).sum() / 4).backward()
    optimizer.step()
    return p.tolist()


def begun(name: str, options: dict, dtype: torch.dtype) -> tuple:
    """Return a parameter and its optimizer before the first step."""
    p = torch.tensor(START, dtype=dtype, requires_grad=True)
    return p, getattr(torch.optim, name)([p], foreach=False, **options)


def trajectory(name: str, options: dict, dtype: torch.dtype) -> list:
    """Return the parameter after each of 12 steps."""
    p, optimizer = begun(name, options, dtype)
    return [step(p, optimizer) for _ in range(12)]


def long(name: str, options: dict, dtype: str) -> dict:
    """Return some of the places of 50 steps, and what the state holds in the end."""
    p, optimizer = begun(name, options, getattr(torch, dtype))
    places = [step(p, optimizer) for _ in range(50)]
    saved = plain(optimizer.state_dict())
    kept = [places[one] for one in KEPT]
    return {"name": name, "options": options, "dtype": dtype, "kept": kept, "saved": saved}


def newton(options: dict, valley: str) -> dict:
    """Return the places, and the losses that are returned, of 8 steps of LBFGS in float64."""
    p = torch.tensor([-1.2, 1.0, 0.5], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([p], **options)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = VALLEYS[valley](p)
        loss.backward()
        return loss

    steps = [(optimizer.step(closure).item(), p.tolist()) for _ in range(8)]
    return {"options": options, "valley": valley, "steps": steps}


VALLEYS = {
    "rosenbrock": lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2 + p[2] ** 4,
    "bowl": lambda p: (p * p).sum() / 2 + (p.sum() - 1) ** 2,
}


def plain(value: object) -> object:
    """Return the Tensors of a state dict as lists."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value.tolist() if isinstance(value, torch.Tensor) else value


def continued(name: str, options: dict) -> dict:
    """Return place and state dict after 3 steps, and the places of 4 steps that continue."""
    p, optimizer = begun(name, options, torch.float64)
    start = [step(p, optimizer) for _ in range(3)][-1]
    saved = plain(optimizer.state_dict())
    places = [step(p, optimizer) for _ in range(4)]
    return {"name": name, "options": options, "start": start, "saved": saved, "places": places}


def switched(name: str, options: dict, later: dict) -> dict:
    """Return the places of 7 steps; from the fourth on `later` holds too."""
    p, optimizer = begun(name, options, torch.float64)
    places = [step(p, optimizer) for _ in range(3)]
    optimizer.param_groups[0].update(later)
    places += [step(p, optimizer) for _ in range(4)]
    return {"name": name, "options": options, "later": later, "places": places}


if __name__ == "__main__":
    rows = [
        {"name": name, "options": options, "dtype": dtype,
         "places": trajectory(name, options, getattr(torch, dtype))}
        for name, options in CASES
        for dtype in ("float32", "float64")
    ]  # fmt: skip
    made = {
        "start": START,
        "rows": rows,
        "newton": [newton(options, valley) for options in NEWTON for valley in VALLEYS],
        "kept": KEPT,
        "long": [long(*case, dtype) for case in LONG for dtype in ("float32", "float64")],
        "continued": [continued(*case) for case in CONTINUED],
        "switched": [switched(*case) for case in SWITCHED],
    }
    Path(__file__).with_name("optim.json").write_text(json.dumps(made))
