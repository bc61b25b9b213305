"""Steps as they are written: each of these leaves compiled what it leaves eagerly."""

import copy

import pytest
from side_by_side import Case, assert_same_compiled, batches, entered, leaf, net

import autograd
import nn
from nn import optim

CASES = {}
case = entered(CASES)


class Training:
    """A net, an optimizer of its parameters, and what a step of training leaves."""

    def __init__(self, make=optim.Adam, **options):
        self.model = net()
        self.optimizer = make(self.model.parameters(), **{"lr": 0.1, **options})

    def loss(self, x):
        return self.model(x).square().sum()

    def step(self, x):
        self.optimizer.zero_grad()
        loss = self.loss(x)
        loss.backward()
        self.optimizer.step()
        return loss

    def state(self):
        parameters = list(self.model.parameters())
        return [*parameters, *(one.grad for one in parameters)]

    def case(self, step=None, before=lambda call, step: None):
        return Case(step or self.step, self.state, before)


# Gradients


@case
def gradients_zeroed_in_place():
    training = Training()

    def step(x):
        training.optimizer.zero_grad(set_to_none=False)
        training.loss(x).backward()
        training.optimizer.step()

    return training.case(step)


@case
def gradients_zeroed_at_the_end():
    training = Training()

    def step(x):
        training.loss(x).backward()
        training.optimizer.step()
        training.optimizer.zero_grad()

    return training.case(step)


@case
def eager_gradients_used_and_forgotten():
    training = Training()

    def step(x):
        training.optimizer.step()
        training.optimizer.zero_grad()

    return training.case(
        step, lambda call, step: training.loss(autograd.ones(1, 4).double()).backward()
    )


@case
def several_backward_calls_in_a_step():
    training = Training(optim.SGD)

    def step(x):
        training.optimizer.zero_grad()
        for part in (x[:2], x[2:4], x[4:]):
            training.loss(part).backward()
        training.optimizer.step()

    return training.case(step)


@case
def gradients_gathered_over_several_steps():
    training = Training(optim.SGD)

    def before(call, step):
        if call % 3 == 0:
            training.optimizer.step()
            training.optimizer.zero_grad()
        if call == 4:
            training.loss(batches()[0]).backward()

    return training.case(lambda x: training.loss(x).backward(), before)


@case
def gradients_clipped_by_a_norm_of_new_tensors():
    training = Training(optim.SGD)

    def step(x):
        training.optimizer.zero_grad()
        training.loss(x).backward()
        squares = autograd.zeros((), dtype=autograd.float64)
        with autograd.no_grad():
            for parameter in training.model.parameters():
                squares += parameter.grad.square().sum()
            scale = (1 / (squares.sqrt() + 1e-6)).clamp(max=1.0)
            for parameter in training.model.parameters():
                parameter.grad.mul_(scale)
        training.optimizer.step()
        return squares

    return training.case(step)


@case
def gradients_replaced_by_clipped_ones():
    training = Training()

    def step(x):
        training.optimizer.zero_grad()
        training.loss(x).backward()
        parameters = list(training.model.parameters())
        norm = sum((one.grad**2).sum() for one in parameters) ** 0.5
        for one in parameters:
            one.grad = one.grad * (1 / (norm + 1e-6)).clamp(max=1.0)
        training.optimizer.step()

    return training.case(step)


@case
def only_the_step_of_the_optimizer():
    training, data = Training(), batches()

    def before(call, step):
        training.optimizer.zero_grad(set_to_none=call > 2)
        training.loss(data[call]).backward()
        if call == 4:
            training.model[0].weight.grad = None

    return training.case(lambda x: training.optimizer.step(), before)


@case
def gradients_that_others_left_are_kept():
    w = leaf(1, 2, 3, 4)

    def before(call, step):
        if call == 4:
            w.sum().backward()

    return Case(lambda x: (w * x).sum(), lambda: [w.grad], before)


@case
def gradients_of_what_is_not_used_are_forgotten():
    w, unused = leaf(1, 2, 3, 4), leaf(5, 6)

    def step(x):
        w.grad = unused.grad = None
        (w * x).sum().backward()

    def before(call, step):
        unused.sum().backward()

    return Case(step, lambda: [w.grad, unused.grad], before)


@case
def constant_gradient_then_another():
    w = leaf(1, 2, 3, 4)

    def step(x):
        w.grad = None
        w.sum().backward()
        (w * x).sum().backward()

    return Case(step, lambda: [w.grad])


@case
def constant_gradient_changed_between_calls():
    w = leaf(1, 2, 3, 4)

    def step(x):
        w.grad = None
        w.sum().backward()

    def before(call, step):
        if w.grad is not None:
            w.grad.add_(1)

    return Case(step, lambda: [w.grad], before)


@case
def gradient_that_repeats_one_number_is_written():
    w = leaf(1, 2, 3, 4)

    def step(x):
        w.grad = None
        (w.sum() * x.sum()).backward()
        w.grad.mul_(autograd.arange(4))
        w.grad[0] = 5.0

    return Case(step, lambda: [w.grad])


