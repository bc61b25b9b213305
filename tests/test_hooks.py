"""Hooks of Tensors and Modules: PyTorch's numbers, order, and what they may return."""

import pytest

import autograd
import nn


def test_a_hook_sees_the_gradient_and_may_replace_it():
    x, seen = autograd.ones(3, requires_grad=True), []
    x.register_hook(lambda g: seen.append(g.tolist()))
    handle = x.register_hook(lambda g: 2 * g)
    (3 * x).sum().backward()
    assert seen == [[3.0, 3.0, 3.0]]
    assert x.grad.tolist() == [6.0, 6.0, 6.0]
    handle.remove()
    x.grad = None
    (3 * x).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0, 3.0]


def test_a_hook_of_an_inner_tensor_changes_what_flows_on():
    x = autograd.ones(2, requires_grad=True)
    y = x * 3
    with y.register_hook(lambda g: g * 5):
        (gradient,) = autograd.grad(y.sum(), x, retain_graph=True)
    assert gradient.tolist() == [15.0, 15.0]
    assert autograd.grad(y.sum(), x)[0].tolist() == [3.0, 3.0]


def test_a_hook_is_part_of_a_graph_of_gradients():
    x = autograd.tensor(2.0, requires_grad=True)
    x.register_hook(lambda g: g * x)
    (first,) = autograd.grad(x**3, x, create_graph=True)
    assert first.item() == 24.0
    (first.sum()).backward()
    # d/dx of 3 x^2 x is 9 x^2 = 36, times x by the hook.
    assert x.grad.item() == 72.0


def test_hooks_after_accumulation_see_the_leaf():
    x, seen = autograd.ones(2, requires_grad=True), []
    x.register_post_accumulate_grad_hook(lambda leaf: seen.append(leaf.grad.tolist()))
    for _ in range(2):
        x.sum().backward()
    assert seen == [[1.0, 1.0], [2.0, 2.0]]


@pytest.mark.parametrize(
    ("register", "words"),
    [
        (lambda x: x.detach().register_hook(print), "doesn't require gradient"),
        (lambda x: (x * 2).register_post_accumulate_grad_hook(print), "non-leaf"),
    ],
)
def test_hooks_where_no_gradient_comes_are_refused(register, words):
    with pytest.raises(RuntimeError, match=words):
        register(autograd.ones(2, requires_grad=True))


def test_what_is_no_function_is_no_hook():
    with pytest.raises(TypeError, match="a hook must be a function, got int"):
        autograd.ones(2, requires_grad=True).register_hook(3)
    with pytest.raises(TypeError, match="a hook must be a function, got str"):
        nn.Identity().register_forward_hook("print")


def test_a_gradient_of_another_shape_is_refused():
    x = autograd.ones(2, requires_grad=True)
    x.register_hook(lambda g: g.sum())
    with pytest.raises(RuntimeError, match=r"returned shape \(\) .* of shape \(2,\)"):
        x.sum().backward()


def net():
    autograd.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def test_forward_hooks_change_inputs_and_outputs_in_order():
    model, order = net(), []
    model[1].register_forward_pre_hook(lambda module, args: (args[0] * 2,))
    model[1].register_forward_hook(lambda module, args, output: output + 1)
    model[1].register_forward_hook(
        lambda module, args, kwargs, output: order.append(output), with_kwargs=True, prepend=True
    )
    x = autograd.rand(2, 3)
    hidden = (model[0](x) * 2).tanh()
    assert (model(x) - model[2](hidden + 1)).abs().max().item() == 0
    assert (order[0] - hidden).abs().max().item() == 0


def test_keyword_arguments_pass_a_hook_that_asks_for_them():
    layer = nn.Linear(3, 1)
    layer.register_forward_pre_hook(
        lambda module, args, kwargs: ((), {"input": kwargs["input"] * 0}), with_kwargs=True
    )
    assert layer(input=autograd.ones(1, 3)).item() == layer.bias.item()


def test_a_hook_that_is_always_called_sees_a_forward_that_raised():
    layer, seen = nn.Linear(3, 1), []
    layer.register_forward_hook(lambda *args: seen.append(args[2]), always_call=True)
    with pytest.raises(RuntimeError, match="features"):
        layer(autograd.ones(2))
    assert seen == [None]


def test_backward_hooks_see_and_scale_gradients():
    model, seen = net(), []
    expected = net()
    x = autograd.rand(2, 3)
    expected(x).sum().backward()
    model[2].register_full_backward_pre_hook(lambda module, outputs: (outputs[0] * 3,))
    model[2].register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] * 2,))
    model[0].register_full_backward_hook(lambda module, inputs, outputs: seen.append(inputs))
    model(x).sum().backward()
    assert seen == [(None,)]
    assert autograd.allclose(model[0].weight.grad, 6 * expected[0].weight.grad)
    assert autograd.allclose(model[2].weight.grad, 3 * expected[2].weight.grad)


class Both(nn.Module):
    def forward(self, x, y):
        return x * y, x + y


def test_a_backward_hook_of_several_tensors_sees_them_together():
    module, seen = Both(), []
    module.register_full_backward_hook(lambda module, *gradients: seen.append(gradients))
    x, y = (autograd.full((2,), value, requires_grad=True) for value in (2.0, 3.0))
    product, total = module(x, y)
    (5 * product + total).sum().backward()
    ((of_x, of_y), (of_product, of_total)) = seen[0]
    assert of_x.tolist() == [16.0, 16.0]
    assert of_y.tolist() == [11.0, 11.0]
    assert (of_product.tolist(), of_total.tolist()) == ([5.0, 5.0], [1.0, 1.0])


def test_a_second_pass_through_one_graph_waits_for_all_gradients_again():
    module, seen = Both(), []
    module.register_full_backward_hook(lambda module, inputs, outputs: seen.append(outputs))
    x, y = (autograd.full((), value, requires_grad=True) for value in (2.0, 3.0))
    product, total = module(x, y)
    for factor in (5.0, 7.0):
        (factor * product + total).backward(retain_graph=True)
    assert [[one.item() for one in outputs] for outputs in seen] == [[5.0, 1.0], [7.0, 1.0]]


@pytest.mark.parametrize(
    "register", ["register_full_backward_hook", "register_full_backward_pre_hook"]
)
def test_a_backward_hook_that_returns_too_few_gradients_is_refused(register):
    module = Both()
    getattr(module, register)(lambda module, *gradients: gradients[0][:1])
    x, y = (autograd.ones(2, requires_grad=True) for _ in range(2))
    with pytest.raises(RuntimeError, match="a backward hook returned 1 gradients, expected 2"):
        sum(module(x, y)).sum().backward()


def test_a_compiled_step_is_recorded_anew_when_a_hook_comes_or_goes():
    layer = nn.Linear(2, 1)
    step = autograd.compile(lambda x: layer(x))
    x = autograd.ones(3, 2)
    plain = [step(x).tolist() for _ in range(4)]
    with layer.register_forward_hook(lambda module, args, output: output * 0):
        assert [step(x).sum().item() for _ in range(4)] == [0.0] * 4
    assert [step(x).tolist() for _ in range(4)] == plain
