"""What others see of a student's notebook in a browser: text, and no HTML or script of theirs.

Formgrader shows a notebook with all the rights that its reader has in Jupyter, and renders Markdown
and outputs as HTML. So what is no cell of the assignment is put between fences, as a text.
"""

import re

_FENCED = re.compile(r"(`{3,})text\n(.*)\n\1", re.DOTALL)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Kinds of output that show nothing but text or a picture.
_SHOWN = ("text/plain", "image/png", "image/jpeg")
# The tags of the judge's reports, which have no attributes.
_TAGS = re.compile(r"</?(?:p|b|pre)>")
# Of files that a browser would run.
_ACTIVE = (".htm", ".html", ".js", ".mht", ".mjs", ".pdf", ".shtml", ".svg", ".svgz", ".swf")
_ACTIVE += (".xht", ".xhtml", ".xml", ".xsl", ".xslt")


def fenced(text):
    """Markdown that shows a text as it is: no line of it can end the block."""
    text = re.sub(r"\r\n?", "\n", text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def is_fenced(source):
    """Whether a Markdown source is nothing but what :func:`fenced` makes."""
    found = _FENCED.fullmatch(source)
    return found is not None and fenced(found[2]) == source


def disarm(cell, source=None):
    """Leave of a cell what can be shown to anybody; it is changed in place.

    Args:
        cell: a cell as nbformat reads it. Its marks stay.
        source: what it held when it was released; a Markdown cell that still does is rendered.
    """
    kept = {key: cell.metadata[key] for key in ("nbgrader", "unrolled") if key in cell.metadata}
    cell.metadata.clear()
    cell.metadata.update(kept)
    cell.pop("attachments", None)
    if not _ID.fullmatch(cell.get("id", "a")):
        del cell["id"]
    if cell.cell_type == "code":
        return
    cell.cell_type = "markdown"
    if cell.source != source and not is_fenced(cell.source):
        cell.source = fenced(cell.source)


def disarm_output(output):
    """Leave of an output its text, its pictures, and HTML that is as plain as a report."""
    if "data" not in output:
        return
    output.metadata.clear()
    for kind in list(output.data):
        is_report = kind == "text/html" and "<" not in _TAGS.sub("", _joined(output.data[kind]))
        if kind not in _SHOWN and not is_report:
            del output.data[kind]


def file_name(name):
    """The name under which a student's file is kept: a browser shows it as text."""
    return f"{name}.txt" if name.lower().endswith(_ACTIVE) else name


def _joined(value):
    return value if isinstance(value, str) else "".join(map(str, value))
