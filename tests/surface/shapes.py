"""Samples of functions that split, join, repeat and reorder."""

from collections.abc import Iterable


def all_of(call: str, tensors: Iterable[str], *arguments: str) -> list[str]:
    """Return samples of a function of each of the Tensors with each of the arguments."""
    return [call.format(one, how) for one in tensors for how in arguments]


SPLITTING = [
    *all_of("split({}, {})", ["real(5, 2)", "whole(5, 2)", "flags(5, 2)"], "2", "5", "7",
            "[1, 4]", "(0, 3, 2)", "2, 1", "1, dim=-1", "[1, 1], -1"),
    *all_of("split({}, {})", ["real(5)", "real(0)"], "2", "1", "0", "-1", "[1, 3]",
            "[-1, 6]", "2, 3"),
    "real().split(1)", "real(2, 6).split([1, 2, 3], dim=1)", "real(2, 6).split(4, 1)",
    "split(tensor=real(3), split_size_or_sections=2)", "real(5).split(split_size=2)",
    "real(2, 3).split(split_size=[1, 2], dim=1)", "split_with_sizes(real(2, 6), [1, 2, 3], 1)",
    "real(6).split_with_sizes([6])", "split_with_sizes(real(6), [2, 2])",
    *all_of("chunk({}, {})", ["real(5, 2)", "whole(7)"], "1", "2", "3", "4", "9", "0", "-1"),
    "chunk(real(2, 5), 2, dim=1)", "real(2, 5).chunk(3, -1)", "chunk(real(0, 2), 3)",
    "chunk(real(), 1)", "chunk(real(2, 3), 2, 2)",
    *all_of("tensor_split({}, {})", ["real(7)", "flags(5, 2)"], "3", "(1, 4)", "[2, -1]",
            "(4, 2)", "(9,)", "0", "[]", "1"),
    "tensor_split(real(2, 5), 3, dim=1)", "real(2, 5).tensor_split((1, 3), -1)",
    "tensor_split(real(), 2)", "tensor_split(real(0), 2)", "tensor_split(real(4), 2, 1)",
    *all_of("hsplit({}, {})", ["real(4)", "real(3, 4)", "real(2, 4, 2)"], "2", "[1, 3]", "3"),
    "hsplit(real(), 1)", "real(2, 4).hsplit(4)",
    *all_of("vsplit({}, {})", ["real(4, 2)", "whole(4, 1, 2)"], "2", "(1, 3)", "3"),
    "vsplit(real(4), 2)", "real(4, 2).vsplit([2])",
    *all_of("dsplit({}, {})", ["real(2, 1, 4)"], "2", "(1, 3)", "3"),
    "dsplit(real(4, 2), 2)", "real(1, 2, 4).dsplit([2])",
    *all_of("unbind({}{})", ["real(3, 2)", "whole(3, 2)", "flags(2, 3)"], "", ", 1",
            ", dim=-2", ", 2"),
    "unbind(real(3))", "unbind(real())", "unbind(real(0, 2))", "unbind(real(2, 0), 0)",
    "real(2, 3, 2).unbind(-1)", "x = zeros(2, 3); x.unbind(0)[1].fill_(5); x",
    "x = zeros(4, 2); x.split(2)[1].add_(1); x.chunk(4)[0].fill_(3); x",
]  # fmt: skip

PAIRS = [
    "(real(2), real(3))", "[real(2, 3), real(2, 3)]", "(real(), real())",
    "(real(2, 1), real(2, 3))", "(real(1, 3), real(2, 3))", "(whole(3), real(3))",
    "(flags(3), whole(3))", "(real(2, 3, 2), real(2, 3, 2))", "(real(3),)", "()",
    "(real(0), real(2))", "(real(3), real(1, 3))", "(real(), real(2))",
]  # fmt: skip

JOINING = [
    *(f"{name}({pair})" for name in ("hstack", "vstack", "dstack", "column_stack", "row_stack")
      for pair in PAIRS),
    "concat((real(2, 3), real(2, 1)), 1)", "concat([real(2), whole(3)])",
    "concat([real(2)], dim=0)", "concatenate((real(2, 3), real(2, 1)), 1)",
    "concatenate([flags(2), whole(3)], axis=-1)", "concatenate([real(2, 3), real(1, 3)], dim=0)",
    "concatenate([real(2), real(2, 2)])",
    *all_of("{1}({0})", ["real()", "real(3)", "real(2, 3)", "real(2, 1, 3)", "real(0)",
            "real(2, 1, 2, 3)", "real(), real(3)", "[real(2), real(2, 2)]"], "atleast_1d",
            "atleast_2d", "atleast_3d"),
    "block_diag(real(2, 3), real(1, 2))", "block_diag(real(3), whole(2, 1), real())",
    "block_diag(whole(2, 2))", "block_diag(flags(1, 2), flags(2, 1))", "block_diag(real(2, 1, 2))",
    "block_diag(real(0, 2), real(1, 1))", "broadcast_tensors(real(2, 1), real(3))",
    "broadcast_tensors(real(), whole(2, 3))", "broadcast_tensors(real(2))",
    "broadcast_tensors(real(2), real(3))", "broadcast_tensors(real(0, 1), real(1, 3))",
    "broadcast_shapes((2, 1), (3,))", "broadcast_shapes((2,), 3, (4, 1, 1))",
    "broadcast_shapes((2,), (3,))", "broadcast_shapes(())", "broadcast_shapes((0, 1), (1, 3))",
    "broadcast_shapes((-1,), (1,))",
    *all_of("meshgrid({}{})", ["real(2), real(3)", "real(2), whole(3), real(1)",
            "real(), real(2)", "[real(2), real(3)]", "real(3)", "real(0), real(2)"],
            ", indexing='ij'", ", indexing='xy'", ""),
    "meshgrid(real(2, 2), real(3), indexing='ij')", "meshgrid(real(2), indexing='yx')",
    "meshgrid(indexing='ij')", "cartesian_prod(real(2), real(3))", "cartesian_prod(real(2))",
    "cartesian_prod(real(2, 2))", "cartesian_prod(whole(2), whole(1), whole(3))",
    "cartesian_prod(real(0), real(2))", "combinations(real(4))", "combinations(real(3), 3)",
    "combinations(real(3), r=1)", "combinations(real(3), 2, True)",
    "combinations(whole(3), 3, with_replacement=True)", "combinations(real(2), 3)",
    "combinations(real(2, 2))", "combinations(real(0))", "combinations(real(2), -1)",
    "combinations(real(3), 0)",
]  # fmt: skip

