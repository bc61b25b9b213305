"""Twenty compiled steps of training are twenty eager ones, for every net, loss and optimizer."""

import numpy as np
import pytest
import test_losses
import test_optim

import autograd
import nn
from autograd import compile
from nn import functional, optim

TOLERANCE = {"float64": 1e-12, "float32": 1e-5}
LION = [{"name": "Lion", "options": {"weight_decay": 0.1}, "dtype": "float64"}]
OPTIMIZERS = {
    "Adam": lambda p: optim.Adam(p, lr=0.01),
    "AdamW": lambda p: optim.AdamW(p, lr=0.01, amsgrad=True),
    "SGD": lambda p: optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01),
    "damped": lambda p: optim.SGD(p, lr=0.01, momentum=0.9, dampening=0.3, weight_decay=0.01),
}
NETS = {
    "iris": lambda: nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)),
    "deep": lambda: nn.Sequential(
        nn.Linear(4, 7), nn.Tanh(), nn.Dropout(0.2), nn.Linear(7, 5), nn.LeakyReLU(),
        nn.Linear(5, 6), nn.Softplus(), nn.Dropout(0.5), nn.Linear(6, 3)
    ),
    "flat": lambda: nn.Sequential(nn.Flatten(), nn.Linear(4, 3, bias=False), nn.Sigmoid()),
    "shares": lambda: nn.Sequential(
        nn.Linear(4, 5), nn.LogSoftmax(1), nn.Identity(), nn.Linear(5, 3), nn.Softmax(1)
    ),
}  # fmt: skip
LOSSES = {
    "cross_entropy": (nn.CrossEntropyLoss(), "labels"),
    "mse": (nn.MSELoss(), "numbers"),
    "mse_sum": (nn.MSELoss(reduction="sum"), "numbers"),
    "l1": (nn.L1Loss(), "numbers"),
    "bce": (lambda x, y: functional.binary_cross_entropy(x.sigmoid(), y), "numbers"),
    "bce_with_logits": (nn.BCEWithLogitsLoss(), "numbers"),
    "nll": (lambda x, y: functional.nll_loss(functional.log_softmax(x, 1), y), "labels"),
}


class Training:
    """A net, a loss, an optimizer, and one step of training on them."""

    def __init__(self, net="iris", loss="cross_entropy", optimizer="Adam", dtype="float32"):
        autograd.manual_seed(3)
        self.model = NETS[net]().to(getattr(autograd, dtype))
        self.criterion, self.kind = LOSSES[loss]
        self.optimizer = OPTIMIZERS[optimizer](self.model.parameters())

    def step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss

    def parameters(self):
        return [p.detach().numpy() for p in self.model.parameters()]

    def gradients(self):
        return [p.grad.numpy() for p in self.model.parameters()]


def batches(kind, count, rows=6, dtype="float32"):
    rng = np.random.default_rng(0)
    for _ in range(count):
        x = autograd.tensor(rng.standard_normal((rows, 4)).astype(dtype))
        if kind == "labels":
            yield x, autograd.tensor(rng.integers(0, 3, rows))
        else:
            yield x, autograd.tensor(rng.random((rows, 3)).astype(dtype))


def assert_same(one, other, tolerance):
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(theirs, mine, rtol=tolerance, atol=tolerance)


@pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_twenty_compiled_steps_are_twenty_eager_steps(net, loss, optimizer, dtype):
    one, other = (Training(net, loss, optimizer, dtype) for _ in range(2))
    data = list(batches(one.kind, 20, dtype=dtype))
    autograd.manual_seed(5)
    expected = [one.step(x, y).item() for x, y in data]
    after = autograd.rand(2).tolist()
    autograd.manual_seed(5)
    step = compile(other.step)
    assert_same([expected], [[step(x, y).item() for x, y in data]], TOLERANCE[dtype])
    assert_same(one.parameters(), other.parameters(), TOLERANCE[dtype])
    assert_same(one.gradients(), other.gradients(), TOLERANCE[dtype])
    assert autograd.rand(2).tolist() == after


def twenty_steps(leaf, step):
    """Return where a leaf is, and its gradient, after each of twenty steps."""
    found = []
    for _ in range(20):
        step()
        found.append(np.stack([leaf.detach().numpy(), leaf.grad.numpy()]))
    return found


def assert_twenty_steps_are_the_same(make, dtype):
    """Compare twenty steps of the leaf and the step that make() returns, eager and compiled."""
    (leaf, step), (other, same) = make(), make()
    assert_same(twenty_steps(leaf, step), twenty_steps(other, compile(same)), TOLERANCE[dtype])


@pytest.mark.parametrize(
    "row",
    test_optim.REFERENCE["rows"] + test_optim.REFERENCE["long"] + LION,
    ids=lambda row: f"{row['name']}-{row['dtype']}",
)
def test_twenty_compiled_steps_of_every_optimizer_are_twenty_eager_ones(row):
    def make():
        p = test_optim.parameter(row["dtype"])
        optimizer = getattr(optim, row["name"])([p], **row["options"])

        def step():
            optimizer.zero_grad()
            test_optim.gradient_of_problem(p)
            optimizer.step()

        return p, step

    assert_twenty_steps_are_the_same(make, row["dtype"])


def assert_loss_is_the_same(case):
    def make():
        x, target, options = test_losses.inputs(case)
        # Probabilities of 0 and 1 would leave their domain.
        optimizer = optim.SGD([x], lr=0)
        cotangent = autograd.tensor(case["cotangent"], dtype=case["dtype"])

        def step():
            optimizer.zero_grad()
            getattr(functional, case["function"])(x, target, **options).backward(cotangent)
            optimizer.step()

        return x, step

    assert_twenty_steps_are_the_same(make, case["dtype"])


@pytest.mark.parametrize("case", test_losses.CASES[::11], ids=test_losses.case_name)
def test_twenty_compiled_steps_of_a_loss_are_twenty_eager_ones(case):
    assert_loss_is_the_same(case)


@pytest.mark.nightly
@pytest.mark.parametrize("case", test_losses.CASES, ids=test_losses.case_name)
def test_twenty_compiled_steps_of_every_loss_are_twenty_eager_ones(case):
    assert_loss_is_the_same(case)
