"""Compiled steps: what eager steps give, in every mode, and what cannot be compiled says so."""

import copy
import threading
import warnings

import numpy as np
import pytest

import autograd
import nn
from autograd import compile
from autograd.plan import TraceError
from nn import optim

OPTIMIZERS = {
    "Adam": lambda p: optim.Adam(p, lr=0.01),
    "AdamW": lambda p: optim.AdamW(p, lr=0.01, amsgrad=True),
    "SGD": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    "damped": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, dampening=0.3, maximize=True),
}
NETS = {
    "iris": lambda: nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)),
    "deep": lambda: nn.Sequential(
        nn.Linear(4, 7), nn.Tanh(), nn.Dropout(0.2), nn.Linear(7, 5), nn.LeakyReLU(),
        nn.Linear(5, 6), nn.Softplus(), nn.Linear(6, 3)
    ),
    "flat": lambda: nn.Sequential(nn.Flatten(), nn.Linear(4, 3, bias=False), nn.Sigmoid()),
}  # fmt: skip
LOSSES = {
    "cross_entropy": (nn.CrossEntropyLoss(), "labels"),
    "mse": (nn.MSELoss(), "numbers"),
    "mse_sum": (nn.MSELoss(reduction="sum"), "numbers"),
    "l1": (nn.L1Loss(), "numbers"),
    "bce_with_logits": (nn.BCEWithLogitsLoss(), "numbers"),
    "nll": (lambda x, y: nn.functional.nll_loss(nn.functional.log_softmax(x, 1), y), "labels"),
}


class Training:
    """A net, a loss, an optimizer, and one step of training on them."""

    def __init__(self, net="iris", loss="cross_entropy", optimizer="Adam", dtype=None):
        autograd.manual_seed(3)
        self.model = NETS[net]().to(dtype or autograd.float32)
        self.criterion, self.kind = LOSSES[loss]
        self.optimizer = OPTIMIZERS[optimizer](self.model.parameters())

    def step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss

    def parameters(self):
        return [p.detach().numpy() for p in self.model.parameters()]

    def gradients(self):
        return [p.grad.numpy() for p in self.model.parameters()]


def batches(kind, count, rows=6, dtype=np.float32):
    rng = np.random.default_rng(0)
    for _ in range(count):
        x = autograd.tensor(rng.standard_normal((rows, 4)).astype(dtype))
        if kind == "labels":
            yield x, autograd.tensor(rng.integers(0, 3, rows))
        else:
            yield x, autograd.tensor(rng.random((rows, 3)).astype(dtype))


def assert_same(one, other, tolerance):
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance)


def run_both(dtype, steps=20, **how):
    """Return the losses of eager and compiled training on the same batches, and both trainings."""
    one, other = Training(dtype=dtype, **how), Training(dtype=dtype, **how)
    data = list(batches(one.kind, steps, dtype=dtype))
    autograd.manual_seed(5)
    expected = [one.step(x, y).item() for x, y in data]
    autograd.manual_seed(5)
    step = compile(other.step)
    return expected, [step(x, y).item() for x, y in data], one, other


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_twenty_compiled_steps_are_twenty_eager_steps(net, loss, optimizer, dtype, tolerance):
    expected, losses, one, other = run_both(dtype, net=net, loss=loss, optimizer=optimizer)
    assert_same([expected], [losses], tolerance)
    assert_same(one.parameters(), other.parameters(), tolerance)
    assert_same(one.gradients(), other.gradients(), tolerance)


def test_dropout_of_a_plan_takes_the_masks_of_the_stream():
    drop = nn.Dropout(0.4)
    x = autograd.ones(8, 5)
    autograd.manual_seed(1)
    expected = [drop(x).tolist() for _ in range(5)]
    after = autograd.rand(2).tolist()
    autograd.manual_seed(1)
    compiled = compile(drop)
    assert [compiled(x).tolist() for _ in range(5)] == expected
    assert autograd.rand(2).tolist() == after


def test_learning_rate_may_change_between_calls():
    one, other = Training(), Training()
    step = compile(other.step)
    for place, (x, y) in enumerate(batches("labels", 8)):
        for training, run in ((one, one.step), (other, step)):
            training.optimizer.param_groups[0]["lr"] = 0.1 / (1 + place)
            run(x, y)
    assert_same(one.parameters(), other.parameters(), 1e-6)


def test_eager_and_compiled_steps_take_turns():
    one, other = Training(), Training()
    step = compile(other.step)
    for place, (x, y) in enumerate(batches("labels", 9)):
        one.step(x, y)
        (step if place % 3 else other.step)(x, y)
    assert_same(one.parameters(), other.parameters(), 1e-6)


def test_other_shapes_and_modes_get_plans_of_their_own():
    one, other = Training("deep"), Training("deep")
    step = compile(other.step)
    for rows in (6, 2, 6, 2, 6, 2, 6):
        for training, run in ((one, one.step), (other, step)):
            autograd.manual_seed(rows)
            training.model.train(rows == 6)
            run(*next(batches("labels", 1, rows)))
    assert_same(one.parameters(), other.parameters(), 1e-5)


