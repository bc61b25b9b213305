"""Random shapes, layouts, dtypes and indices: what is read and written is what NumPy does.

NumPy is followed but where PyTorch differs: integers are taken before arrays.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import autograd
from autograd import from_numpy, grad
from autograd.versions import owner_of

HOW = dict(deadline=None, database=None, suppress_health_check=list(HealthCheck))
DTYPES = st.sampled_from([np.float64, np.float32, np.int64, np.int32, np.uint8, np.bool_])
SHAPES = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
WITH_AXES = arrays.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)


def values(shape: tuple, dtype: Any) -> np.ndarray:
    """Return different values, as far as the dtype has them."""
    count = int(np.prod(shape))
    return np.asarray((np.arange(count) * 7 + 1) % 101).astype(dtype).reshape(shape)


@st.composite
def layouts(draw: Any, shape: tuple, dtype: Any) -> np.ndarray:
    """Draw an array of this shape that lies in memory with steps, backwards, axes exchanged."""
    order = draw(st.permutations(range(len(shape))))
    steps = draw(st.tuples(*(st.sampled_from([1, 1, 2, 3, -1, -2]) for _ in shape)))
    gaps = draw(st.tuples(*(st.integers(0, 2) for _ in shape)))
    sizes = [shape[axis] * abs(step) + gap
             for axis, step, gap in zip(order, steps, gaps, strict=True)]  # fmt: skip
    memory = values(tuple(sizes), dtype)
    parts = [
        slice(gap if step > 0 else None, None, step) for step, gap in zip(steps, gaps, strict=True)
    ]
    view = memory[(*parts, ...)]
    view = view[(*(slice(shape[axis]) for axis in order), ...)]
    return view.transpose(np.argsort(order))


@st.composite
def some(draw: Any, shapes: Any = SHAPES) -> np.ndarray:
    """Draw an array of any of these shapes, of any layout and dtype."""
    return draw(layouts(draw(shapes), draw(DTYPES)))


def forward_slices(size: int) -> Any:
    """Slices of positive step: PyTorch has no others."""
    return st.slices(size).map(lambda s: slice(s.start, s.stop, s.step and abs(s.step)))


@st.composite
def indices(draw: Any, shape: tuple) -> tuple:
    """Draw an index of integers, slices, None, masks and arrays that broadcast, maybe with ...."""
    front = draw(st.integers(0, len(shape)))
    back = draw(st.integers(0, len(shape) - front))
    if draw(st.integers(0, 3)) == 0:
        # A mask of several axes, alone among slices.
        mask = draw(arrays.arrays(bool, shape[front : len(shape) - back]))
        return (*[slice(None)] * front, mask) if mask.ndim else (..., None)
    common = draw(arrays.array_shapes(min_dims=1, max_dims=2, min_side=1, max_side=3))
    first = [draw(part(size, common)) for size in shape[:front]]
    last = [draw(part(size, common)) for size in shape[len(shape) - back :]] if back else []
    parts = [*first, *([Ellipsis] if last or draw(st.booleans()) else []), *last]
    for _ in range(draw(st.integers(0, 2))):
        parts.insert(draw(st.integers(0, len(parts))), None)
    return tuple(parts)


@st.composite
def part(draw: Any, size: int, common: tuple) -> Any:
    """Draw what may stand for one axis; its arrays broadcast to `common`."""
    length = common[-1]
    kinds = ["slice"] + ["integer", "array", "list"] * (size > 0) + ["mask"] * (size >= length)
    kind = draw(st.sampled_from(kinds))
    if kind == "slice":
        return draw(forward_slices(size))
    if kind == "mask":
        chosen = [True] * length + [False] * (size - length)
        return np.array(draw(st.permutations(chosen)))
    inside = st.integers(-size, size - 1)
    if kind == "integer":
        return draw(inside)
    if kind == "list":
        return draw(st.lists(inside, min_size=length, max_size=length))
    sizes = tuple(draw(st.sampled_from([1, n])) for n in common)
    return draw(arrays.arrays(np.int64, sizes, elements=inside))


def used(parts: list | tuple) -> int:
    """Return how many axes the parts of an index take."""
    return sum(axes_of(one) for one in parts)


def axes_of(part: Any) -> int:
    if part is None or part is Ellipsis:
        return 0
    return part.ndim if isinstance(part, np.ndarray) and part.dtype == bool else 1


def places_of(shape: tuple, index: tuple) -> np.ndarray:
    """Return the flat places an index names: NumPy's, after the integers alone are taken."""
    places = np.arange(int(np.prod(shape))).reshape(shape)
    full = [slice(None)] * (len(shape) - used(index))
    place = next((i for i, one in enumerate(index) if one is Ellipsis), len(index))
    parts = [*index[:place], *full, *index[place + 1 :]]
    if any(isinstance(one, list | np.ndarray) for one in parts):
        first: list[Any] = []
        for one in parts:
            first += [one] if isinstance(one, int) else [slice(None)] * axes_of(one)
        places = places[tuple(first)]
        parts = [one for one in parts if not isinstance(one, int)]
    return np.asarray(places[tuple(parts)])


