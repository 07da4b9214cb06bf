"""Is a mistake still named where it is not the only thing that is wrong?

Students make several mistakes at once and write one part after the other. So misconceptions are
put together here: two in one module, one in a module without the checks of arguments, and one
beside a part that is not written yet.
"""

import random
from dataclasses import dataclass

from grading.misconceptions import library
from grading.misconceptions.unfinished import CHECKS, parts_of
from grading.running.library import where_of
from grading.running.many import FEW, judge_all
from grading.running.outcome import Kind


@dataclass
class Mixture:
    """Some mistakes in one module, and what the diagnosis said of it.

    Attributes:
        exercise: its name.
        key: what the library calls it: ``A+B``, ``A@checks`` or ``A@PART``.
        names: the misconceptions that the diagnosis gave.
        n_failed: tests that failed, not counting those of a part that is not written.
    """

    exercise: str
    key: str
    names: frozenset = frozenset()
    n_failed: int = 0

    @property
    def mistakes(self):
        return frozenset(self.key.partition("@")[0].split("+")) - {""}

    @property
    def where(self):
        return where_of(self.exercise, self.key)


def draw(exercise, count, seed=0):
    """Draw mixtures of an exercise: ``count`` pairs, and half as many of each other kind."""
    chance, names = random.Random(f"{exercise} {seed}"), sorted(library(exercise))
    keys = ["+".join(chance.sample(names, 2)) for _ in range(count)]
    parts = [part for part in parts_of(exercise) if part != CHECKS]
    half = min(len(names), max(1, count // 2))
    keys += [f"{name}@{CHECKS}" for name in chance.sample(names, half)]
    if len(parts) > 1:
        keys += [f"{name}@{chance.choice(parts)}" for name in chance.sample(names, half)]
    return [Mixture(exercise, key) for key in dict.fromkeys(keys)]


def diagnosed(mixtures, jobs=2, told=None):
    """Run the tests on mixtures, and fill in what the diagnosis says.

    Returns:
        Those on which a test failed; where mistakes undo each other there is nothing to name.
    """
    runs = judge_all(
        [mixture.where for mixture in mixtures],
        jobs,
        options=[f"--examples-times={FEW}"],
        told=told,
    )
    for mixture, run in zip(mixtures, runs, strict=True):
        mixture.names = frozenset(d.name for d in run.diagnoses.values())
        failed = [kind for kind in run.failed.values() if kind is not Kind.NOT_WRITTEN]
        # Two mistakes in one line of a text cannot be made one after the other: every worker dies.
        mixture.n_failed = 0 if set(failed) == {Kind.DIED} else len(failed)
    return [mixture for mixture in mixtures if mixture.n_failed]


def false_names(mixtures, jobs=2):
    """The mixtures that got a name of a mistake which nobody made.

    Without its checks a module makes mistakes of its own, and these may be named.
    """
    bare = [Mixture(name, f"@{CHECKS}") for name in {m.exercise for m in mixtures}]
    allowed = {mixture.exercise: mixture.names for mixture in diagnosed(bare, jobs)}
    return [
        mixture
        for mixture in mixtures
        if mixture.names - mixture.mistakes
        and not (
            mixture.key.endswith(f"@{CHECKS}")
            and mixture.names - mixture.mistakes <= allowed.get(mixture.exercise, frozenset())
        )
    ]
