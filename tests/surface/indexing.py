"""Samples of reading and writing at places: by index, along an axis, by mask."""

from .shapes import all_of

SELECTING = [
    *all_of("index_select({}, {})", ["real(3, 2)", "whole(3, 2)", "flags(3, 2)"],
            "0, tensor([2, 0, 2])", "1, tensor([1])", "-1, tensor([0, 0])", "0, tensor(1)",
            "dim=0, index=tensor([1, 2], dtype=int32)", "0, tensor([], dtype=int64)",
            "0, tensor([3])", "0, tensor([-1])", "2, tensor([0])", "0, tensor([[0]])",
            "0, tensor([0.])"),
    "real(2, 3, 2).index_select(1, tensor([2, 0]))", "index_select(real(), 0, tensor([0]))",
    "index_select(real(), 0, tensor([0, 0]))", "index_select(real(2, 0), 0, tensor([1]))",
    *all_of("gather({}, {})", ["real(2, 3)", "whole(2, 3)"], "1, tensor([[0, 2], [1, 1]])",
            "0, tensor([[0, 1, 1]])", "-1, tensor([[2], [0]])", "1, tensor([[3]])",
            "1, tensor([[-1]])", "0, tensor([0])", "0, tensor([[0, 0, 0, 0]])", "2, tensor([[0]])",
            "1, tensor([[0.]])"),
    "gather(real(), 0, tensor(0))", "gather(real(), 0, tensor([0, 0]))",
    "gather(real(3), 0, tensor(1))", "real(2, 3).gather(1, tensor([[1]]))",
    *all_of("take({}, {})", ["real(2, 3)", "whole(2, 3)"], "tensor([0, 5, 0])",
            "tensor([-1, -6])", "tensor([[1, 2], [3, 4]])", "tensor(2)", "tensor([6])",
            "tensor([-7])", "tensor([0], dtype=int32)", "tensor([0.])", "tensor([], dtype=int64)"),
    "real(2, 3).take(tensor([1]))", "take(real(), tensor([0, 0]))",
    "take(real(0), tensor([], dtype=int64))", "take(real(0), tensor([0]))",
    *all_of("take_along_dim({}, {})", ["real(2, 3)", "whole(2, 3)"],
            "tensor([[1], [2]]), 1", "tensor([[1, 0]]), dim=1", "tensor([[1, 0, 1]]), 0",
            "tensor([5, 0])", "tensor([[-1, -2], [0, 0]]), -1", "tensor([1]), 1",
            "tensor([[0]], dtype=int32), 1", "tensor([[0], [0], [0]]), 1", "tensor([[0]]), 2"),
    "take_along_dim(real(1, 3), tensor([[0], [1]]), 1)",
    "apart(2, 4).take_along_dim(tensor([[0, 3], [1, 2]]), 1)", "take_along_dim(real(), tensor(0))",
    *all_of("masked_select({}, {})", ["real(2, 3)", "whole(2, 3)"], "flags(2, 3)",
            "tensor([True, False, True])", "tensor([[True], [False]])", "tensor(True)",
            "tensor(False)", "tensor([1, 0, 1])", "tensor([True, False])"),
    "real(3).masked_select(flags(2, 3))", "masked_select(real(), tensor(True))",
    "masked_select(real(), tensor([True, True]))", "masked_select(real(0), tensor([True]))",
    "masked_select(real(2, 3), mask=flags(2, 1))",
    *all_of("{1}({0})", ["tensor([[0., 1.5, nan], [2, 0, -1]])", "tensor([0, 3, 0, 2])",
            "flags(5)", "tensor(3.)", "tensor(0.)", "zeros(2, 0)", "zeros(3)",
            "tensor([[[1, 0]], [[0, 4]]])"], "nonzero", "argwhere", "where"),
    *all_of("nonzero({}, as_tuple=True)",
            ["flags(2, 3)", "tensor(2)", "tensor(0)", "zeros(0, 2)"], ""),
    "flags(2, 3).nonzero()", "flags(4).argwhere()", "flags(4).nonzero(as_tuple=True)",
    "where(tensor([True, False]), real(2))", "where(flags(2, 3), real(2, 3), real(3))",
    "where(flags(3), real(3), 1.5)", "where(flags(3), 1, whole(3))",
    "where(condition=flags(3), input=real(3), other=real(1))",
]  # fmt: skip

