"""What makes Tensors and cannot be a sample: by values of Tensors, generators, and their states."""

import numpy as np
import pytest

import autograd
from autograd import Generator, compile, tensor
from autograd.plan import TraceError


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda: autograd.arange(tensor(3)), [0, 1, 2]),
        (lambda: autograd.arange(0, tensor(1.5), 0.5), [0, 0.5, 1]),
        (lambda: autograd.linspace(tensor(0.0), tensor(1.0), 3), [0, 0.5, 1]),
        (lambda: autograd.logspace(tensor(0), 1, 2), [1, 10]),
        (lambda: autograd.zeros(2).new_full((2,), tensor(3)), [3, 3]),
    ],
)
def test_tensor_of_one_element_is_a_number(made, expected):
    assert made().tolist() == expected


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        ([np.float64(1.5), 2], "float64"),
        ([tensor(1.0, dtype=autograd.float64)], "float64"),
        ([np.array([1.0, 2.0])], "float64"),
        ([np.float16(1), np.float16(2)], "float16"),
        ([np.float16(1), 2.0], "float32"),
        ([tensor(1.0, dtype=autograd.float16), 2], "float16"),
        ([np.float32(1), 2], "float32"),
        ([np.int32(1)], "int32"),
        ([True, np.float64(2)], "float64"),
    ],
)
def test_numbers_in_lists_count_with_their_dtypes_as_in_pytorch(data, dtype):
    assert (tensor(data).dtype, autograd.as_tensor(data).dtype) == (dtype, dtype)


@pytest.mark.parametrize(
    ("data", "dtype"),
    [(300, "uint8"), ([-300], "uint8"), ([-129], "int8"), (np.nan, "int64"), (1e30, "int32"),
     ([300.7], "uint8")],
)  # fmt: skip
def test_number_beyond_a_dtype_is_refused(data, dtype):
    with pytest.raises(RuntimeError, match=f"to type {dtype} without overflow"):
        tensor(data, dtype=dtype)
    # Not its sign, nor what an array holds: both wrap, as in PyTorch.
    assert tensor(-1, dtype=autograd.uint8).item() == 255
    assert tensor(np.array([300]), dtype=autograd.uint8).tolist() == [44]


@pytest.mark.parametrize("one", [np.int64(1), np.int8(-1), tensor(1)])
def test_axis_may_be_an_integer_of_any_kind(one):
    x = tensor([[1.0, 3, 2], [4, 5, 6]])
    assert x.sum(one).tolist() == x.sum((one,)).tolist() == [6, 15]
    assert [x.amax(one).tolist(), x.argmax(one).tolist(), x.cumsum(one).tolist()[0]] == [
        [3, 6],
        [1, 2],
        [1, 4, 6],
    ]
    assert (x.unsqueeze(one).shape, x[:, :1].squeeze(one).shape) in [((2, 1, 3), (2,)),
                                                                     ((2, 3, 1), (2,))]  # fmt: skip
    if not isinstance(one, autograd.Tensor):
        assert x.max(one).indices.tolist() == [1, 2]


@pytest.mark.parametrize(
    "call", [lambda x: x.max(True), lambda x: x.sum(1.0), lambda x: x.sum("a")]
)
def test_axis_that_is_no_integer_is_refused(call):
    with pytest.raises(TypeError, match="argument 'dim' must be an int, not"):
        call(autograd.ones(2, 3))


P = [0.1, 0.2, 0.3, 0.4]
# What each draws from Generator().manual_seed(3), and what PyTorch 2.13 does.
DRAWN = {
    "multinomial": (lambda g: autograd.multinomial(tensor(P), 3, generator=g), [0, 3, 1]),
    "replaced": (lambda g: autograd.multinomial(tensor(P), 5, True, generator=g), [0, 1, 3, 1, 3]),
    "poisson": (lambda g: autograd.poisson(tensor([3.0, 30.0]), generator=g), [0, 26]),
    "bernoulli": (lambda g: autograd.bernoulli(autograd.full((3,), 0.5), generator=g), [1, 1, 1]),
    "normal": (
        lambda g: autograd.normal(tensor([0.0, 0]), tensor([1.0, 1]), generator=g),
        [0.8032760620117188, 0.17483338713645935],
    ),
    "exponential_": (
        lambda g: autograd.empty(3).exponential_(generator=g),
        [0.03470345586538315, 0.3379095792770386, 1.4824306964874268],
    ),
    "random_": (lambda g: autograd.empty(3).random_(99, generator=g), [31, 41, 73]),
    "cauchy_": (
        lambda g: autograd.empty(3).cauchy_(generator=g),
        [-9.296612739562988, -0.792214035987854, 1.1554373502731323],
    ),
    "log_normal_": (
        lambda g: autograd.empty(3).log_normal_(generator=g),
        [13.552244186401367, 3.856140375137329, 3.247729778289795],
    ),
    "geometric_": (lambda g: autograd.empty(3).geometric_(0.3, generator=g), [10, 4, 1]),
}
each_draw = pytest.mark.parametrize("name", DRAWN)


