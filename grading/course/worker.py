"""Judges submissions of a course, one after the other, in a process that stays warm.

    python -m grading.course.worker COURSE [--unsafe]     requests as JSON lines, answers likewise

A request is an object from exercises to their modules in Base64, an answer has ``result`` (see
:func:`grading.running.submission.judge_submission`) or ``error``, a sentence for the instructor. Whoever
asks must keep standard input open until the answer is there: where it ends, nobody waits any more,
and neither does this process.
"""

import argparse
import base64
import json
import os
import queue
import shutil
import sys
import tempfile
import threading

from grading.course import judge as course_judge
from grading.processes.sandbox import Pool
from grading.running.hidden_tests import HiddenTestError
from grading.running.submission import NoSandbox, NotTested


def request_of(modules):
    """The line that asks for the judgement of some modules, a dict from exercise to bytes."""
    encoded = {name: base64.b64encode(data).decode() for name, data in sorted(modules.items())}
    return json.dumps(encoded) + "\n"


def answer_to(line, course, sandbox=True, pool=None):
    """Answer one request."""
    modules = {name: base64.b64decode(data) for name, data in json.loads(line).items()}
    try:
        return {"result": course_judge.judge(course, modules, sandbox=sandbox, pool=pool)}
    except (NoSandbox, NotTested, HiddenTestError) as error:
        return {"error": str(error)}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m grading.course.worker")
    parser.add_argument("course")
    parser.add_argument("--unsafe", action="store_true")
    args = parser.parse_args(arguments)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what pytest and the tests print must not get in between
    requests, is_busy, pool = queue.SimpleQueue(), threading.Event(), Pool()
    with tempfile.TemporaryDirectory(prefix="unrolled-judge-") as room:
        os.chmod(room, 0o755)  # for sandboxes, which may belong to another user
        tempfile.tempdir = os.environ["TMPDIR"] = room
        threading.Thread(target=_read, args=(requests, is_busy, room), daemon=True).start()
        while (line := requests.get()) is not None:
            is_busy.set()
            answer = answer_to(line, args.course, not args.unsafe, pool)
            is_busy.clear()
            print(json.dumps(answer), file=answers, flush=True)
        pool.close()


def _read(requests, is_busy, room):
    """Take requests; where they end in the midst of one, whoever asked has gone or was killed."""
    for line in sys.stdin:
        requests.put(line)
    if is_busy.is_set():
        shutil.rmtree(room, ignore_errors=True)
        os._exit(1)  # the sandboxes end with this process
    requests.put(None)


if __name__ == "__main__":
    main()
