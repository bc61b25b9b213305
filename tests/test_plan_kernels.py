"""The kernels of plans, called by address, against NumPy."""

import ctypes

import numpy as np
import pytest

from autograd.plan import losses, native, sources

SIZES = [(1, 1, 1), (8, 16, 4), (9, 17, 5), (3, 3, 120), (20, 32, 7), (5, 1, 33), (1, 40, 2)]
KINDS = pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-5), ("float64", 1e-13)])


def run(body, words, fastmath="{'contract'}"):
    """Call the kernel with this body on a row of words; arrays stand for their addresses."""
    row = np.array([one.ctypes.data if isinstance(one, np.ndarray) else one for one in words])
    kernel = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(
        native.kernel_address(native.text_of(body, fastmath))
    )
    kernel(row.ctypes.data)


def guarded(shape, dtype):
    """Return an array to write to inside a larger one, whose rim of sevens must stay."""
    size = int(np.prod(shape))
    whole = np.full(size + 64, 7, dtype)
    return whole, whole[32 : 32 + size].reshape(shape)


def assert_rim_is_whole(whole):
    assert (whole[:32] == whole.dtype.type(7)).all()
    assert (whole[-32:] == whole.dtype.type(7)).all()


@KINDS
@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("left", "right"), [(1, 1), (-1, 1), (1, -1), (-1, -1)])
@pytest.mark.parametrize("size", SIZES)
def test_product_is_numpys_for_any_sizes_and_orders(size, left, right, bias, wide, dtype, rtol):
    m, n, k = size
    rng = np.random.default_rng(0)
    a = rng.standard_normal((m, k)[::left]).astype(dtype)
    b = rng.standard_normal((k, n)[::right]).astype(dtype)
    a, b = (a if left == 1 else a.T), (b if right == 1 else b.T)
    shift = rng.standard_normal(n).astype(dtype)
    packed = b.strides[1] != b.itemsize
    for flipped in [False] if packed or bias else [False, left == -1]:
        whole, c = guarded((m, n), dtype)
        room = np.empty(max(m * n, k * n), dtype)
        one, two = (b.T, a.T) if flipped else (a, b)
        steps = [step // one.itemsize for step in (*one.strides, *two.strides)]
        words = [*one.shape[:1], two.shape[1], k, one, *steps[:2], two, *steps[2:]]
        body = sources.product(dtype, packed, flipped, wide)
        run(body, [*words, shift if bias else 0, c, room])
        np.testing.assert_allclose(c, a @ b + (shift if bias else 0), rtol, 10 * rtol)
        assert_rim_is_whole(whole)


@KINDS
@pytest.mark.parametrize("bias", [True, False])
def test_products_of_rows_are_numpys(bias, dtype, rtol):
    rng = np.random.default_rng(0)
    a, b, shift = (rng.standard_normal(one).astype(dtype) for one in ((5, 33), 33, 1))
    whole, y = guarded(5, dtype)
    body = sources.products_of_rows(dtype, 33)
    run(body, [5, 33, a, 33, b, shift if bias else 0, y], "{'contract', 'reassoc'}")
    np.testing.assert_allclose(y, a @ b + (shift if bias else 0), rtol, 10 * rtol)
    assert_rim_is_whole(whole)


@KINDS
@pytest.mark.parametrize("classes", [1, 3, 17])
def test_loss_of_labels_is_the_mean_of_minus_log_softmax(classes, dtype, rtol):
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal((7, classes)).astype(dtype), rng.integers(0, classes, 7)
    labels[2] = -100
    loss, counted, room = np.empty(1, dtype), np.empty(1, dtype), np.empty(14, dtype)
    whole, p = guarded(x.shape, dtype)
    body = losses.cross_entropy(dtype, "mean", classes)
    words = [7, classes, -100, x, labels, loss, p, counted, room]
    run(body, words, "{'contract', 'reassoc'}")
    known = labels != -100
    expected = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    np.testing.assert_allclose(p, expected * known[:, None], rtol, rtol)
    picked = -np.log(expected[known, labels[known]])
    np.testing.assert_allclose(loss[0], picked.mean(), 10 * rtol, rtol)
    assert counted[0] == 6
    assert_rim_is_whole(whole)


@KINDS
def test_powers_are_the_c_librarys_where_they_underflow_too(dtype, rtol):
    bases, exponents = [0.9, 0.999, 1.0, 1.1, 0.0, 3.0], [1, 700, 7000, 7100, 1e6, -50, -800, 0]
    x, y = (one.ravel().astype(dtype) for one in np.meshgrid(bases, exponents))
    x, y = x[(x > 0) | (y >= 0)], y[(x > 0) | (y >= 0)]
    whole, z = guarded(x.shape, dtype)
    body = f"""
    for i in range(p[0]):
        store_{dtype}(p[3], i, pow(load_{dtype}(p[1], i), load_{dtype}(p[2], i)))
"""
    run(body, [x.size, x, y, z])
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(z, x**y, rtol)
    assert_rim_is_whole(whole)


def test_a_place_out_of_bounds_is_told():
    places = np.array([0, 2, -100, 3, -1], np.int64)
    cases = [(0, 3, -100, 7), (0, 4, -1, 7), (-1, 4, -100, 0), (-100, 3, 9, 7), (-100, 4, 9, 0)]
    for low, end, ignored, expected in cases:
        error = np.zeros(1, np.int64)
        run(sources.check_places(), [5, low, end, ignored, places, error, 7])
        assert error[0] == expected
