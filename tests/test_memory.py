"""Deep graphs without recursion, and memory that comes back without the garbage collector."""

import gc
import inspect
import sys
import time
import tracemalloc
import weakref
from contextlib import contextmanager

import pytest

import autograd as ag
from autograd import Scalar, memory
from autograd.ops.fused import binary_cross_entropy_with_logits, cross_entropy

MILLION = 1_000_000


@contextmanager
def shallow_stack(frames=30):
    """Let nothing inside go deeper than `frames` calls."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + frames)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def no_collector():
    """Switch the garbage collector off, after a last collection."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def timed_chain(x, length):
    """Return the gradient of x, and the CPU seconds of forward, backward and freeing together."""
    start = time.thread_time()
    y = x
    for _ in range(length):
        y = y * 1.0
    (y + x).sum().backward() if isinstance(x, ag.Tensor) else (y + x).backward()
    del y
    return x.grad, time.thread_time() - start


def zero_d(value=2.0):
    return ag.tensor(value, dtype=ag.float64, requires_grad=True)


# Depth


@pytest.fixture(scope="module")
def million():
    """Return what a chain of a million Tensors gave, computed with a shallow stack."""
    with no_collector(), shallow_stack():
        return timed_chain(zero_d(), MILLION)


def test_chain_of_a_million_tensors_needs_no_recursion(million):
    assert million[0].item() == 2


def test_chain_of_a_million_scalars_needs_no_recursion():
    with no_collector(), shallow_stack():
        assert timed_chain(Scalar(2.0), MILLION)[0] == 2


