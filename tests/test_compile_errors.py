"""Errors inside a compiled step: what eager raises, and nothing is left but what eager leaves."""

import copy

import numpy as np
import pytest
from side_by_side import batches, net

import autograd
import nn
from autograd import compile
from autograd.graph import exceptional, modes
from autograd.plan import TraceError, quick
from nn import optim


class Training:
    """A net of which a step can fail, before or after backward or after the optimizer's step."""

    def __init__(self):
        autograd.manual_seed(1)
        self.model = nn.Sequential(net(), nn.Dropout(0.3))
        self.optimizer = optim.Adam(self.model.parameters(), lr=0.1)
        self.fails = None

    def step(self, x):
        self.optimizer.zero_grad()
        loss = self.model(x).square().sum()
        self._fail("forward")
        loss.backward()
        self._fail("backward")
        self.optimizer.step()
        self._fail("step")
        return loss

    def _fail(self, where):
        if self.fails == where:
            raise ValueError(where)

    def state(self):
        tensors = list(self.model.parameters())
        grads = [one.grad for one in tensors if one.grad is not None]
        moments = [
            value for state in self.optimizer.state.values() for value in state.values()
        ]  # numbers too
        return [np.array(getattr(one, "array", one)) for one in (*tensors, *grads, *moments)]


@pytest.mark.parametrize("where", ["forward", "backward", "step"])
@pytest.mark.parametrize("call", [0, 1])
def test_error_in_a_recorded_call_leaves_what_eager_leaves_and_no_plan(call, where):
    one, other = Training(), Training()
    step = compile(other.step)
    for training, run in ((one, one.step), (other, step)):
        autograd.manual_seed(2)
        for place, x in enumerate(batches()):
            training.fails = where if place == call else None
            if training.fails:
                before = copy.copy(step._plans), copy.copy(step._recordings)
                with pytest.raises(ValueError, match=where):
                    run(x)
                assert (modes.trace, exceptional[0]) == (None, 0)
                assert (step._plans, step._recordings) == before
            else:
                run(x)
            training.states = [*getattr(training, "states", []), *training.state()]
    assert sum(map(len, step._plans.values())) == 1
    for mine, theirs in zip(one.states, other.states, strict=True):
        np.testing.assert_allclose(theirs, mine, 1e-12, 1e-12)