# What is written to, in the first place, and what it is written with, in the second.
ADDED = [
    "0, tensor([2, 0, 2]), {}(3, 2)", "1, tensor([1]), {}(3, 1)", "-1, tensor([0, 0]), {}(3, 2)",
    "0, tensor(1), {}(1, 2)", "0, tensor([1, 2], dtype=int32), {}(2, 2)",
    "0, tensor([], dtype=int64), {}(0, 2)", "0, tensor([3]), {}(1, 2)", "0, tensor([-1]), {}(1, 2)",
    "0, tensor([0, 1]), {}(1, 2)", "0, tensor([0]), {}(1, 1)", "0, tensor([0.]), {}(1, 2)",
    "2, tensor([0]), {}(1, 2)", "0, tensor([[0]]), {}(1, 2)", "0, tensor([0]), {}(2)",
]  # fmt: skip
# No place twice, where PyTorch does not say which element stays.
COPIED = [how.replace("[2, 0, 2]", "[2, 0, 1]").replace("[0, 0]", "[1, 0]") for how in ADDED]


def written(call: str, ways: list[str]) -> list[str]:
    """Return samples of a function that writes elements of its own dtype into a (3, 2) one."""
    return [call.format(one, how.format(one)) for one in ("real", "whole") for how in ways]


BY_INDEX = [
    *written("index_add({}(3, 2), {})", ADDED),
    *written("index_copy({}(3, 2), {})", COPIED),
    "index_add(real(3, 2), 0, tensor([1, 1]), real(2, 2), alpha=0.5)",
    "index_add(whole(3, 2), 0, tensor([1, 1]), whole(2, 2), alpha=3)",
    "index_add(real(3), 0, tensor([1]), whole(1))", "index_copy(real(3), 0, tensor([1]), whole(1))",
    "index_add(flags(3), 0, tensor([1, 1]), flags(2))",
    "index_add(real(), 0, tensor([0]), real(1))", "index_copy(real(), 0, tensor([0]), real(1))",
    "index_add(real(), 0, tensor(0), real())", "index_copy(real(3), 0, tensor(1), real())",
    "real(2, 3, 2).index_add(1, tensor([2, 0]), real(2, 2, 2))",
    "index_copy(flags(3), 0, tensor([2, 0]), flags(2))",
    "real(2, 3).index_copy(1, tensor([2, 0]), real(2, 2))",
    "x = real(3, 2) * 1; x.index_add_(0, tensor([2, 0, 2]), real(3, 2)); x",
    "x = real(3, 2) * 1; y = x * 2; x.index_add_(1, tensor([0]), real(3, 1), alpha=2); x * y",
    "x = real(3, 2) * 1; x.index_copy_(0, tensor([2, 0]), real(2, 2))",
    "x = zeros(3, 2); x[:, 1].index_fill_(0, tensor([2, 0]), 5); x",
    *all_of("index_fill({}, {})", ["real(3, 2)", "whole(3, 2)"], "0, tensor([2, 0]), 7",
            "1, tensor([-1]), 7.5", "0, tensor(1), 2", "-1, tensor([0, 0]), tensor(3)",
            "0, tensor([], dtype=int64), 1", "0, tensor([3]), 1", "0, tensor([1]), tensor([3.])",
            "0, tensor([[1]]), 1", "0, tensor([1], dtype=int32), 1", "2, tensor([1]), 1"),
    "index_fill(real(3), 0, tensor([1]), real())", "index_fill(flags(3), 0, tensor([1]), True)",
    "zeros(3).index_fill(0, tensor([0]), -inf)", "index_fill(real(), 0, tensor([0]), 2)",
    "x = real(3) * 1; x.index_fill_(0, tensor([1]), 2.5)",
    *all_of("index_put({}, {})", ["real(3, 2)"], "(tensor([2, 0]),), real(2, 2)",
            "(tensor([2, 0]),), real()", "(tensor([2, 0]),), real(1, 2)",
            "(tensor([2, 0]), tensor([1, 1])), real(2)",
            "(tensor([[2], [0]]), tensor([1, 0])), real(2, 2)", "(flags(3, 2),), real()",
            "[tensor([True, False, True])], real(2, 2)", "(tensor([2, 2, 0]),), real(3, 2), True",
            "(tensor([2, 2]),), real(), accumulate=True",
            "(tensor([-1, 2]), tensor([0, 0])), real(2), True", "(flags(3, 2),), real(), True",
            "(tensor([3]),), real()", "(tensor([0]),), whole(2)", "(tensor([0, 1]),), real(3, 2)",
            "(tensor([0, 1]),), real(3, 2), True", "(tensor([0.]),), real()",
            "(tensor([0]), tensor([0]), tensor([0])), real()"),
    "whole(3).index_put((tensor([1, 1]),), tensor([5, 6]), accumulate=True)",
    "x = real(3) * 1; x.index_put_((tensor([0, 0, 2]),), real(3), accumulate=True)",
    "x = real(3) * 1; x.index_put_([tensor([0, 2])], real(2)); x",
    *all_of("x = {} * 1; x.put_({}); x", ["real(2, 3)"], "tensor([5, 0]), real(2)",
            "tensor([5, 5]), real(2), True", "tensor([[-1], [0]]), real(2), accumulate=True",
            "tensor([6]), real(1)", "tensor([0]), real(2)", "tensor([0]), whole(1)",
            "tensor([0.]), real(1)"),
    "x = whole(2, 3) * 1; x.put_(tensor([1]), tensor([9]))", "real(2, 2).put(tensor([3]), real(1))",
    "put(real(2, 2), tensor([3, 3]), real(2), accumulate=True)",
]  # fmt: skip

