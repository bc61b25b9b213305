"""Pictures say what the graph holds, become files, and never break a notebook."""

import re
import subprocess
import sys
import time

import numpy as np
import pytest

import autograd
from autograd import Scalar, rendering
from autograd.drawing import draw, draw_network
from autograd.ops.fused import cross_entropy
from autograd.rendering import HINT, Picture, find_renderer


def boxes(picture):
    """Return the texts of the boxes, oldest first, without the markup."""
    labels = re.findall(r"label=<(<TABLE.*</TABLE>)>", picture.dot)
    return [" ".join(re.sub(r"<[^>]*>", " ", label).split()) for label in labels]


def arrows(picture):
    """Return (tail, head, label) of the arrows, boxes given by their text."""
    keys = re.findall(r"^\t(\w+) \[label=<<TABLE", picture.dot, re.MULTILINE)
    texts = dict(zip(keys, boxes(picture), strict=True))
    found = re.findall(r'(\w+) -> (\w+) \[label="(.*)"\]', picture.dot)
    return [(texts[tail], texts[head], label.strip()) for tail, head, label in found]


def tiny_net():
    """Return the loss of the chapter's tiny net, and its weights, after backward."""
    x, w, v = Scalar(2, "x"), Scalar(3, "w"), Scalar(0.5, "v")
    h = (x * w).relu()
    out = h * v
    h.label, out.label = "h", "out"
    loss = (out - 5) ** 2
    loss.label = "loss"
    loss.backward()
    return loss, w, v


def classifier(retain_graph=True):
    """Return the Tensors of a linear classifier by name, after backward."""
    x, target = autograd.ones(5, 4), autograd.tensor([0, 2, 1, 1, 0])
    weight = autograd.zeros(3, 4).requires_grad_()
    bias = autograd.zeros(3).requires_grad_()
    loss = cross_entropy(autograd.relu(autograd.linear(x, weight, bias)), target)
    loss.backward(retain_graph=retain_graph)
    return dict(x=x, target=target, weight=weight, bias=bias, loss=loss)


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


# What a picture shows


def test_a_scalar_shows_label_sign_value_and_gradient():
    x, w = Scalar(2, "x"), Scalar(3, "w")
    z = x * w
    z.backward()
    assert boxes(draw(z)) == [
        "x data 2.0000 | grad 3.0000",
        "w data 3.0000 | grad 2.0000",
        "* data 6.0000 | grad 1.0000",
    ]


def test_dot_source_of_a_box_word_for_word():
    x = Scalar(2, "x")
    font = '<FONT POINT-SIZE="11"><B>x</B></FONT><BR/><FONT POINT-SIZE="10">'
    assert draw(x).dot.splitlines()[4:-1] == [
        f'\tn{x.number} [label=<<TABLE BORDER="0" COLOR="#444444" CELLBORDER="0" CELLSPACING="0" '
        f'CELLPADDING="5"><TR><TD >{font}data 2.0000 | grad 0.0000</FONT></TD></TR></TABLE>> '
        f'fillcolor="#dceaf7" margin=0 shape=box style="rounded,filled" '
        f'tooltip="node {x.number}: a leaf"]'
    ]


def test_arrows_lead_from_arguments_to_results():
    x, w = Scalar(2, "x"), Scalar(3, "w")
    x_box, w_box, z_box = boxes(draw(x * w))
    assert arrows(draw(x * w)) == [(x_box, z_box, ""), (w_box, z_box, "")]


def test_a_value_used_twice_has_two_arrows():
    x = Scalar(2, "x")
    assert len(arrows(draw(x * x))) == 2


def test_text_of_the_tiny_net_of_the_chapter():
    loss, _, _ = tiny_net()
    assert draw(loss).text().splitlines() == [
        "loss = ** 2  data 4.0000 | grad 1.0000",
        "  - 5  data -2.0000 | grad -4.0000",
        "    out = *  data 3.0000 | grad -4.0000",
        "      h = relu  data 6.0000 | grad -2.0000",
        "        *  data 6.0000 | grad -2.0000",
        "          x  data 2.0000 | grad -6.0000",
        "          w  data 3.0000 | grad -4.0000",
        "      v  data 0.5000 | grad -24.0000",
    ]


def test_text_follows_a_shared_value_once():
    x = Scalar(2, "x")
    h = x.relu()
    h.label = "h"
    assert [line.split("  data")[0] for line in draw(h * h).text().splitlines()] == [
        "*",
        "  h = relu",
        "    x",
        "  h = relu",
    ]
    assert draw(h * h).text().splitlines()[-1].endswith("(above)")


