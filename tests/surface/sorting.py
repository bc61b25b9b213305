"""Samples of functions that order, rank, count or tell apart values."""

from .sampling import over_dims, unary

# No two float values are equal, but some are nan or infinite; whole numbers have ties.
EDGES = "tensor([[1., nan, 2., inf], [-inf, 4., 3., -1.], [0.5, 0., nan, nan]])"
WHOLE = "tensor([[3, 1, 2], [9, 7, 8]])"
TIES = "tensor([[2., 1., 2.], [1., 1., 1.]])"


def one_dim(call: str, domain: str = "apart") -> list[str]:
    """Return the samples of over_dims for a function of one axis, with whole numbers apart."""
    kept = [one for one in over_dims(call, domain, several=False) if "flags" not in one]
    return [one.replace("whole(2, 3)", WHOLE) for one in kept if "(2, 0)" not in one]


ORDERS = [
    *unary("sort", "apart"),
    *unary("argsort", "apart"),
    *unary("msort", "apart"),
    *(f"{name}({one})" for name in ("sort", "argsort") for one in
      ("apart(2, 3), 0", "apart(2, 3), dim=-2", "apart(2, 3, 2), 1", "apart(2, 3), -1, True",
       "apart(2, 3), dim=0, descending=True", "apart(2, 3), descending=True, stable=True",
       "apart(2, 3), stable=True", "apart(2, 3), axis=0", EDGES, f"{EDGES}, 0", f"{EDGES}, 0, True",
       f"{EDGES}, descending=True", WHOLE, f"{WHOLE}, 0", f"{WHOLE}, 1, True",
       f"{TIES}, stable=True", f"{TIES}, stable=True, descending=True", "whole(12), stable=True",
       "flags(7), stable=True", "flags(7), stable=True, descending=True", "apart(3), 1",
       "apart(), 0", "apart(), -1, True", "apart(), 1", "apart(0), 0", "apart(2, 0), 0",
       "apart(3), 0, True, True", "apart(2, 3), (0,)", "tensor([0., -0., -1.]), stable=True",
       "apart(5).detach().half(), 0")),
    *(f"apart(2, 3).{name}({how})" for name in ("sort", "argsort")
      for how in ("", "0", "dim=1, descending=True")),
    "apart(2, 3).msort()",
    "values, indices = apart(2, 3).sort(); values * indices",
    "apart(2, 3).sort(0).values",
    "apart(2, 3).sort()[1]",
    "repr(tensor([3., 1.]).sort())",
    "isinstance(apart(3).sort(), torch.return_types.sort)",
    "x = tensor([2., 1., 2.], requires_grad=True); v = x.sort(stable=True).values; "
    "torch.autograd.grad((v * tensor([1., 2., 3.])).sum(), x)",
]  # fmt: skip

