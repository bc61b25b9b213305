"""ArrayMethods: every operator and method of the public surface, written once for all carriers."""

from __future__ import annotations

from .methods.elementwise import ElementwiseMethods
from .methods.products import ProductMethods
from .methods.reductions import ReductionMethods
from .methods.shapes import ShapeMethods


class ArrayMethods(ElementwiseMethods, ReductionMethods, ProductMethods, ShapeMethods):
    """The operators and methods that are operations; a carrier inherits them and brings `_run`."""

    __slots__ = ()
