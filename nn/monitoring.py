"""The chapter's monitoring: a table of losses while a model trains, and their curve afterwards."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

HEADER = "Epoch | Train Loss | Val Loss | Accuracy  (* lowest validation loss so far)"


class Row(NamedTuple):
    """One epoch: losses on training and validation data, and the share of right answers."""

    epoch: int
    train_loss: float
    val_loss: float
    accuracy: float


class Monitor:
    """Prints a row of the table at every `every`-th epoch and the last, and progress between.

    A star marks a validation loss lower than in all rows before. `rows` keeps every epoch.
    """

    def __init__(self, epochs: int, every: int = 10, stream: Any = None) -> None:
        self.epochs = epochs
        self.every = every
        self.stream = sys.stdout if stream is None else stream
        self.rows: list[Row] = []
        self.best = float("inf")
        print(HEADER, file=self.stream)

    def record(self, epoch: int, train_loss: float, val_loss: float, accuracy: float) -> None:
        """Note an epoch, numbered from 1."""
        self.rows.append(Row(epoch, train_loss, val_loss, accuracy))
        if epoch % self.every and epoch not in (1, self.epochs):
            if self.stream.isatty():
                print(f"{epoch:5d} of {self.epochs}", end="\r", file=self.stream, flush=True)
            return
        star = " *" if val_loss < self.best else ""
        self.best = min(self.best, val_loss)
        print(
            f"{epoch:5d} | {train_loss:10.4f} | {val_loss:8.4f} | {accuracy:8.3f}{star}",
            file=self.stream,
        )

    def save_curve(self, path: str | Path, title: str = "") -> Path:
        """Draw both losses over the epochs; the file's ending gives the format (.png, .svg).

        Needs matplotlib: pip install "glassgrad[plot]".
        """
        try:
            from matplotlib.figure import Figure
        except ModuleNotFoundError as missing:
            raise ModuleNotFoundError(
                'save_curve needs matplotlib: pip install "glassgrad[plot]"'
            ) from missing

        figure = Figure(figsize=(6, 4), layout="constrained")
        axes = figure.add_subplot(title=title, xlabel="epoch", ylabel="loss")
        epochs = [row.epoch for row in self.rows]
        axes.plot(epochs, [row.train_loss for row in self.rows], label="train")
        axes.plot(epochs, [row.val_loss for row in self.rows], "--", label="validation")
        axes.set_ylim(bottom=0)
        axes.legend()
        figure.savefig(path, dpi=150)
        return Path(path)
