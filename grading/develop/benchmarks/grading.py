"""Grading a class: ``unrolled grade``, and nbgrader's own autograde, on the same submissions.

Each submission has the chapter's seven components, a notebook each. A third of them are right; each
of the others has one slip, which costs part of the points of one exercise. No two are equal, so
that nothing is judged once for two students.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from grading.catalogue.paths import kit_environment
from grading.catalogue.stubs import solution_path
from grading.course.folder import lay_out
from grading.develop.benchmarks import Benchmark, Measurement
from grading.notebooks.cells import page

BENCHMARK = Benchmark(
    summary="grade submissions of seven exercises, on 2 cores",
    unit="submissions/min",
    demanded_ratio=8,
    baseline="nbgrader autograde, which runs the notebooks one at a time",
)
JOBS = 2
# Of each exercise, a line of the solution and what a student made of it.
SLIPS = {
    "windows": ("windows[:, :-1], windows[:, 1:]", "windows[:, :-1], windows[:, :-1]"),
    "tokenizer": ('return "".join(', 'return " ".join('),
    "sampling": ("/ temperature  # log(0)", "* temperature  # log(0)"),
    "stateful": ("parts[:, 1 : n_used + 1]", "parts[:, :n_used]"),
    "vocabulary": ("by_count[:max_size]", "by_count[: max_size + 1]"),
    "positional_encoding": ("np.cos(angles)", "np.sin(angles)"),
    "attention": ("transpose_b=True) / tf.sqrt(d_key)", "transpose_b=True)"),
}


def ours(settings):
    """Grade by ``unrolled grade``."""
    commands = [["grading.cli", "grade", *SLIPS, "--jobs", str(JOBS)]]
    return _measured(settings, commands, "the most that one of its processes held: {:.0f} MB")


def baseline(settings):
    """Grade by nbgrader itself."""
    commands = [["nbgrader", "autograde", name] for name in SLIPS]
    return _measured(settings, commands, "", stock=True)


def _measured(settings, commands, note, stock=False):
    count = 4 if settings.quick else 30
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        make_class(course, count)
        if stock:
            _without_judge(course / "nbgrader_config.py")
        start = time.perf_counter()
        for command in commands:
            _run(course, *command)
        seconds = time.perf_counter() - start
        scores = scores_in(course / "gradebook.db")
        notes = [f"{len(scores)} submissions in {seconds:.0f} s"]
        if not stock:
            notes += _parts(course, count)
    if len(scores) != count:
        raise RuntimeError(f"{len(scores)} of {count} submissions have a score")
    digest = hashlib.sha256(json.dumps(scores, sort_keys=True).encode()).hexdigest()[:16]
    if _largest_child() and note:
        notes.append(note.format(_largest_child() / 1e6))
    notes.append(f"mean score {sum(scores.values()) / count:.2f}")
    return Measurement(count / seconds * 60, notes, digest)


def make_class(folder, count):
    """Make a course of the seven exercises, released, with so many submissions of each."""
    lay_out(folder, exercises=list(SLIPS))
    for name in SLIPS:
        _run(folder, "nbgrader", "generate_assignment", name)
        for number in range(count):
            path = folder / "submitted" / f"student{number:03}" / name / f"{name}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_bytes(page(name, module(name, number)))


def module(name, number):
    """The module that the student of this number handed in for an exercise, as bytes."""
    text = solution_path(name).read_text(encoding="utf-8")
    if number % 3 and name == list(SLIPS)[number % len(SLIPS)]:
        right, wrong = SLIPS[name]
        if text.count(right) != 1:
            raise ValueError(f"the solution of {name} has changed: it has no {right!r}")
        text = text.replace(right, wrong)
    return f"{text}\n# student {number}\n".encode()


def scores_in(gradebook):
    """The scores in a gradebook by student."""
    query = """
        SELECT submitted_assignment.student_id, SUM(grade.auto_score) FROM grade
        JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
        GROUP BY submitted_assignment.student_id
        HAVING COUNT(*) = COUNT(grade.auto_score)
        AND COUNT(DISTINCT submitted_assignment.id) = (SELECT COUNT(*) FROM assignment)
    """
    db = sqlite3.connect(gradebook)
    try:
        return {student: round(score, 2) for student, score in db.execute(query)}
    finally:
        db.close()


def _parts(course, count):
    """What the judge's time went into: seconds of a submission for each exercise, on average."""
    total = dict.fromkeys(SLIPS, 0.0)
    for path in (course / ".unrolled" / "results").glob("*.json"):
        for name, told in json.loads(path.read_bytes())["exercises"].items():
            total[name] += told["seconds"] / count
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in total.items())
    return [f"seconds of a submission: {parts}"]


def _without_judge(path):
    text = path.read_text(encoding="utf-8")
    changed = text.replace("judge = JudgeCells\n# judge = Execute", "judge = Execute")
    if changed == text:
        raise ValueError(f"{path} does not offer nbgrader's own step")
    path.write_text(changed, encoding="utf-8")


def _run(folder, *command):
    # nbgrader calls a program, alembic, by its name.
    programs = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=kit_environment(PATH=programs),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if done.returncode:
        lines = done.stdout.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RuntimeError(f"{' '.join(command)}: {lines[-1]}")


def _largest_child():
    """The most memory that a process which this one waited for held, in bytes, or None."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
