"""Everything that is measured: a table a comparison, a row a case, with the goal of each."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A candidate: the peer in whose environment it runs, and `module.function` of libraries/.

    arguments come before the case's; cases names the only cases that it has, if not all.
    """

    peer: str
    function: str
    arguments: tuple = ()
    cases: tuple[str, ...] = ()


class Case(NamedTuple):
    """A row: arguments for the candidates' functions, and what is aimed at.

    goal is the least ratio best rival / ours, limit the most that ours may take in its
    best round, in the table's unit.
    """

    name: str
    arguments: tuple = ()
    goal: float | None = None
    limit: float | None = None

    def smaller(self) -> Case:
        """Return the case with no size above 100,000, for a run that is not timed."""
        cut = (min(one, 100_000) if isinstance(one, int) else one for one in self.arguments)
        return self._replace(arguments=tuple(cut))


class Table(NamedTuple):
    """A comparison; the first column is ours, and rivals are what its goals speak of.

    fresh: every measure is a process of its own. tolerance: relative, of the numbers computed.
    quick: a run that is not timed includes it.
    """

    suite: str
    title: str
    columns: dict[str, Column]
    rivals: tuple[str, ...]
    cases: tuple[Case, ...]
    unit: str = "s"
    rounds: int = 15
    fresh: bool = False
    tolerance: float = 1e-4
    quick: bool = True


NETS: dict[str, tuple] = {
    "iris": ((4, 8, 3), 120, "cross_entropy"),
    "chapter, batch 32": ((20, 32, 1), 32, "bce"),
    "chapter, batch 800": ((20, 32, 1), 800, "bce"),
    "mnist-mlp": ((784, 256, 128, 10), 128, "cross_entropy"),
    "wide-mlp": ((1024, 4096, 1024), 512, "mse"),
}
EAGER = {"iris": 2, "chapter, batch 32": 2}
COMPILED = {
    "iris": 15,
    "chapter, batch 32": 12,
    "chapter, batch 800": 3,
    "mnist-mlp": 1.3,
    "wide-mlp": 0.95,
}
LARGE = ("exp", "log", "tanh", "sigmoid", "relu", "add", "mul", "softmax")
LARGE_GOALS = {10_000: 2, 1_000_000: 1, 10_000_000: 1}
MNIST = NETS["mnist-mlp"]
MILLION = 1_000_000
# The most that is allowed: of errors in percent, of a loss well below that of pairs counted, 2.69.
PICTURES = {"digits CNN": 2, "MNIST CNN": 4, "30-layer residual net": 4}
TEXTS = {"character LSTM": 2.2, "transformer": 2.4}
TRAININGS = (*PICTURES, *TEXTS)
# What a plan imports when the first one is made.
PLAN = ("autograd.plan.running", "autograd.plan.scalars")
WARM = ("first step, filled cache", "200th step, filled cache")


def _large(size: int) -> Table:
    return Table(
        "large",
        f"large operations, {size:.0e} float32 elements".replace("e+0", "e"),
        {
            "Glassgrad": Column("ours", "ours.large"),
            "PyTorch": Column("torch", "torch.large"),
            "JAX jit": Column("jax", "jax.large"),
            "NumPy": Column("numpy", "numpy.large"),
        },
        ("PyTorch",),
        tuple(
            Case(f"{name} {direction}", (name, size, direction), LARGE_GOALS[size])
            for name in LARGE
            for direction in ("forward", "backward")
        ),
    )


