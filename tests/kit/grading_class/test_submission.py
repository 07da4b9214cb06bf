"""The judge of one submission: its result, its limits, and what it does not let through."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from grading.beside import plain
from grading.beside.show import batches_picture
from grading.catalogue import points as groups
from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import NAMES, exercise
from grading.expect import same
from grading.processes import sandbox
from grading.processes.references import kept_from, references
from grading.processes.sandbox import Limits, Pool, bubblewrap
from grading.running.faults import WrongAnswer
from grading.running.outcome import clean, outcome_of
from grading.running.submission import NoSandbox, NotTested, judge_submission
from tests.kit.test_bad_input import wrong

RIGHT = solution_path("tokenizer").read_bytes()
QUICK = {"time_limit": 2, "options": ("--examples-times=0.25", "--no-shrink")}
needs_sandbox = pytest.mark.skipif(sandbox.missing() is not None, reason=str(sandbox.missing()))


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
    assert all(
        set(f) == {"test", "kind", "message", "report", "diagnosis"} for f in failed.values()
    )
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
    result = judge_submission({"tokenizer": slow, "windows": b""}, seconds=20, **QUICK)
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
@pytest.mark.parametrize("safe", [True, False])
@pytest.mark.parametrize("handed_in", [{}, {"beam_search": b"raise RuntimeError('wrong')\n"}])
def test_one_exercise_may_use_another_and_gets_the_reference(safe, handed_in):
    uses = (
        b"""
from exercises.beam_search import beam_search
from beam_search import beam_search as again
assert beam_search.__module__ == "exercises.beam_search" and callable(again)
"""
        + RIGHT
    )
    modules = {"tokenizer": uses, **handed_in}
    result = judge_submission(modules, ["tokenizer"], sandbox=safe, **QUICK)
    assert result["exercises"]["tokenizer"]["points"] == 10
    assert result["notes"] == [] if safe else ["it was judged without a sandbox"]


@needs_sandbox
@pytest.mark.parametrize("safe", [True, False])
@pytest.mark.parametrize(
    ("exercise", "other"),
    [
        ("tokenizer", "tokenizer_tests"),
        ("tokenizer_tests", "tokenizer"),
        ("tokenizer_tests", "generation"),
    ],
)
def test_no_reference_is_to_be_had_that_gives_the_answer_away(safe, exercise, other):
    asked = f"from exercises import {other}".encode()
    result = judge_submission({exercise: asked, other: b""}, [exercise], sandbox=safe, **QUICK)
    found = result["exercises"][exercise]
    assert found["points"] == 0
    assert f"{other} cannot be imported here: it would give away the answer" in found["problem"]


def test_every_exercise_is_kept_from_its_own_reference_and_from_what_uses_it():
    for name in NAMES:
        secret = kept_from(name)
        assert name in secret
        assert not secret & set(exercise(name).needs) - {exercise(name).tests_of}
        for other in NAMES:
            uses = {*exercise(other).needs, *exercise(other).builds_on, exercise(other).tests_of}
            assert other in secret or not uses & secret
    assert kept_from("stateful") == {"stateful", "stateful_tests"}
    assert {"attention", "transformer"} <= kept_from("attention_tests")


def test_a_module_gets_the_references_that_it_names_and_no_others(tmp_path):
    path = tmp_path / "stateful.py"
    path.write_bytes(
        b"import exercises.windows as w\nfrom .masking import x\ntokenizers = '\xff'\n"
    )
    given = references("stateful", path)
    assert given == {name: solution_path(name) for name in ("windows", "masking")}
    path.write_text("import stateful, stateful_tests, tokenizer_tests")
    assert references("stateful", path) == {
        "stateful_tests": None,
        "tokenizer_tests": solution_path("tokenizer_tests"),
    }
    assert references("stateful", tmp_path / "nowhere.py") == {}


@needs_sandbox
def test_a_reference_that_one_exercise_got_does_not_reach_the_next():
    spy = b"""
import os
from exercises import tokenizer
text = open(tokenizer.__file__).read()
assert "BEGIN SOLUTION" in text
for folder in ("/tmp", "."):
    with open(os.path.join(folder, "kept.py"), "w") as file:
        file.write(text)
