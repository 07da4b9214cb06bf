"""``unrolled grade``: every score as expected, whatever was handed in, and whoever ends the run."""

import contextlib
import csv
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.syllabus import NAMES
from grading.course import cluster as cluster_module
from grading.course import grades
from grading.course.crews import request_of
from grading.course.gradebook import GradebookCopy
from grading.course.grades import GradeRefused
from grading.processes import sandbox
from grading.running import pool
from tests.kit.course.classes import FILES, commented, files_in, scores
from tests.kit.course.courses import (
    GOOD,
    HIDDEN_TEST,
    JOIN,
    SLY,
    STUB,
    WRONG,
    grade_by_nbgrader_itself,
    make_course,
    run_nbgrader,
    submit,
)
from tests.kit.running import run_unrolled

pytest.importorskip("nbgrader")

UNSAFE = ["--unsafe"] if sandbox.missing() else []
PART = 8.0  # what WRONG gets
LOUD = b'raise ValueError("<script>alert(1)</script>")\n        ' + JOIN


def released(folder, **options):
    """A course whose tokenizer is released."""
    course = make_course(folder, **options)
    done = run_nbgrader(course, "generate_assignment", "tokenizer")
    assert done.returncode == 0, done.stdout
    return course


def grade(course, *words, **options):
    return run_unrolled("grade", "tokenizer", "--course", course, "--jobs", 2, *UNSAFE, *words)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return released(tmp_path_factory.mktemp("template") / "c")


@pytest.fixture
def course(template, tmp_path):
    """A course of its own, in a folder whose name needs care."""
    folder = tmp_path / "my course (1)"
    subprocess.run(["cp", "-a", template, folder], check=True)
    return folder


EXPECTED = {"ada": 10, "bob": PART, "cyd": 0, "sly": 9.83, "a [b]*": 10, "=1+1": 10, "stamped": 10}
EXPECTED |= dict.fromkeys(FILES, 0) | {"<img src=x>": 7.67, "\t=2": 10, "\u202eeve": 10}


def _with_all_ids_alike(path):
    notebook = json.loads(path.read_bytes())
    for cell in notebook["cells"]:
        cell["id"] = "\x1b[2Jalike"
    path.write_text(json.dumps(notebook))


