"""All of calculus on one page: `python -m autograd` prints every operation and its derivatives.

`python -m autograd exp matmul` prints these alone. g is the gradient that comes from the output.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from . import ops
from .operation import Op


def entries() -> Iterator[tuple[str, Op]]:
    """Yield every operation once, with the module that it is defined in."""
    seen = set()
    for found in pkgutil.iter_modules(ops.__path__):
        module = importlib.import_module(f"autograd.ops.{found.name}")
        text = inspect.getsource(module)
        for name, value in vars(module).items():
            # Where it is defined, not where it is used too.
            if re.search(rf"^(def {name}\(|{name} = )", text, re.MULTILINE):
                op = getattr(value, "op", None)
                if isinstance(op, Op) and op not in seen:
                    seen.add(op)
                    yield found.name, op


def lines_of(op: Op) -> Iterator[str]:
    """Yield what an operation is, then a line for every argument that has a derivative."""
    arguments = ", ".join([*op.arrays, *op.statics])
    meaning = (op.forward.__doc__ or "").partition("\n")[0]
    function = f" = {op.expression}" if op.expression else ""
    yield f"{op.name}({arguments}){function}" + (f"    {meaning}" if not function else "")
    for name, rule in op.rules.items():
        yield f"    d{name}  {formula(rule)}"


def formula(rule: Callable) -> str:
    """Return the code of a rule: of a lambda its expression, of a function its statements."""
    code: Any = rule.__code__
    names = [*inspect.signature(rule).parameters]
    for node in _functions(code.co_filename):
        if node.lineno == code.co_firstlineno and [one.arg for one in node.args.args] == names:
            if isinstance(node, ast.Lambda):
                return ast.unparse(node.body)
            body = [one for one in node.body if not _is_text(one)]
            return "; ".join(" ".join(ast.unparse(one).split()) for one in body)
    return rule.__name__


@cache
def _functions(path: str) -> list[Any]:
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    return [one for one in ast.walk(tree) if isinstance(one, ast.Lambda | ast.FunctionDef)]


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def main(wanted: list[str]) -> None:
    """Print the page, or what it says of the operations of these names."""
    page = list(entries())
    names = sorted({op.name for _, op in page})
    for name in wanted:
        if name not in names:
            near = [one for one in names if one.startswith(name[:4])]
            near = near or difflib.get_close_matches(name, names)
            hint = f"; there is {', '.join(near)}" if near else ""
            sys.exit(f"python -m autograd: no operation is called {name!r}{hint}")
    room = None
    for module, op in page:
        if wanted and op.name not in wanted:
            continue
        if module != room:
            print(f"\n{module}\n")
        room = module
        print("\n".join(lines_of(op)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m autograd", description=__doc__)
    parser.add_argument("operation", nargs="*")
    main(parser.parse_args().operation)
