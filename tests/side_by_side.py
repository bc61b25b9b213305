"""A step run eagerly and compiled from the same start, compared call by call."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd
import nn
from autograd import Tensor, compile
from autograd.plan import TraceError

CALLS = 8
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}


def batches(count=CALLS, rows=6, dtype=np.float64):
    rng = np.random.default_rng(0)
    made = [rng.standard_normal((rows, 4)).astype(dtype) for _ in range(count)]
    return [autograd.from_numpy(one) for one in made]


def net():
    return nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).double()


def leaf(*values):
    return autograd.tensor(values, dtype=autograd.float64, requires_grad=True)


def entered(table):
    """Return a decorator that enters functions into a table, by their names."""
    return lambda make: table.setdefault(make.__name__, make)


class Case(NamedTuple):
    """A step, what it leaves, what happens before each call, and the arguments of the calls.

    state() returns the Tensors, and None, to compare beside results and gradients of arguments;
    before(call, step) is given the number of the call, and the step as it is called.
    """

    step: Callable
    state: Callable = list
    before: Callable = lambda call, step: None
    calls: Any = None


def assert_same_compiled(make, native=True):
    """Run make() eagerly and compiled; native says that a plan, not a replay, must have run."""
    autograd.manual_seed(7)
    expected = list(_run(make(), lambda step: step))
    after = autograd.rand(2).tolist()
    made: list[Any] = []
    autograd.manual_seed(7)
    found = list(_run(make(), lambda step: made.append(compile(step)) or made[0]))
    for call, (one, other) in enumerate(zip(expected, found, strict=True)):
        _assert_same(one, other, f"call {call}")
    assert autograd.rand(2).tolist() == after
    plans = [plan for plans in made[0]._plans.values() for plan in plans]
    assert plans
    assert all(plan.ready is native for plan in plans)
    return made[0]


def _run(case, wrapped):
    """Yield, call by call, what a step returns and leaves: dtypes, shapes and values."""
    step = wrapped(case.step)
    for call, args in enumerate(batches() if case.calls is None else case.calls):
        args = args if isinstance(args, tuple) else (args,)
        case.before(call, step)
        try:
            result = step(*args)
        except TraceError:
            raise
        except (RuntimeError, IndexError, ValueError) as error:
            result = [type(error).__name__]
        leaves = [one for one in args if isinstance(one, Tensor) and one.is_leaf]
        yield [*flat(result), *flat(case.state()), *flat([one.grad for one in leaves])]


def flat(one):
    """Return the leaves of nested containers, Tensors as copies of their arrays."""
    if isinstance(one, Tensor):
        return [one.detach().numpy().copy()]
    if isinstance(one, dict):
        return [type(one).__name__, *one, *flat(list(one.values()))]
    if isinstance(one, list | tuple):
        return [type(one).__name__, *(leaf for part in one for leaf in flat(part))]
    return [one]


def _assert_same(expected, found, where):
    assert len(expected) == len(found), where
    for one, other in zip(expected, found, strict=True):
        if not isinstance(one, np.ndarray):
            assert one == other, where
            continue
        assert (one.dtype, one.shape) == (other.dtype, other.shape), where
        tolerance = TOLERANCE.get(str(one.dtype), 0)
        np.testing.assert_allclose(other, one, tolerance, tolerance, err_msg=where)
