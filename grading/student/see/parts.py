"""What is drawn, as plain data: cells, bars, lines, a tree, or trouble."""

from dataclasses import dataclass, field

from grading.beside.show import show


@dataclass
class Cell:
    """One cell of a table.

    Attributes:
        text: what stands in it.
        value: what is compared with the reference's; None is not compared.
        tip: what is said of it on hover.
        shade: 0 to 1, from pale to strong; None for a plain cell.
        group: which of a few colours it has, a number; None for none.
        kind: ``""``, ``"dim"`` (there, but not used), ``"target"``, ``"hidden"`` or ``"marked"``.
        where: the place in words, where row and column do not say it.
    """

    text: str
    value: object = None
    tip: str = ""
    shade: float | None = None
    group: int | None = None
    kind: str = ""
    where: str = ""


@dataclass
class Cells:
    """A table of cells; None leaves a place empty.

    Attributes:
        rows: lists of :class:`Cell`.
        row_labels, column_labels: as many as there are, or none.
        tolerance: (rtol, atol) for numbers.
        note: a sentence under the picture.
    """

    rows: list
    row_labels: list = field(default_factory=list)
    column_labels: list = field(default_factory=list)
    tolerance: tuple = (0.0, 0.0)
    note: str = ""

    def values(self):
        """What is compared: rows of values."""
        return [[cell.value if cell else None for cell in row] for row in self.rows]

    def place(self, row, column):
        """A place in words."""
        cells = self.rows[row] if row < len(self.rows) else []
        if column < len(cells) and cells[column] and cells[column].where:
            return cells[column].where
        names = [_name(self.row_labels, row, "row"), _name(self.column_labels, column, "column")]
        return ", ".join(names)

    def words(self):
        """The picture as lines of text."""
        lines = []
        for number, row in enumerate(self.rows):
            label = f"{self.row_labels[number]}: " if number < len(self.row_labels) else ""
            lines.append(label + " ".join(_said(cell) for cell in row))
        return lines


@dataclass
class Bars:
    """A bar for each name.

    Attributes:
        names: of the bars, not necessarily different.
        heights: of the bars.
        marks: a height for each bar to compare it with, drawn as a line, or none.
        compared: what is compared with the reference's; the heights if None.
        free: whether right answers may differ, so that nothing is compared.
    """

    names: list
    heights: list
    marks: list = field(default_factory=list)
    compared: list | None = None
    tolerance: tuple = (0.0, 0.0)
    note: str = ""
    free: bool = False
    lit: int | None = None  # a bar to point at

    def values(self):
        if self.free:
            return []
        return [self.heights if self.compared is None else self.compared]

    def place(self, row, column):
        return _name(self.names, column, "bar")

    def words(self):
        pairs = zip(self.names, self.heights, strict=True)
        rounded = [(name.replace("\n", " "), round(float(height), 4)) for name, height in pairs]
        return [f"{name}: {show(height)}" for name, height in rounded]


@dataclass
class Lines:
    """Curves over one axis.

    Attributes:
        x: the places on the axis, numbers.
        curves: from a name to as many numbers.
        axis, height: what the two axes are.
        lit: a place on the axis to point at, or None.
    """

    x: list
    curves: dict
    axis: str
    height: str = ""
    tolerance: tuple = (0.0, 0.0)
    note: str = ""
    lit: float | None = None
    range: tuple | None = None

    def values(self):
        return [list(map(float, curve)) for curve in self.curves.values()]

    def place(self, row, column):
        return f"{_name(list(self.curves), row, 'curve')}, {self.axis} {self.x[column]}"

    def words(self):
        lines = []
        if self.lit in self.x:
            at = self.x.index(self.lit)
            there = ", ".join(f"{name} {float(y[at]):.4f}" for name, y in self.curves.items())
            lines.append(f"{self.axis} {show(self.x[at])}: {there}")
        for name, curve in self.curves.items():
            lines.append(f"{name}: {', '.join(show(round(float(y), 4)) for y in curve)}")
        return lines


@dataclass
class Tree:
    """Beginnings and how they go on.

    Attributes:
        nodes: dicts with ``name``, ``depth``, ``parent`` (the number of another node, or None),
            ``text``, ``tip`` and ``kind``: ``"kept"``, ``"cut"`` or ``"best"``.
        compared: the rows that are compared with the reference's.
        labels: what each of these rows is.
    """

    nodes: list
    compared: list
    labels: list
    tolerance: tuple = (0.0, 0.0)
    note: str = ""

    def values(self):
        return self.compared

    def place(self, row, column):
        return _name(self.labels, row, "row")

    def places(self):
        """Where each node is drawn: (depth, how far down), leaves one below the other."""
        children, downs = {}, {}
        for number, node in enumerate(self.nodes):
            children.setdefault(node["parent"], []).append(number)
        leaf = 0

        def settle(number):
            nonlocal leaf
            below = [settle(child) for child in children.get(number, [])]
            if below:
                downs[number] = sum(below) / len(below)
            else:
                downs[number], leaf = leaf, leaf + 1
            return downs[number]

        for root in children.get(None, []):
            settle(root)
        return [(node["depth"], downs[number]) for number, node in enumerate(self.nodes)]

    def words(self):
        kept = [node for node in self.nodes if node["kind"] != "cut"]
        return [f"{node['name']} ({node['kind']}): {node['text']}" for node in kept]


@dataclass
class Trouble:
    """What stands where there is no picture.

    Attributes:
        kind: as in the facts of a report; ``"not written"`` for a stub's part.
        lines: what is said.
    """

    kind: str
    lines: list


def _said(cell):
    """A cell in words: its text, or its number where only a shade stands for it."""
    if cell is None:
        return "·"
    number = cell.shade if cell.value is None else cell.value
    return f"{number:.2f}" if not cell.text and cell.shade is not None else cell.text


def _name(labels, number, what):
    return str(labels[number]).replace("\n", " ") if number < len(labels) else f"{what} {number}"


def visible(character):
    """A character as it is shown in a cell."""
    return {" ": "␣", "\n": "⏎", "\t": "⇥"}.get(character, character)


def folded(cells, columns):
    """A long row of cells as several rows, for a narrow page."""
    return [cells[start : start + columns] for start in range(0, len(cells), columns)]
