"""Module: the base of layers and models, which finds its parameters among its attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np

import autograd
from autograd import Tensor
from autograd.live import depends_on_module, parts_changed

from .locating import name_layer
from .mistakes import look_for_lists
from .parameter import Parameter, forget_gradients
from .registers import REGISTERS, Registers
from .state import StateMethods


class Module(StateMethods, Registers):
    """A part of a model: parameters, buffers and other Modules by name, and a `forward`.

    A Parameter or Module assigned to an attribute is registered under that name, in the order of
    assignment; a buffer is a Tensor that belongs to the state but is not learnt. Subclasses call
    `super().__init__()` before they assign any, and define `forward`, which calling runs.
    """

    training: bool
    # Attributes that decide what `forward` computes: a compiled step notices their changes.
    _options: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.training = True

    def forward(self, *input: Any) -> Any:
        """Compute the output; every subclass that is called defines it."""
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function'
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run `forward`, and the hooks around it; an error tells the path of the layer."""
        depends_on_module(self)
        try:
            if self._hooks:
                return self._call_hooked(args, kwargs)
            return self.forward(*args, **kwargs)
        except Exception as error:
            name_layer(error, self)
            raise

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """Yield this Module and all below it with their paths; each once, unless told otherwise."""
        depends_on_module(self)
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, _path(prefix, name), remove_duplicate)

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """Yield this Module and all below it."""
        for _, module in self.named_modules(remove_duplicate=remove_duplicate):
            yield module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the Modules directly in this one with their names, each once."""
        depends_on_module(self)
        seen: set[Module] = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator[Module]:
        """Yield the Modules directly in this one, each once."""
        for _, module in self.named_children():
            yield module

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Yield the parameters with their paths; without recurse, those of this Module alone."""
        yield from self._named("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Yield the parameters, a shared one once."""
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Yield the buffers with their paths."""
        yield from self._named("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Yield the buffers, a shared one once."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def _named(
        self, register: str, prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        depends_on_module(self)
        below = self.named_modules(None, prefix, remove_duplicate)
        # Identities, since comparing two Tensors gives a Tensor.
        seen: set[int] = set()
        for path, module in below if recurse else [(prefix, self)]:
            look_for_lists(module, self)
            for name, value in getattr(module, register).items():
                if value is None or id(value) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(value))
                yield _path(path, name), value

    def get_submodule(self, target: str) -> Module:
        """Return the Module at a path such as "layers.0"; "" is this one."""
        module: Any = self
        for name in target.split(".") if target else ():
            if not hasattr(module, name):
                raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
            module = getattr(module, name)
            if not isinstance(module, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
        return module

    def get_parameter(self, target: str) -> Parameter:
        """Return the parameter at a path such as "layers.0.weight"."""
        return self._member("_parameters", target)

    def get_buffer(self, target: str) -> Tensor:
        """Return the buffer at a path."""
        return self._member("_buffers", target)

    def _member(self, register: str, target: str) -> Any:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
        if name not in getattr(module, register):
            raise AttributeError(f"`{name}` is not a {REGISTERS[register][1]}")
        return getattr(module, register)[name]

    def train(self, mode: bool = True) -> Self:
        """Switch to training, or to evaluation, where Dropout and its kin behave differently."""
        if not isinstance(mode, bool):
            raise ValueError(f"training mode is expected to be boolean, got {mode!r}")
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """Switch to evaluation."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for the gradients of all parameters, or freeze them."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters: None, or zeros."""
        forget_gradients(self.parameters(), set_to_none)

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call fn with every Module, those below first, as for initial values."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def to(
        self,
        *args: Any,
        dtype: Any = None,
        device: Any = None,
        non_blocking: bool = False,
        memory_format: Any = None,
    ) -> Self:
        """Convert floating point parameters and buffers: to(dtype), to(device) or to(other Tensor).

        non_blocking and memory_format have no effect.

        Raises TypeError for a dtype that is no float, RuntimeError for a device but the CPU.
        """
        asked = _asked_dtype((dtype, *args), device)
        if asked is not None:
            self._apply(lambda tensor: tensor.to(asked) if tensor.is_floating_point() else tensor)
        return self

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Replace the values of parameters, gradients and buffers; a subclass may add its own."""
        for module in self.children() if recurse else ():
            module._apply(fn)
        for parameter in self._parameters.values():
            if parameter is not None:
                grad, parameter.grad = parameter.grad, None
                parameter.data = fn(parameter.data)
                parameter.grad = None if grad is None else fn(grad.detach())
        parts_changed[0] = object()
        for name, buffer in self._buffers.items():
            self._buffers[name] = None if buffer is None else fn(buffer)
        return self

    def float(self) -> Self:
        """Convert floating point parameters and buffers to float32."""
        return self.to(autograd.float32)

    def double(self) -> Self:
        """Convert floating point parameters and buffers to float64."""
        return self.to(autograd.float64)

    def type(self, dst_type: Any) -> Self:
        """Convert floating point parameters and buffers to a dtype."""
        return self.to(dst_type)

    def share_memory(self) -> Self:
        """Return this Module: its memory is that of the process."""
        return self

    def half(self) -> Self:
        """Convert floating point parameters and buffers to float16."""
        return self.to(autograd.float16)

    def cpu(self) -> Self:
        """Return this Module, which is on the CPU."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """Raise RuntimeError: there is no GPU."""
        return self.to("cuda")

    def extra_repr(self) -> str:
        """Return what stands between the parentheses of the repr; subclasses override it."""
        return ""

    def _child_texts(self) -> list[str]:
        return [repr(child).replace("\n", "\n  ") for child in self._modules.values()]

    def _child_lines(self) -> list[str]:
        texts = zip(self._modules, self._child_texts(), strict=True)
        return [f"({name}): {text}" for name, text in texts]

    def __repr__(self) -> str:
        extra, children = self.extra_repr(), self._child_lines()
        if not children and "\n" not in extra:
            return f"{type(self).__name__}({extra})"
        lines = [*extra.splitlines(), *children]
        return f"{type(self).__name__}(\n" + "".join(f"  {line}\n" for line in lines) + ")"


def _path(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _asked_dtype(args: tuple, device: Any) -> Any:
    """Return the dtype that `to` asks for, None for none; refuse a device other than the CPU."""
    asked = None
    for arg in (*args, device):
        if isinstance(arg, Tensor):
            asked = arg.dtype
        elif isinstance(arg, str | int | autograd.device):
            if not isinstance(arg, bool):
                _check_device(arg)
        elif arg is not None:
            asked = autograd.empty(0, dtype=arg).dtype
    if asked is not None and asked.kind != "f":
        raise TypeError(
            f"nn.Module.to only accepts floating point dtypes, but got desired dtype={asked}"
        )
    return asked


def _check_device(name: Any) -> None:
    dtype = str(name).removeprefix("torch.")
    if isinstance(getattr(autograd, dtype, None), np.dtype):
        raise TypeError(f"Module.to: {name!r} is the name of a dtype; write .to(torch.{dtype})")
    autograd.device(name)
