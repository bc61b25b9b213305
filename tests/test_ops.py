"""Every property that all ops share, on every row of the op table."""

import importlib
import itertools
import pkgutil

import numpy as np
import pytest
from op_table import DRAWS, TABLE

import autograd
import autograd.ops
from autograd import Scalar, Tensor, grad
from autograd.operation import Op
from autograd.ops.elementwise import cast
from autograd.ops.shape import view

pytestmark = pytest.mark.filterwarnings("ignore::autograd.LikelyMistake")

STEP = 1e-5


def title(row, sample):
    shown = [shown_shape(arg) if isinstance(arg, np.ndarray) else arg for arg in sample.args]
    return f"{row.name}({', '.join(map(str, [*shown, *sample.statics.values()]))})"


def shown_shape(array):
    kind = "" if array.dtype == np.float64 else f" {array.dtype}"
    return ("x".join(map(str, array.shape)) or "0-d") + kind


def is_float(arg):
    return isinstance(arg, np.ndarray) and arg.dtype.kind == "f"


def has_gradient(row, sample):
    return any(map(is_float, sample.args)) and (row.op is None or bool(row.op.rules))


CASES = [pytest.param(row, one, id=title(row, one)) for row in TABLE for one in row.samples]
WITH_GRADIENT = [case for case in CASES if has_gradient(*case.values)]
OF_FLOATS = [case for case in CASES if any(map(is_float, case.values[1].args))]
OF_FLOATS = [case for case in OF_FLOATS if case.values[0].function is not cast]
on_all = pytest.mark.parametrize(("row", "sample"), CASES)
on_differentiable = pytest.mark.parametrize(("row", "sample"), WITH_GRADIENT)


def arguments(sample, dtype=None, layout=np.copy, requires_grad=False):
    """Return fresh Tensors for the arrays of a sample; float ones require grad if asked."""
    made = []
    for arg in sample.args:
        if isinstance(arg, np.ndarray):
            array = arg.astype(dtype) if dtype and is_float(arg) else arg
            made.append(autograd.from_numpy(np.asarray(layout(array))))
            made[-1].requires_grad_(requires_grad and is_float(arg))
        else:
            made.append(arg)
    return made


def random_like(tensor):
    seed = 7 + tensor.numel()
    return autograd.from_numpy(
        np.asarray(np.random.default_rng(seed).standard_normal(tensor.shape)).astype(tensor.dtype)
    )


def gradients(row, sample, create_graph=False, **how):
    """Return the Tensors that require grad, a random cotangent, and the gradients they get."""
    args = arguments(sample, requires_grad=True, **how)
    wanted = [arg for arg in args if isinstance(arg, Tensor) and arg.requires_grad]
    y = row.function(*args, **sample.statics)
    cotangent = random_like(y).requires_grad_(create_graph)
    return wanted, cotangent, grad(y, wanted, cotangent, create_graph=create_graph)


def slopes(function, arrays):
    """Return the central differences of function() by every element of `arrays`."""
    found = []
    for array in arrays:
        found.append(np.empty(array.shape))
        for place in np.ndindex(*array.shape):
            middle = array[place]
            array[place] = middle + STEP
            above = function()
            array[place] = middle - STEP
            found[-1][place] = (above - function()) / (2 * STEP)
            array[place] = middle
    return found


def weighted(tensors, weights):
    pairs = zip(tensors, weights, strict=True)
    return sum((one.detach().array * weight.array).sum() for one, weight in pairs)


def assert_close(got, expected, tolerance):
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, tolerance, tolerance)


def every_op():
    modules = pkgutil.iter_modules(autograd.ops.__path__, "autograd.ops.")
    found = [vars(importlib.import_module(module.name)).values() for module in modules]
    entries = (getattr(value, "op", None) for value in itertools.chain(*found))
    return {entry for entry in entries if isinstance(entry, Op)}


def test_ops_that_draw_have_no_arrays_and_no_rules():
    drawing = [op for op in every_op() if op.name in DRAWS]
    assert [(op.arrays, op.rules) for op in drawing] == [((), {})] * len(DRAWS)


@on_all
def test_value_is_the_reference(row, sample):
    y = row.function(*arguments(sample), **sample.statics)
    assert type(y) is Tensor
    assert type(y.array) is np.ndarray
    tolerance = 1e-6 if y.dtype == np.float32 else 1e-12
    assert_close(y.array, row.reference(*sample.args, **sample.statics), tolerance)


@on_differentiable
def test_gradient_is_the_finite_difference(row, sample):
    wanted, cotangent, found = gradients(row, sample)
    args = arguments(sample)
    arrays = [arg.array for arg in args if isinstance(arg, Tensor) and arg.is_floating_point()]
    expected = slopes(
        lambda: weighted([row.function(*map(fresh, args), **sample.statics)], [cotangent]), arrays
    )
    assert len(found) == len(wanted)
    for one, other in zip(found, expected, strict=True):
        assert_close(one.array, other, 1e-6)


