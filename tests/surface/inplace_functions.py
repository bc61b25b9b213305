"""Samples of the methods that put the result of an elementwise function into the Tensor."""

# What draws the Tensor, and the methods that take no argument.
ALONE = {
    "real": "abs absolute neg negative square sign sgn floor ceil trunc fix frac round exp exp2 "
    "expm1 reciprocal sin cos tan atan arctan sinh cosh tanh sinc erf erfc i0 "
    "sigmoid relu deg2rad rad2deg nan_to_num",
    "positive": "sqrt rsqrt log log1p log2 log10 lgamma digamma",
    "inside": "asin arcsin acos arccos erfinv logit",
}
# What they take.
WITH = {
    "positive": ("pow_(1.5)", "xlogy_({})", "hypot_({})", "remainder_({})",
                 "fmod_({})", "pow_({})"),
    "real": ("add_({}, alpha=2)", "add_(1)", "sub_({}, alpha=2)", "subtract_(1)", "mul_({})",
             "multiply_(2)", "div_({})", "divide_(2)", "div_({}, rounding_mode='floor')",
             "div_({}, rounding_mode='trunc')", "true_divide_({})", "copysign_({})", "ldexp_({})",
             "lerp_({}, 0.3)", "lerp_({}, {})", "addcmul_({}, {}, value=2)", "addcdiv_({}, {})",
             "clamp_(-0.5, 0.5)", "clamp_(max=0.5)", "clip_(-0.5)", "clamp_min_(0.1)",
             "clamp_max_(0.1)", "clamp_(min={})", "atan2_({})", "arctan2_({})", "eq_({})",
             "ne_({})", "not_equal_(1)", "lt_({})", "less_({})", "le_({})", "less_equal_({})",
             "gt_(0)", "greater_({})", "ge_({})", "greater_equal_({})", "round_(decimals=1)",
             "nan_to_num_(1.0)", "masked_fill_(flags(2, 3), 2.5)", "masked_fill_(flags(3), 0)",
             "masked_fill_(flags(2, 3), real())"),
}  # fmt: skip
# PyTorch has no gradients of these, or wrong ones.
FLAT = (("real", "logical_not_()"), ("real", "logical_and_(real(2, 3).detach())"),
        ("flags", "logical_or_(flags(2, 3))"), ("whole", "logical_xor_(whole(2, 3))"),
        ("real", "asinh_()"), ("real", "arcsinh_()"), ("inside", "atanh_()"),
        ("inside", "arctanh_()"), ("positive", "floor_divide_(0.7)"),
        ("real", "heaviside_(real(2, 3).detach())"))  # fmt: skip
OPERATORS = ("+=", "-=", "*=", "/=", "//=", "%=", "**=")
OF_BITS = ("&=", "|=", "^=", "<<=", ">>=")
INTEGERS = ("bitwise_and_", "bitwise_or_", "bitwise_xor_", "bitwise_left_shift_",
            "bitwise_right_shift_", "floor_divide_", "remainder_", "fmod_", "lt_",
            "logical_and_")  # fmt: skip
METHODS = [
    (domain, f"{name}_()") for domain, names in ALONE.items() for name in names.split()
] + [(domain, call.replace("{}", f"{domain}(2, 3)")) for domain, calls in WITH.items()
     for call in calls]  # fmt: skip

SAMPLES = [
    # What was made of the old value keeps its gradient.
    *(f"x = {domain}(2, 3).clone(); y = x * 2; x.{call}; y + x" for domain, call in METHODS),
    *(f"x = {domain}(2, 2, 3).clone(); x[0].{call}; x" for domain, call in METHODS[::3]),
    *(f"x = {domain}(2, 3).detach().clone(); x.{call}; x" for domain, call in FLAT),
    *(f"x = positive(2, 3).clone(); y = x; x {sign} positive(3); y" for sign in OPERATORS[:4]),
    *(f"x = positive(2, 3).detach(); y = x; x {sign} positive(3).detach(); y"
      for sign in OPERATORS[4:]),
    *(f"x = whole(2, 3).clone(); y = x; x {sign} whole(3); y" for sign in OF_BITS + OPERATORS[:3]),
    *(f"x = flags(2, 3).clone(); y = x; x {sign} flags(3); y" for sign in OF_BITS),
    *(f"x = whole(2, 3).clone(); x.{name}(whole(3)); x" for name in INTEGERS),
    "x = whole(3).clone(); x.bitwise_not_(); x",
    "x = whole(3).clone(); x.sqrt_()",
    "x = whole(3).clone(); x.div_(2)",
    "x = whole(3).clone(); x.mul_(1.5)",
    "x = whole(3).clone(); x.add_(real(3))",
    "x = whole(3).clone(); x.floor_()",
    "x = whole(3).clone(); x.div_(2, rounding_mode='floor'); x",
    "x = flags(3).clone(); x.logical_not_(); x",
    "x = positive(2, 3).double().clone(); x.float_power_(2); x",
    "real(3).exp_()",
    "real(3).masked_fill_(flags(3), 1)",
    "x = real(3).clone(); x.add_(real(2, 3))",
    "x = positive(3).clone(); x.polygamma_(1); x",
]  # fmt: skip
