"""The rooms of grading/ and the doors between them: imports run one way.

An import is also a name in a string, as in ``import_module(f"grading.beside.probes.{name}")`` or
``[sys.executable, "-m", "grading.beside.worker"]``.
"""

import ast
import re
from pathlib import Path

import pytest

from grading.catalogue.paths import ROOT

# From top to bottom; a room uses those below it, none beside it. `catalogue` is for all but beside.
STOREYS = (
    ("cli",),
    ("commands",),
    ("develop",),
    ("course",),
    ("notebooks", "student"),
    ("running",),  # with expect.py
    ("processes", "misconceptions"),
    ("beside",),
)
ROOMS = {room for storey in STOREYS[1:] for room in storey} | {"catalogue"}
PAGES = {"README.md", "STUDENTS.md", "INSTRUCTORS.md", "CONTRIBUTING.md"}
FILES = {"__init__.py", "cli.py", "expect.py", *PAGES}
LONGEST = 300  # lines of a file
# Benchmarks measure the program as a user starts it.
STARTS_THE_PROGRAM = "grading.develop.benchmarks"
_DOTTED = re.compile(r"(grading|solutions|tests)\.[\w.]*")


def complaints(root):
    """What is wrong with the house in ``root``, a sentence each.

    Args:
        root: a folder with ``grading``, ``solutions`` and ``exercises``.
    """
    modules = {_name(path, root): path for top in ("grading", "solutions", "exercises")
               for path in sorted((root / top).rglob("*.py"))}  # fmt: skip
    uses = {name: set(_uses(name, path, modules)) for name, path in modules.items()}
    yield from _strangers(root)
    for name, path in modules.items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        where = path.relative_to(root).as_posix()
        if not where.startswith("exercises/") and lines > LONGEST:
            yield f"{where} has {lines} lines, more than {LONGEST}"
        yield from (f"{name} uses {used}" for used in sorted(uses[name]) if not _may(name, used))
    others = {name: used & set(modules) - {name} for name, used in uses.items()}
    for circle in _circles(others):
        yield f"a circle of imports: {', '.join(circle)}"


def _name(path, root):
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _uses(name, path, modules):
    """The modules of the house that a module names, in an import or in a string."""
    tree = ast.parse(path.read_bytes())
    inside = [part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
              for part in node.values]  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if _is_ours(alias.name))
        elif isinstance(node, ast.ImportFrom):
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            start = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            for alias in node.names if _is_ours(start) else ():
                full = f"{start}.{alias.name}"
                yield full if full in modules or start in ("grading", "tests") else start
        elif isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            found = isinstance(first, ast.Constant) and _DOTTED.match(first.value)
            if found:  # what it names is in a package, whose name with its dot is no module's
                yield found.group()
        elif isinstance(node, ast.Constant) and node not in inside:
            word = node.value.partition(":")[0] if isinstance(node.value, str) else ""
            if _DOTTED.fullmatch(word):
                yield word


def _is_ours(name):
    return name.partition(".")[0] in ("grading", "solutions", "exercises", "tests")


def _may(name, used):
    """Whether a module may use another one, or a package."""
    top, _, rest = name.partition(".")
    if top in ("solutions", "exercises"):
        return not used.startswith(("grading", "tests"))
    if used.startswith("tests"):
        return False
    room, other = _room(rest), _room(used.partition(".")[2])
    if not used.startswith("grading"):
        return room not in ("beside", "catalogue", "processes", "running")
    if name == "grading" or used == "grading" or room == other:
        return True
    if other == "catalogue":
        return room != "beside"
    if used == "grading.cli":
        return name.startswith(STARTS_THE_PROGRAM)
    return _storey(room) < _storey(other)


def _room(rest):
    room = rest.partition(".")[0]
    return "running" if room == "expect" else room


def _storey(room):
    return next((i for i, storey in enumerate(STOREYS) if room in storey), len(STOREYS))


def _strangers(root):
    for path in sorted((root / "grading").iterdir()):
        known = ROOMS if path.is_dir() else FILES
        if path.name not in known and path.name != "__pycache__":
            yield f"grading/{path.name} is no room"


