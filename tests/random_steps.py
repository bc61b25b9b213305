"""Random steps: what they do is read from a list of numbers, so that every call does the same.

Choices look at shapes and dtypes alone. Constants and sizes are few: kernels come again.
"""

import numpy as np

import autograd
from autograd.plan import TraceError
from nn import functional

SHAPES = [(), (3,), (1,), (2, 3), (1, 3), (2, 1), (2, 2, 3), (0, 3)]
DIMS = (None, 0, -1, (0, -1), ())
SPECIAL = (0.0, -0.0, 1.0, np.nan, np.inf, -np.inf)
UNARY = [
    "neg", "abs", "sign", "square", "reciprocal", "exp", "log", "log1p", "sqrt", "sin", "cos",
    "tanh", "sigmoid", "relu", "leaky_relu", "softplus", "isnan", "logical_not",
]  # fmt: skip
BINARY = [
    "add", "sub", "mul", "div", "pow", "maximum", "minimum", "eq", "ne", "lt", "le", "gt", "ge",
    "logical_and", "logical_or", "logical_xor", "heaviside", "floor_divide", "remainder",
]  # fmt: skip
REDUCTIONS = ["sum", "mean", "var", "std", "amax", "amin", "all", "any"]


class World:
    """What a step finds outside its arguments: parameters, buffers to write, constants."""

    def __init__(self, seed, dtype):
        values = np.random.default_rng(seed)
        chosen = [values.integers(len(SHAPES)) for _ in range(2)]
        self.parameters = [
            autograd.tensor(values.standard_normal(SHAPES[place]).astype(dtype)).requires_grad_()
            for place in (3, *chosen)
        ]
        self.buffers = [
            autograd.tensor(values.standard_normal(shape).astype(dtype))
            for shape in ((), (3,), (2, 3), (4,))
        ]
        base = autograd.tensor(values.standard_normal((3, 2)).astype(dtype))
        numbers = autograd.tensor(values.integers(-2, 3, (2, 3)))
        self.one = autograd.tensor(1.0, dtype=autograd.float64)
        self.constants = [base.t(), base[1:, 0], numbers, numbers > 0]

    def everything(self):
        """Return what can be compared after a step."""
        state = [*self.parameters, *self.buffers, *self.constants]
        return [one.detach() for one in state] + [
            one.grad for one in self.parameters if one.grad is not None
        ]


