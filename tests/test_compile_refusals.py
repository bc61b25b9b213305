"""What cannot be compiled says so, with line and cure, and leaves what eager would have left."""

import warnings

import numpy as np
import pytest
from side_by_side import batches, net

import autograd
from autograd import compile, from_numpy
from autograd.plan import TraceError

RATE = 1.0
BATCH = None


def changed_number():
    rates = iter([0.1, 0.05, 0.05])
    return lambda x: x * next(rates)


def rebound_global_number():
    def step(x):
        global RATE
        RATE = RATE / 2
        return x * RATE

    return step


def rebound_global_tensor():
    def step(x):
        global BATCH
        BATCH = autograd.tensor(np.random.rand(4))
        return x * BATCH

    return step


def attribute_that_counts():
    model = net()
    model.calls = 0

    def step(x):
        model.calls += 1
        return model(x) / model.calls

    return step


def array_changed_in_place():
    factors = np.ones(4)

    def step(x):
        factors[:] += 1
        return x * from_numpy(factors)

    return step


def array_drawn_by_numpy():
    return lambda x: x * from_numpy(np.random.rand(4))


def tensor_made_of_a_number_that_changes():
    rates = iter([0.1, 0.05])
    return lambda x: x * autograd.tensor(next(rates))


def index_that_changes():
    places = iter([0, 1])
    return lambda x: x[next(places)]


def shape_that_changes():
    shapes = iter([(2, 12), (12, 2)])
    return lambda x: x.reshape(next(shapes))


def branch_that_changes():
    flags = iter([True, False])
    return lambda x: x.exp() if next(flags) else x.tanh()


def loop_that_grows():
    parts = []

    def step(x):
        parts.append(x)
        return sum(x * 2 for _ in parts)

    return step


def state_kept_by_rebinding():
    state = [autograd.zeros(4).double()]

    def step(x):
        state[0] = state[0] * 0.5 + x.sum(0)
        return state[0]

    return step


def generator_made_anew():
    def step(x):
        return x * autograd.rand(4, generator=autograd.Generator().manual_seed(1))

    return step


BAKED = {
    changed_number: "a constant of mul changed from 0.1 to 0.05 .*pass it as a Tensor argument",
    rebound_global_number: "a constant of mul changed from 0.5 to 0.25",
    rebound_global_tensor: "was another one, or held something else",
    attribute_that_counts: "a constant of div changed from 1 to 2",
    array_changed_in_place: "was another one, or held something else",
    array_drawn_by_numpy: "was another one, or held something else",
    tensor_made_of_a_number_that_changes: "was another one, or held something else",
    index_that_changes: r"a constant of slice changed from \(0,\) to \(1,\)",
    shape_that_changes: r"a constant of reshape changed from \(2, 12\) to \(12, 2\)",
    branch_that_changes: "ran tanh where it ran exp before",
    state_kept_by_rebinding: "was another one, or held something else",
    generator_made_anew: "a constant of draw_uniform changed",
}


@pytest.mark.parametrize("make", BAKED, ids=lambda make: make.__name__)
def test_constant_that_changes_between_the_recordings_is_refused_with_its_line(make):
    step = compile(make())
    first, second = batches(2)
    step(first)
    with pytest.raises(TraceError, match=rf"test_compile_refusals\.py:\d+: .*{BAKED[make]}"):
        step(second)


def test_line_that_is_named_is_the_one_that_uses_the_constant():
    step = compile(array_changed_in_place())
    step(batches(1)[0])
    line = array_changed_in_place.__code__.co_firstlineno + 5
    with pytest.raises(TraceError, match=rf"test_compile_refusals\.py:{line}: "):
        step(batches(1)[0])


def test_step_that_does_more_each_time_is_refused():
    step = compile(loop_that_grows())
    step(batches(1)[0])
    with pytest.raises(TraceError, match=r"ran .* operations, then|ran .* where it ran"):
        step(batches(1)[0])


def test_step_that_has_settled_is_compiled_after_a_refusal():
    step = compile(changed_number())
    first, second, third, fourth = batches(4)
    step(first)
    with pytest.raises(TraceError, match=r"changed from 0\.1 to 0\.05"):
        step(second)
    step(third)
    np.testing.assert_allclose(step(fourth).numpy(), fourth.numpy() * 0.05, 1e-12)


