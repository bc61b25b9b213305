"""Samples of functions that make Tensors: constants, ranges, limits of dtypes."""

from .shapes import all_of

CONSTANTS = [
    *all_of("{}({})", ["zeros", "ones"], "2, 3", "(2, 3)", "size=(2,)", "2, dtype=int32",
            "()", "[0, 2]", "-1", "3, dtype=bool", "2, requires_grad=True"),
    *all_of("empty({}).{}", ["2, 3", "size=(0, 2)", "(2,), dtype=int8"], "shape",
            "dtype == float32"),
    *all_of("full({})", ["(2, 3), 1.5", "(2,), 3", "(2,), True", "(2,), 3.7, dtype=int64",
            "(), 2.", "(2,), tensor(3)", "(-1,), 2", "2, 3", "size=[2], fill_value=nan",
            "(2,), inf, dtype=float64", "(0,), 1", "(2,), 2, dtype=bool"], ""),
    *all_of("{1}({0})", ["real(2, 3)", "whole(3)", "flags(2)", "real()", "real(0, 2)",
            "whole(2), dtype=float64", "real(2), dtype=bool"], "zeros_like", "ones_like"),
    *all_of("empty_like({}).{}", ["real(2, 3)", "whole(3)"], "shape", "dtype == int64"),
    *all_of("full_like({}, {})", ["real(2, 3)", "whole(3)", "flags(2)"], "2", "1.5",
            "fill_value=3, dtype=float64", "True"),
    *all_of("eye({})", ["3", "2, 3", "3, 2", "0", "2, dtype=int64", "n=2, m=4", "-1"], ""),
    *all_of("real(3).{}{}", ["new_zeros", "new_ones"], "(2, 3)", "((2, 1))",
            "(2, dtype=int64)", "(0)"),
    "whole(2).new_zeros(())", "whole(2).new_ones(2, 2)", "real(2).new_empty(2, 0)",
    "real(2).new_empty((3, 1)).shape", "real(2).new_full((2,), 3)", "whole(2).new_full((2,), 3.7)",
    "flags(2).new_full((2, 1), 3)", "whole(2).new_full((2,), fill_value=3.5, dtype=float64)",
    "real(2).new_tensor([1, 2])", "whole(2).new_tensor([1.5, 2])", "whole(2).new_tensor(2.5)",
    "real(2).new_tensor([[1, 2]], dtype=int32)", "real(2).new_tensor(tensor([1, 2]))",
    "real(2).new(2, 3).shape", "real(2).new([1, 2])", "real(2).new_ones(2).requires_grad",
    "real(2).new_zeros(1, requires_grad=True).requires_grad", "real(2).new_zeros(-1)",
    *all_of("scalar_tensor({})", ["3", "2.5", "True", "3, dtype=int64", "1, dtype=bool"], ""),
    *all_of("empty_strided({}).{}", ["(2, 3), (1, 2)", "(2, 3), (3, 1)", "(3,), (2,)"],
            "stride()", "shape"),
    "empty_strided((2, 3), (1,))", "empty_strided((2,), (1,), dtype=int32).dtype == int32",
    *all_of("asarray({})", ["[1, 2]", "[[1., 2]]", "3.5", "[1, 2], dtype=float32", "True",
            "real(2)", "whole(2), dtype=float64", "real(2), copy=True", "[1], copy=False",
            "whole(2), copy=False, dtype=float64"], ""),
    "asarray([1., 2], requires_grad=True).requires_grad", "x = zeros(2); asarray(x) is x",
    "x = zeros(2); asarray(x, copy=True) is x", "x = zeros(2); asarray(x)[0] = 1; x",
    "x = zeros(2); asarray(x, copy=True)[0] = 1; x",
    *all_of("tensor({})", ["[1, 2]", "[1., 2]", "[True, False]", "3", "2.5",
            "[[1, 2], [3, 4.5]]", "[]", "[[]]", "[1, 2], dtype=float64", "[1.7, -1.7], dtype=int64",
            "[0, 2], dtype=bool", "(1, 2)", "nan"], ""),
    "as_tensor([1, 2])", "as_tensor(real(2), dtype=float64)", "as_tensor(real(2))",
]  # fmt: skip

