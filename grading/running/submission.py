"""Judge one submission: run the tests here, its modules in a sandbox, and give plain data.

    python -m grading.running.submission < REQUEST > RESULT      one submission in a process of its own

The request is a JSON object: ``modules`` maps exercises to the text of their modules, the other
keys are arguments of :func:`judge_submission`. The result is what that returns.
"""

import argparse
import atexit
import collections
import contextlib
import functools
import json
import os
import re
import sys
import tempfile
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

from grading.beside.audit import REPLACED
from grading.catalogue.points import group_of, group_points, groups_of, tests_of
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import ROOT
from grading.catalogue.syllabus import exercise
from grading.processes import sandbox as sandboxes
from grading.processes.forkserver import ForkServers
from grading.running.driver import CALL_LIMIT
from grading.running.outcome import Kind, clean
from grading.running.report import headline, render
from grading.running.run import Recorder, run_tests

TIME = 600.0  # seconds for one submission
GRACE = 30.0  # seconds over that, after which its processes are ended whatever they do
DIAGNOSIS = 10.0  # seconds for the misconceptions of one exercise, on cores that others use, too
LARGEST_MODULE = 2**20  # bytes; the longest solution takes 13,000
LATE = "there was no time left for this test: the exercise took too long as a whole"
UNSAFE = "it was judged without a sandbox"
# What an operating system says to a program that it does not let have its way.
_WALLS = re.compile(
    r"(PermissionError|BlockingIOError|Connection\w+|gaierror|URLError|OSError|MemoryError)\b"
)


class NoSandbox(Refused, RuntimeError):
    """Submissions cannot be judged safely here; the message says what is missing."""


class NotTested(Refused, RuntimeError):
    """The tests could not be run, which is no fault of the submission: try again."""


def judge_submission(
    modules,
    exercises=None,
    *,
    sandbox=True,
    pool=None,
    limits=None,
    hide=(),
    seconds=TIME,
    time_limit=CALL_LIMIT,
    diagnose=True,
    options=(),
):
    """Run the tests on the modules of one submission.

    Args:
        modules: a dict from names of exercises to their modules, as bytes.
        exercises: which ones to judge, in order; those that are not in ``modules`` are told as
            not handed in. All of ``modules`` if None.
        sandbox: run the student's code under bubblewrap; False is for code that you trust.
        pool: a :class:`grading.processes.sandbox.Pool` of sandboxes for many submissions, one at a time.
        limits: a :class:`grading.processes.sandbox.Limits`.
        hide: paths that the submission must not see, such as the course's folder.
        seconds: for the whole submission. Each exercise gets an equal part of what is left, so
            that those that hang take nothing from the others; its tests that are not done by then
            fail, of the kind ``"time"``.
        time_limit: seconds for one call of the student's code.
        diagnose: look for the known misconception behind a failing test.
        options: more options for pytest.

    Returns:
        A dict for JSON: ``format`` (1), ``exercises`` and ``notes``, sentences about what the
        submission tried or what befell it. ``exercises`` maps each name to ``problem`` (why the
        module cannot be loaded, or None), ``points``, ``max_points``, ``seconds`` and ``groups``,
        a list of dicts with ``name``, ``slug``, ``points``, ``max_points``, ``passed`` (tests),
        ``failed`` (for each test ``test``, ``kind``, ``message``, ``report`` and ``diagnosis``:
        None, or ``name``, ``title`` and ``explanation``) and ``skipped`` (a dict from tests to
        reasons).

    Raises:
        NoSandbox: there is none here, and ``sandbox`` is True.
        NotTested: the kit's own tests could not be run, or a sandbox did not start.
        ValueError: there is no exercise of a name that was given.
    """
    names = list(modules if exercises is None else exercises)
    for name in (*names, *modules):
        exercise(name)
    if sandbox and sandboxes.missing():
        raise NoSandbox(sandboxes.missing())
    servers = _servers(sandbox, pool, limits, hide)
    arguments = [f"--time-limit={time_limit}", f"--diagnosis-time={DIAGNOSIS}", *options]
    if not diagnose:
        arguments.append("--no-diagnosis")
    end, judged = time.monotonic() + seconds, {}
    try:
        with (
            tempfile.TemporaryDirectory(prefix="unrolled-") as folder,
            _alarm(seconds + GRACE, servers.end),
        ):
            _write(modules, folder)
            for i, name in enumerate(names):
                part = (end - time.monotonic()) / (len(names) - i)
                source = modules.get(name)
                judged[name] = _judge(name, source, folder, servers, max(part, 0.0), arguments)
    finally:
        servers.close()
    if servers.failure:
        raise NotTested(servers.failure)
    if not sandbox:
        servers.note(UNSAFE)
    notes = [clean(note, 500) for note in servers.notes]
    return {"format": 1, "exercises": judged, "notes": notes}


class Unconfined:
    """Fork servers without a sandbox, with the same interface; shared by all submissions."""

    def __init__(self, shared):
        self.shared, self.notes, self.is_over, self.failure = shared, [], False, None

    def get(self, preload=(), hash_seed=0):
        return self.shared.get(preload, hash_seed)

    def note(self, sentence):
        self.notes.append(sentence)

    def end(self):
        """End the workers; fork servers start again when the next submission needs them."""
        self.is_over = True
        self.shared.kill()

    def close(self):
        """The fork servers stay, for the next submission."""


