"""Samples of functions that reduce axes: sums, products, spreads, extremes, norms."""

from .sampling import over_dims, unary

EDGES = "tensor([[1., nan, 2., inf], [-inf, 3., 3., -1.], [0., 0., -0., 0.]])"
TIES = "tensor([[1., 3., 3.], [2., 2., 2.]])"
NOTHING = "tensor([[], []])"


def at_edges(call: str, *how: str) -> list[str]:
    """Return samples of a reduction of nan, infinities, ties and nothing."""
    return [f"{call}({one}{end})" for one in (EDGES, TIES) for end in how or ("", ", 0", ", 1")]


def filled(samples: list[str]) -> list[str]:
    """Return the samples of something; nothing has no finite slope here."""
    return [one for one in samples if "(2, 0)" not in one]


def slope(call: str, values: str, *more: str) -> list[str]:
    """Return samples of the gradient at literal values, such as kinks."""
    return [
        f"x = tensor({one}, requires_grad=True); torch.autograd.grad({call}.sum(), x)"
        for one in (values, *more)
    ]


def with_dtypes(call: str, *dtypes: str) -> list[str]:
    """Return samples of a reduction that takes dtype=."""
    return [
        f"{call}({one}{'.detach()' * (dtype != 'float64')}{dim}, dtype={dtype})"
        for one in ("real(2, 3)", "whole(2, 3)", "flags(4)")
        for dtype in dtypes
        for dim in ("", ", 0")
    ]


SUMS = [
    *over_dims("sum"),
    *filled(over_dims("mean")),
    *(f"{name}({NOTHING}{how})" for name in ("mean", "nanmean") for how in ("", ", 0", ", 1")),
    *with_dtypes("sum", "float32", "float64", "int64", "int32"),
    *with_dtypes("mean", "float32", "float64"),
    "real(2, 3).sum((0, 1))",
    "real(2, 3).sum(axis=1, keepdims=True)",
    "real(2, 3).sum(dim=[])",
    "real(2, 3).sum(dim=None, keepdim=True)",
    "real(2, 3).sum(None)",
    "real(2, 3).sum(dim=(0, 0))",
    "real(2, 3).mean((0, -2))",
    "real(2, 3).mean(dtype=int64)",
    "whole(2, 3).to(uint8).sum()",
    "whole(2, 3).to(int8).sum(0)",
    "real(2, 3).detach().half().sum(0)",
    "mean(real(2, 3).detach().half())",
    "mean(tensor([]))",
    "tensor([1, 2]).mean(0, dtype=float32)",
    *at_edges("sum"),
    *at_edges("mean"),
    *over_dims("nansum"),
    *with_dtypes("nansum", "float64", "int64"),
    *at_edges("nansum", "", ", 0", ", dim=(0, 1), keepdim=True", ", 1, dtype=float64"),
    *filled(over_dims("nanmean")),
    *at_edges("nanmean", "", ", 0", ", dim=(0, 1), keepdim=True", ", 1, dtype=float64"),
    "nanmean(tensor([nan, nan]))",
    "nanmean(real(3), dtype=float64)",
    *slope("x.nansum()", "[1., nan, 2.]"),
    *slope("x.nanmean()", "[1., nan, 2.]"),
    *filled(over_dims("logsumexp")),
    *(f"logsumexp({NOTHING}, {dim})" for dim in (0, 1, (0, 1))),
    *at_edges("logsumexp", ", 0", ", 1", ", (0, 1)", ", dim=1, keepdim=True"),
    "logsumexp(tensor([-inf, -inf]), 0)",
    "logsumexp(tensor([inf, inf]), 0)",
    "logsumexp(tensor([1000., 1000.]), 0)",
    "logsumexp(tensor([-1000., -1001.]), 0)",
    "logsumexp(real(3))",
    "logsumexp(real(3), None)",
    "real(2, 3).logsumexp(dim=(0, 1))",
    "real(2, 3).logsumexp(-1)",
    "real(2, 3).logsumexp(axis=1, keepdims=True)",
    *slope("x.logsumexp(1)", "[[-inf, -inf], [0., -inf]]", "[[1000., 1000.], [3., 3.]]"),
]

