"""From the source text of a kernel to object code, by numba."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import compiler, compiler_lock, dispatcher, registry

WORD, BYTE = ir.IntType(64), ir.IntType(8)
OBJECT = BYTE.as_pointer()


def object_code(text: str, symbol: str) -> tuple[list[str], bytes]:
    """Return the object code of the function `kernel` of a text, which is found under `symbol`.

    Beside it the names of the functions of other libraries that it calls.

    It is a function of C of one pointer to words, or, if the text tells the KINDS of what it takes,
    one that Python calls (METH_FASTCALL).
    """
    space: dict[str, Any] = {}
    exec(compile(text, "<kernel>", "exec"), space)
    kinds = space.get("KINDS")
    arguments = (types.CPointer(types.int64),) if kinds is None else (types.int64,) * len(kinds)
    with compiler_lock.global_compiler_lock:
        compiler_ = _Compiler(space["kernel"], space.get("OPTIONS", {"nopython": True}))
        made = compiler_.compile(arguments, None)
        module = made.library.create_ir_module(symbol)
        if kinds is None:
            _wrap_for_c(module, symbol, made)
        else:
            _wrap_for_python(module, symbol, made, kinds, space["FREE"])
        made.library.add_ir_module(module)
        made.library.finalize()
        return _emitted(made.library._final_module.clone(), symbol)


def _emitted(module: Any, symbol: str) -> tuple[list[str], bytes]:
    """Return the functions that a module calls elsewhere, and its code, where only one has a name.

    All other names are this process's: numba of another one gives them to other functions.
    """
    for one in (*module.functions, *module.global_variables):
        if not one.is_declaration and one.name != symbol:
            one.linkage = "internal"
    names = [one.name for one in module.functions if one.is_declaration]
    machine = registry.cpu_target.target_context.codegen()._tm
    return [name for name in names if not name.startswith("llvm.")], machine.emit_object(module)


def offer_helpers() -> None:
    """Let LLVM find the functions that numba brings along."""
    registry.cpu_target.target_context.refresh()


class _Compiler(dispatcher._FunctionCompiler):  # type: ignore[name-defined]
    """numba's compiler, told to leave out its own wrappers and to wait for ours."""

    def __init__(self, function: Any, options: dict[str, Any]) -> None:
        super().__init__(function, registry.cpu_target, options, {}, compiler.Compiler)

    def _customize_flags(self, flags: Any) -> Any:
        flags.no_cpython_wrapper = flags.no_cfunc_wrapper = flags.no_compile = True
        flags.enable_pyobject = False
        return flags


def _wrap_for_c(module: Any, symbol: str, made: Any) -> None:
    """Define the function of C; a kernel cannot raise, so nobody asks whether it did."""
    wrapper = ir.Function(module, ir.FunctionType(ir.VoidType(), [WORD.as_pointer()]), symbol)
    builder = ir.IRBuilder(wrapper.append_basic_block())
    _call(module, builder, made, wrapper.args)
    builder.ret_void()


def _wrap_for_python(module: Any, symbol: str, made: Any, kinds: str, free: bool) -> None:
    """Define the function of Python's, (self, arguments, their number), which returns a number."""
    kind = ir.FunctionType(OBJECT, [OBJECT, OBJECT.as_pointer(), WORD])
    wrapper = ir.Function(module, kind, symbol)
    _, arguments, number = wrapper.args
    builder = ir.IRBuilder(wrapper.append_basic_block())
    wrong = wrapper.append_basic_block()
    _go_on_if(builder, builder.icmp_signed("==", number, WORD(len(kinds))), wrong)
    words = []
    for place, letter in enumerate(kinds):
        given = builder.load(builder.gep(arguments, [WORD(place)]))
        words.append(builder.ptrtoint(given, WORD) if letter == "o" else _word(builder, given))
    failed = builder.call(_python(module, "PyErr_Occurred", OBJECT), [])
    _go_on_if(builder, builder.icmp_unsigned("==", failed, OBJECT(None)), wrong)
    if free:
        state = builder.call(_python(module, "PyEval_SaveThread", OBJECT), [])
    result = _call(module, builder, made, words)
    if free:
        builder.call(_python(module, "PyEval_RestoreThread", ir.VoidType(), OBJECT), [state])
    result = WORD(0) if made.signature.return_type is types.none else result
    builder.ret(builder.call(_python(module, "PyLong_FromLongLong", OBJECT, WORD), [result]))
    builder.position_at_end(wrong)
    builder.call(_python(module, "PyErr_BadArgument", ir.IntType(32)), [])
    builder.ret(OBJECT(None))


def _word(builder: Any, given: Any) -> Any:
    return builder.call(_python(builder.module, "PyLong_AsLongLong", WORD, OBJECT), [given])


def _go_on_if(builder: Any, condition: Any, otherwise: Any) -> None:
    onwards = builder.function.append_basic_block()
    builder.cbranch(condition, onwards, otherwise)
    builder.position_at_end(onwards)


def _python(module: Any, name: str, result: Any, *arguments: Any) -> Any:
    """Return a function of Python's C interface, declared once in a module."""
    if name not in module.globals:
        ir.Function(module, ir.FunctionType(result, arguments), name)
    return module.globals[name]


def _call(module: Any, builder: Any, made: Any, arguments: Any) -> Any:
    """Call what numba has compiled, by its own convention; return the result."""
    convention = registry.cpu_target.target_context.call_conv
    signature = made.signature
    kind = convention.get_function_type(signature.return_type, signature.args)
    function = ir.Function(module, kind, made.fndesc.llvm_func_name)
    returned = signature.return_type
    _, result = convention.call_function(builder, function, returned, signature.args, arguments)
    return result
