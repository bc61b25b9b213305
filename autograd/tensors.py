"""Tensor: an ndarray in the graph."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from . import dtypes
from .arrays import ArrayMethods
from .calls import general
from .conversions import ConversionMethods, Size
from .devices import check_device
from .filling import FillingMethods
from .generating import SHARED, TENSORS, parameters
from .gradients import GradientMethods, grad
from .graph import Node, enable_grad, leaf, modes
from .hooks import call_after, hooked
from .inplace import InPlaceMethods
from .live import fresh, lifted
from .new import NewMethods
from .operation import Op
from .ops.elementwise import to_dtype, where
from .ops.write import accumulate, clone
from .promotion import is_number, promoted
from .storage import StorageMethods
from .tracking import TrackingMethods
from .user_code import user_line, warn_once
from .versions import clock, last_change
from .views import note_view, stand_alone

# The cotangent of a loss, by its dtype; read-only, as are all views that rules make of it.
ONE: dict[Any, ndarray] = {
    np.dtype(name): np.ones((), name) for name in ("float16", "float32", "float64")
}
for _one in ONE.values():
    _one.flags.writeable = False


NAN_LOSS = (
    "backward: the loss is nan, and so will be the gradients; autograd.detect_anomaly() tells the "
    "operation that made the first nan"
)


class Tensor(
    ConversionMethods,
    StorageMethods,
    NewMethods,
    FillingMethods,
    InPlaceMethods,
    TrackingMethods,
    GradientMethods,
    ArrayMethods,
):
    """An array whose operations are recorded, so that gradients can flow back through them.

    `Tensor(data)` makes the default float of nested lists or an array, `Tensor(2, 3)` zeros of
    that shape; `autograd.tensor` keeps the dtype of its data. `array` is the ndarray itself,
    `node` the Tensor's place in the graph, None where no gradient is asked for.
    """

    __slots__ = ("__weakref__", "_grad", "_kin", "array", "node")
    _level = 2
    # NumPy then leaves `ndarray * Tensor` to the Tensor.
    __array_ufunc__ = None

    def __init__(self, *data: Any, device: Any = None) -> None:
        check_device(device)
        first = data[0] if data else []
        sizes = first if isinstance(first, Size) else data
        if sizes and all(isinstance(size, int) for size in sizes):
            self.array = fresh(np.zeros(sizes, dtypes.get_default_dtype()))
        else:
            values = lifted(first.detach()) if isinstance(first, Tensor) else np.asarray(first)
            self.array = fresh(clone(to_dtype(values, dtypes.get_default_dtype())))
        self.node = self._kin = None
        if modes.trace is not None:
            modes.trace.hold(self)

    def __init_subclass__(cls) -> None:
        TENSORS.add(cls)

    def _new(self, array: Any, device: Any, requires_grad: bool) -> Tensor:
        return finished(array, device, requires_grad)

    def _run(self, op: Op, args: tuple, statics: tuple) -> Any:
        """Run `op` on the arrays of `args`, promoted where the op asks for it, and record it."""
        args = promoted(op, tuple(_accepted(op, arg) for arg in args))
        trace = modes.trace
        if trace is None:
            arrays = tuple(arg.array if isinstance(arg, Tensor) else arg for arg in args)
        else:
            arrays = tuple(lifted(arg) for arg in args)
        result = general(op, arrays, statics)
        result, residuals = (result[0], result[1:]) if op.residuals else (result, ())
        made = wrap(result)
        if op.views:
            note_view(made, args[0], op, statics)
        nodes = tuple(
            arg.node if isinstance(arg, Tensor) and (op.variadic or name in op.rules) else None
            for arg, name in zip(args, op.arrays * len(args), strict=False)
        )
        recording = modes.grad and op.rules and made.array.dtype.kind == "f"
        if recording and any(node is not None for node in nodes):
            made.node = _recorded(op, nodes, arrays, statics, made.array, residuals)
        if modes.watch is not None:
            modes.watch(op, args, statics, made)
        return made

    def _seed(self, cotangent: Any, create_graph: bool) -> Any:
        """Return the cotangent to start a backward pass with: of a single element, 1."""
        if cotangent is None:
            array = self.array
            if array.size != 1:
                raise RuntimeError(
                    "grad can be implicitly created only for scalar outputs, but the output has "
                    f"shape {array.shape}; reduce it with .sum() or .mean(), or pass gradient="
                )
            if type(array) is ndarray and array != array and not modes.anomaly:
                warn_once("nan", NAN_LOSS)
            if create_graph:
                return wrap(np.ones(array.shape, array.dtype))
            return np.ones(array.shape, array.dtype) if array.ndim else ONE[array.dtype]
        if not isinstance(cotangent, Tensor):
            raise TypeError(
                "gradients can be either Tensors or None, but got "
                f"{type(cotangent).__name__}; make a Tensor of it with autograd.tensor(...)"
            )
        if cotangent.shape != self.shape:
            raise RuntimeError(
                f"Mismatch in shape: gradient is {tuple(cotangent.shape)}, the output "
                f"{tuple(self.shape)}; pass a Tensor of that shape"
            )
        cotangent = cotangent.to(self.dtype)
        return cotangent if create_graph else lifted(cotangent)

    def _pull(self, create_graph: bool) -> Any:
        """Return how a sweep pulls a cotangent through a node; None: by the rules as they are."""
        return pull_tensors if create_graph else None

    def _receive(self, cotangent: Any, owned: bool) -> None:
        """Add a cotangent to `grad`; an array that is not `owned` is copied."""
        earlier = getattr(self, "_grad", None)
        if modes.trace is not None:
            modes.trace.found_gradient(self, earlier)
            if earlier is None:
                modes.trace.set_gradient(self)
            if type(cotangent) is ndarray:
                # A constant would be the same array at every replay.
                cotangent, owned = lifted(cotangent), False
        if isinstance(cotangent, Tensor):
            with enable_grad():
                self.grad = clone(cotangent) if earlier is None else earlier + cotangent
        elif earlier is None:
            self._grad = wrap(cotangent if owned else clone(cotangent))
        else:
            accumulate(lifted(earlier), cotangent)
        if hooked[0]:
            call_after(self)

    def _as_gradient(self, cotangent: Any) -> Tensor | None:
        """Return a cotangent of this Tensor as a Tensor; None as it is, 0 as zeros."""
        if cotangent is None or isinstance(cotangent, Tensor):
            return cotangent
        if not hasattr(cotangent, "shape"):
            return wrap(fresh(np.zeros(self.shape, self.dtype)))
        writeable = type(cotangent) is not ndarray or cotangent.flags.writeable
        return wrap(fresh(cotangent if writeable else cotangent.copy()))

    def detach(self) -> Tensor:
        """Return a Tensor of the same memory outside the graph."""
        return wrap(lifted(self))

    def detach_(self) -> Tensor:
        """Take this Tensor itself out of the graph."""
        self.node = None
        return self

    @property
    def data(self) -> Tensor:
        """The same memory outside the graph; assigning a Tensor puts its array here."""
        return wrap(lifted(self))

    @data.setter
    def data(self, other: Tensor) -> None:
        if modes.trace is not None and modes.trace.rebind(self, other):
            return
        array = lifted(other)
        if self.node is not None and array.dtype.kind != "f":
            raise RuntimeError(
                "data set to a tensor that requires gradients must be floating point, got "
                f"{array.dtype}; write .data = other.to(torch.{self.dtype})"
            )
        stand_alone(self)
        changed = (array.shape, array.dtype) != (self.array.shape, self.array.dtype)
        self.array = array
        if changed and self.node is not None:
            self.node = leaf(array.shape, array.dtype, weakref.ref(self))

    @property
    def _version(self) -> int:
        """How often the storage was changed in place."""
        change = last_change(self.array)
        return 0 if change is None else change.count

    def __deepcopy__(self, memo: dict) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "only Tensors created explicitly by the user (graph leaves) support deepcopy; "
                "use detach().clone()"
            )
        made = memo[id(self)] = type(self).__new__(type(self))
        made.array, made.node, made._kin = self.array.copy(), None, None
        made.requires_grad_(self.requires_grad)
        if self.grad is not None:
            made.grad = self.grad.detach().clone()
        return made

    def __reduce__(self) -> Any:
        return _restored, (type(self), self.detach().numpy(), self.is_leaf and self.requires_grad)

    def __repr__(self) -> str:
        from .printing import tensor_text

        return tensor_text(self)


TENSORS.add(Tensor)
SHARED["Tensor"] = Tensor


def wrap(array: Any) -> Tensor:
    """Return a Tensor of an ndarray (or NumPy scalar, or traced value), outside any graph."""
    made = object.__new__(Tensor)
    made.array, made.node, made._kin = array, None, None
    if type(array) is not ndarray:
        if getattr(array, "_level", 0):
            modes.trace.hold(made)
        else:
            made.array = np.asarray(array)
    return made


SHARED["wrap"] = wrap


def finished(array: Any, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Return a new Tensor of an array that was just made, on the only device there is."""
    check_device(device)
    return wrap(fresh(array)).requires_grad_(requires_grad)


