"""Samples of random draws: all begin at the seed 0."""

from .shapes import all_of

DRAWN = [
    *all_of("{}({})", ["rand", "randn"], "3", "2, 3", "(2, 3)", "size=(2, 2)", "20", "0",
            "3, dtype=float64", "17, dtype=float64", "()"),
    *all_of("randint({})", ["5, (3,)", "2, 5, (2, 2)", "-3, 3, (4,)",
            "low=1, high=4, size=(3,)", "5, (3,), dtype=float32", "5, 5, (2,)",
            "0, 2, (3,), dtype=bool"], ""),
    *all_of("{1}({0})", ["real(2, 3)", "real(20)", "real()"], "rand_like", "randn_like"),
    "rand_like(whole(3), dtype=float32)", "randn_like(real(3), dtype=float64)",
    *all_of("randint_like({}, {})", ["real(2, 3)", "whole(4)"], "5", "2, 5",
            "low=-2, high=2", "3, dtype=int32", "5, 5"),
    *all_of("randperm({})", ["5", "0", "1", "7, dtype=int32", "-1"], ""),
    *all_of("normal({})", ["0., 1., (3,)", "2, 3, size=(20,)",
            "mean=1., std=0.5, size=(2, 2)", "real(4).detach(), 2.", "real(20).detach(), 1",
            "real(4).detach()", "1.5, positive(4).detach()",
            "real(2, 1).detach(), positive(3).detach()",
            "mean=real(3).detach(), std=positive(3).detach()",
            "real(20).detach(), positive(20).detach()", "real(2).detach(), -1.",
            "real(2).detach(), positive(3).detach()", "0., tensor([-1., 1])", "0., 1.",
            "0., -1., (2,)", "real().detach(), positive().detach()", "real(0).detach(), 1.",
            "whole(2), 1."], ""),
    *all_of("multinomial({}, {})", ["positive(5)", "inside(3, 5)"], "1", "3", "5",
            "4, True", "1, replacement=True", "9, True", "6", "0", "-1"),
    *all_of("multinomial({}, 1)", ["tensor([0., 0])", "tensor([-1., 2])",
            "tensor([nan, 2])", "tensor([0., 3, 0])", "whole(3)", "positive()", "positive(2, 2, 2)",
            "positive(0)", "tensor([inf, 1])", "positive(2, 70)"], ""),
    "positive(5).multinomial(2)", "multinomial(tensor([0.1, 0.0, 0.9]), 8, True)",
    "multinomial(tensor([0., 0]), 2, True)", "multinomial(tensor([[1., 2], [0, 0]]), 2, True)",
    "multinomial(positive(5).half(), 3)", "softmax(real(2, 4), -1).multinomial(num_samples=2)",
    *all_of("poisson({})", ["positive(5).detach()", "tensor([0., 0.5, 3, 20, 100])",
            "tensor([[12., 11, 60]])", "tensor([-1.])", "whole(2)", "positive(3).detach().half()",
            "tensor([])", "tensor(40.)"], ""),
    *all_of("bernoulli({})", ["inside(5).detach()", "inside(20).detach()",
            "tensor([0., 1, 0.5])", "tensor([0.5, 1.5])", "whole(2)", "inside(4).detach(), 0.5",
            "whole(5), 0.3", "inside(3).detach().half()", "inside().detach(), 0.9",
            "inside(2, 2).detach(), p=0.5", "inside(3).detach(), 2."], ""),
    "inside(5).detach().bernoulli()", "inside(5).detach().bernoulli(0.2)",
]  # fmt: skip

FILLED = [
    *all_of("x = empty({}); x.{}; x", ["6", "20, dtype=float64"], "exponential_()",
            "exponential_(2.5)", "exponential_(lambd=0.5)", "geometric_(0.3)", "geometric_(p=0.9)",
            "cauchy_()", "cauchy_(1, 2)", "cauchy_(median=1, sigma=0.1)", "log_normal_()",
            "log_normal_(0.5, 0.1)", "log_normal_(mean=0, std=1)", "uniform_(-1, 1)",
            "normal_(2, 0.1)", "bernoulli_(0.3)", "random_()", "random_(7)", "random_(-3, 4)",
            "exponential_(0)", "exponential_(-1)", "geometric_(0)", "geometric_(1)",
            "cauchy_(0, 0)", "log_normal_(0, 0)", "random_(5, 3)", "random_(0)", "bernoulli_(2)"),
    *(f"x = empty(5, dtype={one}); x.random_(); x"
      for one in ("float16", "int8", "int16", "int32", "int64", "uint8", "bool")),
    *(f"x = empty(4, dtype=int64); x.{one}; x"
      for one in ("geometric_(0.2)", "exponential_()", "log_normal_()", "cauchy_()",
      "bernoulli_(0.5)",
                  "random_(100)", "random_(2, 9)")),
    "x = empty(4, dtype=int8); x.random_(200)", "x = empty(4, dtype=bool); x.random_(2); x",
    "x = empty(3); x.bernoulli_(inside(3).detach()); x",
    "x = empty(2, 3); x.bernoulli_(inside(3).detach()); x",
    "x = empty(3, dtype=int64); x.bernoulli_(tensor([0., 1, 0.5])); x",
    "x = real(3) * 1; x.exponential_(); x * 2", "x = zeros(2, 3); x[0].exponential_(); x",
    "x = empty(0); x.exponential_(); rand(2)",
    "x = empty(2, 3, dtype=float16); x.exponential_(); x",
]  # fmt: skip

SAMPLES = [*DRAWN, *FILLED]
