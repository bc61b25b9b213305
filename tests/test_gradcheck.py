"""gradcheck and gradgradcheck: right rules pass, wrong ones are named."""

import pytest

import autograd as ag
import nn.torch as torch
from autograd import gradcheck, gradgradcheck


def leaf(*sizes):
    ag.manual_seed(0)
    return ag.randn(*sizes, dtype=ag.float64).requires_grad_()


@ag.op(x=lambda g, x: g * (2.1 * x))
def wrong_square(x):
    return x * x


@ag.op()
def frozen(x):
    return x.copy()


@ag.op(x=lambda g, x: g * (2 * frozen(x)))
def flat_slope(x):
    return x * x


def test_right_derivatives_pass():
    assert gradcheck(lambda a, b: (a @ b).tanh(), (leaf(2, 3), leaf(3, 2)))
    assert gradgradcheck(lambda a, b: (a @ b).tanh(), (leaf(2, 3), leaf(3, 2)))
    assert torch.autograd.gradcheck is gradcheck
    assert torch.autograd.gradgradcheck is gradgradcheck


def test_wrong_rule_is_named_with_place_and_values():
    message = r"output 0 with respect to input 1: at element .* the rules give .*, finite"
    with pytest.raises(RuntimeError, match=message):
        gradcheck(lambda a, b: a + wrong_square(b), (leaf(3), leaf(3)))
    assert not gradcheck(wrong_square, leaf(3), raise_exception=False)


def test_rule_that_is_right_once_but_not_twice_is_found():
    assert gradcheck(flat_slope, leaf(3))
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        gradgradcheck(lambda x: flat_slope(x) + x**3, leaf(3))


@ag.op(x=lambda g, x: frozen(g) * (2 * frozen(x)))
def once_square(x):
    return x * x


@pytest.mark.parametrize(
    ("check", "function"),
    [
        (gradcheck, lambda x: x.detach() * 2),
        (gradcheck, lambda x: (x * x, (x * 2).data)),
        (gradgradcheck, once_square),
    ],
)
def test_derivative_that_is_left_out_is_found(check, function):
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        check(function, leaf(3))


def test_no_output_and_unknown_options_are_refused():
    with pytest.raises(ValueError, match="must return a Tensor or several, got"):
        gradcheck(lambda x: 2, leaf(1))
    with pytest.raises(TypeError, match=r"gradcheck\(\) got an unexpected keyword argument 'epss'"):
        gradcheck(lambda x: x, leaf(1), epss=1)
    assert gradgradcheck(lambda x: x**3, leaf(1), check_batched_grad=True, nondet_tol=0.0)


def test_several_outputs_integers_and_numbers_among_inputs():
    places = ag.tensor([1, 0])
    assert gradcheck(lambda x, at, k: (x[at] * k, x.sum(), at), (leaf(3), places, 2.0))
    assert gradcheck(lambda x: x.exp(), leaf(0))


def test_inputs_are_left_as_they_were():
    x = leaf(2, 2)
    before = x.tolist()
    gradcheck(lambda x: x.sin(), x)
    assert x.tolist() == before


def test_float32_warns_and_nothing_to_check_raises():
    x = ag.ones(2, requires_grad=True)
    with pytest.warns(UserWarning, match="input 0 is of float32"):
        gradcheck(lambda x: x * 2, x, atol=1e-1, eps=1e-2)
    with pytest.raises(ValueError, match="at least one input"):
        gradcheck(lambda x: x * 2, ag.ones(2))
