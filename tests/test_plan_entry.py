"""The quick way into a plan: what it notices, and what it leaves to the general one."""

import numpy as np
import pytest

import autograd
import nn
from autograd.plan import building, compiling, native, quick, running


def net_and_step(compiled=True):
    """Return a net of two layers and its step, compiled or eager, from the same start."""
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    optimizer = nn.optim.Adam(model.parameters(), lr=0.1)

    def step(x, y):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss

    return model, optimizer, autograd.compile(step) if compiled else step


def batch(seed, rows=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((rows, 3), np.float32), rng.standard_normal((rows, 1), np.float32)


def misaligned(array):
    whole = np.empty(array.nbytes + 1, np.uint8)
    made = np.ndarray(array.shape, array.dtype, whole, 1)
    made[:] = array
    return made


LAYOUTS = {
    "as they are": lambda one: one,
    "columns first": np.asfortranarray,
    "every second": lambda one: np.repeat(one, 2, 0)[::2],
    "backwards": lambda one: one[::-1].copy()[::-1],
    "misaligned": misaligned,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_new_batches_in_any_layout_are_read_where_they_lie(layout):
    _, _, compiled = net_and_step()
    _, _, eager = net_and_step(compiled=False)
    for seed in range(8):
        x, y = (LAYOUTS[layout](one) for one in batch(seed, rows=4 + seed % 2))
        mine, other = (
            step(autograd.from_numpy(x), autograd.from_numpy(y)) for step in (compiled, eager)
        )
        np.testing.assert_allclose(mine.item(), other.item(), rtol=1e-5)


def test_what_a_graph_kept_is_stale_after_a_compiled_step():
    model, _, step = net_and_step()
    x, y = map(autograd.from_numpy, batch(0))
    for _ in range(4):
        step(x, y)
    kept = (model(x) ** 2).sum()
    step(x, y)
    with pytest.raises(RuntimeError, match="compiled step"):
        kept.backward()


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("train", [True, False])
def test_a_gradient_that_a_graph_kept_is_stale_after_a_compiled_step(whole, train, monkeypatch):
    monkeypatch.setattr(quick, "BRIEF", quick.BRIEF if whole else -1)
    weight, factor = (autograd.ones(3, requires_grad=True) for _ in range(2))
    optimizer = nn.optim.SGD([weight], lr=0.1)

    @autograd.compile
    def step(x):
        weight.grad = None
        (weight * x).sum().backward()
        if train:
            optimizer.step()

    for number in range(6):
        step(autograd.full((3,), float(number)))
    (weight.grad * factor).sum().backward()
    assert factor.grad.tolist() == [5, 5, 5]
    kept = (weight.grad * factor).sum()
    step(autograd.ones(3))
    with pytest.raises(RuntimeError, match="compiled step"):
        kept.backward()


def test_what_a_graph_kept_is_stale_after_any_of_two_plans():
    model, _, step = net_and_step()
    small, large = (list(map(autograd.from_numpy, batch(0, rows))) for rows in (5, 7))
    for args in (small, small, small, large, large, large, small, small):
        step(*args)
    for args in (small, large, large, small):
        kept = (model(small[0]) ** 2).sum()
        step(*args)
        with pytest.raises(RuntimeError, match="compiled step"):
            kept.backward()


def test_what_a_graph_kept_between_compiled_steps_is_not_stale():
    model, _, step = net_and_step()
    x, y = map(autograd.from_numpy, batch(0))
    for _ in range(4):
        step(x, y)
    (model(x) ** 2).sum().backward()


def test_step_counts_that_part_are_noticed():
    _, optimizer, step = net_and_step()
    _, rival, eager = net_and_step(compiled=False)
    x, y = map(autograd.from_numpy, batch(0))
    for round_ in range(12):
        if round_ == 5:
            for one in (optimizer, rival):
                one.state[one.param_groups[0]["params"][0]]["step"] = 100.0
        np.testing.assert_allclose(step(x, y).item(), eager(x, y).item(), rtol=1e-5)
    counts = [state["step"] for state in optimizer.state.values()]
    assert counts == [107.0, 12.0, 12.0, 12.0]


def test_a_batch_that_shows_a_parameter_is_read_before_it_is_written():
    weight = autograd.ones(3, requires_grad=True)

    @autograd.compile
    def step(x):
        weight.grad = None
        loss = (weight * x).sum()
        loss.backward()
        with autograd.no_grad():
            weight.sub_(weight.grad)
        return loss

    for expected in (3.0, 0.0, 0.0, 0.0, 0.0):
        assert step(autograd.from_numpy(weight.detach().numpy())).item() == expected


def test_calls_in_another_mode_take_another_plan():
    model = nn.Linear(3, 1)
    predict = autograd.compile(lambda x: model(x) * 2)
    x = autograd.from_numpy(batch(0)[0])
    for _ in range(4):
        expected = predict(x)
    with autograd.no_grad():
        for _ in range(4):
            np.testing.assert_allclose(predict(x).numpy(), expected.numpy(), rtol=1e-5)
    with pytest.raises(TypeError, match="positional"):
        predict(x, x.clone())


def test_kernels_are_compiled_beside_the_program(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(compiling, "BEHIND", True)
    monkeypatch.setattr(building, "PATIENCE", 0)
    monkeypatch.setattr(native, "_known", {})
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path))
    _, _, step = net_and_step()
    _, _, eager = net_and_step(compiled=False)
    x, y = map(autograd.from_numpy, batch(0))
    for call in range(10):
        np.testing.assert_allclose(step(x, y).item(), eager(x, y).item(), rtol=1e-5)
        if call == 5:
            step.wait()
    assert "autograd.compile: compiling" in capsys.readouterr().err
    plan = step._plans.popitem()[1][0]
    assert plan.ready
    assert building.all_compiled(plan.program.kernels)


def test_a_kernel_that_fails_to_compile_fails_the_step(monkeypatch):
    monkeypatch.setattr(compiling, "BEHIND", True)
    monkeypatch.setattr(running, "all_compiled", lambda texts: False)

    def refuse(text):
        raise OSError("no room on the disk")

    monkeypatch.setattr(building, "kernel_address", refuse)
    monkeypatch.setattr(running, "compile_beside", lambda texts: True)
    _, _, step = net_and_step()
    x, y = map(autograd.from_numpy, batch(0))
    step(x, y)
    step(x, y)
    step.wait()
    with pytest.raises(OSError, match="no room"):
        step(x, y)
