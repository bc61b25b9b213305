"""The chapter's mini project: classify irises, watch the losses, draw what happened.

python -m nn [FOLDER]: trains on the real data and writes loss curve and graph to FOLDER (out).
"""

from __future__ import annotations

import sys
from pathlib import Path

import autograd
import nn
from autograd import draw
from nn import optim
from nn.datasets import load_iris, train_test_split
from nn.monitoring import Monitor

EPOCHS = 200


def train() -> tuple[nn.Module, Monitor, autograd.Tensor]:
    """Train 4-8-3 on 120 flowers for 200 epochs; return the model, its history and last loss."""
    features, labels = load_iris()
    split = train_test_split(features, labels, test_size=0.2, random_state=42, stratify=labels)
    x_train, x_test = map(autograd.FloatTensor, split[:2])
    y_train, y_test = map(autograd.LongTensor, split[2:])
    autograd.manual_seed(42)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    monitor = Monitor(EPOCHS, every=20)
    for epoch in range(1, EPOCHS + 1):
        optimizer.zero_grad()
        loss = criterion(model(x_train), y_train)
        loss.backward()
        optimizer.step()
        with autograd.no_grad():
            scores = model(x_test)
            accuracy = (scores.argmax(1) == y_test).float().mean()
            monitor.record(epoch, loss.item(), criterion(scores, y_test).item(), accuracy.item())
    return model, monitor, loss


def main(folder: str = "out") -> None:
    """Train, then write the pictures and say where they are."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    model, monitor, loss = train()
    print(f"\n{monitor.rows[-1].accuracy:.1%} of the 30 flowers it never saw are named rightly.")
    curve = monitor.save_curve(out / "iris-loss.png", "Iris, 4-8-3, Adam 0.01")
    picture = draw(loss, names=model)
    graphs = [picture.save(str(out / f"iris-graph.{ending}")) for ending in ("svg", "png")]
    print("Look at:", *(str(path) for path in (curve, *graphs)), sep="\n  ")


if __name__ == "__main__":
    main(*sys.argv[1:2])
