"""Collation: how samples become a batch.

What a sample is made of decides: Tensors, arrays and numbers are stacked, mappings, tuples and
lists are collated part by part, texts are left as they are.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor


def default_collate(batch: Sequence[Any]) -> Any:
    """Return a batch of a list of samples, with a new first axis.

    floats become float64, integers int64; a batch of tuples is a list, named tuples, dicts and
    lists stay what they are. Raises TypeError for samples of another type, RuntimeError for lists
    of different lengths.
    """
    for kinds, join in JOINS:
        if isinstance(batch[0], kinds):
            return join(batch)
    raise _unknown(type(batch[0]))


def default_convert(data: Any) -> Any:
    """Return one sample with its arrays made Tensors, which share the memory; the rest as it is."""
    if isinstance(data, np.ndarray | np.number | np.bool_):
        return data if _is_text(data) else autograd.as_tensor(np.asarray(data))
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return _like(data, [default_convert(value) for value in data])
    return data


def _tensors(batch: Sequence[Any]) -> Tensor:
    # NumPy stacks rows several times as fast; a recorded stack is needed only for gradients.
    alike = len({(one.shape, one.dtype, one.requires_grad) for one in batch}) == 1
    if not alike or batch[0].requires_grad:
        return autograd.stack(batch)
    return autograd.from_numpy(np.stack([one.numpy() for one in batch]))


def _arrays(batch: Sequence[Any]) -> Tensor:
    if _is_text(batch[0]):
        raise _unknown(batch[0].dtype)
    return _tensors([autograd.as_tensor(array) for array in batch])


def _mappings(batch: Sequence[Any]) -> Any:
    return _like(batch[0], {key: default_collate([one[key] for one in batch]) for key in batch[0]})


def _sequences(batch: Sequence[Any]) -> Any:
    if len({len(one) for one in batch}) > 1:
        raise RuntimeError("each element in list of batch should be of equal size")
    return _like(batch[0], [default_collate(parts) for parts in zip(*batch, strict=True)])


def _like(model: Any, parts: Any) -> Any:
    """Return parts, a dict or list, as what `model` is; a tuple without names stays a list."""
    if hasattr(model, "_fields"):
        return type(model)(*parts)
    if type(model) is not type(parts) and isinstance(model, MutableMapping):
        model = copy.copy(model)
        model.update(parts)
        return model
    if type(model) is not type(parts) and isinstance(model, MutableSequence):
        model = copy.copy(model)
        model[:] = parts
        return model
    return parts


def _is_text(array: Any) -> bool:
    return array.dtype.kind in "SUO"


def _unknown(kind: Any) -> TypeError:
    return TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {kind}"
    )


# The first line that a sample is an instance of counts; a NumPy float is a Python float too.
JOINS: list[tuple[Any, Callable]] = [
    (Tensor, _tensors),
    (np.ndarray, _arrays),
    ((np.number, np.bool_), lambda batch: autograd.as_tensor(np.asarray(batch))),
    (float, lambda batch: autograd.tensor(batch, dtype=autograd.float64)),
    (int, autograd.tensor),
    ((str, bytes), lambda batch: batch),
    (Mapping, _mappings),
    (Sequence, _sequences),
]