@each_draw
def test_draw_from_a_generator_is_pytorchs(name):
    draw, expected = DRAWN[name]
    found = draw(Generator().manual_seed(3))
    np.testing.assert_allclose(found.numpy(), expected, 3e-7)


@each_draw
def test_compiled_step_draws_from_a_generator_what_eager_draws(name):
    draw = DRAWN[name][0]
    one, other = (Generator().manual_seed(3) for _ in range(2))
    step = compile(lambda: draw(one) * 2)
    for _ in range(4):
        step.wait() if step._all_plans() else None
        assert step().tolist() == (draw(other) * 2).tolist()
    assert one.get_state().tolist() == other.get_state().tolist()


def test_state_continues_the_default_stream():
    autograd.manual_seed(5)
    autograd.randn(1)
    state = autograd.get_rng_state()
    assert (state.dtype, tuple(state.shape)) == (autograd.uint8, (5056,))
    first = autograd.randn(3).tolist(), autograd.rand(2).tolist()
    autograd.set_rng_state(state)
    assert (autograd.randn(3).tolist(), autograd.rand(2).tolist()) == first


def test_state_of_a_generator_is_a_tensor_that_another_takes():
    one, other = Generator().manual_seed(4), Generator()
    assert isinstance(one.get_state(), autograd.Tensor)
    other.set_state(one.get_state())
    assert other.initial_seed() == 4
    assert autograd.rand(3, generator=one).tolist() == autograd.rand(3, generator=other).tolist()


@pytest.mark.parametrize(("seed", "kept"), [(-1, 2**64 - 1), (2**64 - 1, 2**64 - 1), (7, 7)])
def test_initial_seed_is_the_seed_last_set(seed, kept):
    autograd.manual_seed(seed)
    assert autograd.initial_seed() == kept


def test_seed_starts_the_default_stream_anew():
    assert autograd.seed() == autograd.initial_seed()
    assert autograd.seed() != autograd.seed()


def test_dlpack_shares_memory_both_ways():
    x = autograd.zeros(2, 3)
    np.from_dlpack(x)[0, 1] = 5
    autograd.from_dlpack(x.T)[2, 1] = 7
    assert x.tolist() == [[0, 5, 0], [0, 0, 7]]
    y = autograd.from_dlpack(np.arange(3))
    assert (y.dtype, y.tolist()) == (autograd.int64, [0, 1, 2])
    assert x.__dlpack_device__()[1] == 0


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((2, 2), [[0, 1], [2, 3]]), ((3, 2), [[0, 1], [2, 3], [4, 5]]), (((4,),), [0, 1, 2, 3])],
)
def test_resize_keeps_the_elements_in_order(sizes, expected):
    x = autograd.arange(6)
    assert x.resize_(*sizes) is x
    assert x.tolist() == expected


def test_resize_finds_the_elements_that_it_gave_up_and_new_ones():
    x = autograd.arange(4)
    y = x.view(2, 2)
    assert x.resize_(2).resize_(4).tolist() == [0, 1, 2, 3]
    assert x.resize_as_(y).tolist() == [[0, 1], [2, 3]]
    assert x.resize_(6)[:4].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "step", [lambda x: autograd.nonzero(x), lambda x: x[x > 0], lambda x: x.masked_select(x > 0)]
)
@pytest.mark.parametrize("native", [True, False])
def test_compiled_step_refuses_a_shape_that_values_have_changed(step, native, monkeypatch):
    if not native:
        from autograd.plan import compiling

        monkeypatch.setattr(compiling, "_plan", compiling.Replayed)
    compiled = compile(step)
    for _ in range(2):
        expected = compiled(tensor([1.0, 0, 2])).tolist()
    compiled.wait()
    assert compiled(tensor([1.0, 0, 2])).tolist() == expected
    with pytest.raises(TraceError, match="the shapes of a compiled step must not depend on values"):
        compiled(tensor([0.0, 0, 2]))


def test_first_gradient_of_a_product_at_places_is_right_beside_zeros():
    x = tensor([2.0, 3.0, 0.0], requires_grad=True)
    src = tensor([0.0, 5.0, 7.0, 0.0, 4.0], requires_grad=True)
    x.scatter_reduce(0, tensor([0, 0, 1, 2, 2]), src, "prod").sum().backward()
    assert x.grad.tolist() == [0, 7, 0]
    assert src.grad.tolist() == [10, 0, 3, 0, 0]
