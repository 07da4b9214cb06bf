"""What a student writes into a notebook never runs in the browser of whoever reads it."""

import json
import re
import shutil

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbgrader")

from grading.course.harmless import fenced, file_name, is_fenced  # noqa: E402
from grading.notebooks.cells import page  # noqa: E402
from tests.kit.course import hostile, inside  # noqa: E402
from tests.kit.course.courses import GOOD, submit  # noqa: E402
from tests.kit.notebooks import lab  # noqa: E402


def active_in(html):
    """What a browser would run of theirs: scripts, handlers of events, addresses, frames."""
    from bs4 import BeautifulSoup

    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        values = [str(value) for value in tag.attrs.values()]
        runs = tag.name in ("script", "iframe", "svg", "math", "details")
        runs = runs or any(name.startswith("on") for name in tag.attrs)
        runs = runs or any(value.strip().startswith("javascript:") for value in values)
        if runs and "taken" in str(tag):
            yield str(tag)


@pytest.fixture(scope="module")
def course(template, tmp_path_factory):
    course = shutil.copytree(template, tmp_path_factory.mktemp("harmless") / "c")
    submit(course, "ada", GOOD).write_bytes(hostile.notebook(GOOD))
    for name in ("evil.html", "evil.SVG", "notes.txt"):
        (course / "submitted" / "ada" / "tokenizer" / name).write_text(hostile.TEXTS["script"])
    return course


@pytest.fixture(scope="module")
def imported(course):
    title = hostile.TEXTS["script"]
    message = f"ValueError: {title}"
    failed = [inside.failure("test_x", message, f"called f()\n{message}")]
    return inside.bring(course, "ada", inside.result_of(decode=failed))


@pytest.fixture(scope="module")
def shown(course, imported):
    """All pages on which the notebook is shown."""
    plain = inside.formgrader_page(course, imported, config=False)
    # What an earlier version of the kit imported.
    old = course / "old.ipynb"
    notebook = json.loads(hostile.notebook(GOOD))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            output.get("metadata", {}).clear()
    notebook["metadata"] = {}
    # nbgrader itself gives cells of the assignment back what they held.
    released = hostile.story_of(json.loads(page("tokenizer", GOOD))["cells"])
    hostile.story_of(notebook["cells"]).update(source=released["source"], attachments={})
    old.write_text(json.dumps(notebook))
    name = '"><img src=x onerror="document.title=\'taken\'">'
    return {
        "feedback": inside.feedback(course, "ada").read_text(),
        "formgrader": inside.formgrader_page(course, imported),
        "formgrader without the course's configuration": plain,
        "formgrader, of what was imported before": inside.formgrader_page(course, old, name),
    }


def test_what_is_imported_is_text(imported):
    notebook = nbformat.read(imported, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) <= {"kernelspec"}
    own = [cell for cell in notebook.cells if "nbgrader" not in cell.metadata]
    assert sum(cell.id.startswith("own-") for cell in own) == 3 * len(hostile.TEXTS)
    for cell in own:
        assert not cell.metadata and "attachments" not in cell
        assert cell.cell_type == "code" or is_fenced(cell.source)
    texts = [cell.source for cell in own if cell.cell_type == "markdown"]
    assert fenced(hostile.TEXTS["image"]) in texts
    story = hostile.story_of(notebook.cells)
    assert story.source.startswith("# ") and "attachments" not in story
    (module,) = (cell for cell in notebook.cells if cell.id == "tokenizer-module")
    assert module.source + "\n" == GOOD.decode()
    assert set(module.metadata) == {"nbgrader"}


def test_no_page_has_anything_of_theirs_that_a_browser_would_run(shown):
    for label, html in shown.items():
        assert not list(active_in(html)), label
    assert list(active_in(hostile.TEXTS["image"]))


def test_what_they_wrote_can_still_be_read(shown):
    for html in shown.values():
        assert "&lt;img src=" in html
    assert "<p><b>" in shown["formgrader"]  # the judge's report


@pytest.mark.skipif(lab.missing() is not None, reason=str(lab.missing()))
def test_nothing_of_theirs_runs_in_a_browser(shown, tmp_path):
    from selenium.webdriver.common.by import By

    with lab.running_browser(tmp_path / "profile") as browser:
        browser.set_page_load_timeout(lab.PATIENCE)
        for number, (label, html) in enumerate(shown.items()):
            path = tmp_path / f"{number}.html"
            path.write_text(re.sub(r'<script[^>]*src="https?:[^>]*></script>', "", html))
            browser.get(path.as_uri())
            for element in browser.find_elements(By.CSS_SELECTOR, "a"):
                address = element.get_attribute("href") or ""
                assert not address.startswith("javascript:"), (label, address)
            assert browser.execute_script("return window.taken") is None, label
            assert browser.title != "taken", label


def test_files_that_a_browser_would_run_are_kept_as_text(course, imported):
    there = sorted(path.name for path in imported.parent.iterdir())
    assert there == ["evil.SVG.txt", "evil.html.txt", "notes.txt", "tokenizer.ipynb"]
    assert file_name("data.csv") == "data.csv"


@pytest.mark.parametrize("text", [*hostile.TEXTS.values(), "", "`", "```", "a\n````\nb\n"])
def test_no_text_ends_its_block(text):
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    source = fenced(text)
    assert is_fenced(source)
    html = markdown2html_mistune(source).strip()
    assert html.startswith("<pre><code") or html.startswith('<div class="highlight"')
    assert html.count("<pre") == 1 and html.endswith(("</code></pre>", "</div>"))
    assert not is_fenced(source + "\n<b>") and not is_fenced("<b>\n" + source)
