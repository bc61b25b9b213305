"""Anomaly mode, and the lines that errors name."""

import pytest

import autograd as ag


def leaf(*values):
    return ag.tensor([float(value) for value in values], requires_grad=True)


def test_backward_that_makes_a_nan_names_operation_and_line():
    x = leaf(-1, 4)
    with (
        pytest.raises(RuntimeError, match=r"'SqrtBackward0' returned nan.*test_anomaly.py:\d+"),
        ag.detect_anomaly(),
    ):
        x.sqrt().sum().backward()
    assert not ag.is_anomaly_enabled()


@pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")
def test_nan_is_let_through_where_it_is_not_looked_for():
    x = leaf(-1)
    with ag.detect_anomaly(check_nan=False):
        x.sqrt().sum().backward()
    assert x.grad.isnan().all()
    with ag.set_detect_anomaly(True), ag.set_detect_anomaly(False):
        x.sqrt().sum().backward()
    assert not ag.is_anomaly_enabled()


def test_change_of_a_kept_value_names_both_lines():
    x = leaf(1, 2)
    with ag.detect_anomaly():
        y = x * x
    with ag.no_grad():
        x.add_(1)
    kept, changed = r"mul kept \(at test_anomaly.py:\d+\)", r"\(add_\) at test_anomaly.py:\d+"
    with pytest.raises(RuntimeError, match=rf"{kept}.*{changed}"):
        y.sum().backward()


def test_without_anomaly_mode_the_error_tells_how_to_get_the_line():
    x = leaf(1, 2)
    y = x.exp()
    y.add_(1)
    message = r"exp kept \(at a line that detect_anomaly\(\) tells\).*\(add_\) at test_anomaly.py"
    with pytest.raises(RuntimeError, match=message):
        y.sum().backward()


def test_switched_on_by_a_call_it_stays_on():
    ag.set_detect_anomaly(True)
    try:
        with pytest.raises(RuntimeError, match="LogBackward0"):
            (leaf(0) * 0).log().mul(0).sum().backward()
    finally:
        ag.set_detect_anomaly(False)
