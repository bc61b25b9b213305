"""Operations that read or write places: indexing, gathering, scattering, one-hot vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from ..graph import modes
from ..operation import op
from ..user_code import warn_user
from .shape import normal_axis, reshape

# A pattern is an index whose arrays are replaced by HERE, so that they can be op arguments.
HERE = "array"
SEQUENCES = list | tuple | range
# A list of as many elements or more is always places along one axis, as in PyTorch.
LONGEST = 32


@op(name="slice", views=True, x=lambda g, shapes, pattern: unsliced(g, shapes[0], pattern))
def sliced(x: Any, /, pattern: tuple) -> Any:
    """Return the view x[pattern]; pattern holds integers, slices, None and Ellipsis."""
    return x[pattern]


@op(x=lambda g, pattern: sliced(g, pattern))
def unsliced(x: Any, /, shape: tuple, pattern: tuple) -> Any:
    """Return zeros of `shape` with x written at `pattern`: the transpose of `sliced`."""
    y = np.zeros(shape, x.dtype)
    y[pattern] = x
    return y


def fill_index(pattern: tuple, places: tuple) -> tuple:
    """Return the index that `split_index` took apart: pattern with its arrays put back."""
    arrays = iter(places)
    return tuple(next(arrays) if part is HERE else part for part in pattern)


@op(
    name="index",
    xs=lambda g, places, shapes, pattern: (put(g, *places, shape=shapes[0], pattern=pattern),),
)
def taken(*xs: Any, pattern: tuple) -> Any:
    """Return xs[0] at the places that `pattern`, with the index arrays xs[1:] put in, names."""
    try:
        return xs[0][fill_index(pattern, xs[1:])]
    except IndexError as error:
        raise _out_of_range(xs[0].shape, pattern, xs[1:]) or error from None


@op(xs=lambda g, places, pattern: (taken(g, *places, pattern=pattern),))
def put(*xs: Any, shape: tuple, pattern: tuple) -> Any:
    """Return zeros of `shape` with xs[0] added at the places: the transpose of `taken`."""
    y = np.zeros(shape, xs[0].dtype)
    np.add.at(y, fill_index(pattern, xs[1:]), xs[0])
    return y


def _assigned_rule(g: Any, places: tuple, pattern: tuple) -> tuple:
    return assigned(g, 0, *places, pattern=pattern), taken(g, *places, pattern=pattern)


@op(name="index_put", broadcasts=True, xs=_assigned_rule)
def assigned(*xs: Any, pattern: tuple) -> Any:
    """Return xs[0] with xs[1], broadcast, at the places that pattern and xs[2:] name."""
    y = xs[0].copy()
    place_at(y, pattern, xs[2:], xs[1], "index_put")
    return y


def place_at(x: Any, pattern: tuple, places: tuple, value: Any, by: str) -> None:
    """Write value, broadcast, into x at the places; RuntimeError where the shapes do not fit."""
    try:
        x[fill_index(pattern, places)] = value
    except OverflowError:
        x[fill_index(pattern, places)] = wrapped(value, x.dtype, by)
    except (TypeError, ValueError) as error:
        raise RuntimeError(f"{by}: {error}") from None


def wrapped(value: int, dtype: Any, by: str) -> Any:
    """Return a number that `dtype` does not hold modulo its size: of unsigned ones, a negative."""
    if dtype.kind != "u" or not -np.iinfo(dtype).max <= value < 0:
        raise RuntimeError(
            f"{by}: value {value} cannot be converted to {dtype} without overflow; convert the "
            "Tensor with .long() first"
        )
    return np.asarray(value).astype(dtype)


def getitem(x: Any, index: Any) -> Any:
    """Return x[index], a view where index holds no array; gradients of repeated places add up."""
    pattern, arrays = split_index(index)
    check_index(x.shape, pattern, arrays)
    if not arrays:
        # With an Ellipsis NumPy returns a view also of a single element.
        single = len(pattern) == x.ndim and Ellipsis not in pattern
        return sliced(x, (*pattern, Ellipsis) if single else pattern)
    first, rest = integers_first(without_empty_ellipsis(x.ndim, pattern, arrays), arrays)
    try:
        return taken(sliced(x, first) if first else x, *arrays, pattern=rest)
    except IndexError as error:
        raise _out_of_range(x.shape, pattern, arrays) or error from None


def without_empty_ellipsis(ndim: int, pattern: tuple, arrays: list) -> tuple:
    """Return the pattern without an Ellipsis that stands for no axis: to NumPy it parts arrays."""
    used = sum(map(_axes_used, fill_index(pattern, tuple(arrays))))
    return pattern if used < ndim else tuple(part for part in pattern if part is not Ellipsis)


def integers_first(pattern: tuple, arrays: list) -> tuple[tuple, tuple]:
    """Return the pattern to slice with before the arrays are used, and the pattern that is left.

    To NumPy an integer is one of the index arrays, and if a slice stands between them their axes
    come first: x[0, :, [1, 2]] would be (2, 3) for x (2, 3, 4). PyTorch takes integers first.
    """
    places = [i for i, part in enumerate(pattern) if part is HERE or isinstance(part, int)]
    together = places[-1] - places[0] < len(places)
    if together or not any(isinstance(part, int) for part in pattern):
        return (), pattern
    rest = iter(arrays)
    first: list[Any] = []
    for part in pattern:
        if part is HERE:
            array = next(rest)
            first += [slice(None)] * (array.ndim if array.dtype.kind == "b" else 1)
        elif part is not None:
            first.append(part if isinstance(part, int) or part is Ellipsis else slice(None))
    return tuple(first), tuple(part for part in pattern if not isinstance(part, int))


def split_index(index: Any) -> tuple[tuple, list]:
    """Return the pattern of an index, and its arrays (Tensors and lists among them)."""
    pattern: list[Any] = []
    arrays = []
    for part in map(_read_integer, _parts(index)):
        if _is_array(part):
            arrays.append(_as_index(part))
            pattern.append(HERE)
        elif isinstance(part, bool):
            arrays.append(np.asarray(part))
            pattern.append(HERE)
        elif part is Ellipsis and Ellipsis in pattern:
            # All axes left belong to the first one.
            continue
        elif part is None or part is Ellipsis or isinstance(part, slice):
            pattern.append(_checked_slice(part) if isinstance(part, slice) else part)
        else:
            pattern.append(_as_integer(part))
    return tuple(pattern), arrays


def _parts(index: Any) -> tuple:
    """Return the parts of an index; of a list that holds more than numbers its elements."""
    if isinstance(index, tuple):
        return index
    if isinstance(index, list) and len(index) < LONGEST and any(map(_is_part, index)):
        warn_user(
            "A list of sequences, Tensors, slices or None is read as a tuple, one part an axis, "
            "as PyTorch does; write x[tuple(index)], or x[torch.tensor(index)] for places along "
            "the first axis"
        )
        return tuple(index)
    return (index,)


def _is_part(one: Any) -> bool:
    """Return whether an element of a list is an index of its own, no number or boolean."""
    if isinstance(one, np.generic):
        return False
    return one is None or one is Ellipsis or isinstance(one, slice) or _is_array(one)


def _is_array(part: Any) -> bool:
    return isinstance(part, SEQUENCES) or (hasattr(part, "dtype") and not _is_integer(part))


def _read_integer(part: Any) -> Any:
    """Return an integer array of no axes as an integer, as PyTorch does; not while tracing."""
    array = getattr(part, "array", part)
    if modes.trace is None and isinstance(array, ndarray) and array.ndim == 0:
        return array.item() if array.dtype.kind == "i" else part
    return part


def _is_integer(part: Any) -> bool:
    return isinstance(part, np.integer)


def _as_integer(part: Any) -> int:
    try:
        return part.__index__()
    except AttributeError:
        raise (TypeError if isinstance(part, str) else IndexError)(
            "only integers, slices (`:`), ellipsis (`...`), None and integer or boolean arrays are "
            f"valid indices (got {type(part).__name__})"
        ) from None


def _as_index(part: Any) -> Any:
    """Return an index array as it is; a sequence as an array of int64, also an empty one."""
    if isinstance(part, SEQUENCES):
        part = np.asarray(part) if len(part) else np.zeros(0, np.int64)
    if part.dtype.kind not in "bi":
        mask = ", mask.bool()" if part.dtype.kind == "u" else ""
        raise IndexError(
            f"arrays used as indices must be int or bool, got {part.dtype}; write index.long()"
            f"{mask}"
        )
    return part


def _checked_slice(part: slice) -> slice:
    if part.step is not None and part.step <= 0:
        raise ValueError(f"slice step must be greater than zero, got {part.step}; use flip")
    return part


def check_index(shape: tuple, pattern: tuple, arrays: list) -> None:
    """Raise IndexError where an integer of `pattern` is out of range, or a mask does not fit."""
    parts = fill_index(pattern, tuple(arrays)) if arrays else pattern
    used = sum(map(_axes_used, parts))
    if used > len(shape):
        raise IndexError(f"too many indices for tensor of dimension {len(shape)}: {used}")
    for axis, part in placed(parts, len(shape)):
        if isinstance(part, int):
            if not -shape[axis] <= part < shape[axis]:
                raise _beyond(part, axis, shape)
        elif _is_mask(part) and tuple(part.shape) != tuple(shape[axis : axis + part.ndim]):
            raise IndexError(
                f"the mask of shape {tuple(part.shape)} does not fit dimension {axis} and on of "
                f"the indexed shape {tuple(shape)}; the sizes must be equal"
            )


def placed(parts: tuple, ndim: int) -> Iterator[tuple[int, Any]]:
    """Yield the parts of an index that use axes, each with its first axis."""
    axis = 0
    for place, part in enumerate(parts):
        if part is Ellipsis:
            axis = ndim - sum(map(_axes_used, parts[place + 1 :]))
        elif part is not None:
            yield axis, part
            axis += _axes_used(part)


def _axes_used(part: Any) -> int:
    if part is None or part is Ellipsis:
        return 0
    return part.ndim if _is_mask(part) else 1


def _is_mask(part: Any) -> bool:
    return not isinstance(part, int | slice) and part.dtype.kind == "b"


def _out_of_range(shape: tuple, pattern: tuple, arrays: Sequence) -> IndexError | None:
    """Return the error that names the first value of an index array out of range, if one is."""
    for axis, part in placed(fill_index(pattern, tuple(arrays)), len(shape)):
        array = getattr(part, "array", part)
        if isinstance(array, ndarray) and array.dtype.kind == "i":
            wrong = array[(array < -shape[axis]) | (array >= shape[axis])]
            if wrong.size:
                return _beyond(wrong[0], axis, shape)
    return None


def _beyond(value: int, axis: int, shape: tuple) -> IndexError:
    return IndexError(
        f"index {value} is out of bounds for dimension {axis} with size {shape[axis]}"
    )


def along(index: Any, dim: int) -> tuple:
    """Return NumPy's index of the places that an index of all axes names along `dim`."""
    if not index.ndim:
        return ()
    last = index.ndim - 1
    places: list[Any] = [
        np.arange(size).reshape(-1, *(1,) * (last - axis)) for axis, size in enumerate(index.shape)
    ]
    places[dim] = index
    return tuple(places)


