"""A profile of a plan tells how long each instruction takes, and changes nothing."""

import re

import numpy as np
import pytest
from test_plan_report import SECONDS, Tiny

import autograd
import nn
from autograd import compile
from autograd.plan import compiling, profiling
from autograd.plan.peak import peak
from nn import optim


@pytest.fixture(params=["plan", "replay"])
def way(request, monkeypatch):
    """Run a test on plans of native kernels, then on replays with NumPy."""
    if request.param == "replay":
        monkeypatch.setattr(compiling, "_plan", compiling.Replayed)
    return request.param


class Everything:
    """A step with all that a profile must leave alone: dropout, momentum, gradients that add up."""

    def __init__(self):
        autograd.manual_seed(3)
        self.model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Dropout(0.4), nn.Linear(5, 3))
        self.adam = optim.Adam(self.model.parameters(), lr=0.01)
        self.own = autograd.Generator().manual_seed(1)
        self.kept = autograd.randn(3, requires_grad=True)
        self.count = autograd.zeros(3)
        self.x, self.y = autograd.randn(6, 4), autograd.tensor([0, 1, 2] * 2)
        self.kept.grad = autograd.zeros(3)

    def step(self, x, y):
        self.adam.zero_grad()
        noise = autograd.rand(3, generator=self.own)
        logits = self.model(x) * self.kept + noise
        self.count += noise
        loss = nn.functional.cross_entropy(logits, y)
        loss.backward()
        self.adam.step()
        return loss, logits.std(1)

    def state(self):
        """Return the bytes of everything that a step changes."""
        tensors = [*self.model.parameters(), self.kept, self.count]
        grads = [one.grad for one in self.model.parameters()] + [self.kept.grad]
        numbers = [
            one.detach().numpy().tobytes() if isinstance(one, autograd.Tensor) else one
            for state in self.adam.state.values()
            for one in state.values()
        ]
        versions = [one._version for one in tensors]
        arrays = [one.detach().numpy().tobytes() for one in (*tensors, *grads)]
        streams = [autograd.default_generator.get_state(), self.own.get_state()]
        return arrays, numbers, versions, [one.tolist() for one in streams]


def test_profile_leaves_everything_as_it_was_bit_for_bit(way):
    one, other = Everything(), Everything()
    step, plain = compile(one.step), compile(other.step)
    autograd.manual_seed(5)
    result = [step(one.x, one.y) for _ in range(3)][-1]
    before, arguments = one.state(), (one.x.tolist(), one.y.tolist())
    grads = [p.grad for p in one.model.parameters()]
    told = [part.tolist() for part in result]
    profile = step.plan().profile(SECONDS)
    assert one.state() == before
    assert (one.x.tolist(), one.y.tolist()) == arguments
    assert [part.tolist() for part in result] == told
    assert all(p.grad is grad for p, grad in zip(one.model.parameters(), grads, strict=True))
    assert len(profile.seconds) == len(step.plan())
    # What comes after it comes as if it had not been.
    last = [part.tolist() for part in step(one.x, one.y)]
    autograd.manual_seed(5)
    expected = [plain(other.x, other.y) for _ in range(4)][-1]
    assert last == [part.tolist() for part in expected]
    arrays, numbers, _, streams = one.state()
    assert (arrays, numbers, streams) == other.state()[:2] + other.state()[3:]


def test_profile_is_a_table_of_times_and_rates(way):
    view = Tiny(rows=64, inputs=32, outputs=16).view()
    profile = view.profile(0.1)
    assert profile.seconds[0] > 0
    head, *lines = str(profile).split("\n\n")[0].splitlines()
    assert head.split()[:4] == ["#", "operation", "time", "share"]
    assert len(lines) == len(view)
    assert re.search(r"0  linear +[\d.]+ [num]?s +[\d.]+%  +[\d.]+ +\d+%", lines[0])
    assert "peak of one thread, measured:" in str(profile)


def test_machine_is_measured_once_a_process():
    assert peak() is peak()
    assert min(peak()) > 1e8


def test_profile_waits_for_kernels(monkeypatch):
    tiny = Tiny()
    view = tiny.view()
    (plan,) = tiny.compiled._all_plans()
    waited = []
    monkeypatch.setattr(plan, "wait", lambda: waited.append(True))
    view.profile(SECONDS)
    assert waited == [True]


def test_profile_of_kernels_that_did_not_compile_raises_why():
    tiny = Tiny()
    view = tiny.view()
    (plan,) = tiny.compiled._all_plans()
    plan.failure = RuntimeError("no compiler")
    with pytest.raises(RuntimeError, match="no compiler"):
        view.profile(SECONDS)


def test_profile_without_the_gradients_a_step_adds_to_says_so(way):
    weight = autograd.ones(3, requires_grad=True)
    weight.grad = autograd.zeros(3)

    def step(x):
        (weight * x).sum().backward()

    compiled = compile(step)
    for _ in range(3):
        compiled(autograd.ones(3))
    compiled.plan().profile(SECONDS)
    assert weight.grad.tolist() == [3.0, 3.0, 3.0]
    weight.grad = None
    with pytest.raises(RuntimeError, match="adds to gradients, and there are none now"):
        compiled.plan().profile(SECONDS)


def test_profile_of_before_the_first_native_call_takes_stand_ins():
    tiny = Tiny()
    tiny.view(calls=2).profile(SECONDS)


def test_long_profile_tells_its_progress(monkeypatch, capsys):
    monkeypatch.setattr(profiling, "PATIENCE", -1.0)
    Tiny().view().profile(SECONDS)
    assert capsys.readouterr().err == "profile: 0 of 7 instructions\n"


def test_time_of_work_that_changes_what_it_reads_is_of_the_same_each_time():
    seen, array = [], np.zeros(1)

    def run(count):
        for _ in range(count):
            seen.append(array[0])
            array[0] += 1

    profiling.least_time(profiling.Work(run, lambda: array.fill(0)), 0.001)
    assert set(seen) == {0.0}