PRODUCTS = [
    *over_dims("prod", several=False),
    *with_dtypes("prod", "float64", "int64"),
    "prod(tensor([]))",
    "real(2, 3).prod(1, True)",
    "real(2, 3).prod(axis=1, keepdims=True)",
    "whole(3).to(uint8).prod()",
    "prod(real(2, 3), dim=(0,))",
    "prod(real(2, 3), (0, 1))",
    "prod(real(4) * tensor([1., 0., 2., 1.]))",
    "prod(real(2, 3) * tensor([[1., 0., 1.], [0., 2., 0.]]), 1)",
    *slope(
        "x.prod()", "[2., 0., 3.]", "[0., 0., 3.]", "[2., 3., 4.]", "[]", "[[1., 0.], [2., 3.]]"
    ),
    *slope("x.prod(1)", "[[2., 0., 3.], [0., 0., 1.]]", "[[], []]"),
    "x = tensor([2., 0., 3.], requires_grad=True); g, = torch.autograd.grad(x.prod(), x, "
    "create_graph=True); torch.autograd.grad((g * tensor([1., 2., 3.])).sum(), x)",
    "x = tensor([0., 0., 3.], requires_grad=True); g, = torch.autograd.grad(x.prod(), x, "
    "create_graph=True); torch.autograd.grad((g * tensor([1., 2., 3.])).sum(), x)",
    *at_edges("prod", "", ", 0", ", 1, True"),
]

OLD_STYLE = ("True", "False", "1, False", "0, True, True", "dim=1, unbiased=False",
             "unbiased=False", "unbiased=True", "(0, 2), False", "[0, 1], True, True",
             "dim=0, unbiased=False, keepdim=True", "correction=0", "correction=2",
             "correction=0.5",
             "dim=(0, 1), correction=0, keepdim=True", "-1, keepdim=True", "keepdim=True",
             "correction=None", "None, correction=0", "axis=1",
             "dim=1, unbiased=False, correction=1",
             "dim=3", "dim=(0, 0)")  # fmt: skip
SPREADS = [
    *(f"{name}(real(3, 4, 2), {how})" for name in ("var", "std", "var_mean", "std_mean")
      for how in OLD_STYLE),
    *(f"{name}({one})" for name in ("var", "std", "var_mean", "std_mean")
      for one in ("real(3)", "real(2, 3), 1", "real(4).detach().half()",
                  "tensor([2., 2.])", EDGES)),
    *(f"real(3, 2).{name}({how})" for name in ("var", "std") for how in ("0", "False", "")),
    *slope("x.std()", "[2., 2., 2.]"),
    *slope("x.var()", "[2., 2., 2.]"),
    "var(tensor([[], []]), 0)",
]  # fmt: skip

EXTREMES = [
    *(one for name in ("amax", "amin") for one in over_dims(name, "apart")),
    *(one for name in ("max", "min") for one in over_dims(name, "apart", several=False)),
    *(one for name in ("argmax", "argmin")
      for one in over_dims(name, "apart", several=False) if "flags" not in one),
    *(one for name in ("amax", "amin", "max", "min", "argmax", "argmin") for one in at_edges(name)),
    *(one for one in over_dims("aminmax({}{})", "apart", several=False)
      if not one.endswith((", 2)", ", -2, True)"))),
    "aminmax(apart(2, 3), 0)",
    "aminmax(apart(2, 3), keepdim=True)",
    "apart(2, 3).aminmax(dim=0, keepdim=True).max",
    *at_edges("aminmax", "", ", dim=0", ", dim=1, keepdim=True"),
    *(f"{name}({one})" for name in ("amax", "amin", "max", "min", "argmax", "argmin", "aminmax")
      for one in ("tensor([])", "flags(0)") if "arg" not in name or "flags" not in one),
    *(f"{name}({NOTHING}, dim={dim})" for name in ("amax", "min", "argmax", "aminmax")
      for dim in (0, 1)),
    "amax(apart(2, 3), ())",
    "amax(apart(2, 3), dim=(0, 0))",
    "max(apart(2, 3), (0, 1))",
    "max(apart(2, 3), apart(3))",
    "max(apart(2, 3), other=apart(3))",
    "min(apart(2, 3), whole(3))",
    "max(apart(3), 1)",
    "argmax(apart(2, 3), keepdim=True)",
    "argmax(apart(2, 3), dim=None)",
    "argmax(apart(2, 3), dim=(0, 1))",
    "max(apart(2, 3), axis=1, keepdims=True)",
    "apart(2, 3).max(1).values",
    "apart(2, 3).min(dim=-1)[0]",
    "apart(2, 3).max(0).indices",
    "isinstance(apart(2, 3).max(0), torch.return_types.max)",
    "str(tensor([1., 3., 2.]).max(0))",
    "repr(tensor([[1., 3., 2.], [1., 1., 1.]]).min(1, keepdim=True))",
    "repr(tensor([1., 3.]).aminmax())",
    "v, i = apart(2, 3).max(1); v * i",
    *slope("x.max()", "[1., 3., 3.]", "[3., 3., 3.]", "[1., nan, nan]"),
    *slope("x.amax(1)", "[[1., 3., 3.], [2., 2., 2.]]"),
    *slope("x.max(1)[0]", "[[1., 3., 3.], [2., 2., 2.]]", "[[1., nan, nan]]"),
    *slope("x.min(1).values", "[[1., 3., 3.], [2., 2., 2.]]"),
    *slope("x.aminmax().min", "[1., 3., 1.]"),
    *slope("x.aminmax(dim=1).max", "[[1., 3., 3.], [2., 2., 2.]]"),
]  # fmt: skip

