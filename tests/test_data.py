"""Data sets, samplers and loaders give PyTorch's samples in PyTorch's order."""

import json
from collections import OrderedDict, namedtuple
from pathlib import Path

import numpy as np
import pytest

import autograd
from nn import data

REFERENCE = json.loads((Path(__file__).parent / "reference" / "nn.json").read_text())
Pair = namedtuple("Pair", ["x", "y"])


class Squares(data.Dataset):
    """The squares of 0 to 4, as Tensors."""

    def __getitem__(self, index):
        return autograd.tensor(float(index * index))

    def __len__(self):
        return 5


class Countdown(data.IterableDataset):
    """5, 4, 3, 2, 1."""

    def __iter__(self):
        return iter(range(5, 0, -1))

    def __len__(self):
        return 5


def rows(count):
    """Return a data set of `count` rows and labels, and its two Tensors."""
    x = autograd.arange(2 * count).float().reshape(count, 2)
    y = autograd.arange(count)
    return data.TensorDataset(x, y), x, y


def listed(batch):
    return batch.tolist() if hasattr(batch, "tolist") else batch


@pytest.mark.parametrize("case", REFERENCE["loaders"])
def test_three_epochs_and_the_streams_after_them_are_pytorchs(case):
    autograd.manual_seed(11)
    own = autograd.Generator().manual_seed(5)
    options = {name: value for name, value in case["options"].items() if name != "own"}
    generator = own if case["options"].get("own") else None
    loader = data.DataLoader(range(case["length"]), generator=generator, **options)
    assert [[listed(batch) for batch in loader] for _ in range(3)] == case["epochs"]
    after = [autograd.rand(()).item(), autograd.rand((), generator=own).item()]
    assert (after, len(loader)) == (case["after"], case["size"])


@pytest.mark.parametrize("case", REFERENCE["samplers"])
def test_samplers_draw_pytorchs_indices(case):
    autograd.manual_seed(2)
    sampler = getattr(data, case["name"])(range(case["length"]), **case["options"])
    assert [list(sampler), list(sampler)] == case["drawn"]
    assert len(sampler) == len(case["drawn"][0])


@pytest.mark.parametrize("case", REFERENCE["splits"])
def test_random_splits_are_pytorchs(case):
    autograd.manual_seed(13)
    generator = autograd.Generator().manual_seed(1) if case["own"] else None
    parts = data.random_split(range(case["length"]), case["lengths"], generator)
    assert [list(part) for part in parts] == case["parts"]


@pytest.mark.parametrize(
    ("lengths", "message"),
    [([1, 1], "does not equal.*3"), ([0.5, 0.6], "does not equal"), ([1.5, -0.5], "index 0")],
)
def test_a_split_that_does_not_add_up_is_refused(lengths, message):
    with pytest.raises(ValueError, match=message):
        data.random_split([1, 2, 3], lengths)


def test_an_empty_part_of_a_split_warns():
    with pytest.warns(UserWarning, match="split at index 1 is 0"):
        parts = data.random_split([1, 2], [0.9, 0.1])
    assert [len(part) for part in parts] == [2, 0]


def test_a_tensor_data_set_has_rows():
    dataset, _, _ = rows(3)
    x, y = dataset[1]
    assert (x.tolist(), y.item(), len(dataset)) == ([2.0, 3.0], 1, 3)
    with pytest.raises(AssertionError, match=r"Size mismatch between tensors.*\[2, 3\]"):
        data.TensorDataset(autograd.ones(2), autograd.ones(3))


def test_subsets_of_subsets():
    dataset = data.Subset(data.Subset([10, 11, 12, 13], [3, 2, 0]), [2, 0])
    assert list(dataset) == [10, 13]
    part = data.Subset(rows(4)[0], [0, 2])
    assert part[[0, 1]][1].tolist() == [0, 2]


def test_joined_data_sets_are_read_one_after_the_other():
    joined = Squares() + data.Subset([7], [0])
    assert [float(joined[place]) for place in (0, 4, 5, -1, -6)] == [0.0, 16.0, 7.0, 7.0, 0.0]
    assert len(joined) == 6
    with pytest.raises(ValueError, match="index -7 is before the first of 6"):
        joined[-7]
    with pytest.raises(AssertionError, match="empty"):
        data.ConcatDataset([])
    with pytest.raises(AssertionError, match="IterableDataset"):
        data.ConcatDataset([Countdown()])