def _restored(kind: type[Tensor], array: ndarray, requires_grad: bool) -> Tensor:
    made = kind.__new__(kind)
    made.array, made.node, made._kin = array, None, None
    return made.requires_grad_(requires_grad)


def _accepted(op: Op, arg: Any) -> Any:
    """Return an argument as run() takes it: a Tensor, ndarray, number, None or traced value."""
    if isinstance(arg, Tensor | ndarray) or is_number(arg) or getattr(arg, "_level", 2) == 1:
        return arg
    if isinstance(arg, np.generic):
        return np.asarray(arg)
    raise TypeError(
        f"{op.name}: expected Tensors or numbers, got {type(arg).__name__}; make a Tensor of it "
        "with autograd.tensor(...)"
    )


def _recorded(
    op: Op, nodes: tuple, arrays: tuple, statics: tuple, y: Any, residuals: tuple
) -> Node:
    """Return the node of one call of `op`."""
    named = {"y": y, "shapes": tuple(getattr(array, "shape", ()) for array in arrays)}
    named.update(zip(op.statics, statics, strict=True))
    named.update(zip(op.residuals, residuals, strict=True))
    if op.variadic:
        named["places"] = tuple(array for array in arrays[1:] if _kind(array) in tuple("biu"))
    named.update({op.arrays[0]: arrays} if op.variadic else zip(op.arrays, arrays, strict=True))
    # None where no rule that asks for it will run, as in the generated calls.
    asking = [op.rules[name] for name, parent in zip(op.arrays, nodes, strict=False) if parent]
    asked = {*op.statics, *(name for rule in asking for name in parameters(rule))}
    everything = bool(op.composed) or op.variadic
    node = Node()
    node.op, node.parents = op, nodes
    node.kept = tuple(named[name] if everything or name in asked else None for name in op.kept)
    node.number, node.shape, node.dtype = clock(), y.shape, y.dtype
    if modes.anomaly:
        node.line = user_line()
    return node


