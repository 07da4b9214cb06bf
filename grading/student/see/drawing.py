"""Draw parts for the browser, with Bokeh."""

from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, Span
from bokeh.plotting import figure

from grading.student.see.parts import Bars, Cells, Lines

DASHES = ("solid", "dashed", "dotted", "dotdash")
ROW, SMALL_ROW = 26, 9  # pixels


def draw(part, title, width, colours, difference=None):
    """A figure of a part.

    Args:
        part: cells, bars, lines or a tree.
        title: for those who cannot see it.
        width: in pixels.
        colours: :class:`grading.student.see.colours.Colours`.
        difference: what is lit.
    """
    kind = {Cells: _cells, Bars: _bars, Lines: _lines}.get(type(part), _tree)
    plot = kind(part, width, colours, difference)
    words = "; ".join([title, *part.words()[:12], *([difference.sentence()] if difference else [])])
    plot.html_attributes = {"role": "img", "aria-label": words[:600]}
    return plot


def _figure(width, height, colours, **options):
    plot = figure(
        width=width,
        height=int(height),
        toolbar_location=None,
        tools="",
        min_border=4,
        background_fill_color=colours.page,
        border_fill_color=colours.page,
        outline_line_color=None,
        **options,
    )
    plot.grid.visible = False
    for axis in plot.axis:
        axis.axis_line_color = axis.major_tick_line_color = axis.minor_tick_line_color = None
        axis.major_label_text_color = axis.axis_label_text_color = colours.faint
        axis.major_label_text_font_size = "12px"
        axis.axis_label_text_font_size = "12px"
        axis.axis_label_text_font_style = "normal"
    return plot


def _hover(plot, renderer):
    plot.add_tools(HoverTool(renderers=[renderer], tooltips="@tip", point_policy="follow_mouse"))


def _label(axis, labels, room, each):
    """Put labels at 0, 1, 2 ..., as many as there is room for; ``each`` is the size of one."""
    step = next((s for s in (1, 2, 5, 10, 20, 50) if each * s >= room), 100)
    ticks = list(range(0, len(labels), step))
    axis.ticker = FixedTicker(ticks=ticks)
    axis.major_label_overrides = {k: _short(str(labels[k]), 12) for k in ticks}


def _short(text, most):
    return text if len(text) <= most else text[: most - 1] + "…"


def _line(name):
    return name.replace("\n", " ")


def _tip(tip, difference):
    if difference is None:
        return tip
    here = f"≠ found {difference.found}, expected {difference.expected}"
    return f"{tip} — {here}" if tip else here


