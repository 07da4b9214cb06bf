"""Judge one submission: run the tests here, its modules in a sandbox, and give plain data.

    python -m grading.running.submission < REQUEST > RESULT     one, in a process of its own

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
from pathlib import Path

from hypothesis.configuration import set_hypothesis_home_dir

from grading.beside.audit import REPLACED
from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import exercise
from grading.processes import sandbox as sandboxes
from grading.processes.forkserver import ForkServers, SubmissionServers
from grading.running import hidden_tests
from grading.running.driver import CALL_LIMIT
from grading.running.marks import Marks, marks_of, not_tested
from grading.running.outcome import Kind, clean
from grading.running.run import Recorder, run_tests

TIME = 600.0  # seconds for one submission
GRACE = 30.0  # seconds more, after which all its processes are ended
PATIENCE = TIME + GRACE + 120  # seconds for a submission with the start and end of a process
PER_PROCESS = 100  # submissions; then a new process begins with a clean memory
LARGEST_MODULE = 2**20  # bytes; the longest solution takes 13,000
UNSAFE = "it was judged without a sandbox"
# What an operating system says when it refuses a call.
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
    servers=None,
    pool=None,
    limits=None,
    hide=(),
    seconds=TIME,
    time_limit=CALL_LIMIT,
    diagnose=True,
    options=(),
    course=None,
):
    """Run the tests on the modules of one submission.

    Args:
        modules: a dict from names of exercises to their modules, as bytes.
        exercises: which ones to judge, in order; those that are not in ``modules`` are told as
            not handed in. All of ``modules`` if None.
        sandbox: run the student's code under bubblewrap; False is for code that you trust.
        servers: a :class:`grading.processes.other_user.OtherUser`, which takes the place of a
            sandbox.
        pool: a :class:`grading.processes.sandbox.Pool` of sandboxes for many submissions, one at a
            time.
        limits: a :class:`grading.processes.sandbox.Limits`.
        hide: paths that the submission must not see, such as the course's folder.
        seconds: for the whole submission. Each exercise gets an equal part of what is left, so
            that those that hang take nothing from the others; its tests that are not done by then
            fail, of the kind ``"time"``.
        time_limit: seconds for one call of the student's code.
        diagnose: look for the known misconception behind a failing test.
        options: more options for pytest.
        course: the folder of the course that it was handed in for: its hidden tests run, too, and
            the submission must not see it.

    Returns:
        A dict for JSON, see :class:`grading.running.marks.Marks`: ``format`` (1), ``exercises`` and
        ``notes``, sentences about what the submission tried or what befell it. ``exercises`` maps
        each name to ``problem`` (why the module cannot be loaded, or None), ``points``,
        ``max_points``, ``seconds`` and ``groups``, a list of dicts with ``name``, ``slug``,
        ``points``, ``max_points``, ``passed`` (tests), ``failed`` (for each test ``test``,
        ``kind``, ``message``, ``report``, ``diagnosis``: None, or ``name``, ``title`` and
        ``explanation``, and ``part``: None, or the cells that are wrong) and ``skipped`` (a dict
        from tests to reasons).

    Raises:
        NoSandbox: there is none here, and ``sandbox`` is True.
        NotTested: the kit's own tests could not be run, or a sandbox did not start.
        HiddenTestError: a hidden test of the course cannot be used.
        ValueError: there is no exercise of a name that was given.
    """
    names = list(modules if exercises is None else exercises)
    for name in (*names, *modules):
        exercise(name)
    if sandbox and servers is None and sandboxes.missing():
        raise NoSandbox(sandboxes.missing())
    if course is not None:
        course = Path(course).resolve()
        set_hypothesis_home_dir(course / ".unrolled" / "hypothesis")
        hide = (*hide, str(course))
        options = (*hidden_tests.options(course / hidden_tests.FOLDER), *options)
    is_open = not sandbox and servers is None
    servers = servers or _servers(sandbox, pool, limits, hide)
    arguments = [f"--time-limit={time_limit}", *options]
    if not diagnose:
        arguments.append("--no-diagnosis")
    end, marks = time.monotonic() + seconds, Marks()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="unrolled-") as folder,
            _alarm(seconds + GRACE, servers.end),
        ):
            _write(modules, folder)
            for i, name in enumerate(names):
                part = max((end - time.monotonic()) / (len(names) - i), 0.0)
                judged = _judge(name, modules.get(name), folder, servers, part, arguments)
                marks.exercises[name] = judged
    finally:
        servers.close()
    if servers.failure:
        raise NotTested(servers.failure)
    if is_open:
        servers.note(UNSAFE)
    marks.notes = [clean(note, 500) for note in servers.notes]
    return marks.as_plain()


class Unconfined(SubmissionServers):
    """No sandbox: a submission runs in the same fork servers as the kit's own code."""

    def get_for(self, spec, preload=(), hash_seed=0):
        return self.trusted.get(preload, hash_seed)

    def kill(self):
        """End the workers; fork servers start again when the next submission needs them."""
        self.trusted.kill()


def _judge(name, source, folder, servers, seconds, options):
    """Judge one exercise in so many seconds; gives its :class:`.marks.ExerciseMarks`."""
    if source is None:
        return not_tested(name, "it was not handed in")
    if len(source) > LARGEST_MODULE:
        return not_tested(name, f"{name}.py is far too large: {len(source)} bytes")
    recorder, start = Recorder(servers), time.monotonic()
    # Neither the caller's folder nor its settings may decide how a submission is judged.
    options = [f"--rootdir={ROOT}", *options]
    with _options_of_the_environment_left_out(), _alarm(seconds, recorder.stop):
        run = run_tests(folder, [name], recorder, options)
    if run.error or not run.tests:
        raise NotTested(run.error or f"pytest found no test of the exercise {name}")
    _note(name, run, servers)
    if run.abandoned:
        told = round(seconds) or round(seconds, 1)  # its part of what was left is no round number
        servers.note(f"{name}: it was not done after {told} seconds, and was ended")
    return marks_of(name, run, round(time.monotonic() - start, 3))


def _note(name, run, servers):
    """Keep notes of what is more than a wrong answer."""
    seen = collections.Counter()
    for failure in run.failures:
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
        return Unconfined(trusted())
    return sandboxes.Sandboxes(limits, trusted(), hide, pool)


@functools.cache
def trusted():
    """The fork servers for the kit's own code, kept for all submissions of this process."""
    servers = ForkServers()
    atexit.register(servers.close)
    return servers


@contextlib.contextmanager
def _alarm(seconds, act):
    """Call ``act()`` in another thread if the block takes longer than this."""
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
