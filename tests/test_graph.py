"""backward() and grad(): what their arguments mean, where gradients land, what raises."""

import numpy as np
import pytest

import autograd as ag
from autograd import grad


def leaf(*values):
    return ag.tensor([float(value) for value in values], requires_grad=True)


def share_memory(*tensors):
    arrays = [tensor.numpy(force=True) for tensor in tensors]
    return any(
        np.shares_memory(a, b) for place, a in enumerate(arrays) for b in arrays[place + 1 :]
    )


# backward


def test_gradient_is_the_cotangent_of_the_output():
    x = leaf(1, 2, 3)
    (x * x).backward(gradient=ag.tensor([1.0, 10.0, 100.0]))
    assert x.grad.tolist() == [2, 40, 600]


def test_gradient_of_a_single_element_of_any_shape_needs_no_cotangent():
    x = leaf(3)
    (x * x).reshape(1, 1).backward()
    assert x.grad.tolist() == [6]


def test_gradient_of_another_dtype_is_converted():
    x = leaf(1, 2)
    (x * 2).backward(ag.tensor([1.0, 3.0], dtype=ag.float64))
    assert (x.grad.dtype, x.grad.tolist()) == (ag.float32, [2, 6])


def test_gradient_of_a_leaf_is_its_cotangent():
    x = leaf(3)
    x.backward()
    assert x.grad.tolist() == [1]


@pytest.mark.parametrize("uses", [2, 3, 4])
@pytest.mark.parametrize("shape", [(), (2,)])
def test_gradient_of_a_leaf_used_many_times_adds_up(uses, shape):
    x = ag.full(shape, 2.0, requires_grad=True)
    sum([x] * uses).sum().backward()
    assert x.grad.tolist() == np.full(shape, uses).tolist()


def test_gradient_of_a_0_d_leaf_broadcast_many_times_adds_up():
    x, v = ag.tensor(2.0, requires_grad=True), ag.tensor([1.0, 2.0])
    ((x * v).sum() + (x * v).sum() + (x * v).sum()).backward()
    assert x.grad.item() == 9


def test_gradient_flows_over_a_diamond_once():
    x = leaf(3)
    y = x * x
    (y * y + y).backward()
    assert x.grad.tolist() == [4 * 27 + 2 * 3]


def test_non_scalar_without_gradient_raises_with_cure():
    with pytest.raises(RuntimeError, match=r"only for scalar outputs.*\(2,\).*sum\(\)"):
        (leaf(1, 2) * 2).backward()


def test_gradient_of_another_shape_raises():
    with pytest.raises(RuntimeError, match=r"gradient is \(\), the output \(2,\)"):
        (leaf(1, 2) * 2).backward(ag.tensor(1.0))


@pytest.mark.parametrize("make", [lambda: ag.tensor(2.0), lambda: leaf(2).detach() * 3])
def test_backward_without_a_graph_raises(make):
    with pytest.raises(RuntimeError, match="does not require grad and does not have a grad_fn"):
        make().backward()


def test_second_backward_raises_with_cure():
    x = leaf(1, 2)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match=r"a second time.*freed.*retain_graph=True"):
        y.backward()
    assert x.grad.tolist() == [2, 4]


def test_second_backward_through_a_shared_part_raises():
    x = leaf(1, 2)
    shared = x.exp()
    (shared * 2).sum().backward()
    with pytest.raises(RuntimeError, match="what exp kept is freed"):
        (shared * 3).sum().backward()


def test_retained_graph_can_be_swept_again():
    x = leaf(1, 2)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [4, 8]
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward()


def test_create_graph_retains_the_graph():
    x = leaf(1, 2)
    y = (x * x * x).sum()
    y.backward(create_graph=True)
    first, x.grad = x.grad, None
    first.sum().backward()
    assert (first.tolist(), x.grad.tolist()) == ([3, 12], [6, 12])
    assert first.requires_grad


def test_create_graph_records_even_inside_no_grad():
    x = leaf(2)
    y = x * x * x
    with ag.no_grad():
        y.backward(create_graph=True)
    assert grad(x.grad, x)[0].tolist() == [12]


def test_inputs_limit_who_gets_a_gradient():
    x, y = leaf(2), leaf(3)
    (x * y).backward(inputs=[x])
    assert (x.grad.tolist(), y.grad) == ([3], None)


