"""What bubblewrap shows and hides, and what is said where it does not work."""

import sys

import pytest

from grading.catalogue.spec import FileSpec
from grading.processes import sandbox
from grading.processes.sandbox import Sandboxes, bubblewrap
from grading.running.driver import WorkerDriver
from tests.kit.grading_class.sandboxes import LIMITS, needs_sandbox
from tests.kit.test_bad_input import wrong


@needs_sandbox
def test_a_path_to_hide_inside_of_what_is_shown_is_hidden(tmp_path, monkeypatch):
    shown = tmp_path / "shown"
    (shown / "course").mkdir(parents=True)
    shown.chmod(0o755)
    for name in ("course/gradebook.db", "gradebook.db", "library"):
        (shown / name).write_text("x")
    python = bubblewrap._python_folders()
    monkeypatch.setattr(bubblewrap, "_python_folders", lambda: [*python, str(shown)])
    path = tmp_path / "tokenizer.py"
    code = f"import os; files = [open('{shown}/library').read(), *os.listdir('{shown}/course')]"
    hidden = f"try: open('{shown}/gradebook.db')"
    lines = [code, hidden, "except PermissionError: return str(files)"]
    path.write_text(wrong(decode="\n        ".join(lines)))
    boxes = Sandboxes(LIMITS, hide=(shown / "course", shown / "gradebook.db"))
    driver = WorkerDriver(boxes.get(), FileSpec("tokenizer", str(path)))
    outcome = driver.call("decoding", ["ab", [0]])
    driver.close()
    boxes.close()
    assert outcome.value == "['x']"


def test_what_is_missing_is_said_with_the_command_that_mends_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    told = sandbox.missing.__wrapped__()
    assert told == "bwrap is not installed: sudo apt-get install bubblewrap"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "needs Linux" in sandbox.missing.__wrapped__()


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ("bwrap: No permissions to create new namespace", "sudo sysctl"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "docker run"),
        ("bwrap: Unknown option --disable-userns", "0.8 or later"),
        ("bwrap: something else", "does not start"),
    ],
)
def test_why_a_sandbox_does_not_start_is_said(monkeypatch, said, mend):
    code = f"import sys; sys.exit({said!r})"
    monkeypatch.setattr(bubblewrap, "command_for", lambda *_: [sys.executable, "-c", code])
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda program: f"/usr/bin/{program}")
    told = sandbox.missing.__wrapped__()
    assert said in told and mend in told