LEADERS = [
    *(f"topk({one})" for one in
      ("apart(5), 2", "apart(5), 5", "apart(5), 0", "apart(5), 1", "apart(5), 6", "apart(5), -1",
       "apart(2, 4), 2", "apart(2, 4), 2, 0", "apart(2, 4), 1, 0, False", "apart(2, 4), k=3, dim=1",
       "apart(2, 4), 2, largest=False", "apart(2, 4), 3, -1, False, True", "apart(2, 4), 4",
       "apart(3, 4, 2), 2, dim=1", "apart(3, 4, 2), 1, dim=-3, largest=False", "apart(2, 4), 1, 2",
       "apart(), 1", "apart(), 0", "apart(), 2", "flags(3), 1", f"{WHOLE}, 2", f"{WHOLE}, 1, 0",
       f"{WHOLE}, 2, largest=False", "apart(2, 0), 0", "apart(0), 0", f"{EDGES}, 4",
       f"{EDGES[:-2].replace('nan, nan]', '1., nan]')}]), 3",
       f"{EDGES}, 2, 1, False", "tensor([1., nan, 2.]), 2", "tensor([1., nan, 2.]), 2, 0, False",
       "apart(4), 2, axis=0", "apart(5).detach().half(), 2")),
    "topk(apart(99), 3)",
    "topk(apart(2, 70), 4, largest=False)",
    "topk(apart(70, 2), 69, 0)",
    "topk(apart(2, 70), 70)",
    "topk(cat([tensor([nan]), torch.arange(80.), tensor([nan])]), 1, largest=False)",
    "topk(cat([tensor([nan]), torch.arange(80.)]), 3)",
    "topk(apart(2, 5), 3, sorted=False).values.sum(1)",
    "apart(2, 5).topk(2)",
    "apart(2, 5).topk(2, 0, False)",
    "apart(2, 5).topk(k=2, dim=1, largest=True, sorted=True).values",
    "apart(2, 5).topk(2).indices",
    "values, indices = apart(2, 5).topk(2); values * indices",
    "repr(tensor([3., 1., 2.]).topk(2))",
    *(f"kthvalue({one})" for one in
      ("apart(5), 1", "apart(5), 5", "apart(5), 3", "apart(5), 0", "apart(5), 6", "apart(2, 3), 2",
       "apart(2, 3), 2, 0", "apart(2, 3), 2, 1, True", "apart(2, 3), k=1, dim=-2, keepdim=True",
       "apart(2, 3, 2), 3, 1", "apart(2, 3), 2, keepdim=True", "apart(), 1", "apart(), 1, 0, True",
       "apart(), 2", "flags(3), 1", f"{WHOLE}, 2", f"{WHOLE}, 2, 0", "tensor([1., nan, 2.]), 3",
       "tensor([1., nan, 2.]), 2", "apart(2, 0), 1", "apart(2, 3), 1, 2",
       "apart(2, 3), 2, axis=0, keepdims=True")),
    "apart(2, 3).kthvalue(2)",
    "apart(2, 3).kthvalue(1, 0, keepdim=True).values",
    "repr(tensor([3., 1., 2.]).kthvalue(2))",
]  # fmt: skip

MIDDLES = [
    *(one for name in ("median", "nanmedian", "mode") for one in one_dim(name)),
    *(f"{name}({one})" for name in ("median", "nanmedian") for one in
      ("apart(4)", "apart(5)", "apart(2, 4), 1", "apart(2, 5), 1", "apart(4, 3), 0, True", EDGES,
       "tensor([1., nan, 2.])", "tensor([1., nan, 2.]), 0", "tensor([nan, nan])",
       "tensor([nan, nan]), 0", "tensor([1., nan, nan, 2., 3.]), 0",
       "tensor([[1., nan], [2., 3.]])",
       "tensor([[1., nan], [2., 3.]]), 1", "tensor([[1., nan], [2., 3.]]), 0, True",
       "tensor([inf, -inf, 1.])", "tensor([])", "tensor([[], []]), 1", "tensor([[], []]), 0",
       "flags(3)", "flags(3), 0", "tensor([4, 2, 3, 1])", "tensor([4, 2, 3, 1]), 0",
       "tensor([4, 2, 3, 1]).to(int32)", "apart(2, 3), axis=1, keepdims=True",
       "tensor([1., 2., 2., 3.])", "apart(5).detach().half()")),
    *(f"apart(2, 3).{name}({how})" for name in ("median", "nanmedian")
      for how in ("", "1", "dim=0, keepdim=True")),
    *(f"x = tensor({values}, requires_grad=True); torch.autograd.grad(x.{call}.sum(), x)"
      for call in ("median()", "nanmedian()")
      for values in ("[1., 2., 2., 3.]", "[1., nan, 2.]", "[nan, nan]", "[2., 2., 2.]")),
    "x = tensor([1., nan, nan, 3.], requires_grad=True); torch.autograd.grad(x.median(0)[0], x)",
    "x = tensor([1., nan, nan, 3.], requires_grad=True); torch.autograd.grad(x.nanmedian(0)[0], x)",
    "repr(tensor([3., 1., 2.]).median(0))",
    "repr(tensor([3., 1., 2.]).nanmedian(0))",
    *(f"mode({one})" for one in
      ("tensor([1., 1., 2.])", "tensor([2., 1., 1., 2.])", "tensor([2, 1, 1, 2, 3]), 0",
       "tensor([[1, 2, 2], [3, 3, 1]])", "tensor([[1, 2, 2], [1, 3, 1]]), 0, True",
       "tensor([True, False])", "flags(3, 4), 1", "tensor(2.)", "tensor([[1, 2, 2]]), dim=-1, "
       "keepdim=True", "tensor([5, 5, 3, 3, 4, 4, 3])", "apart(2, 3), 2", "apart(2, 0), 1",
       "tensor([inf, inf, 1.])")),
    "apart(2, 3).mode(0)",
    "tensor([[1, 2, 2], [3, 3, 1]]).mode().values",
    "x = tensor([1., 2., 2.], requires_grad=True); torch.autograd.grad(x.mode().values, x)",
    "repr(tensor([1., 1., 2.]).mode())",
]  # fmt: skip

