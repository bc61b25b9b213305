"""Make utils.json: what PyTorch's helpers of training do to stored gradients and weights.

Run by hand where PyTorch is installed: `python tests/reference/make_utils.py`.
"""

import json
from pathlib import Path

import torch

HERE = Path(__file__).parent
GRADIENTS = [[[1.0, -2.0], [0.5, 3.0]], [4.0, -0.25, 0.0]]


def parameters():
    made = []
    for gradient in GRADIENTS:
        one = torch.nn.Parameter(torch.zeros_like(torch.tensor(gradient)))
        one.grad = torch.tensor(gradient)
        made.append(one)
    return made


def clipped(max_norm, norm_type):
    given = parameters()
    norm = torch.nn.utils.clip_grad_norm_(given, max_norm, norm_type)
    return {"norm": norm.item(), "gradients": [one.grad.tolist() for one in given]}


def normalised(dim):
    torch.manual_seed(0)
    layer = torch.nn.utils.weight_norm(torch.nn.Linear(3, 2), dim=dim)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.5)
    x = torch.rand(4, 3)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = (layer(x) ** 2).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"dim": dim, "keys": list(layer.state_dict()), "losses": losses}


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    norms = [[1.0, 2.0], [100.0, 2.0], [1.5, 1.0], [2.0, float("inf")], [0.5, 3.0]]
    made = {
        "norms": [{"arguments": one, **clipped(*one)} for one in norms],
        "normalised": [normalised(dim) for dim in (0, 1, None)],
    }
    (HERE / "utils.json").write_text(json.dumps(made))
