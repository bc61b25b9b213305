"""The bodies of kernels that are not elementwise: products, softmax, labels, places."""

from __future__ import annotations

from .sums import indented, summed
from .vectors import ROWS, VECTOR

SIZES = {"float32": 4, "float64": 8}


def product(dtype: str, packed: bool, flipped: bool, wide: bool) -> str:
    """Return the body of C = A B (+ bias): m, n, k, A, its strides, B, its strides, bias, C, room.

    If B is to be `packed` it is first copied into `room`, row after row; C is made of tiles that
    are as wide as a vector, if `wide` as two. If `flipped`, it is made in `room` and copied from
    there, its rows to columns: the product of the transposes in the other order, which m and n fit
    better. bias is an address or 0.
    """
    size = SIZES[dtype]
    lanes = VECTOR // size
    pack = f"""
    for l in range(k):
        for j in range(n):
            put_{dtype}(room, l * n + j, get_{dtype}(b, l * sb0 + j * sb1))
    b = room; sb0 = n"""
    turn = f"""
    for j in range(n):
        for i in range(m):
            put_{dtype}(out, j * m + i, get_{dtype}(c, i * n + j))"""
    body = f"""
    m = p[0]; n = p[1]; k = p[2]; a = p[3]; sa0 = p[4]; sa1 = p[5]
    b = p[6]; sb0 = p[7]; sb1 = p[8]; bias = p[9]; c = p[10]; room = p[11]
    {"out = c; c = room" if flipped else ""}
    {pack if packed else ""}
    for j in range(0, n, {2 * lanes if wide else lanes}):
        i = 0"""
    if wide:
        body += f"""
        if n - j > {lanes}:{_tiles(dtype, 2, 12)}"""
    return body + _tiles(dtype, 1, 8) + (turn if flipped else "") + "\n"


def _tiles(dtype: str, vectors: int, indent: int) -> str:
    """Return the loops over the rows of a strip of C, in tiles as many vectors wide."""
    size, text = SIZES[dtype], ""
    for rows in ROWS[vectors]:
        text += f"""
        while i + {rows} <= m:
            tile_{dtype}_{rows}_{vectors}(k, a + {size} * i * sa0, sa0, sa1, b + {size} * j, sb0,
                bias + {size} * j if bias else 0, c + {size} * (i * n + j), n, n - j)
            i += {rows}"""
    return text.replace("\n        ", "\n" + " " * indent)


def products_of_rows(dtype: str, k: int) -> str:
    """Return the body of y = A b (+ bias): m, k, A, its stride of rows, b, bias, y."""
    z = f"z = get_{dtype}(a, i * s0 + l) * get_{dtype}(b, l)"
    return f"""
    m = p[0]; k = p[1]; a = p[2]; s0 = p[3]; b = p[4]; bias = p[5]; y = p[6]
    for i in range(m):
        {indented(summed(dtype, "l", "k", k, [z]), 8)}
        put_{dtype}(y, i, s + load_{dtype}(bias, 0) if bias else s)
"""


# Up to this many elements a row is taken together with others, in blocks of as many elements.
BLOCK = 1024
# Up to this many columns are a constant of the code.
FEW = 16


def softmax(dtype: str, columns: int, log: bool) -> str:
    """Return the body of the softmax of rows, or of its logarithm: n, x, columns, y, columns.

    Of short rows all passes but those for the largest and the sum go over a block at once.
    """
    size, one = SIZES[dtype], f"np.{dtype}(1)"
    if columns > BLOCK:
        return _softmax_of_long_rows(dtype, columns, log)
    return f"""
    n = p[0]; x = p[1]; m = {columns if columns <= FEW else "p[2]"}; y = p[3]
    sums = scratch(); exps = sums + {size * BLOCK}
    size = {BLOCK} // m
    for first in range(0, n, size):
        k = min(n - first, size){"" if log else "; exps = y"}
        for i in range(k):
            {indented(largest_of_row(dtype, columns), 12)}
            for j in range(m):
                put_{dtype}(y, i * m + j, get_{dtype}(x, i * m + j) - largest)
        for q in range(k * m):
            store_{dtype}(exps, q, exp(load_{dtype}(y, q)))
        for i in range(k):
            s = np.{dtype}(0)
            for j in range(m):
                s += load_{dtype}(exps, i * m + j)
            store_{dtype}(sums, i, s)
        for i in range(k):
            s = get_{dtype}(sums, i)
            put_{dtype}(sums, i, {"log(s)" if log else f"{one} / s"})
        for i in range(k):
            s = load_{dtype}(sums, i)
            for j in range(m):
                q = i * m + j
                store_{dtype}(y, q, load_{dtype}(y, q) {"-" if log else "*"} s)
        x += {size} * k * m; y += {size} * k * m
"""


