"""Gradescope: its archive, in a clean root as in its container; what students' code cannot read."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from grading.catalogue.points import groups_of
from grading.catalogue.refused import Refused
from grading.course import gradescope
from grading.course.reading import Answer
from grading.processes import other_user, sandbox
from grading.processes.sandbox.bubblewrap import NOBODY, _python_folders
from tests.kit.course import inside
from tests.kit.course.courses import GOOD, HIDDEN_TEST, SLY, WRONG, submit
from tests.kit.running import run_unrolled

# Gives the reference's answers if it finds the reference, a hidden test, or a way to write results.
THIEF = b"""
import glob, os, subprocess, sys

found = []
for place in ("/autograder", "/tmp", "/opt", "/root", "/home", "/work", "/kit"):
    for folder, folders, names in os.walk(place):
        folders[:] = [one for one in folders if one not in ("lib", "share", "include")]
        for name in names:
            if name in ("tokenizer.py", "test_tokenizer.py", "test_tokenizer_more.py"):
                try:
                    with open(os.path.join(folder, name)) as file:
                        found.append(file.read())
                except OSError:
                    pass
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/mem"):
    try:
        with open(path, "rb"):  # of the judge's; its own fork server holds nothing to find
            if os.stat(path).st_uid != os.getuid():
                found.append(path)
    except OSError:
        pass
for path in ("/autograder/results/results.json", "/autograder/run_autograder"):
    try:
        with open(path, "w") as file:
            file.write("{}")
            found.append(path)
    except OSError:
        pass
code = "import time\\nwhile True:\\n try: open('/autograder/results/results.json', 'w')\\n"
subprocess.Popen(
    [sys.executable, "-c", code + " except OSError: time.sleep(0.1)"], start_new_session=True
)
secrets = [text for text in found if "BEGIN" + " SOLUTION" in text or "secret" + " word" in text]
others = [text for text in found if text.startswith("/")]
if secrets or others:
    exec(next((text for text in secrets if "class" in text), "class CharTokenizer: pass"))
else:
    raise RuntimeError("found nothing")
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gradescope")
    own = folder / "own"
    own.mkdir()
    (own / "test_tokenizer_more.py").write_text(HIDDEN_TEST)
    words = ("--gradescope", folder / "out.zip", "--hidden-tests", own, "tokenizer")
    done = run_unrolled("course", *words)
    assert done.returncode == 0, done.stderr
    again = run_unrolled("course", *words)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    return folder / "out.zip"


def test_the_archive_has_what_gradescope_looks_for(archive):
    with zipfile.ZipFile(archive) as packed:
        modes = {entry.filename: entry.external_attr >> 16 for entry in packed.infolist()}
    for name in ("setup.sh", "run_autograder"):
        assert modes.pop(name) == 0o100755
    assert {"kit/pyproject.toml", "course/hidden_tests/test_tokenizer_more.py"} <= modes.keys()
    assert {name.split("/")[0] for name in modes} == {"kit", "course"}
    assert not any("/kit/" in name for name in modes)


def test_setup_installs_the_kit_itself(archive):
    with zipfile.ZipFile(archive) as packed:
        setup = packed.read("setup.sh").decode()
        project = tomllib.loads(packed.read("kit/pyproject.toml").decode())["project"]
        names = packed.namelist()
    assert "uv sync" in setup
    assert "--no-install-project" not in setup, "pytest finds the kit's plugin by its entry point"
    assert project["entry-points"]["pytest11"]
    assert {f"kit/{project['readme']}", "kit/LICENSE"} <= {*names}, "the build needs them"


def unpack(archive, folder):
    """``/autograder`` as Gradescope's container has it; gives the folder."""
    place = folder / "autograder"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(place / "source")
        for entry in packed.infolist():  # as unzip does
            (place / "source" / entry.filename).chmod(entry.external_attr >> 16)
    shutil.copy(place / "source" / "run_autograder", place)
    (place / "submission").mkdir()
    (place / "submission_metadata.json").write_text("{}")
    (place / "results").mkdir()
    return place


