"""Recurrent cells: one step of a recurrent layer."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor

from .recurrent import _Recurrent


class _Cell(_Recurrent):
    """One step of a recurrence: input (N, input_size) or (input_size,)."""

    _options = ("input_size", "hidden_size", "_kind")
    _kind: str

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        how = dict(device=device, dtype=dtype)
        self._gate_weights(self._kind, input_size, hidden_size, "", how)
        self.reset_parameters()

    def forward(self, input: Tensor, hx: Any = None) -> Any:
        """Return the next state; hx, the state before, is zeros by default."""
        if input.ndim not in (1, 2):
            raise ValueError(
                f"{type(self).__name__}: Expected input to be 1D or 2D, got {input.ndim}D instead"
            )
        if input.shape[-1] != self.input_size:
            raise RuntimeError(
                f"{type(self).__name__}: input has inconsistent input_size: got "
                f"{tuple(input.shape)}, expected {self.input_size}"
            )
        x = input if input.ndim == 2 else input.unsqueeze(0)
        parts = 2 if self._kind == "lstm" else 1
        if hx is None:
            state = x.new_zeros(len(x), parts * self.hidden_size)
        else:
            shape = (*input.shape[:-1], self.hidden_size)
            given = self._states(hx, [shape] * parts, x.dtype)
            state = autograd.cat([one.reshape(len(x), self.hidden_size) for one in given], 1)
        after = self._run(self._kind, x.unsqueeze(0), state, "")[0]
        after = after if input.ndim == 2 else after.squeeze(0)
        if parts == 1:
            return after
        return after[..., : self.hidden_size], after[..., self.hidden_size :]

    def extra_repr(self) -> str:
        """Return the sizes, and what is not usual."""
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(_Cell):
    """One step of RNN: input (N, input_size), state (N, hidden_size)."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"RNNCell: unknown nonlinearity: {nonlinearity}")
        self._kind = nonlinearity
        super().__init__(input_size, hidden_size, bias, device, dtype)
        self.nonlinearity = nonlinearity

    def extra_repr(self) -> str:
        """Return the sizes, and what is not usual."""
        usual = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}"
        return super().extra_repr() + usual


class LSTMCell(_Cell):
    """One step of LSTM: states are pairs (h, c), each (N, hidden_size)."""

    _kind = "lstm"


class GRUCell(_Cell):
    """One step of GRU: input (N, input_size), state (N, hidden_size)."""

    _kind = "gru"
