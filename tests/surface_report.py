"""Print which names of PyTorch's surface exist here, and which a test calls.

`python tests/surface_report.py` prints a line a name, then the totals; surface/names.txt holds the
names. Present means that it can be looked up in `nn.torch`, is no mere place and not postponed;
tested, that a sample or a misuse calls it, or a test as an attribute of something.
"""

import operator
import re
from pathlib import Path

from misuses import MISUSES
from surface import FAMILIES

import nn.torch as torch

HERE = Path(__file__).parent
NAMES = (HERE / "surface" / "names.txt").read_text().split()
# Why a name is missing, and what its error says.
POSTPONED = {
    name: reason
    for names, reason in (
        ("torch.complex torch.polar Tensor.real Tensor.imag", "complex dtypes are postponed"),
        ("Tensor.bfloat16", "bfloat16 is postponed"),
        ("F.conv3d", "3-d convolutions are postponed"),
        ("linalg.eig linalg.eigvals", "their results are complex"),
    )
    for name in names.split()
}  # fmt: skip


def is_present(name: str) -> bool:
    """Return whether a name can be looked up here, and does what it says."""
    if name in POSTPONED:
        return False
    path = name.replace("F.", "nn.functional.", 1).removeprefix("torch.")
    try:
        found = operator.attrgetter(path)(torch)
    except (AttributeError, NotImplementedError):
        return False
    return type(found).__name__ != "_Place"


def called() -> set[str]:
    """Return the names in samples and misuses, and in tests those after a dot, with the dot."""
    codes = [*MISUSES, *(code for codes in FAMILIES.values() for code in codes)]
    named = {found for code in codes for found in re.findall(r"\.?\b\w+", code)}
    texts = [path.read_text() for path in HERE.glob("test_*.py")]
    return named.union(*(re.findall(r"\.\b[^\W\d]\w*", text) for text in texts))


def is_tested(name: str, named: set[str]) -> bool:
    """Return whether it is called: after a dot, or a function of torch without; operators are."""
    last = name.rpartition(".")[2]
    if last.startswith("__"):
        return True
    return f".{last}" in named or (name.startswith("torch.") and last in named)


def main() -> None:
    """Print the report."""
    named = called()
    rows = [(name, is_present(name), is_tested(name, named)) for name in NAMES]
    for name, present, tested in rows:
        state = "present" if present else f"ABSENT  {POSTPONED.get(name, '')}"
        print(f"{name:45} {state:8} {'tested' if tested else 'not tested' if present else ''}")
    here = sum(present for _, present, _ in rows)
    print(f"{here} of {len(rows)} present ({here / len(rows):.1%}), "
          f"{sum(tested and present for _, present, tested in rows)} tested; "
          f"{sum(map(len, FAMILIES.values()))} samples")  # fmt: skip


if __name__ == "__main__":
    main()