RANGES = [
    *all_of("arange({})", ["5", "0", "2.5", "1, 4", "1, 4, 2", "5, 0, -2", "0, 1, 0.1",
            "0.1, 0.5, 0.1", "1, 2.5, 0.5", "3, dtype=float64", "1.0", "0, 3, 0", "3, 0",
            "0, 3, -1", "0, inf", "0, nan", "-inf, 0", "0, 10, 3, dtype=uint8", "2.5, dtype=int64",
            "0.5, 4, 1.5, dtype=int64", "True", "end=4", "start=1, end=4", "1, 4, step=1.5",
            "-3, 3, 2", "0, 1, 1 / 3", "0, 0.3, 0.1", "1, 0, -0.1", "10, dtype=int8",
            "0, 5, dtype=float16", "2, 2", "0, 1e-9, 1"], ""),
    *all_of("linspace({})", ["0, 1, 5", "0, 1, 1", "0, 1, 0", "0, 1, -1", "3, -2, 4",
            "0, 10, 4, dtype=int64", "-3, 8, 6, dtype=int64", "10, 0, 5, dtype=int32",
            "-5.5, 2.25, 13", "0, 1, steps=3", "start=0, end=2, steps=3",
            "0., 3., 7, dtype=float64", "2, 2, 3", "0, 1, 5, dtype=float16"], ""),
    *all_of("logspace({})", ["0, 2, 3", "0, 2, 3, base=2", "0, 2, 0", "0, 2, 1",
            "0, 3, 4, dtype=int64", "0, 2, -1", "-1, 1, 5, 0.5", "start=1, end=2, steps=2",
            "0, 1, 4, dtype=float64", "2, -2, 3, 3."], ""),
    *all_of("{1}({0})", ["3, 3", "3, 4, 1", "4, 2, -1", "0, 3", "3, 3, -5",
            "2, 3, offset=2", "-1, 3", "2, 3, dtype=int32", "2, 3, dtype=float32"], "tril_indices",
            "triu_indices"),
    *all_of("vander({})", ["tensor([1, 2, 3])", "real(3).detach()", "real(3).detach(), N=2",
            "real(3).detach(), 4", "real(3).detach(), increasing=True", "real(2, 2).detach()",
            "real(2).detach(), N=-1", "real(2).detach(), N=0", "tensor([True, False])",
            "real(0).detach()", "real(2).detach(), 3, True", "whole(2), N=1"], ""),
]  # fmt: skip

DTYPES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"]

TOLD = [
    *(f"finfo({one}).{name}" for one in DTYPES[:3]
      for name in ["bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution", "dtype"]),
    *(f"iinfo({one}).{name}" for one in DTYPES[3:8] for name in ["bits", "max", "min", "dtype"]),
    "finfo().eps", "finfo(int8)", "iinfo(float32)", "iinfo(bool)", "repr(finfo(float32))",
    "repr(finfo(float16))", "repr(iinfo(uint8))", "repr(finfo(float64))",
    *(f"can_cast({one}, {other})" for one in ("float64", "int64", "uint8", "bool")
      for other in DTYPES),
    "can_cast(from_=int32, to=int8)", "initial_seed()", "manual_seed(2**64)",
    "str(Generator().device)", "Generator().initial_seed()",
    "Generator().manual_seed(5).initial_seed()", "set_rng_state(zeros(5056))",
    "set_rng_state(zeros(5056, dtype=uint8))", "set_rng_state([1])", "set_default_device('cpu')",
    "str(get_default_device())", "zeros(2, device='cpu')", "real(2).__dlpack__()",
]  # fmt: skip

SAMPLES = [*CONSTANTS, *RANGES, *TOLD]
