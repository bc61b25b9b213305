"""Which elementwise steps share a loop: enough of them, and not more with every layer."""

import autograd
import nn


def kernels(layers):
    """Return the rows and the different kernels of the step of a net of equal layers."""
    parts = [part for _ in range(layers) for part in (nn.Linear(8, 8), nn.Tanh())]
    model = nn.Sequential(*parts)
    optimizer = nn.optim.Adam(model.parameters())

    @autograd.compile
    def step(x):
        optimizer.zero_grad()
        loss = model(x).sum()
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(3):
        step(autograd.ones(5, 8))
    texts = step._all_plans()[0].program.kernels
    return len(texts), set(texts)


def test_a_deep_net_has_the_kernels_of_a_shallow_one():
    rows, few = kernels(6)
    more_rows, many = kernels(24)
    assert more_rows > 3 * rows
    assert len(many) <= len(few) + 1
    assert max(map(len, many)) <= max(map(len, few)) + 1000


def test_chains_that_meet_share_one_loop():
    @autograd.compile
    def step(x, y):
        for _ in range(9):
            x, y = x.tanh(), y.exp()
        return x * y

    for _ in range(3):
        step(autograd.ones(5), autograd.zeros(5))
    assert len(step._all_plans()[0].program.kernels) == 1
