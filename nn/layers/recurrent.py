"""Recurrent layers: a sequence is one operation a layer and direction."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import Tensor
from autograd.ops.recurrent import KINDS, Sizes, recurrence
from autograd.user_code import warn_user

from .. import functional, init
from ..module import Module
from ..parameter import Parameter


class _Recurrent(Module):
    """What layers and cells share: weights drawn uniformly on +-1 / sqrt(hidden_size)."""

    hidden_size: int

    def _gate_weights(self, kind: str, inputs: int, units: int, suffix: str, how: dict) -> None:
        """Add weight_ih, weight_hh and, where `bias` is true, both biases."""
        wide = KINDS[kind].gates * self.hidden_size
        shapes: dict[str, tuple[int, ...]] = dict(weight_ih=(wide, inputs), weight_hh=(wide, units))
        shapes |= dict(bias_ih=(wide,), bias_hh=(wide,))
        for name, shape in shapes.items():
            there = self.bias or name.startswith("weight")
            made = Parameter(autograd.empty(shape, **how)) if there else None
            if there or not suffix:
                self.register_parameter(name + suffix, made)

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for one in self.parameters():
            init.uniform_(one, -bound, bound)

    def _run(self, kind: str, x: Tensor, first: Tensor, suffix: str) -> Tensor:
        """Return the states after each of the steps of x (steps, samples, inputs)."""
        ih, hh = getattr(self, "weight_ih" + suffix), getattr(self, "weight_hh" + suffix)
        bias_ih, bias_hh = (getattr(self, name + suffix, None) for name in ("bias_ih", "bias_hh"))
        if kind == "gru":
            bias_hh = hh.new_zeros(len(hh)) if bias_hh is None else bias_hh
        elif bias_ih is not None:
            bias_ih, bias_hh = bias_ih + bias_hh, None
        projection = getattr(self, "weight_hr" + suffix, None)
        sizes = Sizes(len(x), x.shape[1], hh.shape[1], self.hidden_size)
        # As rows the steps are one product.
        pre = functional.linear(x.reshape(-1, x.shape[2]), ih, bias_ih)
        parts = [pre, first, hh, bias_hh, projection]
        packed = autograd.cat([one.reshape(-1) for one in parts if one is not None])
        return recurrence(packed, kind, sizes)

    def _states(self, hx: Any, shapes: list[tuple[int, ...]], dtype: Any) -> list[Tensor]:
        """Return hx as one state for each of the shapes; raise RuntimeError if it is not."""
        name = type(self).__name__
        states = list(hx) if isinstance(hx, tuple | list) else [hx]
        if len(states) != len(shapes):
            raise RuntimeError(
                f"{name}: expected hx to be {len(shapes)} Tensors, got {len(states)}; give "
                + ("(h, c)" if len(shapes) == 2 else "h alone")
            )
        for part, state, shape in zip(("hx", "cx"), states, shapes, strict=False):
            given = tuple(state.shape)
            if given != shape:
                cure = "; transpose its first axes" if given[1::-1] + given[2:] == shape else ""
                raise RuntimeError(f"{name}: expected {part} of size {shape}, got {given}{cure}")
            if state.dtype != dtype:
                raise RuntimeError(
                    f"{name}: {part} is {state.dtype} but input is {dtype}; convert it with "
                    f"{part}.to(torch.{dtype})"
                )
        return states


class _Layers(_Recurrent):
    """Layers of a recurrence over a sequence, each in one direction or in both."""

    _options = (
        *("input_size", "hidden_size", "num_layers", "batch_first"),
        *("dropout", "bidirectional", "proj_size", "_kind"),
    )
    _kind: str

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.proj_size = bidirectional, proj_size
        self._check_options(dropout)
        if dropout > 0 and num_layers == 1:
            warn_user(
                "dropout option adds dropout after all but last recurrent layer, so non-zero "
                f"dropout expects num_layers greater than 1, but got dropout={dropout} and "
                f"num_layers={num_layers}"
            )
        how = dict(device=device, dtype=dtype)
        units = proj_size or hidden_size
        for suffix in self._suffixes():
            wide = input_size if suffix[:3] == "_l0" else units * (1 + bidirectional)
            self._gate_weights(self._kind, wide, units, suffix, how)
            if proj_size:
                shape = (proj_size, hidden_size)
                projection = Parameter(autograd.empty(shape, **how))
                self.register_parameter("weight_hr" + suffix, projection)
        self.reset_parameters()

    @property
    def mode(self) -> str:
        """PyTorch's name of the recurrence."""
        kind = self._kind.upper()
        return f"RNN_{kind}" if isinstance(self, RNN) else kind

    def _check_options(self, dropout: Any) -> None:
        name = type(self).__name__
        if self.proj_size and self._kind != "lstm":
            raise ValueError(f"{name}: proj_size is only supported by LSTM, got {self.proj_size}")
        sizes = dict.fromkeys(("input_size", "hidden_size", "num_layers"), int)
        for option, kind in (dict(bias=bool, batch_first=bool) | sizes).items():
            value = getattr(self, option)
            if not isinstance(value, kind):
                raise TypeError(f"{name}: {option} should be of type {kind.__name__}, got {value}")
            if option in sizes and value <= 0:
                raise ValueError(f"{name}: {option} must be greater than zero, got {value}")
        if isinstance(dropout, bool):
            raise ValueError(f"{name}: dropout should be a probability, got {dropout}")
        functional.check_probability(f"{name}: dropout", dropout)
        if not 0 <= self.proj_size < self.hidden_size:
            raise ValueError(
                f"{name}: proj_size must be 0 or smaller than hidden_size, got {self.proj_size} "
                f"and {self.hidden_size}"
            )

    def _suffixes(self) -> list[str]:
        ends = ("", "_reverse") if self.bidirectional else ("",)
        return [f"_l{layer}{end}" for layer in range(self.num_layers) for end in ends]

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        named = dict(self.named_parameters(recurse=False))
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        return [
            [named[name + suffix] for name in names if name + suffix in named]
            for suffix in self._suffixes()
        ]

    def flatten_parameters(self) -> None:
        """Do nothing: weights lie as they are."""

    def forward(self, input: Tensor, hx: Any = None) -> tuple[Tensor, Any]:
        """Return the last layer's outputs and every layer's last state: see the class."""
        if not isinstance(input, Tensor):
            raise NotImplementedError(
                f"{type(self).__name__}: expected a Tensor, got {type(input).__name__}; packed "
                "sequences are postponed: pad_sequence, and mask what is padding"
            )
        self._check_input(input)
        single = input.ndim == 2
        x = input.unsqueeze(1) if single else input
        x = x.transpose(0, 1) if self.batch_first and not single else x
        if not len(x):
            raise RuntimeError(
                f"{type(self).__name__}: expected at least one step, got {tuple(input.shape)}"
            )
        y, last = self._through(x, self._first(x, hx, single))
        y = y.transpose(0, 1) if self.batch_first and not single else y
        if single:
            y, last = y.squeeze(1), last.squeeze(1)
        return y, self._told(last)

    def _check_input(self, input: Tensor) -> None:
        name, shape, dtype = type(self).__name__, tuple(input.shape), self.weight_hh_l0.dtype
        if len(shape) not in (2, 3):
            length = "N, L" if self.batch_first else "L, N"
            raise ValueError(
                f"{name}: expected input ({length}, {self.input_size}) or (L, {self.input_size}), "
                f"got {shape}"
            )
        if shape[-1] != self.input_size:
            raise RuntimeError(
                f"{name}: input.size(-1) must be equal to input_size. Expected {self.input_size}, "
                f"got {shape}; make input (..., {self.input_size}), or input_size {shape[-1]}"
            )
        if input.dtype != dtype:
            raise ValueError(
                f"{name}: input is {input.dtype} but the weights are {dtype}; convert the input "
                f"with input.to(torch.{dtype}), or the model"
            )

    def _first(self, x: Tensor, hx: Any, single: bool) -> Tensor:
        """Return the first states (layers and directions, samples, width)."""
        units = self.proj_size or self.hidden_size
        places = self.num_layers * (1 + self.bidirectional)
        widths = (units, self.hidden_size) if self._kind == "lstm" else (units,)
        if hx is None:
            return x.new_zeros(places, x.shape[1], sum(widths))
        samples = () if single else (x.shape[1],)
        states = self._states(hx, [(places, *samples, width) for width in widths], x.dtype)
        return autograd.cat([one.unsqueeze(1) if single else one for one in states], 2)

    def _through(self, x: Tensor, first: Tensor) -> tuple[Tensor, Tensor]:
        """Return the outputs of the last layer and all last states, of x (L, N, inputs)."""
        units = self.proj_size or self.hidden_size
        last: list[Tensor] = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = functional.dropout(x, self.dropout, self.training)
            outputs = []
            for end in ("", "_reverse")[: 1 + self.bidirectional]:
                given = x.flip(0) if end else x
                states = self._run(self._kind, given, first[len(last)], f"_l{layer}{end}")
                last.append(states[-1])
                found = states[..., :units]
                outputs.append(found.flip(0) if end else found)
            x = autograd.cat(outputs, 2) if self.bidirectional else outputs[0]
        return x, autograd.stack(last)

    def _told(self, last: Tensor) -> Any:
        return last

    def extra_repr(self) -> str:
        """Return the sizes, and what is not usual."""
        parts = [f"{self.input_size}, {self.hidden_size}"]
        usual = dict(proj_size=0, num_layers=1, bias=True, batch_first=False, dropout=0.0)
        for name, value in (usual | dict(bidirectional=False)).items():
            if getattr(self, name) != value:
                parts.append(f"{name}={getattr(self, name)}")
        return ", ".join(parts)