@pytest.mark.parametrize("kind", [data.Dataset, data.IterableDataset, data.Sampler])
def test_a_base_class_names_what_is_missing(kind):
    with pytest.raises(NotImplementedError, match=r"should implement __(getitem|iter)__"):
        kind()[0] if kind is data.Dataset else iter(kind())


def test_base_classes_can_be_subscripted_with_the_type_of_a_sample():
    class Typed(data.Dataset[int]):
        pass

    assert issubclass(Typed, data.Dataset)


def test_a_data_set_of_ones_own_is_stacked():
    batches = [batch.tolist() for batch in data.DataLoader(Squares(), batch_size=2)]
    assert batches == [[0.0, 1.0], [4.0, 9.0], [16.0]]


def test_a_list_of_pairs_is_a_data_set():
    pairs = [(np.ones(2, np.float32) * i, i) for i in range(3)]
    x, y = next(iter(data.DataLoader(pairs, batch_size=3)))
    assert (x.dtype, x.tolist()) == ("float32", [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    assert (y.dtype, y.tolist()) == ("int64", [0, 1, 2])


@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: data.Subset(d, [4, 1, 3])])
def test_a_batch_of_rows_is_what_collating_them_gives(wrap):
    dataset = wrap(rows(5)[0])
    quick = list(data.DataLoader(dataset, batch_size=2))
    slow = [
        data.default_collate([dataset[i] for i in batch])
        for batch in data.BatchSampler(range(len(dataset)), 2, False)
    ]
    assert [[part.tolist() for part in batch] for batch in quick] == [
        [part.tolist() for part in batch] for batch in slow
    ]
    assert [type(batch) for batch in quick] == [list] * len(slow)


def test_a_batch_has_memory_of_its_own():
    dataset, x, _ = rows(2)
    batch, _ = next(iter(data.DataLoader(dataset, batch_size=2)))
    batch[0] = 9.0
    assert x[0].tolist() == [0.0, 1.0]


def test_an_overridden_getitem_is_asked():
    class Doubled(data.TensorDataset):
        def __getitem__(self, index):
            return tuple(2 * part for part in super().__getitem__(index))

    (batch,) = next(iter(data.DataLoader(Doubled(autograd.ones(2)), batch_size=2)))
    assert batch.tolist() == [2.0, 2.0]


def test_several_samples_at_once_where_a_data_set_offers_it():
    class Many(Squares):
        def __getitems__(self, indices):
            return [-index for index in indices]

    assert next(iter(data.DataLoader(Many(), batch_size=3))).tolist() == [0, -1, -2]


def test_a_collate_function_of_ones_own_gets_the_samples():
    dataset, _, _ = rows(3)
    batch = next(iter(data.DataLoader(dataset, batch_size=3, collate_fn=lambda batch: batch)))
    assert [y.item() for _, y in batch] == [0, 1, 2]


def test_a_sampler_or_a_batch_sampler_gives_the_order():
    assert [b.tolist() for b in data.DataLoader([5, 6, 7], 2, sampler=[2, 0, 1])] == [[7, 5], [6]]
    assert [b.tolist() for b in data.DataLoader([5, 6, 7], batch_sampler=[[2], [0, 1]])] == [
        [7],
        [5, 6],
    ]


def test_single_samples_are_converted_not_collated():
    assert list(data.DataLoader([1, "a"], batch_size=None)) == [1, "a"]
    (sample,) = data.DataLoader([np.ones(2)], batch_size=None)
    assert (type(sample), sample.dtype) == (autograd.Tensor, "float64")


def test_an_iterable_data_set_comes_in_turn():
    loader = data.DataLoader(Countdown(), batch_size=2)
    assert [batch.tolist() for batch in loader] == [[5, 4], [3, 2], [1]]
    assert len(loader) == 3
    loader = data.DataLoader(Countdown(), batch_size=2, drop_last=True)
    assert [batch.tolist() for batch in loader] == [[5, 4], [3, 2]]
    assert len(loader) == 2
    loader = data.DataLoader(Countdown(), batch_size=None)
    assert (list(loader), len(loader)) == ([5, 4, 3, 2, 1], 5)


def test_dropping_the_only_batch_warns():
    # The chapter's own loop trains nothing: 4 rows in batches of 32 are 0 batches.
    with pytest.warns(UserWarning, match="no batch of 4 samples with batch_size=32"):
        loader = data.DataLoader([1, 2, 3, 4], batch_size=32, drop_last=True)
    assert list(loader) == []


