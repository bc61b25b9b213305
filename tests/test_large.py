"""Large eager work in native loops: NumPy's numbers, from one moment on, and NumPy where not."""

import sys
import threading

import numpy as np
import pytest

import autograd
from autograd import crossover, large
from autograd.memory import keep_freed
from autograd.ops import fused
from autograd.plan import native

SIZE = 20_000


@pytest.fixture
def at_once(monkeypatch):
    """Let loops be used from the first element on, and begin without any."""
    monkeypatch.setattr(crossover, "BEGIN", 1)
    monkeypatch.setattr(crossover, "SWITCH", 1)
    monkeypatch.setattr(crossover, "TIMES", 1)
    monkeypatch.setattr(large, "_works", {})


def values(dtype, seed=0, shape=(SIZE,)):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def launched():
    return [work for work in large._works.values() if work is not None and work.native.made]


# Of x and y, arrays of one shape, and c, a number.
FUNCTIONS = {
    "arithmetic": lambda x, y, c: x * y + x / (y * y + 1.0) - c * x,
    "integers": lambda x, y, c: 2 * x - y * 3 + (x < 0) * y,
    "functions": lambda x, y, c: x.exp() + (y * y + 0.1).log() + x.tanh() * y.sigmoid(),
    "relu": lambda x, y, c: x.relu() - y.clamp(-0.5, 0.5) + x.clamp(min=0.1),
    "kinks": lambda x, y, c: autograd.maximum(x, y) + x.abs() + autograd.minimum(x, y * c),
    "selection": lambda x, y, c: autograd.where(x > y, x * c, y) + autograd.where(x > 0, x, 0.0),
    "powers": lambda x, y, c: x**2 + (y * y + 1) ** 0.5 + (y * y + 1) ** c + x.square(),
    "slopes": lambda x, y, c: autograd.leaky_relu(x, 0.2) + autograd.softplus(y, 2.0),
    "roots": lambda x, y, c: (x * x + 1).sqrt() + (y * y + 2).reciprocal() + x.sin() * y.cos(),
}


def results(function, dtype, c=0.75):
    """Return the value, and the gradients along a cotangent, of a function of large arrays."""
    x, y = (autograd.tensor(values(dtype, seed)).requires_grad_() for seed in (0, 1))
    made = function(x, y, c)
    made.backward(autograd.tensor(values(dtype, 2)))
    return [one.detach().numpy() for one in (made, x.grad, y.grad)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_loops_compute_what_numpy_does(name, dtype, request):
    expected = results(FUNCTIONS[name], dtype)
    request.getfixturevalue("at_once")
    found = results(FUNCTIONS[name], dtype)
    assert launched()
    tolerance = 2e-6 if dtype == "float32" else 1e-14
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, 10 * tolerance, tolerance)


@pytest.mark.parametrize("name", ["arithmetic", "integers", "relu", "kinks", "selection"])
def test_arithmetic_keeps_its_bits(name, request):
    expected = results(FUNCTIONS[name], "float32")
    request.getfixturevalue("at_once")
    for one, other in zip(results(FUNCTIONS[name], "float32"), expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize(
    ("shape", "dim", "native"),
    [((7000, 3), -1, True), ((40, 1100), 1, True), ((4, 50, 100), 2, True), ((100, 90), 0, False)],
)
def test_softmax_of_many_rows_is_numpys(shape, dim, native, name, dtype, request):
    def run():
        x = autograd.tensor(3 * values(dtype, shape=shape)).requires_grad_()
        y = getattr(autograd, name)(x, dim)
        y.backward(autograd.tensor(values(dtype, 1, shape)))
        return y.detach().numpy(), x.grad.numpy()

    expected = run()
    request.getfixturevalue("at_once")
    found = run()
    # Forward and backward, or neither.
    rows = [key for key, work in large._works.items() if key[0] is getattr(fused, name).op]
    assert len(rows) == (2 if native else 0)
    tolerance = 2e-6 if dtype == "float32" else 1e-14
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, 10 * tolerance, 5 * tolerance)


def test_number_that_changes_is_read_anew(at_once):
    x = autograd.tensor(values("float32"))
    for c in (0.5, 2.0, -3.0):
        np.testing.assert_array_equal((x * c).numpy(), x.numpy() * np.float32(c))
        np.testing.assert_array_equal((c - x).numpy(), np.float32(c) - x.numpy())


@pytest.mark.parametrize(
    "changed",
    [lambda x: x[::2], lambda x: x.reshape(100, -1).T, lambda x: x.astype("float16"),
     lambda x: x.astype("int64"), lambda x: np.frombuffer(b"\0" + x.tobytes(), "f4", offset=1)],
    ids=["every other", "transposed", "float16", "int64", "misaligned"],
)  # fmt: skip
def test_arrays_that_suit_no_loop_are_numpys(at_once, changed):
    array = changed(values("float32", shape=(2 * SIZE,)))
    x, y = (autograd.from_numpy(array) if array.flags.writeable else autograd.tensor(array)
            for _ in range(2))  # fmt: skip
    x.array = array
    np.testing.assert_array_equal((x + y).numpy(), array + array)


def test_broadcast_operands_are_numpys(at_once):
    x, row = autograd.tensor(values("float32", shape=(100, 300))), autograd.arange(300.0)
    x.requires_grad_(), row.requires_grad_()
    y = x * row
    y.backward(autograd.ones(100, 300))
    np.testing.assert_array_equal(
        y.detach().numpy(), x.detach().numpy() * np.arange(300.0, dtype="f")
    )
    np.testing.assert_allclose(row.grad.numpy(), x.detach().numpy().sum(0), 1e-4, 1e-4)


