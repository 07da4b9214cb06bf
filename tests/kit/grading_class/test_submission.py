"""The judge of one submission: its result, its limits, and what it does not let through."""

import json
import os
import subprocess
import sys
import time

import pytest

from grading.catalogue import points as groups
from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import solution_path
from grading.processes import sandbox
from grading.processes.sandbox import Limits, Pool, bubblewrap
from grading.running.submission import NoSandbox, NotTested, judge_submission
from tests.kit.grading_class.sandboxes import needs_sandbox
from tests.kit.test_bad_input import wrong

RIGHT = solution_path("tokenizer").read_bytes()


QUICK = {"time_limit": 2, "options": ("--examples-times=0.25", "--no-shrink")}


def failed_in(result, name="tokenizer"):
    found = result["exercises"][name]["groups"]
    return {failure["test"]: failure for group in found for failure in group["failed"]}


@needs_sandbox
def test_a_right_submission_gets_all_points_and_no_note():
    result = judge_submission({"tokenizer": RIGHT}, **QUICK)
    found = result["exercises"]["tokenizer"]
    assert result["format"] == 1 and result["notes"] == []
    assert found["problem"] is None and found["points"] == found["max_points"] == 10
    assert [group["name"] for group in found["groups"]] == [
        g.name for g in groups.groups_of("tokenizer")
    ]
    told = [t for group in found["groups"] for t in (*group["passed"], *group["skipped"])]
    assert sorted(told) == sorted(groups.tests_of("tokenizer"))
    assert json.loads(json.dumps(result)) == result


@needs_sandbox
@pytest.mark.parametrize("safe", [True, False])
def test_a_wrong_submission_gets_its_part_with_reports_and_diagnosis(safe):
    source = RIGHT.replace(b"if unseen:", b"if False:")
    source = source.replace(
        b"in enumerate(self._characters)}", b"in enumerate(self._characters, 1)}"
    )
    result = judge_submission({"tokenizer": source}, sandbox=safe, **QUICK)
    found = result["exercises"]["tokenizer"]
    assert 0 < found["points"] < 10
    failed = failed_in(result)
    keys = {"test", "kind", "message", "report", "diagnosis", "part"}
    assert all(set(f) == keys for f in failed.values())
    assert any(f["diagnosis"] and f["diagnosis"]["explanation"] for f in failed.values())
    assert any("tokenizer.fit(" in f["report"] for f in failed.values())
    assert ("it was judged without a sandbox" in result["notes"]) is not safe
    for group in found["groups"]:
        counted = len(group["passed"]) + len(group["failed"])
        part = len(group["passed"]) / counted
        assert group["points"] == pytest.approx(group["max_points"] * part, abs=0.005)


@needs_sandbox
def test_what_is_not_handed_in_or_cannot_be_loaded_gets_nothing():
    modules = {"tokenizer": b"def fit(:\n", "sampling": b"#" * (2**20 + 1)}
    result = judge_submission(modules, ["windows", "tokenizer", "sampling"], **QUICK)
    found = result["exercises"]
    assert list(found) == ["windows", "tokenizer", "sampling"]
    assert [found[name]["points"] for name in found] == [0, 0, 0]
    assert found["windows"]["problem"] == "it was not handed in"
    assert "SyntaxError in tokenizer.py, line 1" in found["tokenizer"]["problem"]
    assert "far too large" in found["sampling"]["problem"]
    assert set(failed_in(result, "windows")) == set(groups.tests_of("windows"))


@needs_sandbox
def test_tensorflow_s_own_ways_are_no_attempts():
    windows = solution_path("windows").read_bytes()
    result = judge_submission({"windows": windows}, time_limit=20, options=QUICK["options"])
    assert result["exercises"]["windows"]["points"] == 10
    assert result["notes"] == []


@needs_sandbox
def test_to_import_pyplot_is_no_attempt():
    source = b"import matplotlib.pyplot as plt\nplt.plot([1, 2])\n" + RIGHT
    options = {"time_limit": 20, "options": QUICK["options"]}
    result = judge_submission({"tokenizer": source}, **options)
    assert result["exercises"]["tokenizer"]["points"] == 10
    assert result["notes"] == []


@needs_sandbox
def test_the_stub_gets_nothing():
    result = judge_submission(
        {"tokenizer": (ROOT / "exercises/tokenizer.py").read_bytes()}, **QUICK
    )
    assert result["exercises"]["tokenizer"]["points"] == 0
    assert {f["kind"] for f in failed_in(result).values()} == {"not written"}