@pytest.mark.parametrize(
    ("sign", "function"),
    [
        ("+ 1", lambda h: h + 1),
        ("1 +", lambda h: 1 + h),
        ("- 0.25", lambda h: h - 0.25),
        ("7 -", lambda h: 7 - h),
        ("* 3", lambda h: h * 3),
        ("10 /", lambda h: 10 / h),
        ("/ 2", lambda h: h / 2),
        ("** 3", lambda h: h**3),
    ],
)
def test_a_number_beside_a_result_stands_with_the_sign(sign, function):
    h = Scalar(3.1) * Scalar(2.3)
    assert boxes(draw(function(h)))[-1].startswith(f"{sign} data")


def test_a_number_that_nobody_kept_is_not_guessed_from_a_leaf():
    x = Scalar(2)
    y = x + 1
    x.data = 5.0
    assert boxes(draw(y))[-1].startswith("+ const data 3.0000")


def test_a_number_without_short_decimals_is_not_worked_out():
    h = Scalar(0.1) * Scalar(3)
    assert boxes(draw(h + 1 / 3))[-1].startswith("+ const")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-7, "1.0000e-07"),
        (123456789.0, "1.2346e+08"),
        (-0.0, "0.0000"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_extreme_values_stay_short(value, text):
    assert boxes(draw(Scalar(value))) == [f"data {text} | grad 0.0000"]


def test_tensors_show_names_shapes_dtypes_and_norms_of_gradients():
    named = classifier()
    assert boxes(draw(named["loss"], names=named)) == [
        "weight (3, 4) |grad| 0.0000",
        "bias (3,) |grad| 0.0000",
        "x (5, 4)",
        "linear (5, 3)",
        "relu (5, 3)",
        "target (5,) int64",
        "cross_entropy loss () data 1.0986",
    ]


def test_norm_of_a_gradient_is_euclidean():
    x = autograd.tensor([1.0, 2.0]).requires_grad_()
    (x * autograd.tensor([3.0, 4.0])).sum().backward()
    assert boxes(draw(x.sum()))[0] == "Tensor (2,) |grad| 5.0000"


def test_a_tensor_of_one_number_shows_it():
    x = autograd.tensor(2.0, dtype=autograd.float64).requires_grad_()
    y = x * x
    y.backward()
    assert boxes(draw(y)) == [
        "Tensor () float64 data 2.0000 | grad 4.0000",
        "* () float64 data 4.0000",
    ]


def test_arrows_of_operations_with_several_arguments_are_named():
    named = classifier()
    labels = [label for *_, label in arrows(draw(named["loss"], names=named))]
    assert labels == ["x", "weight", "bias", "", "x", "target"]


@pytest.mark.parametrize(
    ("function", "labels"),
    [
        (lambda a, b: a + b, ["", ""]),
        (lambda a, b: a - b, ["", "minus"]),
        (lambda a, b: a / b, ["", "divisor"]),
        (lambda a, b: a**b, ["", "exponent"]),
        (lambda a, b: a @ b, ["", "right"]),
        (lambda a, b: autograd.cat([a, b]), ["0", "1"]),
    ],
)
def test_only_arrows_whose_order_matters_are_named(function, labels):
    a, b = autograd.ones(2, 2).requires_grad_(), autograd.ones(2, 2).requires_grad_()
    assert [label for *_, label in arrows(draw(function(a, b)))] == labels


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("softmax dim=1 (3, 4)", lambda x: autograd.softmax(x, dim=1)),
        ("sum dim=1 (3,)", lambda x: x.sum(dim=1)),
        ("sum dim=0 keepdim=True (1, 4)", lambda x: x.sum(dim=0, keepdim=True)),
        ("mean ()", lambda x: x.mean()),
        ("slice [1:, ..., -1] (2,)", lambda x: x[1:, ..., -1]),
        ("clamp min=0 (3, 4)", lambda x: autograd.clamp(x, min=0)),
        ("leaky_relu (3, 4)", lambda x: autograd.leaky_relu(x)),
        ("leaky_relu negative_slope=0.2 (3, 4)", lambda x: autograd.leaky_relu(x, 0.2)),
        ("* 2 (3, 4)", lambda x: x * 2),
        ("+ const (3, 4)", lambda x: x + 2),
    ],
)
def test_kept_static_arguments_are_shown_unless_they_are_the_default(text, function):
    assert boxes(draw(function(autograd.ones(3, 4).requires_grad_())))[-1].startswith(text)


