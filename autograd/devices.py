"""The one device there is: the CPU. What asks for it is accepted, any other is refused by name."""

from __future__ import annotations

from typing import Any


class device:
    """A place for Tensors, as scripts pass it along: device("cpu")."""

    type = "cpu"
    index = None

    def __init__(self, name: Any = "cpu", index: int | None = None) -> None:
        check_device(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device)

    def __hash__(self) -> int:
        return hash("cpu")

    def __str__(self) -> str:
        return "cpu"

    def __repr__(self) -> str:
        return "device(type='cpu')"


def check_device(name: Any) -> None:
    """Raise RuntimeError, naming it, if `name` is a device other than the CPU."""
    if name is not None and str(name).partition(":")[0] != "cpu":
        raise RuntimeError(
            f"device {str(name)!r} is not available: autograd computes on the CPU alone; "
            'use device="cpu", or choose with "cuda" if autograd.cuda.is_available() else "cpu"'
        )


def is_device(value: Any) -> bool:
    """Return whether `value` names a device rather than a dtype or a Tensor."""
    return isinstance(value, str | device)


cpu = device()


def get_default_device() -> device:
    """Return the device of new Tensors, the CPU."""
    return cpu


def set_default_device(device: Any) -> None:
    """Accept the CPU as the device of new Tensors; RuntimeError for any other."""
    check_device(device)
