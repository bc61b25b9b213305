"""Bring every column to mean 0 and variance 1, to the bit as scikit-learn does."""

from typing import Any

import numpy as np


class StandardScaler:
    """Subtract each column's mean and divide by its standard deviation (population).

    Fit it on the training rows only, then transform training and test rows alike.
    After fit: mean_ (columns,) and scale_ (columns,), both float64; a constant column has
    scale 1, so it becomes 0. float32 rows stay float32, all others become float64.
    Unlike scikit-learn's, fit refuses nan instead of passing over it.
    """

    def fit(self, rows: Any) -> Any:
        """Learn mean_ and scale_ of rows (samples, columns); return self."""
        rows = _as_float_table(rows, "fit")
        _check_rows(rows)
        self.mean_, variance = _mean_and_variance(rows)
        constant = _is_constant(self.mean_, variance, len(rows))
        self.scale_ = np.where(constant, 1.0, np.sqrt(variance))
        return self

    def transform(self, rows: Any) -> Any:
        """Return rows (samples, columns) standardised with what fit learned."""
        if not hasattr(self, "scale_"):
            raise RuntimeError(
                "StandardScaler.transform: nothing learned yet; call fit(rows) first"
            )
        rows = _as_float_table(rows, "transform")
        if rows.shape[1] != len(self.scale_):
            raise ValueError(
                f"StandardScaler.transform: {rows.shape[1]} columns, but fit saw "
                f"{len(self.scale_)}; pass the same columns"
            )
        return (rows - self.mean_.astype(rows.dtype)) / self.scale_.astype(rows.dtype)

    def fit_transform(self, rows: Any) -> Any:
        """Fit on rows, then return them standardised."""
        return self.fit(rows).transform(rows)


def _as_float_table(rows: Any, method: Any) -> Any:
    rows = np.asarray(rows)
    if rows.ndim != 2:
        raise ValueError(
            f"StandardScaler.{method}: shape {rows.shape} is not (samples, columns); "
            "use .reshape(-1, 1) for one column, .reshape(1, -1) for one sample"
        )
    return rows if rows.dtype == np.float32 else rows.astype(np.float64, copy=False)


def _check_rows(rows: Any) -> Any:
    if len(rows) == 0:
        raise ValueError(f"StandardScaler.fit: shape {rows.shape} has no rows; give at least one")
    bad = rows.size - np.count_nonzero(np.isfinite(rows))
    if bad:
        raise ValueError(f"StandardScaler.fit: {bad} values are nan or inf; drop or fill them")


def _mean_and_variance(rows: Any) -> Any:
    """Columns' mean and population variance in float64, by the corrected two-pass algorithm.

    Source: Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance".
    """
    n = len(rows)
    mean = np.sum(rows, axis=0, dtype=np.float64) / n
    deviation = rows - mean
    # In exact arithmetic the deviations sum to 0; what is left is the rounding of the mean.
    rounding = np.sum(deviation, axis=0)
    squares = np.sum(deviation**2, axis=0) - rounding**2 / n
    return mean, squares / n


def _is_constant(mean: Any, variance: Any, n: Any) -> Any:
    """True where the variance is no larger than what rounding alone can produce."""
    eps = np.finfo(np.float64).eps
    return variance <= n * eps * variance + (n * mean * eps) ** 2
