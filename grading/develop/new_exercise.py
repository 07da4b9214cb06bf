"""The files of a new exercise: enough for the kit's own tests to say what is still missing."""

import ast
import contextlib
import importlib.util
import keyword
import re
import sys
from pathlib import Path

import jinja2

from grading.catalogue.files import write_atomically
from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import publish, stub_of
from grading.catalogue.syllabus import NAMES

TEMPLATES = Path(__file__).parent / "templates" / "new"
ORDER = "grading/catalogue/exercises/__init__.py"
ALTERNATIVES = ("first", "second", "third")
FIXTURES = {
    "cache",
    "capfd",
    "capsys",
    "caplog",
    "monkeypatch",
    "recwarn",
    "request",
    "shakespeare",
}


class NotPossible(Refused, ValueError):
    """The exercise cannot be made; the message says why."""


def create(name, title, section="", points=10, root=ROOT):
    """Write the files of a new exercise and add it to the list of exercises.

    Args:
        name: of the module and its only function, for now.
        title: what the student builds, in a few words.
        section: the section of the chapter that tells its story.
        points: what it is worth.
        root: the folder of the kit.

    Returns:
        The paths that were written, relative to ``root``.

    Raises:
        NotPossible: the name cannot be used, or something of that name is there. Then, and when a
            file cannot be written, everything is as it was.
    """
    _check(name, title, points)
    words = {"title": title, "section": section, "points": points, "number": len(NAMES) + 1}
    files = {Path(path): text for path, text in _files(name, **words)}
    taken = [path for path in files if (root / path).exists()]
    if taken:
        raise NotPossible(f"{taken[0]} is there already")
    order = root / ORDER
    after = _with_name(order.read_text(encoding="utf-8"), name)
    written = []
    try:
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with open(root / path, "x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
        write_atomically(order, after)
    except OSError as error:
        for path in written:
            (root / path).unlink(missing_ok=True)
        raise NotPossible(f"nothing was written: {error}") from None
    with contextlib.suppress(OSError, ValueError):  # only makes a later build wary
        stub = files[Path(f"exercises/{name}.py")].encode()
        publish(name, stub, root / "grading" / "catalogue" / "stubs.json")
    return [*map(str, written), ORDER]


def _check(name, title, points):
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise NotPossible(f"NAME must be lower-case letters, digits and _, got {name!r}")
    if name in NAMES:
        raise NotPossible(f"there is an exercise {name!r} already")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise NotPossible(f"{name!r} is a word of Python itself")
    if name in FIXTURES or name.startswith("tmp_path"):
        raise NotPossible(f"{name!r} is what pytest calls something else")
    # A student's `import NAME` means the exercise, so it must not hide a real module.
    if name in sys.stdlib_module_names or importlib.util.find_spec(name) is not None:
        raise NotPossible(f"{name!r} is the name of a module that can be imported already")
    if (ROOT / "solutions" / name).is_dir() or name == "base":
        raise NotPossible(f"{name!r} is used inside the kit")
    if not title.strip() or "\n" in title:
        raise NotPossible("--title must be one line that is not empty")
    if points < 1:
        raise NotPossible(f"--points must be at least 1, got {points}")


def _with_name(source, name):
    """The text of the list of exercises with one more at its end."""
    (names,) = (node for node in ast.parse(source).body if isinstance(node, ast.Assign))
    lines = source.splitlines(keepends=True)
    lines.insert(names.end_lineno - 1, f"    {_quoted(name)},\n")
    return "".join(lines)


def _files(name, **words):
    """The path and the text of each file, of which the stub is made from the solution."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["quoted"] = _quoted

    def made(template, suffix="py", **more):
        template = environment.get_template(f"{template}.{suffix}.j2")
        return template.render(name=name, **words, **more)

    solution = made("solution")
    yield f"solutions/{name}.py", solution
    yield f"exercises/{name}.py", stub_of(solution, name)
    yield f"grading/catalogue/exercises/{name}.py", made("exercise")
    yield f"grading/catalogue/lessons/{name}.md", made("lesson", "md")
    yield f"grading/beside/probes/{name}.py", made("probes")
    yield f"tests/test_{name}.py", made("tests")
    yield f"grading/misconceptions/{name}.py", made("misconceptions")
    yield f"tests/kit/second_ways/{name}.py", made("second_ways")
    for which in ALTERNATIVES:
        path = f"grading/misconceptions/alternatives/{which}/{name}.py"
        yield path, made("alternative", alternative=which)


def _quoted(text):
    """A text as ruff would write it."""
    if '"' in text and "'" not in text and "\\" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