def _cells(part, width, colours, difference):
    place = (difference.row, difference.column) if difference else None
    n_rows = max(len(part.rows), place[0] + 1 if place else 0, 1)
    n_columns = max([len(row) for row in part.rows] + [place[1] + 1 if place else 0, 1])
    longest = max([len(cell.text) for row in part.rows for cell in row if cell] or [0])
    plain = longest == 0  # nothing but shades
    height_of_row = SMALL_ROW if plain else ROW
    each = max(4.0, (width - (90 if part.row_labels else 12)) / n_columns)
    labels = [str(label) for label in part.column_labels]
    steep = labels and max(map(len, labels)) * 7 > each and not labels[0].isdigit()
    top = (8 + 7 * min(12, max(map(len, labels))) if steep else 24) if labels else 4
    used = width if each < 60 else int(90 + 60 * n_columns)
    each = min(each, 60.0)
    plot = _figure(
        min(width, used),
        n_rows * height_of_row + top + 8,
        colours,
        x_range=(-0.5, n_columns - 0.5),
        y_range=(n_rows - 0.5, -0.5),
        x_axis_location="above",
    )
    plot.xaxis.visible, plot.yaxis.visible = bool(labels), bool(part.row_labels)
    if labels:
        _label(plot.xaxis[0], labels, 1 if steep else 8 + 7 * max(map(len, labels)), each)
        plot.xaxis.major_label_orientation = "vertical" if steep else "horizontal"
    if part.row_labels:
        _label(plot.yaxis[0], part.row_labels, 15, height_of_row)
    columns = {name: [] for name in ("x", "y", "text", "fill", "ink", "edge", "tip")}
    hatched = {"x": [], "y": []}
    for y, row in enumerate(part.rows):
        for x, cell in enumerate(row):
            if cell is None:
                continue
            fill, ink, edge = _paint(cell, colours, plain)
            tip = _tip(cell.tip, difference if place == (y, x) else None)
            painted = (x, y, cell.text, fill, ink, edge, tip)
            for name, item in zip(columns, painted, strict=True):
                columns[name].append(item)
            if cell.kind == "hidden":
                hatched["x"].append(x)
                hatched["y"].append(y)
    source = ColumnDataSource(columns)
    across, down = (1, 1) if plain else (0.94, 0.88)
    rects = plot.rect("x", "y", across, down, source=source, fill_color="fill", line_color="edge")
    # Apart from the others: a browser takes ten times as long for a cell that may be hatched.
    plot.rect(
        "x",
        "y",
        across,
        down,
        source=ColumnDataSource(hatched),
        fill_color=None,
        line_color=None,
        hatch_pattern="/",
        hatch_color=colours.faint,
        hatch_alpha=0.6,
        hatch_scale=7,
    )
    size = min(14.0, each / max(0.66 * longest, 1)) if longest else 0
    if size >= 6.5:
        plot.text(
            "x",
            "y",
            text="text",
            source=source,
            text_align="center",
            text_baseline="middle",
            text_color="ink",
            text_font_size=f"{size:.1f}px",
            text_font=value("monospace"),
        )
    _hover(plot, rects)
    if place:
        lit = ColumnDataSource({"x": [place[1]], "y": [place[0]], "tip": [_tip("", difference)]})
        frame = plot.rect("x", "y", 1, 1, source=lit, fill_color=None, line_color=colours.wrong,
                          line_width=3)  # fmt: skip
        if not any(place == at for at in zip(columns["y"], columns["x"], strict=True)):
            _hover(plot, frame)
    return plot


def _paint(cell, colours, plain):
    """Fill, ink and edge of a cell."""
    if cell.shade is not None:
        edge = colours.text if cell.kind == "marked" else None if plain else colours.frame
        return colours.shade(cell.shade), colours.text_on(cell.shade), edge
    group = None if cell.group is None else colours.groups[cell.group % len(colours.groups)]
    if cell.kind == "dim":
        return colours.page, colours.faint, group
    if cell.kind == "target":
        return colours.page, colours.text, colours.faint
    return group or colours.page, colours.text, group or colours.frame


def _bars(part, width, colours, difference):
    heights = [float(height) for height in part.heights]
    most = max([*heights, *map(float, part.marks), 1e-9])
    n = max(len(heights), 1)
    width = min(width, 90 + 70 * n)
    plot = _figure(width, 200, colours, x_range=(-0.6, n - 0.4), y_range=(0, most * 1.18))
    each = (width - 60) / n
    longest = max([len(line) for name in part.names for line in name.split("\n")] or [1])
    steep = longest * 7.5 > each
    _label(plot.xaxis[0], part.names, 14 if steep else 1, each)
    plot.xaxis.major_label_orientation = "vertical" if steep else "horizontal"
    plot.xaxis.major_label_text_color = colours.text
    lit = difference.column if difference else None
    source = ColumnDataSource(
        {
            "x": list(range(len(heights))),
            "top": heights,
            "edge": [colours.text if k == part.lit else colours.frame for k in range(len(heights))],
            "tip": [
                _tip(f"{_line(name)}: {height:.4g}", difference if k == lit else None)
                for k, (name, height) in enumerate(zip(part.names, heights, strict=True))
            ],
        }
    )
    bars = plot.vbar(
        "x",
        0.8,
        "top",
        source=source,
        fill_color=colours.groups[0],
        line_color="edge",
        hatch_pattern=" ",
    )
    if part.marks:
        marks = [float(mark) for mark in part.marks]
        places = list(range(len(marks)))
        plot.scatter(places, marks, marker="dash", size=each * 0.8, line_color=colours.strong)
    _hover(plot, bars)
    if lit is not None:
        height = heights[lit] if lit < len(heights) else 0
        plot.vbar([lit], 0.95, [max(height, most * 0.05)], fill_color=None,
                  line_color=colours.wrong, line_width=3)  # fmt: skip
        plot.text([lit], [height + most * 0.02], text=["≠"], text_color=colours.wrong,
                  text_align="center", text_font_size="16px", text_font_style="bold")  # fmt: skip
    return plot


