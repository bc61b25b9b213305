"""ArrayMethods: every operator and method of the public surface, written once for all carriers."""

from __future__ import annotations

from typing import Any

from .ops import elementwise, fused, index, linalg, reduce, shape


def _reflected(function: Any) -> Any:
    def method(self: Any, other: Any) -> Any:
        return function(other, self)

    method.reflects = function.op  # type: ignore[attr-defined]
    return method


def _sizes(sizes: tuple) -> tuple[int, ...]:
    """Return sizes given one by one or as one sequence, as a tuple of integers."""
    if len(sizes) == 1 and not hasattr(sizes[0], "__index__"):
        sizes = tuple(sizes[0])
    return tuple(size.__index__() for size in sizes)


class ArrayMethods:
    """The operators and methods that are operations; a carrier inherits them and brings `run`."""

    __slots__ = ()
    ndim: Any
    dtype: Any

    __add__ = elementwise.add
    __radd__ = _reflected(elementwise.add)
    __sub__ = elementwise.sub
    __rsub__ = _reflected(elementwise.sub)
    __mul__ = elementwise.mul
    __rmul__ = _reflected(elementwise.mul)
    __truediv__ = elementwise.div
    __rtruediv__ = _reflected(elementwise.div)
    __floordiv__ = elementwise.floor_divide
    __rfloordiv__ = _reflected(elementwise.floor_divide)
    __mod__ = elementwise.remainder
    __rmod__ = _reflected(elementwise.remainder)
    __pow__ = elementwise.pow_
    __rpow__ = _reflected(elementwise.pow_)
    __matmul__ = linalg.matmul
    __rmatmul__ = _reflected(linalg.matmul)
    __neg__ = elementwise.neg
    __abs__ = elementwise.abs_
    __lt__ = elementwise.lt
    __le__ = elementwise.le
    __gt__ = elementwise.gt
    __ge__ = elementwise.ge
    __and__ = __rand__ = elementwise.bitwise_and
    __or__ = __ror__ = elementwise.bitwise_or
    __xor__ = __rxor__ = elementwise.bitwise_xor
    __getitem__ = index.getitem

    def __invert__(self) -> Any:
        if self.dtype.kind == "f":
            raise TypeError(
                f"~ is only implemented for integers and booleans, got {self.dtype}; "
                "write (x == 0), or x.bool() first"
            )
        return elementwise.bitwise_not(self)

    def __pos__(self) -> Any:
        return self

    def __eq__(self, other: object) -> Any:
        return NotImplemented if other is None else elementwise.eq(self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if other is None else elementwise.ne(self, other)

    __hash__ = object.__hash__

    add = elementwise.add
    sub = elementwise.sub
    mul = elementwise.mul
    div = elementwise.div
    pow = elementwise.pow_
    neg = elementwise.neg
    abs = elementwise.abs_
    sign = elementwise.sign
    square = elementwise.square
    reciprocal = elementwise.reciprocal
    exp = elementwise.exp
    log = elementwise.log
    log1p = elementwise.log1p
    sqrt = elementwise.sqrt
    sin = elementwise.sin
    cos = elementwise.cos
    tanh = elementwise.tanh
    sigmoid = elementwise.sigmoid
    relu = elementwise.relu
    clamp = clip = elementwise.clamp
    maximum = elementwise.maximum
    minimum = elementwise.minimum
    eq = elementwise.eq
    ne = elementwise.ne
    lt = elementwise.lt
    le = elementwise.le
    gt = elementwise.gt
    ge = elementwise.ge
    isnan = elementwise.isnan
    logical_and = elementwise.logical_and
    logical_or = elementwise.logical_or
    logical_xor = elementwise.logical_xor
    logical_not = elementwise.logical_not
    masked_fill = elementwise.masked_fill

    matmul = linalg.matmul

    sum = reduce.sum_
    mean = reduce.mean
    var = reduce.var
    std = reduce.std
    max = reduce.max_
    min = reduce.min_
    amax = reduce.amax
    amin = reduce.amin
    argmax = reduce.argmax
    argmin = reduce.argmin
    all = reduce.all_
    any = reduce.any_
    softmax = fused.softmax
    log_softmax = fused.log_softmax
    gather = index.gather

    transpose = shape.transpose
    unsqueeze = shape.unsqueeze
    squeeze = shape.squeeze
    flatten = shape.flatten
    t = shape.t
    narrow = shape.narrow

    def reshape(self, *sizes: Any) -> Any:
        """Return the elements, in order, in another shape; one size may be -1."""
        return shape.reshape(self, _sizes(sizes))

    def view(self, *sizes: Any) -> Any:
        """Return the elements in another shape; RuntimeError where that needs a copy."""
        return shape.view(self, _sizes(sizes))

    def permute(self, *dims: Any) -> Any:
        """Return a view whose axis i is axis dims[i] of this."""
        return shape.permute(self, _sizes(dims))

    def expand(self, *sizes: Any) -> Any:
        """Return a read-only view repeated along axes of size 1; -1 keeps an axis."""
        return shape.expand(self, _sizes(sizes))

    def expand_as(self, other: Any) -> Any:
        """Return a read-only view repeated to the shape of `other`."""
        return shape.expand(self, tuple(other.shape))

    def view_as(self, other: Any) -> Any:
        """Return the elements in the shape of `other`, without a copy."""
        return shape.view(self, tuple(other.shape))

    def where(self, condition: Any, other: Any) -> Any:
        """Take this where condition holds, else `other`."""
        return elementwise.where(condition, self, other)

    @property
    def T(self) -> Any:  # noqa: N802 (PyTorch's name)
        """The view with all axes in reverse order."""
        return shape.permute(self, tuple(range(self.ndim))[::-1])

    @property
    def mT(self) -> Any:  # noqa: N802 (PyTorch's name)
        """The view with the last two axes exchanged."""
        return shape.transpose(self, -2, -1)
