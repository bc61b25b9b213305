"""The warning about the other library of the same import name."""

import warnings

import pytest

from autograd.namesake import warn_of_namesake


def test_namesake_beside_us_is_warned_of_with_the_cure(tmp_path):
    (tmp_path / "autograd-1.8.0.dist-info").mkdir()
    with pytest.warns(UserWarning, match=r"HIPS autograd.*virtual environment of its own"):
        warn_of_namesake(["missing", str(tmp_path)])


def test_own_distribution_is_no_namesake(tmp_path):
    (tmp_path / "glassgrad-0.1.0.dist-info").mkdir()
    (tmp_path / "autograd").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_namesake([str(tmp_path)])
