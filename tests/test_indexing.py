"""Indexing reads, and its gradient adds up, at the places that NumPy's index names.

NumPy is followed but where PyTorch differs: integers are taken before arrays.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import autograd
from autograd import grad

PYTORCH = json.loads((Path(__file__).parent / "reference" / "indexing.json").read_text())
# The same 200 examples in every run, so that CI can be repeated.
repeatable = settings(max_examples=200, derandomize=True, deadline=None, database=None)
shapes = arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4)


def forward_slices(size):
    """Slices of positive step: PyTorch has no others."""
    return st.slices(size).map(lambda s: slice(s.start, s.stop, s.step and abs(s.step)))


def basic(shape):
    sizes = [forward_slices(size) | (st.integers(-size, size - 1) if size else st.nothing())
             for size in shape]  # fmt: skip
    return st.tuples(*sizes).flatmap(with_new_axes)


def with_new_axes(index):
    """Leave out some of the last parts, put Ellipsis for some, and add new axes."""

    def build(cut, back, places):
        front = min(cut, len(index) - back)
        parts = [*index[:front], *([Ellipsis] if front + back < len(index) or back else [])]
        parts += index[len(index) - back :] if back else []
        for place in places:
            parts.insert(min(place, len(parts)), None)
        return tuple(parts) if len(parts) != 1 else parts[0]

    count = st.integers(0, len(index))
    return st.builds(build, count, count, st.lists(st.integers(0, 3), max_size=2))


def integer_arrays(shape):
    if 0 in shape:
        return st.nothing()
    return arrays.integer_array_indices(
        shape, result_shape=arrays.array_shapes(min_dims=0, max_dims=2, max_side=3)
    )


def masks(shape):
    return arrays.arrays(bool, shape)


def mixed(shape):
    """Per axis an array of one shared length, a mask, an integer or a slice."""
    length = st.integers(1, 3)
    return length.flatmap(lambda n: st.tuples(*(one_part(size, n) for size in shape)))


def one_part(size, length):
    parts = [forward_slices(size)]
    if size:
        inside = st.integers(-size, size - 1)
        parts += [inside, st.lists(inside, min_size=length, max_size=length)]
        parts += [arrays.arrays(np.int64, (2, 1), elements=inside)]
    if size >= length:
        chosen = st.permutations([True] * length + [False] * (size - length))
        parts.append(chosen.map(np.array))
    return st.one_of(parts)


def with_index(indices):
    return shapes.flatmap(lambda shape: st.tuples(st.just(shape), indices(shape)))


def pytorch_places(shape, index):
    """Return the flat places an index names: NumPy's, after the integers alone are taken."""
    places = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    parts = index if isinstance(index, tuple) else (index,)
    integers = tuple(part if isinstance(part, int) else slice(None) for part in parts)
    if any(isinstance(part, list | np.ndarray) for part in parts):
        places = places[integers]
        parts = tuple(part for part in parts if not isinstance(part, int))
    return np.asarray(places[parts])


def as_tensors(index):
    """Return the index with its arrays as Tensors."""
    if isinstance(index, tuple):
        return tuple(map(as_tensors, index))
    return autograd.from_numpy(index) if isinstance(index, np.ndarray) else index


def check(shape, index):
    places = pytorch_places(shape, index)
    values = np.random.default_rng(0).standard_normal(shape)
    x = autograd.from_numpy(values).requires_grad_()
    y = x[as_tensors(index)]
    np.testing.assert_array_equal(y.detach().numpy(), values.ravel()[places])

    weights = np.asarray(np.random.default_rng(1).standard_normal(places.shape))
    expected = np.zeros(values.size)
    for place, weight in zip(places.flat, weights.flat, strict=True):
        expected[place] += weight
    for create_graph in (False, True):
        (found,) = grad(y, x, autograd.from_numpy(weights), True, create_graph)
        np.testing.assert_allclose(found.detach().numpy().ravel(), expected, 1e-12)


@repeatable
@given(with_index(basic))
def test_slices_integers_ellipsis_and_new_axes(case):
    check(*case)


@repeatable
@given(with_index(integer_arrays))
def test_integer_arrays(case):
    check(*case)


@repeatable
@given(with_index(masks))
def test_masks(case):
    check(*case)


@repeatable
@given(with_index(mixed))
def test_arrays_masks_integers_and_slices_mixed(case):
    check(*case)


@repeatable
@given(with_index(lambda shape: basic(shape) | mixed(shape)), st.booleans())
def test_assignment_writes_to_the_places_that_reading_names(case, one_value):
    shape, index = case
    places = pytorch_places(shape, index)
    x = autograd.zeros(*shape, dtype=autograd.float64)
    values = np.asarray(5.0) if one_value else np.arange(1.0, places.size + 1).reshape(places.shape)
    x[as_tensors(index)] = autograd.from_numpy(values)
    expected = np.zeros(x.numel())
    expected[places] = values
    np.testing.assert_array_equal(x.numpy().ravel(), expected)


def stored_part(part):
    """Return a part of an index of reference/indexing.json (see make_indexing.py)."""
    if not isinstance(part, dict):
        return Ellipsis if part == "..." else part
    ((kind, value),) = part.items()
    return slice(*value) if kind == "slice" else autograd.tensor(value)


