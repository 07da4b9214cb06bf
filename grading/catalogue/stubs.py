"""Make the stub modules in ``exercises/`` from the solutions, by nbgrader's solution marks."""

import contextlib
import json
import textwrap
from pathlib import Path

from grading.catalogue.files import digest, write_atomically
from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import NAMES

PUBLISHED = Path(__file__).with_name("stubs.json")
_LEDGER = ".stubs.json"  # of earlier versions of the kit, beside the stubs that they wrote
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


class MarkError(Refused, ValueError):
    """The solution marks of a module do not pair up."""


def stub_message(name, part):
    """The sentence of a stub's NotImplementedError; it also tells the judge a stub from a bug."""
    return f"Exercise {name}: {part} is not written yet"


def is_stub_message(name, message):
    """Whether an error's message is that of a stub of this exercise."""
    return message.startswith(f"Exercise {name}: ") and message.endswith(" is not written yet")


def stub_of(source, name):
    """The stub of a solution module: each marked region replaced by a NotImplementedError.

    Raises:
        MarkError: a mark without its partner, or a region that is not the body of a function.
    """
    lines, inside, parts = [], False, _Parts()
    for number, line in enumerate(source.splitlines(), start=1):
        mark = line.strip()
        if mark == BEGIN:
            if inside:
                raise MarkError(f"{name}.py, line {number}: {BEGIN} inside a solution")
            inside = True
            part = parts.here(line)
            if not part:
                raise MarkError(f"{name}.py, line {number}: {BEGIN} outside a function")
            message = stub_message(name, part)
            lines.append(_indented(f'raise NotImplementedError("{message}")', line))
        elif mark == END:
            if not inside:
                raise MarkError(f"{name}.py, line {number}: {END} without {BEGIN}")
            inside = False
        elif not inside:
            parts.see(line)
            lines.append(line)
    if inside:
        raise MarkError(f"{name}.py: {BEGIN} without {END}")
    return "\n".join(lines) + "\n"


def solution_path(name):
    return ROOT / "solutions" / f"{name}.py"


def exercise_path(name):
    return ROOT / "exercises" / f"{name}.py"


def expected_stub(name):
    """The stub that belongs to an exercise, made from its solution."""
    return stub_of(solution_path(name).read_text(encoding="utf-8"), name)


def is_stub(name, data):
    """Whether some bytes are nothing but the stub of an exercise (but for the ends of lines)."""
    return _plain(data) == expected_stub(name).encode()


def is_untouched(name, path=None):
    """Whether a file still is the stub."""
    try:
        return is_stub(name, (path or exercise_path(name)).read_bytes())
    except OSError:
        return False


def build(folder=ROOT / "exercises"):
    """Write every stub into ``folder``; a student's work is never overwritten.

    A stub that an earlier version of the kit wrote is replaced: it is known by its digest, see
    :func:`publish`. Any other file was changed by somebody and is kept.

    Returns:
        Two lists of exercises: those whose stub was written, and those whose file was kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ledger = _read(folder / _LEDGER)
    written, kept = [], []
    for name in NAMES:
        path, stub = folder / f"{name}.py", expected_stub(name).encode()
        current = _plain(path.read_bytes()) if path.exists() else None
        earlier = (*_read(PUBLISHED).get(name, ()), ledger.get(name))
        if current not in (None, stub) and digest(current) not in earlier:
            kept.append(name)
            continue
        if current != stub:
            write_atomically(path, stub)
            written.append(name)
        with contextlib.suppress(OSError):  # without it a later build only keeps more files
            publish(name, stub)
    (folder / _LEDGER).unlink(missing_ok=True)
    return written, kept


def publish(name, stub, path=None):
    """Note a stub in the list of all that were ever published, if it is not in it.

    Args:
        name: the exercise.
        stub: its bytes.
        path: of the list, a JSON object from exercises to digests; the kit's own if None.

    Raises:
        OSError: the list cannot be written.
    """
    path = path or PUBLISHED
    known = _read(path)
    if (new := digest(stub)) not in known.get(name, ()):
        known[name] = [*known.get(name, ()), new]
        write_atomically(path, json.dumps(known, indent=1) + "\n")


def _read(path):
    try:
        known = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _plain(data):
    return data.replace(b"\r\n", b"\n")


class _Parts:
    """Follows the ``class`` and ``def`` lines of a module, to name the part a line belongs to."""

    def __init__(self):
        self.open = []

    def see(self, line):
        words = line.split()
        if words and words[0] in ("class", "def"):
            depth = _depth(line)
            self.open = [(d, name) for d, name in self.open if d < depth]
            self.open.append((depth, words[1].split("(")[0].rstrip(":")))

    def here(self, line):
        names = [name for depth, name in self.open if depth < _depth(line)]
        return ".".join(names)


def _depth(line):
    return len(line) - len(line.lstrip())


def _indented(text, like):
    return textwrap.indent(text, " " * _depth(like))