def test_refused_step_leaves_what_eager_leaves():
    x = batches(1)[0]
    one = Training()
    one.step(x)
    other = Training()
    with pytest.raises(TraceError, match="is read"):
        compile(lambda x: other.step(x).item())(x)
    for mine, theirs in zip(one.state(), other.state(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def cross_entropy(x, labels, w):
    return nn.functional.cross_entropy(x @ w, labels)


LABELLED = {
    "cross_entropy": (cross_entropy, IndexError, True),
    "of computed labels": (lambda x, y, w: cross_entropy(x, y * 1, w), IndexError, False),
    "nll_loss": (lambda x, y, w: nn.functional.nll_loss(x @ w, y), IndexError, True),
    "index": (lambda x, y, w: (x @ w).t()[y].sum(), IndexError, True),
    "index of fewer bits": (lambda x, y, w: (x @ w)[:, y.int()].sum(), IndexError, False),
    "two indices": (lambda x, y, w: (x @ w)[autograd.arange(6), y].sum(), IndexError, True),
    "computed index": (lambda x, y, w: (x @ w).t()[y + 0].sum(), IndexError, False),
    "gather": (lambda x, y, w: (x @ w).gather(1, y[:, None]).sum(), RuntimeError, True),
    "one_hot": (
        lambda x, y, w: (nn.functional.one_hot(y, 3) * (x @ w)).sum(),
        RuntimeError,
        True,
    ),
    "one_hot of computed labels": (
        lambda x, y, w: (nn.functional.one_hot(y + 0, 3) * (x @ w)).sum(),
        RuntimeError,
        False,
    ),
    "probabilities": (
        lambda x, y, w: nn.functional.binary_cross_entropy(x.sigmoid() * y[:, None].clamp(max=2),
                                                           (x * w.sum()).sigmoid().detach()),
        RuntimeError,
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LABELLED)
@pytest.mark.parametrize("bad", [3, -4])
def test_value_out_of_range_raises_as_in_eager_and_leaves_what_eager_leaves(name, bad):
    loss_of, error, checked_first = LABELLED[name]

    def make():
        w = autograd.ones(4, 3, dtype=autograd.float64, requires_grad=True)
        optimizer, counts = optim.SGD([w], lr=0.1), autograd.zeros(2)

        def step(x, labels):
            with autograd.no_grad():
                counts.add_(1)
            optimizer.zero_grad()
            (loss_of(x, labels, w) * w.sum()).backward()
            optimizer.step()
            with autograd.no_grad():
                counts.add_(10)

        return step, w, counts

    (eager, *mine), (step, *theirs) = make(), make()
    compiled = compile(step)
    for place, x in enumerate(batches()):
        labels = autograd.tensor([0, 1, 1, 0, 1, 0])
        labels[3] = bad if place in (4, 6) else 1
        before, messages = theirs[1].tolist(), []
        for run in (eager, compiled):
            if place in (4, 6):
                with pytest.raises(error, match=r"out of bounds|no class|between 0 and") as raised:
                    run(x, labels)
                messages.append(str(raised.value))
            else:
                run(x, labels)
        assert len({*messages}) < 2
        if place in (4, 6) and checked_first:
            # Before the first instruction, where eager had begun.
            assert theirs[1].tolist() == before
            theirs[1].add_(1)
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(other.detach().numpy(), one.detach().numpy(), 1e-12)


@pytest.mark.parametrize("bad", [10**9, -3])
def test_labels_that_the_step_changes_are_checked_after_it_has_changed_them(bad):
    def make():
        labels = autograd.tensor([0, 1, 2, 0])

        def step(x, more):
            labels.add_(more)
            return nn.functional.cross_entropy(x, labels)

        return step, labels

    (eager, mine), (step, theirs) = make(), make()
    compiled = compile(step)
    for more in (0, 0, 0, bad, -bad, 0):
        args = autograd.ones(4, 3), autograd.tensor(more)
        if more == bad:
            for run in (eager, compiled):
                with pytest.raises(IndexError, match=f"Target {bad} is out of bounds"):
                    run(*args)
        else:
            assert compiled(*args).item() == pytest.approx(eager(*args).item())
        assert theirs.tolist() == mine.tolist()


@pytest.mark.parametrize("dtype", [np.int32, np.uint8])
def test_labels_of_any_integers_are_checked_first(dtype):
    labels = autograd.from_numpy(np.array([0, 1, 2, 0], dtype))
    calls = autograd.zeros(())

    def step(x, labels):
        calls.add_(1)
        return nn.functional.cross_entropy(x, labels)

    compiled = compile(step)
    for _ in range(4):
        assert compiled(autograd.ones(4, 3), labels).item() == pytest.approx(np.log(3))
    labels[2] = 3
    with pytest.raises(IndexError, match="Target 3 is out of bounds"):
        compiled(autograd.ones(4, 3), labels)
    assert calls.item() == 4


def test_labels_that_are_a_column_of_an_argument_are_checked_alone():
    def step(x, table):
        return nn.functional.cross_entropy(x, table[:, 0])

    compiled = compile(step)
    for _ in range(4):
        table = autograd.tensor([[0, 9], [1, 9], [2, 9], [0, 9]])
        assert compiled(autograd.ones(4, 3), table).item() == pytest.approx(np.log(3))


def test_error_names_what_was_wrong_whatever_lies_by_now_where_earlier_indices_lay():
    def step(x, places, more):
        y = x.gather(1, places * 1).exp()
        for _ in range(4):
            y = y @ y
        return y.gather(1, places * 1 + more)

    compiled = compile(step)
    x, places = autograd.ones(3, 3), autograd.zeros(3, 3, dtype=autograd.int64)
    for _ in range(3):
        compiled(x, places, autograd.tensor(0))
    with pytest.raises(RuntimeError, match="index 7 or 7 is out of bounds"):
        compiled(x, places, autograd.tensor(7))


@pytest.mark.parametrize("most", [quick.BRIEF, -1])
@pytest.mark.parametrize("dtype", [np.int64, np.int32])
def test_what_a_graph_kept_is_stale_if_a_step_changed_it_and_failed(most, dtype, monkeypatch):
    monkeypatch.setattr(quick, "BRIEF", most)
    counts, weight = autograd.ones(3), autograd.ones(3, requires_grad=True)

    @compile
    def step(x, places):
        counts.add_(1)
        return x[places * 1].sum()

    *good, bad = (autograd.from_numpy(np.array([0, one], dtype)) for one in (1, 2, 1, 2, 1, 9))
    for places in good:
        step(autograd.ones(3), places)
    kept = (counts * weight).sum()
    with pytest.raises(IndexError, match="index 9 is out of bounds"):
        step(autograd.ones(3), bad)
    assert counts.tolist() == [7, 7, 7]
    with pytest.raises(RuntimeError, match="compiled step"):
        kept.backward()
