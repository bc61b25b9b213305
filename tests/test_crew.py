"""Threads that share large work: the same bits, whatever their number and whoever asks."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import autograd
import nn
from autograd.plan import pieces
from autograd.plan.blas import OneThread, address
from autograd.plan.crew import CREW
from nn import optim

SIZES = (64, 600, 64)


@pytest.fixture
def threads():
    """Return set_num_threads; afterwards the number is what it was. Eager steps are NumPy's."""
    before = autograd.get_num_threads()
    autograd.use_deterministic_algorithms(True)
    yield autograd.set_num_threads
    autograd.use_deterministic_algorithms(False)
    autograd.set_num_threads(before)


def trained(steps=4, count=512):
    """Return the parameters of a net, large enough for pieces, after compiled steps."""
    autograd.manual_seed(0)
    inputs, hidden, outputs = SIZES
    model = nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, outputs))
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    x, y = autograd.randn(count, inputs), autograd.randn(count, outputs)

    @autograd.compile
    def step(x, y):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(2):
        step(x, y)
    step.wait()
    for _ in range(steps):
        step(x, y)
    return [p.detach().numpy().copy() for p in model.parameters()], step, x, y


def assert_same(first, second):
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_plan_of_a_large_step_has_pieces_that_run_at_once():
    _, step, _, _ = trained()
    assert max(step._all_plans()[0].program.together) > 1


@pytest.mark.parametrize("number", [2, 3])
def test_loops_shared_by_threads_give_the_bits_of_one_thread(threads, number, monkeypatch):
    # The products of one shape for all: BLAS rounds the parts of a product as it likes.
    monkeypatch.setattr("autograd.plan.blas.get_num_threads", lambda: 2)
    threads(1)
    alone, *_ = trained()
    threads(number)
    assert CREW._words[66] == number
    for _ in range(3):
        shared, *_ = trained()
        assert_same(alone, shared)


def test_threads_of_the_program_that_call_large_steps_at_once_get_their_own_results(threads):
    threads(2)
    expected, *_ = trained()
    steps = [trained(steps=0) for _ in range(3)]

    def run(step, x, y):
        for _ in range(4):
            step(x, y)

    workers = [threading.Thread(target=run, args=one[1:]) for one in steps]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    for _, step, *_ in steps:
        found = [p.array for p in step._all_plans()[0].tensors]
        for wanted in expected:
            assert any(np.array_equal(wanted, one) for one in found)


@pytest.mark.parametrize("begun", [0, 1])
def test_crew_goes_on_with_the_threads_that_could_be_begun(threads, begun, monkeypatch):
    start, left = threading.Thread.start, [begun]

    def start_while_allowed(self):
        if not left[0]:
            raise RuntimeError("can't start new thread")
        left[0] -= 1
        start(self)

    threads(4)
    expected, *_ = trained()
    assert len(CREW._threads) == 3
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start_while_allowed)
        threads(4)
    assert len(CREW._threads) == begun
    found, *_ = trained()
    assert_same(expected, found)


def test_number_of_threads_may_change_between_calls_of_a_plan(threads):
    # A plan made for one thread, whose products are in one part.
    threads(1)
    expected, *_ = trained(steps=5)
    _, step, x, y = trained(steps=0)
    for number in (1, 2, 3, 1, 2):
        threads(number)
        step(x, y)
    found = [p.array for p in step._all_plans()[0].tensors]
    for wanted in expected:
        assert any(np.array_equal(wanted, one) for one in found)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(300, 200, 100), (90, 400, 77)])
def test_large_product_in_parts_is_numpys(shape, bias, dtype):
    m, k, n = shape
    rng = np.random.default_rng(0)
    a, b = (autograd.tensor(rng.standard_normal(one), dtype=getattr(autograd, dtype))
            for one in ((m, k), (n, k)))  # fmt: skip
    shift = autograd.ones(n, dtype=a.dtype) if bias else None
    product = autograd.compile(nn.functional.linear)
    for _ in range(2):
        product(a, b, shift)
    product.wait()
    expected = a.numpy() @ b.numpy().T + (1 if bias else 0)
    tolerance = 1e-5 if dtype == "float32" else 1e-13
    np.testing.assert_allclose(product(a, b, shift).numpy(), expected, tolerance, 50 * tolerance)


