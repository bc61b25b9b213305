"""The methods of a Tensor that fill it with random draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from .live import lifted
from .ops.random import (
    draw_bernoulli,
    draw_bernoulli_each,
    draw_from,
    draw_integers,
    draw_normal,
    draw_uniform,
)
from .ops.shape import expand
from .streams import Generator, default_generator


class FillingMethods:
    """Methods that draw the values of this Tensor anew, and return it."""

    __slots__ = ()
    array: Any
    dtype: Any
    _overwrite: Any

    def uniform_(
        self, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None
    ) -> Any:
        """Fill from the uniform distribution on [from_, to)."""
        return self._fill(draw_uniform, "uniform_", generator, low=from_, high=to)

    def normal_(
        self, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
    ) -> Any:
        """Fill from the normal distribution."""
        return self._fill(draw_normal, "normal_", generator, mean=mean, std=std)

    def bernoulli_(self, p: Any = 0.5, *, generator: Generator | None = None) -> Any:
        """Fill with ones of probability p, a number or a Tensor that broadcasts, else zeros."""
        if not hasattr(p, "dtype"):
            return self._fill(draw_bernoulli, "bernoulli_", generator, p=p)
        chances = expand(lifted(p), self.array.shape)
        drawn = draw_bernoulli_each(chances, generator or default_generator, self.dtype)
        return self._overwrite(drawn, "bernoulli_")

    def random_(
        self, from_: int | None = None, to: int | None = None, *, generator: Generator | None = None
    ) -> Any:
        """Fill with integers from from_ to to - 1, all as likely; random_(to) starts at 0.

        Without bounds, up to the largest that the dtype holds, or where floats are exact.
        """
        if from_ is None:
            return self._fill_from("whole", generator)
        low, high = (0, from_) if to is None else (from_, to)
        if low >= high:
            raise RuntimeError(
                f"random_: expects 'from' to be less than 'to', got from={low} >= to={high}"
            )
        return self._fill(draw_integers, "random_", generator, low=low, high=high)

    def exponential_(self, lambd: float = 1.0, *, generator: Generator | None = None) -> Any:
        """Fill with waiting times of the rate lambd."""
        return self._fill_from("exponential", generator, lambd)

    def geometric_(self, p: float, *, generator: Generator | None = None) -> Any:
        """Fill with how many trials it takes until one of probability p succeeds."""
        return self._fill_from("geometric", generator, p)

    def cauchy_(
        self, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None
    ) -> Any:
        """Fill from the Cauchy distribution."""
        return self._fill_from("cauchy", generator, median, sigma)

    def log_normal_(
        self, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None
    ) -> Any:
        """Fill with numbers whose logarithms are normal."""
        return self._fill_from("log_normal", generator, mean, std)

    def _fill_from(self, distribution: str, generator: Any, *parameters: float) -> Any:
        how = dict(distribution=distribution, parameters=parameters)
        name = "random_" if distribution == "whole" else f"{distribution}_"
        return self._fill(draw_from, name, generator, **how)

    def _fill(self, draw: Any, name: str, generator: Generator | None, **how: Any) -> Any:
        drawn = draw(shape=self.array.shape, generator=generator or default_generator,
                     dtype=np.dtype(self.dtype), **how)  # fmt: skip
        return self._overwrite(drawn, name)
