"""Functions that make Tensors from data, or of one value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import ndarray
from numpy.lib.stride_tricks import as_strided

from . import dtypes
from .devices import check_device
from .graph import modes
from .live import lifted
from .making import array_of, float_dtype, number_of, shape_of
from .ops.shape import expand
from .ops.write import clone
from .tensors import Tensor, finished, wrap


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return a Tensor of a copy of `data`: numbers, nested lists, an array or a Tensor.

    Python floats become the default float dtype, integers int64; an array keeps its dtype.
    """
    if isinstance(data, Tensor):
        return finished(clone(lifted(data.to(dtype).detach())), device, requires_grad)
    return finished(array_of(data, dtype, copy=True), device, requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """Return `data` as a Tensor, sharing the memory of an array or Tensor where possible."""
    if isinstance(data, Tensor):
        check_device(device)
        return data if dtype is None else data.to(dtype)
    return finished(array_of(data, dtype, copy=False), device, False)


def asarray(
    obj: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return `obj` as a Tensor: with copy=True of memory of its own, with copy=False of obj's.

    By default memory is shared where possible. Raises ValueError where copy=False cannot be.
    """
    if copy and not isinstance(obj, Tensor):
        return tensor(obj, dtype=dtype, device=device, requires_grad=requires_grad)
    made = as_tensor(obj, dtype, device)
    made = clone(made) if copy and made is obj else made
    shares = made is obj or (isinstance(obj, ndarray) and np.shares_memory(made.array, obj))
    if copy is False and not shares:
        raise ValueError(f"asarray: cannot alias {type(obj).__name__} as {made.dtype}; copy it")
    return made.requires_grad_() if requires_grad else made


def from_dlpack(ext_tensor: Any) -> Tensor:
    """Return a Tensor that shares the memory of an object with `__dlpack__`, of any library."""
    return wrap(np.from_dlpack(ext_tensor))


def from_numpy(array: ndarray) -> Tensor:
    """Return a Tensor that shares the memory and dtype of `array`."""
    if not isinstance(array, ndarray):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    dtypes.supported(array.dtype)
    return wrap(array)


def zeros(
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return zeros of the given shape, of the default float dtype unless another is named."""
    shape = shape_of(sizes if size is None else (size,))
    return finished(np.zeros(shape, float_dtype(dtype)), device, requires_grad)


def ones(
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return ones of the given shape, of the default float dtype unless another is named."""
    shape = shape_of(sizes if size is None else (size,))
    return finished(np.ones(shape, float_dtype(dtype)), device, requires_grad)


def empty(
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a Tensor of the given shape whose values are whatever was in memory."""
    # A recorded step must not find other constants than before.
    make = np.empty if modes.trace is None else np.zeros
    shape = shape_of(sizes if size is None else (size,))
    return finished(make(shape, float_dtype(dtype)), device, requires_grad)


def empty_strided(
    size: Sequence[int],
    stride: Sequence[int],
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a Tensor of this shape, not filled, whose elements lie `stride` apart in memory."""
    if len(size) != len(stride):
        raise RuntimeError(
            f"empty_strided: sizes {tuple(size)} and strides {tuple(stride)} differ in number"
        )
    last = sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    memory = np.zeros(0 if 0 in size else last + 1, float_dtype(dtype))
    steps = tuple(step * memory.itemsize for step in stride)
    return finished(as_strided(memory, tuple(size), steps), device, requires_grad)


def scalar_tensor(
    s: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return a 0-d Tensor of one number, of the default float dtype unless another is named."""
    return finished(np.asarray(number_of(s)).astype(float_dtype(dtype)), device, requires_grad)


def full(
    size: Sequence[int],
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a Tensor of shape `size` with one number everywhere, whose type gives the dtype."""
    if hasattr(size, "__index__"):
        raise TypeError(f"full: size must be a tuple of ints, got {size}; write ({size},)")
    shape = shape_of((size,))
    if isinstance(fill_value, str | bytes):
        raise TypeError(f"full: fill_value must be a number, got {fill_value!r}")
    if isinstance(fill_value, Tensor):
        value = fill_value.detach().to(dtype)
        return clone(expand(value, shape)).requires_grad_(requires_grad)
    dtype = dtypes.dtype_of_number(fill_value) if dtype is None else dtypes.supported(dtype)
    return finished(np.full(shape, fill_value).astype(dtype), device, requires_grad)


def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return an n by m matrix (m is n by default) with ones on the diagonal."""
    if n < 0 or (m is not None and m < 0):
        raise RuntimeError(f"eye: sizes must be 0 or more, got {n} and {m}")
    return finished(np.eye(n, m, dtype=float_dtype(dtype)), device, requires_grad)


def like(make: Any, doc: str) -> Any:
    """Return the function that makes what `make` does in the shape and dtype of a Tensor."""

    def made_like(
        input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Tensor:
        dtype = input.dtype if dtype is None else dtype
        return make(input.shape, dtype=dtype, device=device, requires_grad=requires_grad)

    made_like.__doc__ = doc
    made_like.__name__ = made_like.__qualname__ = f"{make.__name__}_like"
    return made_like


zeros_like = like(zeros, "Return zeros of the shape and dtype of `input`.")
ones_like = like(ones, "Return ones of the shape and dtype of `input`.")
empty_like = like(empty, "Return a Tensor of the shape and dtype of `input`, not filled.")


def full_like(input: Tensor, fill_value: Any, *, dtype: Any = None, **named: Any) -> Tensor:
    """Return a Tensor of the shape and dtype of `input` with one number everywhere."""
    return full(input.shape, fill_value, dtype=input.dtype if dtype is None else dtype, **named)


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
