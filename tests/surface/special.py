"""Samples of exponentials, logarithms, trigonometric functions, and the namespace special."""

from .sampling import binary, kinks, numbers, ties, unary

EDGES = "0.0, -0.0, 1.0, -1.0, 30.0, -30.0, inf, -inf, nan"
UNIT = "0.0, -0.0, 1.0, -1.0, 0.5, 1.5, -1.5, nan"

EVERYWHERE = ("expm1", "exp2", "tan", "atan", "sinh", "cosh", "asinh", "erf", "erfc", "i0", "sinc",
              "special.ndtr", "special.i1")  # fmt: skip
POSITIVE = ("log2", "log10", "lgamma", "digamma", "special.entr")
INSIDE = ("asin", "acos", "atanh", "erfinv", "logit")
ALIASES = {
    "real": "arctan arcsinh special.expit special.expm1 special.exp2 special.erf special.erfc "
    "special.i0 special.sinc special.round",
    "positive": "special.gammaln special.digamma special.psi special.log1p",
    "inside": "arcsin arccos arctanh special.erfinv special.logit",
}
SAMPLES = [
    *(sample for name in EVERYWHERE for sample in unary(name)),
    *(sample for name in POSITIVE for sample in unary(name, "positive")),
    *(sample for name in INSIDE for sample in unary(name, "inside")),
    *(f"{name}({domain}(2, 3))" for domain, names in ALIASES.items() for name in names.split()),
    *(sample for name in ("expm1", "exp2", "tan", "atan", "sinh", "cosh", "asinh", "erf", "erfc",
                          "special.ndtr", "i0") for sample in kinks(name, EDGES)),
    *(sample for name in ("log2", "log10") for sample in kinks(name, "2.0, 0.0, -1.0, inf, nan")),
    *(sample for name in ("asin", "acos", "atanh", "erfinv") for sample in kinks(name, UNIT)),
    *kinks("sinc", "0.0, -0.0, 1.0, -2.0, 0.5"),
    *kinks("special.entr", "1.0, 0.0, -1.0, inf, nan"),
    *kinks("logit", "0.5, 0.0, 1.0, -1.0, 2.0, nan"),
    *kinks("logit({}, 0.2)", "0.5, 0.1, 0.2, 0.8, 0.9, 2.0, -1.0, nan"),
    *kinks("lgamma", "1.0, 2.0, 0.5, 0.0, -1.0, -1.5, inf"),
    *kinks("digamma", "1.0, 2.0, 0.5, -0.5, -1.5, inf"),
    *unary("acosh({} + 1)", "positive"),
    "arccosh(positive(3) + 1)",
    *kinks("acosh", "1.0, 2.0, 0.5, inf, nan"),
    *(sample for n in range(4) for sample in unary(f"polygamma({n}, {{}})", "positive")),
    "special.polygamma(1, positive(2, 3))",
    "positive(3).polygamma(2)",
    "polygamma(-1, positive(3))",
    *unary("logit({}, eps=0.3)", "inside"),
    "inside(3).logit()",
    *binary("atan2"),
    *ties("atan2", "1.0, 0.0, -0.0, 1.0, inf, nan, -1.0", "0.0, -1.0, -1.0, -1.0, inf, 1.0, -inf"),
    *kinks("atan2({0}, {0})", "0.0, 1.0, -1.0"),
    "arctan2(real(2, 3), real(3))",
    *binary("logaddexp"),
    *binary("logaddexp2"),
    *ties("logaddexp", "1000.0, -inf, inf, nan, 0.0", "1000.0, 1.0, 1.0, 1.0, -1000.0"),
    *binary("xlogy", "positive"),
    *numbers("xlogy({}, {})", "positive"),
    *ties("xlogy", "0.0, 0.0, 0.0, 1.0, -1.0, 2.0", "0.0, nan, 2.0, 0.0, 2.0, inf"),
    "special.xlogy(positive(3), positive(3))",
    "special.softmax(real(2, 3), 1)",
    "special.log_softmax(real(2, 3), dim=0)",
]  # fmt: skip
