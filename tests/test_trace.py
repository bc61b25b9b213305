"""Tracing: the chapter's training step as a flat list, replayed to the same bits."""

import numpy as np
import pytest

import autograd
from autograd.ops import fused
from autograd.ops.random import draw_bernoulli
from autograd.plan import TraceError, check_agreement, trace
from autograd.plan.arguments import arrays_of
from autograd.streams import default_generator
from autograd.tensors import wrap
from nn import optim

OPTIMIZERS = {
    "Adam": lambda p: optim.Adam(p, lr=0.01),
    "AdamW": lambda p: optim.AdamW(p, lr=0.01, amsgrad=True),
    "SGD": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "damped": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.3),
}
LOSSES = {
    "bce": lambda z, y: fused.binary_cross_entropy(z.sigmoid(), y),
    "bce_with_logits": fused.binary_cross_entropy_with_logits,
    "mse": fused.mse_loss,
    "cross_entropy": lambda z, y: fused.cross_entropy(
        autograd.cat([z, -z], 1), y.squeeze(1).long()
    ),
}


class Chapter:
    """The chapter's net, 20-32-1, its optimizer and one step of its training."""

    def __init__(self, optimizer="Adam", loss="bce", dropout=0.0):
        autograd.manual_seed(42)
        self.parameters = [
            (autograd.randn(32, 20) * 0.2).requires_grad_(),
            autograd.zeros(32, requires_grad=True),
            (autograd.randn(1, 32) * 0.2).requires_grad_(),
            autograd.zeros(1, requires_grad=True),
        ]
        self.optimizer = OPTIMIZERS[optimizer](self.parameters)
        self.loss, self.dropout = LOSSES[loss], dropout

    def step(self, x, y):
        w1, b1, w2, b2 = self.parameters
        self.optimizer.zero_grad()
        hidden = autograd.linear(x, w1, b1).relu()
        if self.dropout:
            kept = draw_bernoulli(shape=tuple(hidden.shape), p=1 - self.dropout,
                                  generator=default_generator, dtype=np.float32)  # fmt: skip
            hidden = hidden * wrap(kept)
        loss = self.loss(autograd.linear(hidden, w2, b2), y)
        loss.backward()
        self.optimizer.step()
        return loss

    def state(self):
        tensors = [*self.parameters, *(p.grad for p in self.parameters)]
        tensors += [
            value
            for state in self.optimizer.state.values()
            for value in state.values()
            if isinstance(value, autograd.Tensor)
        ]
        return [tensor.detach().numpy().copy() for tensor in tensors]


def batches(count=6):
    rng = np.random.default_rng(0)
    return [
        (
            autograd.tensor(rng.standard_normal((9, 20)), dtype=autograd.float32),
            autograd.tensor(rng.integers(0, 2, (9, 1)), dtype=autograd.float32),
        )
        for _ in range(count)
    ]


def eager(chapter, data, between=lambda chapter, place: None):
    losses = []
    for place, (x, y) in enumerate(data):
        between(chapter, place)
        losses.append(chapter.step(x, y).item())
    return losses


def replayed(chapter, data, between=lambda chapter, place: None):
    losses, recordings = [], []
    for place, batch in enumerate(data):
        between(chapter, place)
        if place < 2:
            loss, recording = trace(chapter.step, *batch)
            recordings.append(recording)
        else:
            check_agreement(*recordings)
            loss = recordings[1].replay(arrays_of(batch), wrap)
        losses.append(loss.item())
    return losses


def assert_same_bits(one, other):
    assert all(map(np.array_equal, one.state(), other.state()))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_replay_gives_the_bits_of_eager_steps(optimizer, loss):
    one, other = Chapter(optimizer, loss), Chapter(optimizer, loss)
    data = batches()
    assert eager(one, data) == replayed(other, data)
    assert_same_bits(one, other)


def test_dropout_draws_from_the_stream_at_every_replay():
    data = batches()
    one = Chapter(dropout=0.5)
    expected, after = eager(one, data), autograd.rand(3).tolist()
    other = Chapter(dropout=0.5)
    assert replayed(other, data) == expected
    assert autograd.rand(3).tolist() == after
    assert_same_bits(one, other)


def test_learning_rate_is_an_input_of_the_recording():
    def schedule(chapter, place):
        chapter.optimizer.param_groups[0]["lr"] = 0.01 / (1 + place)

    one, other = Chapter(), Chapter()
    data = batches()
    assert eager(one, data, schedule) == replayed(other, data, schedule)
    assert_same_bits(one, other)


def test_gradients_accumulate_in_a_replay():
    def make():
        return autograd.tensor([2.0, -1.0], requires_grad=True)

    def accumulate(w):
        return lambda x: (w * x).sum().backward()

    x = autograd.tensor([3.0, 5.0])
    one, other = make(), make()
    for _ in range(5):
        accumulate(one)(x)
    accumulate(other)(x)
    recordings = [trace(accumulate(other), x)[1] for _ in range(2)]
    check_agreement(*recordings)
    for _ in range(2):
        recordings[1].replay(arrays_of((x,)), wrap)
    assert one.grad.tolist() == other.grad.tolist() == [15.0, 25.0]


def test_traced_step_leaves_real_tensors_behind():
    chapter = Chapter()
    loss, _ = trace(chapter.step, *batches(1)[0])
    assert type(loss.array) is np.ndarray
    assert all(type(p.grad.array) is np.ndarray for p in chapter.parameters)


