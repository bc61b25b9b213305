"""Scalar: micrograd's Value on our engine, with higher derivatives."""

import copy
import math
import operator
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd import Scalar


def central_difference(function, values, place, step=1e-6):
    low, high = list(values), list(values)
    low[place] -= step
    high[place] += step
    return (function(*high) - function(*low)) / (2 * step)


# micrograd's own tests: one expression that reuses its nodes, one that uses every operator


def test_expression_that_reuses_its_nodes_has_the_value_and_gradient_by_hand():
    x = Scalar(-3.0)
    a = x * x - 2 * x
    b = a.relu() + a * x
    c = (b * b).relu() + b * x
    c.backward()
    # a = 15 and a' = 2x - 2 = -8; b = a + ax = -30 and b' = a'(1 + x) + a = 31;
    # c = b b + b x = 990 and c' = 2 b b' + b' x + b = -1983.
    assert (a.data, b.data, c.data) == (15, -30, 990)
    assert x.grad == -1983


def every_operator(a, b, relu):
    c = 3 - a + b**2 / 5
    c = c + -relu(b - 2 * a) * c
    d = a / b - (c - 1) * 0.25 + 7 / c
    d = d - relu(-d) ** 3 / 2
    return d * a + 10.0 / (c**2 + 1) + b**-1


def test_every_operator_of_micrograd_has_the_right_value_and_gradients():
    values = (1.7, -2.3)
    a, b = map(Scalar, values)
    y = every_operator(a, b, Scalar.relu)
    y.backward()

    def on_floats(a, b):
        return every_operator(a, b, lambda z: max(z, 0.0))

    assert y.data == pytest.approx(on_floats(*values), rel=1e-12)
    for place, leaf in enumerate((a, b)):
        expected = central_difference(on_floats, values, place)
        assert leaf.grad == pytest.approx(expected, rel=1e-7)


def test_every_operator_agrees_with_a_float64_tensor():
    leaves = [Scalar(1.7), Scalar(-2.3)]
    tensors = [ag.tensor(x.data, dtype=ag.float64, requires_grad=True) for x in leaves]
    every_operator(*leaves, Scalar.relu).backward()
    every_operator(*tensors, ag.relu).backward()
    gradients = [t.grad.item() for t in tensors]
    assert [x.grad for x in leaves] == pytest.approx(gradients, rel=1e-14)


