"""The public surface, sample by sample: each sample is a line of code that PyTorch runs too.

A family of functions is a module here with its SAMPLES; reference/surface holds what PyTorch
returns for them (see reference/make_surface.py), and test_surface.py compares.
"""

import importlib
import pkgutil

FAMILIES = {
    module.name: importlib.import_module(f"surface.{module.name}").SAMPLES
    for module in pkgutil.iter_modules(__path__)
    if module.name != "sampling"
}
