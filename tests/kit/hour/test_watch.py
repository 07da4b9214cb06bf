"""``unrolled watch`` as its user meets it: under a terminal, and without one."""

import os
import re
import select
import signal
import subprocess
import sys
import time

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import expected_stub
from grading.catalogue.syllabus import NAMES
from tests.kit.hour.desks import BROKEN, GOOD, HANGS, SLOW, STUB, WRONG, save, save_by_rename
from tests.kit.running import run_unrolled

pytestmark = pytest.mark.skipif(os.name == "nt", reason="drives a POSIX terminal")
FAILS = "decode gives the characters of the ids side by side"
KEYS = "q quit"


@pytest.fixture
def desk(tmp_path):
    for name in NAMES:
        save(tmp_path, expected_stub(name), name)
    save(tmp_path, WRONG)
    return tmp_path


@pytest.fixture
def terminal():
    from tests.kit.hour.terminal import Terminal

    return Terminal


class Plain:
    """``unrolled watch`` without a terminal."""

    LIMIT = 90

    def __init__(self, *arguments, **environment):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grading.cli", "watch", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=ROOT,
        )
        self.text = ""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()

    def until(self, text):
        """Read on until this text comes; gives what came, and forgets it."""
        end = time.monotonic() + self.LIMIT
        while text not in self.text:
            assert time.monotonic() < end, f"no {text!r} in:\n{self.text}"
            if select.select([self.process.stdout], [], [], 0.2)[0]:
                data = os.read(self.process.stdout.fileno(), 65536)
                assert data, f"it ended without {text!r}:\n{self.text}"
                self.text += data.decode()
        found, self.text = self.text, ""
        return found


def verdict(plain):
    """Wait for the end of a run."""
    return plain.until(" s)\n")


def test_without_a_terminal_every_save_gets_its_verdict_until_the_input_ends(desk):
    with Plain("tokenizer", "--impl", desk) as plain:
        first = verdict(plain)
        assert first.index(FAILS) < first.index("looks like") < first.index("in progress")
        assert "called     tokenizer.fit(" in first
        assert "\x1b" not in first
        save_by_rename(desk, GOOD)
        assert re.search(r"tokenizer +done +(\d+) of \1", verdict(plain))
        save(desk, BROKEN)
        broken = verdict(plain)
        assert "SyntaxError in tokenizer.py, line 3" in broken
        (desk / "tokenizer.py").unlink()
        assert "not there." in plain.until("Waiting for it").replace("\n", " ")
        for text in (BROKEN, WRONG, GOOD):  # an impatient student
            save(desk, text)
        while "done" not in plain.text:
            plain.text += verdict(plain)
        plain.process.stdin.close()
        assert plain.process.wait(30) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_signal_ends_it_cleanly_even_while_a_call_hangs(desk, number):
    save(desk, HANGS)
    with Plain("tokenizer", "--impl", desk) as plain:
        plain.until("testing tokenizer")
        time.sleep(1)
        plain.process.send_signal(number)
        assert plain.process.wait(9) == 0  # less than the time limit of the call
        assert "Traceback" not in plain.process.stdout.read().decode()


def test_a_save_ends_a_run_and_its_verdict_is_never_shown(desk):
    save(desk, HANGS)
    with Plain("tokenizer", "--impl", desk, "--poll") as plain:
        plain.until("testing tokenizer")
        time.sleep(1.5)
        save(desk, GOOD)
        said = verdict(plain)
        assert "done" in said
        assert "did not return" not in said
        assert "ended the whole Python process" not in said


def test_a_module_that_is_not_there_yet_is_waited_for(tmp_path):
    with Plain("tokenizer", "--impl", tmp_path) as plain:
        plain.until("Waiting for it")
        save(tmp_path, GOOD)
        assert "done" in verdict(plain)
        assert "tokenizer" not in plain.text


