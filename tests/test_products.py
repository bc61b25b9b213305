"""Large eager products: NumPy's numbers, whoever computes them."""

import sys

import numpy as np
import pytest

import autograd
from autograd import crossover, determinism, products
from autograd.ops import convolution
from autograd.plan import running
from autograd.plan.blas import ONE_THREAD, address, shares
from nn import functional

KINDS = pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-5), ("float64", 1e-13)])


@pytest.fixture
def at_once(monkeypatch):
    """Let the crew multiply from the first product on, and begin without any."""
    monkeypatch.setattr(crossover, "PRODUCTS_BEGIN", 1)
    monkeypatch.setattr(crossover, "PRODUCTS_SWITCH", 1)
    monkeypatch.setattr(crossover, "TIMES", 1)
    monkeypatch.setattr(products, "_products", {})


def matrix(shape, dtype, seed=0, turned=False):
    array = np.random.default_rng(seed).standard_normal(shape[::-1] if turned else shape)
    return array.astype(dtype).T if turned else array.astype(dtype)


def inside_records(a):
    """Return a copy of a matrix whose elements lie a size and a half apart."""
    records = np.zeros(a.shape, [("x", a.dtype), ("rest", "i2")])
    records["x"] = a
    return records["x"]


@KINDS
@pytest.mark.parametrize("turned", [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize("size", [(70, 80, 60), (300, 64, 200), (50, 90, 700), (1000, 300, 4)])
def test_products_of_any_order_are_numpys(at_once, size, turned, dtype, rtol):
    m, k, n = size
    a, b = matrix((m, k), dtype, 0, turned[0]), matrix((k, n), dtype, 1, turned[1])
    y = autograd.matmul(autograd.from_numpy(a), autograd.from_numpy(b))
    np.testing.assert_allclose(y.numpy(), a @ b, rtol, 50 * rtol)
    assert (products._products[a.dtype].made is None) == (address(dtype) is None)


@KINDS
def test_layer_of_any_size_has_numpys_values_and_gradients(at_once, dtype, rtol):
    x, weight, bias = matrix((300, 64), dtype), matrix((90, 64), dtype, 1), matrix((90,), dtype, 2)
    given = [autograd.tensor(one).requires_grad_() for one in (x, weight, bias)]
    y = functional.linear(*given)
    np.testing.assert_allclose(y.detach().numpy(), x @ weight.T + bias, rtol, 50 * rtol)
    y.sum().backward()
    expected = [np.tile(weight.sum(0), (300, 1)), np.tile(x.sum(0), (90, 1)), np.full(90, 300.0)]
    for one, wanted in zip(given, expected, strict=True):
        np.testing.assert_allclose(one.grad.numpy(), wanted, rtol, 200 * rtol)


def test_rows_of_several_axes_are_one_product(at_once):
    a, b = matrix((200, 100), "float32"), matrix((100, 90), "float32", 1)
    y = autograd.matmul(autograd.from_numpy(a.reshape(4, 50, 100)), autograd.from_numpy(b))
    np.testing.assert_array_equal(
        y.numpy(), autograd.tensor(a).matmul(autograd.tensor(b)).numpy().reshape(4, 50, 90)
    )


@pytest.mark.parametrize(
    "strange",
    [lambda a: a[::2], lambda a: a[:, ::2], lambda a: a[::-1], lambda a: a.astype("float16"),
     lambda a: np.broadcast_to(a[:1], a.shape), lambda a: inside_records(a)],
    ids=["every other row", "every other column", "upside down", "float16", "repeated row",
         "inside records"],
)  # fmt: skip
def test_matrices_of_other_layouts_and_dtypes_are_multiplied(at_once, strange):
    a = strange(matrix((200, 200), "float32"))
    b = matrix((a.shape[1], 100), a.dtype, 1)
    x = autograd.ones(1)
    x.array = a
    y = autograd.matmul(x, autograd.from_numpy(b))
    tolerance = 0.1 if a.dtype == np.float16 else 1e-3
    np.testing.assert_allclose(y.numpy(), a.astype("f8") @ b.astype("f8"), tolerance, tolerance)


def test_crew_takes_over_after_so_many_multiply_adds(monkeypatch):
    monkeypatch.setattr(products, "_products", {})
    monkeypatch.setattr(crossover, "PRODUCTS_BEGIN", 2 * 100**3)
    monkeypatch.setattr(crossover, "PRODUCTS_SWITCH", 4 * 100**3)
    a = autograd.ones(100, 100)
    for step in range(1, 6):
        assert (a @ a).numpy().min() == 100
        (counted,) = products._products.values()
        assert (counted._thread is not None) == (step >= 2)
        if step >= 4:
            assert not counted._thread.is_alive()


def test_small_products_are_numpys(at_once):
    a = autograd.ones(60, 60)
    assert (a @ a).numpy().min() == 60
    assert products._products == {}


def test_blas_keeps_its_threads(at_once):
    before = ONE_THREAD._get()
    a = autograd.ones(200, 200)
    for _ in range(3):
        a @ a
    assert ONE_THREAD._get() == before


def test_without_numba_numpy_multiplies(at_once, monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    for name in ("launching", "native"):
        monkeypatch.delitem(sys.modules, f"autograd.plan.{name}", raising=False)
    a = autograd.ones(200, 200)
    assert (a @ a).numpy().max() == 200
    assert products._products[a.dtype].made is None


def test_shares_of_a_product_cover_it_once(monkeypatch):
    for threads in (1, 2, 3):
        monkeypatch.setattr("autograd.plan.blas.get_num_threads", lambda count=threads: count)
        for m, n in [(1, 1), (700, 13), (13, 700), (96, 96)]:
            covered = np.zeros((m, n), int)
            for i, j, rows, columns in shares(m, n):
                covered[i : i + rows, j : j + columns] += 1
            assert (covered == 1).all()
            assert len(shares(m, n)) <= threads


def test_replays_of_a_plan_leave_products_to_numpy(monkeypatch, at_once):
    monkeypatch.setattr(running.Plan, "prepare", lambda self, behind: None)
    step = autograd.compile(lambda x: x @ x)
    x = autograd.ones(300, 300)
    with determinism.with_numpy():
        step(x)
        step(x)
    for _ in range(3):
        assert step(x).tolist() == [[300.0] * 300] * 300
    assert not [one for one in products._products.values() if one._seen]


@pytest.mark.parametrize("stride", [1, 2])
def test_convolutions_on_several_threads_are_those_on_one(monkeypatch, stride):
    x = autograd.tensor(np.random.default_rng(0).standard_normal((9, 2, 7, 6)), requires_grad=True)
    weight = autograd.tensor(np.random.default_rng(1).standard_normal((4, 2, 3, 3)))
    weight.requires_grad_()
    monkeypatch.setattr(convolution, "CHUNK", 1)
    blas = ONE_THREAD._get()
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(products, "get_num_threads", lambda number=threads: number)
        monkeypatch.setattr(crossover, "SPREAD", 1)
        y = functional.conv2d(x, weight, stride=stride)
        z = functional.conv_transpose2d(y, weight, stride=stride)
        found.append([y, *autograd.grad(z.square().sum(), [x, weight])])
    for several in found[1:]:
        for one, other in zip(found[0], several, strict=True):
            np.testing.assert_allclose(one.detach().numpy(), other.detach().numpy(), 1e-12)
    assert ONE_THREAD._get() == blas


def test_parts_are_done_in_order_and_their_errors_are_raised(monkeypatch):
    monkeypatch.setattr(products, "get_num_threads", lambda: 2)
    parts = list(range(11))
    assert list(products.in_threads(lambda one: one * one, parts, 1 << 40)) == [
        one * one for one in parts
    ]
    with pytest.raises(ZeroDivisionError):
        list(products.in_threads(lambda one: 1 // (one - 7), parts, 1 << 40))
