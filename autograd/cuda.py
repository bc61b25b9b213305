"""What a script asks of CUDA before it falls back to the CPU: there is none."""

from __future__ import annotations


def is_available() -> bool:
    """Return False: there is no GPU support."""
    return False


def device_count() -> int:
    """Return 0, the number of GPUs."""
    return 0


def manual_seed(seed: int) -> None:
    """Do nothing: there is no GPU stream to seed."""


def manual_seed_all(seed: int) -> None:
    """Do nothing: there is no GPU stream to seed."""


def empty_cache() -> None:
    """Do nothing: there is no GPU memory to free."""


def synchronize(device: object = None) -> None:
    """Do nothing: there is no GPU to wait for."""
