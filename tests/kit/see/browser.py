"""The page of ``unrolled see`` in a headless Chromium, as a student meets it."""

import contextlib
import functools
import os
import re
import subprocess
import sys
import time

from grading.catalogue.paths import ROOT
from tests.kit.notebooks import lab
from tests.kit.notebooks.lab import running_browser

missing = functools.partial(lab.missing, "bokeh")
PATIENCE = 120  # seconds for one thing to appear, on a slow, busy machine
ALL_TEXT = """
const parts = [];
const walk = (node) => {
  if (node.nodeType === Node.TEXT_NODE) parts.push(node.textContent);
  if (node.nodeName === "STYLE" || node.nodeName === "SCRIPT") return;
  if (node.shadowRoot) node.shadowRoot.childNodes.forEach(walk);
  node.childNodes.forEach(walk);
};
walk(document.body);
return parts.join(" ").replace(/\\s+/g, " ");
"""
ALL_LABELS = """
const found = [];
const walk = (node) => {
  if (node.getAttribute && node.getAttribute("role") === "img")
    found.push(node.getAttribute("aria-label"));
  if (node.shadowRoot) node.shadowRoot.childNodes.forEach(walk);
  node.childNodes.forEach(walk);
};
walk(document.body);
return found;
"""
FIND = """
const found = [];
const walk = (node) => {
  if (node.matches && node.matches(arguments[0])) found.push(node);
  if (node.shadowRoot) node.shadowRoot.childNodes.forEach(walk);
  node.childNodes.forEach(walk);
};
walk(document.body);
return found;
"""


@contextlib.contextmanager
def serving(folder, *words):
    """Run ``unrolled see`` on a folder; gives the address of its first page."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grading.cli", "see", *words, "--no-browser", "--impl", str(folder)],
        cwd=ROOT,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(20)


class Tab:
    """The page of one exercise in a browser."""

    def __init__(self, browser, address):
        self.browser = browser
        browser.get(address)

    def text(self):
        """All that can be read on the page."""
        return self.browser.execute_script(ALL_TEXT)

    def pictures(self):
        """What each picture says to those who cannot see it."""
        return self.browser.execute_script(ALL_LABELS)

    def find(self, selector):
        """The elements of that kind, also inside of Bokeh's widgets."""
        return self.browser.execute_script(FIND, selector)

    def wait_for(self, pattern, patience=PATIENCE):
        """Wait until the page's text matches; gives the text.

        Raises:
            AssertionError: it does not.
        """
        end, text = time.monotonic() + patience, ""
        while time.monotonic() < end:
            text = self.text()
            if re.search(pattern, text):
                return text
            time.sleep(0.05)
        raise AssertionError(f"waited {patience} s for {pattern!r}, and saw: {text[:3000]}")

    def type(self, number, text):
        """Replace what stands in a text field by a text, key by key."""
        from selenium.webdriver import ActionChains, Keys

        fields = [field for field in self.find("input.bk-input") if field.is_displayed()]
        keys = ActionChains(self.browser).click(fields[number])
        keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text).perform()

    def slide(self, number, keys):
        """Move a slider with the keyboard."""
        handle = self.find(".noUi-handle")[number]
        for key in keys:
            handle.send_keys(key)

    def errors(self):
        """What the browser's console complains about."""
        return [entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]

    def show_as(self, width, dark=False):
        """Have the page at a width in pixels, light or dark."""
        scheme = "dark" if dark else "light"
        self.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        size = {"width": width, "height": 1400, "deviceScaleFactor": 1, "mobile": width < 500}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


__all__ = ["Tab", "missing", "running_browser", "serving"]
