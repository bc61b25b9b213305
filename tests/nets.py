"""One net of each kind, trained for ten epochs by a script that PyTorch runs too."""


def trained(torch, name):
    """Return the mean losses of ten epochs, from the seed 0."""
    torch.manual_seed(0)
    model, x, y = NETS[name](torch, torch.nn)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
    data = torch.utils.data.TensorDataset(x, y)
    loader = torch.utils.data.DataLoader(data, batch_size=16, shuffle=True)
    losses = []
    for _ in range(10):
        total = 0.0
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(inputs), labels)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += loss.item()
        losses.append(total / len(loader))
        schedule.step()
    return losses


def perceptron(torch, nn):
    x = torch.rand(64, 10)
    layers = (nn.Linear(10, 32), nn.GELU(), nn.LayerNorm(32), nn.Dropout(0.1), nn.Linear(32, 4))
    return nn.Sequential(*layers), x, torch.randint(0, 4, (64,))


def convolutional(torch, nn):
    x = torch.rand(64, 1, 8, 8)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3), nn.SiLU(), nn.Dropout2d(0.1), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(16, 4),
    )  # fmt: skip
    return model, x, torch.randint(0, 4, (64,))


def residual(torch, nn):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv1d(6, 6, 3, padding=1), nn.GroupNorm(2, 6), nn.LeakyReLU()
            )

        def forward(self, x):
            return x + self.body(x)

    x = torch.rand(64, 6, 9)
    blocks = [Block() for _ in range(6)]
    model = nn.Sequential(*blocks, nn.AvgPool1d(3), nn.Flatten(), nn.Linear(18, 4))
    return model, x, torch.randint(0, 4, (64,))


def recurrent(torch, nn, kind="LSTM"):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(12, 8)
            how = dict(num_layers=2, batch_first=True, dropout=0.1, bidirectional=True)
            self.net = getattr(nn, kind)(8, 10, **how)
            self.head = nn.Linear(20, 4)

        def forward(self, x):
            y, _ = self.net(self.embedding(x))
            return self.head(y[:, -1])

    x = torch.randint(0, 12, (64, 7))
    return Model(), x, torch.randint(0, 4, (64,))


def gated(torch, nn):
    return recurrent(torch, nn, "GRU")


def transformer(torch, nn):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(12, 16)
            layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
            self.encoder = nn.TransformerEncoder(layer, 2, nn.LayerNorm(16))
            self.head = nn.Linear(16, 4)

        def forward(self, x):
            return self.head(self.encoder(self.embedding(x)).mean(1))

    x = torch.randint(0, 12, (64, 7))
    return Model(), x, torch.randint(0, 4, (64,))


NETS = {
    one.__name__: one
    for one in (perceptron, convolutional, residual, recurrent, gated, transformer)
}
