"""The chapter's Part 9: its script, with the three lines that import PyTorch changed.

They were `import torch`, `import torch.nn as nn` and `import torch.optim as optim`. Added are the
seed, and the arrays that scikit-learn makes in the chapter, which are stored.
"""

from pathlib import Path

import numpy as np

import nn
import nn.optim as optim
import nn.torch as torch

torch.manual_seed(42)
with np.load(Path(__file__).parents[1] / "reference" / "chapter_part9.npz") as arrays:
    X_train, X_test = arrays["X_train"], arrays["X_test"]
    y_train, y_test = arrays["y_train"], arrays["y_test"]

X_train = torch.FloatTensor(X_train)
y_train = torch.FloatTensor(y_train).reshape(-1, 1)
X_test = torch.FloatTensor(X_test)
y_test = torch.FloatTensor(y_test).reshape(-1, 1)


class SimpleNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layer1 = nn.Linear(input_size, hidden_size)
        self.relu = nn.ReLU()
        self.layer2 = nn.Linear(hidden_size, output_size)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        x = self.layer1(x)
        x = self.relu(x)
        x = self.layer2(x)
        x = self.sigmoid(x)
        return x


model = SimpleNN(input_size=20, hidden_size=32, output_size=1)
criterion = nn.BCELoss()
optimizer = optim.Adam(model.parameters(), lr=0.01)

epochs = 100
for epoch in range(epochs):
    model.train()
    outputs = model(X_train)
    loss = criterion(outputs, y_train)

    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    if (epoch + 1) % 10 == 0:
        model.eval()
        with torch.no_grad():
            test_outputs = model(X_test)
            test_loss = criterion(test_outputs, y_test)
            predicted = (test_outputs > 0.5).float()
            accuracy = (predicted == y_test).float().mean()
            print(
                f"Epoch {epoch + 1}: train loss {loss.item():.4f}, "
                f"test loss {test_loss.item():.4f}, test accuracy {accuracy.item():.4f}"
            )