def test_inputs_may_be_one_tensor_or_no_leaf():
    x = leaf(2)
    y = x * 3
    (y * y).backward(inputs=y)
    assert (y.grad.tolist(), x.grad) == ([12], None)


def test_inputs_must_not_be_empty():
    with pytest.raises(RuntimeError, match="inputs is empty"):
        leaf(2).sum().backward(inputs=[])


def test_backward_of_several_tensors_adds_their_gradients():
    x = leaf(2)
    ag.backward([x * 3, x * x], [ag.tensor([1.0]), ag.tensor([10.0])])
    assert x.grad.tolist() == [43]


# Where gradients land


def test_gradients_of_two_leaves_and_the_cotangent_are_separate_memory():
    a, b, cotangent = leaf(1, 2), leaf(3, 4), ag.tensor([5.0, 6.0])
    ag.add(a, b).backward(gradient=cotangent)
    assert a.grad.tolist() == b.grad.tolist() == [5, 6]
    assert not share_memory(a.grad, b.grad, cotangent)


def test_gradients_with_create_graph_are_separate_memory():
    a, b, cotangent = leaf(1, 2), leaf(3, 4), ag.tensor([5.0, 6.0])
    ag.add(a, b).backward(gradient=cotangent, create_graph=True)
    assert not share_memory(a.grad, b.grad, cotangent)


@pytest.mark.parametrize(
    "operate",
    [lambda x: x, lambda x: x.reshape(2, 1), lambda x: x[:], lambda x: x.T, lambda x: x + 0],
)
def test_gradient_of_a_leaf_shares_no_memory_with_the_cotangent(operate):
    x = leaf(1, 2)
    y = operate(x)
    cotangent = ag.ones_like(y)
    y.backward(cotangent)
    assert not share_memory(x.grad, cotangent)


def test_gradient_of_a_sum_can_be_changed_in_place():
    x = leaf(1, 2)
    x.sum().backward()
    x.grad[0] = 7
    assert x.grad.tolist() == [7, 1]


@pytest.mark.parametrize("create_graph", [False, True])
def test_gradients_from_grad_can_be_changed_without_touching_later_ones(create_graph):
    x = ag.tensor(2.0, requires_grad=True)
    (first,) = grad(x + 1, x, create_graph=create_graph)
    with ag.no_grad():
        first.mul_(5)
    assert grad(x + 1, x)[0].item() == 1


def test_gradient_accumulates_in_place_over_passes():
    x = leaf(1, 2)
    (x * x).sum().backward()
    first = x.grad
    (x * 3).sum().backward()
    assert x.grad is first
    assert first.tolist() == [5, 7]


def test_gradient_set_to_none_starts_anew():
    x = leaf(1, 2)
    (x * x).sum().backward()
    kept, x.grad = x.grad, None
    (x * 3).sum().backward()
    assert (kept.tolist(), x.grad.tolist()) == ([2, 4], [3, 3])


def test_non_leaf_has_no_grad_unless_retained():
    x = leaf(1, 2)
    y, z = x * x, x * 2
    y.retain_grad()
    (y * 3 + z).sum().backward()
    assert y.grad.tolist() == [3, 3]
    with pytest.warns(UserWarning, match=r"not a leaf Tensor.*retain_grad"):
        assert z.grad is None
    assert (y.retains_grad, z.retains_grad, x.retains_grad) == (True, False, False)


def test_retained_gradient_accumulates():
    x = leaf(1, 2)
    y = x * x
    y.retain_grad()
    y.sum().backward(retain_graph=True)
    y.sum().backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([2, 2], [4, 8])


def test_retain_grad_outside_the_graph_raises():
    with pytest.raises(RuntimeError, match="requires_grad=False"):
        ag.ones(2).retain_grad()


@pytest.mark.parametrize("wrong", [ag.ones(3), ag.ones(2, dtype=ag.float64)])
def test_assigned_grad_must_fit(wrong):
    with pytest.raises(RuntimeError, match="assigned grad is"):
        leaf(1, 2).grad = wrong


def test_assigned_grad_must_be_a_tensor():
    with pytest.raises(TypeError, match="expected a Tensor or None, got float"):
        leaf(1, 2).grad = 1.0


# grad


def test_grad_returns_a_tuple_and_touches_no_grad():
    x, y = leaf(2), leaf(3)
    gx, gy = grad(x * x * y, [x, y])
    assert (gx.tolist(), gy.tolist(), x.grad, y.grad) == ([12], [4], None, None)
    assert not gx.requires_grad


