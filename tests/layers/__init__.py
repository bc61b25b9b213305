"""Every layer and loss, sample by sample: how it is made and called, in code that PyTorch runs too.

A family of layers is a module here with its SAMPLES, pairs of both; reference/layers holds what
PyTorch answers (see reference/make_layers.py), and test_layer_samples.py compares.
"""

import importlib
import pkgutil

FAMILIES = {
    module.name: importlib.import_module(f"layers.{module.name}").SAMPLES
    for module in pkgutil.iter_modules(__path__)
    if module.name != "running"
}