@pytest.mark.parametrize("case", PYTORCH, ids=lambda case: f"{case['shape']}{case['index']}")
def test_random_index_reads_and_writes_where_pytorch_does(case):
    x = autograd.arange(int(np.prod(case["shape"]))).reshape(case["shape"])
    index = tuple(map(stored_part, case["index"]))
    assert list(x[index].shape) == case["sizes"]
    assert x[index].flatten().tolist() == case["values"]
    x[index] = -1
    assert [place for place, value in enumerate(x.flatten().tolist()) if value == -1] == sorted(
        set(case["values"])
    )


def test_mask_counts_as_its_axes_beside_integers():
    x = autograd.arange(24).reshape(2, 3, 4)
    mask = autograd.tensor([[True, False, False], [False, False, True]])
    assert x[mask, 3].tolist() == [3, 23]
    assert x[..., mask, 3].tolist() == [3, 23]
    with pytest.raises(IndexError, match="index 4 is out of bounds for dimension 2 with size 4"):
        x[mask, 4]


def test_gradient_of_repeated_index_accumulates():
    x = autograd.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x[[0, 2, 0, 0]] * autograd.tensor([1.0, 10.0, 100.0, 1000.0])).sum().backward()
    assert x.grad.tolist() == [1101, 0, 10]


def test_view_is_returned_where_no_array_indexes():
    x = autograd.zeros(2, 3)
    x[1][0] = 5
    x[:, 2][...] = 7
    assert x.tolist() == [[0, 0, 7], [5, 0, 7]]


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ((0, slice(None), [0, 1]), (3, 2)),
        ((slice(None), 0, slice(None), [0, 1]), (2, 4, 2)),
        (([0, 1], slice(None), 0), (2, 3, 5)),
        (([0, 1], slice(None), [0, 1]), (2, 3, 5)),
        (([0, 1], None, [0, 1]), (2, 1, 4, 5)),
        ((Ellipsis, 1, [0, 1], 2), (2, 2)),
        (True, (1, 2, 3, 4, 5)),
        (False, (0, 2, 3, 4, 5)),
        ((), (2, 3, 4, 5)),
        ([], (0, 3, 4, 5)),
        ([True, False], (1, 3, 4, 5)),
    ],
)
def test_shape_is_pytorchs(index, expected):
    sizes = (2, 3, 4, 5) if expected != (3, 2) else (2, 3, 4)
    assert tuple(autograd.zeros(*sizes)[index].shape) == expected


def test_range_is_an_index_array():
    x = autograd.arange(6).reshape(2, 3)
    assert x[range(2), range(1, 3)].tolist() == [1, 5]
    x[range(1)] = 9
    assert x[range(0)].tolist() == []
    assert x.tolist() == [[9, 9, 9], [3, 4, 5]]


def test_list_of_indices_is_a_tuple_and_warns_of_it():
    x = autograd.arange(6).reshape(2, 3)
    with pytest.warns(UserWarning, match=r"x\[tuple\(index\)\], or x\[torch.tensor\(index\)\]"):
        assert x[[[0, 1], [1, 2]]].tolist() == [1, 5]


@pytest.mark.parametrize("index", [autograd.tensor(2), np.int64(2), np.array(2), 2, -1])
def test_index_of_no_axes_takes_one_element(index):
    x = autograd.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x[index]
    assert (tuple(y.shape), y.item()) == ((), 3)
    y.backward()
    assert x.grad.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("index", "error", "says"),
    [
        (3, IndexError, "index 3 is out of bounds for dimension 0 with size 3"),
        (-4, IndexError, "index -4 is out of bounds for dimension 0 with size 3"),
        ((0, 2), IndexError, "index 2 is out of bounds for dimension 1 with size 2"),
        ((Ellipsis, 5), IndexError, "index 5 is out of bounds for dimension 1 with size 2"),
        ([0, 3], IndexError, "index 3 is out of bounds"),
        (autograd.tensor(3), IndexError, "index 3 is out of bounds"),
        ((0, 0, 0), IndexError, "too many indices for tensor of dimension 2"),
        ((slice(None), [0, -3]), IndexError, "index -3 is out of bounds for dimension 1 with size"),
        ((0, [[1, 2]]), IndexError, "index 2 is out of bounds for dimension 1 with size 2"),
        ((0, None, np.ones(3, bool)), IndexError, "mask of shape .3,. does not fit dimension 1"),
        (([0], [0], [0]), IndexError, "too many indices"),
        (([0, 1], [0, 1, 1]), IndexError, "could not be broadcast"),
        (np.array([True, False]), IndexError, "mask of shape \\(2,\\) does not fit dimension 0"),
        (1.0, IndexError, "float"),
        ("a", TypeError, "str"),
        (autograd.tensor([0.0]), IndexError, "float32; write index.long()"),
        (autograd.tensor([1, 0, 1], dtype=autograd.uint8), IndexError, "uint8; .* mask.bool()"),
        (slice(None, None, -1), ValueError, "step must be greater than zero"),
        (slice(None, None, 0), ValueError, "step"),
        (slice(0.5, None), TypeError, "slice indices must be integers"),
    ],
)
def test_bad_index_names_itself(index, error, says):
    with pytest.raises(error, match=says):
        autograd.zeros(3, 2)[index]
