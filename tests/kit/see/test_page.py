"""``unrolled see`` in a real browser: type, move a slider, save, and see the page change."""

import http.client
import re
import time
import urllib.error
import urllib.request

import pytest

from grading.student.see.fields import Number, Text
from grading.student.see.views import VIEWS
from tests.kit.running import THOROUGH
from tests.kit.see import modules
from tests.kit.see.browser import Tab, missing, running_browser, serving

pytest.importorskip("bokeh", reason="the pages need the extra `see`")

needs_browser = pytest.mark.skipif(missing() is not None, reason=str(missing()))
AGREES = "= Here your code gives what the reference gives"
SENTENCES = {  # where not any will do
    "attention": "the cat sat on the rat",
    "sampling": "5 3 1",
    "masking": "3 9 4",
    "encoder_decoder": "4 July 1976",
    "transformer": "4 July 1976",
    "reviews": "a citizen of the free speaks up and is heard",  # longer than the wrong one keeps
}
# What hangs is ended after seconds, so that only one exercise goes through all of it in every run.
FOLLOWED = modules.WRONG if THOROUGH else ("tokenizer",)
SOON = 15  # seconds from a save to a new page; 1 on a machine that is not busy


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("see")
    for name in modules.WRONG:
        save(folder, name, modules.right(name))
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with serving(folder) as address:
        yield address.rpartition("/")[0]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def save(folder, name, source):
    (folder / f"{name}.py").write_text(source, encoding="utf-8")


@needs_browser
@pytest.mark.parametrize("name", [name for name in modules.WRONG if name not in FOLLOWED])
def test_the_page_opens_and_is_new_after_a_save(folder, address, browser, name):
    tab = Tab(browser, f"{address}/{name}")
    tab.wait_for(re.escape(AGREES))
    ours = [label for label in tab.pictures() if label]  # an icon of Bokeh's switch has none
    assert len(ours) == 2 * len(VIEWS[name].panels)
    save(folder, name, modules.missing(name))
    tab.wait_for("○ .*This part is not written yet")
    save(folder, name, modules.right(name))
    tab.wait_for(re.escape(AGREES))
    assert tab.errors() == []


@needs_browser
@pytest.mark.parametrize("name", FOLLOWED)
def test_the_page_follows_what_is_typed_moved_and_saved(folder, address, browser, name):
    tab, view = Tab(browser, f"{address}/{name}"), VIEWS[name]
    tab.wait_for(re.escape(AGREES))
    for number, _ in enumerate(f for f in view.fields if isinstance(f, Number)):
        before = tab.pictures()
        tab.slide(number, [up_or_down(view, number)])
        changed(tab, before)
        break
    if any(isinstance(field, Text) for field in view.fields):
        before = tab.pictures()
        tab.type(-1, SENTENCES.get(name, "citizen of the free"))
        changed(tab, before)
        tab.wait_for(re.escape(AGREES))

    save(folder, name, modules.wrong(name))
    start = time.monotonic()
    tab.wait_for(re.escape(modules.WRONG[name][2]) + ".*found .*, expected ")
    assert time.monotonic() - start < SOON
    print(f"{name}: a save was on the page after {time.monotonic() - start:.2f} s")
    save(folder, name, modules.missing(name))
    tab.wait_for("○ .*This part is not written yet")
    save(folder, name, modules.hanging(name))
    tab.wait_for("Your code did not return, so it was ended.")
    save(folder, name, modules.right(name))
    tab.wait_for(re.escape(AGREES))
    assert tab.errors() == []


def up_or_down(view, number):
    """The key that moves a slider, whichever end it is at."""
    from selenium.webdriver import Keys

    field = [field for field in view.fields if isinstance(field, Number)][number]
    return Keys.ARROW_LEFT if field.value == field.high else Keys.ARROW_RIGHT


def changed(tab, before):
    end = time.monotonic() + SOON
    while tab.pictures() in (before, []):
        assert time.monotonic() < end, "the pictures stay as they were"
        time.sleep(0.05)


@needs_browser
def test_what_cannot_be_shown_is_said_and_the_page_goes_on(address, browser):
    tab = Tab(browser, f"{address}/tokenizer")
    tab.wait_for(re.escape(AGREES))
    tab.type(-1, " ")
    tab.wait_for("! The text to encode is empty: type at least one character.")
    tab.type(-1, "Ω")
    tab.wait_for("= Your code refuses this input, as the reference does.")
    tab.type(-1, "free")
    tab.wait_for(re.escape(AGREES))
    assert tab.errors() == []


@needs_browser
def test_the_page_can_be_read_narrow_and_dark(address, browser):
    tab = Tab(browser, f"{address}/tokenizer")
    tab.wait_for(re.escape(AGREES))
    tab.show_as(360, dark=True)
    try:
        fits(browser, 360)
        assert (
            browser.execute_script("return getComputedStyle(document.body).backgroundColor")
            == "rgb(20, 24, 29)"
        )
        assert len(tab.pictures()) == 6  # yours and the reference's
        assert all(label.startswith(("Yours: ", "Reference: ")) for label in tab.pictures())
        assert tab.find("[role=status]") and tab.find("label[for]")
        assert tab.errors() == []
    finally:
        tab.show_as(1280)


@needs_browser
def test_two_pictures_side_by_side_fit_beside_the_bar_that_scrolls(folder, address, browser):
    save(folder, "positional_encoding", modules.right("positional_encoding"))
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.set_window_size(1100, 900)
    try:
        tab = Tab(browser, f"{address}/positional_encoding")
        tab.wait_for(re.escape(AGREES))
        fits(browser, browser.execute_script("return document.documentElement.clientWidth"))
    finally:
        tab.show_as(1280)


def fits(browser, width):
    """Wait until the page is no wider than that."""
    end, wide = time.monotonic() + SOON, True
    while wide and time.monotonic() < end:
        time.sleep(0.2)
        wide = browser.execute_script("return document.documentElement.scrollWidth") > width
    assert not wide, "the page is wider than the screen"


def test_nothing_is_served_without_the_secret(address):
    host, _, secret = address.rpartition("/")
    assert host.startswith("http://127.0.0.1:") and len(secret) >= 32
    for path in ("", "/tokenizer", "/x/tokenizer", "/static/js/bokeh.min.js", "/tokenizer/ws"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{host}{path}", timeout=30)
        assert refused.value.code == 404, path
    page = urllib.request.urlopen(f"{address}/tokenizer", timeout=30).read().decode()
    assert "Counter" not in page  # nothing of the reference's code
    assert not re.findall(r"""(?:src|href)=["']https?://""", page)  # works offline


def test_a_socket_from_another_origin_is_refused(address):
    ours = address.rpartition("/")[0]
    assert opened(address, "http://evil.example") == 403
    assert opened(address, "http://127.0.0.1:1") == 403
    assert opened(address, ours) != 403


def opened(address, origin):
    """The status of a request for a page's websocket that comes from a page of that origin."""
    host, secret = address.removeprefix("http://").split("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request(
        "GET",
        f"/{secret}/tokenizer/ws",
        headers={
            "Origin": origin,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        },
    )
    status = connection.getresponse().status
    connection.close()
    return status
