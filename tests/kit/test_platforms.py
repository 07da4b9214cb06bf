"""The kit on the systems and Pythons it supports: what can be seen of them from here."""

import ast
import itertools
import os
import shutil
import subprocess

import pytest

from grading.catalogue.paths import ROOT
from grading.processes import forkserver
from tests.kit.running import THOROUGH, run_pytest

PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
# Each platform once, or all.
TRIED = (
    itertools.product(PLATFORMS, PYTHONS)
    if THOROUGH
    else zip(PLATFORMS, (*PYTHONS, "3.12"), strict=True)
)
UNREACHABLE = ("error sending request", "Failed to fetch", "dns error", "client error")


@pytest.mark.parametrize(("platform", "python"), TRIED)
def test_what_pyproject_asks_for_can_be_had(platform, python):
    uv = shutil.which("uv")
    if not uv:
        pytest.skip("uv is not there to resolve")
    command = [uv, "pip", "compile", "--quiet", "--only-binary", "tensorflow", "pyproject.toml"]
    for extra in ("hub", "lab", "gpu"):
        command += ["--extra", extra]
    done = subprocess.run(
        [*command, "--python-platform", platform, "--python-version", python],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode and any(sign in done.stderr for sign in UNREACHABLE):
        pytest.skip("no package registry can be reached")
    assert done.returncode == 0, done.stderr
    found = dict(line.split("==") for line in done.stdout.splitlines() if line[:1].isalpha())
    wanted = {"tensorflow": "2.15.", "numpy": "1.", "keras": "2."}
    if python != "3.11":
        wanted = {"tensorflow": "2.2", "numpy": "2.", "keras": "3."}
    for name, start in wanted.items():
        assert found[name].startswith(start)
    has_addons = python == "3.11" and platform in (PLATFORMS[0], PLATFORMS[2])
    assert ("tensorflow-addons" in found) == has_addons


@pytest.fixture
def without_fork(monkeypatch, tmp_path):
    """Hide ``os.fork`` and ``fcntl``, here and in processes started from here, as on Windows."""
    hide = "import os, sys\ndel os.fork\nsys.modules['fcntl'] = None\n"
    (tmp_path / "sitecustomize.py").write_text(hide, encoding="utf-8")
    monkeypatch.delattr(os, "fork")
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}


def test_workers_are_started_from_scratch_where_there_is_no_fork(without_fork):
    servers = forkserver.ForkServers()
    try:
        assert isinstance(servers.get(()), forkserver.Spawner)
    finally:
        servers.close()


def test_an_exercise_is_tested_where_there_is_no_fork(without_fork):
    done = run_pytest("--impl", "solutions", "-q", "tests/test_beam_search.py", **without_fork)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "beam_search          done" in done.stdout


def calls_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield node, name, {keyword.arg: keyword.value for keyword in node.keywords}


def is_vague(node, name, keywords):
    """Whether a call leaves the encoding of a text to the system."""
    if "encoding" in keywords:
        return False
    if name == "open" and isinstance(node.func, ast.Name):
        mode = next(iter(node.args[1:]), keywords.get("mode"))
        return not (isinstance(mode, ast.Constant) and "b" in mode.value)
    if name in ("read_text", "write_text"):
        return len(node.args) < (1 if name == "read_text" else 2)
    text = keywords.get("text", keywords.get("universal_newlines"))
    return isinstance(text, ast.Constant) and text.value is True


def test_the_encoding_of_every_text_is_said():
    folders = [ROOT / name for name in ("grading", "solutions")]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    files += (ROOT / "tests").glob("*.py")
    vague = [
        f"{path.relative_to(ROOT)}:{call[0].lineno}"
        for path in files
        for call in calls_of(path)
        if is_vague(*call)
    ]
    assert not vague
