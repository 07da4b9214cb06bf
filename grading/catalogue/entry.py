"""What the kit says about an exercise: the classes of ``exercises/NAME.py``."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """Some tests of one exercise that are worth points together.

    A test belongs to the last group of its exercise with one of these words in its name; the first
    group has no words and takes the rest.

    Attributes:
        name: what the group is about, in a word or two.
        points: given in proportion to its tests that pass; an exercise's groups share its points.
        words: words or phrases in the names of its tests, with spaces for underscores.
    """

    name: str
    points: int
    words: tuple[str, ...] = ()

    @property
    def slug(self):
        """The name as part of an identifier: letters, digits and hyphens."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


REFUSALS = ("refused", "refuses")  # in the names of tests that ask for an exception


@dataclass(frozen=True)
class Hint:
    """Three tiers for the tests of which one of the words is part of the name.

    Attributes:
        words: parts of tests' names.
        question: the first tier.
        pointer: the second.
        nearly: nearly the answer, in words: no tier holds code of the reference.
    """

    words: tuple[str, ...]
    question: str
    pointer: str
    nearly: str

    @property
    def tiers(self):
        return (self.question, self.pointer, self.nearly)


@dataclass(frozen=True)
class Exercise:
    """One module to fill.

    Attributes:
        name: the module's name; its tests are ``tests/test_NAME.py``.
        title: what the student builds, in a few words.
        section: the section of chapter 16 that tells its story.
        points: what it is worth when graded.
        defines: the functions and classes that the module must define.
        needs: exercises that are best done before this one.
        builds_on: exercises whose reference this one is tested over.
        tensorflow: whether the module needs TensorFlow (if not, its tests never import it).
        other_process: whether its tests also ask it in a process with another hash seed.
        tests_of: the exercise whose answers this one's tests are to judge; None where the module
            is no module of tests.
        hints: a question, a pointer, nearly the answer, for the whole exercise.
        groups: its groups of tests, in the order of a notebook's check cells; none for one of all
            tests.
        hints_of_tests: the first of which a word is part of a test's name is for that test; a test
            without one gets ``hints``.
    """

    name: str
    title: str
    section: str
    points: int
    defines: tuple[str, ...]
    needs: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    tensorflow: bool = True
    other_process: bool = False
    tests_of: str | None = None
    hints: tuple[str, str, str] = ("", "", "")
    groups: tuple[Group, ...] = ()
    hints_of_tests: tuple[Hint, ...] = ()

    def hints_for(self, test=None):
        """The three tiers for a failing test; for the whole exercise if it is None."""
        for hint in self.hints_of_tests if test else ():
            if any(word in test for word in hint.words):
                return hint.tiers
        return self.hints
