"""Results of an earlier kit change no grade unseen: judged again, and shown old and new."""

import contextlib
import json
import shutil
import sqlite3

import pytest

pytest.importorskip("nbgrader")

from grading.catalogue.paths import ROOT
from grading.catalogue.points import group_named, groups_of
from grading.commands import grade as command
from grading.course import grades, nbgrader_steps, results
from grading.course.autograding import ImportRefused
from tests.kit.course import inside
from tests.kit.course.classes import files_in, scores
from tests.kit.course.courses import GOOD, STUB, WRONG, submit


@pytest.fixture
def course(template, tmp_path):
    return shutil.copytree(template, tmp_path / "c")


@pytest.fixture
def judge():
    return inside.Judge()


def grade(course, judge, **options):
    """Grade the class; gives what became of it, and the changes that were shown first."""
    shown, before = [], scores(course)

    def changed(changes):
        assert scores(course) == before  # nothing is imported yet
        shown.append(changes)

    graded = grades.grade(course, "tokenizer", safe=False, crew=judge, changed=changed, **options)
    (changes,) = shown
    return graded, changes


def update_the_kit(monkeypatch, name="another kit"):
    monkeypatch.setattr(results, "fingerprint", lambda: name)


def change_the_due_date(course):
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as db, db:
        db.execute("UPDATE assignment SET duedate = '2020-01-01 00:00:00.000000'")


FULL = inside.result_of()
PART = inside.result_of(decode=[inside.failure("test_x")])


def test_an_update_alone_changes_no_grade_and_judges_nothing(course, judge, monkeypatch):
    submit(course, "ada", GOOD)
    judge.of(GOOD, FULL)
    assert grade(course, judge)[0].imported == ["ada"]
    update_the_kit(monkeypatch)
    judge.of(GOOD, PART)
    graded, changes = grade(course, judge)
    assert (graded.unchanged, graded.outdated, changes) == (["ada"], ["ada"], {})
    assert judge.asked == [GOOD]
    assert scores(course) == {"ada": 10}


def test_what_must_be_imported_is_judged_again_and_shown_first(course, judge, monkeypatch):
    for student, module in (("ada", GOOD), ("bob", WRONG), ("cyd", STUB)):
        submit(course, student, module)
        judge.of(module, FULL)
    grade(course, judge)
    judge.asked.clear()
    update_the_kit(monkeypatch)
    judge.of(WRONG, PART)
    change_the_due_date(course)
    graded, changes = grade(course, judge)
    assert judge.asked == [GOOD, WRONG, STUB]
    assert graded.imported == ["ada", "bob", "cyd"] and not graded.outdated
    assert changes == {"bob": [("tokenizer", "", 10.0, 8.0), ("tokenizer", "decode", 2.0, 0.0)]}
    assert scores(course) == {"ada": 10, "bob": 8, "cyd": 10}
    # It is shown once, and nothing is done twice.
    graded, changes = grade(course, judge)
    assert graded.unchanged == ["ada", "bob", "cyd"] and changes == {}


def test_who_is_interrupted_after_judging_is_shown_the_change_all_the_same(
    course, judge, monkeypatch
):
    submit(course, "ada", GOOD)
    judge.of(GOOD, FULL)
    grade(course, judge)
    update_the_kit(monkeypatch)
    judge.of(GOOD, PART)
    with pytest.raises(KeyboardInterrupt):
        grades.grade(
            course,
            "tokenizer",
            safe=False,
            crew=judge,
            regrade=True,
            changed=lambda changes: (_ for _ in ()).throw(KeyboardInterrupt),
        )
    assert scores(course) == {"ada": 10}
    _, changes = grade(course, judge)
    assert changes["ada"][0] == ("tokenizer", "", 10.0, 8.0)
    assert scores(course) == {"ada": 8}


def test_another_answer_is_no_changed_verdict(course, judge):
    submit(course, "ada", WRONG)
    judge.of(WRONG, PART)
    judge.of(GOOD, FULL)
    grade(course, judge)
    submit(course, "ada", GOOD)
    graded, changes = grade(course, judge)
    assert graded.imported == ["ada"] and changes == {}
    assert scores(course) == {"ada": 10}


def test_results_of_before_there_were_fingerprints_are_outdated(course, judge):
    submit(course, "ada", GOOD)
    old = {**FULL, "tests": "0123456789abcdef"}
    results.save(course / results.FOLDER, {"tokenizer": GOOD}, old)
    assert results.ready(course, {"tokenizer": GOOD}) is None
    judge.of(GOOD, PART)
    grade(course, judge)
    assert judge.asked == [GOOD]
    assert scores(course) == {"ada": 8}