@needs_sandbox
def test_what_is_not_done_in_time_fails_for_that_reason():
    # The first calls are quick, so that some tests pass on a busy machine, too.
    slow = wrong(
        fit="import time; CALLS.append(given); time.sleep(len(CALLS) > 15)\n"
        "        return super().fit(given)"
    )
    slow = f"CALLS = []\n{slow}".encode()
    result = judge_submission({"tokenizer": slow, "beam_search": b""}, seconds=20, **QUICK)
    assert 0 < result["exercises"]["tokenizer"]["points"] < 10
    assert "time" in {f["kind"] for f in failed_in(result).values()}
    assert "tokenizer: it was not done after 10 seconds, and was ended" in result["notes"]


@needs_sandbox
def test_a_call_that_is_under_way_is_ended_with_the_time():
    endless = wrong(fit="while True: pass").encode()
    start = time.monotonic()
    result = judge_submission({"tokenizer": endless}, seconds=2, time_limit=60)
    assert time.monotonic() - start < 30
    assert {f["kind"] for f in failed_in(result).values()} == {"time"}


@needs_sandbox
def test_submissions_that_did_nothing_wrong_share_a_sandbox_from_a_pool():
    pool = Pool()
    key = ((), 0, Limits(), ())
    first = judge_submission({"tokenizer": RIGHT}, pool=pool, **QUICK)
    server = pool.take(key)
    pool.put(key, server)
    assert judge_submission({"tokenizer": RIGHT}, pool=pool, **QUICK)["notes"] == []
    assert pool.take(key) is server and pool.take(key) is None
    pool.put(key, server)
    bad = wrong(encode="import os; os._exit(3)").encode()
    assert judge_submission({"tokenizer": bad}, pool=pool, **QUICK)["notes"]
    assert pool.take(key) is None and server._process is None
    assert first["exercises"]["tokenizer"]["points"] == 10


@needs_sandbox
def test_a_sandbox_that_does_not_start_costs_no_points(monkeypatch):
    monkeypatch.setattr(bubblewrap, "command_for", lambda *_: ["false"])
    with pytest.raises(NotTested, match="a sandbox did not start"):
        judge_submission({"tokenizer": RIGHT}, **QUICK)


def test_without_a_sandbox_nothing_is_judged(monkeypatch):
    monkeypatch.setattr(sandbox, "missing", lambda: "bwrap is not installed: do install it")
    with pytest.raises(NoSandbox, match="do install it"):
        judge_submission({"tokenizer": RIGHT})


def test_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match="conftest"):
        judge_submission({"conftest": b""}, sandbox=False)


@needs_sandbox
def test_the_caller_s_settings_do_not_decide(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conftest.py").write_text("raise SystemExit")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    result = judge_submission({"tokenizer": RIGHT}, **QUICK)
    assert result["exercises"]["tokenizer"]["points"] == 10


@needs_sandbox
def test_as_a_command_it_reads_a_request_and_writes_the_result():
    request = {"modules": {"tokenizer": RIGHT.decode()}, "limits": {"memory": 2**29}, **QUICK}
    done = command(json.dumps(request))
    assert json.loads(done.stdout)["exercises"]["tokenizer"]["points"] == 10
    assert command('{"modules": {"conftest": ""}}').returncode == 2
    assert "conftest" in command('{"modules": {"conftest": ""}}').stderr
    assert command("nonsense").returncode == 2


def command(text):
    return subprocess.run(
        [sys.executable, "-m", "grading.running.submission"],
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@needs_sandbox
def test_the_judge_does_not_grow_with_the_number_of_submissions():
    # In a process of its own: in this one, other tests have left what may grow or shrink.
    code = f"from {__name__} import sizes_of_a_judge; print(*sizes_of_a_judge(16))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    sizes = [int(size) for size in done.stdout.split()]
    # The first ones fill caches (compiled tests, hypothesis' tables); the rest add nothing.
    assert sizes[-1] - sizes[5] < 6 * 2**20, [size // 2**20 for size in sizes]


def sizes_of_a_judge(n):
    """What the judge takes of memory after each of n submissions, in bytes."""
    sizes = []
    for i in range(n):
        source = RIGHT if i % 2 else RIGHT.replace(b"in enumerate(", b"in enumerate(self.no or ")
        judge_submission({"tokenizer": source}, diagnose=False, **QUICK)
        sizes.append(resident())
    return sizes


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