def test_leaves_constants_operations_and_results_differ_without_colour():
    named = classifier()
    source = re.sub(r"#\w{6}", "", draw(named["loss"], names=named).dot)
    outlines = {
        re.search("<B>(x|bias|relu|loss)</B>", line)[1]: (
            re.search('TABLE BORDER="."', line)[0],
            re.search('style="(.*?)"', line + 'style=""')[1],
        )
        for line in source.splitlines()
        if re.search("<B>(x|bias|relu|loss)</B>", line)
    }
    assert len(set(outlines.values())) == 4


def test_names_come_from_a_module():
    class Module:
        def named_parameters(self):
            yield "0.weight", weight

    weight = autograd.ones(2, 3).requires_grad_()
    assert boxes(draw(weight.sum(), names=Module()))[0] == "0.weight (2, 3)"


def test_names_may_be_the_values_of_a_dict_or_all_local_variables():
    weight, other = autograd.ones(2, 3).requires_grad_(), 3
    assert boxes(draw(weight.sum() * other, names={weight: "w"}))[0] == "w (2, 3)"
    assert boxes(draw(weight.sum() * other, names=locals()))[0] == "weight (2, 3)"


def test_a_name_replaces_the_label_of_a_scalar():
    x = Scalar(1, "x")
    assert boxes(draw(x, names={"input": x}))[0].startswith("input data")


def test_several_roots_are_one_picture():
    x = Scalar(1, "x")
    assert len(boxes(draw([x + x, x * x]))) == 3


def test_direction_of_the_data_is_chosen():
    assert "rankdir=TB" in draw(Scalar(1), direction="TB").dot


def test_hover_text_names_node_formula_and_what_is_kept():
    y = autograd.tanh(autograd.ones(2).requires_grad_())
    tooltip = rf'tooltip="node {y.node.number}: TanhBackward0\ntanh(x)\nkeeps y"'
    assert tooltip in draw(y).dot


# Before and after backward


def test_drawing_leaves_the_graph_as_it_was():
    named = classifier()
    before = named["weight"].grad.numpy().copy()
    draw(named["loss"], names=named)
    named["weight"].grad = None
    named["loss"].backward()
    np.testing.assert_array_equal(named["weight"].grad.numpy(), before)


def test_drawing_records_nothing():
    x = Scalar(2)
    y = x * x
    draw(y)
    assert Scalar(0).number == y.number + 1


def test_a_freed_graph_is_drawn_without_its_constants():
    named = classifier(retain_graph=False)
    picture = draw(named["loss"], names=named)
    assert boxes(picture) == [
        "weight (3, 4) |grad| 0.0000",
        "bias (3,) |grad| 0.0000",
        "linear (5, 3)",
        "relu (5, 3)",
        "cross_entropy loss () data 1.0986",
    ]
    assert "now freed" in picture.dot


def test_a_leaf_whose_tensor_is_gone_is_drawn():
    y = autograd.ones(2, 3).requires_grad_().sum()
    assert boxes(draw(y))[0] == "(2, 3)"


# Large graphs


def chain(length):
    x = Scalar(1)
    for _ in range(length):
        x = x + x
    return x


def test_older_nodes_are_folded_into_one():
    picture = draw(chain(9), max_nodes=4)
    assert len(boxes(picture)) == 5
    assert boxes(picture)[0] == "… 6 more"
    assert arrows(picture)[0][:2] == tuple(boxes(picture)[:2])
    assert "        … 6 more" in picture.text().splitlines()


def test_nothing_is_folded_at_the_limit():
    assert len(boxes(draw(chain(3), max_nodes=4))) == 4


def test_a_single_node_of_many_is_drawn():
    assert boxes(draw(chain(3), max_nodes=1))[0] == "… 3 more"


def test_a_chain_of_100_000_nodes_is_drawn_quickly():
    x = Scalar(1)
    for _ in range(100_000):
        x = x.tanh()
    start = time.perf_counter()
    picture = draw(x)
    assert time.perf_counter() - start < 3
    assert picture._repr_svg_() is not None
    assert "… 99601 more" in picture.text()


def test_text_of_a_deep_graph_does_not_drift_out_of_sight():
    x = Scalar(1)
    for _ in range(300):
        x = x.tanh()
    assert max(map(len, draw(x).text().splitlines())) < 120


# Files


