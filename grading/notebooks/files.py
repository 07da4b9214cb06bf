"""Modules in notebooks: one code cell of a notebook is a whole module, byte for byte.

The cell holds the module's text as a notebook holds text: Unicode, lines that end in ``\\n``, no
final newline. What else there is to know about the file (Windows line ends, a byte order mark, an
encoding, a missing final newline) is kept in the cell's metadata, so that the way back gives the
same bytes. Only the standard library is needed: a notebook is JSON.
"""

import codecs
import contextlib
import io
import json
import re
import tokenize

from grading.catalogue.paths import display_path
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import NAMES

# For domain names: these codecs take very long for a long text.
_NO_ENCODINGS = ("idna", "punycode")
FORM = "unrolled"  # the key of the cell's metadata under which the form of the file is kept


class NotebookError(Refused, ValueError):
    """A file cannot be turned into the other form; the message says what is wrong and where."""


@contextlib.contextmanager
def naming(path):
    """Put the name of a file in front of what is said to be wrong with it."""
    try:
        yield
    except NotebookError as error:
        raise NotebookError(f"{display_path(path)}: {error}") from None


def text_of(data):
    """Split the bytes of a module into its text, as a cell holds it, and the form of its file.

    Returns:
        The text, and a dict of what is unusual about the file; an empty one for UTF-8 with ``\\n``
        line ends and a final newline. :func:`bytes_of` puts the two together again.

    Raises:
        NotebookError: the bytes are no text in the encoding they claim to have.
    """
    form = {}
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        _check(encoding)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise NotebookError(
            f"line {line} holds the byte 0x{byte:02x}, which is no text in {error.encoding}"
        ) from None
    except SyntaxError as error:  # an unknown encoding, or no UTF-8 in the first two lines
        raise NotebookError(f"the first lines are no text: {error.msg}") from None
    except (LookupError, UnicodeError) as error:  # an encoding such as rot13 or punycode
        raise NotebookError(f"it is no text in {encoding}: {error}") from None
    if encoding == "utf-8-sig":
        form["byte_order_mark"] = True
    elif encoding != "utf-8":
        form["encoding"] = encoding
    ends = set(re.findall(r"\r\n|\r|\n", text))
    if ends in ({"\r\n"}, {"\r"}):
        (form["newline"],) = ends
        text = text.replace(form["newline"], "\n")
    # Where several kinds of line ends are mixed, the text keeps them as they are.
    if "\r" not in text and text.endswith("\n"):
        text = text[:-1]
    else:
        form["final_newline"] = False
    if bytes_of(text, form) != data:
        raise NotebookError(f"its encoding, {encoding}, does not give back the bytes it came from")
    return text, form


def bytes_of(text, form):
    """The bytes of a module, from the text of its cell and the form of its file.

    Raises:
        NotebookError: the text holds characters that the file's encoding has none for.
    """
    if form.get("final_newline", True):
        text += "\n"
    if form.get("newline") in ("\r\n", "\r"):
        text = re.sub(r"\r\n|\r|\n", form["newline"], text)
    encoding = "utf-8-sig" if form.get("byte_order_mark") else form.get("encoding", "utf-8")
    try:
        _check(encoding)
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        culprit = ascii(text[error.start])
        raise NotebookError(
            f"line {line} of the module cell holds {culprit}, which {error.encoding} cannot write"
        ) from None
    except (LookupError, TypeError, ValueError):
        raise NotebookError(
            f"the module cell names an encoding that is none, {encoding!r}"
        ) from None


def _check(encoding):
    if codecs.lookup(encoding).name in _NO_ENCODINGS:
        raise LookupError("this is none for files")


def read(data):
    """The notebook in the bytes of a file, as plain dicts and lists.

    Raises:
        NotebookError: it is no notebook of format 4.
    """
    notebook = parse(data)
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not all(_is_cell(cell) for cell in cells):
        raise NotebookError("this is no notebook: its cells are damaged")
    return notebook


