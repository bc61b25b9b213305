"""Native code for plans: kernels compiled from source text, called by address from one loop.

A kernel is a function of one pointer to 64-bit integers, its row of the program: sizes, strides
and the addresses of its operands. It is compiled once for all plans, and cached on disk in a file
named by its text, in a folder named by everything else that decides about its code.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import re
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import llvmlite
import numba
import numpy as np  # noqa: F401 (for the kernels' source)
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from ..kernels import doubles, mathematics, singles
from . import blas, crew, tiles
from .blas import gemm_float32, gemm_float64  # noqa: F401 (for the kernels' source)
from .crew import call_row, share

SIGNATURE = types.void(types.CPointer(types.int64))
PREAMBLE = """from numba import cfunc
from autograd.plan.native import *
from {functions} import *

@cfunc(SIGNATURE, nopython=True, cache=True, error_model="numpy", fastmath={fastmath})
def kernel(p):{first}
"""
# What a kernel computes with: our vector code, or the C library, which rounds as Python does.
VECTOR_CODE, C_LIBRARY = mathematics.__name__, "math"
CALL = re.compile(rf"\b({'|'.join(mathematics.__all__)})\(")
# The kernels' source finds the tiles under their names here.
globals().update(tiles.TILES)
_here = sys.modules[__name__]
_known: dict[str, Any] = {}
_lock = threading.Lock()


def _memory_access(name: str, kind: Any, element: ir.Type, apart: bool = False) -> tuple[Any, Any]:
    """Return load(address, place) and store(address, place, value) for one type of element.

    Those that keep `apart` promise that no such load reads what such a store writes.
    """

    def load(typing: Any, address: Any, place: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            base = builder.inttoptr(args[0], element.as_pointer())
            value = builder.load(builder.gep(base, [args[1]]))
            if apart:
                value.set_metadata("noalias", _output_scope(builder.module))
            return value

        return kind(types.int64, types.int64), generate

    def store(typing: Any, address: Any, place: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            base = builder.inttoptr(args[0], element.as_pointer())
            stored = builder.store(args[2], builder.gep(base, [args[1]]))
            if apart:
                stored.set_metadata("alias.scope", _output_scope(builder.module))
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, kind), generate

    load.__name__, store.__name__ = f"load_{name}", f"store_{name}"
    return intrinsic(load), intrinsic(store)


def _output_scope(module: Any) -> Any:
    domain = module.add_metadata(["glassgrad"])
    return module.add_metadata([module.add_metadata(["output", domain])])


load_float32, store_float32 = _memory_access("float32", types.float32, ir.FloatType())
load_float64, store_float64 = _memory_access("float64", types.float64, ir.DoubleType())
load_int64, store_int64 = _memory_access("int64", types.int64, ir.IntType(64))
get_float32, put_float32 = _memory_access("float32", types.float32, ir.FloatType(), apart=True)
get_float64, put_float64 = _memory_access("float64", types.float64, ir.DoubleType(), apart=True)
load_bool, store_bool = _memory_access("bool", types.uint8, ir.IntType(8))


@njit(types.int64(types.int64), nogil=True, cache=True)
def run(part: int) -> int:
    """Run the rows of one part of a program; return the error word.

    part is the address of six words: the addresses of the program and of the offsets of the rows in
    it, how many rows there are, the address of the error word, at which it stops, that of a number
    for each row, how many from it on may run at once, and that of the crew which shares those.
    """
    program, starts, error = load_int64(part, 0), load_int64(part, 1), load_int64(part, 3)
    together, crew = load_int64(part, 4), load_int64(part, 5)
    i, count = 0, load_int64(part, 2)
    while i < count and load_int64(error, 0) == 0:
        size = load_int64(together, i)
        if size == 1:
            row = program + 8 * load_int64(starts, i)
            call_row(load_int64(row, 0), row + 8)
        else:
            share(crew, program, starts + 8 * i, size)
        i += size
    return load_int64(error, 0)


@intrinsic
def scratch(typing: Any) -> Any:
    """Return the address of 16 KiB that a kernel may use while it runs, on its thread's stack."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        memory = cgutils.alloca_once(builder, ir.IntType(8), 1 << 14)
        memory.align = 64
        return builder.ptrtoint(memory, ir.IntType(64))

    return types.int64(), generate


@intrinsic
def wide_vectors(typing: Any) -> Any:
    """Let LLVM use the widest vectors the processor has, not the half of them that it prefers."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        # llvmlite does not know this attribute, and would refuse it.
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), generate


def text_of(body: str, fastmath: str = "{'contract'}", functions: str = VECTOR_CODE) -> str:
    """Return the source text of the kernel with this body, which is what names it.

    functions is the module of the mathematical functions that the body calls.
    """
    wide = functions == VECTOR_CODE and CALL.search(body)
    first = "\n    wide_vectors()" if wide else ""
    return PREAMBLE.format(functions=functions, fastmath=fastmath, first=first) + body


def kernel_address(text: str) -> int:
    """Return the address of the kernel of this text, compiled now, or earlier and cached."""
    with _lock:
        if text not in _known:
            # The module is kept: it owns the code.
            _known[text] = _module(text)
        return _known[text].kernel.address


def is_compiled(text: str) -> bool:
    """Return whether the kernel of this text is loaded, or in numba's cache on disk."""
    path = _path(text)
    return text in _known or any(path.parent.glob(f"__pycache__/{path.stem}.*.nbi"))


def _path(text: str) -> Path:
    digest = hashlib.sha256(text.encode()).hexdigest()[:20]
    return cache_folder() / f"kernel_{digest}.py"


def _module(text: str) -> ModuleType:
    """Write the text to a file of the cache and import that: numba caches functions of files."""
    path = _path(text)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
        draft.write_text(text)
        draft.replace(path)
    name = f"glassgrad_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Under its name before it is executed: else numba cannot load what it cached.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def cache_folder() -> Path:
    """Return the folder of compiled kernels: another for other versions, processor or helpers."""
    base = os.environ.get("GLASSGRAD_CACHE") or Path.home() / ".cache" / "glassgrad"
    return Path(base) / _fingerprint()


@functools.cache
def _fingerprint() -> str:
    modules = (_here, mathematics, singles, doubles, tiles, blas, crew)
    helpers = [Path(str(one.__file__)) for one in modules]
    facts = [
        numba.__version__,
        llvmlite.__version__,
        sys.version,
        llvmlite.binding.get_host_cpu_name(),
    ]
    digest = hashlib.sha256("|".join(facts).encode())
    for helper in helpers:
        digest.update(helper.read_bytes())
    return digest.hexdigest()[:16]


__all__ = [
    *("SIGNATURE", "scratch", "wide_vectors"),
    *tiles.TILES,
    *(f"{verb}_{name}" for verb in ("load", "store") for name in ("float32", "float64")),
    *(f"{verb}_{name}" for verb in ("get", "put") for name in ("float32", "float64")),
    *("gemm_float32", "gemm_float64"),
    *("load_int64", "store_int64", "load_bool", "store_bool", "np"),
]
