"""Sums in the source of kernels that stay near exact, however many elements they have.

What is added to a float32 total that has grown loses its last digits. So a sum is one of blocks:
in a block float32 vectors are added, and the sums of blocks to a total in float64.
"""

from __future__ import annotations

# Elements of a block, of which LLVM adds vectors side by side, and rows of one.
BLOCK_OF_ELEMENTS, BLOCK_OF_ROWS = 1024, 64
WIDE = "np.float64"


def summed(dtype: str, place: str, count: str, most: int, lines: list[str]) -> list[str]:
    """Return a loop over the places below `count`, whose lines name z, that makes s the sum of z.

    most is what count is, or what it is at most.
    """
    if most <= BLOCK_OF_ELEMENTS:
        return [f"s = np.{dtype}(0)", *_added(place, f"range({count})", lines)]
    end = f"min(first + {BLOCK_OF_ELEMENTS}, {count})"
    return [
        f"total = {WIDE}(0)",
        f"for first in range(0, {count}, {BLOCK_OF_ELEMENTS}):",
        f"    s = np.{dtype}(0)",
        *(f"    {line}" for line in _added(place, f"range(first, {end})", lines)),
        "    total += s",
        f"s = np.{dtype}(total)",
    ]


def _added(place: str, places: str, lines: list[str]) -> list[str]:
    return [f"for {place} in {places}:", *(f"    {line}" for line in [*lines, "s += z"])]


def indented(lines: list[str], depth: int) -> str:
    """Return lines as they stand in a body after a first line's indent of this depth."""
    return ("\n" + " " * depth).join(lines)