def parse(data):
    """As :func:`read`, but whatever its cells are.

    Raises:
        NotebookError: it is no notebook of format 4.
    """
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotebookError("this is no notebook: it is no text in UTF-8") from None
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", None) or "it is nested too deeply"
        line = f", line {error.lineno}" if hasattr(error, "lineno") else ""
        raise NotebookError(f"this is no notebook: it is no JSON ({reason}{line})") from None
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise NotebookError("this is no notebook: it has no nbformat")
    if notebook["nbformat"] != 4:
        raise NotebookError(
            f"this notebook has the format {notebook['nbformat']!r}, not 4: open it in "
            "JupyterLab and save it"
        )
    return notebook


def write(notebook):
    """The bytes of a notebook: the same for equal notebooks, and as Jupyter itself writes them."""
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair, which only JSON's escapes can hold
        return (json.dumps(notebook, indent=1, sort_keys=True) + "\n").encode("ascii")


def module_cells(notebook):
    """The module cells of a notebook: a dict from the exercise's name to its cell.

    A module cell is a code cell with nbgrader's mark of a solution and an exercise's name as its
    id; JupyterLab keeps both, whatever the student writes into the cell.

    Raises:
        NotebookError: two cells claim to be the same module, or one is no longer a code cell.
    """
    found = {}
    for number, cell in enumerate(notebook["cells"], start=1):
        marks = cell["metadata"].get("nbgrader")
        if not isinstance(marks, dict) or marks.get("solution") is not True:
            continue
        name = marks.get("grade_id")
        if name not in NAMES:
            continue
        if cell["cell_type"] != "code":
            raise NotebookError(
                f"cell {number}, the module {name}, was turned into a {cell['cell_type']} cell: "
                "turn it into a code cell again"
            )
        if name in found:
            first = notebook["cells"].index(found[name]) + 1
            raise NotebookError(
                f"cells {first} and {number} both claim to be the module {name}: delete one"
            )
        found[name] = cell
    return found


def module_cell(notebook, exercise=None):
    """The one module cell, or that of the given exercise; gives the exercise and the cell.

    Raises:
        NotebookError: there is none, or there are several to choose from.
    """
    found = module_cells(notebook)
    if exercise is None:
        if len(found) > 1:
            raise NotebookError(f"this notebook holds several modules: {', '.join(found)}")
        if not found:
            raise NotebookError(
                "no cell of this notebook is marked as the module of an exercise: only notebooks "
                "made by unrolled have one"
            )
        (exercise,) = found
    if exercise not in found:
        there = f" (there is {', '.join(found)})" if found else ""
        raise NotebookError(f"this notebook has no module cell of the exercise {exercise}{there}")
    return exercise, found[exercise]


def put_module(cell, data):
    """Put a module into its cell; what the cell showed before is taken away.

    Raises:
        NotebookError: the bytes are no text.
    """
    text, form = text_of(data)
    cell["source"] = text.splitlines(keepends=True)
    cell["metadata"].pop(FORM, None)
    if form:
        cell["metadata"][FORM] = form
    cell["outputs"], cell["execution_count"] = [], None


def take_module(cell):
    """The bytes of the module in its cell.

    Raises:
        NotebookError: its text cannot be written in the encoding of the file it came from.
    """
    form = cell["metadata"].get(FORM)
    return bytes_of("".join(cell["source"]), form if isinstance(form, dict) else {})


def other_code(notebook):
    """The numbers of the code cells that are neither a module nor a check."""
    return [
        number
        for number, cell in enumerate(notebook["cells"], start=1)
        if cell["cell_type"] == "code"
        and "nbgrader" not in cell["metadata"]
        and "".join(cell["source"]).strip()
    ]


def _is_cell(cell):
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return False
    if not isinstance(cell.get("metadata"), dict):
        return False
    source = cell.get("source")
    if isinstance(source, list):
        return all(isinstance(line, str) for line in source)
    return isinstance(source, str)