LOGICAL = [
    *(one for name in ("all", "any") for one in over_dims(name, "flags")),
    *(f"{name}({one})" for name in ("all", "any")
      for one in (EDGES, f"{EDGES}, 1", "tensor([0., 0.])", "tensor([nan])", "flags(2, 3), ()",
                  "flags(2, 3), dim=[]", "whole(3).to(uint8)", "whole(2, 2).to(uint8), 0, True",
                  "flags(2, 3), None", "flags(2, 3), keepdim=True", "tensor([])", "flags(0)",
                  "real(2, 3), axis=1, keepdims=True", "flags(2, 3), (0, 0)")),
    *(f"flags(2, 3).{name}({how})" for name in ("all", "any") for how in ("", "1", "dim=(0, 1)")),
    *(f"count_nonzero({one})" for one in
      ("flags(2, 3)", "flags(2, 3), 1", "whole(2, 3), dim=(0, 1)", EDGES, f"{EDGES}, dim=-1",
       f"{EDGES}, ()", f"{NOTHING}, 1", NOTHING, "tensor(2.)", "tensor(0.), 0", "flags(2), 1",
       "flags(2, 3), (0, 0)", "flags(2, 3, 2), (0, 2)")),
    "flags(2, 3).count_nonzero(dim=0)",
]  # fmt: skip

ORDERS = ("2", "1", "0", "inf", "-inf", "3", "1.5", "0.5", "-1", "2.5", "'fro'", "None", "True")
LENGTHS = [
    *(f"norm(real(2, 3), {p})" for p in ORDERS),
    *(f"norm(apart(2, 3) + 2, {p}, {how})" for p in ORDERS
      for how in ("dim=1", "0, True", "dim=(0, 1), keepdim=True")),
    *over_dims("norm({}, 2{})"),
    "norm(real(2, 3))",
    "norm(real(2, 3), keepdim=True)",
    "norm(real(2, 3), dim=0)",
    "norm(real(2, 3), p=1, dim=[0])",
    "norm(real(2, 3), 2, dtype=float64)",
    "norm(real(2, 3), dtype=float16)",
    "norm(real(4).detach().half(), dtype=float32)",
    "norm(real(2, 3, 4), 'fro', dim=(0, 2))",
    "norm(real(4).detach().half())",
    "real(2, 3).norm()",
    "real(2, 3).norm(1)",
    "real(2, 3).norm(2, -1)",
    "real(2, 3).norm(p='fro', dim=(0, 1), keepdim=True)",
    "real(2, 3).norm(dim=1, keepdim=True)",
    *(f"norm({EDGES}, {p}, 1)" for p in ("2", "1", "inf", "-inf", "0", "3")),
    *(f"norm(tensor([1., 0., -2.]), {p})" for p in ORDERS),
    *(f"norm(tensor([]), {p})" for p in ("2", "1", "0", "3", "inf", "-inf", "-1")),
    *(f"norm({NOTHING}, inf, dim={dim})" for dim in (0, 1)),
    "norm(whole(3))",
    "norm(flags(3))",
    "norm(whole(3), 2, dtype=float64)",
    "norm(real(3), 'foo')",
    "norm(real(3), 2, dim=1)",
    *(line for p in ("2", "1", "inf", "3", "1.5")
      for line in slope(f"norm(x, {p})", "[0., 0.]", "[3., 0., -4.]")),
    *slope("norm(x, 2, 1)", "[[0., 0.], [3., -4.]]"),
    *slope("norm(x, inf)", "[3., -3., 1.]"),
    *slope("norm(x, -inf)", "[3., -3., 4.]"),
    "norm(real(2, 3), 'nuc')",
    "x = real(2, 3); g, = torch.autograd.grad(norm(x, 'nuc'), x, create_graph=True); g * x",
    "norm(real(3, 3), p='nuc')",
    "norm(real(3, 2), 'nuc', keepdim=True)",
    "norm(real(2, 4, 3), 'nuc', dim=(0, 2))",
    "norm(real(2, 4, 3), 'nuc', dim=(-1, 1), keepdim=True)",
    "norm(real(3), 'nuc')",
    "norm(real(2, 3), 'nuc', dim=0)",
    *(f"dist(real(2, 3), apart(2, 3){p})" for p in ("", ", 1", ", p=3", ", inf", ", -inf")),
    "dist(tensor([1., 2.]), tensor([1., 3.]), 0)",
    "dist(real(2, 3), real(3))",
    "real(3).dist(real(), 1)",
    "dist(whole(3), real(3))",
    "dist(whole(3), whole(3))",
    *slope("dist(x, tensor([1., 2.]))", "[1., 2.]", "[1., 3.]"),
    *(f"renorm(real(2, 3), {how})" for how in
      ("2, 0, 1", "2, 0, 100", "1, 1, 0.5", "p=inf, dim=-1, maxnorm=0.5", "3, 0, 1", "2, 0, 0",
       "-2, 0, 1", "2, 0, -1", "0, 0, 1", "2, 2, 1")),
    "renorm(real(2, 3, 2), 2, 1, 1.5)",
    "renorm(real(3), 2, 0, 1)",
    "renorm(whole(2, 3), 2, 0, 1)",
    "real(2, 3).renorm(2, 0, 1)",
    "x = real(2, 3).detach(); x.renorm_(2, 0, 1); x",
]  # fmt: skip

