"""The chapter's mini project: classify irises, watch the losses, draw what happened."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import autograd
import nn
from nn import optim
from nn.datasets import load_iris, train_test_split
from nn.monitoring import Monitor

EPOCHS = 200


def train() -> tuple[nn.Module, Monitor, dict[str, Any]]:
    """Train 4-8-3 on 120 flowers for 200 epochs; return model, history and the training data."""
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
    return model, monitor, {"flowers": x_train, "species": y_train}


def main() -> None:
    """Train, then write the pictures and say where they are."""
    parser = argparse.ArgumentParser(prog="python -m nn", description=__doc__)
    parser.add_argument("folder", nargs="?", default="out", help="for the pictures (default: out)")
    out = Path(parser.parse_args().folder)
    out.mkdir(parents=True, exist_ok=True)
    model, monitor, data = train()
    print(f"\n{monitor.rows[-1].accuracy:.1%} of the 30 flowers it never saw are named rightly.")
    curve = monitor.save_curve(out / "iris-loss.png", "Iris, 4-8-3, Adam 0.01")
    # A fresh loss, whose graph is kept: that of the last step was freed by its backward pass.
    model.zero_grad()
    loss = nn.functional.cross_entropy(model(data["flowers"]), data["species"])
    loss.backward(retain_graph=True)
    picture = autograd.draw(loss, names={"model": model, **data})
    graphs = [picture.save(out / f"iris-graph.{ending}") for ending in ("svg", "png")]
    print("Look at:", *map(str, (curve, *graphs)), sep="\n  ")


if __name__ == "__main__":
    main()