def _softmax_of_long_rows(dtype: str, columns: int, log: bool) -> str:
    size, one = SIZES[dtype], f"np.{dtype}(1)"
    lines = [f"e = get_{dtype}(x, j) - largest", "z = exp(e)"]
    lines.append(f"put_{dtype}(y, j, {'e' if log else 'z'})")
    return f"""
    n = p[0]; x = p[1]; m = p[2]; y = p[3]
    for i in range(n):
        largest = largest_{dtype}(m, x)
        {indented(summed(dtype, "j", "m", columns, lines), 8)}
        s = {"log(s)" if log else f"{one} / s"}
        for j in range(m):
            store_{dtype}(y, j, load_{dtype}(y, j) {"-" if log else "*"} s)
        x += {size} * m; y += {size} * m
"""


def largest_of_row(dtype: str, columns: int) -> list[str]:
    """Return lines that find the largest element of row i of x, of m columns; see FEW."""
    if columns > FEW:
        return [f"largest = largest_{dtype}(m, x + {SIZES[dtype]} * i * m)"]
    # What a row has in the code is compared without a loop.
    return [
        f"largest = get_{dtype}(x, i * m)",
        "for j in range(1, m):",
        f"    z = get_{dtype}(x, i * m + j)",
        "    largest = z if z > largest else largest",
    ]


def softmax_pull(dtype: str, columns: int, log: bool) -> str:
    """Return the body that pulls g back through the softmax y of rows, or through its logarithm.

    Its row: n, then g, y and the result, each followed by the number of columns.
    """
    term = "" if log else f" * get_{dtype}(y, i * m + j)"
    pulled = f"get_{dtype}(y, q) * (get_{dtype}(g, q) - s)"
    if log:
        pulled = f"get_{dtype}(g, q) - exp(get_{dtype}(y, q)) * s"
    z = f"z = get_{dtype}(g, i * m + j){term}"
    return f"""
    n = p[0]; g = p[1]; m = {columns if columns <= FEW else "p[2]"}; y = p[3]; x = p[5]
    for i in range(n):
        {indented(summed(dtype, "j", "m", columns, [z]), 8)}
        for q in range(i * m, i * m + m):
            put_{dtype}(x, q, {pulled})
"""


def check_places() -> str:
    """Return the body that sets the error word for a place out of bounds, save one to be ignored.

    Its row: n, the lowest place, the end of places, the one to be ignored, places, error, and what
    the word is set to.
    """
    return """
    n = p[0]; low = p[1]; end = p[2]; ignored = p[3]; places = p[4]; error = p[5]; code = p[6]
    bad = 0
    for i in range(n):
        place = load_int64(places, i)
        bad |= (place != ignored) & ((place < low) | (place >= end))
    if bad:
        store_int64(error, 0, code)
"""


def check_probabilities(dtype: str) -> str:
    """Return the body that sets the error word unless all is between 0 and 1: n, x, error, code."""
    return f"""
    n = p[0]; x = p[1]; error = p[2]; code = p[3]
    bad = 0
    for i in range(n):
        value = load_{dtype}(x, i)
        bad += 0 if value >= np.{dtype}(0) and value <= np.{dtype}(1) else 1
    if bad:
        store_int64(error, 0, code)
"""


