"""Einstein summation: products of Tensors summed over axes that letters name."""

from __future__ import annotations

import string
from collections import Counter
from typing import Any

import numpy as np

from ..operation import op
from .diagonals import diagonal
from .reduce import total
from .shape import permute


def _contracted_rule(g: Any, xs: tuple, subscripts: tuple, out: str) -> tuple:
    gradients = []
    for place, wanted in enumerate(subscripts):
        others = [one for number, one in enumerate(xs) if number != place]
        letters = [one for number, one in enumerate(subscripts) if number != place]
        gradients.append(contracted(g, *others, subscripts=(out, *letters), out=wanted))
    return tuple(gradients)


@op(name="einsum", xs=_contracted_rule)
def contracted(*xs: Any, subscripts: tuple, out: str) -> Any:
    """Return the sum of products; no letter stands twice in one operand, or in that one alone."""
    return np.einsum(f"{','.join(subscripts)}->{out}", *xs, optimize=len(xs) > 1)


def einsum(equation: Any, *operands: Any) -> Any:
    """Return the sum of products that an equation names: `einsum("ij,jk->ik", a, b)` is a @ b.

    Each operand has a letter an axis; letters that stand twice in one take its diagonal, letters
    that the output lacks are summed over. Without "->" the output has the letters that stand once,
    in alphabetical order. "..." stands for axes that broadcast. Lists of operands and of axes
    (`einsum(a, [0, 1], b, [1, 2])`) are taken too. Raises RuntimeError where it does not fit.
    """
    if not isinstance(equation, str):
        equation, operands = _of_lists(equation, *operands)
    if len(operands) == 1 and isinstance(operands[0], list | tuple):
        operands = tuple(operands[0])
    subscripts, out = _read(equation, operands)
    sizes = _sizes(equation, operands, subscripts)
    if missing := set(out) - set(sizes):
        raise RuntimeError(f"einsum: output {min(missing)} of {equation!r} stands in no operand")
    pairs = [_prepared(x, one, sizes) for x, one in zip(operands, subscripts, strict=True)]
    used = Counter(letter for _, letters in pairs for letter in letters)
    alone = {letter for letter in used if used[letter] == 1 and letter not in out}
    xs, letters = zip(*[_summed(x, one, alone) for x, one in pairs], strict=True)
    if len(xs) == 1:
        return permute(xs[0], tuple(letters[0].index(one) for one in out))
    return contracted(*xs, subscripts=letters, out=out)


def _of_lists(*parts: Any) -> tuple[str, tuple]:
    operands, lists = parts[0 : len(parts) // 2 * 2 : 2], [*parts[1::2]]
    texts = ["".join("..." if one is Ellipsis else string.ascii_letters[one] for one in each)
             for each in lists]  # fmt: skip
    out = ""
    if len(parts) % 2:
        last = parts[-1]
        out = "->" + "".join(
            "..." if one is Ellipsis else string.ascii_letters[one] for one in last
        )
    return ",".join(texts) + out, operands


def _read(equation: str, operands: tuple) -> tuple[list[str], str]:
    """Return the letters of the operands and of the output, dots replaced by letters."""
    left, arrow, out = equation.replace(" ", "").partition("->")
    texts = left.split(",")
    if len(texts) != len(operands):
        raise RuntimeError(
            f"einsum: {equation!r} names {len(texts)} operands, but {len(operands)} are given"
        )
    free = [one for one in string.ascii_letters if one not in equation]
    most = 0
    for text, x in zip(texts, operands, strict=True):
        letters = text.replace("...", "", 1)
        if not letters.isalpha() and letters:
            raise RuntimeError(f"einsum: {text!r} of {equation!r} is not made of letters and '...'")
        extra = x.ndim - len(letters)
        if extra < 0 or (extra and "..." not in text):
            raise RuntimeError(
                f"einsum: {text!r} of {equation!r} names {len(letters)} axes, but the operand is "
                f"{tuple(x.shape)}"
            )
        most = max(most, extra if "..." in text else 0)
    dots = "".join(free[:most])

    def spelled(text: str, ndim: int) -> str:
        extra = ndim - len(text.replace("...", ""))
        return text.replace("...", dots[most - extra :] if "..." in text else "")

    subscripts = [spelled(text, x.ndim) for text, x in zip(texts, operands, strict=True)]
    if arrow:
        return subscripts, out.replace("...", dots)
    counts = Counter("".join(texts).replace(".", ""))
    return subscripts, dots + "".join(sorted(one for one, n in counts.items() if n == 1))


def _sizes(equation: str, operands: tuple, subscripts: list[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for x, letters in zip(operands, subscripts, strict=True):
        for letter, size in zip(letters, x.shape, strict=True):
            known = sizes.setdefault(letter, size)
            if known == 1:
                sizes[letter] = size
            elif size not in (1, known):
                raise RuntimeError(
                    f"einsum: {letter} of {equation!r} has size {known} in one place and {size} in "
                    "another"
                )
    return sizes


def _prepared(x: Any, letters: str, sizes: dict[str, int]) -> tuple[Any, str]:
    """Return an operand with one axis a letter, without axes that broadcast, and its letters."""
    for letter in dict.fromkeys(letters):
        while letters.count(letter) > 1:
            first = letters.index(letter)
            second = letters.index(letter, first + 1)
            x = diagonal(x, 0, first, second)
            rest = letters[:first] + letters[first + 1 : second] + letters[second + 1 :]
            letters = rest + letter
    sized = zip(letters, x.shape, strict=True)
    return _summed(x, letters, {one for one, size in sized if size == 1 and sizes[one] != 1})


def _summed(x: Any, letters: str, gone: set[str]) -> tuple[Any, str]:
    """Return an operand summed over the axes of some letters, and the letters that are left."""
    over = tuple(axis for axis, letter in enumerate(letters) if letter in gone)
    if not over:
        return x, letters
    return total(x, over), "".join(one for one in letters if one not in gone)