# Of a larger src PyTorch has no gradient for scatter.
PLACES = [
    "1, tensor([[0, 2], [1, 0]]), {}(2, 2)", "0, tensor([[1, 0, 1]]), {}(1, 3)",
    "-1, tensor([[2], [0]]), {}(2, 1)", "0, tensor([[0]], dtype=int32), {}(1, 1)",
    "1, tensor([[3]]), {}(2, 3)", "1, tensor([[-1]]), {}(2, 3)", "0, tensor([0]), {}(2, 3)",
    "0, tensor([[0, 1, 0, 1]]), {}(2, 4)", "0, tensor([[0, 1, 0]]), {}(1, 2)",
    "0, tensor([], dtype=int64), {}(0)", "2, tensor([[0]]), {}(2, 3)",
    "1, tensor([[0.]]), {}(2, 3)",
]  # fmt: skip
TWICE = ["1, tensor([[0, 0, 2], [1, 1, 1]]), {}(2, 3)",
         "0, tensor([[1, 1, 1], [1, 0, 1]]), {}(2, 3)"]  # fmt: skip
SOURCES = ["apart(2, 3)", "whole(2, 3)"]


def scattered(call: str, ways: list[str]) -> list[str]:
    """Return samples of a function that writes elements of its own dtype into a (2, 3) one."""
    return [call.format(one, how.format(one)) for one in ("real", "whole") for how in ways]


