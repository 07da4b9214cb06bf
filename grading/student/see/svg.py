"""The same pictures as SVG text, for lessons, notebooks and pages of feedback: no script in them.

One part always gives the same text, so that what is committed can be made again byte for byte.
"""

import math
from html import escape

from grading.student.see.colours import LIGHT
from grading.student.see.parts import Bars, Cells, Lines, Trouble

CELL, GAP, MARGIN = 26, 2, 8  # pixels
GLYPH = 7.0  # how wide a character is, about
NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # of a file of its own
SHADES = 20  # different ones, which keeps a picture of many cells small
_HALO = {"paint_order": "stroke", "stroke": LIGHT.page, "stroke_width": 4}  # around text on lines
DASHES = ("", "6 3", "2 3", "8 3 2 3")


def draw(part, difference=None, label="", tips=False):
    """One part as the text of an SVG element.

    Args:
        part: as in :mod:`grading.student.see.parts`.
        difference: the first place where it differs from the reference, or None.
        label: what it is, for those who cannot see it.
        tips: whether cells say more on hover; that makes the text longer.
    """
    kind = {Cells: _cells, Bars: _bars, Lines: _lines, Trouble: _trouble}.get(type(part), _tree)
    canvas = _Canvas(tips)
    kind(canvas, part, difference)
    told = f"{label}: {difference.sentence()}" if difference else label
    return canvas.text(told)