def _circles(uses):
    """The circles of imports: sorted lists of modules that use each other, however far round."""
    reached = {name: set() for name in uses}
    for name, seen in reached.items():
        ahead = list(uses[name])
        while ahead:
            if (other := ahead.pop()) not in seen:
                seen.add(other)
                ahead += uses[other]
    in_a_circle = [name for name in sorted(uses) if name in reached[name]]
    while in_a_circle:
        first = in_a_circle[0]
        circle = [name for name in in_a_circle if name in reached[first] and first in reached[name]]
        yield circle
        in_a_circle = [name for name in in_a_circle if name not in circle]


def test_no_file_of_these_tests_is_too_long():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines())
               for path in (ROOT / "tests" / "kit").rglob("*.py")}  # fmt: skip
    assert not {path: length for path, length in lengths.items() if length > LONGEST}


def test_the_house_is_in_order():
    assert list(complaints(ROOT)) == []


@pytest.fixture
def house(tmp_path):
    """A house in which all is well, to plant something in."""
    for top in ("grading/commands", "grading/beside", "solutions", "exercises"):
        (tmp_path / top).mkdir(parents=True)
    texts = {
        "grading/__init__.py": "",
        "grading/cli.py": 'import_module(f"grading.commands.{name}")\n',
        "grading/commands/check.py": "from grading.beside import channel\nimport grading.expect\n",
        "grading/beside/channel.py": "import json\n",
        "grading/expect.py": "from grading.beside.channel import send\n",
        "solutions/windows.py": "import numpy as np\n",
    }
    for path, text in texts.items():
        (tmp_path / path).write_text(text)
    assert list(complaints(tmp_path)) == []
    return tmp_path


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("beside/new.py", "import grading.catalogue", "grading.beside.new uses grading.catalogue"),
        ("beside/new.py", "from solutions import windows", "uses solutions.windows"),
        ("running/new.py", "from grading import notebooks", "uses grading.notebooks"),
        ("running/new.py", "def f():\n    from ..course import grades", "uses grading.course"),
        ("notebooks/new.py", "from grading.student.reset import reset", "uses grading.student"),
        ("misconceptions/new.py", "from grading.expect import same", "uses grading.expect"),
        ("catalogue/new.py", "from grading.beside.plain import x", "uses grading.beside.plain"),
        ("develop/new.py", "import grading.commands.check", "uses grading.commands.check"),
        ("student/new.py", 'import_module("grading.course.worker")', "uses grading.course.worker"),
        ("student/new.py", '__import__(f"grading.course.{name}")', "uses grading.course"),
        ("student/new.py", '[sys.executable, "-m", "grading.cli"]', "uses grading.cli"),
        ("student/new.py", 'pytest.main(["-p", "grading.course.x"])', "uses grading.course.x"),
        ("develop/new.py", "from tests.strategies import sizes", "uses tests.strategies"),
        ("develop/new.py", 'import_module(f"tests.test_{name}")', "uses tests.test_"),
        ("../solutions/new.py", "import grading.expect", "solutions.new uses grading.expect"),
        ("../exercises/new.py", "from tests import strategies", "exercises.new uses tests"),
        ("new.py", "", "grading/new.py is no room"),
        ("helpers/new.py", "", "grading/helpers is no room"),
        ("running/new.py", "\n" * 301, "grading/running/new.py has 301 lines, more than 300"),
    ],
)
def test_what_is_out_of_order_is_found(house, path, text, complaint):
    target = Path(house / "grading" / path)
    target.parent.mkdir(exist_ok=True)
    target.write_text(text)
    assert [found for found in complaints(house) if complaint in found]


def test_a_circle_of_three_is_found(house):
    texts = {
        "a": "from grading.beside.b import f",
        "b": "def f():\n    from grading.beside import c",
        "c": 'load("grading.beside.a")',
    }
    for name, text in texts.items():
        (house / "grading" / "beside" / f"{name}.py").write_text(text)
    circle = ", ".join(f"grading.beside.{name}" for name in "abc")
    assert f"a circle of imports: {circle}" in complaints(house)
