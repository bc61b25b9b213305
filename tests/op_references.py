"""What the ops should return, in plain Python on numbers: the references of `op_table.py`."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def each(function: Callable) -> Callable:
    """Return `function` of numbers made elementwise over broadcast arrays."""

    def reference(*args: Any, **statics: Any) -> np.ndarray:
        arrays = np.broadcast_arrays(*args)
        values = [function(*one, **statics) for one in zip(*map(_flat, arrays), strict=True)]
        return np.array(values).reshape(arrays[0].shape)

    return reference


def _flat(array: Any) -> list:
    return np.ravel(array).tolist()


def along(function: Callable) -> Callable:
    """Return `function` of a list of numbers made a reduction over `dim`."""

    def reference(x: Any, dim: Any = None, keepdim: bool = False, **statics: Any) -> np.ndarray:
        statics.pop("dtype", None)
        dims = range(x.ndim) if dim in (None, ()) or not x.ndim else np.atleast_1d(dim) % x.ndim
        sizes = [1 if axis in dims else size for axis, size in enumerate(x.shape)]
        y = [
            function(_flat(x[tuple(slice(None) if a in dims else i for a, i in enumerate(place))]),
                     **statics)
            for place in np.ndindex(*sizes)
        ]  # fmt: skip
        kept = [size for axis, size in enumerate(sizes) if keepdim or axis not in dims]
        return np.array(y).reshape(kept)

    return reference


def variance(xs: list, correction: float = 1) -> float:
    mean = math.fsum(xs) / len(xs)
    return math.fsum((x - mean) ** 2 for x in xs) / (len(xs) - correction)


def _fibers(function: Callable) -> Callable:
    """Return `function` from list to list applied to every line of x along `dim`."""

    def reference(x: Any, dim: int) -> np.ndarray:
        if not x.size:
            return x
        return np.apply_along_axis(function, dim, np.atleast_1d(x)).reshape(x.shape)

    return reference


softmax = _fibers(lambda xs: [1 / math.fsum(math.exp(other - x) for other in xs) for x in xs])
log_softmax = _fibers(
    lambda xs: [-math.log(math.fsum(math.exp(other - x) for other in xs)) for x in xs]
)


def _loss(function: Callable) -> Callable:
    def reference(x: Any, target: Any, reduction: str = "mean") -> Any:
        return _reduced(each(function)(x, target), reduction)

    return reference


def _reduced(values: Any, reduction: str) -> Any:
    if reduction == "none":
        return values
    return math.fsum(values.flat) / (values.size if reduction == "mean" else 1)


mse = _loss(lambda x, target: (x - target) ** 2)
bce = _loss(lambda p, target: -target * math.log(p) - (1 - target) * math.log(1 - p))
bce_with_logits = _loss(
    lambda x, target: target * math.log(1 + math.exp(-x)) + (1 - target) * math.log(1 + math.exp(x))
)


def cross_entropy(
    x: Any, target: Any, ignore_index: int = -100, reduction: str = "mean"
) -> Any:  # fmt: skip
    counted = [label != ignore_index for label in target]
    pairs = zip(x, target, counted, strict=True)
    losses = np.array([-log_softmax(row, 0)[k] if counts else 0.0 for row, k, counts in pairs])
    return math.fsum(losses) / sum(counted) if reduction == "mean" else _reduced(losses, reduction)


def product(a: Any, b: Any) -> np.ndarray:
    """Matrix product: every sum written out, batches broadcast, vectors as rows and columns."""
    left, right = np.atleast_2d(a), b[:, None] if b.ndim == 1 else b
    y = (left[..., :, :, None] * right[..., None, :, :]).sum(-2)
    y = y[..., 0, :] if a.ndim == 1 else y
    return y[..., 0] if b.ndim == 1 else y


def swapped(x: Any, dim0: int, dim1: int) -> np.ndarray:
    order = list(range(x.ndim))
    order[dim0], order[dim1] = order[dim1], order[dim0]
    return np.einsum(x, range(x.ndim), order)


def expanded(x: Any, shape: tuple) -> np.ndarray:
    added = len(shape) - x.ndim
    sizes = [x.shape[axis - added] if size == -1 else size for axis, size in enumerate(shape)]
    return x + np.zeros(sizes)


def joined(*xs: Any, dim: int = 0) -> np.ndarray:
    return np.moveaxis(np.array([part for x in xs for part in np.moveaxis(x, dim, 0)]), 0, dim)


def _places(shape: tuple, pattern: tuple, arrays: tuple) -> np.ndarray:
    """Return the flat places that an index names in an array of `shape`."""
    rest = iter(arrays)
    index = tuple(next(rest) if isinstance(part, str) else part for part in pattern)
    return np.asarray(np.arange(math.prod(shape)).reshape(shape)[index])


def taken(x: Any, *arrays: Any, pattern: tuple) -> np.ndarray:
    places = _places(x.shape, pattern, arrays)
    values = _flat(x)
    return np.array([values[place] for place in places.flat]).reshape(places.shape)


def put(x: Any, *arrays: Any, shape: tuple, pattern: tuple) -> np.ndarray:
    y = [0.0] * math.prod(shape)
    for place, value in zip(_places(shape, pattern, arrays).flat, _flat(x), strict=True):
        y[place] += value
    return np.array(y).reshape(shape)


def gathered(x: Any, at: Any, dim: int) -> np.ndarray:
    y = np.zeros(at.shape)
    for place in np.ndindex(*at.shape):
        y[place] = x[_moved(place, at[place], dim)]
    return y


def scattered(x: Any, at: Any, shape: tuple, dim: int) -> np.ndarray:
    y = np.zeros(shape)
    for place in np.ndindex(*at.shape):
        y[_moved(place, at[place], dim)] += x[place]
    return y


def _moved(place: tuple, to: int, dim: int) -> tuple:
    there = list(place)
    there[dim] = to
    return tuple(there)


def one_hot(at: Any, classes: int, dtype: Any) -> np.ndarray:
    return np.array([[float(k == label) for k in range(classes)] for label in at.flat]).reshape(
        *at.shape, classes
    )


def assigned(x, value, *at, pattern):
    places = iter(at)
    y = x.copy()
    y[tuple(next(places) if part == "array" else part for part in pattern)] = value
    return y