HOWS = ("linear", "lower", "higher", "midpoint", "nearest")
QUANTILES = [
    *(f"{name}({one})" for name in ("quantile", "nanquantile") for one in
      ("apart(5), 0.3", "apart(5), 0", "apart(5), 1", "apart(5), 0.5", "apart(2, 3), 0.3",
       "apart(2, 3), 0.3, 0", "apart(2, 3), 0.7, dim=-1, keepdim=True", "apart(2, 3), 0.3, 1, True",
       "apart(2, 3), 0.3, keepdim=True", "apart(2, 3, 4), 0.6, 1", "apart(2, 3), inside(2), 1",
       "apart(2, 3), inside(4)", "apart(2, 3), inside(2), 0, True", "apart(2, 3), inside()",
       "apart(2, 3, 4), inside(2), dim=1", "apart(2, 3, 4), inside(2), keepdim=True",
       "apart(), 0.3",
       "apart(), 0.3, 0, True", "apart(), inside(2)", "apart(1), 0.3", "apart(3), 1.3",
       "apart(3), -0.1", "tensor([1., 2.]), tensor([0.5, 1.5])", "whole(3), 0.5", "apart(0), 0.5",
       "apart(2, 0), 0.5, 1", "apart(3), 0.5, 1", "apart(3), inside(2, 1)",
       "tensor([1., 2.]), tensor(0.5, dtype=float64)", "apart(3).detach().half(), 0.5",
       "apart(3), 0.5, interpolation='foo'", "tensor([1., nan, 2.]), 0.3",
       "tensor([nan, nan]), 0.3",
       "tensor([[1., nan, 2.], [4., 3., 5.]]), 0.5, 1", "tensor([1., nan, 2.]), tensor([0.1, 0.9])",
       "tensor([[1., nan, 2.], [4., 3., 5.]]), tensor([0.5, 0.]), 0", "tensor([1., inf, 2.]), 0.3",
       "tensor([-inf, inf, 2.]), 0.5", "tensor([2., 2., 2.]), 0.4", "apart(2, 3), 0.3, axis=1",
       "tensor([1., 2.]), tensor([])", "tensor([1., 2., nan]), nan")),
    *(f"{name}({one}, interpolation='{how}')" for name in ("quantile", "nanquantile")
      for how in HOWS for one in ("apart(4), 0.4", "apart(2, 5), inside(3), 1",
                                  "tensor([1., 4., nan, 2.]), 0.4", "tensor([1., 2., 3.]), 0.5",
                                  "tensor([1., 2., 3., 4.]), 0.5")),
    "apart(5).quantile(0.3)",
    "apart(2, 5).quantile(inside(2), dim=1, keepdim=True)",
    "apart(2, 5).nanquantile(0.3, 0)",
]  # fmt: skip

