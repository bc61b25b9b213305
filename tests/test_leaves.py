"""Leaves and nodes: what is in the graph, how it leaves it, copies, and NumPy beside it."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag


def leaf(*values):
    return ag.tensor([float(value) for value in values], requires_grad=True)


def share_memory(*tensors):
    arrays = [tensor.numpy(force=True) for tensor in tensors]
    return any(
        np.shares_memory(a, b) for place, a in enumerate(arrays) for b in arrays[place + 1 :]
    )


def test_leaf_and_result():
    x = leaf(1, 2)
    y = x * x
    assert (x.is_leaf, x.grad_fn, x.requires_grad) == (True, None, True)
    assert (y.is_leaf, y.requires_grad) == (False, True)
    assert (ag.ones(2).is_leaf, ag.ones(2).requires_grad) == (True, False)


def test_node_is_named_as_in_pytorch():
    x = leaf(1, 2)
    made = x * x, x.exp(), ag.leaky_relu(x), x / 2, x[0]
    names = ["MulBackward0", "ExpBackward0", "LeakyReluBackward0", "DivBackward0"]
    assert [y.grad_fn.name() for y in made[:4]] == names
    assert repr(made[0].grad_fn) == "<MulBackward0>"


def test_next_functions_lead_to_the_leaves():
    x, constant = leaf(1, 2), ag.ones(2)
    y = x.exp() * constant
    (to_exp, place), to_constant = y.grad_fn.next_functions
    assert (to_exp.name(), place, to_constant) == ("ExpBackward0", 0, (None, 0))
    ((to_leaf, _),) = to_exp.next_functions
    assert (to_leaf.name(), to_leaf.next_functions) == ("AccumulateGrad", ())


def test_detach_shares_memory_outside_the_graph():
    x = leaf(1, 2)
    d = (x * x).detach()
    assert (d.requires_grad, d.is_leaf) == (False, True)
    assert share_memory(x, x.detach())


def test_detached_factor_is_a_constant():
    x = leaf(3)
    (x * x.detach()).backward()
    assert x.grad.tolist() == [3]


def test_detach_in_place_cuts_the_tensor_off():
    x = leaf(3)
    y = x * x
    assert y.detach_() is y
    assert (y.requires_grad, y.is_leaf, y.grad_fn) == (False, True, None)
    with pytest.raises(RuntimeError, match="does not require grad"):
        y.backward()


def test_requires_grad_can_be_set_on_leaves():
    x = ag.ones(2)
    assert x.requires_grad_() is x
    (x * 2).sum().backward()
    x.requires_grad = False
    assert not (x * 2).requires_grad
    assert x.grad.tolist() == [2, 2]


def test_requires_grad_of_a_result_cannot_be_taken_away():
    y = leaf(1) * 2
    assert y.requires_grad_() is y
    with pytest.raises(RuntimeError, match=r"leaf variables.*detach\(\)"):
        y.requires_grad_(False)


@pytest.mark.parametrize("dtype", [ag.int64, ag.uint8, ag.bool])
def test_integers_and_booleans_cannot_require_grad(dtype):
    with pytest.raises(RuntimeError, match=r"floating point.*got .*; convert with \.float\(\)"):
        ag.ones(2, dtype=dtype, requires_grad=True)


def test_result_of_integers_and_comparisons_has_no_graph():
    x = leaf(1, 2)
    for y in (x > 1, x.argmax(), x.long(), x.bool(), x.long() * 2):
        assert (y.requires_grad, y.is_leaf) == (False, True)
        y.numpy()


def test_data_shares_memory_outside_the_graph():
    x = leaf(1, 2)
    x.data[0] = 9
    x.data.mul_(2)
    assert x.tolist() == [18, 4]
    assert (x.requires_grad, x.data.requires_grad) == (True, False)


def test_assigned_data_replaces_the_values_and_keeps_the_leaf():
    x, new = leaf(1, 2), ag.tensor([3.0, 4.0])
    node = x.node
    x.data = new
    (x * x).sum().backward()
    assert (x.node is node, x.tolist(), x.grad.tolist()) == (True, [3, 4], [6, 8])
    assert share_memory(x, new)


def test_assigned_data_may_have_another_shape():
    x = leaf(1, 2)
    x.data = ag.tensor([3.0, 4.0, 5.0])
    (x * x).sum().backward()
    assert x.grad.tolist() == [6, 8, 10]


# Copies, and NumPy


def test_deepcopy_of_a_leaf_is_a_leaf_with_memory_of_its_own():
    x = leaf(1, 2)
    (x * x).sum().backward()
    made = copy.deepcopy(x)
    assert (made.tolist(), made.grad.tolist(), made.requires_grad) == ([1, 2], [2, 4], True)
    assert not share_memory(made, x, made.grad, x.grad)
    (made * 3).sum().backward()
    assert (made.grad.tolist(), x.grad.tolist()) == ([5, 7], [2, 4])


def test_deepcopy_keeps_one_tensor_one():
    x = leaf(1)
    first, second = copy.deepcopy([x, x])
    assert first is second


def test_deepcopy_of_a_result_raises():
    with pytest.raises(RuntimeError, match=r"graph leaves.*detach\(\)\.clone\(\)"):
        copy.deepcopy(leaf(1) * 2)


@pytest.mark.parametrize("requires_grad", [False, True])
def test_pickle_brings_back_values_dtype_and_requires_grad(requires_grad):
    x = ag.tensor([1.0, 2.0], dtype=ag.float64, requires_grad=requires_grad)
    made = pickle.loads(pickle.dumps(x))
    assert (made.tolist(), made.dtype, made.requires_grad) == ([1, 2], ag.float64, requires_grad)
    assert made.is_leaf


def test_array_times_tensor_is_a_tensor_in_the_graph():
    x = ag.tensor([1.0, 2.0], dtype=ag.float64, requires_grad=True)
    array = np.array([3.0, 4.0])
    for y in (array * x, x * array, array + x, array - x, np.float64(3) * x, array @ x):
        assert isinstance(y, ag.Tensor)
        assert y.requires_grad
    (array * x).sum().backward()
    assert x.grad.tolist() == [3, 4]


def test_array_of_a_tensor_that_requires_grad_raises_with_cure():
    for read in (np.asarray, np.array, lambda x: x.numpy(), lambda x: np.where(True, x, 0)):
        with pytest.raises(RuntimeError, match=r"requires grad.*detach\(\)\.numpy\(\)"):
            read(leaf(1, 2))


def test_array_of_a_constant_tensor_is_its_values():
    x = ag.tensor([[1.0, 2.0]])
    assert np.asarray(x).tolist() == [[1, 2]]
    assert np.asarray(x, dtype=np.int64).dtype == np.int64
    assert np.shares_memory(x.numpy(), x.detach().numpy())
    assert np.sqrt(np.array(ag.tensor([4.0]))).tolist() == [2]


def test_odds_and_ends_of_tensors():
    x = ag.tensor([1.0, 2.0])
    assert x.short().dtype == ag.int16
    assert [one.item() for one in reversed(x)] == [2, 1]
    assert (str(x.layout), x.output_nr) == ("torch.strided", 0)
    assert x.apply_(lambda value: value + 1).tolist() == [2, 3]
    assert x.map_(ag.tensor([5.0, 7.0]), lambda own, other: own * other).tolist() == [10, 21]
    with pytest.raises(RuntimeError, match=r"map_: .*detach\(\)"):
        x.requires_grad_().map_(x, max)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.mul_(2),
        lambda x: x[0].mul_(2),
        lambda x: x.__iadd__(1),
        lambda x: x.__setitem__(0, 5),
    ],
)
@pytest.mark.parametrize(
    "make",
    [lambda: ag.arange(6.0).reshape(2, 3), lambda: ag.zeros(3, 3)[:2], lambda: ag.ones(2, 3)],
)
def test_leaf_that_was_a_view_cannot_be_changed_in_place(make, change):
    x = make().requires_grad_()
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        change(x)
    (x * 2).sum().backward()
    assert x.is_leaf
    assert x.grad.tolist() == [[2.0] * 3] * 2


def test_leaf_that_was_a_view_is_left_where_its_base_changes():
    base, w = ag.ones(4), leaf(1, 2, 3, 4)
    x = base[:2].requires_grad_()
    base.mul_(w)
    (base.sum() + x.sum()).backward()
    assert (x.is_leaf, x.grad.tolist(), w.grad.tolist()) == (True, [1, 1], [1, 1, 1, 1])


def test_integers_stay_outside_the_graph():
    w = leaf(1, 2)
    whole, flags = ag.zeros(3, dtype=ag.int64), ag.zeros(2, dtype=ag.bool)
    whole[0] = w[1]
    flags.copy_(w)
    assert (whole.tolist(), flags.tolist()) == ([2, 0, 0], [True, True])
    assert not any(one.requires_grad for one in (whole, flags, whole.float()))
    with pytest.raises(RuntimeError, match=r"must be floating point, got int64; .*torch.float32"):
        w.data = ag.tensor([3, 4])
    assert w.tolist() == [1, 2]


def test_what_keeps_no_array_can_be_gone_through_twice():
    x = leaf(1, 2)
    y = (x + 1).sum()
    y.backward()
    y.backward()
    assert x.grad.tolist() == [2, 2]
    z = (x * x).sum()
    z.backward()
    with pytest.raises(RuntimeError, match="second time"):
        z.backward()


def test_leaf_taken_out_of_the_graph_gets_no_gradient():
    x = leaf(1, 2)
    y = x * 2
    x.requires_grad_(False)
    y.sum().backward()
    assert x.grad is None


def test_what_expand_does_not_repeat_can_be_written():
    x = ag.zeros(3)
    x.expand(3).add_(1)
    x.expand_as(x)[0] = 5
    ag.tensor(1.0).expand(()).add_(1)
    assert x.tolist() == [5, 1, 1]
