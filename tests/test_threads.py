"""Threads: models trained side by side give the bits of serial runs; grad modes stay apart."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd as ag
from autograd import Scalar
from autograd.ops.fused import cross_entropy

THREADS, STEPS = 8, 150


@pytest.fixture(autouse=True)
def frequent_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def train(seed):
    """Train a small classifier with dropout by hand; return the bytes of losses and weights."""
    stream = ag.Generator().manual_seed(seed)
    x = ag.randn(24, 5, generator=stream)
    y = ag.randint(0, 3, (24,), generator=stream)
    shapes = [(7, 5), (7,), (3, 7), (3,)]
    parameters = [ag.randn(shape, generator=stream).requires_grad_() for shape in shapes]
    losses = []
    for _ in range(STEPS):
        rows = ag.randperm(24, generator=stream)[:16]
        w1, b1, w2, b2 = parameters
        hidden = ag.tanh(ag.linear(x[rows], w1, b1))
        kept = ag.empty(16, 7).bernoulli_(0.8, generator=stream)
        loss = cross_entropy(ag.linear(hidden * kept, w2, b2), y[rows])
        for parameter in parameters:
            parameter.grad = None
        loss.backward()
        with ag.no_grad():
            for parameter in parameters:
                parameter -= 0.1 * parameter.grad
        losses.append(loss.item())
    arrays = [np.array(losses), *(parameter.detach().numpy() for parameter in parameters)]
    return b"".join(array.tobytes() for array in arrays)


def train_scalars(seed):
    """Fit a line to points with Scalars; return slope and intercept."""
    stream = np.random.default_rng(seed)
    points = stream.normal(size=(6, 2)).tolist()
    w, b = Scalar(0.1 * seed), Scalar(0.0)
    for _ in range(STEPS):
        loss = sum((w * x + b - y) ** 2 for x, y in points) / 6
        w.grad = b.grad = 0.0
        loss.backward()
        for parameter in (w, b):
            parameter.data -= 0.1 * parameter.grad
    return w.data, b.data


def together(function, arguments):
    """Run a function on every argument, all in threads that start at the same moment."""
    start = threading.Barrier(len(arguments))

    def run(argument):
        start.wait()
        return function(argument)

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


@pytest.mark.parametrize("function", [train, train_scalars])
def test_eight_threads_give_the_bits_of_eight_serial_runs(function):
    serial = [function(seed) for seed in range(THREADS)]
    assert len(set(serial)) == THREADS
    assert together(function, range(THREADS)) == serial


def test_second_derivatives_in_threads_are_those_of_serial_runs():
    def hessian_vector_product(seed):
        stream = ag.Generator().manual_seed(seed)
        x = ag.randn(4, generator=stream).requires_grad_()
        v = ag.randn(4, generator=stream)
        values = []
        for _ in range(60):
            (first,) = ag.grad((x.tanh() * x.exp()).sum(), x, create_graph=True)
            values.append(ag.grad(first, x, v)[0].tolist())
        return values

    assert together(hessian_vector_product, range(THREADS)) == [
        hessian_vector_product(seed) for seed in range(THREADS)
    ]


def recorded():
    return (ag.ones(2, requires_grad=True) * 2).requires_grad


@pytest.mark.parametrize("off", [ag.no_grad, ag.inference_mode, lambda: ag.set_grad_enabled(False)])
def test_mode_of_one_thread_leaves_the_others_alone(off):
    inside, leave = threading.Event(), threading.Event()
    seen = []

    def without_grad():
        with off():
            seen.append(recorded())
            inside.set()
            leave.wait(10)
            seen.append(recorded())

    thread = threading.Thread(target=without_grad)
    thread.start()
    inside.wait(10)
    here = recorded(), ag.is_grad_enabled(), ag.is_inference_mode_enabled()
    with ag.no_grad():
        pass
    after = recorded()
    leave.set()
    thread.join(10)
    assert here == (True, True, False)
    assert after
    assert seen == [False, False]


def test_new_thread_starts_with_recording():
    with ag.no_grad(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(recorded).result()
        assert not recorded()


def test_graph_made_in_one_thread_is_swept_in_another():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with ThreadPoolExecutor(1) as pool:
        y = pool.submit(lambda: (x * x).sum()).result()
        pool.submit(y.backward).result()
    assert x.grad.tolist() == [2, 4]


def test_modes_switched_in_many_threads_do_not_mix():
    def switch(place):
        off = ag.no_grad if place % 2 else ag.enable_grad
        seen = set()
        for _ in range(2000):
            with off():
                seen.add(recorded())
            seen.add(("outside", recorded()))
        return seen

    for place, seen in enumerate(together(switch, range(THREADS))):
        assert seen == {place % 2 == 0, ("outside", True)}
    assert recorded()
