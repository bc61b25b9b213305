"""Split rows into a training and a test set, the same rows as scikit-learn picks."""

import math
from typing import Any

import numpy as np


def train_test_split(
    *arrays: Any,
    test_size: Any = None,
    train_size: Any = None,
    random_state: Any = None,
    shuffle: Any = True,
    stratify: Any = None,
) -> Any:
    """Split every array by the same rows: [a_train, a_test, b_train, b_test, ...].

    arrays: anything with rows (ndarray, list, data frame), all of one length.
    test_size, train_size: a fraction (test rounds up, train down) or a count of rows; the
    missing one is the rest, and with neither the test set is 0.25.
    random_state: None (NumPy's global state), a seed, or a numpy.random.RandomState.
    shuffle=False: the first rows train, the next ones test.
    stratify: labels (rows,), to keep each label's share in both sets.
    The same random_state gives the same rows as scikit-learn 1.9.
    """
    n_rows = _common_length(arrays)
    n_train, n_test = _set_sizes(n_rows, test_size, train_size)
    if not shuffle:
        train, test = _rows_in_order(n_train, n_test, stratify)
    elif stratify is None:
        train, test = _shuffled_rows(n_rows, n_train, n_test, _random_stream(random_state))
    else:
        members = _rows_by_label(stratify, n_rows)
        _check_classes(members, n_train, n_test)
        train, test = _stratified_rows(members, n_train, n_test, _random_stream(random_state))
    return [_take(array, rows) for array in arrays for rows in (train, test)]


def _common_length(arrays: Any) -> Any:
    if not arrays:
        raise ValueError("train_test_split: no arrays; pass at least one, such as X or X, y")
    lengths = [array.shape[0] if hasattr(array, "shape") else len(array) for array in arrays]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"train_test_split: lengths differ, {lengths}; every array needs one row a sample"
        )
    if lengths[0] < 2:
        raise ValueError(f"train_test_split: {lengths[0]} rows cannot be split; give 2 or more")
    return lengths[0]


def _set_sizes(n_rows: Any, test_size: Any, train_size: Any) -> Any:
    if train_size is None:
        n_test = _row_count("test_size", 0.25 if test_size is None else test_size, n_rows)
        n_train = n_rows - n_test
    elif test_size is None:
        n_train = _row_count("train_size", train_size, n_rows)
        n_test = n_rows - n_train
    else:
        n_test = _row_count("test_size", test_size, n_rows)
        n_train = _row_count("train_size", train_size, n_rows)
        _check_room(n_rows, n_train, n_test, train_size, test_size)
    if n_train == 0:
        raise ValueError(
            f"train_test_split: test_size={test_size} and train_size={train_size} of {n_rows} "
            "rows leave none to train on; shrink test_size or enlarge train_size"
        )
    return n_train, n_test


def _row_count(name: Any, size: Any, n_rows: Any) -> Any:
    kind = np.asarray(size).dtype.kind
    if kind == "f" and 0 < size < 1:
        rows = size * n_rows
        return math.ceil(rows) if name == "test_size" else math.floor(rows)
    if kind in "iu" and 0 < size < n_rows:
        return int(size)
    raise ValueError(
        f"train_test_split: {name}={size!r} of {n_rows} rows; "
        f"give a fraction between 0.0 and 1.0 or a count from 1 to {n_rows - 1}"
    )


def _check_room(n_rows: Any, n_train: Any, n_test: Any, train_size: Any, test_size: Any) -> Any:
    two_fractions = train_size < 1 and test_size < 1
    if n_train + n_test > n_rows or (two_fractions and train_size + test_size > 1):
        raise ValueError(
            f"train_test_split: train_size={train_size} and test_size={test_size} together ask "
            f"for more than the {n_rows} rows; shrink one or leave it out"
        )


def _random_stream(random_state: Any) -> Any:
    # The attribute np.random is looked up here because its first use imports numpy.random.
    if random_state is None:
        return np.random  # its functions draw from the state that np.random.seed sets
    if isinstance(random_state, (int, np.integer)):
        return np.random.RandomState(random_state)
    if isinstance(random_state, np.random.RandomState):
        return random_state
    raise ValueError(
        f"train_test_split: random_state={random_state!r}; "
        "give None, an int or a numpy.random.RandomState"
    )


def _rows_in_order(n_train: Any, n_test: Any, stratify: Any) -> Any:
    if stratify is not None:
        raise ValueError(
            "train_test_split: stratify needs shuffle=True; leave out shuffle=False or stratify"
        )
    return np.arange(n_train), np.arange(n_train, n_train + n_test)


def _shuffled_rows(n_rows: Any, n_train: Any, n_test: Any, stream: Any) -> Any:
    rows = stream.permutation(n_rows)
    return rows[n_test : n_test + n_train], rows[:n_test]


def _rows_by_label(labels: Any, n_rows: Any) -> Any:
    """Row numbers of each label, as one sorted array a label, labels in sorted order."""
    labels = np.asarray(labels)
    if labels.ndim not in (1, 2) or len(labels) != n_rows:
        raise ValueError(
            f"train_test_split: stratify has shape {labels.shape}; "
            f"give one label a row, ({n_rows},)"
        )
    if labels.ndim == 2:
        # scikit-learn sorts rows of labels as text; another order would draw other rows.
        labels = np.array([" ".join(row.astype(str)) for row in labels])
    _, positions, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return np.split(np.argsort(positions, kind="stable"), np.cumsum(counts)[:-1])


def _check_classes(members: Any, n_train: Any, n_test: Any) -> Any:
    single = [int(rows[0]) for rows in members if len(rows) < 2]
    if single:
        raise ValueError(
            f"train_test_split: the labels of rows {single} occur once only, and stratify needs "
            "two of each; drop these rows or leave out stratify"
        )
    for name, count in (("train", n_train), ("test", n_test)):
        if count < len(members):
            raise ValueError(
                f"train_test_split: {count} rows to {name} for {len(members)} labels; "
                f"enlarge {name}_size to one a label or leave out stratify"
            )


def _stratified_rows(members: Any, n_train: Any, n_test: Any, stream: Any) -> Any:
    counts = np.array([len(rows) for rows in members])
    train_counts = _proportional_counts(counts, n_train, stream)
    test_counts = _proportional_counts(counts - train_counts, n_test, stream)
    train, test = [], []
    for rows, n, m in zip(members, train_counts, test_counts, strict=True):
        rows = rows[stream.permutation(len(rows))]
        train.append(rows[:n])
        test.append(rows[n : n + m])
    return stream.permutation(np.concatenate(train)), stream.permutation(np.concatenate(test))


def _proportional_counts(counts: Any, n_draws: Any, stream: Any) -> Any:
    """Share n_draws among groups in proportion to counts; largest remainders first.

    Groups with equal remainders are chosen at random: scikit-learn's `_approximate_mode`,
    which this follows draw for draw.
    """
    exact = counts / counts.sum() * n_draws
    shares = np.floor(exact)
    missing = int(n_draws - shares.sum())
    remainders = exact - shares
    for remainder in np.unique(remainders)[::-1]:
        if missing <= 0:
            break
        tied = np.flatnonzero(remainders == remainder)
        chosen = stream.choice(tied, size=min(len(tied), missing), replace=False)
        shares[chosen] += 1
        missing -= len(chosen)
    return shares.astype(int)


def _take(array: Any, rows: Any) -> Any:
    if hasattr(array, "iloc"):  # a data frame's own [] picks columns
        return array.iloc[rows]
    return array[rows] if hasattr(array, "shape") else [array[row] for row in rows]