def test_grad_takes_single_tensors():
    x = leaf(2)
    assert [g.tolist() for g in grad(x * x, x)] == [[4]]


def test_grad_of_several_outputs_is_that_of_their_sum():
    x = leaf(2)
    (g,) = grad([x * x, x * 3], [x], [ag.tensor([1.0]), ag.tensor([2.0])])
    assert g.tolist() == [10]


def test_grad_outputs_may_be_none_where_there_is_one_element():
    x = leaf(2)
    assert grad([x * x, x * 3], [x], [None, ag.tensor([2.0])])[0].tolist() == [10]


def test_grad_of_one_output_given_twice_counts_twice():
    x = leaf(2)
    y = x * x
    assert grad([y, y], [x])[0].tolist() == [8]


def test_grad_of_an_output_that_another_uses():
    x = leaf(2)
    y = x * x
    assert grad([y, y * y], [x])[0].tolist() == [4 + 32]


def test_grad_of_a_non_leaf_stops_there():
    x = leaf(2)
    y = x * 3
    gy, gx = grad(y * y, [y, x])
    assert (gy.tolist(), gx.tolist()) == ([12], [36])


def test_grad_of_the_output_itself_is_the_cotangent():
    y = leaf(2) * 3
    assert grad(y, y)[0].tolist() == [1]


def test_grad_frees_the_graph_unless_retained():
    x = leaf(2)
    y = x.exp()
    grad(y, x, retain_graph=True)
    grad(y, x)
    with pytest.raises(RuntimeError, match="a second time"):
        grad(y, x)


def test_grad_leaves_alone_what_does_not_lead_to_the_inputs():
    x, w = leaf(2), leaf(3)
    other = w.exp()
    y = x.exp() * other
    grad(y, x)
    assert other.grad_fn.kept is not None


def test_unused_input_raises_or_gives_none_or_zeros():
    x, unused = leaf(1, 2), ag.zeros(3, 1, requires_grad=True)
    y = (x * x).sum()
    with pytest.raises(RuntimeError, match=r"input 1 appears to not have been used.*allow_unused"):
        grad(y, [x, unused], retain_graph=True)
    assert grad(y, [x, unused], retain_graph=True, allow_unused=True)[1] is None
    zeros = grad(y, [x, unused], materialize_grads=True)[1]
    assert (zeros.tolist(), zeros.dtype) == ([[0], [0], [0]], ag.float32)


def test_materialized_gradients_contradict_unused_ones_being_an_error():
    x = leaf(1)
    with pytest.raises(ValueError, match="materialize_grads"):
        grad(x * x, x, allow_unused=False, materialize_grads=True)


@pytest.mark.parametrize("allow_unused", [False, True])
def test_input_that_does_not_require_grad_raises(allow_unused):
    x = leaf(1)
    with pytest.raises(RuntimeError, match="does not require grad"):
        grad(x * x, [x, ag.ones(1)], allow_unused=allow_unused)


def test_grad_needs_a_cotangent_for_every_output():
    x = leaf(1)
    with pytest.raises(RuntimeError, match="2 tensors and 1 gradients"):
        grad([x * x, x * 2], [x], [ag.ones(1)])


def test_gradient_that_overflows_is_added_once_where_warnings_are_errors():
    w = ag.ones(2).requires_grad_()
    for _ in range(2):
        (w * ag.tensor([3e38, 1.0])).sum().backward()
    assert w.grad.tolist() == [float("inf"), 2.0]


def test_infinity_is_a_result_also_where_numpy_is_told_to_raise():
    x = ag.tensor([1000.0], requires_grad=True)
    with np.errstate(all="raise"):
        y = x.exp() * x.exp()
        y.sum().backward()
    assert (y.item(), x.grad.item()) == (float("inf"), float("inf"))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda y: y.backward(np.ones(2)),
            "gradients can be either Tensors or None, but got ndarray",
        ),
        (lambda y: y.backward(ag.ones(3)), "Mismatch in shape"),
        (lambda y: ag.grad(1.0, y), "outputs: expected Tensors or Scalars, got float"),
        (lambda y: ag.grad(y, [1.0]), "inputs: expected Tensors or Scalars, got float"),
    ],
)
def test_what_is_no_tensor_is_named(call, words):
    y = ag.ones(2).requires_grad_() * 2
    with pytest.raises((RuntimeError, TypeError), match=words):
        call(y)
