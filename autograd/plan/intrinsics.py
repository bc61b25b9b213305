"""What the source of kernels is written with, for numba: memory by address, tiles, BLAS."""

from __future__ import annotations

from typing import Any

import numpy as np  # noqa: F401 (for the kernels' source)
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from . import tiles
from .blas import BY_ROWS

WORD, FLAG = ir.IntType(64), ir.IntType(32)
# The kernels' source finds the tiles under their names here.
globals().update(tiles.TILES)


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


def _gemm(name: str, kind: Any, element: ir.Type) -> Any:
    """Return gemm(function, turned a, turned b, m, n, k, a, lda, b, ldb, beta, c, ldc)."""

    def gemm(typing: Any, function: Any, ta: Any, tb: Any, m: Any, n: Any, k: Any, a: Any,
             lda: Any, b: Any, ldb: Any, beta: Any, c: Any, ldc: Any) -> Any:  # fmt: skip
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            function, ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc = args
            flags = [FLAG(BY_ROWS), *(builder.trunc(one, FLAG) for one in (ta, tb))]
            words = [m, n, k, element(1.0), a, lda, b, ldb, beta, c, ldc]
            given = [*flags, *words]
            kind = ir.FunctionType(ir.VoidType(), [one.type for one in given]).as_pointer()
            builder.call(builder.inttoptr(function, kind), given)
            return context.get_dummy_value()

        return types.void(*[types.int64] * 10, kind, types.int64, types.int64), generate

    gemm.__name__ = f"gemm_{name}"
    return intrinsic(gemm)


gemm_float32 = _gemm("float32", types.float32, ir.FloatType())
gemm_float64 = _gemm("float64", types.float64, ir.DoubleType())


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


__all__ = [
    *("scratch", "wide_vectors"),
    *tiles.TILES,
    *(f"{verb}_{name}" for verb in ("load", "store") for name in ("float32", "float64")),
    *(f"{verb}_{name}" for verb in ("get", "put") for name in ("float32", "float64")),
    *("gemm_float32", "gemm_float64"),
    *("load_int64", "store_int64", "load_bool", "store_bool", "np"),
]
