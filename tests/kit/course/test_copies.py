"""Equal answers: found under other names and in another layout, and never among honest ones."""

import ast
import itertools

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import expected_stub, solution_path
from grading.catalogue.syllabus import NAMES
from grading.course.copies import Copies, answer_of
from tests.kit.course.courses import GOOD, STUB

RENAMED = '''
import collections as c


class CharTokenizer:
    """Mine."""

    def fit(self, words):
        # I count, then number.
        seen = c.Counter(words.lower())
        self._table = {letter: number for number, (letter, _) in enumerate(seen.most_common())}
        return self._finish()

    def _finish(self):
        self._back: list = sorted(self._table, key=self._table.get)
        return self

    def encode(self, words):
        if self._table is None:
            raise ValueError("fit first")
        found = []
        for letter in words.lower():
            if letter not in self._table:
                raise ValueError(f"{letter!r} is unknown")
            found.append(self._table[letter])
        return found

    def decode(self, numbers):
        if not len(numbers):
            return ""
        letters = [self._back[int(number)] for number in numbers]
        return "".join(letters)
'''


def rewritten(text):
    """The same module in other words: names, order, layout, comments and docstrings."""
    changes = (
        ("self._table", "self.lookup"),
        ("_finish", "_complete"),
        ("seen", "counts"),
        ("letter", "ch"),
        ("number", "position"),
        ("found", "result"),
        ("import collections as c", "from collections import Counter as Often"),
        ("c.Counter", "Often"),
        ('"""Mine."""', '"""All my own work, honestly."""'),
        ("        # I count, then number.\n", ""),
        (": list = sorted", " = sorted"),
        ("        result = []\n", "        result = []  # to be filled\n\n"),
    )
    for old, new in changes:
        text = text.replace(old, new)
    head, body = text.split("    def encode")
    encode, decode = body.split("    def decode")
    return f"{head}    def decode{decode}\n    def encode{encode}"


def found(**modules):
    copies = Copies()
    for student, module in modules.items():
        copies.add(student, {"tokenizer": module})
    return [(copy.students, copy.is_reference) for copy in copies.found()]


def test_a_copy_is_found_under_other_names_in_another_order_and_layout():
    other = rewritten(RENAMED)
    assert other != RENAMED and "letter" not in other
    compile(other, "x", "exec")
    mine, theirs = RENAMED.encode(), other.encode()
    assert found(ada=mine, bob=theirs, cyd=STUB) == [(("ada", "bob"), False)]


def test_the_reference_is_found_and_named_as_that():
    text = ast.unparse(ast.parse(GOOD)).replace("self._ids", "self._map")
    assert found(ada=text.encode(), bob=GOOD, cyd=STUB) == [(("ada", "bob"), True)]


def test_an_addition_hides_nothing():
    more = RENAMED + "\n\ndef unused(x):\n    return x + 1\n"
    assert found(ada=RENAMED.encode(), bob=more.encode()) == [(("ada", "bob"), False)]


def test_what_another_library_or_operation_does_is_another_answer():
    other = RENAMED.replace("seen.most_common()", "sorted(seen.items())")
    other = other.replace('"".join(letters)', '" ".join(letters)').replace("int(", "abs(")
    other = other.replace("not in self", "in self").replace(".append", ".extend")
    assert found(ada=RENAMED.encode(), bob=other.encode()) == []


def test_stubs_and_what_is_given_do_not_count():
    for name in NAMES:
        assert not answer_of(name, expected_stub(name).encode())
        assert answer_of(name, solution_path(name).read_bytes())
    assert found(ada=STUB, bob=STUB) == []


def test_short_answers_are_equal_by_chance_and_named_by_nobody():
    copies = Copies()
    for student in ("ada", "bob"):
        copies.add(student, {"sampling": solution_path("sampling").read_bytes()})
    assert copies.found() == []


@pytest.mark.parametrize("name", NAMES)
def test_no_two_of_the_kits_own_right_ways_are_taken_for_copies(name):
    folder = ROOT / "grading" / "misconceptions" / "alternatives"
    ways = {path.parent.name: path.read_bytes() for path in folder.glob(f"*/{name}.py")}
    for pair in itertools.combinations(ways, 2):
        copies = Copies()
        for student in pair:
            copies.add(student, {name: ways[student]})
        assert copies.found() == []


@pytest.mark.parametrize(
    "module",
    [b"", b"def (", b"\xff\xfe", b"(" * 5000, b"-" * 90_000 + b"1", b"x = 1\n" * 200_000, b"\0"],
)
def test_whatever_is_no_python_is_no_copy(module):
    assert found(ada=module, bob=module) == []
