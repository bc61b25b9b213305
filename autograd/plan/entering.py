"""The native side of the quick way into a plan: what looks at the words of a `quick.Table`."""

from __future__ import annotations

from typing import Any

from numba import njit, types
from numba.extending import intrinsic

from .intrinsics import (
    load_bool,
    load_float64,
    load_int64,
    store_bool,
    store_float64,
    store_int64,
)
from .loops import point, run
from .objects import COUNT, ITEMS, REFERENT, TYPE
from .pointing import DATA, FLAGS, WRITEABLE
from .quick import (
    ALL,
    ARGUMENTS,
    ARMED,
    BYTES,
    CHANGED,
    DONE,
    FIXED,
    GUARDS,
    HEADERS,
    HOLDS,
    IN_ARRAY,
    IN_NODE,
    LEFT,
    MEMORY,
    MOVED,
    NDARRAY,
    NONE,
    PART,
    REFUSED,
    RESULT,
    SPANS,
    TENSOR,
)  # fmt: skip


@intrinsic
def hold(typing: Any, items: Any, place: Any, one: Any) -> Any:
    """Do items[place] = one for a list and an object, all given by their addresses."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        python = context.get_python_api(builder)
        held = builder.inttoptr(args[2], python.pyobj)
        python.incref(held)
        python.list_setitem(builder.inttoptr(args[0], python.pyobj), args[1], held)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), generate


@intrinsic
def put_number(typing: Any, mapping: Any, key: Any, number: Any) -> Any:
    """Do mapping[key] = number for a dict and a key, given by their addresses, and a float."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        python = context.get_python_api(builder)
        made = python.float_from_double(args[2])
        where = [builder.inttoptr(one, python.pyobj) for one in args[:2]]
        python.dict_setitem(*where, made)
        python.decref(made)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.float64), generate


@njit
def _take(table: int, args: int) -> int:
    """Point the program at its arguments, Tensors outside any graph; return whether they suit.

    They do not while an array that the program writes is read-only.
    """
    headers = load_int64(table, HEADERS)
    for one in range(load_int64(headers, 0)):
        if not load_int64(load_int64(headers, 1 + one), FLAGS) & WRITEABLE:
            return 0
    arguments, spans = load_int64(table, ARGUMENTS), load_int64(table, SPANS)
    if load_int64(args, COUNT) != load_int64(arguments, 0):
        return 0
    for place in range(load_int64(arguments, 0)):
        tensor, row = load_int64(args, ITEMS + place), arguments + 8 + 24 * place
        if load_int64(tensor, TYPE) != load_int64(table, TENSOR):
            return 0
        if load_int64(tensor, load_int64(table, IN_NODE)) != load_int64(table, NONE):
            return 0
        only, array = load_int64(row, 0), load_int64(tensor, load_int64(table, IN_ARRAY))
        if only != 0 and load_int64(only, REFERENT) != tensor:
            return 0
        if load_int64(array, TYPE) != load_int64(table, NDARRAY):
            return 0
        if not point(load_int64(row, 1), spans, array):
            return 0
    return 1


@njit
def _arm(table: int, first: int, end: int) -> None:
    """Expect of some guards what is there now."""
    guards = load_int64(table, GUARDS)
    for one in range(first, end):
        store_int64(guards, 2 * one + 1, load_int64(load_int64(guards, 2 * one), 0))


@njit
def _leave(table: int, made: int) -> None:
    """Leave what a step leaves: its result in an array, and the numbers in dicts."""
    source, target = load_int64(table, RESULT), load_int64(made, DATA)
    for place in range(load_int64(table, BYTES)):
        store_bool(target, place, load_bool(source, place))
    moved, left = load_int64(table, MOVED), load_int64(table, LEFT)
    for one in range(load_int64(moved, 0)):
        number = load_float64(load_int64(moved, 2 + 2 * one), 0)
        store_float64(load_int64(moved, 1 + 2 * one), 0, number)
    for one in range(load_int64(left, 0)):
        row = left + 8 + 24 * one
        number = load_float64(load_int64(row, 0), 0)
        put_number(load_int64(row, 1), load_int64(row, 2), number)
    _arm(table, load_int64(table, ARMED), load_int64(table, ALL))


@njit
def arm(_: int, table: int) -> int:
    """Expect from now on what is there now, if Python finds that it may be so."""
    store_int64(table, HOLDS, 0)
    _arm(table, load_int64(table, FIXED), load_int64(table, ALL))
    return DONE


@njit
def arm_last(_: int, table: int) -> int:
    """Expect what a step has just left in the dicts that every call changes."""
    _arm(table, load_int64(table, ARMED), load_int64(table, ALL))
    return DONE


@njit
def enter(args: int, made: int, table: int, checked: int) -> int:
    """Do the step on `args`, a tuple of Tensors, and put its result into the array `made`.

    Unless all was `checked` just now, the guards are looked at first. A table without anything to
    run only points the program at the arguments.
    """
    if not checked:
        guards = load_int64(table, GUARDS)
        for one in range(load_int64(table, ALL)):
            if load_int64(load_int64(guards, 2 * one), 0) != load_int64(guards, 2 * one + 1):
                return CHANGED
    tensors = args
    if not _take(table, tensors):
        return CHANGED
    store_int64(table, HOLDS, 1)
    code, part = DONE, load_int64(table, PART)
    if part:
        error = run(part)
        if error:
            code = REFUSED + error
            # Here, while no other thread can meet the error that this one will raise.
            store_int64(load_int64(part, 3), 0, 0)
        else:
            _leave(table, made)
    # Last, since letting go of earlier arguments may run Python's code.
    arguments = load_int64(table, ARGUMENTS)
    for place in range(load_int64(arguments, 0)):
        tensor = load_int64(tensors, ITEMS + place)
        root = load_int64(arguments, 3 + 3 * place)
        hold(load_int64(table, MEMORY), root, load_int64(tensor, load_int64(table, IN_ARRAY)))
    return code