REPEATING = [
    *all_of("{}.repeat({})", ["real(2, 3)", "whole(2, 3)", "flags(2, 3)"], "2, 1", "1, 1",
            "(2, 2)", "3, 1, 2", "0, 2", "2", "-1, 2"),
    "real().repeat(3)", "real().repeat(())", "real(3).repeat(2)", "real(0).repeat(2, 3)",
    "real(1).repeat(1)", "x = zeros(2); x.repeat(1).add_(1); x",
    *all_of("tile({}, {})", ["real(2, 3)", "whole(2)"], "(2,)", "(2, 1)", "(1, 2, 2)",
            "(0,)", "()"),
    "real(2, 3).tile(2, 2)", "real(2).tile((2,))", "real().tile(2)", "tile(real(2), dims=(2,))",
    "tile(real(2), (-1,))",
    *all_of("repeat_interleave({}, {})", ["real(2, 3)", "whole(2, 3)"], "2", "3, dim=0",
            "2, -1", "0, 1", "1", "-1", "2, 2"),
    *all_of("repeat_interleave({}, tensor({}))", ["real(3)", "flags(3)"], "[1, 2, 0]",
            "[2]", "2", "[0, 0, 0]", "[1, 2]", "[-1, 1, 1]", "[1., 1, 1]"),
    *all_of("repeat_interleave({}, tensor([2, 1, 3]), {})", ["real(2, 3)", "real(3, 2)"],
            "dim=1", "dim=0", "dim=-1", "dim=2"),
    "repeat_interleave(real(2, 2), tensor([2, 1]), dim=0, output_size=3)",
    "repeat_interleave(real(3, 2), tensor([2, 1, 3], dtype=int32), dim=0)",
    "repeat_interleave(tensor([2, 0, 3]))", "repeat_interleave(tensor([2, 1, 3, 0, 0, 2]))",
    "real(2).repeat_interleave(2)", "real(2, 2).repeat_interleave(tensor([1, 2]), 0)",
    "repeat_interleave(real(), 3)", "repeat_interleave(real(0), 2)",
    *all_of("roll({}, {})", ["real(3, 4)", "whole(3, 4)", "flags(3, 4)"], "1", "-2, 0",
            "5, 1", "(1, 2), (0, 1)", "(1, -1), (-1, -2)", "(1, 1), (0, 0)", "1, 2", "(1, 2)",
            "(1, 2), 0"),
    "real(3).roll(1)", "real().roll(1)", "roll(real(0), 2)", "roll(real(2, 3), shifts=1, dims=1)",
    "roll(real(3), 0)", "roll(real(2, 0), 1, 0)",
    *all_of("flip({}, {})", ["real(2, 3)", "whole(2, 3)", "flags(2, 3)"], "(0,)", "(0, 1)",
            "(-1,)", "()", "[1]", "(0, 0)", "(2,)"),
    "real(2, 3).flip(0, 1)", "real(2, 3).flip(0)", "real(2, 3).flip([1])", "flip(real(), ())",
    "flip(real(0, 2), (0,))", "x = zeros(2, 2); x.flip(0).add_(1); x",
    *all_of("{1}({0})", ["real(2, 3)", "real(3)", "real()", "whole(2, 3, 2)",
            "flags(0, 2)"], "fliplr", "flipud"),
    "real(2, 3).fliplr()", "real(2, 3).flipud()",
    *all_of("rot90({}, {})", ["real(2, 3)", "whole(2, 3, 2)"], "1", "2", "3", "0", "-1",
            "5", "1, (1, 0)", "3, [0, -1]", "1, (0, 0)", "1, (0,)", "1, (0, 3)"),
    "rot90(real(2, 3))", "real(2, 3).rot90()", "rot90(real(3))", "rot90(real(0, 2), k=1)",
]  # fmt: skip

SAMPLES = [*SPLITTING, *JOINING, *REPEATING]
