"""Optimizers: PyTorch's trajectories, groups, state and the misuse they refuse."""

import json
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from autograd.plan import check_agreement, trace
from nn import optim

REFERENCE = json.loads((Path(__file__).parent / "reference" / "optim.json").read_text())


def gradient_of_problem(p):
    (p.sin().sum() + (p * p).sum() / 4).backward()


def parameter(dtype="float32"):
    return autograd.tensor(REFERENCE["start"], dtype=dtype, requires_grad=True)


@pytest.mark.parametrize("row", REFERENCE["rows"], ids=lambda row: f"{row['name']}-{row['dtype']}")
def test_twelve_steps_follow_pytorch(row):
    p = parameter(row["dtype"])
    optimizer = getattr(optim, row["name"])([p], **row["options"])
    tolerance = 1e-6 if row["dtype"] == "float32" else 1e-13
    for expected in row["places"]:
        optimizer.zero_grad()
        gradient_of_problem(p)
        optimizer.step()
        np.testing.assert_allclose(p.detach().numpy(), expected, rtol=tolerance, atol=tolerance)


def steps(p, optimizer, count):
    places = []
    for _ in range(count):
        optimizer.zero_grad()
        gradient_of_problem(p)
        optimizer.step()
        places.append(p.tolist())
    return places


@pytest.mark.parametrize("row", REFERENCE["long"], ids=lambda row: f"{row['name']}-{row['dtype']}")
def test_fifty_steps_follow_pytorch(row):
    p = parameter(row["dtype"])
    optimizer = getattr(optim, row["name"])([p], **row["options"])
    places = steps(p, optimizer, 50)
    # PyTorch keeps mu_product, eta and mu as float32, whatever the dtype of the parameter.
    rounded = row["dtype"] == "float32" or row["name"] in ("NAdam", "ASGD")
    tolerance = 1e-6 if rounded else 1e-12
    if (row["name"], row["dtype"]) == ("Rprop", "float32"):
        # Near the minimum the sign of a gradient is that of its rounding errors.
        tolerance = 2e-5
    for place, expected in zip(REFERENCE["kept"], row["kept"], strict=True):
        np.testing.assert_allclose(places[place], expected, rtol=tolerance, atol=tolerance)
    saved, theirs = optimizer.state_dict(), row["saved"]
    assert list(saved["state"][0]) == list(theirs["state"]["0"])
    assert set(saved["param_groups"][0]) == set(theirs["param_groups"][0])
    for name, value in theirs["state"]["0"].items():
        np.testing.assert_allclose(saved["state"][0][name], value, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("row", REFERENCE["long"], ids=lambda row: f"{row['name']}-{row['dtype']}")
def test_a_state_that_is_loaded_goes_on_as_before(row):
    p = parameter(row["dtype"])
    optimizer = getattr(optim, row["name"])([p], **row["options"])
    steps(p, optimizer, 3)
    q = p.detach().clone().requires_grad_()
    other = getattr(optim, row["name"])([q])
    other.load_state_dict(optimizer.state_dict())
    assert steps(q, other, 3) == steps(p, optimizer, 3)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("RMSprop", {"alpha": -1.0}, "Invalid alpha value: -1.0"),
        ("Adagrad", {"lr_decay": -1.0}, "Invalid lr_decay value: -1.0"),
        ("Adagrad", {"initial_accumulator_value": -1.0}, "Invalid initial_accumulator_value"),
        ("Adadelta", {"rho": 1.5}, "Invalid rho value: 1.5"),
        ("Adamax", {"betas": (0.9, 1.0)}, "Invalid beta parameter at index 1: 1.0"),
        ("NAdam", {"momentum_decay": -1.0}, "Invalid momentum_decay value: -1.0"),
        ("RAdam", {"lr": -1.0}, "Invalid learning rate: -1.0"),
        ("Rprop", {"etas": (1.5, 1.2)}, "Invalid eta values: 1.5, 1.2"),
        ("ASGD", {"weight_decay": -1.0}, "Invalid weight_decay value: -1.0"),
        ("Lion", {"betas": (-0.1, 0.9)}, "Invalid beta parameter at index 0: -0.1"),
    ],
)
def test_hyperparameters_out_of_range_are_named(name, options, words):
    with pytest.raises(ValueError, match=words):
        getattr(optim, name)([parameter()], **options)


