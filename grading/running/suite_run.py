"""One run of a student's tests, on one implementation, or on many in a process that branches.

Up to the first answer in which two implementations differ, a run on either is the same run. So one
process runs the tests on all of them, and forks where their answers part; here is kept who is in
which branch. The process is told only how many branches there are, in no order.
"""

import os
import random
from collections import Counter

from grading.beside import plain
from grading.running.driver import WorkerDriver
from grading.running.outcome import Fault, Kind, Outcome, outcome_of

ASKED = "use"  # the probe that tests reach
NOTHING = {"value": None}
KEYS = ("test", "example", "error", "line", "code")  # of a test that failed


class SuiteRun:
    """Runs a student's tests, again and again.

    Args:
        driver: reaches the student's module.
        answers: the :class:`Answers` of the implementations.
    """

    def __init__(self, driver, answers):
        self.driver, self.answers = driver, answers
        # Each run starts in a new process, which is forked; elsewhere that would take too long, but
        # nobody is graded there.
        self._starts_anew = isinstance(driver, WorkerDriver) and hasattr(os, "fork")
        self._chance = random.SystemRandom()

    def outcomes(self, probe, names, small=False):
        """Run the tests on implementations that are known by names.

        Args:
            probe: the student's.
            names: the implementations.
            small: have hypothesis look for the smallest example on which the tests fail.

        Returns:
            A dict of an :class:`grading.running.outcome.Outcome` for each name, but for those that
            another one kept from being run, when it hung, for example: they are left out. At least
            one is there.
        """
        self._found, self._asks = {}, 0
        self._names, self._counts = list(names), Counter()  # of the branch that runs
        self._parts = []  # of each process that waits for a branch: answers, names and counts
        if self._starts_anew:  # so that this run knows nothing of the runs before
            self.driver.close()
        self.driver.answer = self._answer
        self._note(self.driver.call(probe, ["an implementation", small], {}))
        return self._found

    def _answer(self, request):
        """Answer a process in which a student's tests run; it is not trusted."""
        request = request if type(request) is dict else {}
        if self._parts and request.keys() & {"came", "ended", "next"}:
            return self._answer_branch(request)
        args = request.get("args")
        if type(args) is not list or request.get("probe") != ASKED:  # as no test asks
            return {"unusable": "only the implementation under test can be asked"}
        return self._answer_call(args)

    def _answer_branch(self, told):
        """Note what a branch came to, or say with what the next one goes on."""
        if "came" in told:
            self._note(outcome_of(told["came"]))
            return NOTHING
        self.driver.allow_anew()
        if "ended" in told:
            if not self._found.keys() & self._names:
                self._note(Outcome(fault=Fault(Kind.DIED, code=told["ended"])))
            return NOTHING
        answer, self._names, self._counts = self._parts[-1].pop()
        if told["next"] or not self._parts[-1]:  # where it could not be forked, some are left
            self._parts.pop()
        return answer

    def _answer_call(self, args):
        self._asks += 1
        call = plain.dumps(args)
        self._counts[call] += 1
        found = self.answers.get(self._names, args, (call, self._counts[call]))
        parts = {}
        for name, (answer, written) in found.items():
            parts.setdefault(written, (answer, [], self._counts.copy()))[1].append(name)
        if len(parts) == 1:
            return answer
        self._parts.append(self._chance.sample(list(parts.values()), len(parts)))
        return {"branches": len(parts)}

    def _note(self, outcome):
        if outcome.fault is None:
            outcome = read(outcome, self._asks)
        self._found |= dict.fromkeys(self._names, outcome)


class Known:
    """What candidates answered, forgotten once it takes too much memory."""

    MOST = 16 * 2**20  # bytes

    def __init__(self):
        self._answers, self._weight = {}, 0

    def get(self, key):
        return self._answers.get(key)

    def add(self, key, answer, weight):
        self._answers[key] = answer
        self._weight += weight
        if self._weight > self.MOST:
            self._answers, self._weight = {key: answer}, weight


class Answers:
    """What candidates answer; most is asked again when they are tested again, and then is known.

    Within a run, equal calls are calls of their own: one that answers at random must be seen to.

    Args:
        candidates: a driver to them.
        known: a :class:`Known` that may be shared.
        backwards: whether to begin at the last candidate, so that two runs side by side share the
            work.
    """

    AT_ONCE = 4  # candidates

    def __init__(self, candidates, known, backwards=False):
        self.candidates, self.known, self._step = candidates, known, -1 if backwards else 1

    def get(self, names, args, call):
        """What each candidate answers, by its name: a plain dict, and how it is written.

        Args:
            names: the candidates'.
            args: the call's.
            call: what is known of it: how it is written, and its number among equal ones of a run.
        """
        found, left = {}, names[:: self._step]
        while left:
            known = {name: self.known.get((name, *call)) for name in left}
            found |= {name: answer for name, answer in known.items() if answer is not None}
            left = [name for name in left if name not in found]
            asked, left = left[: self.AT_ONCE], left[self.AT_ONCE :]
            found |= self._ask(asked, args, call)
        return found

    def _ask(self, names, args, call):
        if not names:
            return {}
        outcome = self.candidates.call("each", [ASKED, args, names])
        if outcome.fault and len(names) > 1:  # one of them hung, say
            return {name: self._ask([name], args, call)[name] for name in names}
        if outcome.fault:
            answer = outcome.fault.as_answer()
            return {names[0]: (answer, plain.dumps(answer))}
        found = {}
        for name, answer in zip(names, outcome.value, strict=True):
            if "raised" in answer:  # a test can see no more of it
                answer = {"raised": {key: answer["raised"][key] for key in ("kinds", "message")}}
            found[name] = answer, plain.dumps(answer)
            self.known.add((name, *call), found[name], len(call[0]) + len(found[name][1]))
        return found


def read(outcome, asks):
    """The outcome of a student's tests, checked: a worker is not trusted.

    Args:
        outcome: what the worker told.
        asks: how often the tests called an implementation.
    """
    value = outcome.value
    try:
        n_tests, failed = int(value["tests"]), value["failed"]
        if failed is not None:
            failed = {key: str(failed[key])[:500] for key in KEYS}
    except (TypeError, LookupError, ValueError, OverflowError):
        message = "the tests came to an end that no tests have"
        return Outcome(fault=Fault(Kind.UNUSABLE, message))
    if failed is None and not asks:
        message = "your tests never call the implementation"
        return Outcome(fault=Fault(Kind.UNUSABLE, message))
    return Outcome({"tests": n_tests, "failed": failed}, printed=outcome.printed)
