"""What a student sees after a run: a line an exercise, and the one next step."""

import shutil

import pytest

from grading.catalogue.board import BROKEN, DONE, FRESH, STARTED, UNKNOWN, Tally, lines_of
from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import build, exercise_path, solution_path
from grading.catalogue.syllabus import NAMES
from tests.kit.running import board_of, reports_of, run_pytest, run_pytest_here, run_unrolled

TOKENIZER = ROOT / "tests" / "test_tokenizer.py"
HALF = solution_path("tokenizer").read_text().replace('return "".join', 'return " ".join')


@pytest.fixture
def desk(tmp_path):
    """A desk with a solved tokenizer... but for one mistake, and two exercises not begun."""
    for name in ("windows", "sampling"):
        shutil.copy(exercise_path(name), tmp_path)
    build(tmp_path / "stubs")
    for name in ("windows", "sampling"):
        shutil.copy(tmp_path / "stubs" / f"{name}.py", tmp_path)
    (tmp_path / "tokenizer.py").write_text(HALF)
    return tmp_path


def text_of(tallies, **options):
    return [text for text, _ in lines_of(tallies, "exercises", **options)]


def test_the_states_of_an_exercise():
    assert Tally().state == UNKNOWN
    assert Tally(untouched=True).state == FRESH
    assert Tally(total=2, unwritten={"a", "b"}).state == FRESH
    assert Tally(total=2, passed={"a"}, unwritten={"b"}).state == STARTED
    assert Tally(total=2, failed={"a", "b"}).state == STARTED
    assert Tally(total=2, passed={"a", "b"}).state == DONE
    assert Tally(total=2, passed={"a"}, problem="SyntaxError").state == BROKEN


def test_a_new_student_is_told_what_to_open_and_what_to_run():
    tallies = {name: Tally(untouched=True) for name in NAMES}
    text = "\n".join(text_of(tallies))
    assert text.count(FRESH) == len(NAMES)
    assert "open exercises/windows.py" in text
    assert "pytest tests/test_windows.py" in text


def test_the_next_step_is_what_was_begun_and_then_the_syllabus():
    tallies = {name: Tally(untouched=True) for name in NAMES}
    tallies["sampling"] = Tally(total=3, passed={"a"}, failed={"b"})
    assert "go on with exercises/sampling.py" in "\n".join(text_of(tallies))
    tallies["sampling"] = Tally(total=1, passed={"a"})
    assert "open exercises/windows.py" in "\n".join(text_of(tallies))


def test_all_done_is_said():
    tallies = {name: Tally(total=1, passed={"a"}) for name in NAMES}
    assert f"all {len(NAMES)} exercises done" in "\n".join(text_of(tallies))


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_the_terminal(width):
    tallies = {name: Tally(untouched=True) for name in NAMES}
    tallies["windows"] = Tally(problem="SyntaxError in windows.py, line 12: " + "x" * 80)
    assert max(map(len, text_of(tallies, width=width))) <= width


def test_a_terminal_without_unicode_gets_plain_signs():
    tallies = {name: Tally(total=1, passed={"a"}) for name in NAMES}
    assert all(text.isascii() for text in text_of(tallies, unicode=False))


@pytest.mark.parametrize(
    "options",
    [[], ["-q"], ["-v"], ["-x"], ["-n", "2"], ["--no-header"], ["--tb=no"], ["-p", "no:randomly"]],
    ids=" ".join,
)
def test_the_board_comes_with_every_option(desk, options, servers):
    if options in ([], ["-n", "2"]):  # as a student runs it, and with processes of pytest's
        done = run_pytest("--impl", desk, TOKENIZER, *options)
    else:
        done = run_pytest_here(servers, desk, *options, tests=TOKENIZER)
    assert done.returncode == 1, done.stdout + done.stderr
    board = board_of(done.stdout)
    lines = [line for line in board if any(f" {name} " in line for name in NAMES)]
    assert [line.split()[2] for line in lines] == ["windows", "tokenizer", "sampling"]
    assert FRESH in lines[0]
    assert FRESH in lines[2]
    assert STARTED in lines[1]
    assert any("Next: go on with" in line for line in board)


