"""What the quick way into a plan does and leaves out: looks, locks, and work before an error."""

import threading

import numpy as np
import pytest
from test_plan_quick import Steps, batch, set_group

import autograd
import nn
from autograd.plan import entry, objects, quick, turns


def test_another_thread_waits_while_the_step_is_recorded():
    steps = Steps()
    args = batch()
    for _ in range(4):
        steps.call(*args)
    order = []

    def call():
        steps.compiled(*args)
        order.append("called")

    with steps.compiled._lock:
        thread = threading.Thread(target=call)
        thread.start()
        thread.join(0.2)
        order.append("done")
    thread.join()
    assert order == ["done", "called"]


@pytest.mark.parametrize("most", [quick.BRIEF, -1])
def test_what_nothing_has_changed_is_not_looked_at_again(most, monkeypatch):
    looks = []
    monkeypatch.setattr(quick, "BRIEF", most)
    monkeypatch.setitem(entry.SHARED, "arm", lambda *args: looks.append(quick.arm(*args)))
    steps = Steps()
    for call in range(5):
        steps.call(*batch(call))
    looks.clear()
    for call in range(5):
        steps.call(*batch(call))
    assert not looks
    steps.change(set_group(lr=0.01))
    for call in range(5):
        steps.call(*batch(call))
    assert len(looks) == 1


def test_a_small_step_waits_for_no_lock(monkeypatch):
    steps = Steps()
    for call in range(5):
        steps.call(*batch(call))
    monkeypatch.setattr(turns.Turns, "__enter__", None)
    steps.compiled(*batch())


def test_native_code_takes_tensors_alone_and_as_many_as_there_were():
    steps = Steps()
    for call in range(5):
        steps.call(*batch(call))
    x, y = batch()
    table, made = steps.compiled._entry.table.address, np.zeros((), np.float32)
    for args in ((), (x,), (x, y, y), (nn.Parameter(x, requires_grad=False), y), (x, y.numpy())):
        assert quick.enter(args, made, table, 1) == quick.CHANGED
    assert quick.enter((x, y), made, table, 1) == quick.DONE


def test_this_python_keeps_its_objects_as_known():
    assert objects.KNOWN
    assert objects._versions_known() == objects.VERSIONED


def test_bad_labels_leave_everything_as_it_was():
    autograd.manual_seed(0)
    model = nn.Linear(3, 4)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)

    @autograd.compile
    def step(x, labels):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss

    x = batch()[0]
    for _ in range(5):
        step(x, autograd.tensor([0, 1, 2, 3, 0]))
    before = model.weight.detach().numpy().copy()
    for _ in range(2):
        with pytest.raises(IndexError, match="Target 4 is out of bounds"):
            step(x, autograd.tensor([0, 1, 4, 3, 0]))
    np.testing.assert_array_equal(model.weight.detach().numpy(), before)
    step(x, autograd.tensor([0, 1, 2, 3, 0]))
