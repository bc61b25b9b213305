"""Running a sample of a layer, in PyTorch or here: what it starts with, answers, and pulls back."""

import warnings
from collections.abc import Iterator

# Both libraries draw the same numbers from these seeds.
LAYER, INPUTS, COTANGENTS = 0, 1, 2


class Inputs:
    """Makes the inputs of a sample: uniform floats that ask for gradients, and labels."""

    def __init__(self, torch, dtype):
        self.torch, self.dtype = torch, dtype
        self.leaves = []

    def floats(self, *shape, low=-1.0, high=1.0):
        drawn = self.torch.rand(*shape, dtype=self.torch.float32) * (high - low) + low
        leaf = drawn.to(self.dtype).requires_grad_()
        self.leaves.append(leaf)
        return leaf

    def labels(self, classes, *shape):
        return self.torch.randint(0, classes, shape)

    def constant(self, *values):
        return self.torch.tensor(values, dtype=self.dtype)


def made(torch, make):
    """Return the layer of a sample, from the seed of layers."""
    torch.manual_seed(LAYER)
    return eval(make, {"torch": torch, "nn": torch.nn, "F": torch.nn.functional})


def called(torch, layer, call, inputs):
    names = {name: getattr(inputs, name) for name in ("floats", "labels", "constant")}
    return list(
        tensors(torch, eval(call, {"torch": torch, "nn": torch.nn, "layer": layer, **names}))
    )


def tensors(torch, result) -> Iterator:
    """Yield the Tensors of a result, tuples looked into."""
    if isinstance(result, torch.Tensor):
        yield result
    elif result is not None:
        for one in result:
            yield from tensors(torch, one)


def answers(torch, make, call, dtype):
    """Return the repr of a layer, and by name all arrays that show what it does.

    Its initial state; in training what it returns, and for one cotangent the gradients of inputs
    and parameters, and its buffers after that; in evaluation what it returns.
    """
    kind = getattr(torch, dtype)
    layer = made(torch, make)
    found = {f"state {key}": one.detach().clone() for key, one in layer.state_dict().items()}
    layer.to(kind)
    torch.manual_seed(INPUTS)
    inputs = Inputs(torch, kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = called(torch, layer, call, inputs)
        found.update({f"output {place}": one for place, one in enumerate(results)})
        pull(torch, results)
        found.update({f"input {place}": one.grad for place, one in enumerate(inputs.leaves)})
        found.update({f"gradient {name}": one.grad for name, one in layer.named_parameters()})
        found.update({f"after {name}": one for name, one in layer.named_buffers()})
        layer.eval()
        torch.manual_seed(INPUTS)
        results = called(torch, layer, call, Inputs(torch, kind))
        found.update({f"evaluated {place}": one for place, one in enumerate(results)})
    arrays = {name: one.detach().numpy() for name, one in found.items() if one is not None}
    return repr(layer), arrays


def pull(torch, results):
    """Go back from results, each weighted by drawn cotangents."""
    torch.manual_seed(COTANGENTS)
    total = 0
    for one in results:
        if one.requires_grad:
            total = total + (one * torch.rand(one.shape, dtype=torch.float32).to(one.dtype)).sum()
    if results and not isinstance(total, int):
        total.backward()