def test_readme_example_of_micrograd():
    a, b = Scalar(-4.0), Scalar(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert f"{g.data:.4f} {a.grad:.4f} {b.grad:.4f}" == "24.7041 138.8338 645.5773"


# The surface of a Value


def test_new_scalar_is_a_leaf_with_zero_gradient():
    x = Scalar(3)
    assert (x.data, x.grad, x.is_leaf, x._prev, x._op) == (3.0, 0.0, True, set(), "")
    assert type(x.data) is float


def test_result_names_its_operands_and_its_operation():
    a, b = Scalar(2.0), Scalar(5.0)
    assert (a * b)._prev == {a, b}
    assert (a + a)._prev == {a}
    assert (a * 3)._prev == {a}
    made = a + b, a - b, a * b, a / b, a**3, a.relu(), a.tanh()
    assert [y._op for y in made] == ["+", "-", "*", "/", "**", "ReLU", "tanh"]
    assert not made[0].is_leaf


@pytest.mark.parametrize(
    ("operate", "value", "gradient"),
    [
        (lambda x: 7 + x, 9, 1),
        (lambda x: 7 - x, 5, -1),
        (lambda x: 7 * x, 14, 7),
        (lambda x: 7 / x, 3.5, -1.75),
        (lambda x: 7**x, 49, 49 * math.log(7)),
        (lambda x: 7 // x, 3, 0),
        (lambda x: 7 % x, 1, -3),
        (lambda x: -x, -2, -1),
        (lambda x: +x, 2, 1),
        (lambda x: abs(-x), 2, 1),
    ],
)
def test_reflected_and_unary_operators(operate, value, gradient):
    x = Scalar(2.0)
    y = operate(x)
    y.backward()
    assert (y.data, x.grad) == (value, pytest.approx(gradient))


def test_sum_of_a_list_of_scalars():
    xs = [Scalar(1.0), Scalar(2.0), Scalar(4.0)]
    total = sum(xs)
    total.backward()
    assert (total.data, [x.grad for x in xs]) == (7, [1, 1, 1])


def test_augmented_assignment_makes_a_new_node():
    x = y = Scalar(3.0)
    y += 1
    assert (x.data, y.data, y._prev) == (3, 4, {x})


@pytest.mark.parametrize("operate", [operator.lt, operator.le, operator.gt, operator.eq])
def test_comparison_is_that_of_the_values(operate):
    for a in (1.0, 2.0):
        assert bool(operate(Scalar(a), Scalar(2.0))) is operate(a, 2.0)


def test_scalars_are_told_apart_by_identity_in_sets():
    a, b = Scalar(1.0), Scalar(1.0)
    assert len({a, b, a}) == 2


def test_repr_shows_data_and_gradient():
    x = Scalar(2)
    (x * 3).backward()
    assert repr(x) == "Scalar(data=2.0, grad=3.0)"
    assert (f"{x:.2f}", float(x), x.item()) == ("2.00", 2.0, 2.0)


def test_gradient_of_a_scalar_used_twice_adds_up():
    x = Scalar(3.0)
    (x * x + x).backward()
    assert x.grad == 7


def test_gradient_of_the_root_is_1_and_of_what_lies_between_the_chain_so_far():
    x = Scalar(3.0)
    y = x * x
    z = y * 5
    z.backward()
    assert (z.grad, y.grad, x.grad) == (1, 5, 30)


def test_gradient_adds_up_at_leaves_over_passes_and_not_between():
    x = Scalar(3.0)
    y = x * x
    z = y * 5
    for passes in (1, 2, 3):
        z.backward()
        assert (x.grad, y.grad, z.grad) == (30 * passes, 5, 1)


def test_gradient_adds_up_over_two_graphs():
    x = Scalar(3.0)
    (x * x).backward()
    (x * 4).backward()
    assert x.grad == 10


def test_gradient_set_to_zero_starts_anew():
    x = Scalar(3.0)
    (x * x).backward()
    x.grad = 0.0
    (x * 4).backward()
    assert x.grad == 4


def test_step_downhill_by_changing_data():
    p = Scalar(5.0)
    for _ in range(50):
        p.grad = 0.0
        ((p - 2) ** 2).backward()
        p.data -= 0.1 * p.grad
    assert p.data == pytest.approx(2, abs=1e-4)
    p.data += 1
    assert (p * 1).data == p.data


def test_gradient_is_at_the_values_of_the_forward_pass():
    x = Scalar(3.0)
    y = x * x
    x.data = 100.0
    y.backward()
    assert x.grad == 6


def test_cotangent_can_be_given():
    x = Scalar(3.0)
    (x * x).backward(gradient=0.5)
    assert x.grad == 3


@pytest.mark.parametrize("number", [np.float64(3), np.float32(3), np.int64(3), True, 3])
def test_numbers_of_numpy_are_numbers(number):
    x = Scalar(2.0)
    for y in (number * x, x * number):
        x.grad = 0.0
        y.backward()
        assert (y.data, x.grad) == (2 * number, number)
        assert type(y.data) is float


def test_selected_number_becomes_a_float():
    x = Scalar(2.0)
    for y in (ag.maximum(x, 3), ag.clamp(x, 5, 9), ag.where(False, x, 4), ag.heaviside(x, 0)):
        assert type(y.data) is float


# Derivatives of derivatives


def test_derivatives_of_x_to_the_4():
    x = Scalar(2.0)
    derivative, values = x**4, []
    for _ in range(4):
        (derivative,) = ag.grad(derivative, x, create_graph=True)
        values.append(derivative.data)
    assert values == [32, 48, 48, 24]


def test_second_derivative_of_tanh():
    x = Scalar(0.5)
    (first,) = ag.grad(x.tanh(), [x], create_graph=True)
    (second,) = ag.grad(first, [x])
    t = math.tanh(0.5)
    assert first.data == pytest.approx(1 - t * t)
    assert second == pytest.approx(-2 * t * (1 - t * t))


def test_mixed_derivative():
    x, y = Scalar(3.0), Scalar(5.0)
    (by_x,) = ag.grad(x**2 * y**3, [x], create_graph=True)
    assert ag.grad(by_x, [y]) == (2 * 3 * 3 * 25,)


def test_backward_with_create_graph_leaves_gradients_that_have_gradients():
    x = Scalar(3.0)
    (x**3).backward(create_graph=True)
    first, x.grad = x.grad, 0.0
    first.backward()
    assert (first.data, x.grad) == (27, 18)


@pytest.mark.parametrize("function", [lambda x: 3 * x, lambda x: x + 1, lambda x: (-x).relu()])
def test_gradient_with_create_graph_is_a_scalar_even_where_it_is_constant(function):
    x = Scalar(2.0)
    (first,) = ag.grad(function(x), [x], create_graph=True)
    assert isinstance(first, Scalar)
    assert ag.grad(first, [x], allow_unused=True, materialize_grads=True) == (0.0,)


def test_create_graph_refuses_data_changed_since_the_forward_pass():
    x = Scalar(3.0)
    y = x * x
    x.data = 4.0
    with pytest.raises(RuntimeError, match=r"mul has changed from 3\.0 to 4\.0; compute anew"):
        ag.grad(y, [x], create_graph=True)


# grad(), and what is refused


def test_grad_returns_floats_and_touches_no_grad():
    x, y = Scalar(3.0), Scalar(5.0)
    assert ag.grad(x * y, [x, y]) == (5.0, 3.0)
    assert ag.grad(x * x, x, grad_outputs=0.5) == (3.0,)
    assert (x.grad, y.grad) == (0, 0)


def test_grad_of_an_unused_scalar_raises_or_is_none_or_zero():
    x, y = Scalar(3.0), Scalar(5.0)
    with pytest.raises(RuntimeError, match="allow_unused=True"):
        ag.grad(x * x, [x, y])
    assert ag.grad(x * x, [x, y], allow_unused=True) == (6, None)
    assert ag.grad(x * x, [x, y], materialize_grads=True) == (6, 0)


def test_scalars_and_tensors_do_not_mix():
    for operate in (operator.add, operator.mul, operator.pow, ag.maximum):
        with pytest.raises(TypeError, match="Scalar"):
            operate(Scalar(2.0), ag.ones(2))
        with pytest.raises(TypeError, match="Scalar"):
            operate(ag.ones(2), Scalar(2.0))


def test_scalars_and_arrays_do_not_mix():
    with pytest.raises(TypeError, match="Scalar, ndarray; a Scalar goes with Scalars and numbers"):
        Scalar(2.0) * np.ones(2)
    with pytest.raises(TypeError, match="Scalar"):
        np.ones(2) * Scalar(2.0)


def test_operation_on_tensors_alone_refuses_a_scalar():
    with pytest.raises(TypeError, match="an operation on Tensors"):
        Scalar(2.0).sum()


def test_no_grad_records_nothing():
    x = Scalar(2.0)
    with ag.no_grad():
        y = x * x
    assert (y.data, y.is_leaf, y._prev) == (4, True, set())
    (y * x).backward()
    assert x.grad == 4


def test_pickled_scalar_comes_back_as_a_leaf():
    y = Scalar(2.0, label="x") * 3
    restored = pickle.loads(pickle.dumps(y))
    assert (restored.data, restored.is_leaf) == (6.0, True)
    assert copy.deepcopy(Scalar(2.0, label="x")).label == "x"
