"""The same pictures as files, with matplotlib: for where there is no browser."""

import contextlib
from types import SimpleNamespace

from grading.catalogue.paths import display_path
from grading.processes.forkserver import ForkServers
from grading.student.see.colours import LIGHT
from grading.student.see.looking import Looking
from grading.student.see.parts import Bars, Cells, Lines, Trouble
from grading.student.see.views import VIEWS, defaults

WIDE, DASHES = 6.2, ("-", "--", ":", "-.")  # inches of one picture


def write_all(names, folder, target, alone):
    """Write one file for each exercise, and say so; gives the exit code."""
    target.mkdir(parents=True, exist_ok=True)
    servers = ForkServers()
    looking = Looking(servers, folder, alone)
    try:
        for name in names:
            view = VIEWS[name]
            seen = looking.look(view, SimpleNamespace(**defaults(view)))
            path = target / f"{name}.png"
            save(seen, name, path)
            lit = [one.difference.sentence() for one in seen if one.difference]
            print(f"wrote {display_path(path.resolve())}{': ' + lit[0] if lit else ''}", flush=True)
    finally:
        looking.close()
        servers.close()
    return 0


def save(seen, title, path):
    """Draw all panels of a look into one file."""
    from matplotlib.figure import Figure

    sides = 1 if all(one.reference is None for one in seen) else 2
    heights = [max(_height(one.yours), _height(one.reference)) for one in seen]
    figure = Figure(figsize=(WIDE * sides, sum(heights) + 0.6), layout="constrained")
    grid = figure.subplots(len(seen), sides, squeeze=False, height_ratios=heights)
    figure.suptitle(title)
    for one, row in zip(seen, grid, strict=True):
        _draw(row[0], "yours", one.panel.title, one.yours, one.difference)
        if sides == 2:
            _draw(row[1], "reference", one.panel.title, one.reference, None)
    figure.savefig(path, dpi=110)


def _height(part):
    if isinstance(part, Cells):
        plain = all(not cell.text for row in part.rows for cell in row if cell)
        return 1.1 + len(part.rows) * (0.07 if plain else 0.26)
    if part is not None and not isinstance(part, Bars | Lines | Trouble):
        return 1.0 + 0.16 * max(1, len(part.nodes))
    return 2.4


def _draw(axes, whose, title, part, difference):
    axes.set_title(f"{title}: {whose}", fontsize=10, loc="left")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=8)
    if isinstance(part, Trouble):
        _say(axes, part)
    else:
        {Cells: _cells, Bars: _bars, Lines: _lines}.get(type(part), _tree)(axes, part, difference)
        note = f"≠ {difference.sentence()}" if difference else part.note
        axes.set_xlabel(note, fontsize=8, loc="left", wrap=True)


def _say(axes, trouble):
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(True)
        side.set_linestyle("--")
    lines = "\n".join([trouble.kind, *trouble.lines]).replace("$", r"\$")
    axes.text(0.02, 0.95, lines, va="top", fontsize=7, family="monospace", wrap=True)


def _cells(axes, part, difference):
    from matplotlib.patches import Rectangle

    columns = max([len(row) for row in part.rows] + [difference.column + 1 if difference else 1])
    rows = max(len(part.rows), difference.row + 1 if difference else 1)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(rows - 0.5, -0.5)
    longest = max([len(cell.text) for row in part.rows for cell in row if cell] or [0])
    size = min(9.0, 72 * WIDE / columns / max(1, 0.85 * longest))
    for y, row in enumerate(part.rows):
        for x, cell in enumerate(row):
            if cell is None:
                continue
            group = None if cell.group is None else LIGHT.groups[cell.group % len(LIGHT.groups)]
            fill = LIGHT.shade(cell.shade) if cell.shade is not None else group
            if cell.kind in ("dim", "target"):
                fill = "none"
            edge = group or (LIGHT.frame if cell.text and cell.kind != "dim" else "none")
            hatch = "///" if cell.kind == "hidden" else None
            axes.add_patch(Rectangle((x - 0.47, y - 0.44), 0.94, 0.88, facecolor=fill or "none",
                                     edgecolor=edge, hatch=hatch, linewidth=0.8))  # fmt: skip
            ink = LIGHT.text if cell.shade is None else LIGHT.text_on(cell.shade)
            text = cell.text.replace("$", r"\$")
            axes.text(x, y, text, ha="center", va="center", fontsize=size, color=ink)
    axes.xaxis.tick_top()
    _ticks(axes.set_xticks, part.column_labels, 90 if _are_words(part.column_labels) else 0)
    _ticks(axes.set_yticks, part.row_labels, 0)
    if difference:
        place = (difference.column - 0.5, difference.row - 0.5)
        axes.add_patch(Rectangle(place, 1, 1, fill=False, edgecolor=LIGHT.wrong, linewidth=2.5))


def _are_words(labels):
    return any(not str(label).isdigit() for label in labels)


def _ticks(put, labels, turned):
    step = 1 + len(labels) // 30
    places = range(0, len(labels), step)
    put(list(places), [str(labels[k]).replace("$", r"\$") for k in places], rotation=turned)


def _bars(axes, part, difference):
    places = list(range(len(part.heights)))
    edges = [LIGHT.text if k == part.lit else LIGHT.frame for k in places]
    axes.bar(places, part.heights, color=LIGHT.groups[0], edgecolor=edges)
    if part.marks:
        axes.plot(places, part.marks, "_", color=LIGHT.strong, markersize=12)
    _ticks(axes.set_xticks, part.names, 0 if max(map(len, part.names), default=0) < 5 else 90)
    if difference:
        lit = difference.column
        height = part.heights[lit] if lit < len(part.heights) else 0
        axes.bar([lit], [height], fill=False, edgecolor=LIGHT.wrong, linewidth=2.5)
        axes.text(lit, height, "≠", color=LIGHT.wrong, ha="center", va="bottom")


def _lines(axes, part, difference):
    for number, (name, curve) in enumerate(part.curves.items()):
        style = {"linestyle": DASHES[number % len(DASHES)], "color": LIGHT.strong}
        axes.plot(part.x[: len(curve)], curve, marker=".", label=name, **style)
        if difference and difference.row == number and difference.column < len(curve):
            at = [part.x[difference.column]], [curve[difference.column]]
            axes.plot(*at, "o", fillstyle="none", color=LIGHT.wrong, markersize=12)
    if part.lit is not None:
        axes.axvline(part.lit, color=LIGHT.wrong)
    if part.range:
        axes.set_ylim(*part.range)
    axes.legend(fontsize=8, frameon=False)


def _tree(axes, part, difference):
    places = part.places()
    for node, (x, y) in zip(part.nodes, places, strict=True):
        cut = node["kind"] == "cut"
        colour = LIGHT.frame if cut else LIGHT.strong
        if node["parent"] is not None:
            px, py = places[node["parent"]]
            axes.plot([px, x], [py, y], ":" if cut else "-", color=colour, linewidth=1)
        axes.plot([x], [y], "*" if node["kind"] == "best" else "o", color=colour,
                  markersize=3 if cut else 8)  # fmt: skip
        axes.text(x + 0.06, y, node["text"], va="center", fontsize=7)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    with contextlib.suppress(ValueError):
        axes.set_axis_off()