def test_blas_has_its_threads_again_after_contexts_that_overlap():
    if address("float32") is None:
        assert OneThread()._get() == 0
        return
    context = OneThread()
    before = context._get()
    other = threading.Thread(target=context.__exit__, args=(None, None, None))
    with context:
        context.__enter__()
        assert context._get() == 1
        other.start()
        other.join()
        assert context._get() == 1
    assert context._get() == before


def test_pieces_cover_an_axis_once_and_begin_at_whole_lines():
    for length, step in [(1_000_003, 64), (37, 1), (5, 1), (64, 64)]:
        cut = pieces.pieces_of(length, 50 * pieces.PIECE, step)
        assert [start for start, _ in cut[1:]] == [stop for _, stop in cut[:-1]]
        assert (cut[0][0], cut[-1][1]) == (0, length)
        assert all(start % step == 0 for start, _ in cut)


def test_small_work_stays_whole():
    assert pieces.pieces_of(10_000, 80_000, 64) == [(0, 10_000)]


@pytest.mark.parametrize("number", [0, -1])
def test_number_of_threads_below_one_is_refused(number):
    with pytest.raises(RuntimeError, match=f"positive number of threads, got {number}"):
        autograd.set_num_threads(number)


def test_number_of_threads_is_an_integer():
    with pytest.raises(TypeError, match="expected an int, got float"):
        autograd.set_num_threads(2.0)


def run_python(source, **variables):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", source],
        capture_output=True, text=True, timeout=120, env={**os.environ, **variables},
    )  # fmt: skip


def test_number_of_threads_is_that_of_the_environment():
    made = run_python("import autograd; print(autograd.get_num_threads())", OMP_NUM_THREADS="3")
    assert made.stdout == "3\n", made.stderr


FORK = """
import os, sys, warnings
sys.path.insert(0, {folder!r})
from test_crew import CREW, assert_same, trained
import autograd
autograd.set_num_threads(2)
expected, *_ = trained()
# Python warns of forking with threads: those of the crew hold no lock of Python's.
warnings.simplefilter("ignore", DeprecationWarning)
child = os.fork() if hasattr(os, "fork") else None
if child == 0:
    assert len(CREW._threads) == 1 and CREW._threads[0].is_alive()
    found, *_ = trained()
    assert_same(expected, found)
    os._exit(7)
assert child is None or os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
"""


def test_forked_process_has_threads_of_its_own_and_programs_end_with_theirs():
    made = run_python(FORK.format(folder=os.path.dirname(__file__)))
    assert (made.returncode, made.stderr) == (0, "")


HELD = """
import os, threading, warnings
from autograd import determinism, takeover
from autograd.plan import blas, native

before, inside, leave = blas.ONE_THREAD._get(), threading.Event(), threading.Event()

def hold():
    with blas.ONE_THREAD, determinism._lock, takeover._lock, native._lock:
        inside.set()
        leave.wait(0.2)
    with blas.ONE_THREAD:
        leave.wait()

thread = threading.Thread(target=hold)
thread.start()
inside.wait()
warnings.simplefilter("ignore", DeprecationWarning)
child = os.fork()
if child == 0:
    for lock in (determinism._lock, takeover._lock, native._lock, blas.ONE_THREAD._lock):
        assert lock.acquire(timeout=1)
    assert blas.ONE_THREAD._get() == before
    with blas.ONE_THREAD:
        assert blas.ONE_THREAD._inside == 1
    assert blas.ONE_THREAD._get() == before
    os._exit(7)
leave.set()
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process is forked here")
def test_forked_process_finds_locks_free_that_other_threads_held():
    made = run_python(HELD, OPENBLAS_NUM_THREADS="2")
    assert (made.returncode, made.stderr) == (0, "")