def counted_result():
    calls = []

    def step(x):
        calls.append(x)
        return x.sum(), len(calls)

    return step


class Box:
    def __init__(self, value):
        self.value = value


@pytest.mark.parametrize("make", [counted_result, lambda: lambda x: Box(x * 2)])
def test_result_that_a_plan_could_not_return_anew_is_refused(make):
    step = compile(make())
    step(batches(1)[0])
    with pytest.raises(TraceError, match=r"the step returned .* then .*return Tensors in tuples"):
        step(batches(1)[0])


REFUSED = {
    "seeded inside": (
        lambda x: (autograd.manual_seed(3), x * autograd.rand(4))[1],
        r"seeded the random stream.*outside the step",
    ),
    "drawn from for Python": (
        lambda x: (autograd.rand(2), autograd.default_generator.random64(), x)[2],
        r"seeded the random stream.*outside the step",
    ),
    "data of another shape": (
        (lambda w: lambda x: setattr(w, "data", x.sum(0)))(autograd.zeros(2, 4).double()),
        r"data of \(4,\) float64 is put into a Tensor of \(2, 4\).*outside the step",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_replay_would_not_do_is_refused_with_line_and_cure(name):
    step, message = REFUSED[name]
    for _ in range(3):
        with pytest.raises(TraceError, match=rf"test_compile_refusals\.py:\d+: .*{message}"):
            compile(step)(batches(1)[0])


@pytest.mark.parametrize("make", [lambda x, w: x * w, lambda x, w: x + w])
def test_backward_beyond_an_argument_is_refused_with_line_and_cure(make):
    w = autograd.ones(4, dtype=autograd.float64, requires_grad=True)
    step = compile(lambda x: x.square().sum().backward())
    x = make(batches(1)[0], w)
    with pytest.raises(TraceError, match=r"test_compile_refusals\.py:\d+: .*detach\(\)ed"):
        step(x)
    x.square().sum().backward()
    assert w.grad is not None


def test_gradients_left_at_other_leaves_are_refused():
    leaves = iter([one.requires_grad_() for one in batches(2)])

    def step(x):
        w = next(leaves)
        w.grad = x

    compiled = compile(step)
    compiled(batches(1)[0])
    with pytest.raises(TraceError, match="gradients at other Tensors than before"):
        compiled(batches(1)[0])


def test_new_array_that_is_written_is_refused():
    step = compile(lambda x: from_numpy(np.zeros(4)).add_(x.sum(0)))
    step(batches(1)[0])
    with pytest.raises(TraceError, match=r"changed in place; make it with autograd\.tensor"):
        step(batches(1)[0])


def test_argument_that_is_no_input_is_refused():
    with pytest.raises(TraceError, match="an argument of type set can be neither an input nor"):
        compile(lambda x: x)({1, 2})


def test_array_beside_tensors_is_refused():
    scale = batches(1)[0]
    with pytest.raises(TraceError, match="an array among the arguments can be neither"):
        compile(lambda x: from_numpy(x) * scale)(np.zeros(3))


# Too many kinds of calls


def test_new_shape_is_compiled_anew_and_after_eight_runs_eagerly_with_advice():
    step = compile(lambda x: (x * 2).sum(0))
    for rows in range(1, 9):
        for x in batches(3, rows=rows):
            step(x)
    assert len(step._plans) == 8
    many = [x for rows in range(9, 12) for x in batches(3, rows=rows)]
    with pytest.warns(UserWarning, match=r"8 combinations of shapes.*drop_last") as caught:
        found = [step(x).numpy() for x in many]
    np.testing.assert_allclose(found, [(x * 2).sum(0).numpy() for x in many], 1e-12)
    assert [one.filename for one in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert step(batches(1, rows=3)[0]).shape == (4,)
    assert len(step._plans) == 8


def test_numbers_that_change_with_every_call_lead_to_the_same_advice():
    step = compile(lambda x, number: x * number)
    x = batches(1)[0]
    with pytest.warns(UserWarning, match="pass numbers that change as Tensors"):
        found = [step(x, number).tolist() for number in range(12)]
    assert found == [(x * number).tolist() for number in range(12)]


def test_results_stay_outside_the_graph_when_a_step_runs_eagerly():
    w = autograd.ones(4, dtype=autograd.float64, requires_grad=True)
    step = compile(lambda x, number: w * x * number)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not any(step(batches(1)[0], number).requires_grad for number in range(12))