def test_time_of_a_chain_is_linear(million):
    long, ratios = million[1], []
    while not ratios or (ratios[-1] > 12 and len(ratios) < 3):
        with no_collector():
            # Ten short chains take as long as the long one, so that both meet the same noise.
            short = sum(timed_chain(zero_d(), MILLION // 10)[1] for _ in range(10)) / 10
            long = timed_chain(zero_d(), MILLION)[1] if ratios else long
        ratios.append(long / short)
    assert min(ratios) <= 12


@pytest.mark.parametrize("make", [zero_d, Scalar], ids=["Tensor", "Scalar"])
def test_deep_graph_of_gradients_needs_no_recursion(make):
    x = make(1.0)
    with shallow_stack():
        y = x
        for _ in range(5000):
            y = y * x
        (first,) = ag.grad(y, x, create_graph=True)
        (second,) = ag.grad(first, x)
        del y, first
    assert float(second) == 5001 * 5000


def test_deep_graph_dropped_without_backward_needs_no_recursion():
    y = zero_d()
    with no_collector(), shallow_stack():
        for _ in range(MILLION // 4):
            y = y.exp()
        del y


# Growth


def tensor_step():
    """Return one training step of a small network, its batch and weights bound to it."""
    stream = ag.Generator().manual_seed(1)
    x, w1 = ag.randn(8, 4, generator=stream), ag.randn(5, 4, generator=stream)
    w2, y = ag.randn(1, 5, generator=stream), ag.rand(8, 1, generator=stream)
    parameters = [w.requires_grad_() for w in (w1, w2, ag.zeros(5), ag.zeros(1))]

    def step():
        w1, w2, b1, b2 = parameters
        loss = binary_cross_entropy_with_logits(ag.linear(ag.relu(ag.linear(x, w1, b1)), w2, b2), y)
        for parameter in parameters:
            parameter.grad = None
        loss.backward()
        with ag.no_grad():
            for parameter in parameters:
                parameter -= 0.1 * parameter.grad
        return loss.item()

    return step


def penalised_step():
    """Return a step whose loss holds a gradient, summed into the memory of the gradients."""
    x, w = ag.randn(6, 3), ag.randn(4, 3, requires_grad=True)

    def step():
        loss = cross_entropy(ag.linear(x, w), ag.tensor([0, 1, 2, 3, 0, 1]))
        (g,) = ag.grad(loss, w, create_graph=True)
        if w.grad is not None:
            w.grad.zero_()
        (loss + (g * g).sum()).backward()
        w.data -= 0.1 * w.grad

    return step


def create_graph_step():
    """Return a step that leaves recorded gradients at its leaf, a cycle in PyTorch."""
    x = ag.randn(3, requires_grad=True)

    def step():
        x.grad = None
        (x * x * x).sum().backward(create_graph=True)
        y = x * x
        y.retain_grad()
        y.sum().backward()

    return step


def compiled_step():
    """Return a compiled step of training, which draws, gathers gradients and returns a loss."""
    stream = ag.Generator().manual_seed(1)
    x, w = ag.randn(8, 4, generator=stream), ag.randn(3, 4, generator=stream).requires_grad_()

    @ag.compile
    def step(x):
        w.grad = None
        for part in (x, x * ag.rand(4, generator=stream)):
            loss = cross_entropy(ag.linear(part, w), ag.arange(8) % 3)
            loss.backward()
        w.data -= 0.1 * w.grad
        return loss

    return lambda: step(x).item()


def scalar_step():
    """Return a step on Scalars, with a second derivative in it."""
    w, v = Scalar(0.3), Scalar(-0.2)

    def step():
        loss = ((w * 2 + v).tanh() - 0.5) ** 2
        (g,) = ag.grad(loss, w, create_graph=True)
        w.grad = v.grad = 0.0
        (loss + g * g).backward()
        for parameter in (w, v):
            parameter.data -= 0.1 * parameter.grad

    return step


STEPS = [tensor_step, penalised_step, create_graph_step, compiled_step, scalar_step]
every_step = pytest.mark.parametrize("make", STEPS, ids=[make.__name__ for make in STEPS])


def growth(step, repetitions, memory):
    """Run a step many times without the collector; return garbage, and more objects and memory."""
    with no_collector():
        for _ in range(300):
            step()
        # A collection also empties CPython's lists of freed tuples, which count as memory.
        gc.collect()
        objects, before = len(gc.get_objects()), memory()
        for _ in range(repetitions):
            step()
        garbage = gc.collect()
        return garbage, len(gc.get_objects()) - objects, memory() - before


@every_step
def test_two_thousand_steps_without_the_collector_take_no_more_memory(make):
    step = make()
    garbage, objects, blocks = growth(step, 2000, sys.getallocatedblocks)
    # What other threads of a test runner allocate meanwhile, they do not allocate every time.
    again, more, later = growth(step, 2000, sys.getallocatedblocks)
    assert garbage == again == 0
    assert min(objects, more) <= 2
    assert min(blocks, later) < 200


def test_two_thousand_steps_without_the_collector_take_no_more_bytes():
    tracemalloc.start()
    try:
        _, _, size = growth(tensor_step(), 2000, lambda: tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert size < 8 * 2000


@pytest.mark.nightly
@every_step
def test_ten_thousand_steps_without_the_collector_take_no_more_memory(make):
    garbage, objects, blocks = growth(make(), 10_000, sys.getallocatedblocks)
    assert garbage == 0
    assert objects <= 2
    assert blocks < 200


def test_network_of_the_growth_test_learns():
    step = tensor_step()
    losses = [step() for _ in range(200)]
    assert losses[-1] < losses[0]


# Cycles


# A plan is a cycle of its own: it goes when the collector comes.
@pytest.mark.parametrize("make", [make for make in STEPS if make is not compiled_step])
def test_step_leaves_no_garbage(make):
    step = make()
    step()
    with no_collector():
        step()
        del step
        assert gc.collect() == 0


def planned():
    """Return weak references to a compiled step's plan, its leaf and the gradient it left."""
    w = ag.ones(3, requires_grad=True)
    step = ag.compile(lambda x: (w * x).sum().backward())
    for _ in range(4):
        w.grad = None
        step(ag.ones(3))
    return [weakref.ref(one) for one in (w, w.grad, *next(iter(step._plans.values())))]


def test_plan_and_its_memory_go_with_the_step():
    alive = planned()
    gc.collect()
    assert [one() for one in alive] == [None, None, None]


@pytest.mark.parametrize(
    "use",
    [
        lambda x: x * x,
        lambda x: (x.exp() + x[0]).sum(),
        lambda x: ag.cat([x, x]).max(0).values,
        lambda x: ag.grad((x**3).sum(), x, create_graph=True),
        lambda x: x.detach().add_(1),
        lambda x: x.softmax(0).var(),
    ],
)
def test_graph_dropped_without_backward_leaves_no_garbage(use):
    with no_collector():
        x = ag.ones(3, requires_grad=True)
        use(x)
        del x
        assert gc.collect() == 0


def test_result_and_its_graph_die_with_their_last_name():
    with no_collector():
        x = ag.ones(3, requires_grad=True)
        y = x.exp()
        dead = [weakref.ref(y), weakref.ref(y.grad_fn), weakref.ref(y.array)]
        z = y * 2
        del y
        assert [ref() is None for ref in dead] == [True, False, False]
        del z
        assert all(ref() is None for ref in dead)


def test_leaf_dies_though_its_node_lives_on():
    with no_collector():
        x = ag.ones(3, requires_grad=True)
        dead, y = weakref.ref(x), x * 2
        del x
        assert dead() is None
        y.sum().backward()


# Backward frees as it goes


def test_backward_frees_what_nodes_kept():
    x = ag.ones(3, requires_grad=True)
    y = x.exp()
    loss = (y * y).sum()
    node, kept = y.grad_fn, weakref.ref(y.array)
    del y
    assert kept() is not None
    loss.backward()
    assert node.kept is None
    assert kept() is None


def test_retained_graph_keeps_it():
    x = ag.ones(3, requires_grad=True)
    y = x.exp()
    y.sum().backward(retain_graph=True)
    assert y.grad_fn.kept is not None


def test_memory_of_a_deep_graph_shrinks_during_backward():
    tracemalloc.start()
    try:
        y = ag.zeros(100_000, requires_grad=True)
        for _ in range(20):
            y = y.tanh()
        loss = y.sum()
        del y
        deep, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        loss.backward()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    array = 400_000
    assert deep > 20 * array
    assert peak - deep < 6 * array
    assert after < 3 * array


def test_thresholds_that_the_user_set_for_malloc_are_left_alone(monkeypatch):
    monkeypatch.setattr(memory, "_asked", [False])
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "131072")
    memory.keep_freed()
    assert memory._asked == [False]