VALLEYS = {
    "rosenbrock": lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2 + p[2] ** 4,
    "bowl": lambda p: (p * p).sum() / 2 + (p.sum() - 1) ** 2,
}


def closure_of(optimizer, p, valley):
    def closure():
        optimizer.zero_grad()
        loss = VALLEYS[valley](p)
        loss.backward()
        return loss

    return closure


@pytest.mark.parametrize("case", REFERENCE["newton"], ids=lambda case: f"{case['valley']}")
@pytest.mark.parametrize("reloaded", [False, True])
def test_lbfgs_follows_pytorch(case, reloaded):
    p = autograd.tensor([-1.2, 1.0, 0.5], dtype="float64", requires_grad=True)
    optimizer = optim.LBFGS([p], **case["options"])
    for loss, place in case["steps"]:
        if reloaded:
            saved = optimizer.state_dict()
            optimizer = optim.LBFGS([p])
            optimizer.load_state_dict(saved)
        found = optimizer.step(closure_of(optimizer, p, case["valley"])).item()
        np.testing.assert_allclose(found, loss, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(p.tolist(), place, rtol=1e-6, atol=1e-7)


def test_lbfgs_refuses_what_it_cannot_do():
    p = parameter()
    with pytest.raises(ValueError, match="give one group"):
        optim.LBFGS([{"params": [p]}, {"params": [parameter()]}])
    with pytest.raises(RuntimeError, match="only 'strong_wolfe' is supported, got 'armijo'"):
        optim.LBFGS([p], line_search_fn="armijo")
    optimizer = optim.LBFGS([p])
    with pytest.raises(TypeError, match="'closure', which computes the loss"):
        optimizer.step()

    def step():
        optimizer.step(closure_of(optimizer, p, "bowl"))

    with pytest.raises(RuntimeError, match="LBFGS cannot be compiled"):
        autograd.compile(step)()


def test_lion_follows_its_formula():
    p = parameter("float64")
    optimizer = optim.Lion([p], lr=0.1, betas=(0.8, 0.9), weight_decay=0.5)
    x, m = np.array(REFERENCE["start"]), 0.0
    for place in steps(p, optimizer, 5):
        g = np.cos(x) + x / 2
        x = x * (1 - 0.1 * 0.5) - 0.1 * np.sign(0.8 * m + 0.2 * g)
        m = 0.9 * m + 0.1 * g
        np.testing.assert_allclose(place, x, rtol=1e-12)


def as_tensors(saved):
    """Return a stored state dict as PyTorch saves it: numbered, its state of Tensors."""
    state = {
        int(number): {name: autograd.tensor(value) for name, value in one.items()}
        for number, one in saved["state"].items()
    }
    return {"state": state, "param_groups": saved["param_groups"]}


def case_name(case):
    return f"{case['name']}-{case['options']}-{case.get('later', '')}"


@pytest.mark.parametrize("case", REFERENCE["continued"], ids=case_name)
def test_steps_from_a_pytorch_state_dict_follow_pytorch(case):
    p = autograd.tensor(case["start"], dtype="float64", requires_grad=True)
    optimizer = getattr(optim, case["name"])([p], lr=1.0)
    # Stored as float64, so that the state loses no digits.
    saved = json.loads(json.dumps(case["saved"]))
    saved["state"] = {int(number): one for number, one in saved["state"].items()}
    optimizer.load_state_dict(saved)
    np.testing.assert_allclose(steps(p, optimizer, 4), case["places"], rtol=1e-13)


@pytest.mark.parametrize("case", REFERENCE["continued"], ids=case_name)
def test_state_dict_has_the_keys_of_pytorchs(case):
    p = parameter("float64")
    optimizer = getattr(optim, case["name"])([p], **case["options"])
    steps(p, optimizer, 3)
    ours, theirs = optimizer.state_dict(), as_tensors(case["saved"])
    assert {number: set(one) for number, one in ours["state"].items()} == {
        number: set(one) for number, one in theirs["state"].items()
    }
    assert set(ours["param_groups"][0]) == set(theirs["param_groups"][0])
    for number, one in theirs["state"].items():
        for name, value in one.items():
            np.testing.assert_allclose(ours["state"][number][name], value, rtol=1e-6)


@pytest.mark.parametrize("case", REFERENCE["switched"], ids=case_name)
def test_hyperparameter_switched_on_between_steps_trains_on_as_in_pytorch(case):
    p = parameter("float64")
    optimizer = getattr(optim, case["name"])([p], **case["options"])
    places = steps(p, optimizer, 3)
    optimizer.param_groups[0].update(case["later"])
    places += steps(p, optimizer, 4)
    np.testing.assert_allclose(places, case["places"], rtol=1e-13)


@pytest.mark.parametrize("later", [{"momentum": 0.9}, {"momentum": 0.9, "dampening": 0.3}])
def test_first_step_after_a_switch_is_traced_as_all_others(later):
    p = parameter()
    optimizer = optim.SGD([p], lr=0.1)
    steps(p, optimizer, 1)
    optimizer.param_groups[0].update(later)

    def step(x):
        optimizer.zero_grad()
        (p * x).sum().backward()
        optimizer.step()

    check_agreement(*(trace(step, autograd.ones(1))[1] for _ in range(2)))


def test_amsgrad_switched_on_between_steps_starts_from_the_next_moment():
    p = parameter("float64")
    optimizer = optim.Adam([p])
    steps(p, optimizer, 2)
    optimizer.param_groups[0]["amsgrad"] = True
    steps(p, optimizer, 1)
    state = optimizer.state[p]
    assert state["max_exp_avg_sq"].tolist() == state["exp_avg_sq"].tolist()


@pytest.mark.parametrize("pairs", [lambda p: [("w", p)], lambda p: [{"params": [("w", p)]}]])
def test_named_parameters_are_taken_and_their_names_kept(pairs):
    p = parameter()
    group = optim.SGD(pairs(p)).state_dict()["param_groups"][0]
    assert (group["params"], group["param_names"]) == ([0], ["w"])


def test_group_may_have_a_name_and_the_first_rate_of_a_schedule():
    group = {"params": parameter(), "name": "body", "initial_lr": 0.1}
    assert optim.SGD([group]).param_groups[0]["name"] == "body"


def test_groups_have_hyperparameters_of_their_own():
    p, q = parameter(), parameter()
    optimizer = optim.SGD([{"params": [p], "lr": 0.5}, {"params": q}], lr=0.1)
    for one in (p, q):
        one.sum().backward()
    optimizer.step()
    np.testing.assert_allclose(p.detach().numpy() + 0.5, REFERENCE["start"], rtol=1e-6)
    np.testing.assert_allclose(q.detach().numpy() + 0.1, REFERENCE["start"], rtol=1e-6)


def test_learning_rate_of_a_group_can_be_changed_between_steps():
    p = autograd.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([p], lr=0.5)
    for lr, expected in ((0.5, 0.5), (0.25, 0.25)):
        optimizer.param_groups[0]["lr"] = lr
        optimizer.zero_grad()
        p.sum().backward()
        optimizer.step()
        assert p.item() == expected


@pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")
def test_parameter_without_gradient_stays_where_it_is():
    p = parameter()
    optim.Adam([p]).step()
    assert p.tolist() == autograd.tensor(REFERENCE["start"]).tolist()


def test_closure_is_called_with_the_graph_recorded_and_its_loss_returned():
    p = autograd.tensor([2.0], requires_grad=True)
    optimizer = optim.SGD([p], lr=0.25)

    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with autograd.no_grad():
        assert optimizer.step(closure).item() == 4.0
    assert p.item() == 1.0


def test_zero_grad_forgets_gradients_or_zeroes_them():
    p = parameter()
    optimizer = optim.SGD([p])
    p.sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert p.grad.tolist() == [[0.0] * 3] * 2
    optimizer.zero_grad()
    assert p.grad is None


@pytest.mark.parametrize("name", ["Adam", "AdamW", "SGD"])
def test_training_continues_from_a_state_dict_as_if_never_stopped(name):
    options = {"lr": 0.05, **({"momentum": 0.9} if name == "SGD" else {})}
    p, q = parameter(), parameter()
    first = getattr(optim, name)([p], **options)
    for _ in range(3):
        first.zero_grad()
        gradient_of_problem(p)
        first.step()
    with autograd.no_grad():
        q.copy_(p)
    second = getattr(optim, name)([q], lr=1.0, **({"momentum": 0.9} if name == "SGD" else {}))
    second.load_state_dict(first.state_dict())
    for one, optimizer in ((p, first), (q, second)):
        optimizer.zero_grad()
        gradient_of_problem(one)
        optimizer.step()
    assert p.tolist() == q.tolist()


def test_loaded_state_has_memory_of_its_own():
    p, q = parameter(), parameter()
    first, second = optim.Adam([p]), optim.Adam([q])
    gradient_of_problem(p)
    first.step()
    second.load_state_dict(first.state_dict())
    before = second.state[q]["exp_avg"].tolist()
    first.step()
    assert second.state[q]["exp_avg"].tolist() == before


def test_state_dict_has_pytorchs_form():
    p = parameter()
    optimizer = optim.Adam([p], lr=0.1)
    gradient_of_problem(p)
    optimizer.step()
    saved = optimizer.state_dict()
    assert list(saved["state"][0]) == ["step", "exp_avg", "exp_avg_sq"]
    assert saved["state"][0]["step"].item() == 1.0
    assert saved["param_groups"][0]["params"] == [0]
    assert set(saved["param_groups"][0]) == {
        "lr", "betas", "eps", "weight_decay", "amsgrad", "maximize", "foreach", "capturable",
        "differentiable", "fused", "decoupled_weight_decay", "params",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda p: optim.SGD([]), ValueError, "empty parameter list"),
        (lambda p: optim.SGD(p), TypeError, "should be an iterable"),
        (lambda p: optim.SGD([1.0]), TypeError, "can only optimize Tensors, but got float"),
        (lambda p: optim.SGD([p * 2]), ValueError, "non-leaf"),
        (lambda p: optim.SGD([p, p]), ValueError, "more than one"),
        (lambda p: optim.SGD([p], lr=-0.1), ValueError, "Invalid learning rate: -0.1"),
        (lambda p: optim.Adam([p], lr=float("nan")), ValueError, "Invalid learning rate: nan"),
        (lambda p: optim.SGD([p], momentum=-1), ValueError, "Invalid momentum value: -1"),
        (lambda p: optim.SGD([p], nesterov=True), ValueError, "Nesterov momentum requires"),
        (lambda p: optim.Adam([p], betas=(0.9, 1.0)), ValueError, "at index 1: 1.0"),
        (lambda p: optim.Adam([p], eps=-1.0), ValueError, "Invalid epsilon value: -1.0"),
        (lambda p: optim.AdamW([p], weight_decay=-1), ValueError, "Invalid weight_decay"),
        (
            lambda p: optim.SGD([{"params": [p], "learning_rate": 9.0}]),
            ValueError,
            "'learning_rate' in a parameter group; did you mean lr.*momentum, dampening",
        ),
        (lambda p: optim.SGD([{"params": p, "momentm": 1}]), ValueError, "did you mean momentum"),
        (lambda p: optim.SGD([{"params": p, "LR": 1}]), ValueError, r"mean lr\? Known are: lr"),
        (lambda p: optim.SGD([{"params": {p}}]), TypeError, "in order.*use a list"),
        (lambda p: optim.SGD([{"params": p, "nesterov": True}]), ValueError, "Nesterov"),
        (lambda p: optim.Adam([p], betas=(0.9,)), ValueError, "betas must be two numbers"),
        (lambda p: optim.Adam([p], betas=0.9), ValueError, "betas must be two numbers"),
        (lambda p: optim.Adam([p], betas=(0.9, "x")), TypeError, r"betas\[1\] must be a number"),
        (lambda p: optim.SGD([p], lr="0.1"), TypeError, r"lr must be a number, got '0.1' \(str"),
        (lambda p: optim.SGD([p], lr=autograd.tensor(0.1)), TypeError, r"use lr.item\(\)"),
        (lambda p: optim.SGD([p.detach().long()]), ValueError, r"of int64.*use .float\(\)"),
        (lambda p: optim.SGD([{"lr": 0.1}]), ValueError, 'needs "params".*has lr'),
        (lambda p: optim.SGD(nn.Linear(1, 1)), TypeError, r"got Linear; write model.parameters"),
        (lambda p: optim.SGD(nn.Sequential()), TypeError, r"write model.parameters\(\)"),
        (lambda p: optim.SGD(1), TypeError, "but got int"),
        (lambda p: optim.SGD([{"params": p}, p]), TypeError, "must be a dict, but got Tensor"),
        (lambda p: optim.SGD([("a", p), parameter()]), ValueError, "have names, or none"),
    ],
)
def test_misuse_is_refused_by_name(make, error, words):
    with pytest.raises(error, match=words):
        make(parameter())


