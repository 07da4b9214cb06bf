"""Make the stub modules in ``exercises/`` from the solutions, by nbgrader's solution marks."""

import hashlib
import json
import textwrap

from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import NAMES

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


def is_untouched(name, path=None):
    """Whether a file still is the stub, byte for byte (but for the ends of its lines)."""
    try:
        found = (path or exercise_path(name)).read_bytes().replace(b"\r\n", b"\n")
    except OSError:
        return False
    return found == expected_stub(name).encode("utf-8")


def build(folder=ROOT / "exercises"):
    """Write every stub into ``folder``; a student's work is never overwritten.

    What this function wrote is remembered by its hash in ``.stubs.json``; a file that is not
    among it was changed by somebody and is kept.

    Returns:
        Two lists of exercises: those whose stub was written, and those whose file was kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    memory = folder / ".stubs.json"
    known = json.loads(memory.read_text()) if memory.exists() else {}
    written, kept = [], []
    for name in NAMES:
        path, stub = folder / f"{name}.py", expected_stub(name).encode("utf-8")
        current = path.read_bytes() if path.exists() else None
        if current is not None and current != stub and _hash(current) != known.get(name):
            kept.append(name)
            continue
        if current != stub:
            path.write_bytes(stub)
            written.append(name)
        known[name] = _hash(stub)
    memory.write_text(json.dumps(known, indent=2) + "\n")
    return written, kept


def note_stub(name, folder, stub=None):
    """Remember that the stub of an exercise was written into ``folder``, for a later build."""
    memory = folder / ".stubs.json"
    if memory.exists():
        known = json.loads(memory.read_text())
        known[name] = _hash((stub or expected_stub(name)).encode("utf-8"))
        memory.write_text(json.dumps(known, indent=2) + "\n")


def _hash(data):
    return hashlib.sha256(data).hexdigest()


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
