"""What predictions and targets must be to each other, where they may broadcast."""

from __future__ import annotations

from autograd import Tensor


def check_pairs(name: str, **given: Tensor) -> None:
    """Raise TypeError for what is no Tensor, ValueError where both of two would broadcast.

    That is a prediction (N, 1) with a target (N,): every one would be compared with every other.
    """
    for argument, one in given.items():
        if not isinstance(one, Tensor):
            raise TypeError(
                f"{name}: {argument} must be a Tensor, got {type(one).__name__}; write "
                f"torch.tensor({argument})"
            )
    (first, x), (second, y) = given.items()
    shapes = tuple(x.shape), tuple(y.shape)
    if _grows(*shapes) and _grows(*shapes[::-1]):
        cure = f"{second}.reshape{shapes[0]}" if x.numel() == y.numel() else "one target each"
        raise ValueError(
            f"{name}: {first} {shapes[0]} and {second} {shapes[1]} differ in shape; broadcasting "
            f"them would compare every prediction with every target. Use {cure}"
        )


def _grows(shape: tuple, other: tuple) -> bool:
    """Return whether to broadcast to `other` makes an array larger."""
    own = (1,) * (len(other) - len(shape)) + shape
    theirs = (1,) * (len(shape) - len(other)) + other
    return any(a == 1 != b for a, b in zip(own, theirs, strict=True))
