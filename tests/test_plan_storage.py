"""The memory of plans: what is alive at one time never shares, and nothing is written beside."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

import autograd
import nn
from autograd.plan import storage
from autograd.plan.pieces import LINE
from autograd.plan.storage import Life, aligned, places_of

spans = some.tuples(some.integers(0, 300), some.integers(0, 9), some.integers(0, 9))


@given(some.lists(spans, max_size=12))
def test_what_is_alive_at_one_time_never_shares_memory(rows):
    sizes = {root: size for root, (size, _, _) in enumerate(rows)}
    lives = {root: Life(min(ends), max(ends)) for root, (_, *ends) in enumerate(rows)}
    offsets, total = places_of(sizes, lives)
    assert all(offset % LINE == 0 for offset in offsets.values())
    for one in sizes:
        assert offsets[one] + sizes[one] <= total
        for other in range(one):
            together = lives[one].first <= lives[other].last
            if together and lives[other].first <= lives[one].last:
                ends = offsets[one] + sizes[one], offsets[other] + sizes[other]
                apart = ends[0] <= offsets[other] or ends[1] <= offsets[one]
                assert apart or not sizes[one] or not sizes[other]


def test_memory_that_is_no_longer_needed_is_used_again():
    sizes = dict.fromkeys(range(10), 64)
    lives = {root: Life(root, root + 1) for root in sizes}
    assert places_of(sizes, lives)[1] == 128


def test_memory_begins_with_a_line_of_the_cache():
    for size in (1, 1000):
        memory = aligned(size, np.float32)
        assert memory.shape == (size,)
        assert memory.ctypes.data % LINE == 0


def test_no_kernel_writes_beside_its_buffers(monkeypatch):
    monkeypatch.setattr(storage, "RIM", 64)
    model = nn.Sequential(nn.Linear(5, 7), nn.Sigmoid(), nn.Dropout(0.3), nn.Linear(7, 3))
    optimizer = nn.optim.Adam(model.parameters())

    @autograd.compile
    def step(x, y):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    x, y = autograd.randn(9, 5), autograd.tensor([0, 1, 2] * 3)
    for _ in range(3):
        step(x, y)
    program = step._plans.popitem()[1][0].program
    used = np.zeros(program.block.size, bool)
    for memory in program.memory:
        if memory is not None and np.may_share_memory(memory, program.block):
            start = memory.ctypes.data - program.block.ctypes.data
            used[start : start + memory.nbytes] = True
    program.block[~used] = 7
    step(x, y)
    assert (~used).sum() > 64
    assert (program.block[~used] == 7).all()
