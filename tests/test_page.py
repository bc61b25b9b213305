"""The page of calculus: every operation once, with the code of its rules."""

import pytest
from test_ops import every_op

from autograd.__main__ import entries, formula, lines_of, main


def test_every_operation_is_on_the_page_once():
    found = [op for _, op in entries()]
    assert len(found) == len(set(found))
    assert set(found) == every_op()


@pytest.mark.parametrize("op", sorted(every_op(), key=lambda op: op.name), ids=lambda op: op.name)
def test_rules_are_shown_as_code(op):
    for rule in op.rules.values():
        assert formula(rule) != rule.__name__
    assert "\n" not in "".join(lines_of(op))


def test_one_operation_alone(capsys):
    main(["tanh"])
    _, room, _, *lines = capsys.readouterr().out.splitlines()
    assert room == "elementwise"
    assert lines == ["tanh(x) = tanh(x)", "    dx  g * (1 - y * y)"]


def test_an_operation_that_there_is_not_is_named_with_its_like():
    with pytest.raises(SystemExit, match=r"no operation is called 'conv2d'; there is convolution"):
        main(["exp", "conv2d"])