class _Canvas:
    """What has been drawn so far, and how much room it takes."""

    def __init__(self, tips):
        self.tips, self.shapes, self.width, self.height = tips, [], 0.0, 0.0

    def box(self, x, y, width, height, **style):
        self.path(f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z", **style)
        self.room(x + width, y + height)

    def path(self, d, **style):
        """Add to the last path if it is drawn in the same style."""
        known = {"fill": "none", **style}
        if self.shapes and self.shapes[-1][0] == known:
            self.shapes[-1][1].append(d)
        else:
            self.shapes.append((known, [d]))

    def write(self, x, y, text, size=12, fill=LIGHT.text, anchor="middle", **more):
        more = {"x": _n(x), "y": _n(y), "font_size": size, "text_anchor": anchor, **more}
        self.shapes.append((None, [f"<text{_attributes(fill=fill, **more)}>{_safe(text)}</text>"]))
        side = {"start": 1, "middle": 0.5, "end": 0}[anchor]
        self.room(x + side * len(text) * size * GLYPH / 12 * (more.get("transform") is None), y)

    def tip(self, x, y, width, height, text):
        if self.tips and text:
            where = _attributes(x=_n(x), y=_n(y), width=_n(width), height=_n(height))
            rect = f'<rect{where} fill="transparent"><title>{_safe(text)}</title></rect>'
            self.shapes.append((None, [rect]))

    def room(self, right, bottom):
        self.width, self.height = max(self.width, right), max(self.height, bottom)

    def text(self, label):
        width, height = round(self.width + MARGIN), round(self.height + MARGIN)
        lines = [
            f'<svg{NAMESPACE} viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" aria-label="{escape(_clean(label))}" '
            'font-family="DejaVu Sans, Verdana, sans-serif" style="max-width:100%;height:auto">',
            f'<rect width="{width}" height="{height}" fill="{LIGHT.page}"/>',
        ]
        for style, texts in self.shapes:
            drawn = "".join(texts)
            lines.append(drawn if style is None else f'<path{_attributes(**style)} d="{drawn}"/>')
        return "\n".join([*lines, "</svg>"])


def _cells(canvas, part, difference):
    columns = max([len(row) for row in part.rows] + [difference.column + 1 if difference else 1])
    n_rows = max(len(part.rows), difference.row + 1 if difference else 1)
    texts = [cell.text for row in part.rows for cell in row if cell]
    is_map = bool(texts) and not any(texts)
    height = 8 if is_map and n_rows > 15 else 18 if is_map else CELL
    width = height if is_map else max(CELL, GLYPH * max(map(len, texts), default=1) + 8)
    left = MARGIN + GLYPH * max((len(str(label)) for label in part.row_labels), default=0) + 6
    top = _column_labels(canvas, part, left, width, columns)
    _row_labels(canvas, part, left, top, height)
    cells = [
        (left + x * width, top + y * height, cell)
        for y, row in enumerate(part.rows) for x, cell in enumerate(row) if cell
    ]  # fmt: skip
    gap = 0 if is_map and n_rows > 15 else GAP
    inner = width - gap, height - gap
    for x, y, cell in sorted(cells, key=lambda item: _fill(item[2])):
        if cell.kind != "dim":
            _box(canvas, x, y, inner, cell, gap)
    for x, y, cell in cells:
        if cell.kind == "hidden":
            canvas.path(f"M{_n(x)} {_n(y + inner[1])}l{_n(inner[0])} {_n(-inner[1])}",
                        stroke=LIGHT.faint, stroke_width=1)  # fmt: skip
    for x, y, cell in cells:
        if cell.text:
            ink = LIGHT.text if cell.shade is None else LIGHT.text_on(_step(cell.shade))
            ink = LIGHT.faint if cell.kind == "dim" else ink
            canvas.write(x + inner[0] / 2, y + inner[1] / 2 + 4, cell.text, fill=ink)
        canvas.tip(x, y, *inner, cell.tip)
    if difference:
        x, y = left + difference.column * width, top + difference.row * height
        canvas.box(x, y, *inner, stroke=LIGHT.wrong, stroke_width=3)
        canvas.write(x + inner[0], y + 4, "≠", 14, LIGHT.wrong, font_weight="bold", **_HALO)


def _box(canvas, x, y, inner, cell, gap):
    style = {"fill": _fill(cell)}
    if gap:
        style |= {"stroke": LIGHT.text if cell.kind == "marked" else LIGHT.frame}
    if cell.kind == "target":
        style |= {"stroke_dasharray": "3 2", "stroke": LIGHT.faint}
    canvas.box(x, y, *inner, **style)


def _fill(cell):
    if cell.shade is not None:
        return LIGHT.shade(_step(cell.shade))
    is_plain = cell.group is None or cell.kind == "target"
    return LIGHT.page if is_plain else LIGHT.groups[cell.group % len(LIGHT.groups)]


def _step(shade):
    return round(min(max(_finite(shade), 0.0), 1.0) * SHADES) / SHADES


def _column_labels(canvas, part, left, width, columns):
    """Write them above; gives where the cells begin."""
    labels = [str(label).replace("\n", " ") for label in part.column_labels[:columns]]
    longest = max(map(len, labels), default=0)
    if not longest:
        return MARGIN
    step = 1 + int(GLYPH * 1.6 // width) if all(x.isdigit() for x in labels) and width < 14 else 1
    step = 5 if step > 1 else 1
    turned = GLYPH * longest > width + 4 and step == 1
    top = MARGIN + (GLYPH * longest * 0.75 + 10 if turned else 16)
    for x, text in enumerate(labels):
        if x % step:
            continue
        at = left + (x + 0.5) * width - GAP / 2, top - 5
        if turned:
            canvas.write(*at, text, 11, LIGHT.faint, "start",
                         transform=f"rotate(-45 {_n(at[0])} {_n(at[1])})")  # fmt: skip
            canvas.room(at[0] + GLYPH * len(text) * 0.75, 0)
        else:
            canvas.write(*at, text, 11, LIGHT.faint)
    return top


def _row_labels(canvas, part, left, top, height):
    step = 1 if height >= 12 else 5
    for y, label in enumerate(part.row_labels):
        if y % step == 0:
            middle = top + (y + 0.5) * height + 3
            canvas.write(left - 6, middle, str(label), 11, LIGHT.faint, "end")


def _bars(canvas, part, difference):
    names = [name.split("\n") for name in part.names]
    longest = max((len(line) for lines in names for line in lines), default=1)
    width, height = max(CELL + 8, GLYPH * longest + 10), 120
    most = max([*map(_finite, part.heights), *map(_finite, part.marks), 1e-9])
    base = MARGIN + 18 + height
    for k, bar in enumerate(map(float, part.heights)):
        x, tall = MARGIN + k * width, height * max(_finite(bar), 0.0) / most
        style = {"stroke_width": 2, "stroke": LIGHT.text} if k == part.lit else {}
        canvas.box(x, base - tall, width - 8, tall, **{"stroke": LIGHT.frame, **style},
                   fill=LIGHT.groups[0])  # fmt: skip
        canvas.write(x + (width - 8) / 2, base - tall - 4, _short(bar), 11)
        canvas.tip(x, base - height, width - 8, height, f"{part.names[k]}: {_short(bar)}")
        for number, line in enumerate(names[k]):
            canvas.write(x + (width - 8) / 2, base + 16 + 14 * number, line, 11)
    for k, mark in enumerate(map(float, part.marks)):
        x, y = MARGIN + k * width, base - height * _finite(mark) / most
        canvas.path(f"M{_n(x - 2)} {_n(y)}h{_n(width - 4)}", stroke=LIGHT.strong, stroke_width=2,
                    stroke_dasharray="4 2")  # fmt: skip
    if difference:
        x = MARGIN + difference.column * width
        canvas.box(x, base - height, width - 8, height, stroke=LIGHT.wrong, stroke_width=3)
        canvas.write(x + width - 8, base - height + 4, "≠", 14, LIGHT.wrong, font_weight="bold")


def _finite(value):
    return float(value) if math.isfinite(value) else 0.0


def _short(value):
    return (
        f"{value:g}"
        if not math.isfinite(value) or value == int(value)
        else f"{value:.2f}".lstrip("0")
    )


def _lines(canvas, part, difference):
    width, height, left, top = 420, 140, 56, MARGIN + 20
    values = [_finite(y) for curve in part.curves.values() for y in curve]
    low, high = part.range or (min(values, default=0.0), max(values, default=1.0))
    span_x, span_y = (part.x[-1] - part.x[0]) or 1, (high - low) or 1

    def place(x, y):
        y = min(max(_finite(y), low), high)
        down = top + height - height * (y - low) / span_y
        return left + width * (x - part.x[0]) / span_x, down

    canvas.box(left, top, width, height, stroke=LIGHT.frame)
    for y in (low, (low + high) / 2, high):
        canvas.write(left - 6, place(part.x[0], y)[1] + 4, f"{y:.2g}", 11, LIGHT.faint, "end")
    for x in (part.x[0], part.x[len(part.x) // 2], part.x[-1]):
        canvas.write(place(x, low)[0], top + height + 15, f"{x:g}", 11, LIGHT.faint)
    canvas.write(left + width / 2, top + height + 30, part.axis, 11)
    if part.lit is not None:
        x = place(part.lit, low)[0]
        canvas.path(f"M{_n(x)} {top}v{height}", stroke=LIGHT.frame)
    for number, (name, curve) in enumerate(part.curves.items()):
        dash = DASHES[number % len(DASHES)]
        style = {"stroke": LIGHT.strong, "stroke_width": 2}
        style |= {"stroke_dasharray": dash} if dash else {}
        spots = [" ".join(map(_n, place(x, y))) for x, y in zip(part.x, curve, strict=False)]
        canvas.path("M" + "L".join(spots), **style)
        start = left + 130 * number
        canvas.path(f"M{start} {top - 10}h24", **style)
        canvas.write(start + 30, top - 6, name, 11, anchor="start")
        if difference and difference.row == number and difference.column < len(curve):
            x, y = place(part.x[difference.column], curve[difference.column])
            canvas.box(x - 6, y - 6, 12, 12, stroke=LIGHT.wrong, stroke_width=3)


def _tree(canvas, part, difference):
    spots = [(MARGIN + 12 + x * 130, MARGIN + 12 + y * 22) for x, y in part.places()]
    for node, (x, y) in zip(part.nodes, spots, strict=True):
        if node["parent"] is not None:
            px, py = spots[node["parent"]]
            is_cut = node["kind"] == "cut"
            style = {"stroke_dasharray": "2 3"} if is_cut else {"stroke_width": 2}
            canvas.path(f"M{_n(px)} {_n(py)}L{_n(x)} {_n(y)}",
                        stroke=LIGHT.frame if is_cut else LIGHT.strong, **style)  # fmt: skip
    parents = {node["parent"] for node in part.nodes}
    for number, (node, (x, y)) in enumerate(zip(part.nodes, spots, strict=True)):
        is_cut = node["kind"] == "cut"
        size = 3 if is_cut else 5
        canvas.box(x - size, y - size, 2 * size, 2 * size,
                   fill=LIGHT.frame if is_cut else LIGHT.strong)  # fmt: skip
        star = " ★" if node["kind"] == "best" else ""
        ink = LIGHT.faint if is_cut else LIGHT.text
        at = (x - 5, y - 9) if number in parents else (x + 9, y + 4)  # lines go on to the right
        canvas.write(*at, node["text"] + star, 11, ink, "start", **_HALO)
        canvas.tip(x - 6, y - 6, 90, 14, node["tip"])
    if difference:
        y = canvas.height + 18
        canvas.write(MARGIN, y, f"≠ {difference.place}", 12, LIGHT.wrong, "start")


def _trouble(canvas, trouble, difference):
    for number, line in enumerate([trouble.kind, *trouble.lines]):
        weight = {"font_weight": "bold"} if not number else {}
        canvas.write(MARGIN + 8, MARGIN + 18 + 16 * number, line.rstrip(), 12, anchor="start",
                     font_family="DejaVu Sans Mono, monospace", **weight,
                     style="white-space:pre")  # fmt: skip
    canvas.box(MARGIN, MARGIN, max(canvas.width, 320) - MARGIN, canvas.height + 2,
               stroke=LIGHT.faint, stroke_dasharray="5 4")  # fmt: skip


def _attributes(**given):
    return "".join(f' {key.replace("_", "-")}="{value}"' for key, value in given.items())


def _n(number):
    """A number of pixels, as short as can be."""
    return f"{number:.1f}".removesuffix(".0").replace("-0.0", "0")


def _clean(text):
    """Without the characters that XML cannot hold."""
    return "".join(c if c.isprintable() or c == " " else "\N{REPLACEMENT CHARACTER}" for c in text)


def _safe(text):
    return escape(_clean(text), quote=False)
