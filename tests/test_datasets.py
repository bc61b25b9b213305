"""Bundled data and its preparation agree with scikit-learn, which made the numbers below."""

import numpy as np
import pytest

from nn.datasets import IRIS_FEATURES, IRIS_SPECIES, StandardScaler, load_iris, train_test_split

# scikit-learn 1.9.1: options, train rows and test rows of train_test_split(range(10), ...)
PLAIN_SPLITS = [
    (dict(random_state=0), [9, 1, 6, 7, 3, 0, 5], [2, 8, 4]),
    (dict(random_state=42), [0, 7, 2, 9, 4, 3, 6], [8, 1, 5]),
    (dict(random_state=7, test_size=0.35), [1, 9, 7, 3, 6, 4], [8, 5, 0, 2]),
    (dict(random_state=2**32 - 1, test_size=3), [1, 8, 0, 7, 4, 2, 3], [6, 9, 5]),
    (dict(random_state=1, train_size=0.55), [3, 1, 7, 8, 5], [2, 9, 6, 4, 0]),
    (dict(random_state=3, test_size=0.2, train_size=4), [1, 2, 9, 6], [5, 4]),
    (dict(test_size=3, shuffle=False), [0, 1, 2, 3, 4, 5, 6], [7, 8, 9]),
]
# The same of range(12) with stratify=LABELS.
LABELS = list("abacabacabca")
STRATIFIED_SPLITS = [
    (dict(random_state=0), [7, 6, 9, 4, 2, 0, 10, 11, 1], [5, 8, 3]),
    (dict(random_state=42, test_size=0.5), [5, 2, 0, 3, 7, 11], [4, 10, 9, 8, 1, 6]),
    (dict(random_state=5, test_size=5), [8, 1, 10, 7, 4, 5, 6], [2, 11, 9, 0, 3]),
    (dict(random_state=9, train_size=4, test_size=3), [10, 2, 9, 11], [7, 1, 4]),
]
# train_test_split(range(150), test_size=0.2, random_state=42, stratify=species): the test rows
IRIS_TEST_ROWS = [
    *(38, 127, 57, 93, 42, 56, 22, 20, 147, 84, 107, 141, 104, 51, 7),
    *(49, 14, 69, 63, 138, 10, 140, 58, 134, 132, 77, 75, 18, 116, 28),
]


def test_iris_has_the_shapes_and_dtypes_of_scikit_learn():
    features, labels = load_iris()
    assert (features.shape, features.dtype) == ((150, 4), np.float64)
    assert (labels.shape, labels.dtype) == ((150,), np.int64)
    assert len(IRIS_FEATURES) == 4