def test_what_a_script_carries_along_is_accepted():
    loader = data.DataLoader(
        [1, 2],
        num_workers=2,
        pin_memory=True,
        persistent_workers=True,
        prefetch_factor=4,
        worker_init_fn=print,
        timeout=5,
    )
    assert [batch.tolist() for batch in loader] == [[1], [2]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "batch_size should be a positive integer"),
        ({"batch_size": 2.5}, "batch_size should be a positive integer"),
        ({"num_workers": -1}, "num_workers option should be non-negative"),
        ({"timeout": -1}, "timeout option should be non-negative"),
        ({"prefetch_factor": 2}, "prefetch_factor option needs num_workers"),
        ({"sampler": [0], "shuffle": True}, "sampler option is mutually exclusive"),
        ({"batch_sampler": [[0]], "batch_size": 3}, "batch_sampler option is mutually exclusive"),
        ({"batch_size": None, "drop_last": True}, "batch_size=None"),
        ({"drop_last": 1}, "drop_last should be a boolean"),
    ],
)
def test_options_that_exclude_each_other_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        data.DataLoader([1], **options)


def test_an_iterable_data_set_gives_its_own_order():
    with pytest.raises(ValueError, match="the data set gives the order"):
        data.DataLoader(Countdown(), shuffle=True)


def test_nothing_cannot_be_shuffled():
    with pytest.raises(ValueError, match="num_samples=0"):
        data.DataLoader([], shuffle=True)
    with pytest.raises(TypeError, match="replacement=1"):
        data.RandomSampler([1], replacement=1)


COLLATED = [
    ([1.5, 2.0], "float64", [1.5, 2.0]),
    ([1, 2], "int64", [1, 2]),
    ([True, False], "bool", [True, False]),
    ([np.float32(1.5), np.float32(2)], "float32", [1.5, 2.0]),
    ([np.float64(1.5), np.float64(2)], "float64", [1.5, 2.0]),
    ([np.array([1, 2], np.int16), np.array([3, 4], np.int16)], "int16", [[1, 2], [3, 4]]),
    ([autograd.ones(1), autograd.zeros(1)], "float32", [[1.0], [0.0]]),
]


@pytest.mark.parametrize(("batch", "dtype", "expected"), COLLATED)
def test_numbers_arrays_and_tensors_are_stacked(batch, dtype, expected):
    made = data.default_collate(batch)
    assert (made.dtype, made.tolist()) == (dtype, expected)


def test_what_samples_are_made_of_is_kept():
    made = data.default_collate([("a", {"x": 1, "y": [2, 3]}), ("b", {"x": 4, "y": [5, 6]})])
    texts, mapping = made
    assert texts == ("a", "b")
    assert mapping["x"].tolist() == [1, 4]
    assert [part.tolist() for part in mapping["y"]] == [[2, 5], [3, 6]]
    pair = data.default_collate([Pair(1, 2), Pair(3, 4)])
    assert type(pair) is Pair
    assert pair.y.tolist() == [2, 4]
    assert type(data.default_collate([OrderedDict(a=1)])) is OrderedDict


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ([object()], TypeError, "found <class 'object'>"),
        ([None], TypeError, "NoneType"),
        ([np.array(["a"])], TypeError, "found <U1"),
        ([[1, 2], [3]], RuntimeError, "equal size"),
    ],
)
def test_what_cannot_be_a_batch_is_named(batch, error, message):
    with pytest.raises(error, match=message):
        data.default_collate(batch)


def test_conversion_makes_tensors_of_arrays_alone():
    sample = {"x": np.float32(1.5), "y": ("a", np.ones(1), b"c"), "z": np.array(["t"])}
    made = data.default_convert(sample)
    assert (made["x"].item(), made["x"].dtype) == (1.5, "float32")
    assert made["y"] == ["a", autograd.ones(1, dtype=autograd.float64), b"c"]
    assert made["z"] is sample["z"]


def test_gradients_flow_through_a_batch_of_tensors():
    rows = [autograd.ones(2, requires_grad=True), autograd.zeros(2)]
    data.default_collate(rows).sum().backward()
    assert rows[0].grad.tolist() == [1.0, 1.0]


def test_tensors_of_different_shapes_are_no_batch():
    with pytest.raises(RuntimeError, match="equal size"):
        data.default_collate([autograd.ones(2), autograd.ones(3)])


def test_a_tensor_data_set_of_no_tensors_is_refused():
    with pytest.raises(ValueError, match=r"TensorDataset\(inputs, targets\)"):
        data.TensorDataset()
