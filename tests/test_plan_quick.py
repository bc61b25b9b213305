"""What decides about a call and may change between two: the quick way into a plan notices it."""

import gc
import threading

import numpy as np
import pytest

import autograd
import nn
from autograd.live import lifted, read_number
from autograd.plan import entry, quick
from autograd.plan.recording import TraceError
from autograd.tensors import wrap


class Steps:
    """A net with its optimizer and its step, compiled, and the same again that stays eager."""

    def __init__(self, result=lambda loss: loss, zero=True):
        self.pairs = []
        for transform in (autograd.compile, lambda step: step):
            autograd.manual_seed(0)
            layers = nn.Linear(3, 4), nn.Tanh(), nn.Dropout(0.5), nn.Linear(4, 1)
            model = nn.Sequential(*layers).eval()
            optimizer = nn.optim.Adam(model.parameters(), lr=0.1)
            self.pairs.append(
                (model, optimizer, transform(self.step(model, optimizer, result, zero)))
            )
        self.compiled = self.pairs[0][2]

    @staticmethod
    def step(model, optimizer, result, zero):
        def step(x, y):
            if zero:
                optimizer.zero_grad()
            loss = ((model(x) - y) ** 2).mean()
            loss.backward()
            optimizer.step()
            return result(loss)

        return step

    def parameters(self):
        return self.pairs[0][0].parameters()

    def call(self, *args):
        """Call both steps, and compare everything they leave."""
        mine, other = (step(*args) for _, _, step in self.pairs)
        if other is not None:
            np.testing.assert_allclose(mine.item(), other.item(), rtol=1e-5)
        self.compare()

    def compare(self):
        (model, optimizer, _), (rival, eager, _) = self.pairs
        for one, two in zip(model.parameters(), rival.parameters(), strict=True):
            np.testing.assert_allclose(one.detach().numpy(), two.detach().numpy(), 2e-5, 1e-6)
            assert (one.grad is None) == (two.grad is None)
            if two.grad is not None:
                np.testing.assert_allclose(one.grad.numpy(), two.grad.numpy(), rtol=1e-4, atol=1e-6)
        counts = [[state["step"] for state in one.state.values()] for one in (optimizer, eager)]
        assert counts[0] == counts[1]

    def change(self, change):
        """Do the same to both nets, with the same random numbers."""
        for model, optimizer, _ in self.pairs:
            autograd.manual_seed(7)
            change(model, optimizer)


def batch(seed=0, dtype=np.float32):
    rng = np.random.default_rng(seed)
    return [autograd.from_numpy(rng.standard_normal((5, n)).astype(dtype)) for n in (3, 1)]


WAYS = {
    "all of a small step in one native call": {},
    "a large step with a lock": {"BRIEF": -1},
    "dicts without versions": {"VERSIONED": False},
    "objects that lie otherwise": {"KNOWN": False},
}


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    for name, value in WAYS[request.param].items():
        monkeypatch.setattr(entry if name == "KNOWN" else quick, name, value)
    return request.param


def rebind_data(model, optimizer):
    model[0].weight.data = model[0].weight.data * 2


def rebind_same_values_of_another_dtype(model, optimizer):
    model.double()
    model.float()


def set_gradients(model, optimizer):
    for parameter in model.parameters():
        parameter.grad = autograd.ones_like(parameter).detach()


def rebind_gradient(model, optimizer):
    model[3].weight.grad.data = model[3].weight.grad.data * 3


def rebind_moments(model, optimizer):
    optimizer.state[model[0].weight]["exp_avg"].data = autograd.ones(4, 3)


def replace_moments(model, optimizer):
    optimizer.state[model[0].weight]["exp_avg"] = autograd.ones(4, 3)


def replace_state(model, optimizer):
    state = optimizer.state[model[0].weight]
    optimizer.state[model[0].weight] = {**state, "exp_avg_sq": autograd.ones(4, 3)}


def reload(model, optimizer):
    optimizer.load_state_dict(optimizer.state_dict())


def train_alone(model, optimizer):
    autograd.manual_seed(3)
    for _ in range(2):
        optimizer.zero_grad()
        (model(autograd.ones(2, 3)) ** 2).sum().backward()
        optimizer.step()


