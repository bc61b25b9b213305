"""Make nn.json, what PyTorch computes in the cases of the tests of `nn`.

Run by hand where PyTorch is installed: `python tests/reference/make_nn.py`. Made with PyTorch
2.13 on x86 with AVX2, not by Intel (there dropout's stream is MKL's). A case holds what it was
made of, and what PyTorch made of it.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils import data

NOISE = np.random.default_rng(0)
INF = float("inf")


def noise(*shape):
    """Return normal numbers of few digits, as nested lists."""
    return NOISE.normal(0, 2, shape).round(3).tolist()


def chances(*shape):
    """Return numbers between 0 and 1, as nested lists."""
    return NOISE.uniform(0.05, 0.95, shape).round(3).tolist()


def shares(*shape):
    """Return numbers that add up to 1 along axis 1."""
    return torch.softmax(torch.tensor(noise(*shape), dtype=torch.float64), 1).tolist()


SIX, TABLE = noise(6), noise(4, 3)
DENSE = [noise(2, 3, 4), [[0, 2, 1, 1], [2, 2, 0, 1]]]
EDGES = [[0.0, 1.0, 0.0, 1.0, 0.25], [1.0, 0.0, 0.0, 1.0, 0.5]]
FAR = [[-200.0, -50.0, 0.0, 50.0, 200.0], [1.0, 0.0, 1.0, 0.0, 0.3]]
LABELLED = [noise(5, 3), [2, 0, 1, 1, 2]]
SOFT = [noise(4, 3), shares(4, 3)]
CLASS_WEIGHT = [0.5, 2.0, 1.25]

# function, input, target, options; every row runs with each reduction, in float32 and float64.
PLAIN_LOSSES = [
    ("mse_loss", SIX, noise(6), {}),
    ("mse_loss", noise(2, 3), noise(2, 3), {"weight": chances(2, 3)}),
    ("l1_loss", SIX, [SIX[0], *noise(5)], {}),
    ("l1_loss", noise(2, 3), noise(2, 3), {"weight": chances(2, 3)}),
    ("binary_cross_entropy", chances(4, 3), chances(4, 3), {}),
    ("binary_cross_entropy", *EDGES, {}),
    ("binary_cross_entropy", chances(4, 3), chances(4, 3), {"weight": chances(3)}),
    ("binary_cross_entropy_with_logits", TABLE, chances(4, 3), {}),
    ("binary_cross_entropy_with_logits", *FAR, {}),
    ("binary_cross_entropy_with_logits", TABLE, chances(4, 3), {"weight": chances(3)}),
    ("binary_cross_entropy_with_logits", TABLE, chances(4, 3), {"pos_weight": [0.2, 3.0, 1.0]}),
    ("binary_cross_entropy_with_logits", *FAR, {"pos_weight": [2.0], "weight": chances(5)}),
]
LABEL_OPTIONS = [
    {},
    {"weight": CLASS_WEIGHT},
    {"ignore_index": 1},
    {"weight": CLASS_WEIGHT, "ignore_index": 2},
]
LABEL_LOSSES = [
    (name, *pair, options)
    for name in ("nll_loss", "cross_entropy")
    for pair in (LABELLED, DENSE, [noise(3), 2])
    for options in LABEL_OPTIONS
] + [("nll_loss", [[-INF, -1.0, -2.0], [-1.0, -2.0, -3.0]], [0, 2], {"ignore_index": 0})]
SMOOTH_LOSSES = [
    ("cross_entropy", *pair, {**options, "label_smoothing": 0.1})
    for pair in (LABELLED, DENSE)
    for options in LABEL_OPTIONS
]
SOFT_LOSSES = [
    ("cross_entropy", *SOFT, {}),
    ("cross_entropy", *SOFT, {"weight": CLASS_WEIGHT, "label_smoothing": 0.2}),
    ("cross_entropy", noise(2, 3, 2), shares(2, 3, 2), {"weight": CLASS_WEIGHT}),
    ("cross_entropy", noise(3), [0.2, 0.3, 0.5], {}),
]
LOSSES = PLAIN_LOSSES + LABEL_LOSSES + SMOOTH_LOSSES + SOFT_LOSSES


def loss_case(function, values, target, options, reduction, dtype):
    """Return a loss case with the loss and its gradient."""
    kind = getattr(torch, dtype)
    x = torch.tensor(values, dtype=kind, requires_grad=True)
    goal = torch.tensor(target)
    goal = goal.to(kind) if goal.is_floating_point() else goal
    given = {
        name: torch.tensor(value, dtype=kind) if isinstance(value, list) else value
        for name, value in options.items()
    }
    loss = getattr(functional, function)(x, goal, reduction=reduction, **given)
    cotangent = torch.linspace(1, 2, loss.numel(), dtype=kind).reshape(loss.shape)
    loss.backward(cotangent)
    return {
        "function": function,
        "input": values,
        "target": target,
        "options": {**options, "reduction": reduction},
        "dtype": dtype,
        "loss": loss.tolist(),
        "cotangent": cotangent.tolist(),
        "grad": x.grad.tolist(),
    }


def loss_cases():
    """Return every loss with every reduction and dtype."""
    return [
        loss_case(*row, reduction, dtype)
        for row in LOSSES
        for reduction in ("mean", "sum", "none")
        for dtype in ("float32", "float64")
        # Where p (1 - p) is 0, PyTorch divides by 1e-12 as a float32 rounds it, also in float64.
        if dtype == "float32" or row[1] is not EDGES[0]
    ]


# function, options; every row fills a matrix and a kernel, from the default generator.
INITS = [
    ("uniform_", {}),
    ("uniform_", {"a": -0.3, "b": 2.0}),
    ("normal_", {"mean": 1.0, "std": 0.1}),
    ("xavier_uniform_", {}),
    ("xavier_uniform_", {"gain": 5 / 3}),
    ("xavier_normal_", {"gain": 2.0}),
    ("kaiming_uniform_", {}),
    ("kaiming_uniform_", {"a": 5**0.5}),
    ("kaiming_uniform_", {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_uniform_", {"nonlinearity": "tanh"}),
    ("kaiming_normal_", {"mode": "fan_out", "a": 0.2}),
]


def init_cases():
    """Return what initial values are drawn, in shapes and dtypes in which they are exact."""
    cases = []
    for function, options in INITS:
        for shape, dtype in (((3, 4), "float32"), ((2, 3, 2, 2), "float64")):
            torch.manual_seed(3)
            tensor = torch.empty(shape, dtype=getattr(torch, dtype))
            getattr(nn.init, function)(tensor, **options)
            case = {"function": function, "options": options, "shape": shape, "dtype": dtype}
            cases.append({**case, "values": tensor.tolist()})
    return cases


def gain_cases():
    """Return gains."""
    names = ("linear", "conv2d", "sigmoid", "tanh", "relu", "selu", "leaky_relu")
    gains = [(name, None, nn.init.calculate_gain(name)) for name in names]
    return [*gains, ("leaky_relu", 0.2, nn.init.calculate_gain("leaky_relu", 0.2))]


def linear_cases():
    """Return the initial values of layers made one after the other, and the draw after them."""
    cases = []
    for seed, sizes, options in (
        (0, [3, 2], {}),
        (0, [3, 2], {"bias": False}),
        (42, [20, 32, 1], {}),
        (1, [5, 4, 3], {"dtype": "float64"}),
    ):
        torch.manual_seed(seed)
        given = {**options, **({"dtype": torch.float64} if "dtype" in options else {})}
        layers = [nn.Linear(a, b, **given) for a, b in pairwise(sizes)]
        values = [p.tolist() for layer in layers for p in layer.parameters()]
        case = {"seed": seed, "sizes": sizes, "options": options, "values": values}
        cases.append({**case, "after": torch.rand(()).item()})
    return cases


def dropout_cases():
    """Return outputs and gradients of dropout, and the draw after them."""
    cases = []
    for p, dtype, shape, training in (
        (0.5, "float32", (4, 5), True),
        (0.3, "float32", (30,), True),
        (0.3, "float64", (30,), True),
        (0.9, "float64", (2, 3, 4), True),
        (0.0, "float32", (5,), True),
        (1.0, "float32", (5,), True),
        (0.5, "float32", (5,), False),
        (0.5, "float32", (0,), True),
    ):
        torch.manual_seed(7)
        values = np.linspace(-1, 2, int(np.prod(shape))).reshape(shape).tolist()
        x = torch.tensor(values, dtype=getattr(torch, dtype)).reshape(shape).requires_grad_()
        y = functional.dropout(x, p, training)
        y.sum().backward()
        case = {"p": p, "dtype": dtype, "shape": shape, "training": training, "values": values}
        result = {"output": y.tolist(), "grad": x.grad.tolist()}
        cases.append({**case, **result, "after": torch.rand(()).item()})
    return cases


def loader_cases():
    """Return the batches of three epochs, and the next draws of both streams."""
    cases = []
    for length, options in (
        (10, {"batch_size": 4, "shuffle": True}),
        (10, {"batch_size": 4, "shuffle": True, "drop_last": True}),
        (8, {"batch_size": 4, "shuffle": True, "own": True}),
        (10, {"batch_size": 4, "shuffle": True, "own": True}),
        (10, {"batch_size": 4, "shuffle": True, "own": True, "drop_last": True}),
        (5, {"batch_size": 2}),
        (5, {"batch_size": 2, "own": True}),
        (3, {}),
        (3, {"shuffle": True, "batch_size": None}),
        (100, {"shuffle": True, "batch_size": 32, "num_workers": 0}),
    ):
        torch.manual_seed(11)
        own = torch.Generator().manual_seed(5)
        given = {name: value for name, value in options.items() if name != "own"}
        generator = own if options.get("own") else None
        loader = data.DataLoader(range(length), generator=generator, **given)
        epochs = [[torch.as_tensor(batch).tolist() for batch in loader] for _ in range(3)]
        after = [torch.rand(()).item(), torch.rand((), generator=own).item()]
        case = {"length": length, "options": options, "size": len(loader)}
        cases.append({**case, "epochs": epochs, "after": after})
    return cases


def sampler_cases():
    """Return what samplers draw, twice each."""
    rows = [
        ("RandomSampler", 7, {}),
        ("RandomSampler", 7, {"num_samples": 3}),
        ("RandomSampler", 7, {"num_samples": 16}),
        ("RandomSampler", 7, {"replacement": True}),
        ("RandomSampler", 7, {"replacement": True, "num_samples": 70}),
        ("SubsetRandomSampler", 7, {}),
    ]
    cases = []
    for name, length, options in rows:
        torch.manual_seed(2)
        sampler = getattr(data, name)(range(length), **options)
        drawn = [list(sampler), list(sampler)]
        cases.append({"name": name, "length": length, "options": options, "drawn": drawn})
    return cases


def split_cases():
    """Return the parts of random splits of range(length)."""
    cases = []
    for length, lengths, own in (
        (10, [7, 3], False),
        (10, [7, 3], True),
        (11, [0.5, 0.3, 0.2], False),
        (7, [0.25, 0.25, 0.25, 0.25], True),
    ):
        torch.manual_seed(13)
        generator = {"generator": torch.Generator().manual_seed(1)} if own else {}
        parts = data.random_split(range(length), lengths, **generator)
        case = {"length": length, "lengths": lengths, "own": own}
        cases.append({**case, "parts": [list(part) for part in parts]})
    return cases


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(4, 3), nn.ReLU(inplace=True), nn.Dropout(0.2), nn.LeakyReLU(0.1)
        )
        self.heads = nn.ModuleList([nn.Linear(3, 2), nn.Linear(3, 2), nn.Identity()])
        self.shape = nn.Flatten(0)
        self.soft = nn.Sequential(nn.Softmax(dim=1), nn.LogSoftmax(-1), nn.Softplus(), nn.Tanh())
        self.criterion = nn.CrossEntropyLoss(torch.ones(2))
        self.register_buffer("mean", torch.zeros(2))
        self.register_buffer("scratch", torch.zeros(2), persistent=False)
        self.scale = nn.Parameter(torch.ones(2))


def mismatch():
    """Return the error of loading keys that are missing, unexpected or misshapen."""
    state = {"weight": torch.ones(2, 2), "gain": torch.ones(1), "shift": torch.ones(1)}
    try:
        nn.Sequential(nn.Linear(2, 3)).load_state_dict({f"0.{k}": v for k, v in state.items()})
    except RuntimeError as error:
        return str(error)


def main():
    """Write nn.json beside this file, one case a line."""
    net = Net()
    tables = {
        "losses": loss_cases(),
        "inits": init_cases(),
        "gains": gain_cases(),
        "linears": linear_cases(),
        "dropouts": dropout_cases(),
        "loaders": loader_cases(),
        "samplers": sampler_cases(),
        "splits": split_cases(),
        "net": {
            "repr": repr(net),
            "state": list(net.state_dict()),
            "parameters": [name for name, _ in net.named_parameters()],
            "children": [name for name, _ in net.named_children()],
            "modules": [name for name, _ in net.named_modules()],
            "mismatch": mismatch(),
        },
    }
    blocks = []
    for name, cases in tables.items():
        if isinstance(cases, dict):
            blocks.append(f"{json.dumps(name)}: {json.dumps(cases)}")
        else:
            rows = ",\n".join(map(json.dumps, cases))
            blocks.append(f"{json.dumps(name)}: [\n{rows}\n]")
    Path(__file__).with_name("nn.json").write_text("{\n" + ",\n".join(blocks) + "\n}\n")


if __name__ == "__main__":
    main()
