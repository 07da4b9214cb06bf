"""Grade a large class, kill the grading again and again, and update the kit in the middle of it:
every score must be as expected.

    python -m tests.kit.course.soak --submissions 300

A tenth of the class is damaged, a tenth are attacks, the rest is honest: right, wrong in part, or
not begun. The exit code is 1 if anything is not as it should be.
"""

import argparse
import contextlib
import csv
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grading.catalogue.paths import ROOT
from grading.course import results
from tests.kit.course.classes import FILES, commented, files_in, scores
from tests.kit.course.courses import GOOD, STUB, WRONG, make_course, run_nbgrader, submit
from tests.kit.course.test_nbgrader import DAMAGED, EXPECTED, change
from tests.kit.grading_class.attacks import ATTACKS
from tests.kit.grading_class.attacks import WRONG as ATTACKERS

HONEST = ((GOOD, 10.0), (GOOD, 10.0), (WRONG, 8.0), (STUB, 0.0))
REFERENCE = "reference"  # the student who hands in what all attacks are as wrong as
MARK = "98765.4321"
OLDER = "an older kit"


class Class:
    """A class of students.

    Attributes:
        expected: a dict from students to the score that they must get; attackers have none.
        attackers: a dict from students to the attack and the module.
    """

    def __init__(self, course, count, chance):
        self.course, self.expected, self.attackers = course, {}, {}
        self.canary = course.parent / "canary"
        self.canary.mkdir()
        submit(course, REFERENCE, ATTACKERS.encode())
        n_damaged = n_attacks = round(count / 10)
        for number in range(count - n_damaged - n_attacks - 1):
            module, score = HONEST[number % len(HONEST)]
            student = f"honest{number:03}"
            submit(course, student, commented(number, module))
            self.expected[student] = score
        kinds = [*FILES, *DAMAGED]
        chance.shuffle(kinds)
        for number in range(n_damaged):
            self._damage(number, kinds[number % len(kinds)])
        names = list(ATTACKS)
        chance.shuffle(names)
        for number in range(n_attacks):
            self._attack(number, ATTACKS[names[number % len(names)]])

    def _damage(self, number, kind):
        student = f"damaged{number:03}-{kind}"
        if kind in FILES:
            FILES[kind](submit(self.course, student, GOOD))
            self.expected[student] = 0
        else:
            module, how = DAMAGED[kind]
            change(submit(self.course, student, module), how)
            self.expected[student] = EXPECTED[kind]

    def _attack(self, number, attack):
        student = f"attack{number:03}"
        source = attack.source.replace("CANARY", str(self.canary)).replace("ROOT", str(ROOT))
        source = source.replace("PORT", "9").replace("MARK", MARK)
        module = commented(number, source.encode())
        submit(self.course, student, module)
        self.attackers[student] = (attack, module)

    @property
    def students(self):
        return {REFERENCE, *self.expected, *self.attackers}

    def faults(self):
        """What is not as it should be when all is done, as sentences."""
        found = scores(self.course)
        for student in sorted(self.students ^ set(found)):
            yield f"{student}: {found.get(student)} in the gradebook"
        for student, score in self.expected.items():
            if student in found and abs(found[student] - score) > 0.005:
                yield f"{student}: {found[student]} instead of {score}"
        points = self._points()
        most = points.get(REFERENCE, {})
        for student, (attack, module) in self.attackers.items():
            for group, earned in points.get(student, {}).items():
                is_right = earned == most[group] if attack.same else 0 <= earned <= most[group]
                if not is_right:
                    yield f"{student}: {earned} for {group} instead of {most[group]}"
            result = results.ready(self.course, {"tokenizer": module}) or {"notes": ()}
            # The kit's tests set a lower limit of memory than a class has.
            wanted = attack.notes if "of memory" not in (attack.notes or "") else None
            if wanted and not any(re.search(wanted, note) for note in result["notes"]):
                yield f"{student}: no note of {wanted}: {result['notes']}"
        if list(self.canary.iterdir()):
            yield f"somebody wrote {list(self.canary.iterdir())}"

    def _points(self):
        points = {}
        with open(self.course / "class" / "tokenizer_scores.csv", newline="") as file:
            for row in csv.DictReader(file):
                points.setdefault(row["student"], {})[row["group"]] = float(row["points"])
        return points


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.kit.course.soak", description=__doc__)
    parser.add_argument("--submissions", type=int, default=300, metavar="N")
    parser.add_argument("--kills", type=int, default=5, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="leave the course where it is")
    args = parser.parse_args(arguments)
    chance = random.Random(args.seed)
    folder = Path(tempfile.mkdtemp(prefix="unrolled-soak-"))
    try:
        course = make_course(folder / "c")
        done = run_nbgrader(course, "generate_assignment", "tokenizer")
        if done.returncode:
            parser.exit(2, done.stdout)
        room = Class(course, args.submissions, chance)
        faults = _soak(room, args, chance)
    finally:
        if not args.keep:
            shutil.rmtree(folder)
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{args.submissions} submissions, {args.kills} kills, {len(faults)} faults")
    return 1 if faults else 0


