"""A wrong derivative rule is refused: by the sweep with the op's name, or where it is defined."""

import numpy as np
import pytest

import autograd
from autograd import elementwise, grad, op
from autograd.ops.elementwise import cast


def planted(rule, **how):
    """Return an op of one argument that doubles it, with a derivative rule to be refused."""

    @op(x=rule, **how)
    def doubled(x, /):
        return x * 2

    return doubled


def planted_pair(rule, **how):
    """Return an op of two broadcast arguments, the first with a rule to be refused."""

    @op(a=rule, b=lambda g: g, **how)
    def paired(a, b):
        return a + b

    return paired


def ones(*sizes, dtype=autograd.float32):
    return autograd.ones(*sizes, dtype=dtype).requires_grad_()


FITTING = r"for an argument of (shape \(2, 3\)|dtype float32)"
WRONG_RULES = {
    "one axis too few": (lambda g: autograd.sum(g, 0), r"shape \(3,\)"),
    "one axis too many": (lambda g: autograd.unsqueeze(g, 0), r"shape \(1, 2, 3\)"),
    "transposed": (lambda g: autograd.transpose(g, 0, 1), r"shape \(3, 2\)"),
    "longer": (lambda g: autograd.cat([g, g]), r"shape \(4, 3\)"),
    "a number": (lambda g: 2.0, r"shape \(\)"),
    "float64": (lambda g: cast(g, np.dtype("float64"), g.dtype), "dtype float64"),
    "booleans": (lambda g: g == g, "dtype bool"),
}


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(("rule", "says"), WRONG_RULES.values(), ids=WRONG_RULES)
def test_wrong_gradient_is_refused_with_the_name_of_the_op(rule, says, create_graph):
    x = ones(2, 3)
    y = planted(rule)(x).sum()
    with pytest.raises(RuntimeError, match=f"op doubled returned a gradient of {says} {FITTING}"):
        grad(y, x, create_graph=create_graph)
    with pytest.raises(RuntimeError, match="op doubled"):
        planted(rule)(x).sum().backward(create_graph=create_graph)


def test_wrong_gradient_is_refused_below_other_ops():
    x = ones(2, 3)
    y = (planted(lambda g: autograd.sum(g, 0))(x.exp()) * 3).sum()
    with pytest.raises(RuntimeError, match="op doubled"):
        y.backward()
    assert x.grad is None


def test_gradient_of_broadcast_argument_is_summed_only_where_the_op_says_so():
    a, b = ones(1, 3), ones(2, 1)
    gradients = grad(planted_pair(lambda g: g, broadcasts=True)(a, b).sum(), [a, b])
    assert [one.tolist() for one in gradients] == [[[2, 2, 2]], [[3], [3]]]
    with pytest.raises(RuntimeError, match="op paired returned a gradient of shape"):
        grad(planted_pair(lambda g: g)(a, b).sum(), a)


@pytest.mark.parametrize(
    "rule",
    [
        lambda g: autograd.cat([g, g], 1),
        lambda g: autograd.sum(g, (0, 1)),
        lambda g: autograd.narrow(g, 1, 0, 2),
    ],
    ids=["axis too long", "all summed", "axis too short"],
)
def test_broadcasting_op_is_refused_what_broadcasting_cannot_make(rule):
    a, b = ones(1, 3), ones(2, 1)
    y = planted_pair(rule, broadcasts=True)(a, b).sum()
    with pytest.raises(RuntimeError, match=r"op paired returned .* argument of shape \(1, 3\)"):
        grad(y, a)


def test_numpy_constant_that_widens_a_gradient_is_refused():
    y = planted(lambda g: g * np.float64(2))(ones(3)).sum()
    with pytest.raises(RuntimeError, match="dtype float64 for an argument of dtype float32"):
        y.backward()


def test_right_rule_is_accepted():
    x = ones(2, 3)
    assert grad(planted(lambda g: g * 2)(x).sum(), x)[0].tolist() == [[2, 2, 2]] * 2


def test_too_few_gradients_of_variadic_op_leave_the_last_without_one():
    @op(xs=lambda g: (g,))
    def first_counts(*xs):
        return xs[0] + xs[1]

    a, b = ones(3), ones(3)
    found = grad(first_counts(a, b).sum(), [a, b], allow_unused=True)
    assert found[0].tolist() == [1, 1, 1]
    assert found[1] is None


# Definitions.


def define(forward, **rules):
    return op(**rules)(forward)


@pytest.mark.parametrize(
    ("forward", "rules", "says"),
    [
        (lambda x, /: x, {"x": lambda g, z: g * z}, "a rule asks for z"),
        (lambda x, /: x, {"z": lambda g: g}, "a rule for z, which is no array argument"),
        (lambda x, /, dim: x, {"dim": lambda g: g}, "a rule for dim, which is no array argument"),
        (lambda g, /: g, {"g": lambda g: g}, "rename argument g, rules reserve it"),
        (lambda x, /, y: x, {"x": lambda g: g}, "rename argument y, rules reserve it"),
        (lambda x, /, *, shapes: x, {}, "rename argument shapes, rules reserve it"),
        (lambda *y: y[0], {"y": lambda g: g}, "rename argument y, rules reserve it"),
    ],
    ids=["unknown name", "unknown argument", "static", "g", "y", "shapes", "variadic y"],
)
def test_wrong_definition_raises(forward, rules, says):
    forward.__name__ = "half_done"
    with pytest.raises(TypeError, match=f"op half_done: {says}"):
        define(forward, **rules)


def test_residual_is_known_to_rules_only_if_named():
    def scaled(x, /):
        return x * 3, 3.0

    with pytest.raises(TypeError, match="op scaled: a rule asks for factor"):
        op(x=lambda g, factor: g * factor)(scaled)


def test_wrong_elementwise_rule_raises_at_definition():
    with pytest.raises(TypeError, match="op cube: a rule asks for z"):
        elementwise("cube", lambda x: x * x * x, "x * x * x", "x cubed.", x=lambda g, z: g * z)
    with pytest.raises(TypeError, match="op cube: a rule for a, which is no array argument"):
        elementwise("cube", lambda x: x * x * x, "x * x * x", "x cubed.", a=lambda g: g)


def test_new_op_works_on_tensors_numbers_and_scalars():
    cube = elementwise("cube", lambda x: x * x * x, "x * x * x", "x cubed.",
                       x=lambda g, x: g * (3 * x * x))  # fmt: skip
    x = autograd.tensor([1.0, -2.0], requires_grad=True)
    (first,) = grad(cube(x).sum(), x, create_graph=True)
    assert first.tolist() == [3, 12]
    assert grad(first.sum(), x)[0].tolist() == [6, -12]
    s = autograd.Scalar(-2.0)
    cube(s).backward()
    assert (cube(2.0), s.grad) == (8.0, 12.0)