def fresh(arg):
    """Return a copy of a Tensor, since the ops that write change their argument."""
    return autograd.from_numpy(arg.array.copy()) if isinstance(arg, Tensor) else arg


@on_differentiable
def test_second_gradient_is_the_finite_difference_of_the_first(row, sample):
    wanted, cotangent, found = gradients(row, sample, create_graph=True)
    weights = [random_like(one) for one in found]
    total = sum((one * w).sum() for one, w in zip(found, weights, strict=True))
    second = grad(total, [*wanted, cotangent], materialize_grads=True)

    args = arguments(sample, requires_grad=True)
    inputs = [arg for arg in args if isinstance(arg, Tensor) and arg.requires_grad]
    g = fresh(cotangent)

    def first():
        y = row.function(*args, **sample.statics)
        return weighted(grad(y, inputs, g), weights)

    expected = slopes(first, [one.array for one in [*inputs, g]])
    for one, other in zip(second, expected, strict=True):
        assert_close(one.array, other, 1e-6)


IN_BOTH_DTYPES = [
    pytest.param(*case.values, dtype, id=f"{case.id}-{dtype.__name__}")
    for case in WITH_GRADIENT
    for dtype in (np.float64, np.float32)
    # The dtype of what cast converts is one of its arguments.
    if case.values[0].function is not cast or dtype == np.float64
]


@pytest.mark.parametrize(("row", "sample", "dtype"), IN_BOTH_DTYPES)
def test_recorded_sweep_gives_the_bits_of_the_sweep_on_arrays(row, sample, dtype):
    _, _, plain = gradients(row, sample, dtype=dtype)
    _, _, recorded = gradients(row, sample, create_graph=True, dtype=dtype)
    exact = row.op is None or not row.op.residuals
    for one, other in zip(plain, recorded, strict=True):
        if exact:
            assert one.array.tobytes() == other.array.tobytes()
        else:
            largest = np.abs(one.array).max(initial=0)
            assert (np.abs(one.array - other.detach().array) <= 4 * np.spacing(largest)).all()


@pytest.mark.parametrize(("row", "sample"), OF_FLOATS)
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_smaller_floats_stay(row, sample, dtype):
    y = row.function(*arguments(sample, dtype), **sample.statics)
    large = row.function(*arguments(sample), **sample.statics)
    assert y.dtype == (dtype if large.is_floating_point() else large.dtype)
    if dtype == np.float32:
        args = [arg.astype(dtype) if is_float(arg) else arg for arg in sample.args]
        assert_close(y.array, row.reference(*args, **sample.statics), 2e-5)
    if has_gradient(row, sample):
        wanted, _, found = gradients(row, sample, dtype=dtype)
        assert [one.dtype for one in found] == [dtype] * len(wanted)


def spread_out(array):
    """Return the same array as every other element of a larger one."""
    large = np.full([2 * size for size in array.shape], 9).astype(array.dtype)
    view = large[(..., *[slice(None, None, 2)] * array.ndim)]
    view[...] = array
    return view


def turned_round(array):
    """Return the same array with negative strides."""
    back = (..., *[slice(None, None, -1)] * array.ndim)
    return array[back].copy()[back]


def column_major(array):
    return np.array(array, order="F")


# What a view is allowed to do depends on the layout.
OF_ANY_LAYOUT = [case for case in CASES if case.values[0].function is not view]


@pytest.mark.parametrize(("row", "sample"), OF_ANY_LAYOUT)
@pytest.mark.parametrize("layout", [spread_out, turned_round, column_major])
def test_layout_does_not_matter(row, sample, layout):
    expected = row.function(*arguments(sample), **sample.statics)
    y = row.function(*arguments(sample, layout=layout), **sample.statics)
    assert_close(y.array, expected.array, 1e-13)
    if has_gradient(row, sample):
        _, _, contiguous = gradients(row, sample)
        _, _, found = gradients(row, sample, layout=layout)
        for one, other in zip(found, contiguous, strict=True):
            assert_close(one.array, other.array, 1e-13)


@on_differentiable
def test_sweep_leaves_values_and_cotangent_alone(row, sample):
    args = arguments(sample, requires_grad=True)
    before = [arg.detach().array.copy() for arg in args if isinstance(arg, Tensor)]
    y = row.function(*args, **sample.statics)
    cotangent = random_like(y)
    unchanged = y.detach().array.copy(), cotangent.array.copy()
    grad(y, [arg for arg in args if isinstance(arg, Tensor) and arg.requires_grad], cotangent)
    after = [arg.detach().array for arg in args if isinstance(arg, Tensor)]
    for one, other in zip([*before, *unchanged], [*after, y.array, cotangent.array], strict=True):
        np.testing.assert_array_equal(one, other)


