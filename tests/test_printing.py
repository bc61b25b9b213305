"""Tensors print what PyTorch printed into reference/printing.json (see make_printing.py)."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograd.dtypes import get_default_dtype, set_default_dtype
from autograd.printing import set_printoptions, tensor_text
from autograd.tensors import Tensor, wrap

PYTORCH = json.loads((Path(__file__).parent / "reference" / "printing.json").read_text())


@dataclass
class Printed:
    """What printing asks of a Tensor, so that a case can have any `grad_fn`."""

    array: object
    requires_grad: bool = False
    grad_fn: object = None


@pytest.fixture(autouse=True)
def restored_defaults():
    default = get_default_dtype()
    yield
    set_default_dtype(default)
    set_printoptions(profile="default")


def text(values, dtype=np.float32):
    return tensor_text(wrap(np.array(values, dtype)))


@pytest.mark.parametrize("name", PYTORCH)
def test_text_is_that_of_pytorch(name):
    case = PYTORCH[name]
    array = np.array(case["values"], case["dtype"])
    array = np.resize(array, case.get("shape", array.shape))
    set_default_dtype(case.get("default", "float32"))
    set_printoptions(**case.get("options", {}))
    grad_fn = SimpleNamespace(name=lambda: case["grad_fn"]) if "grad_fn" in case else None
    tensor = Printed(array, case.get("requires_grad", grad_fn is not None), grad_fn)
    assert tensor_text(tensor) == case["text"]


def test_repr_and_str_of_a_tensor_are_its_text():
    tensor = wrap(np.array([0.5, 2], np.float32)).requires_grad_()
    assert repr(tensor) == str(tensor) == "tensor([0.5000, 2.0000], requires_grad=True)"


def test_text_names_the_operation_that_made_the_tensor():
    tensor = wrap(np.ones(2, np.float32)).requires_grad_() * 3
    assert tensor_text(tensor) == "tensor([3., 3.], grad_fn=<MulBackward0>)"


def test_text_of_a_subclass_is_that_of_a_tensor():
    class Weight(Tensor):
        pass

    assert tensor_text(Weight([1.0])) == "tensor([1.])"


@pytest.mark.parametrize(
    "view",
    [
        lambda a: a.T,
        lambda a: a[::-1, ::2],
        lambda a: np.asfortranarray(a),
        lambda a: np.broadcast_to(a[0], (40, 30)),
    ],
)
def test_text_does_not_depend_on_strides(view):
    seen = view(np.random.default_rng(0).normal(size=(40, 30)))
    assert tensor_text(wrap(seen)) == tensor_text(wrap(seen.copy("C")))


def test_summary_reads_only_what_it_shows():
    trillion = np.broadcast_to(np.float32(1), (10**6, 10**6))
    row = "        [1., 1., 1.,  ..., 1., 1., 1.]"
    lines = [f"{row},"] * 3 + ["        ...,"] + [f"{row},"] * 2 + [f"{row}])"]
    assert tensor_text(wrap(trillion)) == "tensor([" + "\n".join(lines)[8:]


def test_printing_neither_warns_of_extreme_values_nor_changes_them():
    array = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 1e308])
    before = array.tobytes()
    with np.errstate(all="raise"):
        tensor_text(wrap(array))
    assert array.tobytes() == before


def test_text_of_a_traced_value_names_shape_and_dtype():
    traced = SimpleNamespace(shape=(2, 3), dtype=np.dtype(np.float32))
    tensor = Printed(traced, requires_grad=True)
    assert tensor_text(tensor) == "tensor(<traced>, shape=(2, 3), dtype=torch.float32)"


def test_text_of_a_traced_number_names_no_dtype():
    assert tensor_text(Printed(SimpleNamespace(shape=()))) == "tensor(<traced>, shape=())"


def test_memory_mapped_array_prints_its_values(tmp_path):
    mapped = np.memmap(tmp_path / "values", np.int64, "w+", shape=3)
    assert tensor_text(Printed(mapped)) == "tensor([0, 0, 0])"


def test_options_add_up():
    set_printoptions(precision=1)
    set_printoptions(threshold=3, edgeitems=1)
    assert text([0.25, 1, 2, 3]) == "tensor([0.2,  ..., 3.0])"


def test_profile_replaces_earlier_options():
    set_printoptions(precision=1, threshold=2, edgeitems=1, linewidth=10)
    set_printoptions(profile="default")
    assert text([0.25, 1, 2, 3]) == "tensor([0.2500, 1.0000, 2.0000, 3.0000])"


def test_full_profile_shows_every_element():
    set_printoptions(profile="full")
    assert "..." not in text(np.zeros(2000))


def test_sci_mode_ends_with_the_next_call():
    set_printoptions(sci_mode=True)
    assert text([0.5]) == "tensor([5.0000e-01])"
    set_printoptions(precision=2)
    assert text([0.5]) == "tensor([0.50])"


def test_unknown_profile_is_refused_by_name():
    with pytest.raises(ValueError, match="no profile 'long'; use one of"):
        set_printoptions(profile="long")
    assert text([0.5]) == "tensor([0.5000])"


def test_a_tensor_prints_by_one_set_of_options_while_another_thread_sets_them():
    array = np.resize([0.25, 1.5], 50)
    either = []
    for profile in ("default", "short"):
        set_printoptions(profile=profile)
        either.append(text(array))

    def switch():
        for turn in range(300):
            set_printoptions(profile=("default", "short")[turn % 2])

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor() as pool:
            switching = pool.submit(switch)
            texts = list(pool.map(text, [array] * 300))
            switching.result()
    finally:
        sys.setswitchinterval(interval)
    assert set(texts) <= set(either)
