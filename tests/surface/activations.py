"""Samples of the activation functions."""

from .sampling import kinks, unary

EDGES = "0.0, -0.0, 1e-3, -1e-3, 30.0, -30.0, 200.0, -200.0, nan"
SMOOTH = ("F.elu", "F.selu", "F.celu", "F.gelu", "F.silu", "F.mish", "F.softsign", "F.tanhshrink",
          "F.logsigmoid", "F.softplus", "F.sigmoid", "F.tanh", "F.elu({}, 0.5)",
          "F.celu({}, alpha=2.0)", "F.gelu({}, approximate='tanh')",
          "F.softplus({}, 2, 1)")  # fmt: skip
BENT = {
    "F.relu": "0.0, -0.0, 1.0, -1.0, inf, nan",
    "F.leaky_relu({}, 0.2)": "0.0, -0.0, 1.0, -1.0, inf, nan",
    "F.relu6": "0.0, -0.0, 6.0, 7.0, -1.0, nan",
    "F.hardtanh": "-1.0, 1.0, 0.0, 2.0, -2.0, inf, nan",
    "F.hardtanh({}, -0.5, 2.0)": "-0.5, 2.0, 0.0, 3.0, -3.0",
    "F.hardsigmoid": "-3.0, 3.0, 0.0, 4.0, -4.0, inf, -inf, nan",
    "F.hardswish": "-3.0, 3.0, 0.0, 4.0, -4.0, inf, nan",
    "F.hardshrink": "-0.5, 0.5, 0.0, 1.0, -1.0, inf, -inf",
    "hardshrink({}, 1.0)": "-1.0, 1.0, 0.0, 1.5, -1.5, nan",
    "F.softshrink": "-0.5, 0.5, 0.0, -0.0, 1.0, -1.0, inf, -inf",
    "F.softshrink({}, 1.0)": "-1.0, 1.0, 0.0, 1.5, -1.5",
    "F.threshold({}, 0.2, -3.0)": "0.2, 0.1, 0.3, inf, -inf, nan",
    "threshold({}, threshold=-1, value=2)": "-1.0, -2.0, 0.0",
}
INPLACE = ("relu", "relu6", "leaky_relu", "hardtanh", "elu", "selu", "celu", "rrelu", "hardsigmoid",
           "hardswish", "silu", "mish")  # fmt: skip
UNDERSCORE = ("relu_", "selu_", "celu_", "rrelu_", "F.relu_", "F.elu_", "F.selu_", "F.celu_",
              "F.hardtanh_", "F.leaky_relu_", "F.rrelu_")  # fmt: skip
# Flat, but of what their inputs decide: the gradient of the gradient is 0, no error.
FLAT = (
    "x = tensor([1., -2., 3., 0.5], requires_grad=True); "
    "g, = torch.autograd.grad({}.sum(), x, create_graph=True); "
    "((g - 1) ** 2).sum().backward(); x.grad"
)

SAMPLES = [
    *(FLAT.format(one) for one in
      ("relu(x)", "F.leaky_relu(x)", "F.leaky_relu(x, 0.2)", "F.hardtanh(x)", "F.relu6(x)",
       "F.threshold(x, 0, 0)", "F.hardshrink(x)", "F.softshrink(x)", "x.abs()")),
    *(sample for call in SMOOTH for sample in unary(call)
      if sample != "F.tanhshrink(flags(3))"),
    *(sample for call in SMOOTH for sample in kinks(call, EDGES)),
    *(sample for call in BENT for sample in unary(call) if sample != "F.relu(flags(3))"),
    "selu(real(3))",
    "celu(real(3))",
    "celu(real(2, 3), 0.7)",
    *(sample for call, values in BENT.items() for sample in kinks(call, values)),
    *(f"x = real(2, 3).clone(); F.{name}(x, inplace=True); x" for name in INPLACE),
    *(f"x = real(2, 3).clone(); y = x * 2; F.{name}(x, inplace=True) + y" for name in INPLACE),
    *(f"x = real(2, 3).clone(); {name}(x); x" for name in UNDERSCORE),
    "x = real(2, 3).clone(); F.threshold(x, 0.1, 2.0, True); x",
    "x = real(2, 3).clone(); threshold_(x, 0.1, 2.0)",
    "F.relu(real(3), inplace=True)",
    "celu(real(3), 0)",
    "F.gelu(real(3), approximate='erf')",
    "F.hardtanh(real(3), 2.0, 1.0)",
    "F.hardtanh(whole(4), 1, 3)",
    "F.hardtanh(whole(4), -0.5, 2.5)",
    "F.softshrink(real(3), -1)",
    "F.threshold(whole(4), 2, 7)",
    "real(2, 3).relu()",
    "real(2, 3).hardshrink(0.6)",
    *(f"F.prelu(real({sizes}), inside({count}))" for sizes, count in (
        ("2, 3", "1"), ("2, 3", "3"), ("2, 3, 4", "3"), ("2, 3, 4, 2", "3"), ("3", "1"), ("", "1"),
        ("2, 3", ""), ("3", ""), ("0, 3", "3"), ("2, 0", "1"), ("3", "3"), ("", "2"), ("2, 3", "2"),
        ("2, 3", "3, 1"))),
    "prelu(real(2, 3), inside(3))",
    "real(2, 3).prelu(inside(1))",
    "prelu(whole(3), inside(1))",
    "prelu(whole(3), whole(1))",
    *(f"F.glu(real({sizes}){how})" for sizes, how in (
        ("4", ""), ("2, 4", ""), ("2, 4", ", 0"), ("2, 4, 3", ", dim=1"), ("2, 4", ", -2"),
        ("3", ""), ("", ""), ("4", ", 1"), ("0, 2", ""), ("2, 0", ""))),
    "F.glu(whole(4))",
    *unary("F.rrelu")[:-2],
    "F.rrelu(real(4), 0.2, 0.6)",
    "rrelu(real(4), 0.1, 0.1)",
    "F.rrelu(real(3), 0.5, 0.1)",
    "F.rrelu(whole(3))",
    "F.rrelu(real(20), training=True)",
    "F.rrelu(real(3, 4), 0.2, 0.9, training=True)",
    "rrelu(real(2, 1, 3), training=True)",
    "F.rrelu(real(5), 0.2, 0.9, True) * rand(5)",
    "x = real(2, 3).clone(); F.rrelu(x, training=True, inplace=True); x",
    *(f"F.{name}(real({sizes}){how})" for name in ("softmin", "softmax", "log_softmax")
      for sizes, how in (("3", ", 0"), ("2, 3", ", dim=1"), ("2, 3", ", -2"), ("2, 3", ""),
                         ("2, 3, 4", ""), ("", ", 0"), ("2, 0", ", 1"), ("2, 3", ", 2"))),
    "F.softmin(whole(3), 0, dtype=float64)",
    "F.softmax(real(2, 3), 1, dtype=float64)",
    *(f"F.gumbel_softmax(real({sizes}){how})" for sizes, how in (
        ("3", ""), ("2, 3", ""), ("2, 3", ", tau=0.5"), ("2, 3", ", dim=0"), ("2, 3, 2", ", dim=1"),
        ("2, 20", ""))),
    # Its gradient is meant to be that of another function.
    "F.gumbel_softmax(real(2, 3).detach(), hard=True)",
    "F.gumbel_softmax(real(4, 3).detach(), 2.0, True, dim=0)",
    "x = tensor([[1.0, 2.0], [0.5, -1.0]], requires_grad=True); "
    "torch.autograd.grad((F.gumbel_softmax(x, hard=True) * tensor([1.0, 3.0])).sum(), x)",
]  # fmt: skip