@pytest.mark.parametrize(
    ("name", "signature"),
    [("a.svg", b"<?xml"), ("a.png", b"\x89PNG\r\n\x1a\n"), ("A.SVG", b"<?xml")],
)
def test_the_ending_names_the_format(tmp_path, name, signature):
    loss, _, _ = tiny_net()
    path = draw(loss).save(tmp_path / name)
    assert path == tmp_path / name
    assert path.read_bytes().startswith(signature)


def test_draw_writes_the_path_it_is_given(tmp_path):
    draw(Scalar(1), tmp_path / "leaf.svg")
    draw_network([3, 4, 1], str(tmp_path / "net.png"))
    assert {path.name for path in tmp_path.iterdir()} == {"leaf.svg", "net.png"}


@pytest.mark.parametrize("name", ["graph.dot", "graph.gv"])
def test_the_source_is_saved_without_a_renderer(tmp_path, monkeypatch, name):
    monkeypatch.setattr(rendering, "find_renderer", lambda: None)
    picture = draw(Scalar(1, "ä"))
    assert picture.save(tmp_path / name).read_text(encoding="utf-8") == picture.dot


@pytest.mark.parametrize("name", ["graph.pdf", "graph"])
def test_an_unknown_ending_is_refused_with_the_possible_ones(tmp_path, name):
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.dot, \.gv"):
        draw(Scalar(1), tmp_path / name)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"folder .*nowhere does not exist"):
        draw(Scalar(1)).save(tmp_path / "nowhere" / "graph.svg")


def test_texts_are_escaped_cleaned_and_cut(tmp_path):
    x = Scalar(1, '<b>&"\\N\n\0\ud800' + "long" * 20)
    draw(x, tmp_path / "graph.svg")
    svg = (tmp_path / "graph.svg").read_text(encoding="utf-8")
    assert "&lt;b&gt;&amp;&quot;\\N &#160;&#160;longlong" in svg
    assert "longl…</text>" in svg


def test_hover_text_reaches_the_svg():
    assert "tanh(x)&#10;keeps y" in draw(Scalar(1).tanh())._repr_svg_()


# Without a renderer, and with a bad one


def test_the_renderer_is_dot_then_graphviz_pure_then_the_scripts_of_python(tmp_path, monkeypatch):
    path, scripts = tmp_path / "path", tmp_path / "scripts"
    path.mkdir()
    scripts.mkdir()
    monkeypatch.setenv("PATH", str(path))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(scripts))
    found = [find_renderer()]
    for folder, name in [(scripts, "graphviz-pure"), (path, "graphviz-pure"), (path, "dot")]:
        script(folder / name, "")
        found.append(find_renderer())
    wanted = [scripts / "graphviz-pure", path / "graphviz-pure", path / "dot"]
    assert found == [None, *map(str, wanted)]


def test_a_renderer_is_found_in_this_environment():
    assert find_renderer() is not None


def test_saving_without_a_renderer_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "find_renderer", lambda: None)
    with pytest.raises(RuntimeError, match=r'pip install "glassgrad\[viz\]"'):
        draw(Scalar(1)).save(tmp_path / "graph.svg")
    assert not list(tmp_path.iterdir())


def test_a_notebook_shows_svg_and_png_and_no_text():
    picture = draw(Scalar(1))
    assert picture._repr_svg_().startswith("<?xml")
    assert picture._repr_png_().startswith(b"\x89PNG")
    assert picture._repr_html_() is None


def test_a_notebook_without_a_renderer_shows_text_and_hint(monkeypatch):
    monkeypatch.setattr(rendering, "find_renderer", lambda: None)
    picture = draw(Scalar(1, "<x>"))
    assert picture._repr_svg_() is picture._repr_png_() is None
    assert picture._repr_html_() == (
        "<pre>&lt;x&gt;  data 1.0000 | grad 0.0000</pre><p>" + HINT.replace('"', "&quot;") + "</p>"
    )


def test_a_repr_never_raises(monkeypatch):
    def broken(dot, format):
        raise ZeroDivisionError("broken")

    monkeypatch.setattr(rendering, "render", broken)
    picture = draw(Scalar(1))
    assert picture._repr_svg_() is picture._repr_png_() is None
    assert picture._repr_html_().endswith("<p>broken</p>")
    assert repr(picture) == picture.text()


def test_a_notebook_tries_a_failing_layout_once(monkeypatch):
    tried = []
    monkeypatch.setattr(rendering, "render", lambda dot, format: tried.append(format) or 1 / 0)
    picture = draw(Scalar(1))
    picture._repr_html_(), picture._repr_svg_(), picture._repr_png_()
    assert tried == ["svg"]


