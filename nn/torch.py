"""PyTorch's paths in one namespace: a script moves by `import nn.torch as torch` alone.

All of `autograd` is at the top, and below it `torch.nn`, `torch.nn.functional`, `torch.nn.init`,
`torch.optim`, `torch.utils.data`, `torch.autograd`, `torch.func`, `torch.cuda`. They are modules:
`from nn.torch import nn, optim`, `import nn.torch.nn as nn` and
`from nn.torch.utils.data import DataLoader` work, and hold the same classes as `nn` itself.
"""

from __future__ import annotations

import sys
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi
from types import ModuleType
from typing import Any

import autograd as engine
import nn
from nn import optim as optim
from nn.planned import of_utils, refusal
from nn.script_compile import compile as compile

# The PyTorch whose names and behaviour these are, for scripts that print or compare it.
__version__ = "2.13.0+glassgrad"


# Memory formats: names to give; channels lie first in memory, whatever is asked for.
contiguous_format, preserve_format = "torch.contiguous_format", "torch.preserve_format"
channels_last = "torch.channels_last"


class _Place:
    """The place of a name that does not exist yet: to call or subclass it raises."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{self.path} does not exist here yet")

    def __mro_entries__(self, bases: tuple) -> Any:
        return self()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Place(f"{self.path}.{name}")

    def __repr__(self) -> str:
        return f"<place of {self.path}, which does not exist yet>"


def _module(path: str, **contents: Any) -> Any:
    """Return a module that holds `contents`, importable as a path below this one."""
    made: Any = ModuleType(f"{__name__}.{path}")
    vars(made).update(contents)
    return made


def _places(path: str, names: str) -> dict[str, Any]:
    return {name: _Place(f"torch.{path}.{name}") for name in names.split()}


utils = _module("utils", data=nn.data, __getattr__=of_utils)
autograd = _module(
    "autograd",
    **{
        name: getattr(engine, name)
        for name in (
            "backward",
            "grad",
            "no_grad",
            "enable_grad",
            "set_grad_enabled",
            "detect_anomaly",
            "set_detect_anomaly",
            "gradcheck",
            "gradgradcheck",
        )
    },
    inference_mode=engine.inference_mode,
    **_places("autograd", "Function functional"),
)
func = _module(
    "func",
    **_places("func", "grad grad_and_value vjp jvp jacrev jacfwd hessian vmap functional_call"),
)


def _register() -> None:
    """Let `import nn.torch.<path>` find the modules that exist instead of loading them twice."""
    for name, module in list(sys.modules.items()):
        if name == "nn" or (name.startswith("nn.") and not name.startswith(__name__)):
            sys.modules[f"{__name__}.{name}"] = module
        if name == "nn.optim" or name.startswith("nn.optim."):
            sys.modules[f"{__name__}.{name.removeprefix('nn.')}"] = module
    paths = {"utils": utils, "utils.data": nn.data, "autograd": autograd, "func": func}
    paths.update({"cuda": engine.cuda, "backends": engine.backends, "special": engine.special})
    sys.modules.update({f"{__name__}.{path}": module for path, module in paths.items()})


_register()


def __getattr__(name: str) -> Any:
    try:
        return getattr(engine, name)
    except AttributeError:
        raise refusal("torch", name) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(engine)})
