"""Checking derivatives: what the rules of a function give against finite differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .gradients import grad
from .tensors import Tensor, wrap


class GradcheckError(RuntimeError):
    """A derivative that differs from its finite difference."""


# Options of PyTorch that ask for less, or for what there is not here.
WITHOUT_EFFECT = frozenset(
    {"check_backward_ad", "check_batched_forward_grad", "check_batched_grad", "check_forward_ad",
     "check_fwd_over_rev", "check_grad_dtypes", "check_rev_over_rev", "check_sparse_nnz",
     "check_undefined_grad", "fast_mode", "gen_non_contig_grad_outputs", "masked", "nondet_tol"}
)  # fmt: skip


def gradcheck(
    func: Callable,
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    **ignored: Any,
) -> bool:
    """Return whether the gradients of func(*inputs) are its finite differences.

    Looks at every element of every input that requires grad, which should be of float64, and of
    every float output. Raises GradcheckError where they differ by more than atol + rtol * size,
    naming input, output and place; without `raise_exception` it is False then. Further options of
    PyTorch change nothing.
    """
    _check_options("gradcheck", ignored)
    inputs = inputs if isinstance(inputs, list | tuple) else (inputs,)
    try:
        _check(func, tuple(inputs), eps, atol, rtol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable,
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    **ignored: Any,
) -> bool:
    """Return whether the second gradients of func(*inputs) are the first's finite differences.

    grad_outputs are the cotangents of the outputs, random by default; options as in `gradcheck`.
    """
    _check_options("gradgradcheck", ignored)
    inputs = inputs if isinstance(inputs, list | tuple) else (inputs,)
    count = len(inputs)
    if grad_outputs is None:
        grad_outputs = [_random_like(one) for one in _float_outputs(func, inputs)]
    elif isinstance(grad_outputs, Tensor):
        grad_outputs = [grad_outputs]

    def first(*everything: Any) -> tuple:
        given, cotangents = everything[:count], everything[count:]
        outputs = _float_outputs(func, given)
        wanted = [one for one in given if _is_wanted(one)]
        return grad(outputs, wanted, cotangents, create_graph=True, materialize_grads=True)

    return gradcheck(
        first, (*inputs, *grad_outputs), eps=eps, atol=atol, rtol=rtol,
        raise_exception=raise_exception,
    )  # fmt: skip


def _check_options(name: str, ignored: dict[str, Any]) -> None:
    if unknown := set(ignored).difference(WITHOUT_EFFECT):
        raise TypeError(f"{name}() got an unexpected keyword argument '{min(unknown)}'")


def _check(func: Callable, inputs: tuple, eps: float, atol: float, rtol: float) -> None:
    wanted = [place for place, one in enumerate(inputs) if _is_wanted(one)]
    if not wanted:
        raise ValueError(
            "gradcheck: expects at least one input Tensor that requires grad; make it of "
            "dtype=float64 with requires_grad=True"
        )
    for place in wanted:
        if inputs[place].dtype != np.float64:
            warnings.warn(
                f"gradcheck: input {place} is of {inputs[place].dtype}; finite differences need "
                "float64 to be exact enough",
                stacklevel=4,
            )
    for place in wanted:
        for number, output in enumerate(_float_outputs(func, inputs)):
            analytic = _by_rules(output, inputs[place])
            numeric = _by_differences(func, inputs, place, number, eps)
            _compare(analytic, numeric, place, number, atol, rtol)


def _is_wanted(one: Any) -> bool:
    return isinstance(one, Tensor) and one.requires_grad


def _float_outputs(func: Callable, inputs: Any) -> list[Tensor]:
    made = func(*inputs)
    made = made if isinstance(made, list | tuple) else (made,)
    if not any(isinstance(one, Tensor) for one in made):
        raise ValueError(f"gradcheck: func must return a Tensor or several, got {made!r:.60}")
    return [one for one in made if isinstance(one, Tensor) and one.is_floating_point()]


def _random_like(one: Tensor) -> Tensor:
    values = np.random.default_rng(0).standard_normal(one.shape)
    return wrap(np.asarray(values, one.dtype)).requires_grad_()


def _by_rules(output: Tensor, input: Tensor) -> np.ndarray:
    """Return the matrix of derivatives, a row an element of the output."""
    rows: np.ndarray = np.zeros((output.numel(), input.numel()), input.dtype)
    if not output.requires_grad:
        return rows
    for row in range(output.numel()):
        cotangent = np.zeros(output.shape, output.dtype)
        cotangent.reshape(-1)[row] = 1
        (found,) = grad(output, [input], wrap(cotangent), retain_graph=True, allow_unused=True)
        if found is not None:
            rows[row] = found.detach().numpy().reshape(-1)
    return rows


def _by_differences(
    func: Callable, inputs: tuple, place: int, number: int, eps: float
) -> np.ndarray:
    """Return the same matrix by central differences; the input is as before in the end."""
    memory = inputs[place].detach().numpy()
    columns = [
        _slope(func, inputs, memory, where, number, eps) for where in np.ndindex(memory.shape)
    ]
    size = _float_outputs(func, inputs)[number].numel()
    return np.stack(columns, 1) if columns else np.zeros((size, 0))


def _slope(
    func: Callable, inputs: tuple, memory: np.ndarray, where: tuple, number: int, eps: float
) -> np.ndarray:
    middle = memory[where].copy()
    values = []
    try:
        for step in (eps, -eps):
            memory[where] = middle + step
            output = _float_outputs(func, inputs)[number]
            values.append(output.detach().numpy().reshape(-1).copy())
    finally:
        memory[where] = middle
    return (values[0] - values[1]) / (2 * eps)


def _compare(
    analytic: np.ndarray, numeric: np.ndarray, place: int, number: int, atol: float, rtol: float
) -> None:
    wrong = ~(np.abs(analytic - numeric) <= atol + rtol * np.abs(numeric))
    if wrong.any():
        row, column = np.argwhere(wrong)[np.argmax(np.abs(analytic - numeric)[wrong])]
        raise GradcheckError(
            f"Jacobian mismatch for output {number} with respect to input {place}: at element "
            f"{row} of the output and {column} of the input the rules give "
            f"{analytic[row, column]:.9g}, finite differences {numeric[row, column]:.9g}; "
            f"{wrong.sum()} of {wrong.size} derivatives differ\n"
            f"numerical:\n{numeric}\nanalytical:\n{analytic}"
        )