def one_hot(dtype: str) -> str:
    """Return the body of one-hot rows: n, classes, labels, y."""
    return f"""
    n = p[0]; classes = p[1]; labels = p[2]; y = p[3]
    for q in range(n * classes):
        store_{dtype}(y, q, np.{dtype}(0))
    for i in range(n):
        label = load_int64(labels, i)
        if label >= 0 and label < classes:
            store_{dtype}(y, i * classes + label, np.{dtype}(1))
"""


def gather(dtype: str, rank: int, dim: int) -> str:
    """Return the body that reads at places along an axis.

    Its row: the sizes of the index, that of the axis, x, its strides, the index, y, error, code.
    """
    sizes, strides, place = _ranked(rank, dim)
    names = [*sizes, "size", "x", *strides, "at", "y", "error", "code"]
    return _head(names) + _at_places(rank, f"store_{dtype}(y, q, load_{dtype}(x, {place}))", False)


def scatter(dtype: str, rank: int, dim: int) -> str:
    """Return the body that adds at places along an axis, to zeros.

    Its row: the sizes of the index, that of the axis, of all of y, y, its strides, the index, x,
    error, code.
    """
    sizes, strides, place = _ranked(rank, dim)
    names = [*sizes, "size", "total", "y", *strides, "at", "x", "error", "code"]
    line = f"w = {place}; store_{dtype}(y, w, load_{dtype}(y, w) + load_{dtype}(x, q))"
    return _head(names) + _zeros(dtype, "total") + _at_places(rank, line, True)


def take(dtype: str) -> str:
    """Return the body that reads whole rows: n, size of x, columns, x, index, y, error, code."""
    line = f"for j in range(m): store_{dtype}(y, q * m + j, load_{dtype}(x, k * m + j))"
    return _head(["n0", "size", "m", "x", "at", "y", "error", "code"]) + _at_places(1, line, True)


def put(dtype: str) -> str:
    """Return the body that adds whole rows to zeros.

    Its row: n, size of y, columns, y, index, x, error, code.
    """
    w = f"k * m + j, load_{dtype}(y, k * m + j) + load_{dtype}(x, q * m + j)"
    head = _head(["n0", "size", "m", "y", "at", "x", "error", "code"]) + _zeros(dtype, "size * m")
    return head + _at_places(1, f"for j in range(m): store_{dtype}(y, {w})", True)


def _head(names: list[str]) -> str:
    lines = [*(f"{name} = p[{place}]" for place, name in enumerate(names)), "q = 0"]
    return "".join(f"    {line}\n" for line in lines)


def _zeros(dtype: str, count: str) -> str:
    return f"    for i in range({count}):\n        store_{dtype}(y, i, np.{dtype}(0))\n"


def _ranked(rank: int, dim: int) -> tuple[list[str], list[str], str]:
    """Return the names of sizes and strides, and the place of what k names along `dim`."""
    sizes, strides = ([f"{one}{axis}" for axis in range(rank)] for one in "ns")
    terms = [f"{'k' if axis == dim else f'i{axis}'} * s{axis}" for axis in range(rank)]
    return sizes, strides, " + ".join(terms)


def _at_places(rank: int, line: str, from_end: bool) -> str:
    """Return a line in loops over an index, whose place q names k; negative ones from the end.

    A place that is none sets the error word to `code`.
    """
    heads = [f"    {'    ' * axis}for i{axis} in range(n{axis}):\n" for axis in range(rank)]
    inside = [
        "k = load_int64(at, q)",
        *(["k += size if k < 0 else 0"] if from_end else []),
        "if k < 0 or k >= size:",
        "    store_int64(error, 0, code)",
        "    return",
        line,
        "q += 1",
    ]
    return "".join([*heads, *(f"{'    ' * (rank + 1)}{one}\n" for one in inside)])


def counted() -> str:
    """Return the body that tells which labels count: n, classes, ignore, labels, y, error, code."""
    return """
    n = p[0]; classes = p[1]; ignore = p[2]; labels = p[3]; y = p[4]; error = p[5]; code = p[6]
    for i in range(n):
        label = load_int64(labels, i)
        if label != ignore and (label < 0 or label >= classes):
            store_int64(error, 0, code)
            return
        store_bool(y, i, np.uint8(label != ignore))
"""