def test_train_and_eval_mode_are_told_apart_for_one_shape():
    drop = nn.Dropout(0.5)
    compiled = compile(lambda x: drop(x) + 1)
    x = autograd.ones(50)
    for training in (True, True, True, False, False, False, True):
        drop.train(training)
        assert (min(compiled(x).tolist()) == 1) is training


def test_gradients_add_up_until_they_are_zeroed():
    one, other = Training(), Training()

    def accumulate(training):
        return lambda x, y: training.criterion(training.model(x), y).backward()

    compiled = compile(accumulate(other))
    for place, (x, y) in enumerate(batches("labels", 10)):
        accumulate(one)(x, y)
        compiled(x, y)
        assert_same(one.gradients(), other.gradients(), 1e-5)
        if place % 4 == 3:
            one.model.zero_grad()
            other.model.zero_grad()


def test_parameter_that_was_rebound_is_found():
    model = nn.Linear(2, 1)
    compiled = compile(model)
    x = autograd.tensor([[1.0, 2.0]])
    for value in (1.0, 2.0, 3.0, 4.0):
        model.weight.data = autograd.full((1, 2), value)
        assert compiled(x).tolist() == model(x).tolist()


def test_input_that_is_not_contiguous_is_read_rightly():
    compiled = compile(lambda x: (x * 2).sum(0))
    for start in range(4):
        x = autograd.tensor(np.arange(12.0).reshape(3, 4) + start).t()
        assert compiled(x).tolist() == (x * 2).sum(0).tolist()


def test_parameters_that_share_memory_are_stepped_rightly():
    def make():
        whole = autograd.tensor([1.0, 2.0, 3.0])
        parts = [whole[:2].requires_grad_(), whole[1:].requires_grad_()]
        return whole, parts, optim.SGD(parts, lr=0.1)

    def step_of(parts, optimizer):
        def step(x):
            optimizer.zero_grad()
            (parts[0] * parts[1] * x).sum().backward()
            optimizer.step()

        return step

    x = autograd.tensor([1.0, -1.0])
    (one, *how), (other, *same) = make(), make()
    eager, compiled = step_of(*how), compile(step_of(*same))
    for _ in range(5):
        eager(x)
        compiled(x)
    assert_same([one.numpy()], [other.numpy()], 1e-6)


def test_results_keep_their_values_and_their_structure():
    compiled = compile(lambda x: {"double": x * 2, "pair": (x + 1, [x.sum()]), "name": "n"})
    results = [compiled(autograd.tensor([float(place)])) for place in range(5)]
    assert [one["double"].item() for one in results] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert [one["pair"][1][0].item() for one in results] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert results[4]["name"] == "n"


def test_label_out_of_range_raises_what_eager_raises_and_leaves_parameters_alone():
    training = Training()
    step = compile(training.step)
    for x, y in batches("labels", 4):
        step(x, y)
    before = copy.deepcopy(training.parameters())
    y[2] = 3
    with pytest.raises(IndexError, match="Target 3 is out of bounds: with 3 classes"):
        step(x, y)
    assert_same(before, training.parameters(), 0)
    y[2] = 0
    assert np.isfinite(step(x, y).item())


def test_closed_over_number_that_changes_is_refused_with_its_line():
    factors = iter([1.0, 2.0])
    compiled = compile(lambda x: x * next(factors))
    compiled(autograd.ones(2))
    with pytest.raises(TraceError, match=r"test_compile\.py:\d+: a constant of mul changed"):
        compiled(autograd.ones(2))


def read(x):
    return x * 2 if x.sum() > 1 else x


def test_value_that_is_read_is_refused_with_line_and_cure():
    with pytest.raises(TraceError, match=r"test_compile\.py:\d+: the value of a Tensor is read"):
        compile(read)(autograd.ones(2))


def test_fallback_runs_eagerly_with_one_warning():
    compiled = compile(read, fallback=True)
    with pytest.warns(UserWarning, match="runs eagerly; test_compile"):
        assert compiled(autograd.ones(2)).tolist() == [2.0, 2.0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compiled(autograd.zeros(2)).tolist() == [0.0, 0.0]


def test_plan_lists_its_instructions():
    training = Training()
    step = compile(training.step)
    for x, y in batches("labels", 3):
        step(x, y)
    listing = step.plan()
    assert "cross_entropy" in listing
    assert "linear" in listing


def test_one_plan_serves_threads_one_at_a_time():
    compiled = compile(lambda x: (x.exp() * 2 + x).sum())
    inputs = [autograd.full((100,), float(place % 3)) for place in range(8)]
    expected = [(x.exp() * 2 + x).sum().item() for x in inputs]
    for x in inputs[:3]:
        compiled(x)
    results = [None] * 8

    def work(place):
        for _ in range(50):
            results[place] = compiled(inputs[place]).item()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_same([results], [expected], 1e-5)


def test_results_are_outside_the_graph_from_the_first_call_on():
    w = autograd.tensor([2.0], requires_grad=True)
    compiled = compile(lambda x: {"y": w * x, "w": [w]})
    for _ in range(4):
        result = compiled(autograd.ones(1))
        assert not result["y"].requires_grad
        assert result["w"][0] is w
