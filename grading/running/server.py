"""A process that runs tests, request after request, and stays warm in between.

    python -m grading.running.server [--course FOLDER] [--unsafe]    JSON lines in, JSON lines out

A request is an object with a ``task`` and what that needs:

* ``check``: what a check cell shows; see :meth:`grading.running.checks.Checks.check`.
* ``catch``: a test that fails on each of some known mistakes; see :meth:`Server.catch`.
* ``subject``: the tests of what ``--impl`` may name, as a :class:`grading.running.result.Run`;
  see :meth:`Server.subject`.
* ``submission``: the result of a submission; see :meth:`Server.submission`.

An answer has ``result``, or ``problem``, a sentence. Whoever asks must keep standard input open
until the answer is there: where it ends, nobody waits any more, and neither does this process.
The tests run here and what they test in workers of this process, so TensorFlow is imported once.
"""

import argparse
import json
import os
import queue
import shutil
import sys
import tempfile
import threading

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused
from grading.processes.forkserver import ForkServers
from grading.processes.sandbox import Pool
from grading.running.catching import Catching
from grading.running.checks import Checks
from grading.running.library import misconception_of
from grading.running.run import Recorder, run_tests, test_file
from grading.running.submission import judge_submission


class Server:
    """Answers requests, with what is shared by all of them.

    Args:
        course: the folder of the course that submissions are of, or None.
        sandbox: whether submissions run under bubblewrap.
    """

    def __init__(self, course=None, sandbox=True):
        self.course, self.sandbox = course, sandbox
        self.servers, self.pool = ForkServers(), Pool()
        self.tasks = {
            "check": Checks(self.servers).check,
            "catch": self.catch,
            "subject": self.subject,
            "submission": self.submission,
        }

    def answer(self, task, **what):
        """Do a task; gives the answer to it."""
        try:
            return {"result": self.tasks[task](**what)}
        except Refused as error:
            return {"problem": str(error)}

    def catch(self, exercise, keys, options=()):
        """Try the tests of an exercise on known mistakes; see :mod:`grading.running.catching`.

        Args:
            exercise: its name.
            keys: the names of misconceptions.
            options: more options for pytest.

        Returns:
            By the names of those that are caught the failure of a test, as a plain dict.
        """
        catching = Catching(exercise, keys)
        run = run_tests("solutions", [exercise], Recorder(self.servers, instead=catching), options)
        if run.error:
            raise Refused(run.error)
        return {key: failure.as_plain() for key, failure in catching.caught.items()}

    def subject(self, where, options=(), first=False, noted=False):
        """Run the tests that fit a subject.

        Args:
            where: the subject, as in ``--impl``.
            options: more options for pytest.
            first: stop at the first failing test.
            noted: of a misconception, run only the tests that are known to catch it.
        """
        tests = _noted_tests(where) if noted else [ROOT / "tests"]
        options = ["--no-shrink", *["-x"] * first, *options]
        run = run_tests(where, tests, Recorder(self.servers), options)
        if run.error and run.code != pytest.ExitCode.NO_TESTS_COLLECTED:
            raise Refused(run.error)
        return run.as_plain()

    def submission(self, modules):
        """Judge a submission.

        Args:
            modules: a dict from exercises to their modules: text, in which bytes that are no UTF-8
                are escaped by half surrogates.
        """
        modules = {name: text.encode("utf-8", "surrogateescape") for name, text in modules.items()}
        how = {"course": self.course, "sandbox": self.sandbox, "pool": self.pool}
        return judge_submission(modules, **how)

    def close(self):
        """End all processes."""
        self.pool.close()
        self.servers.close()


def _noted_tests(where):
    """The tests that ``caught_by.json`` names for a misconception; a file where there is none."""
    from grading.misconceptions import caught_by

    exercise, key = misconception_of(where)
    noted = sorted(caught_by(exercise).get(key, ()))
    file = test_file(exercise)
    return [f"{file}::{test}" for test in noted] or [file]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m grading.running.server")
    parser.add_argument("--course", metavar="FOLDER", help="whose submissions are judged")
    parser.add_argument("--unsafe", action="store_true", help="judge them without a sandbox")
    args = parser.parse_args(arguments)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what pytest and the tests print must not mix with the answers
    requests, is_busy = queue.SimpleQueue(), threading.Event()
    with tempfile.TemporaryDirectory(prefix="unrolled-judge-") as room:
        os.chmod(room, 0o755)  # for sandboxes, which may belong to another user
        tempfile.tempdir = os.environ["TMPDIR"] = room
        server = Server(args.course, not args.unsafe)
        arguments = (requests, is_busy, server, room)
        threading.Thread(target=_read, args=arguments, daemon=True).start()
        while (line := requests.get()) is not None:
            answer = server.answer(**json.loads(line))
            is_busy.clear()
            print(json.dumps(answer), file=answers, flush=True)
        server.close()


def _read(requests, is_busy, server, room):
    """Read requests. The input ends where whoever asks has gone or was killed."""
    for line in sys.stdin:
        is_busy.set()
        requests.put(line)
    if is_busy.is_set():
        try:
            server.servers.close()  # sandboxes end with this process
            shutil.rmtree(room, ignore_errors=True)
        finally:
            os._exit(1)
    requests.put(None)


if __name__ == "__main__":
    main()
