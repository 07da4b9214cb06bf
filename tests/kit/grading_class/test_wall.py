"""What runs beside a student's code is one folder, which imports nothing from outside of it."""

import ast
import sys

import pytest

from grading.catalogue.paths import ROOT
from grading.processes.sandbox import bubblewrap

BESIDE = ROOT / "grading" / "beside"
# What there is in a sandbox besides: what exercises and their tests are written with.
PACKAGES = {"numpy", "tensorflow", "keras", "tensorflow_addons", "hypothesis", "pytest"}
IMPORTERS = {"import_module", "__import__", "find_spec", "run_module"}


def imported(source):
    """The names that a module imports, also by a string; of an f-string its beginning.

    A name that comes from elsewhere, such as a request's, is not known here.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from (f"{start}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else function
            name = getattr(name, "id", name)
            given = node.args[0]
            if isinstance(given, ast.JoinedStr):
                given = given.values[0]
            if name in IMPORTERS and isinstance(given, ast.Constant):
                yield given.value


def strangers(source):
    """The imports of a module that do not belong beside a student's code."""
    for name in imported(source):
        top = name.split(".")[0]
        if not name.startswith("grading.beside.") and top not in PACKAGES | sys.stdlib_module_names:
            yield name


def test_nothing_beside_a_student_s_code_imports_what_lies_elsewhere():
    found = {
        path.name: names
        for path in sorted(BESIDE.rglob("*.py"))
        if (names := list(strangers(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "import grading.catalogue.syllabus",
        "from grading.catalogue.syllabus import NAMES",
        "from grading import expect",
        "from ..catalogue import syllabus",
        "def later():\n    import solutions.windows",
        "import importlib\nimportlib.import_module('grading.misconceptions')",
        "from importlib import import_module\nimport_module(f'solutions.{name}')",
        "__import__('tests.kit')",
        "import rich",
    ],
)
def test_an_import_of_what_lies_elsewhere_is_seen(planted):
    assert list(strangers(planted))


@pytest.mark.parametrize(
    "known",
    [
        "import json, numpy as np\nfrom tensorflow import keras",
        "from grading.beside.channel import Channel\nfrom grading.beside import plain",
        "import importlib\nimportlib.import_module(f'grading.beside.probes.{name}')",
        "import importlib\nimportlib.import_module(request['variant'])",
    ],
)
def test_what_belongs_there_is_no_stranger(known):
    assert list(strangers(known)) == []


def test_a_sandbox_gets_that_folder_and_nothing_else(tmp_path):
    kit = bubblewrap.copy_of_kit(tmp_path / "kit")
    copied = {path.relative_to(kit).as_posix() for path in kit.rglob("*") if path.is_file()}
    files = {
        path.relative_to(ROOT).as_posix()
        for path in BESIDE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert copied == files | {"grading/__init__.py"}
    assert (kit / "grading" / "__init__.py").read_bytes() == b""
    assert all((kit / name).read_bytes() == (ROOT / name).read_bytes() for name in files)