def test_an_outdated_result_is_not_imported_by_mistake(course, monkeypatch):
    submit(course, "ada", GOOD)
    with pytest.raises(ImportRefused, match="its result was made by other tests"):
        update_the_kit(monkeypatch, "old")
        kept = results.keep(course, {"tokenizer": GOOD}, FULL)
        update_the_kit(monkeypatch, "new")
        monkeypatch.setattr(results, "keep", lambda *arguments: kept)
        inside.bring(course, "ada", FULL)
    assert scores(course) == {}


def test_nbgraders_own_autograde_judges_again_too(course, monkeypatch, caplog):
    import nbformat

    modules = {"tokenizer": GOOD}
    results.keep(course, modules, FULL)
    judged = []

    def judge_submission(modules, **options):
        judged.append(modules)
        return PART

    monkeypatch.setattr(nbgrader_steps, "judge_submission", judge_submission)
    step = nbgrader_steps.JudgeCells(course=str(course))
    path = submit(course, "ada", GOOD)
    step.preprocess(nbformat.read(path, as_version=4), {})
    assert not judged
    update_the_kit(monkeypatch)
    step.preprocess(nbformat.read(path, as_version=4), {})
    assert judged == [modules]
    assert "the verdict changed: tokenizer/decode 2 -> 0 points" in caplog.text
    step.preprocess(nbformat.read(path, as_version=4), {})
    assert len(judged) == 1


def test_all_points_of_a_group_stay_all_whatever_it_is_worth_now():
    result = json.loads(json.dumps(FULL))
    group = group_named("tokenizer", "decode")
    (told,) = (one for one in result["exercises"]["tokenizer"]["groups"] if one["name"] == "decode")
    told |= {"points": 3.0, "max_points": 3}
    assert results.outcomes_of(result, "tokenizer")["decode"]["points"] == group.points
    told["points"] = 1.5
    assert results.outcomes_of(result, "tokenizer")["decode"]["points"] == group.points / 2
    told["points"] = 3.01
    assert "decode" not in results.outcomes_of(result, "tokenizer")
    assert sum(group.points for group in groups_of("tokenizer")) == 10


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_tokenizer.py",
        "tests/strategies.py",
        "solutions/tokenizer.py",
        "grading/expect.py",
        "grading/catalogue/exercises/tokenizer.py",
        "grading/beside/probes/tokenizer.py",
        "grading/running/differences.py",
        "grading/running/hidden_tests.py",
    ],
)
def test_the_fingerprint_is_another_for_each_file_that_decides(tmp_path, monkeypatch, path):
    for file in sorted({path, "tests/test_tokenizer.py"}):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    monkeypatch.setattr(results, "ROOT", tmp_path)
    first = results.fingerprint.__wrapped__()
    assert first == results.fingerprint.__wrapped__()
    with (tmp_path / path).open("a") as file:
        file.write("# changed\n")
    assert results.fingerprint.__wrapped__() != first


def test_the_fingerprint_is_another_for_each_version(monkeypatch):
    first = results.fingerprint.__wrapped__()
    for package in ("tensorflow", "numpy", "hypothesis"):
        real = results.importlib.metadata.version
        with monkeypatch.context() as patch:
            patch.setattr(
                results.importlib.metadata,
                "version",
                lambda name, package=package, real=real: "9" if name == package else real(name),
            )
            assert results.fingerprint.__wrapped__() != first
    with monkeypatch.context() as patch:
        patch.setattr(results.platform, "python_version", lambda: "3.99")
        assert results.fingerprint.__wrapped__() != first


def test_pages_and_commands_decide_about_nothing():
    decided = {path for pattern in results._DECIDING for path in results.ROOT.glob(pattern)}
    assert decided
    for folder in ("course", "commands", "notebooks", "develop"):
        assert not {path for path in decided if path.parts[-2] == folder}


def test_the_command_shows_old_and_new(capsys):
    parts = [("tokenizer", "", 8.0, 10.0), ("tokenizer", "decode", 0.33, 2.0)]
    command._show_changes({"ada [b]": parts})
    assert capsys.readouterr().out == "changed ada [b]: tokenizer 8 → 10, decode 0.33 → 2\n"


def test_a_result_is_read_once(course, judge, monkeypatch):
    for student, module in (("ada", GOOD), ("bob", WRONG)):
        submit(course, student, module)
        judge.of(module, FULL)
    grade(course, judge)
    loaded, load = [], results.load
    monkeypatch.setattr(
        results, "load", lambda *arguments: loaded.append(arguments) or load(*arguments)
    )
    before = files_in(course / ".unrolled" / "results")
    assert grade(course, judge)[0].unchanged == ["ada", "bob"]
    assert len(loaded) == 2
    change_the_due_date(course)
    assert grade(course, judge)[0].imported == ["ada", "bob"]
    assert len(loaded) == 4
    assert files_in(course / ".unrolled" / "results") == before