def test_it_goes_to_the_exercise_that_is_saved(desk):
    with Plain("beam_search", "--impl", desk) as plain:
        plain.until("write beam_search")
        save(desk, GOOD)
        assert re.search(r"tokenizer +done", verdict(plain))


def test_a_students_hour_with_keys(desk, terminal):
    with terminal("watch", "tokenizer", "--impl", desk) as watch:
        screen = watch.until(FAILS, "looks like", "in progress", KEYS)
        assert len(screen.splitlines()) <= 40
        watch.send("h")
        watch.until("hint 1", KEYS)
        watch.send("h")
        watch.until("hint 1", "hint 2", KEYS)
        watch.send("s")
        watch.until("The reference is shown when all tests pass")
        watch.send("\x1b[A")  # an arrow does nothing
        watch.send("l")
        watch.until("The number of an exercise")
        watch.send("17")
        watch.until("There is no exercise 17", KEYS)
        save(desk, GOOD)
        watch.until("tests pass.", "n goes on to sampling", KEYS)
        watch.send("s")
        watch.until("reference", "CharTokenizer.encode", "any key goes back")
        watch.send(" ")
        watch.until("tests pass.", KEYS)
        watch.send("r")
        watch.until("testing ...")
        watch.until("tests pass.", KEYS)
        watch.send("n")
        watch.until("sampling: draw", "rescale_logits", KEYS)
        watch.send("n")
        watch.until("stateful: ", "best done after windows", KEYS)
        watch.send("l2")
        watch.until("tokenizer:", "tests pass.", KEYS)
        watch.send("q")
        assert watch.ended() == 0, watch.screen
        assert watch.is_restored


def test_keys_act_while_a_test_runs(desk, terminal):
    save(desk, HANGS)
    with terminal("watch", "2", "--impl", desk) as watch:
        watch.until("testing ...", KEYS)
        watch.send("h")
        watch.until("hint 1", "testing ...", KEYS)
        watch.send("s")
        watch.until("The reference is shown when all tests pass", "testing ...")
        watch.send("l")
        watch.until("The number of an exercise")
        watch.send("3")
        watch.until("sampling: draw", "rescale_logits", KEYS)
        watch.send("q")
        assert watch.ended() == 0, watch.screen


def test_how_far_a_run_is_stands_on_the_screen(desk, terminal):
    save(desk, SLOW)
    with terminal("watch", "tokenizer", "--impl", desk) as watch:
        watch.until("trying the others ... ", "of 33", KEYS)
        watch.send("q")
        assert watch.ended() == 0, watch.screen


@pytest.mark.parametrize("end", ["\x03", "\x04", signal.SIGTERM], ids=["Ctrl-C", "Ctrl-D", "TERM"])
def test_the_terminal_is_restored_on_every_exit(desk, terminal, end):
    save(desk, STUB)
    with terminal("watch", "tokenizer", "--impl", desk) as watch:
        watch.until("write CharTokenizer", KEYS)
        assert not watch.is_restored
        watch.send(end) if isinstance(end, str) else watch.process.send_signal(end)
        assert watch.ended() == 0, watch.screen
        assert watch.is_restored
        assert "Traceback" not in watch.screen


def test_a_narrow_terminal_without_colours(desk, terminal):
    with terminal("watch", "tokenizer", "--impl", desk, width=60, height=24, NO_COLOR="1") as watch:
        screen = watch.until("looks like", "exercises done", KEYS)
        assert max(map(len, screen.splitlines())) < 60
        assert not re.search(r"\x1b\[[0-9;]*3[0-9]", watch.raw)  # no colour at all
        watch.resize(40, 24)
        screen = watch.until("looks like", KEYS)
        watch.until("h hint  l list  r rerun\ns solution")
        assert max(map(len, watch.screen.splitlines())) < 40
        watch.send("q")
        assert watch.ended() == 0, watch.screen


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["windwos"], "no exercise is called 'windwos'"),
        (["--impl", "nowhere"], "there is no such folder"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(arguments, said):
    done = run_unrolled("watch", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
