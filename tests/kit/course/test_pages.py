"""The pages of a class: who is late, absent or alike; on a phone, and each thing once."""

import re

import pytest

from grading.catalogue.points import groups_of
from grading.course import pages
from grading.course.reading import Answer
from grading.course.tally import About, Score, Tally, spelled
from tests.kit.course.courses import GOOD, STUB, WRONG
from tests.kit.notebooks import lab

WHY = {"name": "spaces", "title": "a decode with spaces", "explanation": "Nothing in between."}
REPORT = """\
  called     tokenizer.fit('a'); tokenizer.decode([0, 0]) and so on and so forth
  gave       [[0.12345678, 0.12345678, 0.12345678],
              [0.12345678, 0.12345678, 0.12345678]]
  expected   the text to be 'aa'
             the texts differ from character 1 on"""
OTHER = REPORT.replace("[0, 0]", "[1]")


def failure(test, report=REPORT, why=WHY):
    told = {"test": test, "kind": "wrong", "message": "expected the text", "report": report}
    return {**told, "diagnosis": why}


def result(**failing):
    """A result of the tokenizer in which the groups of these slugs fail."""
    groups = []
    for group in groups_of("tokenizer"):
        failed = failing.get(group.slug.replace("-", "_"), [])
        told = {"name": group.name, "slug": group.slug, "max_points": group.points}
        points = 0.0 if failed else float(group.points)
        passed = [] if failed else ["test_a"]
        groups.append({**told, "points": points, "passed": passed, "failed": failed, "skipped": {}})
    return {"format": 1, "exercises": {"tokenizer": {"problem": None, "groups": groups}}}


ABOUT = About("tokenizer", ("tokenizer",))


def student_page(found, score=None):
    tally = Tally(ABOUT)
    answer = Answer({"tokenizer": WRONG})
    tally.add("ada", answer, found, score)
    return pages.student_page(ABOUT, tally.rows[0], answer, found)


def class_page(*students, **more):
    tally = Tally(ABOUT, **more)
    for student, module, score in students:
        tally.add(student, Answer({"tokenizer": module}), result(), score)
    return pages.class_page(tally)


def section_of(page, title):
    """What stands under a heading of the class page, without its tags."""
    text = page[page.index(f"<h2>{title}</h2>") :]
    text = text[: text.find("<h2>", 9)]
    return re.sub(r"(\s*<[^>]*>\s*)+", "|", text)


def test_the_failing_group_is_first_and_the_others_stay_in_order():
    page = student_page(result(decode=[failure("test_x")], fit=[failure("test_y", OTHER)]))
    shown = re.findall(r"<h3[^>]*>(.*?): ", page)
    names = [group.name for group in groups_of("tokenizer")]
    failing = [name for name in names if name in ("decode", "fit")]
    assert shown == failing + [name for name in names if name not in failing]


def test_the_same_explanation_and_the_same_report_stand_once():
    groups = {"decode": [failure("test_x")], "fit": [failure("test_y", OTHER)]}
    page = student_page(result(**groups, case=[failure("test_z"), failure("test_w")]))
    assert page.count("Nothing in between.") == 1
    assert page.count("[0, 0]") == 1
    assert page.count("the same as in ") == 1
    assert "This looks like <b>a decode with spaces</b>, too; see " in page


PART = {"found": [["1", "<b>"]], "expected": [["1", "2"]], "row": 0, "column": 1, "place": "in [0]"}


def test_the_first_wrong_result_is_drawn_once_without_a_script():
    groups = {"decode": [failure("test_x") | {"part": PART}, failure("test_v", "another")]}
    page = student_page(result(**groups, fit=[failure("test_y", OTHER) | {"part": PART}]))
    assert page.count("<figure>") == 1 and page.count("<svg ") == 2
    assert "the cells are\n those in [0]." in page
    assert "&lt;b&gt;" in page and "<b>" not in page[page.index("<figure>") :].split("</figure>")[0]
    assert "<script" not in page and "http:" not in page and "https:" not in page