class Step:
    """A random step on a world: called with the arguments, it returns a few Tensors."""

    def __init__(self, choices, world):
        self.choices, self.world = choices, world

    def __call__(self, *args):
        self.left = iter(self.choices)
        self.tensors = [*args, *self.world.parameters, *self.world.constants]
        self.tensors.append(self.pick(self.world.buffers))
        for one in self.world.parameters:
            one.grad = None
        try:
            while True:
                self.do()
        except StopIteration:
            self.left = iter(self.choices)
            self.go_back()
        return [one.detach() for one in self.tensors[-4:]]

    def do(self):
        """Do one thing, unless eager refuses it; StopIteration when there are no choices left."""
        kind = self.pick(KINDS)
        try:
            made = kind(self)
        except (RuntimeError, IndexError, NotImplementedError, TypeError, ValueError) as no:
            if isinstance(no, TraceError):
                raise
            return
        if made is not None and made.numel() < 200:
            self.tensors.append(made)

    def go_back(self):
        """Go back through some of the graph, and perhaps along the gradients."""
        floats = [one for one in self.tensors if one.is_floating_point() and one.requires_grad]
        losses = [one.double().sum() for one in floats[-3:]]
        if not losses or self.chance(2):
            return
        try:
            sum(losses[1:], losses[0]).backward(self.world.one)
        except RuntimeError as changed:
            # What the graph kept was written over.
            if isinstance(changed, TraceError):
                raise
        if self.chance(4):
            with autograd.no_grad():
                for one in self.world.parameters:
                    if one.grad is not None:
                        one.sub_(one.grad * 0.01)

    def chance(self, tenths):
        """Return True with a chance of that many tenths."""
        return next(self.left) % 10 >= 10 - tenths

    def pick(self, several):
        """Return one of several."""
        return several[next(self.left) % len(several)]

    def tensor(self):
        """Return a Tensor, more often a late one."""
        # The root of a uniform choice is mostly large.
        count = len(self.tensors)
        return self.tensors[int((next(self.left) / 1000) ** 0.5 * count)]

    def unary(self):
        """Return a function of one Tensor."""
        return getattr(autograd, self.pick(UNARY))(self.tensor())

    def binary(self):
        """Return a function of two, the second perhaps a number."""
        a, b = self.tensor(), self.pick([self.tensor(), 2, 0.5, 0, 2.5, -1])
        if self.chance(2) and hasattr(b, "numel"):
            a, b = 2, b
        name = self.pick(BINARY)
        if name in ("floor_divide", "remainder") and "f" not in [
            one.array.dtype.kind for one in (a, b) if hasattr(one, "array")
        ]:
            name = "add"
        if (
            name == "pow"
            and a is not None
            and not all(one.is_floating_point() for one in (a, b) if hasattr(one, "array"))
        ):
            name = "mul"
        return getattr(autograd, name)(a, b)

    def logical(self):
        """Return bits of booleans, or of integers."""
        a, b = self.tensor(), self.tensor()
        a, b = (one if one.array.dtype.kind in "bi" else one > 0 for one in (a, b))
        return self.pick([lambda: a & b, lambda: a | b, lambda: a ^ b, lambda: ~a])()

    def select(self):
        """Return a selection or a limit."""
        a, b = self.tensor(), self.tensor()
        return self.pick([
            lambda: autograd.where(a > 0, a, b),
            lambda: autograd.where(a == b, 0.0, b),
            lambda: a.masked_fill(a != a, 1),
            lambda: a.clamp(-0.5, 1), lambda: a.clamp(min=0), lambda: a.clamp(max=0.5),
        ])()  # fmt: skip

    def convert(self):
        """Return a Tensor in another dtype."""
        x = self.tensor()
        dtype = self.pick(["float", "double", "bool", "long", "int"])
        if dtype in ("long", "int") and x.is_floating_point():
            x = autograd.where(x == x, x, 0).clamp(-9, 9)
        return getattr(x, dtype)()

    def view(self):
        """Return a view, or what may be one."""
        x = self.tensor()
        return self.pick([
            lambda: x.transpose(0, -1), lambda: x.t(), lambda: x[0], lambda: x[..., 1:],
            lambda: x[::2], lambda: x[:, :1], lambda: x[None], lambda: x[..., -1],
            lambda: x.reshape(-1), lambda: x.reshape(3, -1), lambda: x.clone().view(-1),
            lambda: x.expand(2, 3), lambda: x.expand(2, *x.shape), lambda: x.unsqueeze(-1),
            lambda: x.squeeze(), lambda: x.flatten(), lambda: x.narrow(-1, 1, 2),
            lambda: x.permute(*reversed(range(x.ndim))), lambda: x.clone(), lambda: x.detach(),
        ])()  # fmt: skip

    def reduce(self):
        """Return a reduction over some axes."""
        x, name, keepdim = self.tensor(), self.pick(REDUCTIONS), self.chance(4)
        return getattr(x, name)(dim=self.pick(DIMS), keepdim=keepdim)

    def extreme(self):
        """Return values or places of extremes."""
        x, dim = self.tensor(), self.pick([0, -1])
        found = self.pick([
            lambda: x.max(dim).values, lambda: x.min(dim, keepdim=True).values,
            lambda: x.argmax(dim), lambda: x.argmin(), lambda: x.softmax(dim),
            lambda: x.log_softmax(dim),
        ])  # fmt: skip
        return found()

    def product(self):
        """Return a product of matrices or vectors."""
        a, b = self.tensor(), self.tensor()
        return self.pick([
            lambda: a @ b, lambda: a @ b.t(), lambda: a.t() @ b,
            lambda: autograd.linear(a, self.world.parameters[0]),
            lambda: autograd.linear(a, self.world.parameters[0], b),
        ])()  # fmt: skip

    def gather(self):
        """Return what lies at places, or several Tensors joined."""
        x, y = self.tensor(), self.tensor()
        return self.pick([
            lambda: autograd.cat([x, y], self.pick([0, -1])), lambda: autograd.stack([x, x], -1),
            lambda: x[[0, 1, 1]], lambda: x[..., [2, 0]],
            lambda: x.gather(-1, x.argmax(-1, keepdim=True)),
        ])()  # fmt: skip

    def loss(self):
        """Return a loss."""
        x = self.tensor()
        labels = autograd.arange(x.shape[0]) * self.pick([1, 0])
        ignore = self.pick([-100, 0])
        how = self.pick(["mean", "sum", "none"])
        return self.pick([
            lambda: functional.cross_entropy(x, labels, ignore_index=ignore, reduction=how),
            lambda: functional.mse_loss(x, self.tensor(), reduction=how),
        ])()  # fmt: skip

    def draw(self):
        """Return draws, or leave elements out."""
        x = self.tensor()
        return self.pick([
            lambda: autograd.rand(3), lambda: autograd.randn(2, 3), lambda: autograd.rand_like(x),
            lambda: functional.dropout(x, 0.5), lambda: autograd.randint(3, (3,)),
        ])()  # fmt: skip

    def scratch(self):
        """Return a new Tensor that was written into."""
        y, x = self.pick(NEW)(), self.tensor().detach()
        self.pick([
            lambda: y.add_(x), lambda: y.__setitem__(0, x), lambda: y.t().copy_(x),
            lambda: y[1:].mul_(2), lambda: y.reshape(-1).add_(1), lambda: y.copy_(x).mul_(x),
        ])()  # fmt: skip
        return y

    def parameter(self):
        """Touch the memory of a parameter past the graph."""
        p, x = self.pick(self.world.parameters), self.tensor().detach()
        return self.pick([
            lambda: p.data.mul_(0.5), lambda: p.detach().add_(x), lambda: p.data + 1,
            lambda: setattr(p, "data", p.data * 0.9),
        ])()  # fmt: skip

    def write(self):
        """Write into a buffer."""
        with autograd.no_grad():
            b = self.pick([*self.world.buffers, *self.world.constants[:1]])
            x = self.pick([self.tensor().detach(), self.pick(self.world.buffers), 2, 0.5])
            y = self.pick(self.tensors).detach()
            self.pick([
                lambda: b.add_(x), lambda: b.mul_(0.9), lambda: b.copy_(x),
                lambda: b.mul_(0.9).add_(y.mean()), lambda: b.zero_(), lambda: b.clamp_(-1, 1),
                lambda: b.__setitem__(0, x), lambda: b.__setitem__(slice(1, None), x),
                lambda: b.__setitem__([0, 1], x), lambda: b.__setitem__(b > 0, 0.5),
                lambda: b[1:].copy_(b[:-1]), lambda: b[:-1].add_(b[1:]),
                lambda: b.transpose(0, -1).copy_(b), lambda: b.fill_(1.5),
                lambda: b[:2].copy_(x), lambda: b[1:3].mul_(x),
            ])()  # fmt: skip
            return self.pick([b, b[..., :2], b + 1, b.clone()])


