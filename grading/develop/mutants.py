"""Mutants: the solutions with one small change each, made by cosmic-ray's operators.

A test suite that lets a mutant pass does not look at what was changed. Each mutant is judged like
a student's answer, in a warm process, instead of by a test command of its own: that takes about a
second, not ten.
"""

import difflib
from dataclasses import dataclass
from pathlib import Path

from grading.catalogue.stubs import BEGIN, END, solution_path


@dataclass(frozen=True)
class Mutant:
    """One changed solution.

    Attributes:
        exercise: whose solution was changed.
        source: the changed module.
        before, after: the lines that changed, stripped, joined by a newline.
    """

    exercise: str
    source: str
    before: str
    after: str


def mutants_of(exercise):
    """All mutants of an exercise's solution, changed within its marked regions only.

    Raises:
        ModuleNotFoundError: cosmic-ray is not installed.
    """
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    source = solution_path(exercise).read_text(encoding="utf-8")
    marked, seen = _marked_lines(source), {source}
    for name in operator_names():
        operator_class = get_operator(name)
        if operator_class.arguments():
            continue  # needs names to replace, which only a person could choose
        operator = operator_class()
        positions = [
            position
            for node in ast_nodes(get_ast(source))
            for position in operator.mutation_positions(node)
        ]
        for occurrence, (start, _) in enumerate(positions):
            changed = mutate_code(source, operator, occurrence)
            if start[0] not in marked or changed is None or changed in seen:
                continue
            seen.add(changed)
            yield Mutant(exercise, changed, *_change(source, changed))


def write_mutants(mutants, folder):
    """Write each mutant into a folder of its own; gives the folders, as ``--impl`` wants them."""
    places = []
    for number, mutant in enumerate(mutants):
        place = Path(folder) / f"{mutant.exercise}-{number}"
        place.mkdir()
        (place / f"{mutant.exercise}.py").write_text(mutant.source, encoding="utf-8")
        places.append(str(place))
    return places


def _marked_lines(source):
    marked, inside = set(), False
    for number, line in enumerate(source.splitlines(), start=1):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            marked.add(number)
    return marked


def _change(source, changed):
    lines = list(difflib.ndiff(source.splitlines(), changed.splitlines()))
    before = "\n".join(line[2:].strip() for line in lines if line.startswith("- "))
    after = "\n".join(line[2:].strip() for line in lines if line.startswith("+ "))
    return before, after
