"""A compiled step beside its plan: modes, listing, fallback, Modules and methods."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from side_by_side import batches as doubles
from side_by_side import net
from test_compile_training import Training, assert_same, batches

import autograd
import nn
from autograd import compile
from autograd.plan import TraceError
from nn import optim


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
    with pytest.raises(RuntimeError, match=r"runs eagerly; test_compile.*: the value of a Tensor"):
        compiled.plan()


def test_plan_lists_its_instructions():
    training = Training()
    step = compile(training.step)
    for x, y in batches("labels", 3):
        step(x, y)
    listing = str(step.plan())
    assert "cross_entropy" in listing
    assert "linear" in listing


@pytest.mark.parametrize("size", [4, 300])
def test_rows_of_several_axes_are_one_native_product(size):
    layer, x = nn.Linear(size, size), autograd.randn(20, 5, size)
    step = compile(lambda x: layer(x))
    for _ in range(4):
        y = step(x)
    np.testing.assert_allclose(y.numpy(), layer(x).detach().numpy(), 1e-5, 1e-5)
    assert "NumPy" not in str(step.plan())


def test_results_are_outside_the_graph_from_the_first_call_on():
    w = autograd.tensor([2.0], requires_grad=True)
    compiled = compile(lambda x: {"y": w * x, "w": [w]})
    for _ in range(4):
        result = compiled(autograd.ones(1))
        assert not result["y"].requires_grad
        assert result["w"][0] is w


WITHOUT_NUMBA = """
import sys
sys.path.insert(0, "tests")
sys.modules["numba"] = sys.modules["llvmlite"] = None
from test_compile_steps import CASES, assert_same_compiled
assert_same_compiled(CASES["gradients_clipped_by_a_norm_of_new_tensors"], native=False)
"""


def test_steps_are_replayed_without_numba():
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", WITHOUT_NUMBA]
    done = subprocess.run(command, check=True, timeout=60, cwd=root, capture_output=True, text=True)
    assert done.stderr.count("pip install numba") == 1


def test_what_cannot_be_called_is_refused():
    with pytest.raises(TypeError, match="expected a function or a Module, got int 3"):
        compile(3)


def test_compiled_step_is_shown_by_its_name():
    assert repr(compile(read)) == "<compiled step read>"
    assert repr(compile(nn.ReLU())) == "<compiled step ReLU>"


def test_module_of_too_many_kinds_of_calls_is_named_in_the_warning():
    compiled = compile(nn.ReLU())
    for size in range(8):
        compiled(autograd.ones(size))
    with pytest.warns(UserWarning, match="compile: ReLU was recorded for 8 combinations"):
        compiled(autograd.ones(8))


# Modules and methods


def test_compiled_module_is_its_module_in_all_else():
    model = nn.Sequential(net(), nn.Dropout(0.5))
    compiled = compile(model)
    assert list(compiled.state_dict()) == list(model.state_dict())
    assert [one is other for one, other in zip(compiled.parameters(), model.parameters())]  # noqa: B905
    assert compiled.eval() is model
    assert compiled.training is model.training is False
    with pytest.raises(AttributeError, match="'Sequential' object has no attribute 'nothing'"):
        _ = compiled.nothing


def test_compiled_module_predicts_in_each_mode():
    model = nn.Sequential(net(), nn.Dropout(0.5))
    compiled = compile(model)
    for training in (True, False, True):
        compiled.train(training)
        for x in doubles(4):
            autograd.manual_seed(5)
            expected = model(x)
            autograd.manual_seed(5)
            np.testing.assert_allclose(compiled(x).numpy(), expected.detach().numpy(), 1e-12)


def test_method_can_be_decorated():
    class Doubling:
        factor = 2

        @compile
        def step(self, x):
            return x * self.factor

    one, other = Doubling(), Doubling()
    other.factor = 3
    for x in doubles():
        assert one.step(x).tolist() == (x * 2).tolist()
        assert other.step(x).tolist() == (x * 3).tolist()