def _soak(room, args, chance):
    submitted = files_in(room.course / "submitted")
    faults, kept, start = [], {}, time.monotonic()
    # Somewhere between the first result and the last grades; the last run is left in peace.
    moments = sorted(chance.uniform(0, 1.8 * args.submissions) for _ in range(args.kills))
    for number, moment in enumerate([*moments, None]):
        code, peak = _grade(room.course, args.jobs, moment, chance.random())
        now = files_in(room.course / ".unrolled")
        faults += [f"{path} was done again" for path in kept if now.get(path) != kept[path]]
        kept = {path: seen for path, seen in now.items() if _is_kept(path)}
        if number == args.kills // 2:
            _update_kit(room.course)
            kept = {}  # all of it is to be done again
        found = scores(room.course)
        faults += [
            f"{student}: {score} after kill {number + 1}"
            for student, score in found.items()
            if abs(score - room.expected.get(student, score)) > 0.005 or score < 0
        ]
        print(
            f"after {time.monotonic() - start:.0f} s: {len(_results(room.course))} results, "
            f"{len(found)} grades, at most {peak / 1e6:.0f} MB",
            flush=True,
        )
        if code == 0:
            break
    if number < args.kills:
        faults.append(f"it was killed {number} times only")
    if code:
        faults.append(f"the last run ended with {code}")
    if any(_read(path)["tests"] == OLDER for path in _results(room.course)):
        faults.append("there are results of an older kit")
    if files_in(room.course / "submitted") != submitted:
        faults.append("what was handed in has changed")
    return [*faults, *room.faults()]


def _grade(course, jobs, moment, delay):
    """Grade, and kill that a moment after so many files are kept; None lets it come to its end.

    Returns:
        The exit code, and the most memory that it held.
    """
    command = [sys.executable, "-m", "grading.cli", "grade", "tokenizer", "--course", str(course)]
    peak = 0
    with (course.parent / "said.txt").open("a") as said:
        run = subprocess.Popen([*command, f"--jobs={jobs}"], cwd=ROOT, stdout=said, stderr=said)
        while run.poll() is None and (moment is None or _count_kept(course) < moment):
            peak = max(peak, _memory_of(run.pid))
            time.sleep(0.2)
        time.sleep(delay if moment is not None else 0)
        run.send_signal(signal.SIGKILL)
        return run.wait(), peak


def _memory_of(pid):
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+)", text)
    return int(found[1]) * 1024 if found else 0


def _results(course):
    return list((course / ".unrolled" / "results").glob("*.json"))


def _update_kit(course):
    """Leave what was judged so far as if an older kit had judged it, with other verdicts."""
    for path in _results(course):
        result = _read(path)
        result["tests"] = OLDER
        for exercise in result["exercises"].values():
            for group in exercise["groups"]:
                group["points"] = 0.25
        path.write_text(json.dumps(result), encoding="utf-8")


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _count_kept(course):
    while True:
        with contextlib.suppress(FileNotFoundError):  # a folder of the import went meanwhile
            return sum(map(_is_kept, (course / ".unrolled").rglob("*.json")))


def _is_kept(path):
    return path.suffix == ".json" and path.parent.name in ("results", "tokenizer")


if __name__ == "__main__":
    sys.exit(main())
