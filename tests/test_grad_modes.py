"""no_grad, enable_grad, set_grad_enabled, inference_mode: contexts, decorators, exceptions."""

import pytest

import autograd as ag


@pytest.fixture(autouse=True)
def modes_are_restored():
    yield
    assert ag.is_grad_enabled()
    assert not ag.is_inference_mode_enabled()


def recorded():
    return (ag.ones(2, requires_grad=True) * 2).requires_grad


OFF = {
    "no_grad": ag.no_grad,
    "inference_mode": ag.inference_mode,
    "set_grad_enabled": lambda: ag.set_grad_enabled(False),
}
every_way_off = pytest.mark.parametrize("off", OFF.values(), ids=OFF)


@every_way_off
def test_context_records_nothing_and_ends(off):
    assert recorded()
    with off():
        assert not recorded()
        assert not ag.is_grad_enabled()
    assert recorded()


@every_way_off
def test_decorator_with_parentheses(off):
    @off()
    def predict():
        """Predict."""
        return recorded()

    assert recorded()
    assert not predict()
    assert recorded()
    assert (predict.__name__, predict.__doc__) == ("predict", "Predict.")


@pytest.mark.parametrize("off", [ag.no_grad, ag.inference_mode])
def test_decorator_without_parentheses(off):
    @off
    def predict(factor, *, offset=0):
        return recorded(), factor + offset

    assert predict(2, offset=3) == (False, 5)
    assert recorded()


def test_enable_grad_as_context_and_as_both_kinds_of_decorator():
    bare, called = ag.enable_grad(recorded), ag.enable_grad()(recorded)
    with ag.no_grad():
        assert bare()
        assert called()
        with ag.enable_grad():
            assert recorded()
        assert not recorded()


def test_decorated_function_may_call_itself():
    @ag.no_grad()
    def depth(n):
        return [recorded()] + (depth(n - 1) if n else [])

    assert depth(3) == [False] * 4


def test_decorated_method_gets_its_object():
    class Model:
        scale = 3

        @ag.no_grad()
        def predict(self, x):
            return recorded(), self.scale * x

    assert Model().predict(2) == (False, 6)


@every_way_off
def test_contexts_nest(off):
    with off():
        with ag.no_grad():
            assert not recorded()
        assert not recorded()
        with ag.no_grad(), ag.no_grad():
            assert not recorded()
        assert not recorded()
    assert recorded()


def test_one_context_can_be_entered_again_inside_itself():
    context = ag.no_grad()
    with context:
        with ag.enable_grad(), context:
            assert not recorded()
        assert not recorded()
    with context:
        assert not recorded()
    assert recorded()


@every_way_off
def test_mode_ends_with_an_exception(off):
    with pytest.raises(KeyError), off():
        raise KeyError
    assert recorded()


def test_decorator_ends_the_mode_with_an_exception():
    @ag.no_grad()
    def fail():
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert recorded()


def test_set_grad_enabled_is_a_call_too():
    ag.set_grad_enabled(False)
    assert not recorded()
    ag.set_grad_enabled(True)
    assert recorded()


@pytest.mark.parametrize("train", [False, True])
def test_set_grad_enabled_takes_the_phase(train):
    with ag.set_grad_enabled(train):
        assert recorded() is train
    with ag.no_grad(), ag.set_grad_enabled(train):
        assert recorded() is train


def test_set_grad_enabled_as_decorator_does_not_change_the_mode_around_it():
    decorated = ag.set_grad_enabled(False)(recorded)
    assert recorded()
    assert not decorated()


def test_inference_mode_is_reported_and_outlasts_enable_grad():
    with ag.inference_mode():
        assert ag.is_inference_mode_enabled()
        with ag.enable_grad():
            assert not recorded()
        with ag.set_grad_enabled(True):
            assert not recorded()
        assert not recorded()


def test_inference_mode_off_records_again():
    with ag.inference_mode(False):
        assert recorded()
    with ag.inference_mode(), ag.inference_mode(False):
        assert recorded()
        assert not ag.is_inference_mode_enabled()
    with ag.no_grad(), ag.inference_mode(False):
        assert recorded()


@pytest.mark.parametrize("mode", [False, True])
def test_inference_mode_with_an_argument_is_a_decorator_too(mode):
    decorated = ag.inference_mode(mode)(recorded)
    assert decorated() is not mode


def test_result_made_without_grad_is_a_constant_leaf():
    x = ag.tensor([3.0], requires_grad=True)
    with ag.no_grad():
        y = x * x
    assert (y.is_leaf, y.grad_fn, y.requires_grad) == (True, None, False)
    (y * x).backward()
    assert x.grad.tolist() == [9]


def test_leaf_made_without_grad_still_requires_it():
    with ag.no_grad():
        x = ag.ones(2, requires_grad=True)
    (x * 3).sum().backward()
    assert x.grad.tolist() == [3, 3]


def test_backward_works_inside_no_grad():
    x = ag.tensor([3.0], requires_grad=True)
    y = x * x
    with ag.no_grad():
        y.backward()
    assert x.grad.tolist() == [6]


def test_gradients_are_not_recorded_without_create_graph():
    x = ag.tensor([3.0], requires_grad=True)
    (g,) = ag.grad(x * x * x, x)
    assert not g.requires_grad
    assert recorded()


def test_generator_is_in_the_mode_only_while_it_runs():
    x = ag.tensor([1.0], requires_grad=True)

    @ag.no_grad()
    def recorded():
        sent = yield (x * 2).requires_grad
        yield sent, (x * 2).requires_grad

    generator = recorded()
    assert next(generator) is False
    assert ag.is_grad_enabled()
    assert generator.send("sent") == ("sent", False)
