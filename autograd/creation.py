"""Functions that make Tensors: from data, of one value, in ranges, at random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from . import dtypes
from .devices import check_device
from .graph import modes
from .live import fresh, lifted
from .ops.random import (
    draw_bernoulli,
    draw_integers,
    draw_normal,
    draw_permutation,
    draw_uniform,
)
from .ops.write import clone
from .streams import Generator, default_generator
from .tensors import Tensor, wrap


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return a Tensor of a copy of `data`: numbers, nested lists, an array or a Tensor.

    Python floats become the default float dtype, integers int64; an array keeps its dtype.
    """
    if isinstance(data, Tensor):
        return _finished(clone(lifted(data.to(dtype).detach())), device, requires_grad)
    return _finished(_array_of(data, dtype, copy=True), device, requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """Return `data` as a Tensor, sharing the memory of an array or Tensor where possible."""
    if isinstance(data, Tensor):
        check_device(device)
        return data if dtype is None else data.to(dtype)
    return _finished(_array_of(data, dtype, copy=False), device, False)


def from_numpy(array: ndarray) -> Tensor:
    """Return a Tensor that shares the memory and dtype of `array`."""
    if not isinstance(array, ndarray):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    dtypes.supported(array.dtype)
    return wrap(array)


def _array_of(data: Any, dtype: Any, copy: bool) -> Any:
    if isinstance(data, list | tuple):
        data = _without_tensors(data)
    known = hasattr(data, "dtype")
    array = np.array(data, copy=True if copy else None) if known or copy else np.asarray(data)
    if dtype is None:
        dtype = array.dtype if known or array.dtype.kind != "f" else dtypes.get_default_dtype()
    return array.astype(dtypes.supported(dtype), copy=False)


def _without_tensors(data: Any) -> Any:
    """Return nested lists with Tensors among them replaced by their numbers."""
    if isinstance(data, Tensor):
        return data.tolist()
    return [_without_tensors(one) for one in data] if isinstance(data, list | tuple) else data


def _finished(array: Any, device: Any, requires_grad: bool) -> Tensor:
    check_device(device)
    return wrap(fresh(array)).requires_grad_(requires_grad)


def _shape(size: tuple) -> tuple[int, ...]:
    """Return sizes given one by one or as one sequence, checked."""
    if len(size) == 1 and not hasattr(size[0], "__index__"):
        size = tuple(size[0])
    shape = tuple(int(length.__index__()) for length in size)
    if any(length < 0 for length in shape):
        raise RuntimeError(f"Trying to create tensor with negative dimension: {list(shape)}")
    return shape


def _float(dtype: Any) -> np.dtype:
    return dtypes.get_default_dtype() if dtype is None else dtypes.supported(dtype)


def zeros(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Return zeros of the given shape, of the default float dtype unless another is named."""
    return _finished(np.zeros(_shape(size), _float(dtype)), device, requires_grad)


def ones(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Return ones of the given shape, of the default float dtype unless another is named."""
    return _finished(np.ones(_shape(size), _float(dtype)), device, requires_grad)


def empty(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Return a Tensor of the given shape whose values are whatever was in memory."""
    # A recorded step must not find other constants than before.
    make = np.empty if modes.trace is None else np.zeros
    return _finished(make(_shape(size), _float(dtype)), device, requires_grad)


def full(
    size: Sequence[int],
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a Tensor of shape `size` with one number everywhere, whose type gives the dtype."""
    dtype = dtypes.dtype_of_number(fill_value) if dtype is None else dtypes.supported(dtype)
    return _finished(np.full(_shape((size,)), fill_value, dtype), device, requires_grad)


def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return an n by m matrix (m is n by default) with ones on the diagonal."""
    return _finished(np.eye(n, m, dtype=_float(dtype)), device, requires_grad)


def arange(
    start: float,
    end: float | None = None,
    step: float = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return start, start + step, ... below end; arange(end) starts at 0.

    int64 where all three are integers, else the default float.
    """
    start, end = (0, start) if end is None else (start, end)
    if step == 0 or (end - start) * step < 0:
        raise RuntimeError(
            f"arange: upper bound and lower bound inconsistent with step sign: from {start} to "
            f"{end} in steps of {step}"
        )
    if dtype is None:
        whole = all(isinstance(one, int) for one in (start, end, step))
        dtype = dtypes.int64 if whole else dtypes.get_default_dtype()
    values = np.arange(start, end, step).astype(dtypes.supported(dtype))
    return _finished(values, device, requires_grad)


def linspace(
    start: float,
    end: float,
    steps: int,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return `steps` numbers at equal distances, from start to end, both included."""
    return _finished(np.linspace(start, end, steps, dtype=_float(dtype)), device, requires_grad)


def _like(make: Any, doc: str) -> Any:
    def like(
        input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Tensor:
        dtype = input.dtype if dtype is None else dtype
        return make(input.shape, dtype=dtype, device=device, requires_grad=requires_grad)

    like.__doc__ = doc
    like.__name__ = like.__qualname__ = f"{make.__name__}_like"
    return like


zeros_like = _like(zeros, "Return zeros of the shape and dtype of `input`.")
ones_like = _like(ones, "Return ones of the shape and dtype of `input`.")
empty_like = _like(empty, "Return a Tensor of the shape and dtype of `input`, not filled.")


def full_like(input: Tensor, fill_value: Any, *, dtype: Any = None, **named: Any) -> Tensor:
    """Return a Tensor of the shape and dtype of `input` with one number everywhere."""
    return full(input.shape, fill_value, dtype=input.dtype if dtype is None else dtype, **named)


def _drawn(draw: Any, device: Any, requires_grad: bool, generator: Any, **how: Any) -> Tensor:
    made = draw(generator=default_generator if generator is None else generator, **how)
    return _finished(made, device, requires_grad)


def rand(
    *size: Any,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return draws from the uniform distribution on [0, 1)."""
    how = dict(shape=_shape(size), low=0.0, high=1.0, dtype=_float(dtype))
    return _drawn(draw_uniform, device, requires_grad, generator, **how)


def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return draws from the normal distribution of mean 0 and variance 1."""
    how = dict(shape=_shape(size), mean=0.0, std=1.0, dtype=_float(dtype))
    return _drawn(draw_normal, device, requires_grad, generator, **how)


rand_like = _like(rand, "Return uniform draws on [0, 1) in the shape and dtype of `input`.")
randn_like = _like(randn, "Return standard normal draws in the shape and dtype of `input`.")


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return random integers from low to high - 1; randint(high, size) starts at 0."""
    if size is None:
        low, high, size = 0, low, high
    dtype = dtypes.int64 if dtype is None else dtypes.supported(dtype)
    how = dict(shape=_shape((size,)), low=low, high=high, dtype=dtype)
    return _drawn(draw_integers, device, requires_grad, generator, **how)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return the integers 0 to n - 1 in random order."""
    dtype = dtypes.int64 if dtype is None else dtypes.supported(dtype)
    return _drawn(draw_permutation, device, requires_grad, generator, n=n, dtype=dtype)


def bernoulli(
    input: Tensor, p: float | None = None, *, generator: Generator | None = None
) -> Tensor:
    """Return ones, each with the probability that stands at its place in `input`, else zeros.

    With p, that is the probability everywhere, and input gives shape and dtype alone.
    """
    how = dict(shape=tuple(input.shape), p=input.numpy(force=True) if p is None else p)
    return _drawn(draw_bernoulli, None, False, generator, dtype=input.dtype, **how)


def manual_seed(seed: int) -> Generator:
    """Start the default random stream anew at `seed`; returns its Generator."""
    return default_generator.manual_seed(seed)


def is_tensor(value: Any) -> bool:
    """Return whether `value` is a Tensor."""
    return isinstance(value, Tensor)


def typename(obj: Any, /) -> str:
    """Return the name of the type of an object with its module's: of a Tensor, by its dtype."""
    if isinstance(obj, Tensor):
        return obj.type()
    named = obj if hasattr(obj, "__qualname__") else type(obj)
    module = getattr(named, "__module__", None)
    return named.__qualname__ if module in (None, "builtins") else f"{module}.{named.__qualname__}"


def _typed(dtype: np.dtype, name: str) -> Any:
    def make(*data: Any) -> Tensor:
        if data and all(isinstance(size, int) for size in data):
            return zeros(*data, dtype=dtype)
        return tensor(data[0] if data else [], dtype=dtype)

    make.__doc__ = f"Return a {dtype} Tensor of a copy of nested lists or an array, or of a shape."
    make.__name__ = make.__qualname__ = name
    return make


FloatTensor = _typed(dtypes.float32, "FloatTensor")
DoubleTensor = _typed(dtypes.float64, "DoubleTensor")
LongTensor = _typed(dtypes.int64, "LongTensor")
IntTensor = _typed(dtypes.int32, "IntTensor")
BoolTensor = _typed(dtypes.bool, "BoolTensor")
