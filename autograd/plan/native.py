"""Native code for plans: kernels and loops, compiled once for a machine, called by address.

A kernel is a function of one pointer to 64-bit integers, its row of the program: sizes, strides
and the addresses of its operands. Its object code is cached on disk in a file named by its source
text, in a folder named by everything else that decides about the code. Loading that takes a
fraction of a millisecond, and LLVM alone: numba is imported when something is to be compiled.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
import hashlib
import importlib.util
import os
import re
import shutil
import stat
import sys
import tempfile
import threading
import warnings
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from ..forks import lock_over_forks

PREAMBLE = """from autograd.plan.intrinsics import *
from {functions} import *

OPTIONS = {{"nopython": True, "error_model": "numpy", "fastmath": {fastmath}}}

def kernel(p):{first}
"""
# What a kernel computes with: our vector code, or the C library, which rounds as Python does.
VECTOR_CODE, C_LIBRARY = "autograd.kernels.mathematics", "math"
# What stands in our vector code; to ask that would load numba.
FUNCTIONS = (
    *("exp", "log", "log1p", "tanh", "sigmoid", "softplus"),
    *("sqrt", "sin", "cos", "pow"),
)
FUNCTION_CALL = re.compile(rf"\b({'|'.join(FUNCTIONS)})\(")
ENTRY = """from autograd.plan.{module} import {name}