def test_a_partial_run_counts_what_it_saw(desk, servers):
    done = run_pytest_here(servers, desk, "-k", "vocab_size", tests=TOKENIZER)
    line = next(line for line in board_of(done.stdout) if "tokenizer" in line)
    passed, total = line.split(STARTED)[1].split(" of ")
    assert 0 < int(passed) < int(total)


def test_what_an_earlier_run_found_is_remembered_until_the_module_changes(desk, tmp_path):
    cache = ["-o", f"cache_dir={tmp_path / 'cache'}", "-p", "cacheprovider"]
    run_pytest("--impl", desk, TOKENIZER, *cache)
    done = run_pytest("--impl", desk, TOKENIZER, *cache, "-k", "vocab_size")
    line = next(line for line in board_of(done.stdout) if "tokenizer" in line)
    passed, total = map(int, line.split(STARTED)[1].split(" of "))
    assert passed > total / 2
    (desk / "tokenizer.py").write_text(HALF + "\n# changed\n")
    done = run_pytest("--impl", desk, TOKENIZER, *cache, "-k", "vocab_size")
    line = next(line for line in board_of(done.stdout) if "tokenizer" in line)
    assert int(line.split(STARTED)[1].split(" of ")[0]) < passed


def test_collecting_only_runs_nothing_and_still_shows_the_board(desk):
    done = run_pytest("--impl", desk, "--collect-only", "-q")
    assert done.returncode == 0
    assert "test_tokenizer.py::test_" in done.stdout
    assert any("tokenizer" in line for line in board_of(done.stdout))


def test_an_exercise_not_started_takes_one_line(desk, servers):
    done = run_pytest_here(servers, desk, tests=ROOT / "tests" / "test_sampling.py")
    assert done.returncode == 1
    assert reports_of(done.stdout) == ""
    assert "not written" in done.stdout
    assert len(done.stdout.splitlines()) < 25


def test_colours_only_where_they_are_wanted(desk, servers):
    plain = run_pytest("--impl", desk, TOKENIZER, "-x", NO_COLOR="1", FORCE_COLOR="")
    assert "\033[" not in plain.stdout
    coloured = run_pytest_here(servers, desk, "-x", "--color=yes", tests=TOKENIZER)
    assert "\033[" in coloured.stdout


def test_a_narrow_terminal_is_respected(desk):
    done = run_pytest("--impl", desk, TOKENIZER, "-x", COLUMNS="60")
    reports = [line for line in reports_of(done.stdout).splitlines() if "::" not in line]
    assert max(map(len, reports)) <= 62
    assert max(map(len, board_of(done.stdout)[:8])) <= 60


def test_check_greets_a_new_student_and_exits_with_0(tmp_path):
    build(tmp_path)
    done = run_unrolled("check", "--impl", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(FRESH) == len(NAMES)
    assert "Next: open" in done.stdout


def test_check_runs_what_was_started_and_fails_with_it(desk):
    done = run_unrolled("check", "--impl", desk)
    assert done.returncode == 1
    assert "windows" in done.stdout
    assert STARTED in done.stdout
    (desk / "tokenizer.py").write_text(solution_path("tokenizer").read_text())
    done = run_unrolled("check", "tokenizer", "--impl", desk)
    assert done.returncode == 0, done.stdout
    assert DONE in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "windwos"], "no exercise is called 'windwos'"),
        (["check", "--impl", "nowhere"], "there is no such folder"),
        (["check", "windows", "--impl", "tests/kit/data"], "no such folder"),
        (["nonsense"], "invalid choice"),
        (["misconceptions", "--jobs", "0"], "--jobs must be at least 1"),
        (["mutants", "--jobs", "0"], "--jobs must be at least 1, got 0"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(arguments, said):
    done = run_unrolled(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