TABLES = (
    Table(
        "start-up",
        "import, above import numpy",
        {
            "Glassgrad": Column("ours", "fresh.import_seconds", ("autograd", "nn")),
            "HIPS autograd": Column("hips", "fresh.import_seconds", ("autograd.numpy",)),
            "PyTorch": Column("torch", "fresh.import_seconds", ("torch",)),
            "JAX": Column("jax", "fresh.import_seconds", ("jax", "jax.numpy")),
            "MyGrad": Column("mygrad", "fresh.import_seconds", ("mygrad",)),
        },
        ("PyTorch",),
        (Case("import", limit=0.1),),
        rounds=7,
        fresh=True,
    ),
    Table(
        "latency",
        "small eager operations, recorded, float32 32x32, one thread",
        {
            "Glassgrad": Column("ours", "ours.latency"),
            "PyTorch": Column("torch", "torch.latency"),
            "MyGrad": Column("mygrad", "mygrad.latency"),
            "HIPS autograd": Column("hips", "hips.latency", cases=("chain",)),
            "NumPy, no graph": Column("numpy", "numpy.latency"),
        },
        ("PyTorch",),
        (
            Case("a * b", ("a * b",), 1 / 0.6),
            *(Case(name, (name,)) for name in ("a @ b", "a.exp()", "a.sum()")),
            *(Case(name, (name,)) for name in ("a.reshape(-1)", "a[3]")),
            # (a * b + a).tanh().sum().backward()
            Case("chain", ("chain",), 2),
        ),
    ),
    *map(_large, LARGE_GOALS),
    Table(
        "eager",
        "a training step, eager: forward, backward, Adam",
        {
            "Glassgrad": Column("ours", "ours.eager_step"),
            "PyTorch": Column("torch", "torch.eager_step"),
            "NumPy by hand": Column("numpy", "numpy.step"),
        },
        ("PyTorch",),
        tuple(Case(name, net, EAGER.get(name, 1)) for name, net in NETS.items()),
    ),
    Table(
        "compiled",
        "a training step, compiled: forward, backward, Adam",
        {
            "Glassgrad": Column("ours", "ours.compiled_step"),
            "our eager": Column("ours", "ours.eager_step"),
            "PyTorch": Column("torch", "torch.eager_step"),
            "torch.compile": Column("torch", "torch.compiled_step"),
            "JAX jit": Column("jax", "jax.compiled_step"),
            "NumPy by hand": Column("numpy", "numpy.step"),
        },
        ("PyTorch", "torch.compile", "JAX jit", "NumPy by hand"),
        tuple(Case(name, net, COMPILED.get(name)) for name, net in NETS.items()),
    ),
    Table(
        "scalars",
        "Scalars: a product; a step of micrograd's demo, 2-16-16-1 on 100 points",
        {
            "Glassgrad": Column("ours", "ours.scalars"),
            "our eager": Column("ours", "ours.eager_scalars", cases=("demo step, compiled",)),
            "micrograd": Column("micrograd", "micrograd.scalars"),
        },
        ("micrograd",),
        (
            Case("v * w", ("product",), 1 / 0.8),
            Case("demo step", ("demo",), 1 / 0.8),
            Case("demo step, compiled", ("compiled demo",), 300),
        ),
        rounds=9,
        tolerance=1e-9,
    ),
    Table(
        "memory",
        "peak above the imports, a plan's included",
        {
            "Glassgrad": Column("ours", "fresh.megabytes", (PLAN, "ours.compiled_step")),
            "our eager": Column("ours", "fresh.megabytes", ((), "ours.eager_step")),
            "PyTorch": Column("torch", "fresh.megabytes", ((), "torch.eager_step")),
        },
        ("our eager", "PyTorch"),
        (Case("mnist-mlp, 20 steps", (20, *MNIST), 1),),
        unit="MB",
        rounds=5,
        fresh=True,
    ),
    Table(
        "memory",
        "peak of the whole process",
        {
            "Glassgrad": Column("ours", "fresh.all_megabytes", ("ours.compiled_step",)),
            "our eager": Column("ours", "fresh.all_megabytes", ("ours.eager_step",)),
            "PyTorch": Column("torch", "fresh.all_megabytes", ("torch.eager_step",)),
        },
        ("PyTorch",),
        (Case("mnist-mlp, 20 steps", (20, *MNIST)),),
        unit="MB",
        rounds=3,
        fresh=True,
    ),
    Table(
        "memory",
        "peak above the imports of a chain, made, differentiated and freed",
        {
            "Glassgrad": Column("ours", "fresh.megabytes", ((), "ours.chain", 0, 1)),
            "PyTorch": Column("torch", "fresh.megabytes", ((), "torch.chain", 0, 1)),
        },
        ("PyTorch",),
        (Case("1e6 nodes", ("tensor", MILLION)),),
        unit="MB",
        rounds=3,
        fresh=True,
    ),
    Table(
        "growth",
        "chains of 1e6 nodes in all: made, differentiated and freed",
        {
            "one of 1e6": Column("ours", "ours.chain", (1,)),
            "ten of 1e5": Column("ours", "ours.chain", (10,)),
            "PyTorch's one": Column("torch", "torch.chain", (1,), cases=("Tensors",)),
        },
        ("ten of 1e5",),
        # Ten times the nodes within twelve times the time.
        (
            Case("Tensors", ("tensor", MILLION), 10 / 12),
            Case("Scalars", ("scalar", MILLION), 10 / 12),
        ),
        rounds=5,
    ),
    Table(
        "growth",
        "compiling a deep perceptron's step, empty cache, tracing apart",
        {
            "48 layers": Column("ours", "fresh.compile_seconds", ("ours", 48)),
            "4 layers": Column("ours", "fresh.compile_seconds", ("ours", 4)),
            "JAX, 48": Column("jax", "fresh.compile_seconds", ("jax", 48)),
            "JAX, 4": Column("jax", "fresh.compile_seconds", ("jax", 4)),
        },
        ("4 layers",),
        (Case("width 64, batch 64", (64, 64), 1 / 1.5),),
        rounds=5,
        fresh=True,
    ),
    Table(
        "growth",
        "mnist-mlp, the whole process from `python` to a step's loss",
        {
            "Glassgrad": Column("ours", "fresh.steps", ("ours.compiled_step",)),
            "JAX jit": Column("jax", "fresh.steps", ("jax.compiled_step",)),
            "JAX, cached": Column("jax", "fresh.steps", ("jax.cached_step",), cases=WARM),
        },
        ("JAX jit",),
        (
            Case("first step, empty cache", (True, 1, *MNIST), 1 / 1.3),
            Case("200th step, empty cache", (True, 200, *MNIST), 1 / 1.3),
            Case(WARM[0], (False, 1, *MNIST), 1 / 0.8),
            Case(WARM[1], (False, 200, *MNIST), 1 / 0.8),
        ),
        rounds=5,
        fresh=True,
    ),
    Table(
        "training",
        "an epoch, eager; the first losses are compared",
        {
            "Glassgrad": Column("ours", "ours.epoch"),
            "PyTorch": Column("torch", "torch.epoch"),
        },
        ("PyTorch",),
        tuple(Case(name, (name,)) for name in TRAININGS),
        rounds=3,
        tolerance=2e-3,
        quick=False,
    ),
    Table(
        "training",
        "error on pictures it was not trained on",
        {
            "Glassgrad": Column("ours", "ours.figure"),
            "PyTorch": Column("torch", "torch.figure"),
        },
        ("PyTorch",),
        tuple(Case(name, (name,), limit=limit) for name, limit in PICTURES.items()),
        unit="%",
        rounds=1,
        fresh=True,
        quick=False,
    ),
    Table(
        "training",
        "loss on text it was not trained on, in nats a character",
        {
            "Glassgrad": Column("ours", "ours.figure"),
            "PyTorch": Column("torch", "torch.figure"),
            "bigrams": Column("ours", "ours.bigram_loss"),
        },
        ("PyTorch",),
        tuple(Case(name, (name,), limit=limit) for name, limit in TEXTS.items()),
        unit="nats",
        rounds=1,
        fresh=True,
        quick=False,
    ),
)
SUITES = tuple(dict.fromkeys(table.suite for table in TABLES))