def test_iris_first_and_last_flower():
    features, labels = load_iris()
    assert features[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert features[-1].tolist() == [5.9, 3.0, 5.1, 1.8]
    assert IRIS_SPECIES[labels[0]] == "setosa"
    assert IRIS_SPECIES[labels[-1]] == "virginica"


def test_iris_has_the_two_rows_that_the_uci_copy_gets_wrong():
    features, _ = load_iris()
    assert features[[34, 37]].tolist() == [[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]]


def test_iris_column_sums():
    np.testing.assert_allclose(load_iris()[0].sum(axis=0), [876.5, 458.6, 563.7, 179.9])


def test_iris_species_come_in_turn_fifty_each():
    assert load_iris()[1].tolist() == [0] * 50 + [1] * 50 + [2] * 50


def test_iris_arrays_are_the_callers_own():
    load_iris()[0][:] = 0
    assert load_iris()[0].min() == 0.1


@pytest.mark.parametrize(("options", "train", "test"), PLAIN_SPLITS)
def test_plain_split_picks_the_rows_of_scikit_learn(options, train, test):
    got = train_test_split(np.arange(10), **options)
    assert [rows.tolist() for rows in got] == [train, test]


@pytest.mark.parametrize(("options", "train", "test"), STRATIFIED_SPLITS)
def test_stratified_split_picks_the_rows_of_scikit_learn(options, train, test):
    got = train_test_split(np.arange(12), stratify=LABELS, **options)
    assert [rows.tolist() for rows in got] == [train, test]


def test_stratified_split_of_iris_keeps_the_shares():
    _, labels = load_iris()
    rows = np.arange(150)
    train, test, train_labels, test_labels = train_test_split(
        rows, labels, test_size=0.2, random_state=42, stratify=labels
    )
    assert test.tolist() == IRIS_TEST_ROWS
    assert sorted([*train, *test]) == list(rows)
    assert np.bincount(train_labels).tolist() == [40, 40, 40]
    assert np.bincount(test_labels).tolist() == [10, 10, 10]


def test_labels_in_a_column_split_like_flat_labels():
    flat = np.array([0, 1, 1, 0, 1, 0, 0, 1])
    as_column = train_test_split(np.arange(8), random_state=3, stratify=flat.reshape(-1, 1))
    as_flat = train_test_split(np.arange(8), random_state=3, stratify=flat)
    np.testing.assert_array_equal(as_column[0], as_flat[0])


def test_every_array_is_split_by_the_same_rows():
    numbers = np.arange(14).reshape(7, 2)
    a, b, names_a, names_b = train_test_split(numbers, list("abcdefg"), random_state=1)
    assert (a.shape, b.shape) == ((5, 2), (2, 2))
    assert [ord(name) - ord("a") for name in names_a + names_b] == [*a[:, 0] // 2, *b[:, 0] // 2]


def test_data_frames_are_split_by_rows_not_columns():
    class Frame:
        shape = (10, 2)
        iloc = np.arange(20).reshape(10, 2)

    _, test = train_test_split(Frame(), random_state=0)
    assert test[:, 0].tolist() == [4, 16, 8]


def test_a_random_state_object_is_advanced_by_each_split():
    stream = np.random.RandomState(0)
    first = train_test_split(np.arange(10), random_state=stream)[1]
    second = train_test_split(np.arange(10), random_state=stream)[1]
    assert first.tolist() == [2, 8, 4]
    assert second.tolist() != first.tolist()


def test_without_random_state_numpys_global_seed_decides():
    before = np.random.get_state()
    np.random.seed(0)
    test = train_test_split(np.arange(10))[1]
    np.random.set_state(before)
    assert test.tolist() == [2, 8, 4]


@pytest.mark.parametrize(
    ("arrays", "options", "message"),
    [
        ((), {}, "no arrays"),
        (([1], [2]), {}, "1 rows cannot be split"),
        (([1, 2, 3], [1, 2]), {}, r"lengths differ, \[3, 2\]"),
        (([1, 2, 3],), dict(test_size=3), "test_size=3 of 3 rows; .* from 1 to 2"),
        (([1, 2, 3],), dict(train_size=1.0), r"train_size=1\.0 of 3 rows"),
        (([1, 2, 3],), dict(test_size="0.2"), "test_size='0.2'"),
        (([1, 2, 3],), dict(test_size=0.9), "leave none to train on"),
        (([1, 2, 3],), dict(test_size=2, train_size=2), "more than the 3 rows"),
        (([1, 2, 3],), dict(random_state="42"), "random_state='42'; give None, an int"),
        (([1, 2, 3],), dict(shuffle=False, stratify=[0, 1, 1]), "stratify needs shuffle=True"),
        (([1, 2, 3],), dict(stratify=[0, 1]), r"stratify has shape \(2,\)"),
        (([1, 2, 3],), dict(stratify=[0, 1, 1]), r"the labels of rows \[0\] occur once"),
        ((range(6),), dict(test_size=1, stratify=[0, 1] * 3), "1 rows to test for 2 labels"),
    ],
)
def test_split_errors_name_the_value(arrays, options, message):
    with pytest.raises(ValueError, match=message):
        train_test_split(*arrays, **options)


def test_scaler_by_hand():
    scaler = StandardScaler().fit([[1], [2], [3], [4]])
    assert scaler.mean_.tolist() == [2.5]
    assert scaler.scale_.tolist() == [1.25**0.5]
    assert scaler.transform([[2.5]]).tolist() == [[0.0]]


def test_scaler_of_iris_agrees_with_scikit_learn_to_an_ulp():
    scaler = StandardScaler().fit(load_iris()[0])
    mean = np.array([5.843333333333335, 3.057333333333334, 3.7580000000000027, 1.199333333333334])
    scale = np.array(
        [0.8253012917851409, 0.43441096773549437, 1.7594040657753032, 0.7596926279021594]
    )
    np.testing.assert_array_max_ulp(scaler.mean_, mean, maxulp=1)
    np.testing.assert_array_max_ulp(scaler.scale_, scale, maxulp=1)


def test_scaled_training_rows_have_mean_0_and_deviation_1():
    rows = StandardScaler().fit_transform(load_iris()[0])
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(rows.std(axis=0), 1)


def test_a_constant_column_has_scale_1_and_becomes_0():
    scaler = StandardScaler()
    rows = scaler.fit_transform([[0.1, 1.0], [0.1, 3.0], [0.1, 8.0]])
    assert scaler.scale_[0] == 1.0
    np.testing.assert_allclose(rows[:, 0], 0, atol=1e-15)


def test_scaler_keeps_float32_and_leaves_its_input_alone():
    rows = np.array([[1, 2], [3, 5], [4, 4]], dtype=np.float32)
    kept = rows.copy()
    assert StandardScaler().fit_transform(rows).dtype == np.float32
    np.testing.assert_array_equal(rows, kept)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([1.0, 2.0], r"fit: shape \(2,\) is not .*\.reshape\(-1, 1\)"),
        (np.empty((0, 3)), r"fit: shape \(0, 3\) has no rows"),
        ([[1.0, np.nan], [np.inf, 2.0]], "fit: 2 values are nan or inf"),
    ],
)
def test_scaler_refuses_what_it_cannot_learn_from(rows, message):
    with pytest.raises(ValueError, match=message):
        StandardScaler().fit(rows)


def test_scaler_refuses_another_number_of_columns():
    scaler = StandardScaler().fit([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    with pytest.raises(ValueError, match="2 columns, but fit saw 3"):
        scaler.transform([[1.0, 2.0]])


def test_scaler_must_be_fitted_first():
    with pytest.raises(RuntimeError, match=r"call fit\(rows\) first"):
        StandardScaler().transform([[1.0]])
