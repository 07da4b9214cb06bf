"""What a fresh machine meets: the README's commands, the supported systems, no machine of ours."""

import importlib.metadata
import re
import subprocess
import sys

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from grading.catalogue.paths import ROOT
from grading.catalogue.syllabus import NAMES
from tests.kit.running import run_unrolled

METADATA = importlib.metadata.metadata("unrolled")
REQUIREMENTS = [Requirement(line) for line in METADATA.get_all("Requires-Dist")]
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_machine": "x86_64"},
    "linux on arm": {"sys_platform": "linux", "platform_machine": "aarch64"},
    "mac": {"sys_platform": "darwin", "platform_machine": "arm64"},
    "windows": {"sys_platform": "win32", "platform_machine": "AMD64"},
}


def needed_on(system, extra="", python="3.11"):
    environment = {**SYSTEMS[system], "extra": extra, "python_version": python}
    return {r.name for r in REQUIREMENTS if r.marker is None or r.marker.evaluate(environment)}


@pytest.mark.parametrize(
    ("version", "works"),
    [("3.10", False), ("3.11", True), ("3.12", True), ("3.13", True), ("3.14", False)],
)
def test_only_pythons_that_tensorflow_has_wheels_for_are_accepted(version, works):
    assert (f"{version}.4" in SpecifierSet(METADATA["Requires-Python"])) == works


@pytest.mark.parametrize("system", SYSTEMS)
def test_tensorflow_addons_is_asked_for_only_where_it_has_wheels(system):
    needed = needed_on(system)
    assert {"tensorflow", "numpy", "pytest", "hypothesis"} <= needed
    assert ("tensorflow-addons" in needed) == (system in ("linux", "mac"))
    for later in ("3.12", "3.13"):
        needed = needed_on(system, python=later)
        assert {"tensorflow", "keras", "numpy"} <= needed
        assert "tensorflow-addons" not in needed


@pytest.mark.parametrize(
    ("python", "tensorflow", "numpy"), [("3.11", "2.15", "1."), ("3.13", "2.2", "2.")]
)
def test_the_stack_follows_from_pythons_version(python, tensorflow, numpy):
    environment = {**SYSTEMS["linux"], "extra": "", "python_version": python}
    asked = {
        r.name: str(r.specifier)
        for r in REQUIREMENTS
        if not r.marker or r.marker.evaluate(environment)
    }
    assert asked["tensorflow"].startswith(f"=={tensorflow}")
    assert asked["numpy"].startswith(f"=={numpy}")


def test_a_student_does_not_need_the_instructors_part():
    assert "nbgrader" not in needed_on("linux")
    assert "nbgrader" in needed_on("linux", "instructor")


def test_direct_dependencies_are_pinned():
    assert all(re.fullmatch(r"==[\w.]+", str(r.specifier)) for r in REQUIREMENTS)


def test_the_readmes_first_block_holds_two_commands_that_set_up_for_themselves():
    block = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    commands = block.strip().splitlines()
    assert len(commands) == 2
    assert all("uv run" in command for command in commands)
    assert "pytest --impl solutions" in commands[1]


def test_the_readme_shows_the_board_as_it_is(tmp_path):
    from grading.catalogue.stubs import build

    build(tmp_path)
    board = [
        line.rstrip() for line in run_unrolled("check", "--impl", tmp_path).stdout.splitlines()
    ]
    board = [line for line in board if re.match(r" +\d", line)]
    assert len(board) == len(NAMES)
    readme = (ROOT / "README.md").read_text().splitlines()
    assert [line for line in board if line not in map(str.rstrip, readme)] == []


def test_help_is_there_before_tensorflow_would_be():
    code = (
        "import sys, grading.cli\n"
        "try:\n    grading.cli.main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "assert 'tensorflow' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)


def test_the_tokenizers_tests_import_no_tensorflow(tmp_path):
    # A module of that name in front of the real one would be imported, and say so.
    trap = tmp_path / "tensorflow"
    trap.mkdir()
    (trap / "__init__.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w').close()\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--impl", "solutions",
         "tests/test_tokenizer.py"],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert not (tmp_path / "imported").exists()