def test_state_of_other_groups_is_refused():
    p, q = parameter(), parameter()
    with pytest.raises(ValueError, match="groups of other sizes"):
        optim.SGD([p]).load_state_dict(optim.SGD([p, q]).state_dict())


def test_added_group_is_checked_too():
    p, q = parameter(), parameter()
    optimizer = optim.SGD([p])
    with pytest.raises(ValueError, match="Nesterov momentum requires"):
        optimizer.add_param_group({"params": q, "nesterov": True})
    assert len(optimizer.param_groups) == 1


def spoiled(change):
    p = parameter()
    optimizer = optim.Adam([p], lr=0.1)
    steps(p, optimizer, 1)
    saved = optimizer.state_dict()
    change(saved)
    return optimizer, saved


def misshapen(saved):
    saved["param_groups"][0]["lr"] = -1
    saved["state"][0]["exp_avg"] = autograd.ones(3)
    del saved["state"][0]["exp_avg_sq"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda saved: saved.clear(), r"no 'state'.*\n.*no 'param_groups'"),
        (lambda saved: saved["param_groups"][0].pop("params"), "has no 'params'"),
        (misshapen, r"(?s)rate: -1.*no 'exp_avg_sq'.*'exp_avg' has shape \(3,\).*\(2, 3\)"),
    ],
)
def test_state_that_does_not_fit_is_refused_whole_with_all_problems(change, words):
    optimizer, saved = spoiled(change)
    before = repr(optimizer), repr(optimizer.state)
    with pytest.raises(ValueError, match=words):
        optimizer.load_state_dict(saved)
    assert (repr(optimizer), repr(optimizer.state)) == before


