"""Judges submissions of a course, one after the other, in a process that stays warm.

    python -m grading.class_worker COURSE [--unsafe]     requests as JSON lines, answers likewise

A request is an object from exercises to their modules in Base64, an answer has ``result`` (see
:func:`grading.submission.judge_submission`) or ``error``, a sentence for the instructor.
"""

import argparse
import base64
import json
import os
import sys

from grading import course_judge
from grading.hidden_tests import HiddenTestError
from grading.submission import NoSandbox, NotTested


def request_of(modules):
    """The line that asks for the judgement of some modules, a dict from exercise to bytes."""
    encoded = {name: base64.b64encode(data).decode() for name, data in modules.items()}
    return json.dumps(encoded) + "\n"


def answer_to(line, course, sandbox=True):
    """Answer one request."""
    modules = {name: base64.b64decode(data) for name, data in json.loads(line).items()}
    try:
        return {"result": course_judge.judge(course, modules, sandbox=sandbox)}
    except (NoSandbox, NotTested, HiddenTestError) as error:
        return {"error": str(error)}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m grading.class_worker")
    parser.add_argument("course")
    parser.add_argument("--unsafe", action="store_true")
    args = parser.parse_args(arguments)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what pytest and the tests print must not get in between
    for line in sys.stdin:
        answer = answer_to(line, args.course, not args.unsafe)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
