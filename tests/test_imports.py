"""Imports point one way, `nn` stands on the public `autograd`, and importing loads little."""

import ast
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import autograd

ROOT = Path(__file__).parents[1]

# The house, lowest first: a module imports from rows above its own alone. The modules of a
# package (ops, methods, plan, kernels) may import one another.
LAYERS = (
    ("user_code", "forks"),
    (
        "dtypes",
        "argument_names",
        "versions",
        "threads",
        "crossover",
        "determinism",
        "memory",
        "devices",
        "box_muller",
        "cuda",
        "backends",
        "namesake",
        "return_types",
        "kernels",
    ),
    ("streams", "graph", "limits"),
    ("anomaly",),
    ("generating",),
    ("calls", "scalar_calls", "live", "making", "distributions"),
    ("operation", "hooks"),
    ("ops",),
    ("methods", "special", "linalg", "promotion"),
    ("arrays",),
    ("sweep",),
    ("gradients",),
    ("views",),
    ("tracking",),
    ("inplace", "conversions", "printing", "rendering", "storage", "new", "filling"),
    ("tensors", "scalars"),
    ("creation", "checking"),
    ("ranges", "drawn"),
    ("plan", "drawing"),
    ("takeover",),
    ("tapes",),
    ("large", "products"),
    ("__main__",),
)
LAYER = {name: place for place, names in enumerate(LAYERS) for name in names}