ALONG = [
    *scattered("scatter({}(2, 3), {})", PLACES),
    *scattered("scatter_add({}(2, 3), {})", PLACES + TWICE),
    *all_of("scatter({}, {})", ["real(2, 3)", "whole(2, 3)"], "1, tensor([[0], [2]]), 7",
            "dim=0, index=tensor([[1, 0]]), value=2.5", "1, tensor([[0]]), tensor(9)",
            "1, tensor([[3]]), 1", "0, tensor([[1]]), 2, reduce='foo'",
            "dim=1, index=tensor([[1], [2]]), src=ones(2, 1, dtype=int64)"),
    *all_of("scatter({}, {})", ["ones(2, 3)", "whole(2, 3)"],
            "0, tensor([[1]]), 2, reduce='add'", "0, tensor([[1]]), 2, reduce='multiply'"),
    "scatter(real(2, 3), 1, tensor([[0]]), whole(1, 1))", "scatter(real(), 0, tensor(0), 3)",
    "scatter(real(), 0, tensor([0]), real(1))", "scatter(real(3), 0, tensor(1), real())",
    "scatter(flags(3), 0, tensor([1]), True)",
    "real(2, 3).scatter(1, tensor([[1], [2]]), real(2, 1))",
    "scatter(whole(2, 3), 0, tensor([[1, 0, 1], [1, 0, 1]]), whole(2, 3), reduce='add')",
    "scatter(whole(2, 3), 0, tensor([[1, 0, 1], [1, 0, 1]]), whole(2, 3), reduce='multiply')",
    "zeros(2, 3).scatter(1, tensor([[1], [2]]), 1.0)",
    "real(2, 3).scatter_add(1, tensor([[1]]), real(1, 1))",
    "scatter_add(real(), 0, tensor([0]), real(1))",
    "scatter_add(real(3), 0, tensor([1]), whole(1))",
    "x = real(2, 3); x.scatter_add(1, tensor([[1], [2]]), ones_like(x))",
    "x = real(2, 3); x.scatter(1, tensor([[1], [2]]), ones_like(x))",
    "x = real(2, 3); x.scatter_reduce(1, tensor([[1], [2]]), ones_like(x), 'mean')",
    "x = real(2, 3) * 1; x.scatter_(1, tensor([[1], [2]]), real(2, 1)); x",
    "x = real(2, 3) * 1; y = exp(x); x.scatter_(1, tensor([[1], [2]]), 5); x * y",
    "x = zeros(2, 3); x.scatter_(1, tensor([[1], [2]]), value=1)",
    "x = zeros(2, 3); x.scatter_(1, tensor([[1], [2]]), 2, reduce='add')",
    "x = real(2, 3) * 1; x.scatter_add_(0, tensor([[1, 1, 1], [1, 0, 1]]), real(2, 3))",
    *(f"scatter_reduce({one}, {how.format(one[:-6])}, '{reduce}'{self})" for one in SOURCES
      for how in TWICE for reduce in ("sum", "prod", "mean", "amax", "amin")
      for self in ("", ", include_self=False")),
    *all_of("scatter_reduce({}, {}, 'sum')", ["real(2, 3)"],
            *(one.format("real") for one in PLACES)),
    "scatter_reduce(real(3), 0, tensor([1]), real(1), 'foo')",
    "scatter_reduce(real(3), 0, tensor([1]), whole(1), 'sum')",
    "scatter_reduce(real(), 0, tensor([0]), real(1), 'prod')",
    "scatter_reduce(flags(3), 0, tensor([1, 1]), flags(2), 'amax')",
    *(f"scatter_reduce(tensor([1., 2, 3]), 0, tensor([0, 0, 1]), tensor([1., 1, 2]), '{one}'{self})"
      for one in ("amax", "amin", "prod", "mean") for self in ("", ", include_self=False")),
    "scatter_reduce(tensor([1., 2, 3]), 0, tensor([0, 1]), tensor([nan, inf]), 'amax')",
    "scatter_reduce(tensor([1., nan, 3]), 0, tensor([0, 1]), tensor([0., inf]), 'amin')",
    "scatter_reduce(tensor([1., 0, 3]), 0, tensor([0, 1, 0]), tensor([0., 2, 2]), 'prod')",
    "real(4).scatter_reduce(0, tensor([0, 3, 3]), real(3), reduce='mean')",
    "x = apart(4) * 1; x.scatter_reduce_(0, tensor([0, 3, 3]), apart(3), 'amax'); x",
    "x = real(4) * 1; x.scatter_reduce_(0, tensor([0, 3, 3]), real(3), 'prod', include_self=False)",
]  # fmt: skip

