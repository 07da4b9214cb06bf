"""Known examples are tried ahead of the tests: a verdict comes sooner, and it is the same one."""

import collections
import functools
import itertools
import queue
import threading
import time
from types import SimpleNamespace

import pytest

from grading.catalogue.stubs import expected_stub, solution_path
from grading.running import ahead, library, settling
from grading.running.leading import the_failure_that_matters
from grading.running.library import Library
from grading.running.run import Recorder, run_tests
from grading.running.settling import Settling
from grading.running.stages import Stage
from grading.running.subject import Subject
from grading.student.watch.runs import Runs

WRONG = "variant:grading.misconceptions:tokenizer/ids-from-1"
FIRST = "test_the_most_frequent_character_has_id_0_the_next_1_and_so_on"  # which fails there


def run(servers, where, jobs=2, **options):
    """A run as the watch makes it, and what is told ahead: a failing test, or that all is right."""
    told = []
    how = {
        "jobs": jobs,
        "failed": lambda failure: told.append(failure.test),
        "told": lambda: told.append("right"),
        **options,
    }
    return run_tests(where, ["tokenizer"], Recorder(servers, ahead=how)), told


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_right_module_is_told_so_before_its_tests_are_run(servers, jobs):
    plain = run_tests("solutions", ["tokenizer"], Recorder(servers))
    for _ in range(8):
        found, told = run(servers, "solutions", jobs)
        assert set(found.passed) == set(plain.passed) and found.skipped == plain.skipped
        assert told == ["right"]


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_wrong_module_gets_the_same_verdict_as_without(servers, jobs):
    plain = run_tests(WRONG, ["tokenizer"], Recorder(servers))
    found, told = run(servers, WRONG, jobs)
    assert set(found.failed) == set(plain.failed) and found.diagnoses == plain.diagnoses
    assert found.messages == {name: plain.messages[name] for name in found.messages}
    assert [f.test for f in found.failures_of("tokenizer")] == [f.test for f in plain.failures]
    assert told[0] == plain.failures[0].test


def test_what_passed_ahead_is_not_run_again(servers, monkeypatch):
    calls, make = [], Subject._call

    def count(self, *arguments):
        calls.append(threading.current_thread() is threading.main_thread())
        return make(self, *arguments)

    monkeypatch.setattr(Subject, "_call", count)
    run_tests("solutions", ["tokenizer"], Recorder(servers))
    n_plain = len(calls)
    calls.clear()
    run(servers, "solutions")
    assert len(calls) == n_plain
    assert 0 < sum(calls) < n_plain  # two threads share the work


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_failing_test_is_told_before_any_is_run_and_always_the_same(servers, jobs):
    def note(failure):
        told.append((failure.test, len(recorder.run.results)))

    for _ in range(4):
        told = []
        recorder = Recorder(servers, ahead={"jobs": jobs, "failed": note})
        run_tests(WRONG, ["tokenizer"], recorder)
        assert told == [(FIRST, 0)]


def test_a_test_that_fails_on_a_large_example_is_run_before_others_are_tried(servers, monkeypatch):
    monkeypatch.setattr(ahead, "is_large", lambda failure: True)
    last, told = "test_ids_follow_frequency_and_then_first_appearance", []
    options = {"last": last, "failed": lambda failure: told.append(("tried", failure.test))}
    recorder = Recorder(servers, lambda failure: told.append(("run", failure.test)), ahead=options)
    run_tests(WRONG, ["tokenizer"], recorder)
    assert told[:2] == [("tried", last), ("run", last)]
    assert told.count(("run", last)) == 1


def test_a_mistake_is_named_before_all_examples_were_tried(servers):
    seen = []

    def note():
        run = recorder.run
        failure = the_failure_that_matters(run.failures_of("tokenizer"), run.diagnosis_of)
        seen.append((len(run.results), failure.test, run.diagnosis_of(failure).name))

    recorder = Recorder(servers, ahead={"jobs": 2, "settled": note})
    found = run_tests(WRONG, ["tokenizer"], recorder)
    ((n_known, test, name),) = seen
    assert 0 < n_known < len(found.results) and name == "ids-from-1"
    assert test == the_failure_that_matters(found.failures, found.diagnosis_of).test


@pytest.mark.parametrize("jobs", [1, 3])
def test_other_examples_wait_until_the_mistake_is_named(servers, monkeypatch, jobs):
    taken, take = {False: 0, True: 0}, ahead.Ahead._take

    def note(self, number, others=True):
        task = take(self, number, others)
        if task and task[0] is self._others and not all(self._telling.passed.values()):
            taken[bool(settled)] += 1
        return task

    monkeypatch.setattr(ahead.Ahead, "_take", note)
    settled = []
    run(servers, WRONG, jobs, settled=lambda: settled.append(True))
    assert taken[False] == 0 < taken[True]