def test_what_is_no_state_dict_is_refused():
    with pytest.raises(ValueError, match="expected a dict, got list"):
        optim.SGD([parameter()]).load_state_dict([])


class Plain(optim.Optimizer):
    """An optimizer as one writes it for PyTorch."""

    def __init__(self, params, lr):
        super().__init__(params, dict(lr=lr, power=1))

    @autograd.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for one in group["params"]:
                one.sub_(one.grad ** group["power"], alpha=group["lr"])


class Counting(optim.SGD):
    """An optimizer that does more in its step than the one it derives from."""

    def step(self, closure=None):
        return super().step(closure)


def compiled_step(optimizer, *leaves):
    def step():
        optimizer.zero_grad()
        sum((one * one).sum() for one in leaves).backward()
        optimizer.step()

    return autograd.compile(step)


@pytest.mark.parametrize(
    ("change", "rates"),
    [
        (lambda one, q: one.param_groups[0].update(lr=0.25), (0.25, 0)),
        (lambda one, q: one.param_groups[0].update(power=0), (0.125 / (2 * 0.5), 0)),
        (lambda one, q: one.add_param_group({"params": [q]}), (0.125, 0.125)),
    ],
)
def test_a_compiled_step_of_ones_own_optimizer_notices_its_groups(change, rates):
    both = [autograd.full((2,), 0.5, requires_grad=True) for _ in range(2)]
    optimizer = Plain(both[:1], 0.125)
    step = compiled_step(optimizer, *both)
    for _ in range(4):
        step()
    both[0].data.fill_(0.5)
    change(optimizer, both[1])
    step()
    for one, rate in zip(both, rates, strict=True):
        assert one.tolist() == [0.5 * (1 - 2 * rate)] * 2


def test_a_rate_that_the_rule_of_an_optimizer_reads_stays_an_input_if_its_step_is_ones_own():
    p = parameter("float64")
    optimizer = Counting([p], lr=0.125)
    step = compiled_step(optimizer, p)
    for call in range(12):
        before = p.detach().clone()
        optimizer.param_groups[0]["lr"] = 0.1 / (1 + call)
        step()
        expected = before * (1 - 0.2 / (1 + call))
        np.testing.assert_allclose(p.detach().numpy(), expected.numpy(), 1e-12)
    assert len(step._plans) == 1
