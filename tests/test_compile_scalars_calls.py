"""Calls of compiled steps over Scalars: their arguments, errors, and what a recording leaves."""

import math
import subprocess
import sys
import threading
import warnings

import numba
import numpy as np
import pytest

import autograd as ag
from autograd import Scalar, compile
from autograd.plan import TraceError, building, compiling, native


@pytest.fixture(params=["native", "numpy"])
def engine(request, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", request.param == "numpy")
    return request.param


# Arguments


def test_scalars_among_the_arguments_are_inputs_and_get_their_gradients():
    step = compile(lambda a, b: [(a * b["b"][0] + a).backward(), a * 2][1])
    for k in range(5):
        a, b = Scalar(k + 1.0), Scalar(k + 2.0)
        a.grad = 10.0
        assert step(a, {"b": (b,)}).data == 2 * a.data
        assert (a.grad, b.grad) == (10 + b.data + 1, a.data)


def test_scalar_given_twice_has_a_plan_of_its_own():
    step = compile(lambda a, b: (a * b).backward())
    for k in range(8):
        a, b = Scalar(k + 1.0), Scalar(k + 2.0)
        step(*((a, a) if k % 2 else (a, b)))
        assert a.grad == (2 * a.data if k % 2 else b.data)


def test_scalar_that_the_step_also_finds_elsewhere_is_one_scalar():
    p = Scalar(2.0)
    step = compile(lambda a: (p * a).backward())
    for k in range(12):
        a = p if k < 4 or k % 3 == 0 else Scalar(float(k))
        a.grad = p.grad = 0.0
        step(a)
        assert (p.grad, a.grad) == ((4.0, 4.0) if a is p else (a.data, 2.0))


def test_integer_is_an_input_and_one_that_python_reads_a_constant():
    calls = []

    def step(k, n):
        calls.append((k, n))
        return p * k + sum(p * i for i in range(n))

    p = Scalar(2.0)
    compiled = compile(step)
    for k in range(10):
        assert compiled(k, 3).data == 2 * k + 6
    assert len(calls) == 3  # one that finds out, two that are recorded
    assert [compiled(k, 4).data for k in range(4)] == [12, 14, 16, 18]
    assert len(calls) == 5


def test_flags_and_names_have_plans_of_their_own():
    p = Scalar(2.0)
    step = compile(lambda x, double, how: (p * x * (2 if double else 1)) ** len(how))
    for k in range(12):
        double, how = k % 2 == 0, "ab" if k % 3 else "a"
        assert step(k + 1.0, double, how).data == (2 * (k + 1) * (1 + double)) ** len(how)


def test_argument_that_can_be_no_input_is_refused():
    p = Scalar(2.0)
    step = compile(lambda x, how: p * x)
    with pytest.raises(TraceError, match="an argument of type set can be neither"):
        step(Scalar(1.0), {"a"})


def test_calls_that_are_never_alike_warn():
    p = Scalar(2.0)
    step = compile(lambda xs: sum(p * x for x in xs))
    with pytest.warns(UserWarning, match="of 9 recorded calls no two were alike"):
        assert [step([1.0] * k).data for k in range(1, 11)] == [2.0 * k for k in range(1, 11)]


# Errors


@pytest.mark.parametrize(
    ("operate", "bad", "error"),
    [
        (lambda x: 1 / x, 0.0, ZeroDivisionError),
        (lambda x: 1 // x, 0.0, ZeroDivisionError),
        (lambda x: 1 % x, 0.0, ZeroDivisionError),
        (lambda x: x**-1, 0.0, ZeroDivisionError),
        (lambda x: x**2, 1e200, OverflowError),
    ],
)
def test_python_raises_and_leaves_what_it_does_eagerly(operate, bad, error, engine):
    def make():
        first, p = Scalar(1.0), Scalar(2.0)

        def step():
            first.data += 1.0
            p.data = operate(p.data)
            p.grad += 1.0

        return step, [first, p]

    (eager, one), (step, two) = make(), make()
    compiled = compile(step)
    for place in range(5):
        one[1].data = two[1].data = bad if place == 3 else 0.5
        for run in (eager, compiled):
            if place == 3:
                with pytest.raises(error):
                    run()
            else:
                run()
    assert [(p.data, p.grad) for p in one] == [(p.data, p.grad) for p in two]


def test_power_that_is_complex_is_complex_as_eagerly():
    p = Scalar(4.0)
    step = compile(lambda: p.data**0.5)
    assert [step(), step(), step()] == [2.0, 2.0, 2.0]
    p.data = -4.0
    assert step() == (-4.0) ** 0.5


READINGS = {
    "if": lambda y: 1 if y > 0 else 2,
    "max": lambda y: max(y, 0.0),
    "float": lambda y: math.sqrt(y.data),
    "format": lambda y: f"{y.data:.3f}",
    "print": lambda y: str(y),
    "index": lambda y: [1, 2, 3][y.data],
    "round": lambda y: round(y.data, 2),
    "member": lambda y: y.data in {1.0, 2.0},
}


@pytest.mark.parametrize("reading", READINGS)
def test_reading_a_value_is_refused_with_line_and_cure_and_changes_nothing(reading):
    p = Scalar(2.0)

    def step(x):
        p.data += x.data
        p.grad = 5.0
        READINGS[reading](p * x)

    text = r"test_compile_scalars_calls\.py:\d+: the value of a Scalar.* is read .*autograd\.where"
    with pytest.raises(TraceError, match=text):
        compile(step)(Scalar(1.0))
    assert (p.data, p.grad) == (2.0, 0.0)


@pytest.mark.parametrize("reading", ["if", "max", "float", "format", "print", "member"])
def test_fallback_runs_eagerly_with_one_warning(reading):
    p = Scalar(2.0)
    calls = []

    def step(x):
        calls.append(x.data)
        y = p * x
        READINGS[reading](y)
        y.backward()
        p.data -= 0.1 * p.grad
        return y, y.data

    compiled = compile(step, fallback=True)
    with pytest.warns(
        UserWarning, match=r"runs eagerly; test_compile_scalars_calls\.py:\d+"
    ) as caught:
        results = [compiled(Scalar(1.0))]
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results += [compiled(Scalar(1.0)) for _ in range(3)]
    expected = [2.0, 1.9, 1.7, 1.4]
    np.testing.assert_allclose([value for _, value in results], expected)
    assert calls == [1.0] * 4
    assert not any(y.is_leaf for y, _ in results)
    assert all(type(value) is float for _, value in results)


def test_constant_that_changes_is_refused_with_its_line_and_changes_nothing():
    factors = iter([1.0, 2.0, 2.0, 2.0, 3.0])
    p = Scalar(2.0)

    def step():
        p.data = p.data * next(factors)

    compiled = compile(step)
    compiled()
    text = r"test_compile_scalars_calls\.py:\d+: a constant of mul changed from 1\.0 to 2\.0"
    with pytest.raises(TraceError, match=text):
        compiled()
    assert p.data == 2.0
    compiled()
    compiled()
    assert p.data == 8.0


def test_result_or_write_that_changes_is_refused():
    numbers = iter(range(10))
    p = Scalar(2.0)
    steps = {
        "constant of the result changed": lambda: (p * 2, next(numbers)),
        "constant of grad of a Scalar": lambda: setattr(p, "grad", float(next(numbers))),
    }
    for text, step in steps.items():
        compiled = compile(step)
        compiled()
        with pytest.raises(TraceError, match=text):
            compiled()


def test_step_that_does_something_else_is_refused():
    p, q = Scalar(2.0), Scalar(3.0)
    turn = iter(range(20))
    steps = {
        "ran mul where it ran add before": lambda: p * p if next(turn) % 2 else p + p,
        "or on other operands": lambda: p * q * p if next(turn) % 2 else p * q * q,
        "the data that the step reads here was another": lambda: (p, q)[next(turn) % 2] * 2,
        "changes other Scalars": lambda: setattr((p, q)[next(turn) % 2], "data", 1.0),
        "operations, then": lambda: sum([p] * (2 + next(turn) % 2)),
    }
    for text, step in steps.items():
        compiled = compile(step)
        with pytest.raises(TraceError, match=text):
            [compiled() for _ in range(2)]


def test_gradient_left_with_a_graph_is_refused():
    p = Scalar(2.0)
    with pytest.raises(TraceError, match="leaves a Scalar in grad of a Scalar, which no plan can"):
        compile(lambda: (p * p).backward(create_graph=True))()
    assert p.grad == 0.0


def test_scalars_and_tensors_in_one_step_are_refused():
    p, x = Scalar(2.0), ag.ones(2)
    with pytest.raises(TraceError, match="works on Tensors, but also on Scalars"):
        compile(lambda: (p * p, x * x))()


def test_fallback_of_a_step_over_scalars_and_tensors_warns_once():
    p = Scalar(2.0)
    step = compile(lambda x: (x * 2, p * 2), fallback=True)
    with pytest.warns(UserWarning, match="runs eagerly; .* works on Tensors, but also on Scalars"):
        step(ag.ones(2))
    for _ in range(3):
        x, y = step(ag.ones(2))
        assert (x.tolist(), y.data) == ([2.0, 2.0], 4.0)


def test_exception_inside_a_recorded_step_leaves_what_it_does_eagerly():
    p = Scalar(2.0)

    def step():
        p.data += 1.0
        raise KeyError("user")

    compiled = compile(step)
    for expected in (3.0, 4.0):
        with pytest.raises(KeyError):
            compiled()
        assert p.data == expected
    assert type(vars(Scalar)["data"]) is not property


def test_array_for_a_step_over_tensors_is_refused_and_a_tensor_is_welcome():
    step = compile(lambda x: ag.as_tensor(x) * 2)
    with pytest.raises(TraceError, match=r"an array among the arguments .* pass a Tensor"):
        step(np.ones(3))
    for k in range(4):
        assert step(ag.full((3,), float(k))).tolist() == [2.0 * k] * 3


def test_one_function_may_be_compiled_for_scalars_and_for_tensors():
    step = compile(lambda a, b: a * b + a)
    for k in range(5):
        assert step(Scalar(2.0), Scalar(float(k))).data == 2 * k + 2
        assert step(ag.ones(2), ag.full((2,), float(k))).tolist() == [k + 1.0] * 2


def test_data_that_was_an_integer_is_an_input_like_any():
    p = Scalar(2.0)
    step = compile(lambda: p.data * 3)
    for value in (2, 3, 2.5, 4):
        p.data = value
        assert step() == 3 * value


# What is left of a recording


def test_numbers_and_graphs_kept_from_recorded_calls_are_plain():
    p, kept = Scalar(2.0), []

    def step(x):
        y = p * x
        kept.append((y, y.data))
        return y

    compiled = compile(step)
    for _ in range(3):
        compiled(Scalar(5.0))
    assert len(kept) == 2
    for y, value in kept:
        p.grad = 0.0
        y.backward()
        assert (p.grad, value + 1, f"{value:.1f}", repr(value)) == (5.0, 11.0, "10.0", "10.0")
        assert math.sqrt(value) == 10**0.5


def test_number_left_from_one_recording_is_a_constant_of_the_next():
    p, last = Scalar(2.0), [0.0]

    def step():
        p.data = p.data + last[0]
        last[0] = p.data

    compiled = compile(step)
    compiled()
    with pytest.raises(TraceError, match=r"a constant of add changed from 0\.0 to 2\.0"):
        compiled()


def test_other_threads_go_on_while_one_records():
    stop, failures = threading.Event(), []

    def work():
        while not stop.is_set():
            x = Scalar(3.0)
            (x * x).backward()
            if (x.grad, type(x.data)) != (6.0, float):
                failures.append(x)

    thread = threading.Thread(target=work)
    thread.start()
    for _ in range(5):
        step = compile(lambda x: sum(x * k for k in range(100)).backward())
        for _ in range(3):
            step(Scalar(2.0))
    stop.set()
    thread.join()
    assert not failures


def test_one_plan_serves_threads_one_at_a_time():
    step = compile(lambda x: [ag.exp(Scalar(x) * x + k) for k in range(50)][-1])
    for k in range(3):
        step(k / 10)
    results = [None] * 6

    def work(place):
        for _ in range(50):
            results[place] = step(place / 100).data

    threads = [threading.Thread(target=work, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [math.exp(k / 100 * (k / 100) + 49) for k in range(6)]


def test_kernels_are_compiled_beside_the_program(monkeypatch, tmp_path):
    monkeypatch.setattr(compiling, "BEHIND", True)
    monkeypatch.setattr(native, "_known", {})
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path))
    p = Scalar(2.0)
    step = compile(lambda: (p * p + 1).exp())
    for call in range(5):
        p.data = call / 4
        assert step().data == pytest.approx(math.exp(p.data**2 + 1), rel=1e-14)
        if call == 3:
            step.wait()
    # Three operations, and the loop over their rows.
    assert len(list(tmp_path.glob("*/kernel_*.o"))) == 4


def test_kernels_that_fail_to_compile_fail_the_step(monkeypatch):
    def refuse(texts):
        raise OSError("no room on the disk")

    monkeypatch.setattr(compiling, "BEHIND", True)
    monkeypatch.setattr(building, "all_compiled", lambda texts: False)
    monkeypatch.setattr(building, "compile_beside", refuse)
    p = Scalar(2.0)
    step = compile(lambda: p * p)
    step()
    step()
    step.wait()
    with pytest.raises(OSError, match="no room"):
        step()


def test_without_numba_a_step_compiles_too():
    source = """
import sys
sys.modules["numba"] = sys.modules["llvmlite"] = None
from autograd import Scalar, compile
p = Scalar(2.0)
def step(rate):
    p.grad = 0.0
    loss = (p * p - 3) ** 2
    loss.backward()
    p.data -= rate * p.grad
    return loss
compiled = compile(step)
losses = [compiled(0.01).data for _ in range(50)]
print(losses[-1] < 1e-3 < losses[0], "mul" in str(compiled.plan()))
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert done.stdout == "True True\n", done.stderr