MASKED = [
    *all_of("masked_scatter({}, {})", ["real(2, 3)"], "flags(2, 3), real(6)",
            "flags(2, 3), real(3, 3)", "tensor([True, False, True]), real(4)",
            "tensor([[True, True, False], [False, True, False]]), real(3)",
            "tensor([True, False, False]), real(1)", "tensor(True), real(6)",
            "flags(2, 3), whole(6)", "tensor([1, 0, 1]), real(6)", "tensor(False), real(0)",
            "tensor([True, False]), real(6)"),
    "masked_scatter(whole(2, 3), flags(2, 3), whole(6))",
    "real(3).masked_scatter(flags(2, 3), real(6))",
    "masked_scatter(real(3), tensor([True, False, True]), real(0))",
    "masked_scatter(real(), tensor(True), real(2))",
    "x = real(2, 3) * 1; x.masked_scatter_(flags(2, 3), real(6)); x",
    *all_of("masked_fill({}, {})", ["real(2, 3)", "whole(2, 3)"], "flags(2, 3), 2",
            "flags(3), tensor(3)", "tensor([[True], [False]]), -1", "flags(2, 3), tensor([1])",
            "tensor([1, 0, 1]), 2"),
    "masked_fill(real(2, 3), flags(2, 3), real())", "zeros(3).masked_fill(flags(3), -inf)",
    "x = real(2, 3) * 1; x.masked_fill_(flags(3), 0.5); x",
    "x = real(2, 3) * 1; x.masked_fill_(flags(3), real()) * 2",
    "x = real(2, 3) * 1; x[x > 0] = 0.5; x", "x = real(2, 3) * 1; x[flags(2, 3)] = real(); x",
    "x = real(2, 3) * 1; x[0, tensor([0, 2])] = real(2); x", "x = real(2, 3) * 1; x[:, 1] += 2; x",
]  # fmt: skip

# A list of more than numbers is a tuple, other sequences are arrays.
LISTS = [
    *all_of("{}[{}]", ["real(2, 3)"], "[tensor([0, 1]), tensor([2, 0])]", "[[0, 1], [1, 0]]",
            "[[0, 1]]", "[[[0, 1], [1, 0]]]", "[slice(0, 1), 0]", "[None, 0]", "[..., 0]", "[[]]",
            "[tensor(0), tensor(1)]", "[0, tensor(1)]", "[slice(None), [0, 1]]", "[(0, 1), (1, 0)]",
            "[[0, 1, 1], 2]", "[True, False]", "[[0], [1]] * 20", "[0, 1, 1] * 20",
            ":, (0, 1)", "..., ...", "..., 0, ...", "0, ..., ...", "[tensor([0, 1])]"),
    *(f"x = real(2, 3) * 1; x[{one}] = real(); x" for one in
      ("[tensor([0, 1]), tensor([2, 0])]", "[[0, 1], [1, 0]]", "[slice(0, 1), 0]", "..., ...")),
    *(f"x = real(3, 2) * 1; x[tensor([True, False, True])] = real({one}); x" for one in
      ("1, 2", "1, 2, 2", "1, 1, 2", "1, 1, 1, 1")),
    *(f"x = real(2, 2) * 1; x[tensor([[True, False], [True, True]])] = real({one}); x" for one in
      ("1, 3", "1, 1, 3", "1, 1", "3", "1, 2", "3, 1")),
    "x = real(3) * 1; x[x > 9] = real(1, 1); x",
    *(f"x = zeros(3, dtype=torch.{dtype}); x[{place}] = {value}; x" for dtype in ("uint8", "int8")
      for place in ("1", "[0, 1]", "1:") for value in ("-1", "200", "-129")),
    "x = zeros(3, dtype=torch.uint8); x[1] = 300; x", "zeros(2, dtype=torch.uint8).fill_(-255)",
    "zeros(2, dtype=torch.uint8).fill_(-256)",
]  # fmt: skip

SAMPLES = [*LISTS, *SELECTING, *BY_INDEX, *ALONG, *MASKED]
