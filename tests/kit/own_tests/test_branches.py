"""One run of a student's tests on many implementations says what a run on each would say."""

import pytest

from grading.catalogue.spec import FileSpec
from grading.processes.forkserver import TENSORFLOW, WRITES_TESTS
from grading.running.driver import WorkerDriver
from grading.running.lasting import known_answers
from grading.running.outcome import Kind
from grading.running.suite_run import Answers, Known, SuiteRun
from grading.running.suites import candidates_spec
from tests.kit.own_tests import suites
from tests.kit.running import run_pytest_here

NAMES = ["solutions", "first", "ids-from-1", "case-kept", "spaces-between", "unknown-skipped"]
# In two steps, so that there are branches of branches.
WORKS = """
def test_id(CharTokenizer):
    print("before")
    tok = CharTokenizer().fit("aB")
    ids = list(tok.encode("a"))
    {then}
    assert ids == [0]
    print("between")
    text = tok.decode([0, 1])
    print(text)
    assert text == "ab"
"""


@pytest.fixture
def run(servers, tmp_path):
    """Runs tests on implementations, on all of them at once or on one after the other."""
    drivers = []

    def run(text, names, together, limit=20):
        path = tmp_path / "tokenizer_tests.py"
        path.write_text(text, encoding="utf-8")
        spec = FileSpec("tokenizer_tests", str(path))
        server = servers.get((*TENSORFLOW[False], *WRITES_TESTS))
        mine = WorkerDriver(server, spec, limit)
        library = WorkerDriver(servers.get(()), candidates_spec("tokenizer_tests"))
        drivers.extend([mine, library])
        suite_run = SuiteRun(mine, Answers(library, Known()))
        if together:
            return suite_run.outcomes("run", names)
        return {name: suite_run.outcomes("run", [name])[name] for name in names}

    yield run
    for driver in drivers:
        driver.close()


@pytest.mark.parametrize("text", [suites.GOOD["tokenizer_tests"], suites.TABLE, WORKS])
def test_a_run_on_many_says_what_a_run_on_each_says(run, text):
    text = text.replace("{then}", "pass")
    together, alone = (run(text, NAMES, together) for together in (True, False))
    assert together == alone
    values = [outcome.value["failed"] for outcome in together.values()]
    assert None in values
    assert len({str(value) for value in values}) > 2


def test_what_hangs_in_a_branch_is_told_of_that_branch(run):
    text = WORKS.format(then="while ids == [1]: pass")
    found = run(text, ["ids-from-1", "solutions", "case-kept"], True, limit=1)
    fault = found["ids-from-1"].fault
    assert (fault.kind, fault.limit) == (Kind.HUNG, 1)
    assert fault.frames[-1] == (6, "while ids == [1]: pass")
    left = [name for name in ("solutions", "case-kept") if name not in found]
    others = (run(text, left, True) if left else {}) | found
    assert [name for name in others if others[name].fault] == ["ids-from-1"]


def test_a_branch_that_ends_its_process_takes_no_other_with_it(run):
    text = WORKS.format(then="import os; ids == [1] and os._exit(7)")
    found = run(text, NAMES, True)
    assert found.keys() == set(NAMES)
    assert (found["ids-from-1"].kind, found["ids-from-1"].fault.code) == (Kind.DIED, 7)
    assert [name for name in NAMES if found[name].fault] == ["ids-from-1"]


@pytest.mark.parametrize(
    "then",
    [
        "import threading; threading.Timer(20, print).start()",
        "import sys; sys.modules['tensorflow'] = sys  # as if it were imported",
    ],
)
def test_a_process_that_cannot_be_forked_goes_on_with_some(run, then):
    found = run(WORKS.format(then=then), NAMES, True)
    left = [name for name in NAMES if name not in found]
    assert found
    assert left
    assert all(outcome.fault is None for outcome in found.values())


def test_after_the_next_save_candidates_are_not_asked_what_is_known(tmp_path, servers, monkeypatch):
    (tmp_path / "tokenizer_tests.py").write_text(WORKS.format(then="pass"), encoding="utf-8")
    known_answers("stateful_tests")  # so that nothing is known yet
    asked, outputs, ask = [], [], Answers._ask

    def counted(answers, names, args, call):
        asked[-1] += len(names)
        return ask(answers, names, args, call)

    monkeypatch.setattr(Answers, "_ask", counted)
    for _ in range(2):
        asked.append(0)
        outputs.append(run_pytest_here(servers, tmp_path, "-q").stdout)
    assert asked[0] > 0
    assert asked[1] == 0
    failed = [output.count("expected   at least one of your tests to fail") for output in outputs]
    assert failed[0] == failed[1] > 0