PLACES = [
    *(f"searchsorted({one})" for one in
      ("tensor([1., 2., 3.]), tensor([2., 4., 0., 1.5])",
       "tensor([1., 2., 3.]), tensor([2., 4., 3.]), right=True", "tensor([1., 2., 3.]), 2.",
       "tensor([1., 2., 3.]), 2", "tensor([1, 2, 3]), 2.5", "tensor([1, 2, 3]), 2, right=True",
       "tensor([1., 2., 3.]), input=tensor(2.)", "tensor([1., 2., 3.]), tensor(2)",
       "tensor([1., 2.]), tensor([1.5]), out_int32=True",
       "tensor([1., 2.]), tensor([2.]), side='left'",
       "tensor([1., 2.]), tensor([2.]), side='right'",
       "tensor([1., 2.]), tensor([2.]), side='foo'",
       "tensor([1., 2.]), tensor([2.]), side='left', right=True",
       "tensor([1., 2.]), tensor([2.]), side='right', right=True",
       "tensor([[1., 2., 3.], [2., 3., 4.]]), tensor([[2., 9.], [2., 1.]])",
       "tensor([[1., 2., 3.], [2., 3., 4.]]), tensor([2., 2.])",
       "tensor([[1., 2., 3.], [2., 3., 4.]]), 2.", "tensor([1., 2., 3.]), real(2, 3)",
       "real(3).detach().sort()[0], apart(2, 2)", "tensor([]), tensor([1., 2.])",
       "tensor([1., 2.]), tensor([])",
       "tensor([3., 1., 2.]), tensor([2.5]), sorter=tensor([1, 2, 0])",
       "tensor([3., 1., 2.]), tensor([2.]), sorter=tensor([1, 2])",
       "tensor([3., 1., 2.]), tensor([2.]), sorter=tensor([1, 2, 5])",
       "tensor([3., 1., 2.]), tensor([2.]), sorter=tensor([1., 2., 0.])",
       "tensor([1., 2.]), tensor([nan, inf, -inf])", "tensor([1., 1., 2., 2.]), tensor([1., 2.])",
       "tensor([1., 1., 2., 2.]), tensor([1., 2.]), right=True", "tensor(1.), tensor([2.])",
       "tensor([True]), tensor([True])",
       "tensor([[[1., 2.]], [[3., 4.]]]), tensor([[[2.]], [[2.]]])",
       "tensor([1, 3, 5]), whole(2, 3)")),
    *(f"bucketize({one})" for one in
      ("tensor([1., 2., 5.]), tensor([1., 2.])", "tensor([1., 2.]), tensor([1., 2.]), right=True",
       "tensor([1, 2]), tensor([1., 2.])", "1.5, tensor([1., 2.])",
       "2, tensor([1, 2]), out_int32=True", "tensor([[1., 2.]]), tensor([[1., 2.]])",
       "tensor([1., 2.]), tensor([])", "real(2, 3), tensor([-1., 0., 1.])", "real(), tensor([0.])",
       "real(2, 0), tensor([0.])", "whole(2, 3), boundaries=tensor([2, 3]), right=True")),
]  # fmt: skip

COUNTS = [
    *(f"histc({one})" for one in
      ("tensor([1., 2., 3., 3.]), 3", "tensor([1., 2., 3., 3.]), 3, 0, 2",
       "tensor([1., 2., 3., 3.]), bins=4, min=1, max=3", "tensor([2., 2.]), 3", "tensor([]), 3",
       "tensor(1.), 3", "tensor([[1., 2.], [5., 5.]]), 3, 5, 5", "tensor([1., 2., nan]), 3, 0, 3",
       "tensor([1., 2., nan]), 3", "tensor([1., 2., inf]), 3", "tensor([1., 2.]), 0",
       "tensor([1., 2.]), 3, 3, 0", "whole(3), 3", "real(2, 3).detach()", "real(20).detach(), 4",
       "tensor([-5., 0.5, 9.]), 2, 0, 1")),
    "real(6).detach().histc(3, -2, 2)",
    *(f"histogram({one})" for one in
      ("tensor([1., 2., 3., 3.]), 3", "tensor([1., 2., 3., 3.]), tensor([1., 2., 3.])",
       "tensor([1., 2., 3., 3.]), bins=3, range=(0, 4)",
       "tensor([1., 2., 3., 3.]), 3, range=(0, 4.), weight=tensor([1., 2., 3., 4.]), density=True",
       "tensor([1., 2., 3., 3.]), 3, density=True", "tensor([2.]), 2", "tensor([]), 2",
       "tensor([[1., 2.], [3., 5.]]), 2", "tensor([1., 2.]), tensor([0., 1.5, 9.]), density=True",
       "tensor([1., 2.]), 2, weight=tensor([1., 0.5])", "whole(3), 3", "tensor([1., 2.]), 0",
       "tensor([1., 2.]), 2, weight=tensor([1.])", "tensor([1., 2.]), 2, range=(3, 1)")),
    "tensor([1., 2., 3.]).histogram(2)",
    "repr(histogram(tensor([1., 2.]), 2))",
    "histogram(tensor([1., 2.]), 2).bin_edges",
]  # fmt: skip