def test_results_without_cells_have_no_picture():
    assert "<figure>" not in student_page(result(decode=[failure("test_x")]))


def test_what_a_hidden_test_compares_is_not_drawn():
    about = About("tokenizer", ("tokenizer",), hidden_tests={("tokenizer", "test_x")})
    tally, answer = Tally(about), Answer({"tokenizer": WRONG})
    found = result(decode=[failure("test_x") | {"part": PART}])
    tally.add("ada", answer, found, None)
    assert "<figure>" not in pages.student_page(about, tally.rows[0], answer, found)


def test_what_a_stub_says_stands_once():
    message = "NotImplementedError: decode is not written yet"
    stub = {
        group.slug.replace("-", "_"): [failure(f"test_{group.slug}", message, None)]
        for group in groups_of("tokenizer")
    }
    page = student_page(result(**stub))
    assert page.count(message) == 1
    assert page.count("the same as in ") == len(stub) - 1


def test_late_work_is_seen_with_and_without_a_penalty():
    late = Score(10.0, 10.0, 0.0, 90_000.0)
    assert "handed in late by 1 d 1 h</p>" in student_page(result(), late)
    assert "by 1 min: 2 points are taken off" in student_page(result(), Score(8, 10, 2.0, 60.0))
    assert "handed in late" not in student_page(result(), Score(10, 10, 0.0))
    page = class_page(("ada", GOOD, late), ("bob", STUB, Score(8, 10, 2.0, 60.0)))
    assert "|1 d 1 h|" in section_of(page, "Students")
    assert "|1 min · -2|" in section_of(page, "Students")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (59, "59 s"), (60, "1 min"), (3725, "1 h 2 min"), (86_400 * 9 + 5, "9 d")],
)
def test_a_time_in_words(seconds, words):
    assert spelled(seconds) == words


def test_who_handed_in_nothing_and_what_was_refused_is_listed():
    page = class_page(absent=["zoe"], refused=["<eve>.zip: it is no zip archive: x"])
    assert "|zoe|" in section_of(page, "Handed in nothing")
    refused = section_of(page, "Not taken by unrolled collect")
    assert "|&lt;eve&gt;.zip|it is no zip archive: x|" in refused
    assert "|none|" in section_of(class_page(), "Handed in nothing")


def test_equal_answers_are_a_reason_to_look():
    page = class_page(("ada", GOOD, None), ("bob", GOOD + b"\n# mine\n", None), ("cyd", STUB, None))
    text = section_of(page, "Equal answers: a reason to look, not a verdict")
    assert "|tokenizer|ada, bob|the reference, whose text is public|" in text


@pytest.mark.skipif(lab.missing() is not None, reason=str(lab.missing()))
def test_on_a_phone_no_page_is_wider_than_the_screen_and_columns_are_stacked(tmp_path):
    long = failure("test_" + "long_" * 30, "x" * 500, None)
    page = student_page(result(decode=[failure("test_x"), long]), Score(8, 10, 2.0, 60.0))
    whole = class_page(("a" * 80, GOOD, None), refused=["f" * 200 + ": " + "w" * 300])
    with lab.running_browser(tmp_path / "profile") as browser:
        screen = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        for name, html in (("class.html", whole), ("student.html", page)):
            (tmp_path / name).write_text(html)
            browser.get((tmp_path / name).as_uri())
            assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
        label, text = (
            browser.find_element("css selector", f"dl.report {tag}") for tag in ("dt", "dd")
        )
        assert text.rect["y"] >= label.rect["y"] + label.rect["height"]
        (aligned,) = browser.find_elements("css selector", "dd.aligned")
        # Its two lines are two lines, whose columns stand under each other.
        line = browser.execute_script(
            "return parseFloat(getComputedStyle(arguments[0]).lineHeight)", aligned
        )
        assert aligned.rect["height"] < 2.9 * line
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**screen, "width": 1000})
        label, text = (
            browser.find_element("css selector", f"dl.report {tag}") for tag in ("dt", "dd")
        )
        assert text.rect["y"] == label.rect["y"]