def as_tensors(index: tuple) -> tuple:
    return tuple(from_numpy(one) if isinstance(one, np.ndarray) else one for one in index)


def leaf(array: np.ndarray) -> Any:
    """Return a Tensor that shows the memory of an array, a leaf if it is of floats."""
    return from_numpy(array).requires_grad_(array.dtype.kind == "f")


def assert_same(found: Any, expected: Any) -> None:
    expected = np.asarray(expected)
    assert (found.dtype, tuple(found.shape)) == (expected.dtype, expected.shape)
    np.testing.assert_array_equal(found.detach().numpy(), expected)


def weights_like(y: Any) -> Any:
    return from_numpy(np.asarray(values(tuple(y.shape), y.dtype)))


@st.composite
def indexed(draw: Any) -> tuple:
    array = draw(some())
    return array, draw(indices(array.shape))


def check_reading(array: np.ndarray, index: tuple) -> None:
    places = places_of(array.shape, index)
    x = leaf(array)
    y = x[as_tensors(index)]
    assert_same(y, array.ravel()[places])
    if y.requires_grad:
        weights = weights_like(y)
        expected = np.zeros(array.size, array.dtype)
        np.add.at(expected, places, weights.numpy())
        assert_same(grad(y, x, weights)[0], expected.reshape(array.shape))


@st.composite
def assigned(draw: Any) -> tuple:
    array, index = draw(indexed())
    return array, index, draw(st.sampled_from(["number", "every place", "row"]))


def check_writing(array: np.ndarray, index: tuple, kind: str) -> None:
    places = places_of(array.shape, index)
    if kind == "row" and len(np.unique(places)) < places.size:
        # Which of two values for one place stays is not promised.
        kind = "number"
    given = {"number": np.asarray(1), "every place": places * 3 % 7,
             "row": np.arange(places.shape[-1] if places.ndim else 1)}[kind]  # fmt: skip
    given = given.astype(array.dtype)
    if kind == "row" and not places.ndim:
        given = given[0]
    memory = owner_of(array)
    expected_memory = memory.copy()
    flat = array.ravel().copy()
    flat[places] = given
    x = from_numpy(array)
    x[as_tensors(index)] = given.item() if kind == "number" else from_numpy(np.asarray(given))
    if array.size:
        offset = array.__array_interface__["data"][0] - memory.__array_interface__["data"][0]
        twin = np.ndarray(array.shape, array.dtype, expected_memory, offset, array.strides)
        twin[...] = flat.reshape(array.shape)
    np.testing.assert_array_equal(memory, expected_memory)


@st.composite
def broadcast(draw: Any) -> tuple:
    shapes = draw(
        arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=4)
    )
    pair = [draw(layouts(shape, draw(DTYPES))) for shape in shapes.input_shapes]
    return *pair, draw(st.sampled_from(["add", "mul", "maximum", "lt", "where"]))


def check_broadcasting(a: np.ndarray, b: np.ndarray, name: str) -> None:
    x, y = leaf(a), leaf(b)
    dtype = autograd.result_type(x, y)
    left, right = a.astype(dtype), b.astype(dtype)
    if name == "where":
        made, expected = autograd.where(x > 50, x, y), np.where(a > 50, left, right)
    else:
        twin = {"add": np.add, "mul": np.multiply, "maximum": np.maximum, "lt": np.less}[name]
        made, expected = getattr(autograd, name)(x, y), twin(left, right)
    assert_same(made, expected)
    if name == "add" and made.requires_grad:
        weights = weights_like(made)
        for one in (x, y):
            if one.requires_grad:
                expected = summed_to(weights.numpy().astype(np.float64), one.shape)
                assert_same(grad(made, one, weights, retain_graph=True)[0],
                            expected.astype(one.dtype))  # fmt: skip


