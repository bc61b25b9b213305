"""Samples of functions along an axis that run: sums, products, extremes, differences, integrals."""

EDGES = "tensor([[1., nan, 2., inf], [-inf, 4., 3., -1.], [0.5, 0., nan, nan]])"
TIES = "tensor([[1., 3., 3., 2.], [2., 2., 1., 2.]])"
SHAPES = ("{}(4), 0", "{}(2, 3), 0", "{}(2, 3), 1", "{}(2, 3), -1", "{}(2, 3, 2), dim=1",
          "{}(2, 3, 2), dim=-3", "{}(), 0", "{}(), dim=-1", "{}(0), 0", "{}(2, 0), 0",
          "{}(2, 0), 1",
          "{}(1), 0", "{}(2, 3), 2", "{}(2, 3), -3", "{}(), 1", "{}(3)", "{}(2, 3), dim=(0,)",
          "{}(3), None")  # fmt: skip


def along(name: str, domain: str, *more: str) -> list[str]:
    """Return samples of a function along an axis, and of its method."""
    made = [f"{name}({one.format(domain)})" for one in SHAPES]
    # Of nothing PyTorch's gradient of an extreme is part of a graph.
    apart = [one.replace("apart(0)", "apart(0).detach()") for one in made]
    made = [one.replace("apart(2, 0)", "apart(2, 0).detach()") for one in apart]
    made += [f"{name}({one}, {dim})" for one in (EDGES, TIES) for dim in (0, 1)]
    made += [f"{domain}(2, 3).{name}({how})" for how in ("0", "dim=-1", "axis=1")]
    return [*made, *(f"{name}({one})" for one in more)]


INTEGERS = ("whole(4), 0", "whole(2, 3), 1", "flags(5), 0", "flags(2, 3), 0",
            "whole(4).to(uint8), 0", "whole(4).to(int32), 0")  # fmt: skip
DTYPES = ("real(2, 3), 0, dtype=float64", "real(4).detach(), 0, dtype=int64",
          "whole(4), 0, dtype=float64", "whole(4), 0, dtype=int32", "flags(4), 0, dtype=float32",
          "real(2, 3).detach(), 1, dtype=float32", "real(4).detach().half(), 0")  # fmt: skip


def slope(call: str, *values: str) -> list[str]:
    """Return samples of the gradient at literal values, weighted unevenly."""
    weights = "torch.arange(1., 1. + y.numel()).reshape(y.shape)"
    return [
        f"x = tensor({one}, requires_grad=True); y = {call}; "
        f"torch.autograd.grad((y * {weights}).sum(), x)"
        for one in values
    ]


SUMS = [
    *along("cumsum", "real", *INTEGERS, *DTYPES, "real(30), 0"),
    *along("cumprod", "real", *INTEGERS, *DTYPES, "real(9), 0"),
    "cumprod(real(5) * tensor([1., 2., 0., 3., 1.]), 0)",
    "cumprod(real(5) * tensor([0., 2., 0., 3., 1.]), 0)",
    "cumprod(real(2, 4) * tensor([[1., 0., 2., 1.], [0., 0., 1., 1.]]), 1)",
    *slope("x.cumprod(0)", "[2., 0., 3., 4.]", "[0., 2., 0., 3.]", "[2., 3., 4.]", "[0., 0., 0.]",
           "[]", "[[2., 0.], [0., 3.]]"),
    *slope("x.cumprod(1)", "[[2., 0., 1.], [0., 3., 0.]]"),
    "x = tensor([2., 0., 3., 0.], requires_grad=True); g, = torch.autograd.grad("
    "x.cumprod(0).sum(), x, create_graph=True); torch.autograd.grad((g * g).sum(), x)",
    "x = real(3).detach(); x.cumsum_(0); x",
    "x = whole(2, 3) * 1; x.cumprod_(dim=1); x",
    "x = real(2, 3) * 1; x.cumsum_(1); x * x",
    *along("logcumsumexp", "real", "whole(3), 0", "flags(3), 0", "tensor([-inf, -inf, 1.]), 0",
           "tensor([inf, 1.]), 0", "tensor([1000., 1000., -1000.]), 0", "tensor([1., -inf, 2.]), 0",
           "real(12) * 5, 0", "real(4).detach().half(), 0"),
    *slope("x.logcumsumexp(0)", "[1., -inf, 2.]", "[30., 31.]", "[-30., 3., 20.]"),
]  # fmt: skip

EXTREMES = [
    *along("cummax", "apart", *INTEGERS),
    *along("cummin", "apart", *INTEGERS),
    *slope("x.cummax(0)[0]", "[1., 3., 3., 2.]", "[1., nan, 2., nan]", "[2., 2., 2.]"),
    *slope("x.cummin(0).values", "[1., 3., 1., 2.]", "[1., nan, 2., nan]"),
    "apart(2, 3).cummax(1).values",
    "values, indices = apart(2, 3).cummin(0); values * indices",
    "repr(tensor([1., 3., 2.]).cummax(0))",
    "repr(tensor([1., 3., 2.]).cummin(0))",
    "tensor([1., nan, 2., nan, 1.]).cummax(0)",
]

DIFFERENCES = [
    *(f"diff({one})" for one in
      ("real(4)", "real(2, 3)", "real(2, 3), 1, 0", "real(2, 3), dim=-2", "real(5), 2",
       "real(5), n=3",
       "real(2, 3, 2), 2, 1", "real(3), 3", "real(3), 5", "real(3), 0", "real(3), -1", "real()",
       "real(0)", "real(1)", "real(2, 0)", "real(2, 0), dim=0", "whole(4)", "flags(5)",
       "flags(5), 2",
       "whole(4).to(uint8)", "real(4), prepend=real(2)", "real(4), append=real(1)",
       "real(4), prepend=real(1), append=real(2)", "real(4), 2, prepend=real(1)",
       "real(2, 3), dim=0, prepend=real(1, 3)", "real(2, 3), append=real(2, 1)",
       "real(4), prepend=real()", "real(2, 3), prepend=real(2)", "real(2, 3), append=real(3, 1)",
       "whole(3), prepend=whole(1)", "tensor([[1, 4], [2, 3]]), dim=0, prepend=tensor([[0.5, 1.]])",
       "real(2, 3), axis=0", "real(3), dim=1", "tensor([1., nan, inf, inf])")),
    "real(2, 3).diff()",
    "real(2, 3).diff(1, 0)",
    "real(3).diff(prepend=real(1))",
]  # fmt: skip

INTEGRALS = [
    *(f"{name}({one})" for name in ("trapezoid", "cumulative_trapezoid") for one in
      ("real(4)", "real(4), dx=2", "real(4), dx=0.5", "real(4), real(4)", "real(2, 3)",
       "real(2, 3), dim=0", "real(2, 3), real(2), dim=0", "real(2, 3), real(3)",
       "real(2, 3), real(2, 3), dim=1", "real(2, 3, 2), real(3), dim=1", "real(2, 3), x=real(2, 3)",
       "whole(4)", "whole(4), whole(4)", "real(1)", "real()", "real(4), real(3)",
       "real(2, 3), dim=2",
       "real(2, 3), dx=3, dim=-2")),
    "trapezoid(real(0))",
    "trapz(real(4))",
    "trapz(real(4), real(4))",
    "trapz(real(2, 3), dx=2, dim=0)",
]  # fmt: skip

SAMPLES = [*SUMS, *EXTREMES, *DIFFERENCES, *INTEGRALS]
SAMPLES = list(dict.fromkeys(SAMPLES))
