"""Weight normalisation: a weight as its length and its direction, both of which are learnt."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor

from ..module import Module
from ..parameter import Parameter


class _Normalised:
    """The hook that computes a weight from its length and direction before each forward."""

    def __init__(self, name: str, dim: int | None) -> None:
        self.name, self.dim = name, dim

    def weight(self, module: Module) -> Tensor:
        g, v = getattr(module, f"{self.name}_g"), getattr(module, f"{self.name}_v")
        return g * (v / _lengths(v, self.dim))

    def __call__(self, module: Module, args: Any) -> None:
        setattr(module, self.name, self.weight(module))


def _lengths(v: Tensor, dim: int | None) -> Tensor:
    """Return the norms over all axes but one, which is kept; over all for None and -1."""
    if dim is None or dim == -1:
        return autograd.linalg.vector_norm(v)
    axes = [axis for axis in range(v.ndim) if axis != dim % v.ndim]
    return autograd.linalg.vector_norm(v, dim=axes, keepdim=True) if axes else v.abs()


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Replace a parameter by name_g, its norms along axis `dim`, and name_v, its direction.

    weight = g * v / |v| is computed anew before each forward. dim None, and -1 as in PyTorch: one
    norm of it all. Source: Salimans & Kingma 2016.
    """
    if any(isinstance(entry[1], _Normalised) and entry[1].name == name
           for entry in module._hooks.values()):  # fmt: skip
        raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    weight = getattr(module, name)
    hook = _Normalised(name, dim)
    delattr(module, name)
    module.register_parameter(f"{name}_g", Parameter(_lengths(weight.detach(), dim)))
    module.register_parameter(f"{name}_v", Parameter(weight.detach().clone()))
    setattr(module, name, hook.weight(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: Module, name: str = "weight") -> Module:
    """Make the weight a parameter again, of the value that it has."""
    for handle, entry in list(module._hooks.items()):
        if isinstance(entry[1], _Normalised) and entry[1].name == name:
            weight = entry[1].weight(module).detach()
            handle.remove()
            for one in (name, f"{name}_g", f"{name}_v"):
                delattr(module, one)
            module.register_parameter(name, Parameter(weight))
            return module
    raise ValueError(f"weight_norm of '{name}' not found in {module}")


def spectral_norm(module: Module, *args: Any, **kwargs: Any) -> Module:
    """Raise NotImplementedError: spectral normalisation is postponed."""
    raise NotImplementedError("spectral_norm is postponed; weight_norm scales by lengths instead")