def _judge(name, source, folder, servers, seconds, options):
    """Judge one exercise in so many seconds; gives its part of the result."""
    if source is None or len(source) > LARGEST_MODULE:
        problem = "it was not handed in"
        if source is not None:
            problem = f"{name}.py is far too large: {len(source)} bytes"
        failures = [_failed(test, Kind.UNLOADABLE, problem) for test in tests_of(name)]
        return _part(name, problem, 0.0, failed=failures)
    recorder, start = Recorder(servers), time.monotonic()
    # Neither the caller's folder nor its settings may decide how a submission is judged.
    options = [f"--rootdir={ROOT}", *options]
    with _options_of_the_environment_left_out(), _alarm(seconds, recorder.stop):
        found = run_tests(folder, [name], recorder, options)
    if found.error or not found.tests:
        raise NotTested(found.error or f"pytest found no test of the exercise {name}")
    _note(name, found, servers)
    if found.abandoned:
        servers.note(f"{name}: it was not done after {seconds:.3g} seconds, and was ended")
    seconds, tests = round(time.monotonic() - start, 3), found.tests[name]
    missing = sorted(set(tests_of(name)) - {test.partition("[")[0] for test in tests})
    results = found.of(name)
    no_result = (Kind.TIME, LATE) if found.abandoned else (Kind.ERROR, "this test came to no end")
    passed, failed, skipped = [], [], {}
    for test in (*tests, *missing):
        result = results.get(test)
        if result is None:  # no outcome is no pass
            failed.append(_failed(test, *no_result))
        elif result.state == "skipped":
            skipped[test] = clean(result.reason)
        elif result.state == "passed":
            passed.append(test)
        else:
            failed.append(_failure(result))
    return _part(name, found.problem_of(name), seconds, passed, failed, skipped)


def _part(name, problem, seconds, passed=(), failed=(), skipped=None):
    """An exercise's part of the result."""
    groups = []
    for group in groups_of(name):

        def belongs(test, group=group):
            return group_of(name, test) == group

        of_group = {
            "passed": [test for test in passed if belongs(test)],
            "failed": [failure for failure in failed if belongs(failure["test"])],
            "skipped": {test: why for test, why in (skipped or {}).items() if belongs(test)},
        }
        n_passed, n_failed = len(of_group["passed"]), len(of_group["failed"])
        points = group_points(group, n_passed, n_passed + n_failed)
        about = {"name": group.name, "slug": group.slug, "points": points}
        groups.append({**about, "max_points": group.points, **of_group})
    return {
        "problem": clean(problem) if problem else None,
        "points": round(sum(group["points"] for group in groups), 2),
        "max_points": exercise(name).points,
        "seconds": seconds,
        "groups": groups,
    }


def _failure(result):
    failure = result.failure
    if failure.kind is Kind.ERROR:
        lines = failure.message.strip().splitlines() or ["the test failed"]
        return _failed(result.test, Kind.ERROR, lines[-1], "\n".join(lines[-30:]))
    # Where it lay while it was judged says nothing to anyone.
    failure = replace(failure, file=f"{failure.exercise}.py")
    diagnosis = asdict(result.diagnosis) if result.diagnosis else None
    report = "\n".join(render(failure))
    return _failed(result.test, failure.kind, headline(failure), report, diagnosis)


def _failed(test, kind, message, report=None, diagnosis=None):
    report = clean(message if report is None else report)
    what = {"test": test, "kind": kind.value, "message": clean(message, 1000), "report": report}
    return {**what, "diagnosis": diagnosis}


def _note(name, found, servers):
    """Keep notes of what is more than a wrong answer."""
    seen = collections.Counter()
    for failure in found.failures:
        kind, message = failure.kind, failure.message
        if kind is Kind.DIED:
            seen["a call ended its process"] += 1
        elif kind is Kind.HUNG:
            seen["a call did not return in time"] += 1
        elif kind is Kind.UNUSABLE and message.startswith(REPLACED):
            seen[message.partition(",")[0]] += 1
        elif kind in (Kind.RAISED, Kind.UNLOADABLE) and _WALLS.match(message):
            seen[f"a call raised {message.splitlines()[0][:200]}"] += 1
        elif kind is Kind.ERROR:
            seen[f"a test broke on its answer ({message.strip().splitlines()[-1:]})"] += 1
    for what, count in seen.items():
        servers.note(f"{name}: {what} (in {count} test{'s' * (count != 1)})")


def _write(modules, folder):
    for name, source in modules.items():
        if len(source) <= LARGEST_MODULE:
            (Path(folder) / f"{name}.py").write_bytes(source)


def _servers(sandbox, pool, limits, hide):
    if not sandbox:
        return Unconfined(_trusted())
    return sandboxes.Sandboxes(limits, _trusted(), hide, pool)


@functools.cache
def _trusted():
    """The fork servers for the kit's own code, kept for all submissions that this process judges."""
    servers = ForkServers()
    atexit.register(servers.close)
    return servers


@contextlib.contextmanager
def _alarm(seconds, act):
    """Have something done in another thread if what is inside takes too long."""
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextlib.contextmanager
def _options_of_the_environment_left_out():
    given = os.environ.pop("PYTEST_ADDOPTS", None)
    try:
        yield
    finally:
        if given is not None:
            os.environ["PYTEST_ADDOPTS"] = given


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m grading.running.submission", description=__doc__
    )
    parser.parse_args(arguments)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what pytest and the tests print must not get into the result
    try:
        request = json.load(sys.stdin)
        modules = {name: text.encode() for name, text in request.pop("modules").items()}
        limits = request.pop("limits", None)
        limits = sandboxes.Limits(**limits) if limits else None
        result = judge_submission(modules, limits=limits, **request)
    except (NoSandbox, NotTested, ValueError, TypeError, KeyError, AttributeError) as error:
        parser.exit(2, f"python -m grading.running.submission: {error}\n")
    print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    main()