def _kind(array: Any) -> str:
    return array.dtype.kind if hasattr(array, "dtype") else ""


def pull_tensors(node: Any, g: Tensor, parents: tuple) -> tuple:
    """Apply the rules of `node` to Tensors, so that the gradients are recorded themselves."""
    op, values = node.op, dict(zip(node.op.kept, node.kept, strict=True))
    if op.variadic and op.arrays[0] in values:
        arrays = zip(values[op.arrays[0]], node.parents, strict=True)
        values[op.arrays[0]] = tuple(_in_graph(array, parent) for array, parent in arrays)
    elif not op.variadic:
        for name, parent in zip(op.arrays, node.parents, strict=True):
            if name in values:
                values[name] = _in_graph(values[name], parent)
    if op.residuals:
        return _pull_composed(op, values, g, parents)
    if "y" in values:
        values["y"] = _in_graph(values["y"], node)
    pulled = op.pull(tuple(values.values()), g, parents)
    return tuple([_linked(gradient, values.values()) for gradient in pulled])


def _linked(gradient: Any, kept: Iterable[Any]) -> Any:
    """Return a gradient in the graph of what it was computed from, also where it is flat in that.

    So the second slope of relu is 0, and not that of a constant, which has none.
    """
    if not isinstance(gradient, Tensor) or gradient.node is not None:
        return gradient
    for value in kept:
        if getattr(value, "node", None) is not None and value.shape == gradient.shape:
            return where(True, gradient, value)
    return gradient


def _in_graph(value: Any, node: Node | None) -> Any:
    """Return a kept array as a Tensor at its old place in the graph; a number as it is."""
    if is_number(value):
        return value
    made = wrap(value)
    made.node = node
    return made


def _pull_composed(op: Op, values: dict, g: Tensor, parents: tuple) -> tuple:
    """Differentiate the composed twin of `op` instead: to its own rule, residuals are constants."""
    # Clones, so that the gradient of one argument does not go through the graph of another.
    arguments = [clone(values[name]) for name in op.arrays]
    y = op.composed(*arguments, *(values[name] for name in op.statics))  # type: ignore[misc]
    asked = [place for place, parent in enumerate(parents) if parent is not None]
    found = grad(y, [arguments[place] for place in asked], g, create_graph=True)
    gradients = dict(zip(asked, found, strict=True))
    return tuple(gradients.get(place) for place in range(len(parents)))