class RNN(_Layers):
    """h = tanh(x @ weight_ih.T + b_ih + h @ weight_hh.T + b_hh), or relu of that.

    input (L, N, input_size), with batch_first (N, L, input_size), or (L, input_size); hx (layers *
    directions, N, hidden_size), zeros by default. Returns the outputs of the last layer (L, N,
    directions * hidden_size) and the last states, shaped as hx. Source: Elman 1990.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        proj_size: int = 0,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"RNN: unknown nonlinearity {nonlinearity!r}; select from 'tanh' or 'relu'"
            )
        self._kind = nonlinearity
        how = (bias, batch_first, dropout, bidirectional, proj_size, device, dtype)
        super().__init__(input_size, hidden_size, num_layers, *how)
        self.nonlinearity = nonlinearity


class LSTM(_Layers):
    """Gates i, f, g, o of x and h; c = f * c + i * g; h = o * tanh(c), projected by proj_size.

    Shapes as in RNN; hx is (h, c), and so is the last state. Sources: Hochreiter & Schmidhuber
    1997; Gers et al. 2000 (forget gate); Sak et al. 2014 (projection).
    """

    _kind = "lstm"

    def _told(self, last: Tensor) -> Any:
        units = self.proj_size or self.hidden_size
        return last[..., :units], last[..., units:]


class GRU(_Layers):
    """Gates r, z of x and h; n = tanh(of x + r * of h); h = (1 - z) * n + z * h.

    Shapes as in RNN. Source: Cho et al. 2014, r applied to the product as in PyTorch.
    """

    _kind = "gru"

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        proj_size: int = 0,
    ) -> None:
        how = (bias, batch_first, dropout, bidirectional, proj_size, device, dtype)
        super().__init__(input_size, hidden_size, num_layers, *how)