SHARES = [
    *(one for name in ("softmax", "log_softmax")
      for one in unary(f"{name}({{}}, 0)") if "whole" not in one and "flags" not in one),
    *(f"{name}({one})" for name in ("softmax", "log_softmax") for one in
      ("real(2, 3), -1", "real(2, 3, 2), dim=1", "real(3), 1", "real(3)", "real(), -1",
       "real(2, 3), 0, dtype=float64", "real(2, 3).detach(), 0, float32",
       "whole(3), 0, dtype=float64",
       "flags(3), 0, dtype=float32", "real(2, 3).detach().half(), 1", "tensor([-inf, 1., 2.]), 0",
       "tensor([-inf, -inf]), 0", "tensor([inf, 1.]), 0", "tensor([nan, 1.]), 0",
       "tensor([1000., 0.]), 0", "real(2, 0), 1", "real(2, 0), 0")),
    *(f"real(2, 3).{name}({how})" for name in ("softmax", "log_softmax")
      for how in ("dim=1", "axis=0", "")),
    *(f"whole(2, 3).{name}(1, dtype=float64)" for name in ("softmax", "log_softmax")),
    *(f"F.{name}(real(2, 3), dim=1, dtype=float64)" for name in ("softmax", "log_softmax")),
]  # fmt: skip

RELATIONS = [
    *(f"cov({one})" for one in
      ("real(2, 5)", "real(5)", "real(3, 4), correction=0", "real(2, 5), correction=2",
       "whole(2, 5)", "real()", "real(2, 1)", "flags(2, 3)", "real(2, 2, 2)",
       "real(2, 3), fweights=tensor([1, 2, 1])", "real(2, 3), aweights=tensor([1., 2., 0.5])",
       "real(2, 3), aweights=positive(3)", "real(3), fweights=tensor([1, 2, 3]), correction=0",
       "real(2, 3), fweights=tensor([1, 2, 1]), aweights=tensor([1., 2., 1.])",
       "real(2, 3), fweights=tensor([1, 2, 1]), aweights=positive(3), correction=2",
       "real(2, 3), fweights=tensor([1., 2., 1.])", "real(2, 3), fweights=tensor([1, 2])",
       "real(2, 3), aweights=tensor([1, 2, 3])", "real(2, 3), fweights=tensor([1, -2, 1])",
       "real(2, 3), fweights=tensor([[1, 2, 1]])", "real(2, 3), aweights=tensor([0., 0., 0.])")),
    *(f"corrcoef({one})" for one in
      ("real(2, 5)", "real(3, 4)", "real(5)", "whole(2, 5)", "real()", "real(2, 2, 2)")),
    "real(2, 5).cov()",
    "real(2, 5).corrcoef()",
]  # fmt: skip

SAMPLES = [*SUMS, *PRODUCTS, *SPREADS, *EXTREMES, *LOGICAL, *LENGTHS, *SHARES, *RELATIONS]
SAMPLES = list(dict.fromkeys(SAMPLES))