# What nn imports of autograd beside its public names, and why.
EXCEPTIONS = {
    ("nn.optim.lr_scheduler.schedule", "autograd.user_code"): "warns of the user's line",
    ("nn.script_compile", "autograd.user_code"): "warns of the user's line",
    ("nn.optim.stepping", "autograd.hooks"): "optimizers and Tensors have the same handles",
    ("nn.optim.stepping", "autograd.live"): "a recorded step holds while the hooks are the same",
    ("nn.optim.lbfgs", "autograd.live"): "refuses to be recorded",
    ("nn.optim.lbfgs", "autograd.versions"): "writes into parameters",
    ("nn.layers.channel_norms", "autograd.user_code"): "warns of the user's line",
    ("nn.layers.recurrent", "autograd.user_code"): "warns of the user's line",
    ("nn.layers.recurrent", "autograd.ops.recurrent"): "operations on sequences; nn packs them",
    ("nn.utils.clipping", "autograd.user_code"): "warns of the user's line",
    ("nn.utils.clipping", "autograd.live"): "reads no values in a trace",
    ("nn.summarising", "autograd.hooks"): "watches the calls of Modules",
    ("nn.summarising", "autograd.graph"): "watches the operations that a call runs",
    ("nn.summarising", "autograd.ops.recurrent"): "knows the weights of a recurrence",
    ("nn.state", "autograd.hooks"): "Modules and Tensors have the same handles",
    ("nn.state", "autograd.live"): "tells when parts have changed",
    ("nn.containers", "autograd.live"): "tells when parts have changed",
    ("nn.mistakes", "autograd.user_code"): "warns of the user's line",
    ("nn.mistakes", "autograd.ops.fused"): "knows a softmax by its op",
    ("nn.hooks", "autograd.hooks"): "Modules and Tensors have the same handles",
    ("nn.init", "autograd.user_code"): "warns of the user's line",
    ("nn.loss_functions", "autograd.user_code"): "warns of the user's line",
    ("nn.functions.resizing", "autograd.user_code"): "warns of the user's line",
    ("nn.functions.likelihood_losses", "autograd.user_code"): "warns of the user's line",
    ("nn.functions.grids", "autograd.user_code"): "warns of the user's line",
    ("nn.functions.dropout", "autograd.user_code"): "warns of the user's line",
    ("nn.functions.activations", "autograd.user_code"): "warns of the user's line",
    ("nn.functions.embedding", "autograd.ops.fused"): "the check of classes is an operation",
    (
        "nn.loss_functions",
        "autograd.ops.fused",
    ): "losses are fused operations; nn gives their names",
    ("nn.functions.activations", "autograd.ops.activations"): "nn gives their names to activations",
    ("nn.functions.activations", "autograd.inplace"): "makes their forms that change the input",
    (
        "nn.functions.convolution",
        "autograd.ops.convolution",
    ): "operations on batches and windows; nn gives their names",
    ("nn.functions.convolution", "autograd.ops.windows"): "as above",
    ("nn.functions.convolution", "autograd.dtypes"): "errors propose a conversion",
    ("nn.functions.grids", "autograd.ops.rounding"): "whole numbers without gradients",
    ("nn.functions.grids", "autograd.ops.index"): "reads elements at places",
    ("nn.functions.normalisation", "autograd.dtypes"): "errors propose a conversion",
    ("nn.functions.padding", "autograd.ops.resample"): "operations on axes; nn checks arguments",
    ("nn.functions.resizing", "autograd.ops.resample"): "as above",
    ("nn.functions.resizing", "autograd.ops.pooling"): "areas are cells",
    ("nn.functions.embedding", "autograd.ops.embedding"): "operations on tables",
    ("nn.functions.embedding", "autograd.ops.index"): "takes rows at places",
    (
        "nn.functions.likelihood_losses",
        "autograd.ops.fused",
    ): "losses are reduced as fused ones are",
    ("nn.functions.margin_losses", "autograd.ops.fused"): "as above",
    ("nn.functions.margin_losses", "autograd.ops.index"): "takes the scores of labels",
    ("nn.functions.margin_losses", "autograd.ops.labels"): "lists of labels as booleans",
    ("nn.functions.ctc", "autograd.ops.fused"): "losses are reduced as fused ones are",
    ("nn.functions.ctc", "autograd.ops.index"): "takes the scores of labels",
    ("nn.functions.normalisation", "autograd.ops.normalise"): "one operation for all such layers",
    ("nn.functions.normalisation", "autograd.ops.pooling"): "means over neighbouring channels",
    ("nn.functions.pooling", "autograd.ops.pooling"): "operations on windows; nn gives their names",
    ("nn.functions.pooling", "autograd.ops.windows"): "as above",
    ("nn.functions.pooling", "autograd.ops.index"): "takes elements at the places of the largest",
    ("nn.functions.sliding", "autograd.ops.windows"): "checks arguments, and makes windows of them",
    ("nn.module", "autograd.live"): "a recording holds in training mode or out of it",
    ("nn.registers", "autograd.live"): "a recording holds while a Module has its parts",
    ("nn.optim.lr_scheduler.schedule", "autograd.live"): "refuses to be recorded",
    ("nn.optim.blocks", "autograd.tapes"): "large parameters move in a native loop",
    ("nn.optim.moving", "autograd.live"): "step counts are inputs of a trace",
    ("nn.optim.moving", "autograd.ops.write"): "writes a parameter, also in a trace",
    ("nn.optim.moving", "autograd.versions"): "notes what is changed in place",
    ("nn.optim.packs", "autograd.versions"): "finds parameters that share memory",
    ("nn.optim.optimizer", "autograd.live"): "hyperparameters are inputs of a trace",
}

HEAVY = (
    *("numba", "llvmlite", "scipy", "matplotlib", "graphviz", "PIL", "pandas", "torch", "jax"),
    *("dataclasses", "importlib.metadata", "importlib.resources", "email", "zipfile", "unittest"),
    *("asyncio", "concurrent.futures", "multiprocessing", "logging", "subprocess", "tempfile"),
    *("http", "urllib.request", "socket", "ssl", "html", "xml", "json", "sysconfig", "decimal"),
)


@dataclass(frozen=True)
class Import:
    """One name imported by a module of ours: from which module, and which name of it, if any."""

    importer: str
    module: str
    name: str | None = None

    @property
    def target(self):
        """The module of ours that this reaches: a name may be a submodule itself."""
        full = f"{self.module}.{self.name}"
        return full if full in modules() else self.module


