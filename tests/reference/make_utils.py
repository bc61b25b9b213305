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


INITS = [
    ["trunc_normal_", [4, 5], {}],
    ["trunc_normal_", [20], {"mean": 1.0, "std": 2.0, "a": 0.0, "b": 1.5}],
    ["trunc_normal_", [40], {"std": 0.5, "a": -0.4, "b": 0.6}],
    ["trunc_normal_", [3, 4], {"a": 2.0, "b": 5.0}],
    ["trunc_normal_", [3, 4], {"mean": 5.0, "std": 2.0}],
    ["orthogonal_", [4, 4], {}],
    ["orthogonal_", [3, 5], {"gain": 2.0}],
    ["orthogonal_", [6, 2, 2], {}],
    ["orthogonal_", [20, 3], {}],
    ["dirac_", [4, 2, 3], {}],
    ["dirac_", [4, 2, 3, 3], {"groups": 2}],
    ["dirac_", [6, 2, 3, 3, 3], {"groups": 3}],
    ["sparse_", [10, 3], {"sparsity": 0.35}],
    ["sparse_", [4, 20], {"sparsity": 0.9, "std": 0.3}],
]


def started(name, shape, options, dtype):
    """Return initial values, and what is drawn after them."""
    torch.manual_seed(0)
    tensor = torch.empty(shape, dtype=getattr(torch, dtype))
    values = getattr(torch.nn.init, name)(tensor, **options).tolist()
    made = {"name": name, "shape": shape, "options": options, "dtype": dtype}
    return {**made, "values": values, "then": torch.rand(2).tolist()}


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    norms = [[1.0, 2.0], [100.0, 2.0], [1.5, 1.0], [2.0, float("inf")], [0.5, 3.0]]
    made = {
        "inits": [started(*one, dtype) for one in INITS for dtype in ("float32", "float64")],
        "norms": [{"arguments": one, **clipped(*one)} for one in norms],
        "normalised": [normalised(dim) for dim in (0, 1, -1, None)],
    }
    (HERE / "utils.json").write_text(json.dumps(made))
