"""Samples: how their code is run, and generators of the samples that many functions share.

The code of a sample is one expression, or statements and then one, parted by "; ". Its Tensors are
drawn by name: real(2, 3), positive, inside (0 to 1), apart (no two nearly equal), whole (1 to 4),
flags (booleans); what is drawn is decided by the code alone. Float ones are leaves whose gradient
is compared. Everything in the namespace of torch is there under its own name, and F, nn, linalg,
special, inf, nan.
"""

import zlib
from collections.abc import Callable, Iterable
from functools import cache
from math import inf, nan, pi, prod
from typing import Any

import numpy as np


def domains(code: str, make: Callable) -> dict[str, Callable]:
    """Return the functions that draw: each array goes through make(), which returns a Tensor.

    All keep off the kinks at 0 and of each other by more than a finite difference.
    """
    random = np.random.default_rng(zlib.crc32(code.encode()))

    def apart(sizes: tuple) -> Any:
        count = prod(sizes)
        return ((random.permutation(count) + random.uniform(0.2, 0.7, count)) / 3 - 1).reshape(
            sizes
        )

    draws = {
        "real": lambda sizes: random.uniform(0.3, 2, sizes) * random.choice([-1, 1], sizes),
        "positive": lambda sizes: random.uniform(0.3, 2, sizes),
        "inside": lambda sizes: random.uniform(0.1, 0.9, sizes),
        "apart": apart,
        "whole": lambda sizes: random.integers(1, 5, sizes),
        "flags": lambda sizes: random.random(sizes) < 0.5,
    }
    return {name: lambda *sizes, draw=draw: make(np.asarray(draw(sizes)))
            for name, draw in draws.items()}  # fmt: skip


def run(code: str, torch: Any, make: Callable) -> Any:
    """Return what the code of a sample returns in the namespace `torch`."""
    scope = names_of(torch) | domains(code, make)
    *statements, last = code.split("; ")
    for statement in statements:
        exec(statement, scope)
    return eval(last, scope)


@cache
def names_of(torch: Any) -> dict[str, Any]:
    """Return what the code of samples finds under its name."""
    names = {name: getattr(torch, name) for name in dir(torch) if not name.startswith("__")}
    return names | {"torch": torch, "F": torch.nn.functional, "inf": inf, "nan": nan, "pi": pi}


def outputs(result: Any) -> list[Any]:
    """Return the Tensors and numbers of nested tuples, lists and dicts."""
    if isinstance(result, dict):
        result = [*result.values()]
    if isinstance(result, tuple | list):
        return [leaf for one in result for leaf in outputs(one)]
    return [result]


def cotangent(code: str, place: int, shape: Iterable[int]) -> np.ndarray:
    """Return the cotangent of output number `place`."""
    random = np.random.default_rng([zlib.crc32(code.encode()), place])
    return np.asarray(random.standard_normal(tuple(shape)))


def unary(call: str, domain: str = "real", also: Iterable[str] = ()) -> list[str]:
    """Return samples of a function of one Tensor, which stands as {} in `call`; or of its name."""
    call = call if "{" in call else f"{call}({{}})"
    sizes = ("3", "2, 3", "", "0", "2, 0", "2, 1, 3")
    tensors = [f"{domain}({one})" for one in sizes] + ["whole(2, 3)", "flags(3)", *also]
    return [call.format(one) for one in tensors]


def binary(call: str, a: str = "real", b: str | None = None, also: Iterable[str] = ()) -> list[str]:
    """Return samples of a function of two Tensors, {} and {}, that broadcast; or of its name."""
    call = call if "{" in call else f"{call}({{}}, {{}})"
    b = b or a
    sizes = [("2, 3", "2, 3"), ("3, 1", "1, 2"), ("2, 3", "3"), ("", "2, 3"), ("2, 1, 3", "4, 1"),
             ("", ""), ("0", "1"), ("2, 0", "2, 1")]  # fmt: skip
    made = [call.format(f"{a}({one})", f"{b}({other})") for one, other in sizes]
    pairs = [("whole(2, 3)", "whole(3)"), ("whole(3)", f"{b}(2, 1)"), (f"{a}(2, 1)", "whole(3)")]
    return [*made, *(call.format(*pair) for pair in pairs), *also]


def numbers(call: str, domain: str = "real", number: str = "1.5") -> list[str]:
    """Return samples of a function of two, one of which is a number."""
    tensors = [f"{domain}(2, 3)", f"{domain}()", "whole(3)"]
    return [call.format(*pair) for one in tensors for pair in ((one, number), (number, one))]


def over_dims(call: str, domain: str = "real", several: bool = True) -> list[str]:
    """Return samples of a reduction, whose call takes {} and then dim and keepdim."""
    how = ["", ", dim=0", ", dim=-1", ", dim=1, keepdim=True", ", 2", ", -2, True"]
    how += [", dim=(0, 2)", ", dim=(-1, 1), keepdim=True", ", dim=(1,)"] if several else []
    call = call if "{" in call else f"{call}({{}}{{}})"
    made = [call.format(f"{domain}(2, 3, 2)", one) for one in how]
    small = [("4", ", dim=-1"), ("", ""), ("", ", dim=0"), ("", ", dim=-1, keepdim=True")]
    made += [call.format(f"{domain}({sizes})", one) for sizes, one in small]
    made += [
        call.format(one, how) for one in ("whole(2, 3)", "flags(2, 3)") for how in ("", ", dim=0")
    ]
    made += [call.format(f"{domain}(2, 0)", one) for one in ("", ", dim=0", ", dim=1")]
    return made + [call.format(f"{domain}(2, 3)", one) for one in (", dim=2", ", dim=-3")]


def kinks(call: str, values: str) -> list[str]:
    """Return samples of a function of one Tensor at given places: its values, and its slopes."""
    call = call if "{" in call else f"{call}({{}})"
    slopes = "torch.autograd.grad({}.sum(), x)".format(call.format("x"))
    return [call.format(f"tensor([{values}])"),
            f"x = tensor([{values}], requires_grad=True); {slopes}"]  # fmt: skip


def ties(call: str, a: str, b: str) -> list[str]:
    """Return samples of a function of two Tensors at given places: its values, and its slopes."""
    call = call if "{" in call else f"{call}({{}}, {{}})"
    slopes = "torch.autograd.grad({}.sum(), [x, y])".format(call.format("x", "y"))
    return [call.format(f"tensor([{a}])", f"tensor([{b}])"),
            f"x = tensor([{a}], requires_grad=True); y = tensor([{b}], requires_grad=True); "
            f"{slopes}"]  # fmt: skip