@cache
def modules():
    """Return the syntax tree of every module of the house by its dotted name."""
    found = {}
    for package in ("autograd", "nn"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def is_package(module):
    return (ROOT / Path(*module.split(".")) / "__init__.py").exists()


def statements(tree):
    """Walk a tree, inside functions too, but not what only type checkers see."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from statements(node)


@cache
def imports(importer):
    """Return every import of modules of the house in the module `importer`."""
    found = []
    for node in statements(modules()[importer]):
        if isinstance(node, ast.Import):
            found += [Import(importer, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(importer, node)
            found += [Import(importer, base, alias.name) for alias in node.names]
    return [one for one in found if one.module.partition(".")[0] in ("autograd", "nn")]


def absolute(importer, node):
    """Return the dotted name of the module that a `from ... import` names."""
    if not node.level:
        return node.module
    parts = importer.split(".")
    above = parts[: len(parts) - node.level + is_package(importer)]
    return ".".join([*above, *([node.module] if node.module else [])])


def row(module):
    """Return the name under which LAYERS lists a module of autograd: its own or its package's."""
    return module.split(".")[1]


AUTOGRAD = [name for name in modules() if name.startswith("autograd.")]
NN = [name for name in modules() if name.partition(".")[0] == "nn"]


def test_every_module_of_autograd_has_a_layer():
    assert {row(name) for name in AUTOGRAD} <= LAYER.keys(), "add the new module to LAYERS"


@pytest.mark.parametrize("importer", AUTOGRAD)
def test_module_imports_from_lower_layers_alone(importer):
    for one in imports(importer):
        assert one.target.startswith("autograd."), f"{importer} imports {one.target}"
        same_package = row(one.target) == row(importer)
        lower = LAYER[row(one.target)] < LAYER[row(importer)]
        assert same_package or lower, f"{importer} imports {one.target}, which is above it"


@pytest.mark.parametrize("house", ["autograd", "nn"])
def test_no_module_imports_itself_in_a_circle(house):
    graph = {
        name: {one.target for one in imports(name) if one.target != house}
        for name in modules()
        if name.startswith(f"{house}.")
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_autograd_tells_its_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+", autograd.__version__)


def test_code_of_operations_is_compiled_by_their_first_call():
    code = (
        "import autograd as a; size = len(a.eq.__code__.co_code); x = a.ones(2); a.eq(x, x);"
        "assert len(a.eq.__code__.co_code) > 4 * size; assert len(a.lt.__code__.co_code) == size"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def public_names():
    """Return the names that `autograd/__init__.py` binds."""
    tree = modules()["autograd"]
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("importer", NN)
def test_nn_imports_only_what_autograd_makes_public(importer):
    for one in imports(importer):
        if one.module == "autograd":
            allowed = one.name is None or one.name in public_names()
        else:
            allowed = one.module.partition(".")[0] == "nn" or (importer, one.target) in EXCEPTIONS
        assert allowed, f"{importer} imports {one.name} of {one.module}, which is not public"


@pytest.mark.parametrize("importer", NN)
def test_nn_uses_only_what_autograd_makes_public(importer):
    tree = modules()[importer]
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "autograd"
    }
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
    }
    assert used <= public_names()


def test_every_exception_is_used():
    used = {(name, one.target) for name in NN for one in imports(name)}
    assert EXCEPTIONS.keys() <= used


@pytest.mark.parametrize("package", [name for name in modules() if is_package(name)])
def test_no_module_bears_the_name_of_something_its_package_exports(package):
    own = {name.rpartition(".")[2] for name in modules() if name.rpartition(".")[0] == package}
    exported = {
        alias.asname or alias.name
        for node in ast.walk(modules()[package])
        if isinstance(node, ast.ImportFrom)
        and f"{absolute(package, node)}.{node.names[0].name}" not in modules()
        for alias in node.names
    }
    assert not own & exported


def loaded_by(statement):
    """Return the names of all modules in a fresh interpreter after one import statement."""
    source = f"{statement}\nimport sys\nprint(*sys.modules)"
    command = [sys.executable, "-W", "error", "-c", source]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ["import autograd", "import nn", "import nn.torch"])
def test_import_loads_nothing_heavy_beyond_numpy(statement):
    more = loaded_by(statement) - loaded_by("import numpy")
    assert not sorted(more.intersection(HEAVY))


def test_import_of_autograd_loads_no_nn_and_nothing_native():
    loaded = loaded_by("import autograd")
    assert not [name for name in loaded if name.partition(".")[0] == "nn"]
    native = ("autograd.kernels", "autograd.plan.native", "autograd.plan.running")
    assert not [name for name in loaded if name.startswith(native)]
