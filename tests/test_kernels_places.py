"""The kernels that read and write at places named by integers, native and as plain Python."""

import numpy as np
import pytest
from plain_kernel import run_plain
from test_plan_kernels import run

import autograd
import nn.functional as F
from autograd import Tensor
from autograd.plan import sources

ERROR = np.zeros(1, np.int64)
# The error word, and what a kernel sets it to.
REFUSAL = (ERROR, 1)
ROWS = np.array([1, 0, 1, -1])


def jobs(dtype):
    """Return (body, words, result, what NumPy makes of it) of every kernel."""
    x = np.random.default_rng(0).integers(-9, 9, (3, 4)).astype(dtype)
    at = np.array([[0, 2], [3, 3], [1, 0]])
    y, sums = np.empty(at.shape, dtype), np.empty_like(x)
    gathered = np.take_along_axis(x, at, 1)
    added = np.zeros_like(x)
    np.add.at(added, (np.arange(3)[:, None], at), gathered)
    few, back = np.empty((4, 4), dtype), np.empty_like(x)
    put = np.zeros_like(x)
    np.add.at(put, ROWS, x[ROWS])
    labels, counts = np.array([0, 2, 5, 1]), np.empty(4, bool)
    return [
        (sources.gather(dtype, 2, 1), [3, 2, 4, x, 4, 1, at, y, *REFUSAL], y, gathered),
        (
            sources.scatter(dtype, 2, 1),
            [3, 2, 4, 12, sums, 4, 1, at, gathered, *REFUSAL],
            sums,
            added,
        ),
        (sources.take(dtype), [4, 3, 4, x, ROWS, few, *REFUSAL], few, x[ROWS]),
        (sources.put(dtype), [4, 3, 4, back, ROWS, x[ROWS], *REFUSAL], back, put),
        (sources.counted(), [4, 3, 5, labels, counts, *REFUSAL], counts, labels != 5),
    ]


@pytest.mark.parametrize("kernel", range(5), ids=["gather", "scatter", "take", "put", "counted"])
@pytest.mark.parametrize("dtype", ["float32", "int64"])
def test_kernel_is_numpys(dtype, kernel):
    body, words, made, expected = jobs(dtype)[kernel]
    run(body, words)
    np.testing.assert_array_equal(made, expected)
    assert ERROR[0] == 0


def test_kernels_are_correct_as_plain_python(tmp_path):
    given = jobs("float64")
    made = run_plain([(body, words) for body, words, _, _ in given], tmp_path)
    for arrays, (_, words, result, expected) in zip(made, given, strict=True):
        kept = [one for one in words if isinstance(one, np.ndarray)]
        place = next(k for k, one in enumerate(kept) if one is result)
        np.testing.assert_array_equal(arrays[place], expected)


def labels_of(*values):
    return autograd.tensor(values, dtype=autograd.int64)


BAD = [
    (lambda x, at: x.gather(1, at.reshape(-1, 1)), 3, RuntimeError),
    (lambda x, at: x.gather(1, at.reshape(-1, 1)), -1, RuntimeError),
    (lambda x, at: x[at], 2, IndexError),
    (lambda x, at: x[at], -3, IndexError),
    (lambda x, at: F.nll_loss(x, at), 3, IndexError),
    (lambda x, at: F.nll_loss(x, at), -1, IndexError),
]


@pytest.mark.parametrize(("function", "bad", "error"), BAD)
def test_place_out_of_range_raises_what_eager_raises_and_the_next_call_works(function, bad, error):
    step = autograd.compile(lambda x, at: function(x * 2, at + 0))
    x = autograd.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    for _ in range(3):
        step(x, labels_of(1, 0))
    with pytest.raises(error):
        function(x, labels_of(0, bad))
    with pytest.raises(error):
        step(x, labels_of(0, bad))
    good = labels_of(0, 1)
    np.testing.assert_array_equal(step(x, good).numpy(), function(x * 2, good).numpy())


X = autograd.tensor(np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32))
P, LABELS, WEIGHT = autograd.sigmoid(X), labels_of(2, 0, 1, 2), autograd.tensor([1.0, 2.0, 0.5])
DEEP = X.reshape(2, 3, 2)
LOSSES = {
    "mse": (lambda x: F.mse_loss(x, P), X),
    "l1": (lambda x: F.l1_loss(x, P), X),
    "bce": (lambda x: F.binary_cross_entropy(x, P), P),
    "bce of logits": (lambda x: F.binary_cross_entropy_with_logits(x, P), X),
    "cross entropy": (lambda x: F.cross_entropy(x, LABELS), X),
    "cross entropy with weights": (lambda x: F.cross_entropy(x, LABELS, WEIGHT), X),
    "smoothed": (lambda x: F.cross_entropy(x, LABELS, label_smoothing=0.1), X),
    "of probabilities": (lambda x: F.cross_entropy(x, P), X),
    "deep": (lambda x: F.cross_entropy(x, labels_of(0, 2, 1, 0).reshape(2, 2)), DEEP),
    "nll": (lambda x: F.nll_loss(autograd.log_softmax(x, -1), LABELS), X),
    "softmax": (lambda x: (autograd.softmax(x, -1) * P).sum(), X),
    "softmax of other axes": (lambda x: (autograd.softmax(x, 1) * x.detach()).sum(), DEEP),
}


@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_its_gradient_are_native_throughout(name):
    loss, x = LOSSES[name]

    def step(x):
        y = loss(x)
        y.backward()
        return y.detach()

    compiled = autograd.compile(step)
    losses = [compiled(Tensor(x.array.copy()).requires_grad_()).item() for _ in range(3)]
    (plans,) = compiled._plans.values()
    assert not any(callable(part) for part in plans[0].program.parts)
    np.testing.assert_allclose(losses, losses[0], 1e-5)