def summed_to(array: np.ndarray, shape: tuple) -> np.ndarray:
    """Return the sums over the axes that broadcasting has made or lengthened."""
    array = array.sum(tuple(range(array.ndim - len(shape))))
    longer = tuple(i for i, size in enumerate(shape) if size == 1 != array.shape[i])
    return array.sum(longer, keepdims=True)


@st.composite
def along_axes(draw: Any) -> tuple:
    array = draw(some(WITH_AXES))
    dim = draw(st.integers(-array.ndim, array.ndim - 1))
    sizes = [draw(st.integers(0, n)) for n in array.shape]
    sizes[dim] = draw(st.integers(0, 4))
    inside = st.integers(0, array.shape[dim] - 1)
    return array, dim, draw(arrays.arrays(np.int64, tuple(sizes), elements=inside))


def check_gathering_and_scattering(array: np.ndarray, dim: int, index: np.ndarray) -> None:
    inner = tuple(slice(None) if axis == dim % array.ndim else slice(size)
                  for axis, size in enumerate(index.shape))  # fmt: skip
    x, places = leaf(array), from_numpy(index)
    y = x.gather(dim, places)
    assert_same(y, np.take_along_axis(array[inner], index, dim))
    source = values(index.shape, array.dtype)
    written, added = array.copy(), array.copy()
    # The same value wherever one place is named twice.
    np.put_along_axis(written[inner], index, 1, dim)
    assert_same(x.detach().scatter(dim, places, 1), written)
    spots = list(np.ogrid[tuple(map(slice, index.shape))])
    spots[dim % array.ndim] = index
    np.add.at(added, tuple(spots), source)
    assert_same(x.detach().scatter_add(dim, places, from_numpy(source)), added)
    if y.requires_grad:
        expected = np.zeros(array.shape, array.dtype)
        np.add.at(expected, tuple(spots), source)
        assert_same(grad(y, x, from_numpy(source))[0], expected)


@st.composite
def one_axis(draw: Any) -> tuple:
    array = draw(some(WITH_AXES))
    dim = draw(st.integers(-array.ndim, array.ndim - 1))
    inside = st.integers(0, array.shape[dim] - 1)
    return array, dim, np.array(draw(st.lists(inside, max_size=5)), np.int64)


def check_one_axis(array: np.ndarray, dim: int, index: np.ndarray) -> None:
    x, places = leaf(array), from_numpy(index)
    y = x.index_select(dim, places)
    assert_same(y, np.take(array, index, dim))
    source = np.asarray(values(tuple(y.shape), array.dtype))
    before = (slice(None),) * (dim % array.ndim)
    added = array.copy()
    np.add.at(added, (*before, index), source)
    assert_same(x.detach().index_add(dim, places, from_numpy(source)), added)
    filled = array.copy()
    filled[(*before, index)] = 1
    assert_same(x.detach().index_fill(dim, places, 1), filled)


@st.composite
def taken_along(draw: Any) -> tuple:
    array = draw(some(WITH_AXES))
    dim = draw(st.integers(-array.ndim, array.ndim - 1))
    sizes = [draw(st.sampled_from([1, n])) for n in array.shape]
    sizes[dim] = draw(st.integers(0, 4))
    inside = st.integers(-array.shape[dim], array.shape[dim] - 1)
    index = draw(arrays.arrays(np.int64, tuple(sizes), elements=inside))
    return array, dim, index


def check_taking_along(array: np.ndarray, dim: int, index: np.ndarray) -> None:
    found = autograd.take_along_dim(from_numpy(array), from_numpy(index), dim)
    assert_same(found, np.take_along_axis(array, index, dim))


CASES = {
    "reading": (indexed(), check_reading),
    "writing": (assigned(), check_writing),
    "broadcasting": (broadcast(), check_broadcasting),
    "gather and scatter": (along_axes(), check_gathering_and_scattering),
    "index_select and its kin": (one_axis(), check_one_axis),
    "take_along_dim": (taken_along(), check_taking_along),
}
each = pytest.mark.parametrize("name", CASES)


def check(name: str, data: Any) -> None:
    strategy, function = CASES[name]
    function(*data.draw(strategy))


@each
@settings(max_examples=200, derandomize=True, **HOW)
@given(data=st.data())
def test_two_hundred_random_cases_are_numpys(name, data):
    check(name, data)


@pytest.mark.nightly
@each
@settings(max_examples=10_000, print_blob=True, **HOW)
@given(data=st.data())
def test_ten_thousand_random_cases_are_numpys(name, data):
    check(name, data)
