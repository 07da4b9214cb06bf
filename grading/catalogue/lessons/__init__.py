"""The lessons of the exercises' notebooks: ``NAME.md`` with the text, ``*.svg`` with its figures.

A lesson is the story of an exercise and, below a line ``## By hand``, an example with small
numbers. ``![what it shows](NAME.svg)`` stands where a figure does. The figures are made from the
reference by ``unrolled build``.
"""

import base64
import html
import re
from pathlib import Path

from grading.catalogue.syllabus import exercise

FOLDER = Path(__file__).parent
BY_HAND = "## By hand"
FIGURE = re.compile(r"!\[([^\]]*)\]\(([\w-]+)\.svg\)")


def figure_path(name):
    """Where a figure is kept."""
    return FOLDER / f"{name}.svg"


def lesson(name):
    """The text of an exercise's lesson, as Markdown in which figures are names of files."""
    path = FOLDER / f"{exercise(name).name}.md"
    return path.read_text(encoding="utf-8").strip()


def lesson_with_figures(name):
    """The same with the figures in it, so that a notebook needs no other file.

    They are HTML: of the places that show notebooks, some take no SVG in Markdown's own images,
    and none that is attached to a cell.
    """
    return FIGURE.sub(_embedded, lesson(name))


def _embedded(match):
    words, name = html.escape(match[1]), match[2]
    data = base64.b64encode(figure_path(name).read_bytes()).decode("ascii")
    return f'<img alt="{words}" src="data:image/svg+xml;base64,{data}">'