FUSED = [case for case in CASES if case.values[0].op and case.values[0].op.composed]


@pytest.mark.parametrize(("row", "sample"), FUSED)
def test_composed_twin_returns_the_same(row, sample):
    args = arguments(sample, requires_grad=True)
    names = dict(zip(row.op.statics, sample.args[len(row.op.arrays) :], strict=False))
    statics = {**row.op.defaults, **sample.statics, **names}
    arrays = args[: len(row.op.arrays)]
    y, twin = row.function(*arrays, **statics), row.op.composed(*arrays, **statics)
    assert_close(y.array, twin.array, 4 * np.finfo(float).eps)
    wanted = [arg for arg in arrays if arg.requires_grad]
    cotangent = random_like(y)
    pairs = zip(grad(y, wanted, cotangent), grad(twin, wanted, cotangent), strict=True)
    for one, other in pairs:
        assert_close(one.array, other.array, 16 * np.finfo(float).eps)


GRID = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 20.5, 1e-300, 1e308, -1e308, np.inf, -np.inf, np.nan]
ON_FLOATS = [
    row for row in TABLE if row.op and row.op.expression and not row.name.startswith("bitwise")
]
each_expression = pytest.mark.parametrize("row", ON_FLOATS, ids=lambda row: row.name)


def points(op):
    """Return the points of the grid; (-inf) ** 0.5 is inf to C but nan, its sqrt, to an array."""
    grids = [[True, False] if name == "condition" else GRID for name in op.arrays]
    known = {(-np.inf, 0.5)} if op.name == "pow" else ()
    return [point for point in itertools.product(*grids) if point not in known]


def settings(row):
    """Return the static arguments that the samples of a row use, each once."""
    count, names = len(row.op.arrays), row.op.statics
    used = [dict(zip(names, one.args[count:], strict=False)) | one.statics for one in row.samples]
    return [one for place, one in enumerate(used) if one not in used[:place]]


def assert_same_number(got, expected, where):
    """Compare to 4 ulp; infinities, nan and the sign of zero exactly."""
    got, expected = float(got), float(expected)
    same = got == expected and np.signbit(got) == np.signbit(expected)
    same = same or (got != got and expected != expected)
    assert same or abs(got - expected) <= 4 * np.spacing(abs(expected)), (where, got, expected)


@each_expression
def test_expression_on_floats_is_the_array_forward(row):
    for statics in settings(row):
        for point in points(row.op):
            on_float = row.op.on_floats(*point, **statics)
            arrays = [np.asarray(value) for value in point]
            with np.errstate(all="ignore"):
                expected = np.asarray(row.op.forward(*arrays, **{**row.op.defaults, **statics}))
            assert_same_number(on_float, expected, point)


@each_expression
def test_scalar_gradient_is_the_tensor_gradient(row):
    for statics in settings(row):
        for point in points(row.op):
            scalars = [value if type(value) is bool else Scalar(value) for value in point]
            tensors = [
                autograd.tensor(value, dtype=None if type(value) is bool else autograd.float64)
                for value in point
            ]
            for one in tensors:
                one.requires_grad_(one.is_floating_point())
            y, expected = row.function(*scalars, **statics), row.function(*tensors, **statics)
            if not row.op.rules:
                assert y is expected.item(), point
                continue
            assert type(y.data) is float, point
            assert_same_number(y.data, expected.item(), point)
            if expected.requires_grad:
                y.backward()
                expected.backward()
                for one, other in zip(scalars, tensors, strict=True):
                    if other.grad is not None:
                        assert_same_number(one.grad, other.grad.item(), point)


def second_derivative(function, x, statics):
    y = function(x, **statics)
    (first,) = grad(y, x, create_graph=True)
    if not getattr(first, "requires_grad", False):
        return 0.0
    return float(grad(first, x, materialize_grads=True)[0])


OF_ONE_VARIABLE = [
    row
    for row in TABLE
    if row.op and row.op.expression and row.op.rules and len(row.op.arrays) == 1
]


@pytest.mark.parametrize("row", OF_ONE_VARIABLE, ids=lambda row: row.name)
def test_scalar_second_derivative_is_the_tensor_one(row):
    for statics, value in itertools.product(settings(row), GRID):
        x = autograd.tensor(value, dtype=autograd.float64, requires_grad=True)
        expected = second_derivative(row.function, x, statics)
        assert_same_number(second_derivative(row.function, Scalar(value), statics), expected, value)