kernel = {name}.py_func
KINDS, FREE = {kinds!r}, {free}
"""
# Beside the kernels' text these decide about their code.
HELPERS = (
    *("../crossover.py", "blas.py", "codegen.py", "crew.py", "entering.py", "intrinsics.py"),
    *("launching.py", "loops.py", "objects.py", "pieces.py", "pointing.py", "quick.py"),
    *("tiles.py", "vectors.py"),
)
# numba's settings that decide too.
SETTINGS = ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_OPT")
# Bytes of the checksum at the head of a file.
DIGEST = 32
# How CPython calls a function that takes an array of arguments.
METH_FASTCALL = 0x0080

_specification = importlib.util.find_spec("numba")
if _specification is None:
    raise ModuleNotFoundError(
        "plans compile their kernels with numba, which is not there", name="numba"
    )

_known: dict[str, int] = {}
# What Python knows of native functions, as long as the process lasts.
_kept: list[Any] = []
_lock = lock_over_forks()


class Entry:
    """A native loop that Python calls; its source is the function `name` of a module for numba.

    kinds has a letter an argument: w for a word, o for an object, of which it gets the address.
    It runs without Python's lock if `free`.
    """

    def __init__(self, name: str, kinds: str, module: str = "loops", free: bool = True) -> None:
        self.text = ENTRY.format(module=module, name=name, kinds=kinds, free=free)
        self._name = name.encode()
        self._function: Any = None

    def load(self) -> Any:
        """Return the function: loaded, or compiled, by the first call."""
        if self._function is None:
            self._function = _builtin(self._name, kernel_address(self.text))
        return self._function

    def __call__(self, *arguments: Any) -> int:
        """Call the function; who calls it often asks for it once."""
        return self.load()(*arguments)


run = Entry("run", "w")


def enabled() -> bool:
    """Return whether numba compiles, without loading it."""
    numba = sys.modules.get("numba")
    if numba is not None:
        return not numba.config.DISABLE_JIT
    return not int(os.environ.get("NUMBA_DISABLE_JIT") or 0)


def text_of(body: str, fastmath: str = "{'contract'}", functions: str = VECTOR_CODE) -> str:
    """Return the source text of the kernel with this body, which is what names it.

    functions is the module of the mathematical functions that the body calls.
    """
    wide = functions == VECTOR_CODE and FUNCTION_CALL.search(body)
    first = "\n    wide_vectors()" if wide else ""
    return PREAMBLE.format(functions=functions, fastmath=fastmath, first=first) + body


def kernel_address(text: str) -> int:
    """Return the address of the kernel of this text, compiled now, or earlier and cached."""
    with _lock:
        if text not in _known:
            held = _cached(_path(text)) or _compiled(text)
            _known[text] = _linked(held, _symbol(text))
        return _known[text]


def is_compiled(text: str) -> bool:
    """Return whether the kernel of this text is loaded, or its code cached on disk."""
    return text in _known or os.path.exists(_path(text))


def store(text: str) -> None:
    """Compile the kernel of this text into the cache on disk, for this process or another one."""
    if not is_compiled(text):
        _compiled(text)


def cache_folder() -> Path:
    """Return the folder of compiled kernels: another for other versions, processor or helpers."""
    base = os.environ.get("GLASSGRAD_CACHE") or _users_folder()
    folder = Path(base) / _fingerprint()
    _warn_of_others(folder)
    return folder


def _users_folder() -> str:
    """Return the user's folder; without a home a new one, for this program and its helpers."""
    try:
        return str(Path.home() / ".cache" / "glassgrad")
    except RuntimeError:
        made = os.environ["GLASSGRAD_CACHE"] = tempfile.mkdtemp(prefix="glassgrad-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        return made


@functools.cache
def _warn_of_others(folder: Path) -> None:
    """Warn if others can put code into a folder of the cache, from which it is loaded."""
    for one in (folder, folder.parent):
        if hasattr(os, "getuid") and one.exists():
            status = one.stat()
            if status.st_uid not in (os.getuid(), 0) or status.st_mode & stat.S_IWOTH:
                warnings.warn(
                    f"{one} can be written by other users, whose code would run here as yours; "
                    "set GLASSGRAD_CACHE to a folder that only you can write",
                    stacklevel=2,
                )
                return


def _symbol(text: str) -> str:
    return f"kernel_{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _path(text: str) -> Path:
    return cache_folder() / f"{_symbol(text)}.o"


def _cached(path: Path) -> bytes | None:
    """Return what a file of the cache holds, None if there is none, or not all of it."""
    try:
        content = path.read_bytes()
    except OSError:
        # Not there, or not for us: it is compiled, and whoever keeps it tells what is wrong.
        return None
    digest, held = content[:DIGEST], content[DIGEST:]
    return held if hashlib.sha256(held).digest() == digest else None


def _compiled(text: str) -> bytes:
    """Compile a kernel; return what its file holds, which is there as a whole or not at all.

    That is a line of the names of all functions that it calls elsewhere, then the object code.
    Where it cannot be kept a warning tells the cure.
    """
    from .codegen import object_code

    names, code = object_code(text, _symbol(text))
    held = " ".join(names).encode() + b"\n" + code
    try:
        _keep(_path(text), held)
    except OSError as error:
        warnings.warn(
            f"what is compiled cannot be kept, and is compiled anew by every program: {error}; set "
            "GLASSGRAD_CACHE to a folder that can be written",
            stacklevel=2,
        )
    return held


def _keep(path: Path, held: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
    draft.write_bytes(hashlib.sha256(held).digest() + held)
    draft.replace(path)


def _linked(held: bytes, symbol: str) -> int:
    """Load object code; return the address of its function of this name."""
    names, _, code = held.partition(b"\n")
    # After the engine is made, with which LLVM finds what is in the process.
    engine = _engine()
    _find(names.decode().split())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine.get_function_address(symbol)


@functools.cache
def _engine() -> Any:
    """Return what holds native code, as long as the process lasts."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(codemodel="jitdefault", jit=True)
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)


def _find(names: list[str]) -> None:
    """See to it that LLVM finds these functions: what it does not find ends the process."""
    if all(map(llvm.address_of_symbol, names)):
        return
    # What is in no library of the system is one of numba's helpers.
    from .codegen import offer_helpers

    offer_helpers()
    if missing := [name for name in names if not llvm.address_of_symbol(name)]:
        raise RuntimeError(f"no library has {', '.join(missing)}, which a compiled kernel calls")


class _MethodDef(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


def _builtin(name: bytes, address: int) -> Any:
    """Return the function of Python's that the native one at `address` is."""
    definition = _MethodDef(name, address, METH_FASTCALL, None)
    _kept.append(definition)
    make = ctypes.pythonapi.PyCFunction_NewEx
    make.restype = ctypes.py_object
    make.argtypes = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
    return make(ctypes.addressof(definition), None, None)


@functools.cache
def _fingerprint() -> str:
    here = Path(__file__).parent
    assert _specification is not None
    assert _specification.origin is not None
    facts = [
        llvmlite.__version__,
        np.__version__,
        sys.version,
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
        *(os.environ.get(name, "") for name in SETTINGS),
    ]
    digest = hashlib.sha256("|".join(facts).encode())
    helpers = [Path(_specification.origin).with_name("_version.py")]
    helpers += [here / name for name in HELPERS] + sorted((here.parent / "kernels").glob("*.py"))
    for helper in helpers:
        digest.update(helper.read_bytes())
    return digest.hexdigest()[:16]