if os.fork() == 0:
    import time
    time.sleep(60)
"""
    taken = b"""
import os
device = os.stat("/tmp").st_dev  # Python may be mounted there
paths = [os.path.join(folder, name) for folder, _, names in os.walk("/tmp") for name in names]
files = sorted(os.path.basename(path) for path in paths if os.lstat(path).st_dev == device)
raise ValueError(files, len([name for name in os.listdir("/proc") if name.isdigit()]))
"""
    modules = {"beam_search": spy, "tokenizer": taken}
    result = judge_submission(modules, **QUICK)
    problem = result["exercises"]["tokenizer"]["problem"]
    assert problem.endswith("(['beam_search.py', 'stack', 'tokenizer.py'], 2)"), problem


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


# What crosses from a worker is believed only if it has the form of an answer.

FORGED = {
    "a number": 5,
    "nothing": {},
    "two at once": {"value": 1, "unusable": "x"},
    "an unknown fault": {"passed": True},
    "a fault only a judge tells": {"hung": {"limit": 1, "frames": []}},
    "an error that is text": {"raised": "ValueError"},
    "an error with more": {
        "raised": {"kind": "E", "kinds": [], "message": "", "frames": [], "x": 1}
    },
    "lines that are none": {"raised": {"kind": "E", "kinds": [], "message": "", "frames": [[1]]}},
    "too many lines": {
        "raised": {"kind": "E", "kinds": [], "message": "", "frames": [[1, "x"]] * 6}
    },
    "a message that is none": {"unusable": ["x"]},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_answer_is_no_answer(name):
    with pytest.raises(ValueError):
        outcome_of(FORGED[name])


WIRE = {
    "deep": b"[" * 100_000,
    "too deep": b"[" * 60 + b"]" * 60,
    "too many parts": b"[" + b"[]," * 1_000_001 + b"[]]",
    "an int of a million digits": b"1" * 1_000_000,
    "not a dict": b'{"!":"dict","items":[1]}',
    "another dtype": b'{"!":"array","shape":[1],"dtype":"O","data":"AAAAAAAAAAA="}',
    "a dtype of many": b'{"!":"array","shape":[1],"dtype":"(1000000000,)f8","data":""}',
    "a dtype that is none": b'{"!":"array","shape":[1],"dtype":[["a","f8"]],"data":""}',
    "an infinite size": b'{"!":"array","shape":[1e999],"dtype":"<f8","data":""}',
    "a negative size": b'{"!":"array","shape":[-1],"dtype":"<f8","data":""}',
    "an absurd size": b'{"!":"array","shape":[0,1000000000000],"dtype":"<f8","data":""}',
    "a size that a sum would fill": b'{"!":"array","shape":[0,2000000000],"dtype":"|i1","data":""}',
    "neither true nor false": b'{"!":"array","shape":[1],"dtype":"|b1","data":"Ag=="}',
    "too little data": b'{"!":"array","shape":[2],"dtype":"<f8","data":"AAAAAAAAAAA="}',
    "many sizes": b'{"!":"strings","shape":[' + b"1," * 50 + b'1],"items":["a"]}',
    "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x07builtins\x94.",
    "no kind": b'{"a":1}',
}


@pytest.mark.parametrize("name", WIRE)
def test_bytes_that_are_no_plain_value_are_refused(name):
    with pytest.raises(ValueError):
        plain.loads(WIRE[name])


@pytest.mark.parametrize("shape", [(2**24, 1), (1, 2**24), (10**6, 0)])
def test_a_huge_answer_is_not_drawn(shape):
    start = time.monotonic()
    for draw in (lambda huge: same(huge, np.array([[1]])), lambda huge: same(huge, [[1]])):
        with pytest.raises(WrongAnswer):
            draw(np.zeros(shape, np.int8))
    batches_picture([[np.zeros(shape, np.int8), np.zeros((2, 2))]])
    assert time.monotonic() - start < 2


def test_texts_for_people_hold_nothing_that_steers_a_terminal():
    assert clean("a\x1b[2Jb\r\nc\td\x9b\u202e\ud800") == "a�[2Jb\nc\td���"
    assert len(clean("x" * 10**6)) < 10_100
    json.dumps(clean("\ud800")).encode("utf-8")