DISTINCT = [
    *(f"bincount({one})" for one in
      ("tensor([1, 2, 1])", "tensor([1, 2, 1]), tensor([0.5, 1., 2.])",
       "tensor([1, 2, 1]), weights=tensor([0.5, 1., 2.], dtype=float64)",
       "tensor([1, 2, 1]), tensor([1, 1, 2])", "tensor([1, 2, 1]), minlength=5",
       "tensor([1, 2, 1]), weights=tensor([0.5, 1.])", "tensor([1, -1])", "tensor([1.])",
       "tensor([[1]])", "tensor([], dtype=int64)", "tensor([], dtype=int64), minlength=2",
       "tensor([1]), minlength=-1", "tensor([True])", "tensor(1)", "whole(9)",
       "whole(9).to(uint8), None, 7")),
    "whole(5).bincount(minlength=6)",
    *(f"unique({one})" for one in
      ("tensor([2., 1., 2.])", "tensor([2., 1., 2.]), return_inverse=True",
       "tensor([2., 1., 2.]), return_counts=True", "tensor([2., 1., 2.]), True, True, True",
       "tensor([[2, 1], [2, 1]]), dim=0",
       "tensor([[2, 1], [2, 1], [1, 3]]), dim=0, return_inverse=True, return_counts=True",
       "tensor([[2, 1, 2], [2, 1, 2]]), dim=1, return_inverse=True",
       "tensor([[2, 1, 2], [2, 1, 2]]), return_inverse=True", "tensor([nan, 1., nan])",
       "tensor([])", "tensor([]), return_inverse=True, return_counts=True",
       "tensor(1.), return_inverse=True", "tensor(1.), dim=0", "tensor([True, False, True])",
       "tensor([[1]]), dim=2", "whole(2, 3, 2), dim=-1", "whole(4, 2), dim=0, return_counts=True",
       "whole(3, 4), return_counts=True", "tensor([3, 1, 2, 1]), sorted=True",
       "flags(2, 3), return_inverse=True, return_counts=True",
       "tensor([inf, -inf, 0., -0., inf])")),
    "whole(2, 3).unique()",
    "values, inverse = tensor([3, 1, 3]).unique(return_inverse=True); values[inverse]",
    *(f"unique_consecutive({one})" for one in
      ("tensor([1, 1, 2, 1])", "tensor([1, 1, 2, 1]), True, True",
       "tensor([1, 1, 2, 1]), return_counts=True", "tensor([[1, 1], [1, 2]])",
       "tensor([[1, 1], [1, 1], [2, 1]]), dim=0, return_inverse=True, return_counts=True",
       "tensor([[1, 1], [1, 2]]), return_inverse=True, return_counts=True",
       "tensor([[1, 1, 2], [1, 1, 1]]), dim=1, return_counts=True", "tensor([nan, nan])",
       "tensor([]), True, True", "tensor(2), True, True", "tensor([1]), dim=1", "whole(9)",
       "flags(7), return_inverse=True")),
    "tensor([1, 1, 2]).unique_consecutive(return_counts=True)",
]  # fmt: skip

SAMPLES = [*ORDERS, *LEADERS, *MIDDLES, *QUANTILES, *PLACES, *COUNTS, *DISTINCT]
SAMPLES = list(dict.fromkeys(SAMPLES))
