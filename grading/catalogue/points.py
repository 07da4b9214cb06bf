"""Groups of tests: what a check cell of a notebook runs, and what its points are given for.

The tests themselves know nothing of groups. A group lists words, and a test belongs to the last
group of its exercise with one of these words in its name; the first group has no words and takes
the rest. So a new test always belongs to exactly one group, and specific groups come last.
"""

import ast
import re
from dataclasses import dataclass

from grading.catalogue.refused import Refused
from grading.catalogue.stubs import ROOT
from grading.catalogue.syllabus import exercise


@dataclass(frozen=True)
class Group:
    """Some tests of one exercise that are worth points together.

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


REFUSALS = ("refused", "refuses")

GROUPS = {
    "windows": (
        Group("the windows", 4),
        Group("batches", 1, ("batches", "batch size")),
        Group("any sequence", 1, ("sequence", "integers", "iterated")),
        Group("shuffling", 3, ("shuffling", "shuffled", "order", "seed")),
        Group("what is refused", 1, REFUSALS),
    ),
    "tokenizer": (
        Group("the ids", 3),
        Group("encode", 1, ("encode", "encoded", "are integers", "empty text")),
        Group("case", 1, ("capital", "lower", "case")),
        Group("decode", 2, ("decode", "decoded", "comes back")),
        Group("fit", 1, ("fit", "two tokenizers")),
        Group("what is refused", 2, (*REFUSALS, "before fit")),
    ),
    "sampling": (
        Group("the logits", 3),
        Group("the draws", 4, ("sample ids", "drawn", "draws", "extreme temperatures")),
        Group("seeds", 2, ("seed",)),
        Group("what is refused", 1, REFUSALS),
    ),
    "stateful": (
        Group("the rows", 4),
        Group("the batches", 3, ("every batch", "targets", "dataset ends", "batches")),
        Group(
            "any sequence",
            2,
            ("any sequence", "too short", "integers", "sequence that was given", "iterated"),
        ),
        Group("what is refused", 1, REFUSALS),
    ),
    "vocabulary": (
        Group("the vocabulary", 4),
        Group(
            "known words",
            2,
            ("known", "table", "tables", "the vocabulary may", "accents", "int64", "tensor"),
        ),
        Group("unknown words", 3, ("unknown", "size counts")),
        Group("what is refused", 1, REFUSALS),
    ),
    "positional_encoding": (
        Group("the waves", 4),
        Group(
            "the layer",
            3,
            (
                "layer",
                "layers",
                "inputs",
                "every sequence of a batch",
                "float32",
                "functional model",
                "largest sizes",
            ),
        ),
        Group("masks", 1, ("mask", "hidden")),
        Group("what is refused", 2, (*REFUSALS, "too many steps")),
    ),
    "attention": (
        Group("attention", 5),
        Group("hidden keys", 4, ("hidden", "visible", "mask", "hides", "causal")),
        Group(
            "heads",
            5,
            (
                "head",
                "heads",
                "layer",
                "layers",
                "output map",
                "third input",
                "functional model",
            ),
        ),
        Group(
            "masks of the layer",
            4,
            ("causal layer", "value mask", "query mask", "three masks", "keras own masks"),
        ),
        Group("what is refused", 2, REFUSALS),
    ),
    "generation": (
        Group("the text", 3),
        Group("what predict reads", 2, ("predict reads", "last step", "array or a tensor")),
        Group("the draws", 2, ("drawn", "draws", "temperature", "real text")),
        Group("seeds", 2, ("seed",)),
        Group("what is refused", 1, REFUSALS),
    ),
    "reviews": (
        Group("the words", 4),
        Group("the cut", 2, ("bytes", "max bytes", "cut")),
        Group(
            "the batch",
            3,
            ("row", "rows", "pad", "padded", "reviews may be", "reviews are not", "batch"),
        ),
        Group("what is refused", 1, REFUSALS),
    ),
    "masking": (
        Group("the classifier", 3),
        Group("the mask", 2, ("the mask", "hidden", "pad id", "ids may be", "ids are not")),
        Group("the padding", 4, ("padding", "beside", "without any word", "compiled")),
        Group("what is refused", 1, REFUSALS),
    ),
    "encoder_decoder": (
        Group("the model", 9),
        Group("teacher forcing", 4, ("teacher forcing", "targets")),
        Group("greedy decoding", 5, ("greedy",)),
        Group("what is refused", 2, REFUSALS),
    ),
    "transformer": (
        Group("the blocks", 8),
        Group("the simple stack", 3, ("simple stack", "simple stacks")),
        Group("the transformer", 7, ("transformer", "transformers", "translation")),
        Group("what is refused", 2, REFUSALS),
    ),
    "beam_search": (
        Group("the search", 4),
        Group("the results", 2, ("log prob", "log probability", "comes first", "no part")),
        Group("the end", 3, ("end", "ended", "ends", "longer ones", "end of sequence")),
        Group("what is refused", 1, REFUSALS),
    ),
    # One group: the grade is the share of the mistakes that the tests catch.
    "tokenizer_tests": (Group("mistakes caught", 10),),
    "stateful_tests": (Group("mistakes caught", 10),),
    "attention_tests": (Group("mistakes caught", 10),),
}


class NoSuchGroup(Refused, ValueError):
    """An exercise has no group of that name; the message lists those it has."""


def groups_of(name):
    """The groups of an exercise, in the order of its check cells; one of all tests if none is set.

    Raises:
        ValueError: there is no such exercise.
    """
    return GROUPS.get(name) or (Group("all tests", exercise(name).points),)


def group_named(name, group):
    """The group of an exercise that has this name.

    Raises:
        NoSuchGroup: there is none.
    """
    for candidate in groups_of(name):
        if candidate.name == group:
            return candidate
    known = ", ".join(repr(candidate.name) for candidate in groups_of(name))
    raise NoSuchGroup(f"the exercise {name} has no group {group!r}; its groups are: {known}")


def group_of(name, test):
    """The group that a test of an exercise belongs to.

    Args:
        name: the exercise.
        test: the name of the test function; what stands in brackets behind it does not matter.
    """
    sentence = test.partition("[")[0].replace("_", " ")
    first, *others = groups_of(name)
    for group in reversed(others):
        if any(re.search(rf"\b{re.escape(words)}\b", sentence) for words in group.words):
            return group
    return first


def group_points(group, n_passed, n_counted):
    """The points of a group in proportion to its tests that pass, rounded to hundredths.

    Args:
        group: the :class:`Group`.
        n_passed: how many of its tests passed.
        n_counted: how many count; skipped tests count neither way, one without an outcome failed.

    Returns:
        A float from 0 to the group's points; 0.0 if no test counts.
    """
    return round(group.points * n_passed / n_counted, 2) if n_counted else 0.0


def earned(name, passed, counted):
    """The points of an exercise: the sum over its groups, each rounded to hundredths.

    Args:
        name: the exercise.
        passed: the names of the tests that pass.
        counted: the names of all tests that count; skipped ones do not.
    """
    points = 0.0
    for group in groups_of(name):
        of_group = [test for test in counted if group_of(name, test) == group]
        points += group_points(group, sum(test in passed for test in of_group), len(of_group))
    return round(points, 2)


def tests_of(name):
    """The names of all tests of an exercise, in the order of its test file."""
    source = (ROOT / "tests" / f"test_{name}.py").read_text(encoding="utf-8")
    body = ast.parse(source).body
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    return [function for function in functions if function.startswith("test_")]


def tests_by_group(name):
    """A dict from each group of an exercise to the list of its tests."""
    found = {group: [] for group in groups_of(name)}
    for test in tests_of(name):
        found[group_of(name, test)].append(test)
    return found
