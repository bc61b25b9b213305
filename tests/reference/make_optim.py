"""Make optim.json: 12 steps of each optimizer on one small problem, in PyTorch.

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
START = [[0.5, -1.25, 2.0], [-0.75, 0.1, 3.0]]


def trajectory(name: str, options: dict, dtype: torch.dtype) -> list:
    """Return the parameter after each of 12 steps on sum(sin(p)) + sum(p * p) / 4."""
    p = torch.tensor(START, dtype=dtype, requires_grad=True)
    optimizer = getattr(torch.optim, name)([p], foreach=False, **options)
    places = []
    for _ in range(12):
        optimizer.zero_grad()
        (p.sin().sum() + (p * p).sum() / 4).backward()
        optimizer.step()
        places.append(p.tolist())
    return places


if __name__ == "__main__":
    rows = [
        {"name": name, "options": options, "dtype": dtype,
         "places": trajectory(name, options, getattr(torch, dtype))}
        for name, options in CASES
        for dtype in ("float32", "float64")
    ]  # fmt: skip
    Path(__file__).with_name("optim.json").write_text(json.dumps({"start": START, "rows": rows}))
