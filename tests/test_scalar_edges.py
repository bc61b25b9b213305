"""Scalars where floats end: infinity and nan instead of Python's exceptions, as for Tensors."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import Scalar

pytestmark = pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")

INF, NAN = math.inf, math.nan


def ieee_expectation(function, values):
    tensors = [ag.tensor(value, dtype=ag.float64, requires_grad=True) for value in values]
    y = function(*tensors)
    y.backward()
    return y.item(), [t.grad.item() for t in tensors]


@pytest.mark.parametrize(
    ("name", "values", "result", "gradients"),
    [
        ("exp", [1000.0], INF, [INF]),
        ("exp", [-1000.0], 0, [0]),
        ("log", [0.0], -INF, [INF]),
        ("log", [-1.0], NAN, [-1]),
        ("log1p", [-1.0], -INF, [INF]),
        ("sqrt", [-1.0], NAN, [NAN]),
        ("sqrt", [0.0], 0, [INF]),
        ("reciprocal", [0.0], INF, [-INF]),
        ("div", [1.0, 0.0], INF, [INF, -INF]),
        ("div", [-1.0, 0.0], -INF, [INF, INF]),
        ("div", [0.0, 0.0], NAN, [INF, NAN]),
        ("pow", [-8.0, 1 / 3], NAN, [NAN, NAN]),
        ("pow", [0.0, 0.5], 0, [INF, 0]),
        ("pow", [0.0, 0.0], 1, [0, 0]),
        ("pow", [0.0, -1.0], INF, [-INF, -INF]),
        ("pow", [10.0, 400.0], INF, [INF, INF]),
        ("sigmoid", [-1000.0], 0, [0]),
        ("tanh", [1000.0], 1, [0]),
        ("softplus", [1000.0], 1000, [1]),
        ("softplus", [-1000.0], 0, [0]),
        ("sin", [INF], NAN, [NAN]),
        ("cos", [INF], NAN, [NAN]),
        ("floor_divide", [1.0, 0.0], INF, [0, 0]),
        ("remainder", [1.0, 0.0], NAN, [1, -INF]),
        ("relu", [NAN], NAN, [1]),
        ("maximum", [NAN, 1.0], NAN, [1, 1]),
        ("maximum", [2.0, 2.0], 2, [0.5, 0.5]),
        ("minimum", [1.0, NAN], NAN, [1, 1]),
        ("abs", [0.0], 0, [0]),
        ("sign", [0.0], 0, [0]),
        ("mul", [1e200, 1e200], INF, [1e200, 1e200]),
    ],
)
def test_edge_gives_infinity_or_nan_and_no_exception(name, values, result, gradients):
    scalars = [Scalar(value) for value in values]
    y = getattr(ag, name)(*scalars)
    y.backward()
    np.testing.assert_array_equal(y.data, float(result))
    np.testing.assert_array_equal([x.grad for x in scalars], [float(g) for g in gradients])


ONE_ARGUMENT = [
    *("abs", "neg", "sign", "square", "reciprocal", "exp", "log", "log1p", "sqrt", "sin", "cos"),
    *("tanh", "sigmoid", "relu", "leaky_relu", "softplus"),
]
TWO_ARGUMENTS = [
    *("add", "sub", "mul", "div", "pow", "floor_divide", "remainder", "maximum", "minimum"),
    "heaviside",
]
VALUES = (0.5, -0.5, 0.0, 2.0, -8.0, 1 / 3, 1000.0, -1000.0, INF, NAN)


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_function_of_a_scalar_is_that_of_a_float64_tensor(name):
    for value in VALUES:
        x = Scalar(value)
        y = getattr(ag, name)(x)
        y.backward()
        expected, [gradient] = ieee_expectation(getattr(ag, name), [value])
        np.testing.assert_allclose(y.data, expected, rtol=1e-15, err_msg=f"{name}({value})")
        np.testing.assert_allclose(x.grad, gradient, rtol=1e-15, err_msg=f"{name}'({value})")


@pytest.mark.parametrize("name", TWO_ARGUMENTS)
def test_function_of_two_scalars_is_that_of_float64_tensors(name):
    for a in VALUES:
        for b in VALUES:
            scalars = [Scalar(a), Scalar(b)]
            y = getattr(ag, name)(*scalars)
            y.backward()
            expected, gradients = ieee_expectation(getattr(ag, name), [a, b])
            np.testing.assert_array_equal(y.data, expected, f"{name}({a}, {b})")
            got = [x.grad for x in scalars]
            np.testing.assert_array_equal(got, gradients, f"gradient of {name}({a}, {b})")


@pytest.mark.parametrize(
    "function",
    [
        lambda x: ag.clamp(x, -0.5, 1),
        lambda x: ag.clamp(x, min=0.25),
        lambda x: ag.where(x > 0, x, 3),
        lambda x: ag.leaky_relu(x, 0.3),
        lambda x: ag.softplus(x, 2, 1),
        lambda x: ag.maximum(x, 0.5) + ag.minimum(0.5, x),
    ],
)
def test_function_with_numbers_beside_a_scalar_is_that_of_a_float64_tensor(function):
    for value in VALUES:
        x = Scalar(value)
        y = function(x)
        y.backward()
        expected, [gradient] = ieee_expectation(function, [value])
        np.testing.assert_allclose(y.data, expected, rtol=1e-15, err_msg=f"at {value}")
        np.testing.assert_allclose(x.grad, gradient, rtol=1e-15, err_msg=f"slope at {value}")
