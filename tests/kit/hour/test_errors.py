"""A slip in a student's file is told with its file and line, and with what was looked for."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from grading.beside.errors import describe_error
from grading.running.diagnosis import Diagnosis
from grading.running.failure import Failure, ShownCall, failure_of
from grading.running.faults import WrongAnswer
from grading.running.leading import the_failure_that_matters
from grading.running.outcome import Kind, Outcome
from grading.running.report import render
from tests.kit.hour.desks import GOOD, save
from tests.kit.running import reports_of, run_pytest_here

DEFINED = GOOD.splitlines().index("class CharTokenizer:") + 1
ENCODE = GOOD.splitlines().index("    def encode(self, text):") + 1


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (GOOD.replace("import numpy", "import nunpy"), ["tokenizer.py", "line 16", "nunpy"]),
        (
            GOOD.replace("encode(self, text):", "encode(self, text)"),
            ["tokenizer.py", f"line {ENCODE}"],
        ),
        (
            GOOD.replace("class CharTokenizer", "class CharTokeniser"),
            [
                "the module cannot be used yet", "no CharTokenizer in tokenizer.py",
                "CharTokeniser?", f"It is in line {DEFINED}",
            ],
        ),
        (
            GOOD.replace("def encode(self, text):", "def encode(self):\n        text = ''"),
            [
                "CharTokenizer.encode takes the arguments of its docstring",
                "tokenizer.encode('", "CharTokenizer.encode() takes 1 positional argument",
                f"tokenizer.py, line {ENCODE}: def encode(self):",
            ],
        ),
        (
            GOOD.replace("self._ids[character]", "self._idz[character]"),
            ["has no attribute '_idz'", "tokenizer.py, line"],
        ),
    ],
    ids=["import", "syntax", "name", "signature", "attribute"],
)  # fmt: skip
def test_file_line_and_what_was_looked_for(tmp_path, servers, source, said):
    assert source != GOOD
    save(tmp_path, source)
    done = run_pytest_here(servers, tmp_path, "-x", "-k", "one_id_a_character")
    assert done.returncode == 1
    report = " ".join(reports_of(done.stdout).split())
    for part in said:
        assert part in report, report


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("{{function_node __wrapped__Pack_N_2_device_/job:0}} shapes differ [Op:Pack] name: stack",
         "shapes differ"),
        ('in user code:\n\n    File "windows.py", line 3, in f  *\n        g(x)\n\n'
         "    ValueError: shift=0\n", "shift=0"),
        ("Exception encountered when calling layer 'a' (type B).\n\nin user code:\n\n"
         '    File "windows.py", line 3, in call  *\n        g(x)\n\n    ValueError: shift=0\n\n\n'
         "Call arguments received by layer 'a' (type B):\n  • x=1", "shift=0"),
        ("the same\nthe same\nanother", "the same\nanother"),
        ("a tab at its end\t", "a tab at its end\t"),
    ],
)  # fmt: skip
def test_what_tensorflow_adds_to_a_message_is_left_out(message, left):
    assert describe_error(ValueError(message), "windows.py")["message"] == left


def test_of_an_operation_that_fails_in_a_graph_the_way_into_it_is_left_out(tmp_path):
    file = tmp_path / "windows.py"
    file.write_text("import x\n    return tf.gather(ids, 7)\n")
    way = ["grading/beside/worker.py", f'{file}", line 2, in f']
    way = "".join(f'  File "{place}\n\n' for place in way)
    message = (
        "Graph execution error:\n\nDetected at node GatherV2 defined at (most recent call last):\n"
        f"{way}indices = 7 is not in [0, 2)\n\t [[{{{{node GatherV2}}}}]] [Op:__inference_f_22]"
    )
    told = describe_error(ValueError(message), str(file))
    assert told["message"] == "Graph execution error:\n\nindices = 7 is not in [0, 2)"
    assert told["frames"] == [[2, "return tf.gather(ids, 7)"]]


NAMED = Diagnosis("a-mistake", "a mistake", "")


def failing(test, kind=Kind.WRONG):
    return Failure("windows", test, test, kind)


def test_what_is_shown_first_is_what_has_a_name_then_what_is_computed_then_what_is_refused():
    refused, wrong, named = map(failing, ("test_it_is_refused", "test_a", "test_b"))
    stub = failing("test_c", Kind.NOT_WRITTEN)
    assert the_failure_that_matters([stub, refused, wrong, named]) is wrong
    known = {id(named): NAMED}
    assert the_failure_that_matters([refused, wrong, named], lambda f: known.get(id(f))) is named
    assert the_failure_that_matters([stub, refused]) is refused
    assert the_failure_that_matters([stub]) is stub
    assert the_failure_that_matters([]) is None


def test_a_large_example_gives_way_to_a_small_one_of_its_kind():
    large, small = failing("test_a"), failing("test_b")
    large.details = ["a line"] * 30
    assert the_failure_that_matters([large, small]) is small
    assert (
        the_failure_that_matters([large, small], lambda f: NAMED if f is large else None) is large
    )


def test_of_those_that_have_a_name_the_first_is_one_that_its_hint_is_about():
    beside, about = failing("test_targets_are_right"), failing("test_shuffling_loses_no_window")
    beside.exercise = about.exercise = "windows"
    told = Diagnosis("batches-shuffled", "batches shuffled", "", hint="shuffling")
    assert the_failure_that_matters([beside, about], lambda f: told) is about
    assert the_failure_that_matters([beside, about], lambda f: NAMED) is beside


def test_what_was_read_in_the_call_before_is_not_told_again():
    rest = f"beam_width=2), the probabilities: [{'0.25, ' * 20}0.5]"
    calls = [ShownCall(f"beam_search(asked, max_steps={n}, {rest}", "[0]", "") for n in (1, 2)]
    failure = Failure("beam_search", "test_ends", "ends", Kind.WRONG, calls=calls)
    lines = render(failure)
    assert (
        lines[0] == "  called     beam_search(asked, max_steps=1, beam_width=2), the probabilities:"
    )
    assert "  called     beam_search(asked, max_steps=2, beam_width=2), ... as above" in lines
    assert not any("above" in line for line in render(replace(failure, calls=calls[:1])))
    short = [ShownCall(f"decode([{n}, 1])", "[0]", "") for n in (1, 2)]
    assert "  called     decode([2, 1])" in render(replace(failure, calls=short))
    printed = [replace(call, printed="here\n") for call in short]
    lines = [line.strip() for line in render(replace(failure, calls=printed))]
    assert lines.count("printed    here") == lines.count("printed    (as above)") == 1


def test_a_result_of_many_rows_and_what_was_told_with_it_are_told_once():
    def facts(result, found):
        call = SimpleNamespace(spelled="beam_search(asked, 3)", shown=str, outcome=Outcome(result))
        subject = SimpleNamespace(exercise="beam_search", calls=[call])
        return failure_of(WrongAnswer("2 rows", found), item, subject, SimpleNamespace(path=None))

    item = SimpleNamespace(name="test_ends", originalname="test_ends")
    rows = "\n".join(f"[{n}]  -1.0" for n in range(1000))
    failure = facts(rows, rows)
    assert failure.calls[0].result.splitlines()[20:] == ["... 980 more"]
    assert failure.found is None
    weights = f"[{'0.25, ' * 20}0.5]"
    assert facts(f"outputs [1.0]\nweights {weights}", weights).found is None
    assert facts("outputs [1.0]", "[1.0]").found == "[1.0]"
    assert facts("outputs [1.0]", [1, 2]).found == "[1, 2]"  # a test may give any value