def test_results_do_not_depend_on_what_the_rules_share(at_once):
    x = autograd.tensor(values("float32")).requires_grad_()
    y = autograd.tensor(values("float32", 1)).requires_grad_()
    g = autograd.ones(SIZE)
    (x + y).backward(g)
    x.grad.mul_(3.0)
    assert (y.grad.numpy() == 1).all()
    assert (g.numpy() == 1).all()


def test_loop_takes_over_at_a_number_of_elements(monkeypatch):
    monkeypatch.setattr(crossover, "BEGIN", 2 * SIZE)
    monkeypatch.setattr(crossover, "SWITCH", 4 * SIZE)
    monkeypatch.setattr(large, "_works", {})
    x = autograd.tensor(values("float32"))
    for step in range(1, 7):
        x + x
        (work,) = large._works.values()
        assert (work.native._thread is not None) == (step >= 2)
        # From the fourth step on the loop is waited for.
        if step >= 4:
            assert work.native.made is not None
            assert not work.native._thread.is_alive()


def test_small_arrays_are_no_work_for_loops(at_once):
    x = autograd.ones(crossover.native_from(autograd.exp.op) - 1).requires_grad_()
    x.exp().sum().backward()
    (x * x).sum().backward()
    assert large._works == {}


def test_without_numba_numpy_goes_on(at_once, monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    for name in ("launching", "native"):
        monkeypatch.delitem(sys.modules, f"autograd.plan.{name}", raising=False)
    x = autograd.tensor(values("float32"))
    for _ in range(3):
        np.testing.assert_array_equal((x + x).numpy(), 2 * x.numpy())
    assert launched() == []


def test_kinds_of_work_are_forgotten_when_there_are_too_many(at_once, monkeypatch):
    monkeypatch.setattr(large, "MOST_KINDS", 3)
    x = autograd.tensor(values("float32"))
    for factor in range(10):
        np.testing.assert_array_equal((x * factor).numpy(), x.numpy() * factor)
        assert len(large._works) <= 3


def test_numbers_that_change_in_every_call_make_no_kernels(at_once, monkeypatch):
    monkeypatch.setattr(crossover, "TIMES", 2)
    x, kernels = autograd.tensor(values("float32")), len(native._known)
    for bound in np.linspace(0.0, 1.0, 200).tolist():
        y = x.clamp(max=bound)
        np.testing.assert_array_equal(y.numpy(), np.minimum(x.numpy(), np.float32(bound)))
    assert len(large._works) == 200
    assert launched() == []
    assert len(native._known) == kernels


def test_native_code_is_prepared_for_one_kind_of_work_after_the_other(at_once, monkeypatch):
    monkeypatch.setattr(crossover, "SWITCH", 10 * SIZE)
    x, prepared, go_on = autograd.tensor(values("float32")), [], threading.Event()

    def prepare(function, examples):
        prepared.append(function)
        go_on.wait()

    monkeypatch.setattr(large, "loop", prepare)
    for bound in range(20):
        x.clamp(max=bound)
        x.clamp(max=bound)
    begun = len(prepared)
    go_on.set()
    assert begun == 1
    # Who has done enough to change over waits for no other kind.
    for _ in range(10):
        x.clamp(max=19)
    assert len(prepared) == 2


def test_keeping_freed_memory_may_be_asked_for_again():
    keep_freed()
    keep_freed()
    assert autograd.ones(1 << 20).sum().item() == 1 << 20


def test_copies_of_large_arrays_are_native(at_once):
    x = autograd.tensor(values("float32", shape=(1 << 17,)))
    y = x.clone()
    y.mul_(2.0)
    np.testing.assert_array_equal(y.numpy(), 2 * x.numpy())
    assert large._works[autograd.clone.op, "f"].native.made is not None


def test_deterministic_algorithms_stay_with_numpy(at_once):
    x = autograd.tensor(values("float32"))
    autograd.use_deterministic_algorithms(True)
    assert autograd.are_deterministic_algorithms_enabled()
    try:
        np.testing.assert_array_equal(x.exp().numpy(), np.exp(x.numpy()))
        assert launched() == []
    finally:
        autograd.use_deterministic_algorithms(False)
    x.exp()
    assert len(launched()) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [((200, 1, 200), (1, 200, 200)), ((1, 512), (512, 1)), ((128, 128), (128 * 128,)),
     ((16384,), (1, 16384))],
)  # fmt: skip
def test_operands_of_one_size_and_other_shapes_broadcast(at_once, one, other):
    if one == (128, 128):
        with pytest.raises(RuntimeError, match="do not broadcast"):
            autograd.ones(*one) * autograd.ones(*other)
        return
    x, y = values("float32", 0, one), values("float32", 1, other)
    a, b = (autograd.tensor(array).requires_grad_() for array in (x, y))
    for function in (
        lambda a, b: a * b,
        autograd.maximum,
        lambda a, b: autograd.where(a > b, a, b),
    ):
        expected = function(autograd.tensor(x.astype("f8")), autograd.tensor(y.astype("f8")))
        made = function(a, b)
        assert made.shape == np.broadcast_shapes(one, other)
        np.testing.assert_allclose(made.detach().numpy(), expected.numpy(), 1e-6)
    (a * b).sum().backward()
    sums = np.broadcast_to(y.astype("f8"), made.shape).sum(tuple(range(made.ndim - len(one))))
    over = tuple(axis for axis, size in enumerate(one) if size == 1)
    np.testing.assert_allclose(a.grad.numpy(), sums.sum(over, keepdims=True), 1e-3, 1e-3)


def test_threads_that_begin_one_kind_of_work_at_once_all_compute(at_once):
    x, failed = autograd.tensor(values("float32")), []

    def run():
        try:
            for factor in range(20):
                np.testing.assert_array_equal((x * factor).numpy(), x.numpy() * factor)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
