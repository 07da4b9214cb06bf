"""The table of tests and mistakes counts what was found, and shows each cell."""

import datetime

from grading.develop.matrix import Matrix, Mistake, as_html, as_markdown

TESTS = ["test_ids", "test_case"]
DAY = datetime.date(2026, 1, 2)


def matrix():
    mistakes = [
        Mistake("one", "ids from <1>", ("owner/name#7",), ["test_ids"], {"one"}),
        Mistake("two", "case | kept", (), ["test_ids", "test_case"], {"one"}),
        Mistake("three", "nothing seen", (), [], set()),
    ]
    return Matrix("tokenizer", TESTS, mistakes, {"first": True, "second": False})


def test_what_is_caught_named_and_named_falsely_is_counted():
    row = ["tokenizer", 2, 3, "2 of 3", "1 of 3", "1 of 3", "1 of 2"]
    assert matrix().row() == row
    assert f"| {' | '.join(map(str, row))} |" in as_markdown([matrix()], DAY)


def test_the_markdown_says_how_many_tests_fail_and_where_a_mistake_was_made():
    text = as_markdown([matrix()], DAY)
    assert "2026-01-02" in text
    assert "| ids from <1> | 1 | owner/name#7 |" in text
    assert "| case \\| kept | 2 |  |" in text


def test_the_page_marks_the_tests_that_fail():
    page = as_html([matrix()], DAY)
    assert "ids from &lt;1&gt;" in page
    assert page.count('<td class="cell">✗</td>') == 3
    assert page.count('<td class="cell"></td>') == 3