def run_in_clean_root(place, module, *options):
    """Run the scripts on a module as root of a system of its own; gives the process, results."""
    (place / "submission" / "tokenizer.py").write_bytes(module)
    (place / "results" / "results.json").unlink(missing_ok=True)
    shown = ["/usr", "/bin", "/lib", "/lib64", "/etc/passwd", *_python_folders()]
    command = ["bwrap", "--die-with-parent", "--cap-add", "ALL", "--perms", "1777"]
    command += [*("--tmpfs", "/tmp"), *("--dev-bind", "/proc", "/proc"), *("--dev", "/dev")]
    shown = [path for path in dict.fromkeys(shown) if os.path.exists(path)]
    for parent in sorted(
        {str(one) for path in shown for one in Path(path).parents} - {"/", "/usr"}
    ):
        command += ["--perms", "0755", "--dir", parent]
    for path in shown:
        is_link = os.path.islink(path)  # /bin to usr/bin, say
        command += ["--symlink", os.readlink(path), path] if is_link else ["--ro-bind", path, path]
    command += ["--bind", place, "/autograder", *options, "--chdir", "/", "--clearenv"]
    variables = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "UNROLLED_PYTHON": sys.executable}
    for pair in variables.items():
        command += ["--setenv", *pair]
    for script in ("source/setup.sh", "run_autograder"):
        done = subprocess.run(
            [*map(str, command), f"/autograder/{script}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
    path = place / "results" / "results.json"
    return done, json.loads(path.read_bytes()) if path.exists() else None


needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or sandbox.missing() is not None, reason="a clean root needs root and bwrap"
)
NO_BUBBLEWRAP = ("--ro-bind", "/dev/null", "/usr/bin/bwrap")
NO_SETPRIV = ("--ro-bind", "/dev/null", "/usr/bin/setpriv")


@needs_root
def test_the_other_user_ends_no_process_of_a_sandbox(archive, tmp_path):
    nobody = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
    with subprocess.Popen([*nobody, "sleep", "60"]) as process:
        run_in_clean_root(unpack(archive, tmp_path), GOOD, *NO_BUBBLEWRAP)
        assert process.poll() is None
        process.kill()


@needs_root
@pytest.mark.parametrize("options", [(), NO_BUBBLEWRAP], ids=["bubblewrap", "another user"])
def test_a_submission_in_a_clean_root(archive, tmp_path, options):
    place = unpack(archive, tmp_path)
    done, told = run_in_clean_root(place, SLY, *options)
    assert told, done.stdout + done.stderr
    assert [test["name"] for test in told["tests"]] == [
        f"tokenizer: {group.name}" for group in groups_of("tokenizer")
    ]
    # All is right but on a text that only the instructor's own test tries.
    (failed,) = (test for test in told["tests"] if test["status"] == "failed")
    assert failed["name"] == "tokenizer: encode"
    assert told["score"] == 10 - failed["max_score"] + failed["score"] < 10
    assert "secret word" not in json.dumps(told)

    done, told = run_in_clean_root(place, THIEF, *options)
    assert told, done.stdout + done.stderr
    assert told["score"] == 0
    assert "found nothing" in told["tests"][0]["output"]
    assert (place / "run_autograder").stat().st_size > 100


@needs_root
def test_where_nothing_protects_the_solutions_nothing_is_graded(archive, tmp_path):
    place = unpack(archive, tmp_path)
    done, told = run_in_clean_root(place, GOOD, *NO_BUBBLEWRAP, *NO_SETPRIV)
    assert told is None
    assert done.returncode == 1
    assert "student code could read the solutions" in done.stderr
    assert "setpriv is not installed" in done.stderr


def test_a_folder_that_all_may_read_is_refused(monkeypatch):
    monkeypatch.setattr(other_user.os, "geteuid", lambda: 0)
    monkeypatch.setattr(other_user.shutil, "which", str)
    monkeypatch.setattr(other_user, "ROOT", other_user.Path("/usr"))
    assert "chmod 700 /usr" in other_user.missing()
    monkeypatch.setattr(gradescope.sandbox, "missing", lambda: "no bwrap")
    with pytest.raises(Refused, match=r"no bwrap; everybody may read /usr"):
        gradescope.servers_here()


def test_results_have_gradescopes_fields_and_text_that_markdown_cannot_change():
    bad = inside.failure("test_decode_x", report="```\n<script>alert(1)</script>\n# big")
    result = inside.result_of(decode=[bad])
    told = gradescope.results_of(Answer({"tokenizer": WRONG}), result, ["tokenizer"])
    assert told["score"] == sum(test["score"] for test in told["tests"])
    for test in told["tests"]:
        assert test.keys() == {
            *("name", "score", "max_score", "status", "output", "output_format", "visibility")
        }
        assert test["status"] == ("passed" if test["score"] == test["max_score"] else "failed")
        assert (test["output_format"], test["visibility"]) == ("md", "visible")
    (output,) = (test["output"] for test in told["tests"] if test["status"] == "failed")
    assert "````text\n```\n<script>alert(1)</script>\n# big\n````" in output


@pytest.mark.parametrize("where", ["tokenizer.py", "exercises/tokenizer.py", "notebook"])
def test_modules_and_notebooks_are_taken(tmp_path, where):
    folder = tmp_path / "submission"
    if where == "notebook":
        path = submit(tmp_path, "ada", GOOD)
        folder = path.parent
    else:
        (folder / where).parent.mkdir(parents=True)
        (folder / where).write_bytes(GOOD)
    answer = gradescope.answer_in(folder, ["tokenizer", "windows"])
    assert answer.modules == {"tokenizer": GOOD}
    assert answer.problems == {"windows": "windows.py: there is no such file"}
