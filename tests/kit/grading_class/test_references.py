"""The references beside a submission: which ones it may use, and that it sees no others."""

import pytest

from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import NAMES, exercise
from grading.processes.references import kept_from, references
from grading.running.submission import judge_submission
from tests.kit.grading_class.sandboxes import needs_sandbox
from tests.kit.grading_class.test_submission import QUICK, RIGHT


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
