"""DataLoader: the samples of a data set in batches, in the order PyTorch reads them in."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from autograd import Generator, Tensor, default_generator

from .collation import default_collate, default_convert
from .datasets import IterableDataset, Subset, TensorDataset
from .samplers import BatchSampler, RandomSampler, SequentialSampler


class DataLoader:
    """Batches of a data set, anew each time it is iterated over.

    dataset is anything with samples by index and a length (a list of tuples too), or an
    IterableDataset. shuffle draws a new order each time. sampler gives the indices instead,
    batch_sampler lists of them. batch_size None gives single samples. collate_fn makes a batch of
    a list of samples (default: `default_collate`). drop_last leaves out a last batch that is
    shorter; it warns where that leaves no batch at all. All samples are loaded in this process:
    num_workers and the options of workers and of pinned memory are accepted without effect.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable | None = None,
        batch_sampler: Iterable | None = None,
        num_workers: int = 0,
        collate_fn: Callable | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable | None = None,
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        self.dataset = dataset
        self.num_workers = num_workers
        self.pin_memory = pin_memory
        self.drop_last = drop_last
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.prefetch_factor = prefetch_factor
        self.persistent_workers = persistent_workers
        self.generator = generator
        self._check_workers()
        self._check_order(batch_size, shuffle, sampler, batch_sampler)
        self.sampler: Any = sampler
        if sampler is None and not self._iterable:
            self.sampler = (
                RandomSampler(dataset, generator=generator)
                if shuffle
                else SequentialSampler(dataset)
            )
        self.batch_sampler: Any = batch_sampler
        self.batch_size = None if batch_sampler is not None else batch_size
        if self.batch_size is not None:
            self.batch_sampler = BatchSampler(self.sampler, self.batch_size, drop_last)
        convert = default_convert if self.batch_sampler is None else default_collate
        self.collate_fn: Any = convert if collate_fn is None else collate_fn
        if drop_last:
            self._warn_of_no_batch()

    @property
    def _iterable(self) -> bool:
        return isinstance(self.dataset, IterableDataset)

    def _check_workers(self) -> None:
        if self.num_workers < 0:
            raise ValueError(
                f"num_workers option should be non-negative, got {self.num_workers}; use 0"
            )
        if self.timeout < 0:
            raise ValueError(f"timeout option should be non-negative, got {self.timeout}")
        for name in ("prefetch_factor", "persistent_workers"):
            if getattr(self, name) and not self.num_workers:
                raise ValueError(f"{name} option needs num_workers > 0")

    def _check_order(self, batch_size: Any, shuffle: Any, sampler: Any, batch_sampler: Any) -> None:
        if self._iterable and (shuffle or sampler is not None or batch_sampler is not None):
            raise ValueError(
                "DataLoader with IterableDataset: the data set gives the order, so leave out "
                "shuffle, sampler and batch_sampler"
            )
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        taken = batch_size != 1 or shuffle or sampler is not None or self.drop_last
        if batch_sampler is not None and taken:
            raise ValueError(
                "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, "
                "and drop_last"
            )
        if batch_size is None and self.drop_last:
            raise ValueError(
                "batch_size=None option disables auto-batching and is mutually exclusive with "
                "drop_last"
            )

    def _warn_of_no_batch(self) -> None:
        if hasattr(self.dataset, "__len__") and len(self) == 0:
            warnings.warn(
                f"DataLoader: drop_last=True leaves no batch of {len(self.dataset)} samples with "
                f"batch_size={self.batch_size}, so nothing would be trained; lower batch_size or "
                "leave out drop_last",
                stacklevel=3,
            )

    def __iter__(self) -> Iterator[Any]:
        if self._iterable:
            self._draw_seed()
            return self._batches_in_turn()
        order = iter(self.sampler if self.batch_sampler is None else self.batch_sampler)
        self._draw_seed()
        return map(self._fetch, order)

    def __len__(self) -> int:
        if not self._iterable:
            return len(self.sampler if self.batch_sampler is None else self.batch_sampler)
        if self.batch_size is None:
            return len(self.dataset)
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole if self.drop_last or not rest else whole + 1

    def _draw_seed(self) -> None:
        # PyTorch draws a seed for its workers, also where there are none: the stream moves on.
        (self.generator or default_generator).random64()

    def _batches_in_turn(self) -> Iterator[Any]:
        samples = iter(self.dataset)
        if self.batch_size is None:
            yield from map(self.collate_fn, samples)
            return
        while batch := list(islice(samples, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield self.collate_fn(batch)

    def _fetch(self, indices: Any) -> Any:
        """Return the batch of a list of indices, or the sample of a single one."""
        if self.batch_sampler is None:
            return self.collate_fn(self.dataset[indices])
        if self.collate_fn is default_collate:
            batch = _rows(self.dataset, indices)
            if batch is not None:
                return batch
        several = getattr(self.dataset, "__getitems__", None)
        samples = [self.dataset[one] for one in indices] if several is None else several(indices)
        return self.collate_fn(samples)


def _rows(dataset: Any, indices: list[int]) -> list[Tensor] | None:
    """Return what collating would, by one index operation a Tensor; None where it cannot."""
    while type(dataset) is Subset:
        indices = [dataset.indices[one] for one in indices]
        dataset = dataset.dataset
    if type(dataset) is not TensorDataset:
        return None
    return [tensor[indices] for tensor in dataset.tensors]