@case
def one_gradient_for_two_leaves():
    v, w = leaf(1, 2, 3, 4), leaf(5, 6, 7, 8)

    def step(x):
        v.grad = w.grad = None
        ((v + w) * x.sum(0)).sum().backward()
        w.grad.mul_(2)

    return Case(step, lambda: [v.grad, w.grad])


@case
def gradient_of_a_gradient():
    w = leaf(1, 2, 3, 4)

    def step(x):
        w.grad = None
        (g,) = autograd.grad((w * w * x).sum(), w, create_graph=True)
        (g * g).sum().backward()
        return g

    return Case(step, lambda: [w.grad])


@case
def gradients_of_leaves_made_in_the_step():
    def step(x):
        y, z = x.detach().requires_grad_(), (x * 2).requires_grad_()
        product = y * z
        product.retain_grad()
        product.square().sum().backward()
        return y.grad, z.grad, product.grad

    return Case(step)


@case
def layers_made_in_the_step():
    def step(x):
        layer, factor = nn.Linear(4, 2).double(), nn.Parameter(x.sum(0))
        layer(x * factor).sum().backward()
        return factor.grad, layer.weight.grad

    return Case(step)


@case
def requires_grad_switched_in_the_step():
    training = Training(optim.SGD)

    def step(x):
        for wanted in (False, True):
            training.model[0].requires_grad_(wanted)
            training.step(x)

    return training.case(step)


# Optimizers and Modules that change between the calls


@case
def several_optimizers():
    training = Training(optim.SGD)
    training.optimizer = optim.SGD(training.model[0].parameters(), lr=0.1, momentum=0.9)
    other = optim.AdamW(training.model[2].parameters(), lr=0.1)

    def step(x):
        other.zero_grad()
        loss = training.step(x)
        other.step()
        return {"loss": loss, "none": None}

    return training.case(step)


@case
def schedule_of_learning_rate_momentum_and_decay():
    training = Training(optim.SGD, momentum=0.0)

    def before(call, step):
        training.optimizer.param_groups[0].update(
            lr=0 if call == 3 else 0.1 / (call + 1),
            momentum=0.0 if call < 4 else 0.5,
            weight_decay=0.1 if call > 5 else 0,
        )

    return training.case(before=before)


@case
def schedule_of_betas():
    training = Training()

    def before(call, step):
        training.optimizer.param_groups[0]["betas"] = 0.9 - 0.05 * call, 0.99

    return training.case(before=before)


@case
def parameters_frozen_and_thawed():
    training = Training(optim.SGD)

    def before(call, step):
        training.model[0].weight.requires_grad_(not 3 < call < 6)

    return training.case(before=before)


@case
def group_added_to_the_optimizer():
    training = Training(optim.SGD)
    training.optimizer = optim.SGD(training.model[0].parameters(), lr=0.1)

    def before(call, step):
        if call == 4:
            training.optimizer.add_param_group({"params": list(training.model[2].parameters())})

    return training.case(before=before)


@case
def state_of_the_optimizer_loaded():
    training, saved = Training(), []

    def before(call, step):
        if call == 2:
            saved.append(copy.deepcopy(training.optimizer.state_dict()))
        if call == 5:
            training.optimizer.load_state_dict(saved[0])

    return training.case(before=before)


@case
def state_of_the_model_loaded():
    training = Training()
    saved = {name: one.clone() for name, one in training.model.state_dict().items()}

    def before(call, step):
        if call in (4, 6):
            training.model.load_state_dict(saved, assign=call == 6)

    return training.case(before=before)


@case
def parameters_rebound():
    training = Training()

    def before(call, step):
        weight = training.model[0].weight
        if call == 3:
            weight.data = weight.data * 2
        if call == 5:
            training.model[0].bias.data.fill_(0.5)

    return training.case(before=before)


@case
def parts_of_the_model_replaced():
    model = net()

    def before(call, step):
        if call == 3:
            model[2] = nn.Linear(5, 3).double()
        if call == 5:
            model[0].weight = nn.Parameter(model[0].weight.detach() * 2)
        if call == 6:
            model[0].bias = None

    return Case(model, before=before)


@case
def module_appended_to_the_model():
    model = net()
    return Case(model, before=lambda call, step: model.append(nn.ReLU()) if call == 4 else None)


@case
def model_converted_to_another_dtype():
    model = net()

    def before(call, step):
        if call == 4:
            model.float()

    return Case(lambda x: model(x.to(model[0].weight.dtype)), before=before)


@case
def eager_steps_between_compiled_ones():
    training, data = Training(), batches()

    def before(call, step):
        if call % 3 == 1:
            training.step(data[call])

    return training.case(before=before)


@case
def default_dtype_switched():
    # The last call sets it back.
    def before(call, step):
        autograd.set_default_dtype(autograd.float64 if 3 < call < 7 else autograd.float32)

    return Case(lambda x: x.float() + autograd.ones(4) * 0.1, before=before)


@pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")
@pytest.mark.parametrize("name", CASES)
def test_step_is_the_same_compiled(name):
    assert_same_compiled(CASES[name])
