"""Make indexing.json, what random indexes read from an arange, for tests/test_indexing.py.

Run by hand where PyTorch is installed: `python tests/reference/make_indexing.py`. Made with
PyTorch 2.13. A part of an index is null (a new axis), "..." (Ellipsis), a number, a list, or an
object with one key: "slice" (start, stop, step), "tensor" or "mask" (their values).
"""

import json
import random
from pathlib import Path

import torch

SHAPES = [(4,), (2, 3), (3, 2, 4), (2, 3, 4, 5)]
COUNT = 300


def part(sizes):
    """Return a random part of an index into axes of these sizes, and how many it uses."""
    size = sizes[0]
    inside = [random.randrange(-size, size) for _ in range(2)]
    axes = random.randint(1, min(2, len(sizes)))
    chosen = [
        (inside[0], 1),
        ({"tensor": inside[0]}, 1),
        (inside, 1),
        ({"tensor": [inside]}, 1),
        ({"slice": [random.choice([None, 0, 1, -2]), random.choice([None, 2, -1]), None]}, 1),
        ({"slice": [None, None, random.choice([None, 2])]}, 1),
        ({"mask": mask(sizes[:axes])}, axes),
        (None, 0),
    ]
    return random.choice(chosen)


def mask(sizes):
    """Return nested lists of booleans, two of which are true, so that masks meet lists."""
    count = torch.Size(sizes).numel()
    flags = [place < 2 for place in range(count)]
    random.shuffle(flags)
    return torch.tensor(flags).reshape(sizes).tolist()


def index(shape):
    """Return a random index: parts from the front, perhaps Ellipsis, parts for the last axes."""
    parts, axis = [], 0
    skipped = random.randint(0, len(shape)) if random.random() < 0.5 else None
    while axis < len(shape) and random.random() < 0.9:
        if axis == skipped:
            parts.append("...")
            axis += random.randint(0, len(shape) - axis)
            skipped = None
        else:
            one, used = part(shape[axis:])
            parts.append(one)
            axis += used
    return parts


def built(one):
    """Return what a part stands for."""
    if not isinstance(one, dict):
        return Ellipsis if one == "..." else one
    ((kind, value),) = one.items()
    return slice(*value) if kind == "slice" else torch.tensor(value)


def case():
    """Return a case that PyTorch accepts."""
    while True:
        shape = random.choice(SHAPES)
        parts = index(shape)
        x = torch.arange(torch.Size(shape).numel()).reshape(shape)
        try:
            y = x[tuple(map(built, parts))]
        except (IndexError, RuntimeError):
            continue
        return {"shape": shape, "index": parts, "sizes": y.shape, "values": y.flatten().tolist()}


if __name__ == "__main__":
    random.seed(0)
    cases = [json.dumps(case()) for _ in range(COUNT)]
    text = "[\n" + ",\n".join(cases) + "\n]\n"
    Path(__file__).with_name("indexing.json").write_text(text)
