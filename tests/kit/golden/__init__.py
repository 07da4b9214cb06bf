"""What a student is told first of each misconception: title, call, name and hint, as golden texts.

``python -m tests.kit.golden [EXERCISE ...]`` writes them anew, to be read before they are
committed. ``--full FOLDER`` writes the whole reports there, to be read and thrown away.
"""

import textwrap
from pathlib import Path

from grading.misconceptions import library
from grading.running.leading import the_failure_that_matters
from grading.running.library import where_of
from grading.running.many import judge_all
from grading.running.report import render, render_diagnosis
from grading.student.hints import hinted_by, hints_for

FOLDER = Path(__file__).parent
WIDTH = 80
OF_CHANCE = {("sampling", "one-draw-repeated")}  # which id is drawn decides where it shows first


def keys_of(exercise):
    """The misconceptions whose leading report is the same in each run: not those of chance."""
    return [
        key
        for key, known in library(exercise).items()
        if known.recognise is None and (exercise, key) not in OF_CHANCE
    ]


def runs_of(exercise, keys, jobs=1, told=None):
    """The run of the tests on each of some misconceptions, by their names."""
    wheres = [where_of(exercise, key) for key in keys]
    runs = judge_all(wheres, jobs, options=["--diagnosis-time=300"], told=told)
    return dict(zip(keys, runs, strict=True))


def leading(run):
    """The failure that a student sees first, and its diagnosis or None."""
    failure = the_failure_that_matters(run.failures, run.diagnosis_of)
    return failure, run.diagnosis_of(failure)


def text_of(run):
    """The golden text of a run: of the report the title and the calls, the name and a hint."""
    failure, diagnosis = leading(run)
    lines = [failure.title]
    lines += [f"called {' '.join(call.spelled.split())}" for call in failure.calls]
    lines.append(f"looks like {diagnosis.title if diagnosis else 'nothing known'}")
    lines.append(f"hint {hints_for(failure.exercise, hinted_by(failure, diagnosis))[0]}")
    return "\n".join(
        textwrap.fill(line, 100, subsequent_indent="    ", break_on_hyphens=False) for line in lines
    )


def report_of(run):
    """The lines of the whole leading report, as the watch shows it."""
    failure, diagnosis = leading(run)
    told = render_diagnosis(diagnosis, WIDTH) if diagnosis else []
    return [failure.title, *render(failure, WIDTH), *told]


def read(exercise):
    """The golden texts of an exercise, by the names of the misconceptions."""
    blocks = path_of(exercise).read_text(encoding="utf-8").split("\n== ")[1:]
    return dict(block.rstrip("\n").split("\n", 1) for block in blocks)


def write(exercise, texts):
    """Write the golden texts of an exercise."""
    blocks = [f"\n== {key}\n{text}\n" for key, text in texts.items()]
    head = f"What is told first of each misconception of {exercise}; see __init__.py.\n"
    path_of(exercise).write_text(head + "".join(blocks), encoding="utf-8")


def path_of(exercise):
    return FOLDER / f"{exercise}.txt"