def test_graph_recorded_in_a_trace_can_be_swept_after_it():
    w = autograd.tensor([2.0, 3.0], requires_grad=True)
    loss, _ = trace(lambda x: (w * w * x).sum(), autograd.tensor([1.0, 2.0]))
    loss.backward()
    assert w.grad.tolist() == [4.0, 12.0]


def disagreement(make_step):
    step = make_step()
    x = autograd.tensor([1.0, 2.0])
    recordings = [trace(step, x)[1] for _ in range(2)]
    with pytest.raises(TraceError, match=r"test_trace\.py:\d+") as caught:
        check_agreement(*recordings)
    return str(caught.value)


def test_closed_over_number_that_changes_is_named_with_its_line():
    def make_step():
        rates = iter([0.1, 0.05])
        return lambda x: x * next(rates)

    text = disagreement(make_step)
    assert "a constant of mul changed from 0.1 to 0.05" in text


def test_rebound_global_batch_is_named_with_its_line():
    def make_step():
        data = iter([autograd.tensor([1.0, 2.0]), autograd.tensor([3.0, 4.0])])
        return lambda x: x * next(data)

    assert "another one, or held something else, in the step before" in disagreement(make_step)


def test_other_branch_is_named_with_its_line():
    def make_step():
        flags = iter([True, False])
        return lambda x: x.exp() if next(flags) else x.tanh()

    assert "ran tanh where it ran exp before" in disagreement(make_step)


def test_random_numbers_made_outside_the_stream_are_refused():
    def make_step():
        return lambda x: x * autograd.from_numpy(np.random.rand(2))

    assert "another one" in disagreement(make_step)


@pytest.mark.parametrize(
    "read",
    [
        lambda loss: loss.item(),
        lambda loss: float(loss),
        lambda loss: 1 if loss > 1 else 0,
        lambda loss: loss.detach().numpy(),
        lambda loss: loss.tolist(),
    ],
)
def test_reading_a_value_is_refused_with_line_and_cure(read):
    def step(x):
        read((x * 2).sum())

    with pytest.raises(
        TraceError, match=r"test_trace\.py:\d+: the value of a Tensor is read.*where"
    ):
        trace(step, autograd.tensor([1.0]))
    assert (autograd.tensor([1.0]) * 2).item() == 2.0


def test_recording_prints_one_readable_line_an_instruction():
    _, recording = trace(lambda x: (x * 2.0).sum(0), autograd.tensor([[1.0, 2.0, 3.0]]))
    first, second = str(recording).splitlines()
    assert first.startswith("%1 = mul(%0, 2.0)")
    assert "float32[1, 3]" in first
    assert second.startswith("%2 = sum(%1, dim=0, keepdim=False)")


def test_argument_given_twice_is_one_input():
    x = autograd.tensor([1.0, 2.0])
    _, recording = trace(lambda a, b: a + 10 * b, x, x)
    y = autograd.tensor([3.0, 4.0])
    assert recording.replay(arrays_of((y, y)), wrap).tolist() == [33.0, 44.0]


def test_tensors_in_a_list_are_arguments():
    pair = [autograd.tensor([1.0]), autograd.tensor([2.0])]
    _, recording = trace(lambda both: both[0] - both[1], pair)
    fives = [autograd.tensor([5.0]), autograd.tensor([9.0])]
    assert recording.replay(arrays_of((fives,)), wrap).tolist() == [-4.0]


@pytest.mark.parametrize("copy", [autograd.tensor, autograd.Tensor, autograd.as_tensor])
def test_copy_of_a_tensor_is_recorded(copy):
    _, recording = trace(lambda x: copy(x) * copy(x * 2), autograd.tensor([1.0]))
    assert recording.replay([np.array([5.0], np.float32)], wrap).tolist() == [50.0]


def test_array_that_changes_between_steps_is_named_with_its_line():
    def make_step():
        factors = np.ones(2, np.float32)

        def step(x):
            factors[:] += 1
            return x * autograd.from_numpy(factors)

        return step

    assert "held something else" in disagreement(make_step)


def test_assigned_data_is_written_in_place():
    w = autograd.tensor([1.0, 2.0], requires_grad=True)

    def step(x):
        w.grad = None
        (w * x).sum().backward()
        w.data = w.data - 0.1 * w.grad

    x = autograd.tensor([10.0, 20.0])
    _, recording = trace(step, x)
    assert type(w.array) is np.ndarray
    recording.replay(arrays_of((x,)), wrap)
    np.testing.assert_allclose(w.tolist(), [-1.0, -2.0], atol=1e-6)


def test_kept_value_that_is_overwritten_is_noticed_in_a_trace():
    buffer = autograd.tensor([1.0, 2.0])
    w = autograd.tensor([3.0, 4.0], requires_grad=True)

    def step(x):
        loss = (w * buffer * x).sum()
        with autograd.no_grad():
            buffer.add_(1.0)
        loss.backward()

    with pytest.raises(RuntimeError, match=r"mul kept.*inplace operation \(add_\)"):
        trace(step, autograd.ones(2))


def test_traced_and_constant_gradients_add_up():
    w = autograd.tensor([1.0, 2.0], requires_grad=True)

    def step(x):
        w.grad = None
        (w.sum() + (w * x).sum() + w.sum()).backward()

    _, recording = trace(step, autograd.tensor([3.0, 4.0]))
    assert w.grad.tolist() == [5.0, 6.0]
    recording.replay([np.array([1.0, 1.0], np.float32)], wrap)
    assert w.grad.tolist() == [3.0, 3.0]
