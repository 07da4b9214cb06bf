"""The files of a new exercise: enough for the kit's own tests to say what is still missing."""

import ast
import contextlib
import importlib.util
import keyword
import re
import sys
import textwrap
from pathlib import Path

from grading.catalogue.files import write_atomically
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import ROOT, note_stub, stub_of
from grading.catalogue.syllabus import NAMES

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
    """Write the files of a new exercise and add it to the syllabus.

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
    files = {Path(path): text for path, text in _files(name, title, section, len(NAMES) + 1)}
    taken = [path for path in files if (root / path).exists()]
    if taken:
        raise NotPossible(f"{taken[0]} is there already")
    syllabus = root / "grading" / "catalogue" / "syllabus.py"
    before = syllabus.read_text(encoding="utf-8")
    after = _with_entry(before, name, title, section, points)
    written = []
    try:
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with open(root / path, "x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
        write_atomically(syllabus, after)
    except OSError as error:
        for path in written:
            (root / path).unlink(missing_ok=True)
        raise NotPossible(f"nothing was written: {error}") from None
    with contextlib.suppress(OSError, ValueError):  # only makes a later build wary
        note_stub(name, root / "exercises", files[Path(f"exercises/{name}.py")])
    return [*map(str, written), "grading/catalogue/syllabus.py"]


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


def _with_entry(source, name, title, section, points):
    """The text of the syllabus with one more exercise at its end."""
    (syllabus,) = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "SYLLABUS"
    )
    entry = f"""\
    Exercise(
        name={_quoted(name)},
        title={_quoted(title)},
        section={_quoted(section)},
        points={points},
        defines=({_quoted(name)},),
        hints=(
            "TODO: a question?",
            "TODO: a pointer.",
            "TODO: nearly the answer.",
        ),
    ),
"""
    lines = source.splitlines(keepends=True)
    lines.insert(syllabus.end_lineno - 1, entry)
    return "".join(lines)


def _files(name, title, section, number):
    solution = _solution(name, title, section, number)
    yield f"solutions/{name}.py", solution
    yield f"exercises/{name}.py", stub_of(solution, name)
    yield f"grading/beside/probes/{name}.py", _probes(name)
    yield f"grading/catalogue/hints/{name}.py", _hints(name)
    yield f"tests/test_{name}.py", _tests(name)
    yield f"grading/misconceptions/{name}.py", _misconceptions(name)
    yield f"tests/kit/second_ways/{name}.py", _second_ways(name)
    for alternative in ALTERNATIVES:
        yield (
            f"grading/misconceptions/alternatives/{alternative}/{name}.py",
            _alternative(name, alternative),
        )


def _solution(name, title, section, number):
    story = f'\n\nChapter 16, "{section}".\n' if section else "\n"
    return _text(f'''\
        """Exercise {number}: {name}. {title[0].upper()}{title[1:]}.

        TODO: the story in a few sentences: what it is for, and which mistake is often made.@@"""


        def {name}(sequence):
            """TODO: one line that says what it does.

            Args:
                sequence: TODO: shapes and types.

            Returns:
                TODO: shape and dtype.

            Raises:
                ValueError: TODO: what is refused; the message names the argument and its value.

            Example:
                >>> {name}([1, 2, 3])
            """
            ### BEGIN SOLUTION
            raise NotImplementedError("TODO: the solution of {name}")
            ### END SOLUTION
        ''').replace("@@", story)


def _probes(name):
    return _text(f'''\
        """Probes of the exercise ``{name}``: each calls the subject and gives plain values."""

        from grading.beside.probes.base import find, probe


        @probe("{name}({{*}})")
        def result(module, sequence):
            """TODO: what the function gives, as a plain value."""
            return find(module, "{name}")(sequence)
        ''')


def _hints(name):
    return _text(f'''\
        """Hints of the exercise ``{name}``."""

        # TODO: pairs (words in the names of tests, (a question?, a pointer., nearly the answer.));
        # tests without one get the hints in the syllabus.
        HINTS = ()
        ''')


def _tests(name):
    return _text(f'''\
        """What a correct ``{name}`` does, one property a test."""

        from hypothesis import given

        from grading.expect import same
        from tests.strategies import distinct_items, sizes

        # TODO: at least eight properties. The name of a test is the sentence a student reads.


        @given(n=sizes(1, 5))
        def test_todo_what_it_gives({name}, n):
            same({name}.result(distinct_items(n)), "TODO: what is expected", "the result")
        ''')


def _misconceptions(name):
    return _text(f'''\
        """Ways to get ``{name}`` wrong."""

        from grading.misconceptions import Library

        LIBRARY = Library()

        # TODO: at least ten, each as
        #
        # @LIBRARY.add("short-name", "what was done", """What was done, why it seems right, what it
        # does to the result, and where the docstring says otherwise.""")
        # def short_name(reference):
        #     return changed(reference, {name}=...)
        ''')


def _second_ways(name):
    return _text(f'''\
        """Misconceptions of the exercise ``{name}`` as other students would write them."""

        # TODO: for each misconception another module with the same mistake, by its name: a function
        # from the reference module to a module.
        SECOND_WAYS = {{}}

        # TODO: mistakes that the library does not know; they must get no name.
        UNNAMED = {{}}
        ''')


def _alternative(name, which):
    return _text(f'''\
        """TODO: the {which} of at least three correct ways that have little in common."""


        def {name}(sequence):
            raise NotImplementedError("TODO: the {which} alternative of {name}")
        ''')


def _quoted(text):
    """A text as ruff would write it."""
    if '"' in text and "'" not in text and "\\" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(text):
    return textwrap.dedent(text)