def test_ipython_displays_a_picture():
    from IPython.core.formatters import DisplayFormatter

    data, _ = DisplayFormatter().format(draw(Scalar(1)))
    assert set(data) == {"image/svg+xml", "image/png", "text/plain"}


def test_scalars_and_tensors_do_not_display_as_pictures():
    for value in (Scalar(1), autograd.ones(2)):
        assert not any(hasattr(value, f"_repr_{kind}_") for kind in ("svg", "png", "html"))


def test_a_layout_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    slow = script(tmp_path / "dot", "exec sleep 30")
    monkeypatch.setattr(rendering, "find_renderer", lambda: slow)
    monkeypatch.setattr(rendering, "SECONDS", 0.2)
    start = time.perf_counter()
    with pytest.raises(RuntimeError, match=r"more than 0.2 s; draw fewer nodes"):
        draw(Scalar(1)).save(tmp_path / "graph.svg")
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize("command", ["echo cannot draw >&2; exit 1", "echo cannot draw >&2"])
def test_what_a_failing_renderer_says_is_passed_on(tmp_path, monkeypatch, command):
    failing = script(tmp_path / "dot", f"cat > /dev/null; {command}")
    monkeypatch.setattr(rendering, "find_renderer", lambda: failing)
    with pytest.raises(RuntimeError, match="dot failed: cannot draw"):
        draw(Scalar(1)).save(tmp_path / "graph.svg")


def test_a_renderer_that_does_not_start_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "find_renderer", lambda: str(tmp_path / "gone"))
    with pytest.raises(RuntimeError, match="gone does not run"):
        draw(Scalar(1)).save(tmp_path / "graph.svg")


def test_importing_the_engine_does_not_import_graphviz():
    code = "import sys, autograd.drawing; print('graphviz' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


# Bad input


def test_a_tensor_without_a_graph_is_refused_with_the_cure():
    with pytest.raises(ValueError, match="no graph; call requires_grad_"):
        draw(autograd.ones(2))


@pytest.mark.parametrize("root", [3.0, np.ones(2), [None]])
def test_other_objects_are_refused(root):
    with pytest.raises(TypeError, match="draw: expected Tensors or Scalars, got"):
        draw(root)


@pytest.mark.parametrize("options", [dict(direction="up"), dict(max_nodes=0)])
def test_bad_options_are_refused(options):
    with pytest.raises(ValueError, match="draw: "):
        draw(Scalar(1), **options)


def test_an_empty_list_is_refused():
    with pytest.raises(ValueError, match="nothing to draw"):
        draw([])


def test_names_of_another_type_are_refused():
    with pytest.raises(TypeError, match="names is a dict or a Module, got list"):
        draw(Scalar(1), names=["x"])


# Networks


def test_a_network_has_a_circle_a_neuron_and_a_line_a_weight():
    source = draw_network([3, 4, 1]).dot
    assert len(re.findall(r"^\t\d\.\d \[", source, re.MULTILINE)) == 3 + 4 + 1
    assert source.count(" -- ") == 3 * 4 + 4 * 1


def test_layers_are_captioned_with_label_and_size():
    assert draw_network([3, 4, 4, 1]).text() == "input 3 -> hidden 4 -> hidden 4 -> output 1"
    assert draw_network([4, 3], labels=["sepals", "species"]).text() == "sepals 4 -> species 3"
    assert 'label="input\n3"' in draw_network([3, 4]).dot


def test_sixteen_neurons_are_drawn_and_of_more_fifteen_and_their_count():
    assert "more" not in draw_network([16]).dot
    source = draw_network([100]).dot
    assert 'label="… 85 more"' in source
    assert source.count("fillcolor") - source.count("shape=plain") == 15


def test_a_network_is_drawn():
    assert draw_network([3, 4, 1])._repr_svg_().count("<ellipse") == 8


@pytest.mark.parametrize("sizes", [[], [3, 0], [3, -1], [2.5], ["3"]])
def test_bad_sizes_are_refused(sizes):
    with pytest.raises(ValueError, match="draw_network: expected the size of every layer"):
        draw_network(sizes)


def test_labels_must_be_as_many_as_layers():
    with pytest.raises(ValueError, match="1 labels for 2 layers"):
        draw_network([3, 1], labels=["input"])


def test_a_picture_is_its_source_and_its_text():
    assert Picture("digraph {}", "nothing").text() == "nothing"
