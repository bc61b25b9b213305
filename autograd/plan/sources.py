"""The bodies of kernels that are not elementwise: products, sums, the loss of labels."""

from __future__ import annotations


def product(dtype: str, transposed: bool) -> str:
    """Return the body of C = A B (+ bias): row m, n, k, A, its strides, B, its strides, bias, C.

    B whose columns are contiguous (`transposed`) is first copied row after row. Then four rows of
    B, times what stands in four rows of A, are added to four rows of C at a time, which LLVM turns
    into vector code. bias is an address or 0.
    """
    size = {"float32": 4, "float64": 8}[dtype]
    pack = [
        f"packed = np.empty(k * n + 1, np.{dtype})",
        "for l in range(k):",
        "    for j in range(n):",
        f"        packed[l * n + j] = get_{dtype}(b, l * sb0 + j * sb1)",
        "b = np.int64(packed.ctypes.data); sb0 = n",
    ]
    body = [
        "m = p[0]; n = p[1]; k = p[2]; a = p[3]; sa0 = p[4]; sa1 = p[5]",
        "b = p[6]; sb0 = p[7]; sb1 = p[8]; bias = p[9]; c = p[10]",
        *(pack if transposed else []),
        "for q in range(m * n):",
        f"    put_{dtype}(c, q, np.{dtype}(0))",
        "if bias != 0:",
        "    for i in range(m):",
        "        for j in range(n):",
        f"            put_{dtype}(c, i * n + j, get_{dtype}(bias, j))",
        "i = 0",
    ]
    for rows in (4, 1):
        body.append(f"while i + {rows} <= m:")
        body += [f"    c{d} = c + (i + {d}) * n * {size}" for d in range(rows)]
        body.append("    l = 0")
        for columns in (4, 1):
            body.append(f"    while l + {columns} <= k:")
            body += [f"        b{e} = b + (l + {e}) * sb0 * {size}" for e in range(columns)]
            body += [
                f"        x{d}{e} = get_{dtype}(a, (i + {d}) * sa0 + (l + {e}) * sa1)"
                for d in range(rows)
                for e in range(columns)
            ]
            body.append("        for j in range(n):")
            body += [f"            y{e} = get_{dtype}(b{e}, j)" for e in range(columns)]
            for d in range(rows):
                sum_ = " + ".join(f"x{d}{e} * y{e}" for e in range(columns))
                body.append(f"            put_{dtype}(c{d}, j, load_{dtype}(c{d}, j) + ({sum_}))")
            body.append(f"        l += {columns}")
        body.append(f"    i += {rows}")
    if transposed:
        # Keeps the copy alive: only its address was used above.
        body.append("packed[0] = packed[0]")
    return "\n".join(f"    {line}" for line in body) + "\n"


def row_sums(dtype: str) -> str:
    """Return the body that sums the inner axis: row outer, inner, x, its strides, y."""
    return f"""
    n = p[0]; m = p[1]; x = p[2]; s0 = p[3]; s1 = p[4]; y = p[5]
    for i in range(n):
        total = np.{dtype}(0)
        if s1 == 1:
            for j in range(m):
                total += load_{dtype}(x, i * s0 + j)
        else:
            for j in range(m):
                total += load_{dtype}(x, i * s0 + j * s1)
        store_{dtype}(y, i, total)
"""


def column_sums(dtype: str) -> str:
    """Return the body that sums the outer axis of rows that are contiguous: n, m, x, stride, y."""
    return f"""
    n = p[0]; m = p[1]; x = p[2]; s0 = p[3]; y = p[4]
    for j in range(m):
        store_{dtype}(y, j, np.{dtype}(0))
    for i in range(n):
        for j in range(m):
            store_{dtype}(y, j, load_{dtype}(y, j) + load_{dtype}(x, i * s0 + j))
"""


def cross_entropy(dtype: str, reduction: str) -> str:
    """Return the body of the fused loss: n, classes, ignore, x, labels, loss, p, number."""
    t = f"np.{dtype}"
    each = f"store_{dtype}(loss, i, value)" if reduction == "none" else "total += value"
    ends = {
        "none": "",
        "sum": f"    store_{dtype}(loss, 0, total)",
        "mean": f"    store_{dtype}(loss, 0, total / number)",
    }
    return f"""
    n = p[0]; classes = p[1]; ignore = p[2]; x = p[3]; labels = p[4]
    loss = p[5]; probability = p[6]; counted = p[7]
    total = {t}(0); number = {t}(0)
    for i in range(n):
        label = load_int64(labels, i)
        row = i * classes
        largest = load_{dtype}(x, row)
        for j in range(1, classes):
            z = load_{dtype}(x, row + j)
            largest = z if z > largest or z != z else largest
        s = {t}(0)
        for j in range(classes):
            e = exp({t}(load_{dtype}(x, row + j) - largest))
            store_{dtype}(probability, row + j, e)
            s += e
        counts = label != ignore
        scale = {t}(1) / s if counts else {t}(0)
        for j in range(classes):
            store_{dtype}(probability, row + j, load_{dtype}(probability, row + j) * scale)
        value = {t}(0)
        if counts:
            value = log(s) - (load_{dtype}(x, row + label) - largest)
            number += {t}(1)
        {each}
    store_{dtype}(counted, 0, number)
{ends[reduction]}
"""


def check_labels() -> str:
    """Return the body that puts 1 + place of the first bad label into the error word."""
    return """
    n = p[0]; classes = p[1]; ignore = p[2]; labels = p[3]; error = p[4]
    for i in range(n):
        label = load_int64(labels, i)
        if label != ignore and (label < 0 or label >= classes):
            store_int64(error, 0, i + 1)
            return
"""


def one_hot(dtype: str) -> str:
    """Return the body of one-hot rows: n, classes, labels, y."""
    return f"""
    n = p[0]; classes = p[1]; labels = p[2]; y = p[3]
    for i in range(n):
        label = load_int64(labels, i)
        for j in range(classes):
            store_{dtype}(y, i * classes + j, np.{dtype}(j == label))
"""
