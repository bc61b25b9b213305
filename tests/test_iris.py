"""The chapter's mini project, item 49: PyTorch's losses on the iris data."""

import pytest

from nn.__main__ import train


def test_iris_has_pytorchs_losses_and_names_every_flower():
    _, monitor, _ = train()
    losses = {row.epoch: row.train_loss for row in monitor.rows}
    expected = {1: 2.178779, 50: 0.746048, 100: 0.384758, 200: 0.142462}
    assert {epoch: losses[epoch] for epoch in expected} == pytest.approx(expected, abs=1e-5)
    assert monitor.rows[-1].accuracy == 1.0


def test_table_marks_the_best_validation_loss(capsys):
    train()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch | Train Loss | Val Loss | Accuracy  (* lowest validation loss so far)"
    assert lines[1] == "    1 |     2.1788 |   1.9347 |    0.333 *"
