"""Whose memory a compiled step works in: its own, the caller's, and nothing beside either."""

import gc

import numpy as np
import pytest
from side_by_side import assert_same_compiled, batches
from test_compile_memory import CASES as OF_MEMORY
from test_compile_steps import CASES as OF_STEPS

import autograd
import nn
from autograd import compile
from autograd.plan import assembling, storage
from nn import optim


class Guards:
    """Memory with guard bytes around it."""

    BYTE, WIDTH = 0xA5, 64

    def __init__(self):
        self.made = []

    def allocate(self, size, dtype):
        """Return new aligned memory between guards, in the place of the plan's own allocation."""
        length = size * np.dtype(dtype).itemsize
        memory = np.full(length + 3 * self.WIDTH, self.BYTE, np.uint8)
        first = self.WIDTH + -memory.ctypes.data % self.WIDTH
        self.made.append((memory, first, first + length))
        return memory[first : first + length].view(dtype)

    def around(self, tensor):
        """Put the data of a Tensor between guards."""
        array = self.allocate(tensor.numel(), tensor.dtype).reshape(tensor.shape)
        array[...] = tensor.detach().numpy()
        tensor.data = autograd.from_numpy(array)
        return tensor

    def assert_intact(self):
        assert self.made
        for memory, first, last in self.made:
            assert (memory[:first] == self.BYTE).all()
            assert (memory[last:] == self.BYTE).all()

    def assert_intact_between(self, program):
        """Check what lies between the parts of the block that a program computes in."""
        free = np.ones(program.block.size, bool)
        for memory in program.memory:
            if memory is not None and np.may_share_memory(memory, program.block):
                start = memory.ctypes.data - program.block.ctypes.data
                free[start : start + memory.nbytes] = False
        assert (program.block[free] == self.BYTE).all()


@pytest.fixture
def guards(monkeypatch):
    made = Guards()
    monkeypatch.setattr(assembling, "aligned", made.allocate)
    monkeypatch.setattr(storage, "RIM", made.WIDTH)
    return made


@pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")
@pytest.mark.parametrize("name", OF_STEPS | OF_MEMORY)
def test_plan_writes_into_its_own_memory_alone(name, guards):
    step = assert_same_compiled((OF_STEPS | OF_MEMORY)[name])
    guards.assert_intact()
    plans = step._all_plans()
    assert plans
    for plan in plans:
        guards.assert_intact_between(plan.program)


@pytest.mark.parametrize("dtype", [autograd.float32, autograd.float64])
@pytest.mark.parametrize("rows", [1, 7, 33])
def test_plan_writes_no_more_than_the_memory_it_is_given(rows, dtype, guards):
    model = nn.Sequential(nn.Linear(4, 5), nn.Dropout(0.3), nn.ReLU(), nn.Linear(5, 3)).to(dtype)
    optimizer = optim.AdamW(model.parameters(), amsgrad=True)

    @compile
    def step(x, y):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    for call in range(6):
        labels = autograd.randint(3, (rows,))
        step(guards.around(autograd.randn(rows, 4, dtype=dtype)), guards.around(labels))
        if call == 0:
            for parameter in model.parameters():
                for one in (parameter, *optimizer.state[parameter].values()):
                    if isinstance(one, autograd.Tensor):
                        guards.around(one)
    guards.assert_intact()
    guards.assert_intact_between(step._all_plans()[0].program)


def test_results_are_the_callers_own():
    buffer = autograd.zeros(3)
    compiled = compile(lambda x: (x * 2, buffer.add_(1).detach(), x))
    results = [compiled(autograd.full((3,), float(call))) for call in range(5)]
    for one in results:
        for tensor in one:
            tensor.add_(100)
    assert [one[0].tolist()[0] for one in results] == [100, 102, 104, 106, 108]
    assert compiled(autograd.ones(3))[0].tolist() == [2, 2, 2]


def test_gradient_lies_in_memory_that_the_next_call_writes():
    w = autograd.ones(3, requires_grad=True)

    @compile
    def step(x):
        w.grad = None
        (w * x).sum().backward()

    for call in range(4):
        step(autograd.full((3,), float(call)))
    kept = w.grad
    step(autograd.full((3,), 9.0))
    assert w.grad is kept
    assert kept.tolist() == [9, 9, 9]


def test_plan_keeps_what_it_points_at_alive():
    compiled = compile((lambda w, b: lambda x: (x * w + b).sum(0))(*batches(2)))
    expected = [compiled(x).tolist() for x in batches()]
    gc.collect()
    np.testing.assert_allclose([compiled(x).tolist() for x in batches()], expected, 1e-12)
