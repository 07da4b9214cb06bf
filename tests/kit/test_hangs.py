"""What never returns is ended: the other tests run, the board comes, the line is named."""

import time

import pytest

from grading.running.outcome import Kind
from grading.running.run import Recorder, run_tests
from tests.kit.running import THOROUGH, board_of, reports_of, run_pytest_here
from tests.kit.test_bad_input import wrong

LOOPS = {
    "a loop": ("while True: pass", "while True: pass"),
    "a sleep": ("import time; time.sleep(1000)", "time.sleep(1000)"),
    "a loop that catches everything": (
        "\n        while True:\n            try:\n                x = 1\n"
        "            except BaseException:\n                pass",
        "line",
    ),
    "a loop that ignores signals": (
        "import signal; [signal.signal(s, signal.SIG_IGN) for s in (2, 14, 15)]\n"
        "        while True: pass",
        "while True: pass",
    ),
    "native code that holds the interpreter": (
        "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
        "re.match(",
    ),
}

# Two tests that decode, and two that do not.
SOME = () if THOROUGH else ("-k", "undoes or whenever or vocab_size_is")


@pytest.mark.parametrize("label", LOOPS)
def test_a_call_that_never_returns_is_ended_and_its_line_shown(tmp_path, servers, label):
    body, shown = LOOPS[label]
    (tmp_path / "tokenizer.py").write_text(wrong(decode=body))
    start = time.monotonic()
    done = run_pytest_here(servers, tmp_path, "--time-limit=1", *SOME)
    assert time.monotonic() - start < 120
    reports = reports_of(done.stdout)
    assert "did not return within 1 second" in reports
    assert shown in reports
    board = " ".join(board_of(done.stdout))
    assert "in progress" in board  # the tests that do not decode still passed
    assert "passed" in done.stdout


def test_a_run_may_end_after_some_hangs(tmp_path, servers):
    (tmp_path / "tokenizer.py").write_text(wrong(encode="while True: pass"))
    recorder = Recorder(servers, most_hangs=2)
    run = run_tests(str(tmp_path), ["tokenizer"], recorder, ["--time-limit=1", "--no-diagnosis"])
    assert list(run.failed.values()).count(Kind.HUNG) == 2
    assert run.error is None
    assert run.n_left_out == len(run.tests["tokenizer"]) - len(run.results) > 0
    assert run.tallies["tokenizer"].total == len(run.tests["tokenizer"])


def test_a_module_that_hangs_on_import_is_ended_too(tmp_path, servers):
    (tmp_path / "tokenizer.py").write_text("while True:\n    pass\n")
    done = run_pytest_here(servers, tmp_path, "--time-limit=1")
    assert done.returncode == 1
    reports = " ".join(reports_of(done.stdout).split())  # a long path wraps the lines
    assert "importing the module did not return within 3 seconds" in reports
    assert "tokenizer.py, line " in reports
    assert reports.count("importing the module") == 1
