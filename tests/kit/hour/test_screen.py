"""What fits on the watch's screen: the title and the call always, the rest as there is room."""

from dataclasses import replace

import pytest

from grading.beside.show import beside
from grading.catalogue.paths import ROOT
from grading.running.diagnosis import Diagnosis
from grading.running.failure import Failure, ShownCall
from grading.running.outcome import Kind
from grading.running.result import Result, Run
from grading.student.watch.reports import report_lines, shortened
from grading.student.watch.screen import Screen
from grading.student.watch.state import Mode, State

LONG = "a_very_long_name_" * 7
FAILURE = Failure(
    "tokenizer",
    f"test_{LONG}",
    "the title of the test",
    Kind.WRONG,
    calls=[ShownCall("tokenizer.fit('a')", " ".join(["a number of words"] * 40), "")],
    expected=" ".join(["another thing"] * 40),
)
SAID = Diagnosis("a-name", "the title of a mistake", " ".join(["what was done"] * 40))


class Console:
    """Stands in for rich's: keeps what is printed."""

    encoding, width, height = "utf-8", 80, 24

    def __init__(self):
        self.text, self.file = "", self

    def print(self, text, end="\n", soft_wrap=True):
        self.text += f"{text}{end}"

    def clear(self):
        self.text = ""

    def flush(self):
        pass


@pytest.fixture
def state():
    run = Run(tests={"tokenizer": [FAILURE.test]})
    run.results[FAILURE.id] = Result("tokenizer", FAILURE.test, "failed", failure=FAILURE)
    run.results[FAILURE.id].diagnosis = SAID
    return State(ROOT / "solutions", False, "tokenizer", run=run)


def drawn(state, height):
    console = Console()
    console.height = height
    Screen(whole=True, console=console).draw(state)
    return console.text.splitlines()


@pytest.mark.parametrize("room", range(8, 50, 3))
def test_a_report_is_cut_to_the_room_there_is_where_it_is_longest(room):
    whole = report_lines(FAILURE, SAID, 80)
    lines = [text for text, _ in shortened(whole, room, 80)]
    assert len(lines) == min(room, len(whole))
    assert max(map(len, lines[:-2])) <= 80
    labels = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert labels[:4] == ["called", "gave", "expected", "looks"]
    assert lines[0] == FAILURE.title
    assert ("f shows the whole report" in lines[-1]) == (room < len(whole))


def test_the_first_row_that_differs_stays():
    picture = beside([[n] for n in range(6)], [[n] for n in range(7)])
    failure = replace(FAILURE, found=None, picture=picture, details=["found 6 items, expected 7"])
    whole = report_lines(failure, None, 80)
    for room in range(11, len(whole)):
        lines = [text for text, _ in shortened(whole, room, 80)]
        assert len(lines) == room
        assert any("<- 6" in line for line in lines)


@pytest.mark.parametrize("height", [24, 30, 40])
def test_a_long_report_leaves_room_for_the_board_and_the_keys(state, height):
    state.hints = [(1, "a question")]
    lines = drawn(state, height)
    assert len(lines) <= height
    assert any(line.startswith("n next") for line in lines)
    assert FAILURE.title in lines
    assert any("tokenizer.fit('a')" in line for line in lines)


def test_the_whole_report_has_all_of_it_page_after_page(state):
    state.mode, pages = Mode.REPORT, []
    while not pages or "goes back" not in pages[-1]:
        state.page = len(pages)
        pages.append("\n".join(drawn(state, 15)))
        assert len(pages[-1].splitlines()) <= 15
    text = " ".join(" ".join(pages).split())
    for said in (FAILURE.title, FAILURE.calls[0].result, FAILURE.expected, SAID.title):
        assert all(word in text for word in said.split())
    assert f"tests/{FAILURE.id}" in text  # whole, to be copied


@pytest.mark.parametrize("whole", [True, False])
def test_a_large_example_is_shown_when_it_is_the_smallest(state, whole):
    console = Console()
    screen = Screen(whole=whole, console=console)
    state.begin_run()
    assert state.begin_failing(FAILURE, is_smallest=False)
    screen.draw(state)
    assert FAILURE.title in console.text and "smallest example ..." in console.text
    assert "called" not in console.text
    assert not state.begin_failing(replace(FAILURE, test="test_other"), is_smallest=True)
    smallest = replace(FAILURE, expected="less")
    assert state.begin_failing(smallest, is_smallest=True) and state.shown is smallest
    screen.draw(state)
    assert "called" in console.text and "less" in console.text
    assert not state.begin_failing(FAILURE, is_smallest=True)


@pytest.mark.parametrize("whole", [True, False])
def test_a_small_example_is_shown_at_once(state, whole):
    console = Console()
    state.begin_run()
    small = replace(FAILURE, calls=[ShownCall("tokenizer.fit('a')", "a number", "")], expected="b")
    assert state.begin_failing(small, is_smallest=False)
    Screen(whole=whole, console=console).draw(state)
    assert "called" in console.text and "smallest example" not in console.text