KINDS = [
    *[Step.unary] * 3, *[Step.binary] * 6, *[Step.select] * 2, Step.convert, *[Step.view] * 5,
    *[Step.reduce] * 3, Step.extreme, Step.product, Step.product, Step.gather, Step.loss,
    *[Step.write] * 3, Step.logical, Step.draw, Step.scratch, Step.parameter,
]  # fmt: skip
NEW = [
    lambda: autograd.zeros(2, 3), lambda: autograd.ones(3), lambda: autograd.zeros(3, 2).double(),
    lambda: autograd.tensor([0.5, 1.5, 2.5]), lambda: autograd.arange(3),
]  # fmt: skip


def arguments(seed, call, dtype):
    """Return the arguments of one call: Tensors with some values that are no numbers."""
    values = np.random.default_rng((seed, call))
    choose = np.random.default_rng(seed)
    found = []
    for _ in range(2):
        x = values.standard_normal(SHAPES[choose.integers(len(SHAPES))]).astype(dtype)
        if choose.random() < 0.3:
            x = np.where(values.random(x.shape) < 0.2, values.choice(SPECIAL), x).astype(dtype)
        if choose.random() < 0.3:
            # A vector of one element would else be made of a 0-d array.
            x = np.asfortranarray(x).reshape(x.shape, order="F")
        found.append(autograd.tensor(x) if x.flags.c_contiguous else autograd.from_numpy(x))
    found.append(autograd.tensor(values.integers(-2, 3, (2, 3))))
    return found
