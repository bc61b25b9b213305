"""Make chapter_part9.npz: the data of the chapter's Part 9 and what PyTorch prints for it.

Run in an environment with torch and scikit-learn (made with 2.13 and 1.9.1); no test needs
either. The file holds
  X_train (800, 20), X_test (200, 20)  float32, standardised: what torch.FloatTensor makes of them
  y_train (800,), y_test (200,)        int64, 0 or 1
  history (10, 4)                      float64: epoch, train loss, test loss, test accuracy

Rounding decides the end: epochs 10 to 80 hold to 2e-7 whatever the order of the sums, but at
epoch 86 hidden unit 23 has the input -3e-7 for training row 553 (+6e-8 in float64). Where that
falls on the other side of the ReLU's corner, test loss moves by 5e-5 at epoch 90 and 1.8e-4 at
100 (0.5302 in place of 0.5301), train loss by 1.1e-6, accuracy not at all.
"""

from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn, optim

PRINTED = """\
 10 .4703 .5034 .810
 20 .3100 .3786 .840
 30 .2586 .3681 .855
 40 .2275 .3715 .845
 50 .1984 .3817 .830
 60 .1718 .4001 .820
 70 .1480 .4337 .820
 80 .1263 .4660 .820
 90 .1074 .4964 .820
100 .0912 .5301 .810"""


class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.relu = nn.ReLU()
        self.layer2 = nn.Linear(hidden_size, 1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        return self.sigmoid(self.layer2(self.relu(self.layer1(x))))


def make_data():
    """Return X_train, X_test, y_train, y_test; every default of make_classification holds."""
    X, y = make_classification(n_samples=1000, n_features=20, random_state=42)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)
    scaler = StandardScaler()
    X_train = scaler.fit_transform(X_train)
    X_test = scaler.transform(X_test)
    return X_train.astype(np.float32), X_test.astype(np.float32), y_train, y_test


def train(X_train, X_test, y_train, y_test):
    """Return the rows (epoch, train loss, test loss, test accuracy) of every tenth epoch.

    All 800 rows are one batch. The train loss is that of the forward pass before the epoch's
    step, the test numbers are taken after it.
    """
    X_train, X_test = torch.FloatTensor(X_train), torch.FloatTensor(X_test)
    y_train = torch.FloatTensor(y_train).reshape(-1, 1)
    y_test = torch.FloatTensor(y_test).reshape(-1, 1)

    torch.manual_seed(42)  # the model's weights are the only random numbers PyTorch draws
    model = SimpleNN(input_size=20, hidden_size=32)
    criterion = nn.BCELoss()
    optimizer = optim.Adam(model.parameters(), lr=0.01)

    rows = []
    for epoch in range(1, 101):
        model.train()
        optimizer.zero_grad()
        loss = criterion(model(X_train), y_train)
        loss.backward()
        optimizer.step()
        if epoch % 10 == 0:
            model.eval()
            with torch.no_grad():
                outputs = model(X_test)
                test_loss = criterion(outputs, y_test)
                accuracy = ((outputs > 0.5).float() == y_test).float().mean()
            rows.append((epoch, loss.item(), test_loss.item(), accuracy.item()))
    return rows


def printed(rows):
    """The rows as the chapter's notes print them: four digits, no leading zero."""
    return "\n".join(
        f"{epoch:3} " + f"{loss:.4f} {test_loss:.4f} {accuracy:.3f}".replace("0.", ".")
        for epoch, loss, test_loss, accuracy in rows
    )


def main():
    X_train, X_test, y_train, y_test = make_data()
    rows = train(X_train, X_test, y_train, y_test)
    if printed(rows) != PRINTED:
        raise SystemExit(
            f"PyTorch printed other numbers than the chapter's notes:\n{printed(rows)}"
        )
    np.savez_compressed(
        Path(__file__).with_name("chapter_part9.npz"),
        X_train=X_train,
        X_test=X_test,
        y_train=y_train,
        y_test=y_test,
        history=np.array(rows),
    )


if __name__ == "__main__":
    main()