def _lines(part, width, colours, difference):
    options = {"y_range": part.range} if part.range else {}
    plot = _figure(width, 220, colours, **options)
    plot.xaxis.axis_label, plot.yaxis.axis_label = part.axis, part.height
    for number, (name, curve) in enumerate(part.curves.items()):
        source = ColumnDataSource(
            {
                "x": part.x[: len(curve)],
                "y": list(map(float, curve)),
                "tip": [
                    f"{name}, {part.axis} {x}: {y:.4g}" for x, y in zip(part.x, curve, strict=False)
                ],
            }
        )
        style = {"line_color": colours.strong, "line_dash": DASHES[number % len(DASHES)]}
        plot.line("x", "y", source=source, line_width=2, legend_label=name, **style)
        dots = plot.scatter("x", "y", source=source, size=5, fill_color=colours.strong,
                            line_color=None)  # fmt: skip
        _hover(plot, dots)
        if difference and number == difference.row and difference.column < len(curve):
            at = (part.x[difference.column], float(curve[difference.column]))
            plot.scatter([at[0]], [at[1]], size=16, fill_color=None, line_color=colours.wrong,
                         line_width=3)  # fmt: skip
            plot.text([at[0]], [at[1]], text=["≠"], x_offset=10, y_offset=-8,
                      text_color=colours.wrong, text_font_size="16px")  # fmt: skip
    if part.lit is not None:
        plot.add_layout(Span(location=part.lit, dimension="height", line_color=colours.wrong))
    if plot.legend:
        plot.legend.background_fill_alpha = 0.0
        plot.legend.border_line_color = None
        plot.legend.label_text_color = colours.text
        plot.legend.orientation = "horizontal"
        plot.add_layout(plot.legend[0], "above")
    return plot


def _tree(part, width, colours, difference):
    places = part.places()
    leaves = max([y for _, y in places] or [0]) + 1
    depth = max([x for x, _ in places] or [0])
    plot = _figure(width, 40 + 17 * leaves, colours, x_range=(-0.3, depth + 0.9),
                   y_range=(leaves - 0.3, -0.7))  # fmt: skip
    plot.axis.visible = False
    parents = {node["parent"] for node in part.nodes}
    ends = [number not in parents for number in range(len(part.nodes))]
    size = {"kept": 13, "best": 15, "cut": 6}
    ink = {"kept": colours.strong, "best": colours.strong, "cut": colours.frame}
    for node, (x, y) in zip(part.nodes, places, strict=True):
        if node["parent"] is not None:
            px, py = places[node["parent"]]
            cut = node["kind"] == "cut"
            plot.segment(px, py, x, y, line_color=ink[node["kind"]], line_width=1 if cut else 2.5,
                         line_dash="dotted" if cut else "solid")  # fmt: skip
    source = ColumnDataSource(
        {
            "x": [x for x, _ in places],
            "y": [y for _, y in places],
            "size": [size[node["kind"]] for node in part.nodes],
            "ink": [ink[node["kind"]] for node in part.nodes],
            "marker": ["star" if n["kind"] == "best" else "circle" for n in part.nodes],
            "text": [node["text"] for node in part.nodes],
            # Beside a leaf, and above what goes on.
            "right": [10 if end else 0 for end in ends],
            "down": [0 if end else -12 for end in ends],
            "align": ["left" if end else "center" for end in ends],
            "tip": [node["tip"] for node in part.nodes],
            "word": [colours.faint if n["kind"] == "cut" else colours.text for n in part.nodes],
        }
    )
    dots = plot.scatter("x", "y", size="size", marker="marker", source=source, fill_color="ink",
                        line_color="ink")  # fmt: skip
    plot.text("x", "y", text="text", source=source, x_offset="right", y_offset="down",
              text_align="align", text_baseline="middle", text_color="word",
              text_font_size="12px")  # fmt: skip
    _hover(plot, dots)
    return plot