def replace_weight(model, optimizer):
    model[0].weight = nn.Parameter(autograd.ones(4, 3))


def set_group(**entries):
    return lambda model, optimizer: optimizer.param_groups[0].update(entries)


def set_every_count(model, optimizer):
    for state in optimizer.state.values():
        state["step"] = 50.0


CHANGES = {
    "nothing": lambda model, optimizer: None,
    "data rebound": rebind_data,
    "data rebound twice": rebind_same_values_of_another_dtype,
    "data written": lambda model, optimizer: model[0].bias.data.fill_(0.5),
    "a parameter frozen": lambda model, optimizer: model[0].bias.requires_grad_(False),
    "gradients set": set_gradients,
    "gradients forgotten": lambda model, optimizer: optimizer.zero_grad(),
    "a gradient's data rebound": rebind_gradient,
    "mode": lambda model, optimizer: model.train(),
    "mode of one Module": lambda model, optimizer: setattr(model[2], "training", True),
    "probability": lambda model, optimizer: setattr(model.train()[2], "p", 0.9),
    "a layer replaced": lambda model, optimizer: model.__setitem__(1, nn.ReLU()),
    "a parameter replaced": replace_weight,
    "lr": set_group(lr=0.01),
    "betas": set_group(betas=(0.5, 0.8)),
    "eps": set_group(eps=0.1),
    "weight decay": set_group(weight_decay=0.1),
    "maximize": set_group(maximize=True),
    "amsgrad": set_group(amsgrad=True),
    "step counts": set_every_count,
    "moments rebound": rebind_moments,
    "moments replaced": replace_moments,
    "a parameter's state replaced": replace_state,
    "all state forgotten": lambda model, optimizer: optimizer.state.clear(),
    "state reloaded": reload,
    "eager steps": train_alone,
    "groups replaced": lambda model, optimizer: setattr(
        optimizer, "param_groups", [{**optimizer.param_groups[0], "lr": 0.5}]
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_between_calls_is_noticed(change, way):
    steps = Steps()
    for call in range(10):
        if call in (5, 7):
            steps.change(CHANGES[change])
        for _, _, step in steps.pairs:
            autograd.manual_seed(call)
            step(*batch(call))
        steps.compare()


def test_a_parameter_that_was_made_read_only_is_not_written(way):
    steps = Steps()
    for call in range(5):
        steps.call(*batch(call))
    for writeable in (False, True, True, False, False, True):
        for model, _, step in steps.pairs:
            bias = model[3].bias
            before = bias.tolist()
            bias.array.flags.writeable = writeable
            if writeable:
                step(*batch())
            else:
                with pytest.raises(RuntimeError, match="read-only"):
                    step(*batch())
            assert (bias.tolist() == before) is not writeable


def test_betas_in_a_list_are_read_at_every_call(way):
    steps = Steps()
    for call in range(10):
        if call == 4:
            steps.change(set_group(betas=[0.9, 0.999]))
        if call == 7:
            steps.change(
                lambda model, optimizer: optimizer.param_groups[0]["betas"].__setitem__(0, 0.2)
            )
        steps.call(*batch(call))


def test_gradients_forgotten_outside_the_step_come_anew_with_every_call(way):
    steps = Steps(zero=False)
    for call in range(8):
        steps.call(*batch(call))
        steps.change(lambda model, optimizer: optimizer.zero_grad())


def test_a_gradient_that_is_there_already_is_added_to(way):
    steps = Steps(zero=False)
    for call in range(12):
        steps.call(*batch(call))
        if call not in (5, 6, 9):
            steps.change(lambda model, optimizer: optimizer.zero_grad())


def test_what_was_looked_at_and_did_not_hold_is_looked_at_again(way):
    weight, bias = (autograd.ones(1, requires_grad=True) for _ in range(2))

    @autograd.compile
    def step(x):
        weight.grad = bias.grad = None
        (weight * x + bias).sum().backward()
        return bias.grad if bias.requires_grad else -weight.grad

    x = autograd.full((1,), 3.0)
    for frozen in (False,) * 5 + (True, True, False, True, False, True):
        bias.requires_grad_(not frozen)
        assert step(x).item() == (-3.0 if frozen else 1.0)


def test_a_step_that_returns_nothing(way):
    steps = Steps(result=lambda loss: None)
    for call in range(6):
        steps.call(*batch(call))


def grown(array):
    return np.concatenate([array, array])


ARGUMENTS = {
    "a target of float64": lambda x, y: (x, y.double()),
    "more rows": lambda x, y: tuple(autograd.from_numpy(grown(one.numpy())) for one in (x, y)),
    "columns first": lambda x, y: (autograd.from_numpy(np.asfortranarray(x.numpy())), y),
    "a Parameter": lambda x, y: (nn.Parameter(x), y),
    "a number": lambda x, y: (x, 0.5),
    "one twice": lambda x, y: (x[:, :1].expand(5, 3).clone(), y),
}


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_arguments_of_another_kind_are_noticed(argument, way):
    steps = Steps()
    for call in range(8):
        args = batch(call)
        steps.call(*(ARGUMENTS[argument](*args) if call in (4, 6) else args))


def test_an_argument_that_requires_grad_gets_its_gradient(way):
    steps = Steps()
    for call in range(5):
        steps.call(*batch(call))
    for call in range(5):
        x, y = batch(call)
        x.requires_grad_()
        steps.compiled(x, y)
        mine, x.grad = x.grad, None
        steps.pairs[1][2](x, y)
        np.testing.assert_allclose(mine.numpy(), x.grad.numpy(), rtol=1e-3, atol=1e-6)


def test_a_call_with_too_few_arguments_raises(way):
    steps = Steps()
    for call in range(5):
        steps.call(*batch(call))
    with pytest.raises(TypeError, match="missing 1 required"):
        steps.compiled(batch()[0])


def test_arguments_that_change_their_array_are_read_anew(way):
    steps = Steps()
    x, y = batch()
    for call in range(8):
        steps.call(x, y)
        x.data = batch(call + 1)[0]


def test_another_tensor_at_the_address_of_a_freed_one_is_another_argument(way):
    one = autograd.ones(3)
    known = {"x": one}
    step = autograd.compile(lambda x: known["x"] + x)
    for _ in range(4):
        assert step(one).tolist() == [2.0] * 3
    address = id(one)
    del one, known["x"]
    gc.collect()
    known["x"] = autograd.zeros(3)
    made = [autograd.full((3,), 5.0) for _ in range(50)]
    other = next((one for one in made if id(one) == address), made[0])
    # What is closed over is another Tensor than the argument now: recorded anew, and refused.
    with pytest.raises(TraceError, match="changed"):
        step(other)


def test_modes_of_the_thread_are_noticed(way):
    model = nn.Linear(3, 1)
    predict = autograd.compile(lambda x: model(x) * autograd.ones(1))
    x = batch()[0]
    for _ in range(5):
        assert predict(x).dtype == autograd.float32
    autograd.set_default_dtype(autograd.float64)
    try:
        assert predict(x).dtype == autograd.float64
    finally:
        autograd.set_default_dtype(autograd.float32)
    assert predict(x).dtype == autograd.float32


def test_grad_mode_is_noticed(way):
    @autograd.compile
    def step(x):
        return x * 2 if autograd.is_grad_enabled() else x * 3

    x = autograd.ones(1)
    for _ in range(2):
        assert [step(x).item() for _ in range(5)] == [2.0] * 5
        with autograd.no_grad():
            assert [step(x).item() for _ in range(5)] == [3.0] * 5


def test_a_number_in_a_dict_that_decides_nothing_else_is_read_anew(way):
    entries = {"scale": 2.0}
    step = autograd.compile(lambda x: wrap(lifted(x) * read_number(entries, "scale")))
    for scale in (2.0, 2.0, 2.0, 2.0, 5.0, 7.0, 7.0):
        entries["scale"] = scale
        assert step(autograd.ones(1)).item() == scale


def test_threads_that_call_one_step_take_turns(way):
    together, alone = Steps(), Steps()
    args = batch()
    for _ in range(804):
        alone.compiled(*args)
    for _ in range(4):
        together.compiled(*args)
    threads = [
        threading.Thread(target=lambda: [together.compiled(*args) for _ in range(200)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, two in zip(together.parameters(), alone.parameters(), strict=True):
        np.testing.assert_array_equal(one.detach().numpy(), two.detach().numpy())
