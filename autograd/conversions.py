"""The methods of a Tensor that tell what it is, convert it, or lead out of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy import ndarray

from . import dtypes
from .devices import check_device, cpu, is_device
from .graph import modes
from .ops.elementwise import to_dtype
from .ops.joining import common_shape
from .ops.write import clone


class Size(tuple):
    """A Tensor's shape: a tuple that prints as PyTorch's, as do its slices and sums."""

    __slots__ = ()

    def numel(self) -> int:
        """Return the number of elements."""
        return math.prod(self)

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"

    def __getitem__(self, place: Any) -> Any:
        found = tuple.__getitem__(self, place)
        return Size(found) if type(place) is slice else found

    def __add__(self, other: Any) -> Any:
        return Size((*self, *other)) if isinstance(other, tuple) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return Size((*other, *self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, count: Any) -> Any:
        return Size(tuple(self) * count)

    __rmul__ = __mul__


def broadcast_shapes(*shapes: Any) -> Size:
    """Return the shape in which arrays of these shapes broadcast; a number is a shape (n,)."""
    return Size(common_shape(*shapes))


class ConversionMethods:
    """What a Tensor is, and how to take its values elsewhere."""

    __slots__ = ()
    array: Any
    node: Any
    __getitem__: Any
    flip: Any
    device = cpu
    # PyTorch's words for what is always so here.
    layout = "torch.strided"
    output_nr = 0

    @property
    def shape(self) -> Size:
        """The length of each axis."""
        return Size(self.array.shape)

    @property
    def dtype(self) -> np.dtype:
        """The dtype of the elements, a NumPy dtype."""
        return self.array.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.array.ndim

    @property
    def itemsize(self) -> int:
        """The bytes of one element."""
        return self.array.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """The bytes of all elements."""
        return self.array.dtype.itemsize * self.numel()

    def size(self, dim: int | None = None) -> Any:
        """Return the shape, or the length of axis `dim`."""
        return self.shape if dim is None else self.array.shape[dim]

    def dim(self) -> int:
        """Return the number of axes."""
        return self.array.ndim

    def numel(self) -> int:
        """Return the number of elements."""
        return self.array.size

    def is_floating_point(self) -> bool:
        """Return whether the dtype is a float."""
        return self.array.dtype.kind == "f"

    def is_contiguous(self) -> bool:
        """Return whether the elements lie in memory row after row."""
        return self.array.flags.c_contiguous

    def contiguous(self) -> Any:
        """Return this Tensor, or a copy whose elements lie row after row."""
        return self if self.is_contiguous() else clone(self)

    def clone(self) -> Any:
        """Return a copy in memory of its own; the gradient passes through."""
        return clone(self)

    def item(self) -> Any:
        """Return the value of a Tensor of one element as a Python number."""
        if self.numel() != 1:
            raise RuntimeError(
                f"a Tensor with {self.numel()} elements cannot be converted to Scalar; "
                "use tolist(), or reduce it first"
            )
        return self._values().item()

    def tolist(self) -> Any:
        """Return the values as nested lists of Python numbers; a number for 0-d."""
        return self._values().tolist()

    def numpy(self, *, force: bool = False) -> ndarray:
        """Return the ndarray that shares the memory; writes through it cannot be seen by a graph.

        Raises RuntimeError for a Tensor that requires grad unless `force`.
        """
        if self.node is not None and not force:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. "
                "Use tensor.detach().numpy() instead."
            )
        return self._values()

    def _values(self) -> ndarray:
        """Return the plain array; a trace refuses, since a value read is not an instruction."""
        trace = modes.trace
        return self.array if trace is None else trace.refuse_reading(self.array)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> ndarray:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __dlpack__(self, **named: Any) -> Any:
        if self.node is not None:
            raise BufferError("can't export a Tensor that requires grad; use tensor.detach()")
        return self._values().__dlpack__(**named)

    def __dlpack_device__(self) -> Any:
        return self.array.__dlpack_device__()

    def __bool__(self) -> bool:
        if self.numel() != 1:
            raise RuntimeError(
                f"Boolean value of Tensor with shape {tuple(self.shape)} is ambiguous; "
                "use .any() or .all()"
            )
        return bool(self._values().item())

    def __int__(self) -> int:
        return int(self._single("int"))

    def __float__(self) -> float:
        return float(self._single("float"))

    def _single(self, kind: str) -> Any:
        if self.numel() != 1:
            raise ValueError(
                f"{kind}: only one element tensors can be converted to Python scalars, got "
                f"{tuple(self.shape)}; use tolist(), or reduce it first"
            )
        return self._values().item()

    def __index__(self) -> int:
        if self.dtype.kind == "f" or self.numel() != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self._values().item())

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of a 0-d tensor")
        return self.array.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return map(self.__getitem__, range(len(self)))

    def __reversed__(self) -> Any:
        return self.flip(0) if self.ndim else self

    def __contains__(self, value: Any) -> bool:
        return bool((self == value).any())

    def __format__(self, spec: str) -> str:
        if spec and self.numel() != 1:
            raise TypeError(
                f"unsupported format string {spec!r} passed to a Tensor of shape "
                f"{tuple(self.shape)}: only one element is formatted as a number; format tolist()"
            )
        return format(self.item(), spec) if spec else str(self)

    def to(self, *args: Any, non_blocking: bool = False, copy: bool = False, **named: Any) -> Any:
        """Return this Tensor with the dtype or device given: itself where nothing changes.

        to(dtype), to(device), to(device, dtype) or to(other Tensor); the only device is the CPU.
        """
        dtype = named.pop("dtype", None)
        check_device(named.pop("device", None))
        for arg in args:
            if is_device(arg):
                check_device(arg)
            elif arg is not None and not isinstance(arg, bool):
                dtype = arg.dtype if isinstance(arg, ConversionMethods) else arg
        if dtype is None:
            return clone(self) if copy else self
        made = to_dtype(self, dtypes.supported(dtype))
        return clone(self) if copy and made is self else made

    def type(self, dtype: Any = None) -> Any:
        """Return this Tensor as `dtype`; without one, the name of its own type."""
        return dtypes.tensor_type(self.dtype) if dtype is None else self.to(dtype)

    def type_as(self, other: Any) -> Any:
        """Return this Tensor with the dtype of `other`."""
        return self.to(other)

    def cpu(self) -> Any:
        """Return this Tensor, which is on the CPU."""
        return self

    def cuda(self, device: Any = None, non_blocking: bool = False) -> Any:
        """Raise RuntimeError: there is no GPU."""
        return check_device("cuda")

    def pin_memory(self) -> Any:
        """Return this Tensor; there is no GPU to pin memory for."""
        return self

    def float(self) -> Any:
        """Return this Tensor as float32."""
        return self.to(dtypes.float32)

    def double(self) -> Any:
        """Return this Tensor as float64."""
        return self.to(dtypes.float64)

    def half(self) -> Any:
        """Return this Tensor as float16."""
        return self.to(dtypes.float16)

    def short(self) -> Any:
        """Return this Tensor as int16."""
        return self.to(dtypes.int16)

    def long(self) -> Any:
        """Return this Tensor as int64."""
        return self.to(dtypes.int64)

    def int(self) -> Any:
        """Return this Tensor as int32."""
        return self.to(dtypes.int32)

    def bool(self) -> Any:
        """Return this Tensor as booleans: where it is not 0."""
        return self.to(dtypes.bool)
