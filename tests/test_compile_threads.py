"""Threads that call one compiled step."""

import threading

import numpy as np
from side_by_side import batches, net

import autograd
from autograd import compile
from autograd.plan import compiling, running
from nn import optim


def together(work, count=4):
    """Run work(place) in several threads; raise what one raised."""
    errors, barrier = [], threading.Barrier(count)

    def run(place):
        try:
            barrier.wait()
            work(place)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_threads_may_call_a_step_from_its_first_call_on_with_other_shapes():
    model = net()
    compiled = compile(model)
    inputs = [batches(20, rows=1 + place % 3) for place in range(4)]
    results = [[] for _ in inputs]

    def work(place):
        results[place] += [compiled(x).numpy() for x in inputs[place]]

    together(work)
    for xs, found in zip(inputs, results, strict=True):
        for x, one in zip(xs, found, strict=True):
            np.testing.assert_allclose(one, model(x).detach().numpy(), rtol=1e-12)


def subtracting():
    """Return a parameter, and a step that takes 1 off it and returns what is left."""
    w = autograd.zeros(1000, requires_grad=True)
    optimizer = optim.SGD([w], lr=1.0)

    @compile
    def step(x):
        optimizer.zero_grad()
        (w * x).sum().backward()
        optimizer.step()
        return w[0] - 0

    return w, step


def test_steps_of_threads_come_one_after_the_other():
    w, step = subtracting()
    totals = []

    def work(place):
        x = autograd.ones(1000)
        totals.extend([step(x).item() for _ in range(50)])

    together(work)
    assert sorted(totals) == [float(-call) for call in range(200, 0, -1)]
    assert w.tolist() == [-200.0] * 1000


def test_threads_may_call_a_step_while_its_kernels_come(monkeypatch):
    w, step = subtracting()
    come = threading.Event()
    monkeypatch.setattr(compiling, "BEHIND", True)
    monkeypatch.setattr(running, "all_compiled", lambda texts: False)
    monkeypatch.setattr(running, "compile_beside", lambda texts: come.wait())
    totals, ready = [], []

    def work(place):
        x = autograd.ones(1000)
        for call in range(50):
            if len(totals) > 80:
                come.set()
            if call == 48:
                step.wait()
            totals.append(step(x).item())
            ready.append(step._all_plans()[0].ready if call > 2 else False)

    together(work)
    assert sorted(totals) == [float(-call) for call in range(200, 0, -1)]
    assert w.tolist() == [-200.0] * 1000
    assert {*ready} == {False, True}
