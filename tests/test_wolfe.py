"""The line search: where it looks, and what it returns where it does not get on."""

import numpy as np
import pytest

from nn.optim.wolfe import Point, search


def searched(loss, slope, t=1.0, length=1.0, most=25):
    """Return the point found, and the places that were tried."""
    tried = []

    def evaluate(t):
        tried.append(t)
        return Point(t, loss(t), np.zeros(1), slope(t))

    found, count = search(evaluate, t, Point(0.0, loss(0.0), np.zeros(1), slope(0.0)), length, most)
    assert count == len(tried)
    return found, tried


def wall(t):
    return -t + 1e4 * max(t - 0.01, 0) ** 2


def slope_of_wall(t):
    return -1 + 2e4 * max(t - 0.01, 0)


def test_a_wall_is_approached_where_pytorch_looks():
    # The second place near an end is moved away from it, to 0.1.
    found, tried = searched(wall, slope_of_wall)
    places = [1.0, 5.20669785e-05, 0.10004686, 1.31185145e-04, 0.0101227527, 8.40868849e-03]
    assert tried == pytest.approx([*places, 9.81324234e-03, 0.0100448436], rel=1e-6)
    assert found.t == tried[-1]


def test_a_bracket_too_narrow_to_matter_is_left():
    found, tried = searched(wall, slope_of_wall, length=1e-10)
    assert (found.t, tried) == (0.0, [1.0])


@pytest.mark.parametrize(("t", "best"), [(3.0, 0.0), (1.5, 1.5)])
def test_without_further_trials_the_lower_end_is_returned(t, best):
    found, tried = searched(lambda t: (t - 1) ** 2, lambda t: 2 * (t - 1), t, most=0)
    assert (found.t, tried) == (best, [t])
