"""How a picture becomes DOT, text or a file: boxes, arrows and the programs that lay them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

HINT = 'no Graphviz found to draw it: pip install "glassgrad[viz]"'
# Layout time depends on the shape of a graph far more than on its size.
SECONDS = 20
DIRECTIONS = ("LR", "TB", "RL", "BT")
ENDINGS = (".svg", ".png", ".dot", ".gv")
DEEPEST, LONGEST, MOST_CIRCLES = 30, 48, 16

BLUE, AMBER, WHITE, GREY, OUTLINE = "#dceaf7", "#fdeccb", "#ffffff", "#ececec", "#444444"
GREEN, VIOLET, ROSE, TEAL = "#dcf0d8", "#e6dff5", "#f8dad6", "#cfe9e8"
# Outline and fill of each kind; shape and outline tell them apart without colour.
ROUNDED = {"shape": "box", "margin": "0", "style": "rounded,filled"}
PLAIN = {"shape": "plain"}
STYLES: dict[str, dict[str, str]] = {
    "leaf": {**ROUNDED, "fillcolor": BLUE},
    "constant": {**ROUNDED, "fillcolor": WHITE, "style": "rounded,filled,dashed"},
    "more": {**ROUNDED, "fillcolor": GREY, "style": "rounded,filled,dotted"},
    "parameter": {**ROUNDED, "fillcolor": AMBER},
    "outcome": {**ROUNDED, "fillcolor": GREY, "penwidth": "2"},
    **dict.fromkeys(("operation", "result", "product", "reduction", "loop"), PLAIN),
    **dict.fromkeys(("update", "other", "numpy"), PLAIN),
}
# The outline of a box with a sign is its table's, else the sign's background would cover it.
TABLES = {
    "operation": f'BORDER="1" BGCOLOR="{WHITE}"',
    "result": f'BORDER="2" BGCOLOR="{AMBER}"',
    "product": f'BORDER="1" BGCOLOR="{GREEN}"',
    "reduction": f'BORDER="1" BGCOLOR="{VIOLET}"',
    "loop": f'BORDER="1" BGCOLOR="{WHITE}"',
    "update": f'BORDER="2" BGCOLOR="{AMBER}"',
    "other": f'BORDER="1" BGCOLOR="{TEAL}"',
    "numpy": f'BORDER="1" BGCOLOR="{ROSE}"',
}
# The background of a sign, where it is not that of the whole box.
SIGNS = dict.fromkeys(("operation", "result"), f'BGCOLOR="{GREY}" BORDER="1" SIDES="R"')
GRAPH = {"bgcolor": WHITE, "nodesep": "0.2", "ranksep": "0.35"}
TEXT = {"fontname": "Helvetica", "color": OUTLINE}
LAYERS = {"bgcolor": WHITE, "layout": "neato", "splines": "line", "outputorder": "edgesfirst"}
CIRCLE = {"shape": "circle", "width": "0.3", "label": "", "style": "filled", **TEXT}
WEIGHT = {"color": "#b4bcc4", "penwidth": "0.6"}
WORDS = {"shape": "plain", "fillcolor": WHITE, "fontsize": "11"}


class Box(NamedTuple):
    """A node of a picture: at its left sign over details, beside them title over lines.

    kind is a key of STYLES; tooltip holds the lines that a browser shows under the mouse.
    """

    key: str
    kind: str
    sign: str = ""
    details: tuple[str, ...] = ()
    title: str = ""
    lines: tuple[str, ...] = ()
    tooltip: tuple[str, ...] = ()


class Arrow(NamedTuple):
    """The way of a value from the box `tail` into the box `head`, as its argument `label`."""

    tail: str
    head: str
    label: str = ""


class Picture:
    """A drawing: shown by a notebook, written by `save`, as text by `text`; `dot` is its source."""

    def __init__(self, dot: str, text: str) -> None:
        self.dot = dot
        self._text = text
        self._problem = ""
        self._shown: dict[str, bytes | None] = {}

    def text(self) -> str:
        """Return the picture as indented text, which needs no renderer."""
        return self._text

    def save(self, path: Any) -> Path:
        """Write the picture to `path` and return it; the ending names the format.

        .svg and .png need a renderer, .dot and .gv are the source. Raises ValueError for another
        ending, FileNotFoundError for a missing folder, RuntimeError if the drawing fails.
        """
        from pathlib import Path

        path = Path(path)
        ending = path.suffix.lower()
        if ending not in ENDINGS:
            raise ValueError(
                f"save: {path.name} ends in none of {', '.join(ENDINGS)}; these can be written"
            )
        if not path.parent.is_dir():
            raise FileNotFoundError(f"save: folder {path.parent} does not exist; make it first")
        source = ending in (".dot", ".gv")
        path.write_bytes(self.dot.encode() if source else render(self.dot, ending[1:]))
        return path

    def __repr__(self) -> str:
        return self._text

    def _repr_svg_(self) -> str | None:
        svg = self._attempt("svg")
        return None if svg is None else svg.decode(errors="replace")

    def _repr_png_(self) -> bytes | None:
        # GitHub shows the PNG of a stored notebook where it does not show the SVG.
        return None if self._attempt("svg") is None else self._attempt("png")

    def _repr_html_(self) -> str | None:
        return self._text_in_html() if self._attempt("svg") is None else None

    def _attempt(self, format: str) -> bytes | None:
        """Return the picture in `format`, None if that fails; a slow layout is tried only once."""
        if format not in self._shown:
            self._shown[format] = self._rendered_or_none(format)
        return self._shown[format]

    def _rendered_or_none(self, format: str) -> bytes | None:
        try:
            return render(self.dot, format)
        # A notebook shows the text, with what went wrong, instead of a traceback.
        except Exception as problem:
            self._problem = str(problem)
            return None

    def _text_in_html(self) -> str:
        from html import escape

        return f"<pre>{escape(self._text)}</pre><p>{escape(self._problem)}</p>"


def checked_direction(direction: str) -> str:
    """Return the direction of the data in a picture; raise ValueError if it is none."""
    if direction not in DIRECTIONS:
        raise ValueError(f"draw: direction {direction!r} is none of {', '.join(DIRECTIONS)}")
    return direction


def find_renderer() -> str | None:
    """Return the program that lays DOT out: `dot`, else `graphviz-pure`; None without either.

    The scripts of this Python are searched too: a notebook's kernel often lacks them on PATH.
    """
    from shutil import which
    from sysconfig import get_path

    return (
        which("dot") or which("graphviz-pure") or which("graphviz-pure", path=get_path("scripts"))
    )


def render(dot: str, format: str) -> bytes:
    """Return the picture that DOT describes, as "svg" or "png".

    Raises RuntimeError, with a cure, if there is no renderer, it fails or takes too long.
    """
    import subprocess

    program = find_renderer()
    if program is None:
        raise RuntimeError(HINT)
    # A PNG is sharp on fine screens, and never so large that no viewer opens it.
    options = ["-Gdpi=144", "-Gsize=110,110"] if format == "png" else []
    command = [program, f"-T{format}", *options]
    try:
        done = subprocess.run(command, input=dot.encode(), capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise RuntimeError(
            f"the layout takes more than {SECONDS} s; draw fewer nodes (max_nodes=100), or save "
            "the source as .dot"
        ) from None
    except OSError as problem:
        raise RuntimeError(f"{program} does not run ({problem}); reinstall it") from problem
    if done.returncode or not done.stdout:
        raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def dot_source(boxes: Iterable[Box], arrows: Iterable[Arrow], direction: str) -> str:
    """Return the DOT of boxes and arrows; direction is that of the data: LR, TB, RL or BT."""
    from graphviz import Digraph, escape

    graph = Digraph(
        graph_attr={"rankdir": direction, **GRAPH},
        node_attr={"height": "0.3", **TEXT},
        edge_attr={"arrowsize": "0.7", "fontsize": "9", "fontcolor": "#555555", **TEXT},
    )
    for box in boxes:
        tooltip = "\\n".join(escape(line) for line in box.tooltip)
        graph.node(box.key, label_of(box), tooltip=tooltip or " ", **STYLES[box.kind])
    for arrow in arrows:
        graph.edge(arrow.tail, arrow.head, label=arrow.label and escape(f" {arrow.label} "))
    return graph.source


def label_of(box: Box) -> str:
    """Return the HTML-like label of a box, all texts escaped."""
    sign = _cell(box.sign, box.details, SIGNS.get(box.kind, 'BORDER="1" SIDES="R"'), 14)
    value = _cell(box.title, box.lines, "", 11)
    table = TABLES.get(box.kind, 'BORDER="0"')
    return (
        f'<<TABLE {table} COLOR="{OUTLINE}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="5">'
        f"<TR>{sign}{value}</TR></TABLE>>"
    )


def _cell(heading: str, lines: tuple[str, ...], attributes: str, size: int) -> str:
    parts = [f'<FONT POINT-SIZE="{size}"><B>{_escaped(heading)}</B></FONT>'] if heading else []
    parts += [f'<FONT POINT-SIZE="10">{_escaped(line)}</FONT>' for line in lines]
    return f"<TD {attributes}>{'<BR/>'.join(parts)}</TD>" if parts else ""


def _escaped(text: str) -> str:
    from html import escape

    # Graphviz reads \N and its like as its own, even in HTML; a doubled backslash is one.
    return escape(shortened(text)).replace("\\", "\\\\")


def layers_source(sizes: Sequence[int], captions: list[str]) -> str:
    """Return the DOT of columns of circles, each joined to all of the next, with captions below."""
    from graphviz import Graph, escape

    graph = Graph(graph_attr=LAYERS, node_attr=CIRCLE, edge_attr=WEIGHT)
    columns = [_column(size) for size in sizes]
    tallest = max(map(len, columns))
    fills = [BLUE, *[WHITE] * (len(columns) - 2), AMBER]
    for layer, (column, caption) in enumerate(zip(columns, captions, strict=True)):
        x = layer * (1.4 + 0.05 * tallest)
        for place, text in enumerate(column):
            position = _position(x, (len(column) - 1) / 2 - place)
            style = {**WORDS, "label": escape(text)} if text else {"fillcolor": fills[layer]}
            graph.node(f"{layer}.{place}", pos=position, **style)
        graph.node(f"{layer}", pos=_position(x, -tallest / 2 - 0.5), **WORDS, label=escape(caption))
    for layer, (left, right) in enumerate(pairwise(columns)):
        for (i, one), (j, other) in product(enumerate(left), enumerate(right)):
            if not one and not other:
                graph.edge(f"{layer}.{i}", f"{layer + 1}.{j}")
    return graph.source


def _column(size: int) -> list[str]:
    """Return what stands in a column, top to bottom: "" for a circle, or how many are left out."""
    if size <= MOST_CIRCLES:
        return [""] * size
    upper = MOST_CIRCLES // 2
    lower = MOST_CIRCLES - 1 - upper
    return [""] * upper + [f"… {size - upper - lower} more"] + [""] * lower


def _position(x: float, rows: float) -> str:
    return f"{x:.2f},{rows * 0.42:.2f}!"


def outline(boxes: Iterable[Box], arrows: Iterable[Arrow]) -> str:
    """Return boxes as lines: results first, under each, indented, what it was computed from.

    A box that leads to several others is followed further where it comes first.
    """
    named = {box.key: box for box in boxes}
    inputs: dict[str, list[Arrow]] = {key: [] for key in named}
    for arrow in arrows:
        inputs[arrow.head].append(arrow)
    used = {arrow.tail for ways in inputs.values() for arrow in ways}
    stack = [(Arrow(key, ""), 0) for key in named if key not in used]
    lines, seen = [], set()
    while stack:
        arrow, depth = stack.pop()
        again = " (above)" if arrow.tail in seen and inputs[arrow.tail] else ""
        lines.append("  " * min(depth, DEEPEST) + _line(named[arrow.tail], arrow.label) + again)
        if arrow.tail not in seen:
            seen.add(arrow.tail)
            stack.extend((way, depth + 1) for way in reversed(inputs[arrow.tail]))
    return "\n".join(lines)


def _line(box: Box, label: str) -> str:
    details = f"({', '.join(map(shortened, box.details))})" if box.details else ""
    name = " = ".join(filter(None, (shortened(box.title), box.sign + details)))
    return (f"{label}: " if label else "") + "  ".join(filter(None, (name, *box.lines)))


def shortened(text: object) -> str:
    """Return a text as one line of printable characters, cut if it is long."""
    line = "".join(char if char.isprintable() else " " for char in str(text))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