def _with_thousands_of_cells(path):
    notebook = json.loads(path.read_bytes())
    notebook["cells"] += [{"cell_type": "raw", "metadata": {}, "source": "x"}] * 100_000
    path.write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class with every kind of submission, its hidden tests, and what grading it said."""
    course = released(tmp_path_factory.mktemp("class") / "c", hidden=("tokenizer/fit",))
    (course / "hidden_tests").mkdir()
    (course / "hidden_tests" / "test_tokenizer_more.py").write_text(HIDDEN_TEST)
    for student, module in {"ada": GOOD, "bob": WRONG, "cyd": STUB, "sly": SLY}.items():
        submit(course, student, module)
    submit(course, "a [b]*", GOOD)
    submit(course, "=1+1", GOOD)
    submit(course, "<img src=x>", GOOD.replace(JOIN, LOUD))
    _with_all_ids_alike(submit(course, "\t=2", GOOD))
    _with_thousands_of_cells(submit(course, "\u202eeve", GOOD))
    (submit(course, "stamped", GOOD).parent / "timestamp.txt").write_text("never")
    for student, damage in FILES.items():
        damage(submit(course, student, GOOD))
    os.mkfifo(course / "submitted" / "ada" / "tokenizer" / "notes.txt")
    before = files_in(course / "submitted")
    done = grade(course)
    assert files_in(course / "submitted") == before
    return SimpleNamespace(course=course, done=done)


def test_a_class_gets_its_scores_and_damage_costs_only_itself(graded):
    assert graded.done.returncode == 0, graded.done.stdout + graded.done.stderr
    assert scores(graded.course) == pytest.approx(EXPECTED, abs=0.005)
    said = graded.done.stdout
    assert "damaged empty: tokenizer.ipynb: it is empty" in said
    assert "damaged linked: tokenizer.ipynb: it is a symbolic link" in said
    assert "damaged huge: tokenizer.ipynb: it has 100.0 MB" in said
    assert "damaged stamped: timestamp.txt: it holds no time that can be read; it counts" in said
    assert "damaged pipe: tokenizer.ipynb: it is no plain file" in said
    assert f"{len(EXPECTED)} submissions in" in said
    assert "Traceback" not in said + graded.done.stderr
    assert "alike" not in said + graded.done.stderr


def test_nothing_that_is_done_is_done_again(graded):
    results = files_in(graded.course / ".unrolled" / "results")
    autograded = files_in(graded.course / "autograded")
    again = grade(graded.course)
    assert f"0 imported, {len(EXPECTED)} there already, 0 without a grade" in again.stdout
    assert files_in(graded.course / ".unrolled" / "results") == results
    assert files_in(graded.course / "autograded") == autograded


def test_a_notebook_that_cannot_be_read_gets_a_page_that_says_so(graded):
    (notebook,) = (graded.course / "autograded" / "empty").rglob("*.ipynb")
    assert "tokenizer.ipynb: it is empty" in notebook.read_text()
    page = (graded.course / "feedback_pages" / "tokenizer" / "empty.html").read_text()
    assert "tokenizer.ipynb: it is empty" in page
    done = run_nbgrader(graded.course, "generate_feedback", "tokenizer", "--student", "empty")
    assert done.returncode == 0, done.stdout


def test_pages_escape_what_students_wrote(graded):
    pages = list((graded.course / "feedback_pages").rglob("*.html"))
    assert len(pages) == len(EXPECTED)
    for path in (*pages, graded.course / "class" / "tokenizer.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text and "<img" not in text and "\u202e" not in text
        assert "http://" not in text and "https://" not in text
    loud = graded.course / "feedback_pages" / "tokenizer" / "<img src=x>.html"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in loud.read_text()


def test_a_page_has_the_diagnosis_and_no_code_of_a_hidden_test(graded):
    pages = graded.course / "feedback_pages" / "tokenizer"
    assert "a decode that puts spaces between the characters" in (pages / "bob.html").read_text()
    text = (pages / "sly.html").read_text()
    assert "encode of texts that only the instructor knows" in text
    assert "expected the number of ids" in text
    assert "secret word" not in text  # the report of a hidden test would show the call
    # The groups that --hide names: names and messages only.
    text = (pages / "bob.html").read_text()
    fit = text[text.index(">fit: ") : text.index(">what is refused: ")]
    assert "two tokenizers share nothing" in fit
    assert "called" not in fit


def test_the_page_of_the_class_and_the_points_as_csv(graded):
    text = (graded.course / "class" / "tokenizer.html").read_text(encoding="utf-8")
    assert "a decode that puts spaces between the characters" in text
    assert "../feedback_pages/tokenizer/a%20%5Bb%5D%2A.html" in text
    with open(graded.course / "class" / "tokenizer_scores.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    total = {}
    for row in rows:
        student = {"eve": "\u202eeve"}.get(row["student"], row["student"].removeprefix("'"))
        total[student] = total.get(student, 0) + float(row["points"])
    assert total == pytest.approx(EXPECTED, abs=0.005)
    assert {"'=1+1", "'\t=2"} < {row["student"] for row in rows}


def run_as_installed(*words, cwd):
    """Run ``unrolled`` as its script does, which imports nothing from the current folder."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grading.cli import main; main()"
    command = [sys.executable, "-I", "-c", code, *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


def test_what_is_graded_is_the_submitted_module_and_nothing_else(course):
    """A wrong module beside a right one, a right one beside a wrong one, and traps all around."""
    submit(course, "right", GOOD)
    submit(course, "wrong", WRONG)
    canary = course.parent / "canary"
    trap = f"open({str(canary)!r}, 'w')\nraise SystemExit(3)\n".encode()
    traps = ("statistics", "conftest", "sitecustomize", "numpy", "pytest", "nbgrader_config")
    for folder, module in (
        (course / "submitted" / "right" / "tokenizer", WRONG),
        (course / "submitted" / "wrong" / "tokenizer", GOOD),
        (course / "submitted" / "right", WRONG),
        (course, WRONG),
    ):
        for path in ("tokenizer.py", "exercises/tokenizer.py", "solutions/tokenizer.py"):
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(module)
        for name in traps:
            if not (folder / f"{name}.py").exists():
                (folder / f"{name}.py").write_bytes(trap)
        (folder / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")
    # It may even look like a course.
    here = course / "submitted" / "right" / "tokenizer"
    (here / ".unrolled.json").write_bytes((course / ".unrolled.json").read_bytes())
    done = run_as_installed("grade", "tokenizer", "--jobs", 2, *UNSAFE, cwd=here)
    assert scores(course) == {"right": 10, "wrong": PART}, done.stdout + done.stderr
    assert not canary.exists()


def assert_no_process_of(course):
    """Nobody judges for a grading that is no more."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        listed = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True)
        left = [line for line in listed.stdout.splitlines() if str(course) in line]
        if not left:
            return
        time.sleep(0.1)
    raise AssertionError(left)


def test_ctrl_c_ends_all_at_once(course):
    for i in range(20):
        submit(course, f"s{i}", commented(i))
    command = [sys.executable, "-m", "grading.cli", "grade", "tokenizer", "--course", str(course)]
    run = subprocess.Popen(
        [*command, "--jobs=2", *UNSAFE],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    results = course / ".unrolled" / "results"
    while not list(results.glob("*.json")):
        assert run.poll() is None
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=90)
    assert run.returncode == 130
    *progress, last = filter(None, said.splitlines())
    assert last == "interrupted" and all(line.startswith("judged: ") for line in progress)
    assert_no_process_of(course)


def test_whoever_is_killed_runs_it_again_and_nothing_is_lost(course):
    expected = {f"s{i}": 10 for i in range(5)} | {"bob": PART, "cyd": 0, "broken": 0}
    for i in range(5):
        submit(course, f"s{i}", commented(i))
    submit(course, "bob", WRONG)
    submit(course, "cyd", STUB)
    submit(course, "broken", GOOD).write_bytes(b"{")
    results = course / ".unrolled" / "results"
    records = course / ".unrolled" / "graded" / "tokenizer"
    chance, kept = random.Random(5), {}
    command = [sys.executable, "-m", "grading.cli", "grade", "tokenizer", "--course", course]
    for folder, count in ((results, 1), (results, 4), (records, 3)):
        run = subprocess.Popen(
            [*map(str, command), "--jobs=2", *UNSAFE],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 200
        while len(list(folder.glob("*.json"))) < count and time.monotonic() < end:
            assert run.poll() is None
            time.sleep(0.01)
        time.sleep(chance.random() / 2)
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert_no_process_of(course)
        # What was kept, stays; who is in the gradebook is there as a whole.
        now = files_in(results) | (files_in(records) if records.exists() else {})
        assert {path: now.get(path) for path in kept} == kept
        kept = {path: seen for path, seen in now.items() if path.suffix == ".json"}
        found = scores(course)
        assert found == {student: expected[student] for student in found}
        assert {path.stem for path in records.glob("*.json")} <= set(found)
    done = grade(course)
    assert done.returncode == 0, done.stdout + done.stderr
    assert scores(course) == expected
    now = files_in(course / ".unrolled")
    assert {path: now.get(path) for path in kept} == kept
    assert not (course / ".unrolled" / "importing").exists()
    assert {path.name for path in (course / "autograded").iterdir()} == set(expected)


def test_several_assignments_at_once_and_one_that_cannot_be_graded_costs_only_itself(course):
    submit(course, "ada", GOOD)
    command = ("grade", "sampling", "tokenizer", "--course", course, *UNSAFE)
    done = run_unrolled(*command)
    assert done.returncode == 2
    assert "unrolled grade: sampling: the gradebook of" in done.stderr
    assert "does not know sampling: run nbgrader generate_assignment sampling" in done.stderr
    assert done.stdout.startswith("tokenizer: 1 submissions in ")
    assert scores(course) == {"ada": 10}
    done = run_unrolled("grade", "tokenizer", "nothing", "--course", course, *UNSAFE)
    assert done.returncode == 2 and "has no assignment 'nothing'" in done.stderr


def test_only_some_and_again(course):
    submit(course, "ada", GOOD)
    submit(course, "bob", WRONG)
    refused = grade(course, "--only", "eve")
    assert refused.returncode == 2
    assert "'eve' handed in nothing for tokenizer" in refused.stderr
    assert scores(course) == {}
    assert grade(course, "--only", "bob").returncode == 0
    assert scores(course) == {"bob": PART}
    (old,) = (course / ".unrolled" / "results").iterdir()
    result = json.loads(old.read_bytes())
    old.write_text(json.dumps({**result, "tests": "of last year"}))
    assert "outdated 1 judged by a kit with other tests" in grade(course, "--only", "bob").stdout
    before = files_in(course / ".unrolled" / "results")
    again = grade(course, "--regrade", "--only", "bob").stdout
    assert "1 imported, 0 there" in again and "outdated" not in again
    assert files_in(course / ".unrolled" / "results") != before
    before = files_in(course / ".unrolled" / "results")[old]
    assert "1 imported, 1 there" in grade(course).stdout
    assert files_in(course / ".unrolled" / "results")[old] == before
    # A due date changes what is late, and a new answer changes all.
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as db, db:
        db.execute("UPDATE assignment SET duedate = '2020-01-01 00:00:00.000000'")
    assert "2 imported, 0 there" in grade(course).stdout
    submit(course, "ada", STUB)
    assert "1 imported, 1 there" in grade(course).stdout
    assert scores(course) == {"ada": 0, "bob": PART}


def graded_here(course, **options):
    return grades.grade(course, "tokenizer", safe=not UNSAFE, **options)


def test_who_cannot_be_judged_gets_no_grade_and_others_get_theirs(course, monkeypatch):
    submit(course, "ada", GOOD)
    submit(course, "bob", WRONG)
    submit(course, "no text \udcff", WRONG)
    judge_all = grades.crews.judge_all

    def partly(folder, submissions, *more):
        rest = [submission for submission in submissions if submission.student != "ada"]
        return {"ada": "its process fell", **judge_all(folder, rest, *more)}

    monkeypatch.setattr(grades.crews, "judge_all", partly)
    graded = graded_here(course)
    assert graded.failed == {
        "ada": "its process fell",
        "no text \udcff": "the name of the student's folder is no text",
    }
    assert scores(course) == {"bob": PART}
    assert "its process fell" in (course / "class" / "tokenizer.html").read_text()
    assert not (course / "feedback_pages" / "tokenizer" / "ada.html").exists()


def test_what_others_write_into_the_gradebook_meanwhile_stays(course, monkeypatch):
    from grading.course.importing import Importer

    submit(course, "ada", GOOD)
    import_one, count = Importer._import, []

    def disturbed(importer, submission):
        import_one(importer, submission)
        count.append(submission.student)
        if len(count) == 1:
            with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as db, db:
                db.execute("INSERT INTO student (id, first_name) VALUES ('zoe', 'Zoe')")

    monkeypatch.setattr(Importer, "_import", disturbed)
    inode = (course / "gradebook.db").stat().st_ino
    assert graded_here(course).imported == ["ada"]
    assert count == ["ada", "ada"]
    assert scores(course) == {"ada": 10}
    assert (course / "gradebook.db").stat().st_ino == inode
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as db:
        assert db.execute("SELECT first_name FROM student WHERE id = 'zoe'").fetchone() == ("Zoe",)


def test_a_submission_that_changes_meanwhile_is_not_graded_as_something_else(course, monkeypatch):
    submit(course, "ada", WRONG)
    judge_all = grades.crews.judge_all

    def then_changed(folder, submissions, *more):
        failed = judge_all(folder, submissions, *more)
        submit(course, "ada", GOOD)
        return failed

    monkeypatch.setattr(grades.crews, "judge_all", then_changed)
    assert graded_here(course).failed == {
        "ada": "it was changed while it was graded: run this again"
    }
    assert scores(course) == {}
    monkeypatch.undo()
    assert graded_here(course).imported == ["ada"]
    assert scores(course) == {"ada": 10}


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (lambda course: (course / ".unrolled.json").unlink(), "holds no course"),
        (lambda course: (course / "gradebook.db").unlink(), "run nbgrader generate_assignment"),
        (lambda course: (course / "gradebook.db").write_text("x" * 5000), "not a database"),
        (grade_by_nbgrader_itself, "set judge = JudgeCells"),
        (lambda course: (course / "nbgrader_config.py").write_text("1 /"), "SyntaxError"),
        (lambda course: hidden(course, "def test_("), "cannot be parsed"),
        (lambda course: hidden(course, "def test_x(tokenizer):\n    assert 0"), "test_x fails on"),
        (lambda course: hidden(course, "import nope\ndef test_x(): 1"), "named 'nope'"),
    ],
)
def test_what_cannot_be_graded_is_refused_with_one_line_and_nothing_done(course, how, why):
    submit(course, "ada", GOOD)
    how(course)
    with pytest.raises(GradeRefused, match=re.escape(why)) as caught:
        graded_here(course)
    assert "\n" not in str(caught.value)
    assert not (course / "autograded").exists() and not (course / "feedback_pages").exists()


def hidden(course, text):
    (course / "hidden_tests").mkdir()
    (course / "hidden_tests" / "test_tokenizer_more.py").write_text(text)


def test_wrong_calls_are_refused(course, tmp_path):
    for words, why in (
        (("tokeniser", "--course", course), "has no assignment 'tokeniser'; it has windows, "),
        (("tokenizer", "--course", tmp_path), "holds no course"),
        (("tokenizer", "--course", course, "--jobs", 0), "--jobs must be at least 1, got 0"),
    ):
        done = run_unrolled("grade", *words, *UNSAFE)
        assert done.returncode == 2
        assert why in done.stderr
        assert done.stderr.count("\n") == 1
    done = run_unrolled("grade", "tokenizer", cwd=tmp_path)
    assert "is in no course: give the course's folder with --course DIR" in done.stderr


def test_without_a_sandbox_nothing_is_graded(course, monkeypatch):
    monkeypatch.setattr(grades.sandbox, "missing", lambda: "bwrap is not installed: do this")
    with pytest.raises(GradeRefused, match=r"bwrap is not installed.*--unsafe"):
        grades.grade(course, "tokenizer")
    assert grades.check(course, "tokenizer", safe=False) == ("tokenizer",)


def test_two_do_not_grade_at_the_same_time(course):
    with grades._alone(course), pytest.raises(GradeRefused, match="somebody is grading"):
        graded_here(course)


def test_a_cluster_judges_as_this_machine_does_with_warm_processes(course, monkeypatch):
    distributed = pytest.importorskip("distributed")
    submit(course, "ada", GOOD)
    submit(course, "bob", WRONG)
    submit(course, "cid", commented(1, GOOD))
    submit(course, "dan", commented(2, GOOD))
    made = []

    class Noted(pool.Judge):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(pool, "Judge", Noted)
    options = {"processes": False, "protocol": "tcp", "dashboard_address": None}
    with distributed.LocalCluster(2, threads_per_worker=1, **options) as cluster:
        done = grade(course, "--scheduler", cluster.scheduler_address)
    assert done.returncode == 0, done.stdout + done.stderr
    assert scores(course) == {"ada": 10, "bob": PART, "cid": 10, "dan": 10}
    assert sum(judge.count for judge in made) == 4 and len(made) <= 2
    assert not cluster_module._judges and all(judge.popen.poll() is not None for judge in made)


def test_a_judge_that_waits_too_long_for_the_next_submission_ends(course):
    with_patience = pool.Judges(["--course", str(course)], idle_seconds=0.2)
    request = request_of({"tokenizer": STUB})
    assert with_patience.ask(request)["exercises"]["tokenizer"]["points"] == 0
    (judge,) = with_patience._all
    judge.popen.wait(30)
    assert not with_patience._all
    assert "exercises" in with_patience.ask(request)  # by a new one
    with_patience.end()
    with pytest.raises(pool.NotJudged):
        with_patience.ask(request)


def test_a_cluster_that_does_not_answer_costs_nothing(course):
    pytest.importorskip("distributed")
    submit(course, "ada", GOOD)
    done = grade(course, "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert "no Dask scheduler answers there" in done.stderr
    assert scores(course) == {}


def test_the_submissions_of_the_benchmark_differ_and_have_their_slips():
    from grading.develop.benchmarks.grading import SLIPS, module

    assert tuple(SLIPS) == NAMES[:7]
    for name in SLIPS:
        modules = [module(name, number) for number in range(21)]
        assert len(set(modules)) == 21
        right = SLIPS[name][0].encode()
        assert 0 < sum(right not in text for text in modules) < 7


def database(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)
        return db.execute("SELECT id, score FROM grade ORDER BY id").fetchall()


def test_a_gradebook_takes_all_of_a_copy_or_nothing(tmp_path):
    real, path = tmp_path / "real.db", tmp_path / "copy.db"
    rows = "INSERT INTO grade VALUES ('a', 1.5), ('b', NULL)"
    database(real, "CREATE TABLE grade (id TEXT PRIMARY KEY, score REAL)", rows)
    with GradebookCopy(real, path) as copy:
        database(path, "UPDATE grade SET score = 2 WHERE id = 'b'")
        database(path, "DELETE FROM grade WHERE id = 'a'", "INSERT INTO grade VALUES ('c', 3)")
        assert copy.give_back()
        assert database(real) == [("b", 2.0), ("c", 3.0)]
        assert not copy.is_behind()
        database(path, "UPDATE grade SET score = 9")
        database(real, "UPDATE grade SET score = 4 WHERE id = 'c'")
        assert copy.is_behind()
        assert not copy.give_back()
        assert database(real) == [("b", 2.0), ("c", 4.0)]
        copy.renew()
        assert database(path) == [("b", 2.0), ("c", 4.0)]
        assert copy.give_back()