def test_what_the_watch_prepares_is_not_asked_again(monkeypatch):
    asked, make = [], Library._make

    def note(self, driver, name, call):
        asked.append(name)
        make(self, driver, name, call)

    monkeypatch.setattr(library, "_kept", collections.OrderedDict())
    monkeypatch.setattr(Library, "_make", note)
    ended, settled = queue.SimpleQueue(), []
    runs = Runs(print, print, lambda what: settled.append(len(asked)), lambda: None, ended.put)
    try:
        runs.warm("tokenizer")
        end = time.monotonic() + 120
        while not runs.is_prepared("tokenizer") and time.monotonic() < end:
            time.sleep(0.05)
        n_prepared = len(asked)
        runs.begin(WRONG, "tokenizer")
        assert ended.get(timeout=60).diagnoses
    finally:
        runs.close()
    assert "ids-from-1" not in asked[n_prepared : settled[0]]
    assert {"ids-from-1", library.REFERENCE} <= set(asked[:n_prepared])


def test_of_several_files_no_process_comes_back_to_one_that_it_left(servers, monkeypatch):
    tried, try_ = {}, ahead.Ahead._try

    def note(self, stage, item, number):
        tried.setdefault(number, []).append(item.path.stem)
        try_(self, stage, item, number)

    monkeypatch.setattr(ahead.Ahead, "_try", note)
    names = ["beam_search", "tokenizer", "tokenizer_tests"]
    found = run_tests("solutions", names, Recorder(servers, ahead={"jobs": 2, "in_order": True}))
    assert found.passed and len(tried) == 2
    for files in tried.values():
        in_turn = [file for file, _ in itertools.groupby(files)]
        assert len(in_turn) == len(set(in_turn))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_of_the_kit_in_a_thread_leaves_no_test_waiting(servers, monkeypatch):
    broken, try_ = threading.Event(), ahead.Ahead._try

    def fail(self, stage, item, number):
        if number == 1:
            broken.set()
            raise OSError("no more memory")
        assert broken.wait(60)
        try_(self, stage, item, number)

    monkeypatch.setattr(ahead.Ahead, "_try", fail)
    for options in ({}, {"in_order": True}):
        found = run_tests(
            "solutions", ["beam_search"], Recorder(servers, ahead={"jobs": 2, **options})
        )
        assert len(found.passed) > 20 and not found.failed
        broken.clear()


def test_the_test_that_failed_before_is_tried_first(servers):
    last = "test_ids_follow_frequency_and_then_first_appearance"
    assert run(servers, WRONG, last=last)[1][0] == last


def test_a_mistake_that_shows_on_drawn_examples_only_is_found_among_those(servers, tmp_path):
    source = solution_path("tokenizer").read_text("utf-8")
    name = "def encode(self, text):"
    assert name in source
    calls = f"{name}\n        if len(text) > 9:\n            return self.encode(text[:-1])"
    (tmp_path / "tokenizer.py").write_text(source.replace(name, calls), "utf-8")
    run(servers, "solutions")
    plain = run_tests(str(tmp_path), ["tokenizer"], Recorder(servers))
    found, _ = run(servers, str(tmp_path))
    assert plain.failed and set(found.failed) == set(plain.failed)


def test_a_stub_is_not_called_right(servers, tmp_path):
    (tmp_path / "tokenizer.py").write_text(expected_stub("tokenizer"), "utf-8")
    found, told = run(servers, str(tmp_path))
    assert not found.passed and told == []


def test_a_run_that_is_stopped_ahead_of_its_tests_ends(servers):
    recorder = Recorder(servers, ahead={"told": lambda: recorder.stop()})
    assert run_tests("solutions", ["tokenizer"], recorder).abandoned


def test_a_run_may_be_stopped_from_another_thread_before_it_begins(servers):
    recorder = Recorder(servers, ahead={"jobs": 2})
    stopping = threading.Thread(target=recorder.stop)
    stopping.start()
    stopping.join()
    assert run_tests("solutions", ["tokenizer"], recorder).abandoned


def test_where_all_that_failed_was_run_already_the_mistake_is_named_at_once(monkeypatch):
    failure, told = SimpleNamespace(id="a::test"), []
    stage = Stage()
    stage.add(["a test"])
    list(stage.note(stage.take(), False, {}))
    stage.to_run.clear()  # its example was too large to be read
    diagnosing = SimpleNamespace(
        run=SimpleNamespace(results={failure.id: SimpleNamespace(failure=failure)}, in_order=list),
        diagnosis_of=lambda failure: "its name",
        look=functools.partial(told.append, "looked"),
        tell=functools.partial(told.append, "the name"),
    )
    monkeypatch.setattr(settling, "the_failure_that_matters", lambda some, _: some[0])
    settled = functools.partial(told.append, "settled")
    assert list(Settling(stage, {"a test": failure}, diagnosing, settled).tests()) == []
    assert told == ["looked", "the name", "settled"]