def gather(input: Any, dim: int, index: Any) -> Any:
    """Return y with y[i][j] = input[index[i][j]][j] for dim 0, and so on; shaped like index.

    Raises RuntimeError if index is no integer array of as many axes as input, none of them longer
    except `dim`, or if one of its values is out of range.
    """
    dim = normal_axis(dim, input.ndim, "gather")
    if index.dtype.kind not in "iu":
        raise RuntimeError(f"gather: index must be of integers, got {index.dtype}; use .long()")
    if not (index.ndim and input.ndim):
        x, places = (one if one.ndim else reshape(one, (1,)) for one in (input, index))
        return reshape(gather(x, dim, places), index.shape)
    pairs = enumerate(zip(index.shape, input.shape, strict=False))
    if index.ndim != input.ndim or any(new > old for axis, (new, old) in pairs if axis != dim):
        raise RuntimeError(
            f"gather: index {tuple(index.shape)} must have the axes of {tuple(input.shape)}, none "
            f"of them longer except {dim}"
        )
    return gathered(input, index, dim)


@op(name="gather", x=lambda g, index, shapes, dim: scattered(g, index, shapes[0], dim))
def gathered(x: Any, index: Any, /, dim: int) -> Any:
    """Return what `gather` returns; raise RuntimeError for an index out of range."""
    size = x.shape[dim] if x.ndim else 1
    if index.size and not 0 <= index.min() <= index.max() < size:
        raise RuntimeError(
            f"gather: index {index.min()} or {index.max()} is out of bounds for dimension {dim} "
            f"with size {size}"
        )
    return x[along(index, dim)]


@op(x=lambda g, index, dim: gathered(g, index, dim))
def scattered(x: Any, index: Any, /, shape: tuple, dim: int) -> Any:
    """Return zeros of `shape` with x added at the places of `index`: the transpose of gathered."""
    y = np.zeros(shape, x.dtype)
    np.add.at(y, along(index, dim), x)
    return y


@op()
def one_hot(index: Any, /, classes: int, dtype: Any) -> Any:
    """Return an array (..., classes) that is 1 at each index of `index` and 0 elsewhere."""
    return (index[..., None] == np.arange(classes)).astype(dtype)
