"""``unrolled grade`` interrupted, killed, run again, and beside what others do."""

import contextlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from grading.catalogue.paths import ROOT
from grading.course import cluster as cluster_module
from grading.course import grades
from grading.course.crews import request_of
from grading.running import pool
from tests.kit.course.classes import commented, files_in, scores
from tests.kit.course.courses import (
    GOOD,
    STUB,
    WRONG,
    submit,
)
from tests.kit.course.grading import PART, UNSAFE, grade, graded_here
from tests.kit.running import run_unrolled

pytest.importorskip("nbgrader")


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
    assert done.stdout.startswith("tokenizer: 1 submission in ")
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
